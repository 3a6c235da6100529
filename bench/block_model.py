"""Fits tradepress/extraction/block_trees.py, and shows its worth on sites it was not fitted on.

    pip install -e '.[bench]'
    PYTHONPATH=. python bench/block_model.py            scores by folds alone
    PYTHONPATH=. python bench/block_model.py --write    fits on all pages and writes the trees

It reads the pages of ../shared/data. A block belongs to the story if most runs of four words of it
stand in the page's answer, a short one if it is a line there. Pages are parted by registered
domain.
"""

import argparse
import re
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from hashlib import md5
from pathlib import Path
from typing import Any

import lightgbm
import numpy
from tldextract import TLDExtract

from tradepress.extraction import NotAnArticle, extract_article, html_page
from tradepress.extraction.block_model import FEATURES, read_features, select_story
from tradepress.extraction.html_blocks import Layout

ROOT = Path(__file__).resolve().parent.parent
TOOLS = ROOT.parent / "shared" / "tools"
SETS = ("aeb", "news", "papers", "wcxb", "snippets")
PARTS = 5
TREES = 30
OPTIONS = {
    "objective": "binary",
    "learning_rate": 0.25,
    "num_leaves": 16,
    "min_data_in_leaf": 300,
    "feature_fraction": 0.6,
    "lambda_l2": 10,
    "max_bin": 63,
    "seed": 1,
    "deterministic": True,
    "force_row_wise": True,
    "verbose": -1,
}
RUN = 4
SURE = 9.0
TLD = TLDExtract(suffix_list_urls=(), cache_dir=None)
TARGET = ROOT / "tradepress" / "extraction" / "block_trees.py"
OPENING = '''"""Holds the trees of block_model, made by bench/block_model.py: not edited by hand."""


def log_odds(
    {names}
) -> float:
    """Returns a block's log odds: positive where it is more likely the story than not."""
    return (
        {terms}
    )
'''

Score = Callable[..., float]
Select = Callable[[Layout, int | None], list[float]]


@dataclass(frozen=True, kw_only=True)
class Page:
    """Holds one page's blocks, of which ``rows`` have features."""

    part: int
    rows: "numpy.ndarray[Any, Any]"
    answers: "numpy.ndarray[Any, Any]"
    weights: "numpy.ndarray[Any, Any]"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--write", action="store_true", help="fit on all pages and write the trees")
    parser.add_argument("--parts", default="0,1,2,3,4", help="fit on these alone")
    options = parser.parse_args()
    if not (TOOLS / "score_extraction.py").exists():
        print("skipped: ../shared/tools/score_extraction.py is not here")
        return
    sys.path.insert(0, str(TOOLS))
    import score_extraction as scoring

    parts = [int(part) for part in options.parts.split(",")]
    pages = [page for page in read_pages(scoring) if page.part in parts]
    scores = {part: load(fit([p for p in pages if p.part != part])) for part in parts}
    for name in SETS:
        rows = [row for row in scoring.load(name) if part_of(row[1]) in parts]
        for title, extract in (("rules", rules_alone), ("by folds", by_folds(scores))):
            result = scoring.score(extract, rows)[0]
            print(name, title, {k: round(v, 4) for k, v in result.items() if k in MEASURES})
    if options.write:
        TARGET.write_text(fit(pages))


MEASURES = ("f1", "precision", "recall", "word_f1", "refused")


def rules_alone(html: str, url: str) -> Any:
    return extract_with(choose_nothing, html, url)


def choose_nothing(layout: Layout, at: int | None) -> list[float]:
    """Leaves it at what the rules chose, as if that were sure."""
    return [SURE if block.is_open else -SURE for block in layout.blocks]


def by_folds(scores: dict[int, Score]) -> Callable[[str, str], Any]:
    def extract(html: str, url: str) -> Any:
        score = scores[part_of(url)]
        return extract_with(lambda layout, at: select_story(layout, at, score), html, url)

    return extract


def extract_with(select: Select, html: str, url: str) -> Any:
    kept, html_page.select_story = html_page.select_story, select
    try:
        return extract_article(html, url)
    finally:
        html_page.select_story = kept


