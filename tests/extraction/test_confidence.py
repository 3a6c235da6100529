"""How sure an extraction says it is, and what of."""

import json
import math
import re
from contextlib import nullcontext, suppress

import pytest
from conftest import ROOT
from needs import reason

from tradepress.extraction import NotAnArticle, extract_article
from tradepress.extraction.blocks import Block
from tradepress.extraction.confidence import (
    BIAS,
    LEAST_DOUBT,
    WEIGHTS,
    Way,
    judge,
    read_block_signals,
    read_story_signal,
)
from tradepress.extraction.refusal import require_sure
from tradepress.source import Source

SHARED = ROOT.parent / "shared"

SOURCE = Source(
    name="p",
    publisher="P",
    domains=("p.example",),
    language="en",
    timezone="Europe/London",
    article_url=r"/story/[\w-]+",
)
PARAGRAPH = (
    "The court found that a lantern may be green, and that no maker of lanterns can keep the "
    "colour to itself for longer than it keeps a shop, whatever the register says of the shade."
)
STORY = "".join(f"<p>{PARAGRAPH} It said so {n} times.</p>" for n in range(8))
HEAD = "<html><head><title>Lantern may be green</title></head><body><h1>Lantern may be green</h1>"


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
    (reading,) = article.evidence["confidence"]
    assert reading.evidence == "agreement"
    assert isinstance(reading.value, dict)
    assert {BIAS, *reading.value} == WEIGHTS["agreement"].keys()
    assert judge("agreement", reading.value) == article.confidence
    assert json.loads(json.dumps(reading.value)) == reading.value
    assert all(round(value, 6) == value for value in reading.value.values())


def test_what_the_odds_let_expect() -> None:
    """Half of what was taken is right, or half of what is right was taken: an F1 of two thirds."""
    sure, not_at_all, open_ = 20.0, -20.0, 0.0
    blocks = [Block(text=letter * 1000) for letter in "ab"]

    def amiss(*odds: float, taken: int = 2) -> float:
        return math.exp(read_block_signals(blocks, blocks[:taken], odds, ())["amiss"]) - LEAST_DOUBT

    assert amiss(sure, sure) == pytest.approx(0, abs=0.001)
    assert amiss(sure, not_at_all, taken=1) == pytest.approx(0, abs=0.001)
    assert amiss(sure, not_at_all) == pytest.approx(1 / 3, abs=0.001)
    assert amiss(sure, sure, taken=1) == pytest.approx(1 / 3, abs=0.001)
    assert amiss(sure, open_) == pytest.approx(1 / 7, abs=0.001)
    assert amiss(not_at_all, not_at_all) == pytest.approx(1, abs=0.001)


def test_below_a_half_less_for_a_story_tells_more_down_to_a_tenth() -> None:
    sure, half, tenth, nothing = map(read_story_signal, (1.0, 0.5, 0.1, 0.0))
    assert half - tenth > sure - half > 0
    assert tenth == nothing


def test_furniture_without_end_makes_no_endless_doubt() -> None:
    story = [Block(text="a" * 100)]
    noise = [Block(text="b" * 100) for _ in range(9999)]
    least = judge(
        "agreement",
        {
            **read_block_signals([*story, *noise], story, [5.0, *[-4.0] * len(noise)], ()),
            **{"story": read_story_signal(1.0), "undated": 0.0, "unsigned": 0.0},
        },
    )
    assert least > 0.4


def test_a_text_capture_is_judged_by_its_lines() -> None:
    head = "Lantern may be green\n9 May 2016\n"
    story = "\n".join(f"{PARAGRAPH} It said so {n} times." for n in range(8))
    labels = re.sub("([24]) times.\n", "\\1 times.\nA green lantern\nA blue lantern\n", story)
    sure, undated, broken = (
        extract_article(text)
        for text in (f"{head}{story}", f"Lantern may be green\n{story}", f"{head}{labels}")
    )
    assert sure.confidence is not None
    assert undated.confidence is not None
    assert broken.confidence is not None
    assert broken.confidence < undated.confidence < sure.confidence
    (reading,) = sure.evidence["confidence"]
    assert reading.evidence == "lines"
    assert isinstance(reading.value, dict)
    assert {BIAS, *reading.value} == WEIGHTS["lines"].keys()


