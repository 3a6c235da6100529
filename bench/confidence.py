"""Fits the weights of tradepress/extraction/confidence.py, and shows how reliable they are.

    pip install -e '.[bench]'
    PYTHONPATH=. python bench/confidence.py

It reads the pages of ../shared/data and prints for each way to a body (a page; a text capture; what
a page declares as its body) how well the confidence tells bad bodies from good ones, and the
weights fitted on all pages. What is said of a page comes from weights, block trees and page kinds
fitted on other sites alone (five parts by registered domain).

What is fitted is the F1 of the body's words, of the texts that must and must not be there in
`snippets`; a page that is no story counts as a body without a right word, and OTHER as much. Pages
whose answer breaks off while the story goes on (it ends within our text, and what stands before is
right) say nothing of us and are left out. The captures are made of the pages: what they show, a
block a line. For declared bodies, those of all pages are taken that declare one.
"""

import argparse
import re
import sys
import tomllib
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from functools import partial
from typing import Any
from unittest.mock import patch

import block_model
import numpy as np
import page_kind as kind_bench

from tradepress.extraction import (
    NotAnArticle,
    confidence,
    drawn_by_script,
    extract_article,
    html_page,
    opened_page,
    page_kind,
    refusal,
)
from tradepress.extraction.block_model import BlockModel
from tradepress.extraction.html_blocks import cut_blocks
from tradepress.extraction.tree import parse_tree
from tradepress.story import Article

SETS = ("aeb", "news", "papers", "wcxb", "snippets")
NO_STORIES = "nonstories"
OTHER = 0.1
BAD = 0.8
BINS = 5
STEPS = 30
SHRINKING = 1.0
TAIL = 8
WHOLE = 0.75


@dataclass(frozen=True, kw_only=True)
class Page:
    set: str
    url: str
    headline: str
    paragraphs: Sequence[str]
    is_dated: bool
    part: int
    signals: Mapping[str, float]
    f1: float
    """Is 0 for a page that is no story."""


@dataclass(frozen=True, kw_only=True)
class Model:
    """Holds what was fitted on the sites outside of one part."""

    blocks: BlockModel
    kinds: Mapping[str, Mapping[str, float]]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--parts", default="0,1,2,3,4", help="look at these alone")
    parts = [int(part) for part in parser.parse_args().parts.split(",")]
    if not (block_model.TOOLS / "score_extraction.py").exists():
        print("skipped: ../shared/tools/score_extraction.py is not here")
        return
    sys.path.insert(0, str(block_model.TOOLS))
    import score_extraction as scoring

    rows = [
        (name, *row)
        for name in (*SETS, NO_STORIES)
        for row in scoring.load(name)
        if block_model.part_of(row[1]) in parts
    ]
    models = fit_models(scoring, parts)
    ways: Mapping[confidence.Way, Callable[[Model, str, str], Article]] = {
        "agreement": extract_page,
        "lines": extract_capture,
        "data": extract_carried,
    }
    for way, extract in ways.items():
        print(f"\n=== {way}")
        report(way, list(read_pages(way, extract, models, rows, scoring)))


def fit_models(scoring: Any, parts: Sequence[int]) -> dict[int, Model]:
    pages = [page for page in block_model.read_pages(scoring) if page.part in parts]
    signs = [p for p in kind_bench.read_pages() if block_model.part_of(p.url) in parts]
    models = {}
    for part, blocks in block_model.fit_folds(pages).items():
        others = [page for page in signs if block_model.part_of(page.url) != part]
        models[part] = Model(blocks=blocks, kinds=tomllib.loads(kind_bench.fit_toml(others)))
    return models


def read_pages(
    way: confidence.Way,
    extract: Callable[[Model, str, str], Article],
    models: Mapping[int, Model],
    rows: Sequence[tuple[str, str, str, str, Mapping[str, Any]]],
    scoring: Any,
) -> Iterator[Page]:
    for name, _, url, html, expected in rows:
        part = block_model.part_of(url)
        try:
            found = extract(models[part], html, url)
        except NotAnArticle:
            continue
        reading = found.evidence["confidence"][0]
        body = found.body or ""
        if reading.evidence != way or breaks_off(expected["body"], body, scoring):
            continue
        yield Page(
            set=name,
            url=url,
            headline=found.headline or "",
            paragraphs=body.split("\n\n"),
            is_dated=found.date_published is not None,
            part=part,
            signals=reading.value,  # type: ignore[arg-type]
            f1=rate(expected, body, scoring),
        )


@contextmanager
def by_folds(model: Model, *, has_floor: bool = False) -> Iterator[None]:
    """Extracts by this model within the block."""
    kinds = {kind: weights for kind, weights in model.kinds.items() if kind != "average"}
    with ExitStack() as stack:
        if not has_floor:
            stack.enter_context(patch.object(refusal, "require_sure", lambda *_, **__: None))
        select = partial(html_page.select_story, model=model.blocks)
        for owner, name, value in (
            (html_page, "select_story", select),
            (page_kind, "WEIGHTS", kinds),
            (page_kind, "AVERAGE", model.kinds["average"]),
        ):
            stack.enter_context(patch.object(owner, name, value))
        yield


def extract_page(model: Model, html: str, url: str) -> Article:
    with by_folds(model):
        return extract_article(html, url)


def extract_capture(model: Model, html: str, url: str) -> Article:
    root = parse_tree(html)
    shown = [] if root is None else [b for b in cut_blocks(root).blocks if b.zone != "hidden"]
    with by_folds(model):
        return extract_article("\n".join(block.text for block in shown), url)


