"""Fits tradepress/extraction/block_model.json, and shows its worth on sites it was not fitted on.

    pip install -e '.[bench]'
    PYTHONPATH=. python bench/block_model.py            scores by folds alone
    PYTHONPATH=. python bench/block_model.py --write    fits on all pages and writes the trees

It reads the pages of ../shared/data. A block belongs to the story if most runs of four words of it
stand in the page's answer, a short one if it is a line there. Pages are parted by registered
domain. The second look learns from what the first is not sure of, and the first look's odds come
from trees fitted on other sites, too. One thread and a pinned trainer give the same file again.
"""

import argparse
import json
import re
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass
from functools import partial
from hashlib import md5
from math import floor, log
from pathlib import Path
from typing import Any

import lightgbm
import numpy
from tldextract import TLDExtract

from tradepress.extraction import NotAnArticle, extract_article, html_page
from tradepress.extraction.block_features import (
    CONTEXT,
    FEATURES,
    NO_STORY,
    Features,
    WordWeights,
    closing_words,
    name_words,
    opening_words,
    read_context,
    read_features,
)
from tradepress.extraction.block_model import BlockModel, load_model, select_story, unsure
from tradepress.extraction.decision_trees import UNIT, DecisionTrees, Trees
from tradepress.extraction.page_layout import Layout

ROOT = Path(__file__).resolve().parent.parent
TOOLS = ROOT.parent / "shared" / "tools"
SETS = ("aeb", "news", "papers", "wcxb", "snippets")
PARTS = 5
OPTIONS = {
    "objective": "binary",
    "min_data_in_leaf": 300,
    "feature_fraction": 0.6,
    "lambda_l2": 10,
    "max_bin": 63,
    "use_missing": False,
    "seed": 1,
    "num_threads": 1,
    "deterministic": True,
    "force_row_wise": True,
    "verbose": -1,
}
LOOKS = {
    "first": {"num_iterations": 30, "num_leaves": 8, "learning_rate": 0.25},
    "second": {
        "num_iterations": 100,
        "num_leaves": 31,
        "learning_rate": 0.1,
        "min_data_in_leaf": 100,
        "feature_fraction": 0.3,
    },
}
"""Says how many trees there are: more of them judge other sites no better."""
NAMES = {"first": FEATURES, "second": (*FEATURES, *CONTEXT)}
FEWEST_SITES, SHRINKING = 8, 10.0
RUN = 4
SURE = 9.0
CUT, WHOLE = 0.5, 0.9
"""Bound the share of what the rules took that an answer holds which is cut short, and how much of
it stands there."""
NUMBER = re.compile(r"\s*\d+[.)]")
TLD = TLDExtract(suffix_list_urls=(), cache_dir=None)
TARGET = ROOT / "tradepress" / "extraction" / "block_model.json"

Select = Callable[[Layout, int | None, Sequence[str], Sequence[str]], list[float]]
Rows = Sequence[Features | None]


@dataclass(frozen=True, kw_only=True)
class Page:
    """Holds one page's blocks, whether each is the story, and how much each counts."""

    site: str
    layout: Layout
    at: int | None
    headline: Sequence[str]
    description: Sequence[str]
    answers: Sequence[bool | None]
    weights: Sequence[float]
    is_cut: bool
    """Does the answer hold little more than a part of what the rules took? It is cut short."""

    @property
    def part(self) -> int:
        return part_of_site(self.site)


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
    models = fit_folds(pages)
    for name in SETS:
        rows = [row for row in scoring.load(name) if part_of(row[1]) in parts]
        for title, extract in (("rules", rules_alone), ("by folds", by_folds(models))):
            result = scoring.score(extract, rows)[0]
            print(name, title, {k: round(v, 4) for k, v in result.items() if k in MEASURES})
    if options.write:
        TARGET.write_text(as_json(fit(pages)), encoding="utf-8")


MEASURES = ("f1", "precision", "recall", "word_f1", "refused")


def rules_alone(html: str, url: str) -> Any:
    return extract_with(choose_nothing, html, url)


def choose_nothing(layout: Layout, *_: object) -> list[float]:
    """Leaves it at what the rules chose, as if that were sure."""
    return [SURE if block.is_open else -SURE for block in layout.blocks]


