"""How sure an extraction says it is, and what of."""

import importlib.util
from pathlib import Path

import pytest
from needs import reason

from crawler.extraction import extract_article
from crawler.extraction.confidence import WEIGHTS, judge

ROOT = Path(__file__).parent.parent
SHARED = ROOT.parent / "shared"

PARAGRAPH = (
    "The court found that a lantern may be green, and that no maker of lanterns can keep the "
    "colour to itself for longer than it keeps a shop, whatever the register says of the shade."
)
STORY = "".join(f"<p>{PARAGRAPH} It said so {n} times.</p>" for n in range(8))
HEAD = "<html><head><title>Lantern may be green</title></head><body><h1>Lantern may be green</h1>"
EVEN = dict.fromkeys(WEIGHTS, 0.0)


def test_a_plain_story_is_sure() -> None:
    article = extract_article(
        f"{HEAD}<div>{STORY}</div></body></html>", "https://a.example/lantern"
    )
    assert article.confidence is not None
    assert article.confidence > 0.9


def test_a_story_in_pieces_among_links_is_doubtful() -> None:
    pieces = "".join(
        f'<div class="card{n}"><b>Part {n}</b><p>{PARAGRAPH[: 90 + n]}. '
        f"<a href='/{n}'>{PARAGRAPH[20:75]}</a></p></div>"
        for n in range(12)
    )
    sure = extract_article(f"{HEAD}<div>{STORY}</div></body></html>", "https://a.example/lantern")
    doubtful = extract_article(f"{HEAD}{pieces}</body></html>", "https://a.example/lantern")
    assert doubtful.confidence is not None
    assert sure.confidence is not None
    assert doubtful.confidence < sure.confidence - 0.1


def test_its_reasons_stand_in_the_evidence() -> None:
    article = extract_article(
        f"{HEAD}<div>{STORY}</div></body></html>", "https://a.example/lantern"
    )
    signals = article.evidence["confidence"][0].value
    assert isinstance(signals, dict)
    assert signals.keys() == WEIGHTS.keys()
    assert signals["run"] > 0.9
    assert judge(signals) == article.confidence


def test_a_text_capture_has_none() -> None:
    capture = f"Lantern may be green\n9 May 2016\n{PARAGRAPH}\n{PARAGRAPH} Again.\n"
    assert extract_article(capture).confidence is None


@pytest.mark.parametrize("name", WEIGHTS)
def test_each_signal_moves_it_its_own_way(name: str) -> None:
    moved = judge(EVEN | {name: 0.3}) - judge(EVEN)
    assert moved * WEIGHTS[name] > 0


@pytest.mark.slow
@pytest.mark.skipif(not SHARED.exists(), reason=reason("../shared"))
def test_low_confidence_means_low_scores(monkeypatch: pytest.MonkeyPatch) -> None:
    """On the pages of ../shared: the least sure fifth is right less often than the surest."""
    monkeypatch.syspath_prepend(str(SHARED / "tools"))
    spec = importlib.util.spec_from_file_location("fit", ROOT / "bench" / "confidence.py")
    assert spec is not None
    assert spec.loader is not None
    fit = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(fit)
    pages, _ = fit.read_pages()
    judged = sorted((judge(page.signals), page.f1) for page in pages)
    fifth = len(judged) // 5
    least, most = judged[:fifth], judged[-fifth:]
    assert len(judged) > 500
    assert sum(f1 for _, f1 in least) / fifth < sum(f1 for _, f1 in most) / fifth - 0.05