def extract_carried(model: Model, html: str, url: str) -> Article:
    """Reads a page as if it showed none of the text in its data."""
    with (
        by_folds(model),
        patch.object(opened_page, "shows_text", lambda *_: False),
        patch.object(drawn_by_script, "SENTENCE", sys.maxsize),
    ):
        return extract_article(html, url)


def rate(expected: Mapping[str, Any], body: str, scoring: Any) -> float:
    if "with" in expected:
        flat = " ".join(body.split())
        found, leaked = (
            sum(" ".join(one.split()) in flat for one in expected[side])
            for side in ("with", "without")
        )
        return 2 * found / ((found + leaked + len(expected["with"])) or 1)
    return scoring.word_f1(expected["body"], body) if expected["body"] else 0.0


def breaks_off(answer: str | None, body: str, scoring: Any) -> bool:
    expected, got = (re.findall(r"\w+", text or "") for text in (answer, body))
    tail = expected[-TAIL:]
    ends = [i for i in range(len(got) - TAIL + 1) if got[i : i + TAIL] == tail]
    if not ends or ends[-1] + TAIL > WHOLE * len(got):
        return False
    found, invented, missed = scoring.overlap(answer, " ".join(got[: ends[-1] + TAIL]))
    return found > 0.9 * (found + invented) and found > 0.9 * (found + missed)


def report(way: confidence.Way, pages: Sequence[Page]) -> None:
    names = list(pages[0].signals)
    parts = np.array([page.part for page in pages])
    sure = np.zeros(len(pages))
    for part in set(parts):
        weights = fit([page for page in pages if page.part != part], names)
        sure[parts == part] = predict([p for p in pages if p.part == part], names, weights)
    f1 = np.array([page.f1 for page in pages])
    sets = np.array([page.set for page in pages])
    is_story = sets != NO_STORIES
    print_bins(sure[is_story], f1[is_story])
    print(f"\n{'set':<22} pages   F1 below {BAD}   AUC for these")
    chosen = {name: sets == name for name in SETS}
    chosen |= {"words known": is_story & (sets != "snippets"), "all": is_story}
    for name, these in chosen.items():
        bad = f1[these] < BAD
        print(f"{name:<22} {these.sum():5}   {bad.sum():12}   {auc(sure[these], bad):.3f}")
    if not is_story.all():
        others = (~is_story).sum()
        print(f"{'no stories among all':<22} {others:5}   {'':12}   {auc(sure, ~is_story):.3f}")
    refused = np.array([is_refused(page, value) for page, value in zip(pages, sure, strict=True)])
    print(f"\nthe floor refuses {(refused & ~is_story).sum()} of these, and of the stories:")
    for i in np.flatnonzero(refused & is_story):
        length = sum(map(len, pages[i].paragraphs))
        said = f"{pages[i].set:<9} {length:5} characters  {pages[i].url[:100]}"
        print(f"  {sure[i]:.3f}  F1 {f1[i]:.2f}  {said}")
    print(f"\nWEIGHTS, fitted on all pages:\n    {way!r}: {{")
    for name, weight in zip([confidence.BIAS, *names], fit(pages, names), strict=True):
        print(f'        "{name}": {weight:.2f},')
    print("    },")


def is_refused(page: Page, sure: float) -> bool:
    try:
        refusal.require_sure(sure, page.headline, page.paragraphs, is_dated=page.is_dated)
    except NotAnArticle:
        return True
    return False


def print_bins(sure: np.ndarray, f1: np.ndarray) -> None:
    print("confidence     pages   mean F1   F1 below 0.8")
    order = np.argsort(sure, kind="stable")
    for some in np.array_split(order, BINS):
        ends = f"{sure[some[0]]:.2f} to {sure[some[-1]]:.2f}"
        print(f"{ends}  {len(some):6}   {f1[some].mean():7.3f}   {(f1[some] < BAD).mean():10.0%}")


def auc(sure: np.ndarray, bad: np.ndarray) -> float:
    """Tells how often a bad page is less sure than a good one."""
    low, high = sure[bad], sure[~bad]
    if not len(low) or not len(high):
        return float("nan")
    return float(((low[:, None] < high) + 0.5 * (low[:, None] == high)).mean())


def predict(pages: Sequence[Page], names: Sequence[str], weights: Sequence[float]) -> np.ndarray:
    signals = np.array([[page.signals[name] for name in names] for page in pages])
    return 1 / (1 + np.exp(-weights[0] - signals @ np.array(weights[1:])))


def fit(pages: Sequence[Page], names: Sequence[str]) -> list[float]:
    """Fits logistic regression on F1 by Newton's steps, on centred and scaled signals."""
    signals = np.array([[page.signals[name] for name in names] for page in pages])
    f1 = np.array([page.f1 for page in pages])
    counts = np.array([OTHER if page.set == NO_STORIES else 1.0 for page in pages])
    means, scales = signals.mean(0), signals.std(0) + 1e-9
    rows = np.column_stack([np.ones(len(pages)), (signals - means) / scales])
    shrinking = np.diag([0.0] + [SHRINKING] * len(names))
    weights = np.zeros(len(names) + 1)
    for _ in range(STEPS):
        sure = 1 / (1 + np.exp(-rows @ weights))
        slope = rows.T @ (counts * (sure - f1)) + shrinking @ weights
        bend = (rows.T * (counts * sure * (1 - sure))) @ rows + shrinking
        weights -= np.linalg.solve(bend, slope)
    raw = weights[1:] / scales
    return [float(weights[0] - raw @ means), *map(float, raw)]


if __name__ == "__main__":
    main()