def by_folds(models: Mapping[int, BlockModel]) -> Callable[[str, str], Any]:
    def extract(html: str, url: str) -> Any:
        return extract_with(partial(select_story, model=models[part_of(url)]), html, url)

    return extract


def extract_with(select: Select, html: str, url: str) -> Any:
    kept, html_page.select_story = html_page.select_story, select
    try:
        return extract_article(html, url)
    finally:
        html_page.select_story = kept


def part_of(url: str) -> int:
    return part_of_site(registered_domain(url))


def part_of_site(site: str) -> int:
    return int(md5(site.encode()).hexdigest(), 16) % PARTS


def registered_domain(url: str) -> str:
    found = TLD(url)
    return ".".join(part for part in (found.domain, found.suffix) if part)


def read_pages(scoring: Any) -> Iterator[Page]:
    for name in SETS:
        for _, url, html, expected in scoring.load(name):
            for seen in seen_layouts(html, url):
                yield read_page(registered_domain(url), *seen, expected)


def seen_layouts(
    html: str, url: str
) -> list[tuple[Layout, int | None, Sequence[str], Sequence[str]]]:
    """Returns what the rules made of a page, and what else is known; none where it was refused
    before."""
    seen: list[tuple[Layout, int | None, Sequence[str], Sequence[str]]] = []

    def see(*known: Any) -> list[float]:
        seen.append(known)
        raise NotAnArticle("junk", "seen")  # before anything is changed

    with suppress(NotAnArticle):
        extract_with(see, html, url)
    return seen


def read_page(
    site: str,
    layout: Layout,
    at: int | None,
    headline: Sequence[str],
    description: Sequence[str],
    expected: dict[str, Any],
) -> Page:
    texts = [block.text for block in layout.blocks]
    if "with" in expected:
        answers = label_by_snippets(texts, expected["with"], expected["without"])
    else:
        answers = label(texts, expected["body"] or "")
    rows = read_features(layout, at, headline, description, WordWeights({}, {}, {}))
    answers = [None if row is None else own for row, own in zip(rows, answers, strict=True)]
    sizes = numpy.sqrt([len(text) for text in texts])
    known = numpy.array([answer is not None for answer in answers])
    right = numpy.array([answer is True for answer in answers]) * [len(text) for text in texts]
    taken = numpy.array([block.is_open for block in layout.blocks])
    all_taken = (taken * [len(text) for text in texts]).sum()
    both = (right * taken).sum()
    # Each page counts the same, and of its blocks the longer ones more.
    weights = sizes / (sizes.sum() if "with" in expected else (sizes * known).sum()) * 10
    return Page(
        site=site,
        layout=layout,
        at=at,
        headline=headline,
        description=description,
        answers=answers,
        weights=weights.tolist(),
        is_cut="with" not in expected and both < CUT * all_taken and both > WHOLE * right.sum(),
    )


def label(texts: Sequence[str], body: str) -> list[bool | None]:
    words = tokens(body)
    runs = {tuple(words[i : i + RUN]) for i in range(len(words) - RUN + 1)}
    # The items of a list are numbered in the answers, and by no text of the page.
    lines = {" ".join(tokens(NUMBER.sub("", line))) for line in body.splitlines()}
    lines |= {" ".join(tokens(line)) for line in body.splitlines()}
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


def fit_folds(pages: Sequence[Page]) -> dict[int, BlockModel]:
    """Returns for each part what is fitted on the pages of the others."""
    parts = sorted({page.part for page in pages})
    return {part: load_model(fit([page for page in pages if page.part != part])) for part in parts}


def fit(pages: Sequence[Page]) -> dict[str, Any]:
    """Returns what block_model.json holds, fitted on these pages but those whose answer is cut
    short: what is learned from words, and from the first look, is learned from how they judge other
    sites."""
    parts = sorted({page.part for page in pages})
    pages = [page for page in pages if not page.is_cut]
    rows: list[tuple[Page, Rows]] = []
    for part in parts:
        words = WordWeights(**weigh_words([page for page in pages if page.part != part]))
        rows += [(page, look(page, words)) for page in pages if page.part == part]
    looked: list[tuple[Page, Rows]] = []
    for part in parts:
        first = DecisionTrees(grow("first", [row for row in rows if row[0].part != part]))
        looked += [(page, look_again(page, own, first)) for page, own in rows if page.part == part]
    return {
        "words": weigh_words(pages),
        "first": asdict(grow("first", rows)),
        "second": asdict(grow("second", looked)),
    }