def part_of(url: str) -> int:
    return int(md5(registered_domain(url).encode()).hexdigest(), 16) % PARTS


def registered_domain(url: str) -> str:
    found = TLD(url)
    return ".".join(part for part in (found.domain, found.suffix) if part)


def read_pages(scoring: Any) -> Iterator[Page]:
    for name in SETS:
        for _, url, html, expected in scoring.load(name):
            for layout, at in seen_layouts(html, url):
                yield read_page(part_of(url), layout, at, expected)


def seen_layouts(html: str, url: str) -> list[tuple[Layout, int | None]]:
    """Returns what the rules made of a page; none where it was refused before."""
    seen: list[tuple[Layout, int | None]] = []
    with suppress(NotAnArticle):
        extract_with(
            lambda layout, at: seen.append((layout, at)) or choose_nothing(layout, at), html, url
        )
    return seen


def read_page(part: int, layout: Layout, at: int | None, expected: dict[str, Any]) -> Page:
    texts = [block.text for block in layout.blocks]
    if "with" in expected:
        answers = label_by_snippets(texts, expected["with"], expected["without"])
    else:
        answers = label(texts, expected["body"] or "")
    features = read_features(layout, at)
    sizes = numpy.sqrt([len(text) for text in texts])
    known = numpy.array([answer is not None for answer in answers])
    # Each page counts the same, and of its blocks the longer ones more.
    weights = sizes / (sizes.sum() if "with" in expected else (sizes * known).sum()) * 10
    rows = [i for i, row in enumerate(features) if row is not None and known[i]]
    return Page(
        part=part,
        rows=numpy.array([features[i] for i in rows], dtype=float).reshape(-1, len(FEATURES)),
        answers=numpy.array([answers[i] for i in rows], dtype=float),
        weights=weights[rows],
    )


def label(texts: Sequence[str], body: str) -> list[bool | None]:
    words = tokens(body)
    runs = {tuple(words[i : i + RUN]) for i in range(len(words) - RUN + 1)}
    lines = {" ".join(tokens(line)) for line in body.splitlines()}
    return [is_in(tokens(text), runs, lines) for text in texts]


def is_in(words: list[str], runs: set[tuple[str, ...]], lines: set[str]) -> bool:
    if len(words) < RUN + 2:
        return bool(words) and " ".join(words) in lines
    own = [tuple(words[i : i + RUN]) for i in range(len(words) - RUN + 1)]
    return 2 * sum(run in runs for run in own) >= len(own)


def label_by_snippets(
    texts: Iterable[str], wanted: Sequence[str], unwanted: Sequence[str]
) -> list[bool | None]:
    def label_one(text: str) -> bool | None:
        if any(" ".join(one.split()) in text for one in wanted):
            return True
        return False if any(" ".join(one.split()) in text for one in unwanted) else None

    return list(map(label_one, texts))


def tokens(text: str) -> list[str]:
    return re.findall(r"\w+", text.lower())


def fit(pages: Sequence[Page]) -> str:
    """Returns the source of block_trees.py, fitted on these pages."""
    rows = lightgbm.Dataset(
        numpy.vstack([page.rows for page in pages]),
        numpy.concatenate([page.answers for page in pages]),
        weight=numpy.concatenate([page.weights for page in pages]),
    )
    model = lightgbm.train(OPTIONS, rows, TREES).dump_model()
    trees = [as_expression(tree["tree_structure"]) for tree in model["tree_info"]]
    names = "\n    ".join(f"{name}: float," for name in FEATURES)
    return OPENING.format(names=names, terms="\n        + ".join(trees))


def as_expression(node: dict[str, Any]) -> str:
    if "leaf_value" in node:
        return f"{node['leaf_value']:.3f}"
    left, right = as_expression(node["left_child"]), as_expression(node["right_child"])
    name, limit = FEATURES[node["split_feature"]], float(f"{node['threshold']:.5g}")
    return f"({left} if {name} <= {limit!r} else {right})"


def load(source: str) -> Score:
    names: dict[str, Any] = {}
    exec(source, names)
    score: Score = names["log_odds"]
    return score


if __name__ == "__main__":
    main()