def test_a_declared_body_that_breaks_off_is_doubtful() -> None:
    whole, cut = (
        extract_article(
            f"{HEAD}<script type='application/ld+json'>"
            + json.dumps({"@type": "NewsArticle", "articleBody": body})
            + "</script><p>Lanterns.</p></body></html>",
            "https://a.example/lantern",
        )
        for body in (f"{PARAGRAPH} " * 9, f"{PARAGRAPH} " * 2 + "Nor can the …")
    )
    assert whole.evidence["confidence"][0].evidence == "data"
    assert whole.confidence is not None
    assert cut.confidence is not None
    assert cut.confidence < 0.5 < whole.confidence


@pytest.mark.parametrize(
    ("way", "name"), [(way, name) for way in WEIGHTS for name in WEIGHTS[way] if name != BIAS]
)
def test_each_signal_moves_it_its_own_way(way: Way, name: str) -> None:
    even = dict.fromkeys(WEIGHTS[way].keys() - {BIAS}, 0.0)
    moved = judge(way, even | {name: 0.3}) - judge(way, even)
    assert moved * WEIGHTS[way][name] > 0


LABELS = "".join(f"<div class=c{n}><span>Lantern number {n}</span></div>" for n in range(300))
SHORT = f"{HEAD}<div>{PARAGRAPH}</div>{LABELS}</body></html>"


def test_a_short_undated_text_among_much_else_is_junk() -> None:
    with pytest.raises(NotAnArticle) as refused:
        extract_article(SHORT, "https://a.example/lantern")
    assert refused.value.reason == "junk"
    length = len(PARAGRAPH)
    said = rf"“Lantern may be green” with {length} characters of text, confidence 0\.[0-4]\d"
    assert re.fullmatch(said, refused.value.words)


@pytest.mark.parametrize(
    ("url", "page"),
    [
        ("https://p.example/story/lantern", SHORT),
        ("https://a.example/2024/05/09/lantern", SHORT),
        ("https://a.example/lantern", SHORT.replace(PARAGRAPH, f"{PARAGRAPH} " * 3)),
    ],
    ids=["declared", "dated", "longer"],
)
def test_what_saves_it(url: str, page: str) -> None:
    assert extract_article(page, url, SOURCE).headline == "Lantern may be green"


@pytest.mark.parametrize(
    ("sure", "length", "is_dated", "is_junk"),
    [
        (0.09, 5000, True, True),
        (0.11, 5000, False, False),
        (0.39, 299, False, True),
        (0.49, 300, False, False),
        (0.49, 299, True, False),
        (0.41, 299, False, False),
    ],
)
def test_the_floor(sure: float, length: int, is_dated: bool, is_junk: bool) -> None:
    with pytest.raises(NotAnArticle) if is_junk else nullcontext():
        require_sure(sure, "Lantern", ["a" * length], is_dated=is_dated)


@pytest.mark.slow
@pytest.mark.skipif(not SHARED.exists(), reason=reason("../shared"))
def test_low_confidence_means_low_scores(monkeypatch: pytest.MonkeyPatch) -> None:
    """On the pages of ../shared: the least sure fifth is right less often than the surest."""
    monkeypatch.syspath_prepend(str(SHARED / "tools"))
    import score_extraction as scoring

    judged = []
    for name in ("news", "papers"):
        for _, url, html, expected in scoring.load(name):
            with suppress(NotAnArticle):
                article = extract_article(html, url)
                judged.append((article.confidence, scoring.word_f1(expected["body"], article.body)))
    judged.sort()
    fifth = len(judged) // 5
    least, most = judged[:fifth], judged[-fifth:]
    assert len(judged) > 400
    assert sum(f1 for _, f1 in least) / fifth < sum(f1 for _, f1 in most) / fifth - 0.05