def look(page: Page, words: WordWeights) -> Rows:
    return read_features(page.layout, page.at, page.headline, page.description, words)


def look_again(page: Page, rows: Rows, trees: DecisionTrees) -> Rows:
    odds = [NO_STORY if row is None else trees.total(row) for row in rows]
    return read_context(page.layout, unsure(rows, odds), odds)


def weigh_words(pages: Sequence[Page]) -> dict[str, dict[str, int]]:
    """Returns the log odds of a block that begins with a word, and of one in an element of that
    name, less those of any block, in parts of UNIT; of words of FEWEST_SITES or more."""
    counts = {"openings": Counts(), "closings": Counts(), "names": Counts()}
    for page in pages:
        names = names_around(page.layout)
        for block, answer, weight in zip(
            page.layout.blocks, page.answers, page.weights, strict=True
        ):
            if answer is not None:
                lower = block.text.lower()
                counts["openings"].add(opening_words(lower), page.site, answer, weight)
                counts["closings"].add(closing_words(lower), page.site, answer, weight)
                counts["names"].add(names[block.group], page.site, answer, weight)
    return {kind: found.weights() for kind, found in counts.items()}


def names_around(layout: Layout) -> list[set[str]]:
    """Returns for each element the words of its names and of those around it."""
    found: list[set[str]] = []
    for node in layout.nodes:
        found.append(name_words(node.called) | (found[node.parent] if found else set()))
    return found


class Counts:
    """Counts how much of what has a word is the story."""

    def __init__(self) -> None:
        self.held: dict[str, list[float]] = {}
        self.sites: dict[str, set[str]] = {}
        self.all = [0.0, 0.0]

    def add(self, words: Iterable[str], site: str, answer: bool, weight: float) -> None:
        self.all[answer] += weight
        for word in words:
            self.held.setdefault(word, [0.0, 0.0])[answer] += weight
            self.sites.setdefault(word, set()).add(site)

    def weights(self) -> dict[str, int]:
        share = self.all[1] / sum(self.all)
        prior = log(share / (1 - share))
        return {
            word: weight
            for word, (no, yes) in sorted(self.held.items())
            if len(self.sites[word]) >= FEWEST_SITES
            and (
                weight := round(
                    UNIT * (log((yes + SHRINKING * share) / (no + SHRINKING * (1 - share))) - prior)
                )
            )
        }


def grow(name: str, pages: Sequence[tuple[Page, Rows]]) -> Trees:
    rows, answers, weights = zip(
        *(
            (row, answer, weight)
            for page, features in pages
            for row, answer, weight in zip(features, page.answers, page.weights, strict=True)
            if answer is not None and row is not None
        ),
        strict=True,
    )
    data = lightgbm.Dataset(
        numpy.array(rows, dtype=float),
        numpy.array(answers, dtype=float),
        weight=numpy.array(weights, dtype=float),
    )
    model = lightgbm.train({**OPTIONS, **LOOKS[name]}, data).dump_model()
    leaves: list[int] = []
    cuts: list[tuple[int, int, int, int]] = []
    counts = []
    for tree in model["tree_info"]:
        before = len(leaves)
        number_leaves(tree["tree_structure"], leaves, cuts)
        counts.append(len(leaves) - before)
    return Trees(names=NAMES[name], leaves=counts, values=leaves, cuts=cuts)


def number_leaves(
    node: dict[str, Any], leaves: list[int], cuts: list[tuple[int, int, int, int]]
) -> None:
    if "leaf_value" in node:
        leaves.append(round(UNIT * node["leaf_value"]))
        return
    first = len(leaves)
    number_leaves(node["left_child"], leaves, cuts)
    cuts.append((node["split_feature"], floor(node["threshold"]), first, len(leaves)))
    number_leaves(node["right_child"], leaves, cuts)


def as_json(learned: Mapping[str, Any]) -> str:
    """Returns a line for each kind of number, so that the file can be read over."""
    text = json.dumps(learned, separators=(",", ":"), ensure_ascii=False)
    return (
        re.sub(
            r'(?<=[{,])(?="(?:openings|closings|names|leaves|values|cuts|first|second)")',
            "\n",
            text,
        )
        + "\n"
    )


if __name__ == "__main__":
    main()
