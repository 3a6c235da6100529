"""Fits the weights of tradepress/extraction/page_kind.toml, and shows how reliable they are.

    python bench/page_kind.py             reads ../shared/data; prints the table
    python bench/page_kind.py --write     and writes the weights fitted on all pages

What the table says of a page comes from weights fitted on other sites (five parts by host). It
needs numpy (`pip install -e '.[bench]'`).
"""

import argparse
import hashlib
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple
from unittest.mock import patch
from urllib.parse import urlsplit

import numpy as np

ROOT = Path(__file__).resolve().parent.parent
TOOLS = ROOT.parent / "shared" / "tools"
sys.path[:0] = [str(ROOT), str(TOOLS)]
SETS = ("aeb", "news", "papers", "wcxb", "snippets", "nonstories")
KINDS = ("story", "index", "product", "service", "forum")
KIND_OF = {"listing": "index", "collection": "index"}
PARTS = 5
STEPS = 3000
RATE = 0.3
MOMENTUM = 0.9
SHRINKING = 5.0


class Page(NamedTuple):
    url: str
    kind: str
    """Is the kind as the set has it; ``article`` for a story."""
    signs: Mapping[str, float]


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--write", action="store_true")
    write = parser.parse_args().write
    if not (TOOLS / "score_extraction.py").exists():
        print("skipped: ../shared/tools/score_extraction.py is not here")
        return
    pages = list(read_pages())
    _, signs, _, kinds = as_rows(pages)
    parts = np.array([part_of(page.url) for page in pages])
    shares = np.zeros((len(pages), len(KINDS)))
    for part in range(PARTS):
        weights = fit(signs[parts != part], kinds[parts != part])
        shares[parts == part] = judge(signs[parts == part], weights)
    print_table(pages, kinds, shares)
    if write:
        target = ROOT / "tradepress" / "extraction" / "page_kind.toml"
        target.write_text(fit_toml(pages), encoding="utf-8")


def read_pages() -> Iterator[Page]:
    """Yields the pages that reach the judgement, none of which refuses them here."""
    import score_extraction as scoring

    from tradepress.extraction import NotAnArticle, extract_article, page_kind, refusal

    seen: list[Mapping[str, float]] = []
    with (
        patch.object(page_kind, "require_story_kind", lambda signs, **_: seen.append(signs) or 1.0),
        patch.object(page_kind, "require_not_index", lambda *_: None),
        patch.object(refusal, "require_not_video", lambda *_: None),
    ):
        for name in SETS:
            for _, url, html, expected in scoring.load(name):
                seen.clear()
                with suppress(NotAnArticle):
                    extract_article(html, url)
                if seen:
                    yield Page(url, expected.get("kind", "article"), seen[0])


def as_rows(pages: Sequence[Page]) -> tuple[list[str], np.ndarray, np.ndarray, np.ndarray]:
    """Returns names, values and means of the signs, and the numbers of the kinds; what nothing is
    known of is taken for the mean."""
    names = list(max((page.signs for page in pages), key=len))
    signs = np.array([[page.signs.get(name, np.nan) for name in names] for page in pages])
    means = np.nanmean(signs, 0)
    kinds = np.array([KINDS.index(kind_of(page)) for page in pages])
    return names, np.where(np.isnan(signs), means, signs), means, kinds


def fit_toml(pages: Sequence[Page]) -> str:
    """Returns the text of page_kind.toml, fitted on these pages."""
    names, signs, means, kinds = as_rows(pages)
    return as_toml(names, fit(signs, kinds), means)


def kind_of(page: Page) -> str:
    kind = KIND_OF.get(page.kind, page.kind)
    return kind if kind in KINDS else "story"


def part_of(url: str) -> int:
    host = ".".join((urlsplit(url).hostname or "").split(".")[-2:])
    return int(hashlib.md5(host.encode()).hexdigest(), 16) % PARTS


def fit(signs: np.ndarray, kinds: np.ndarray) -> np.ndarray:
    """Fits multinomial logistic regression on centred and scaled signs; one column a kind, the
    first row is the bias."""
    means, scales = signs.mean(0), signs.std(0) + 1e-9
    rows = np.column_stack([np.ones(len(signs)), (signs - means) / scales])
    wanted = np.eye(len(KINDS))[kinds]
    weights = np.zeros((rows.shape[1], len(KINDS)))
    speed = np.zeros_like(weights)
    for _ in range(STEPS):
        slope = rows.T @ (softmax(rows @ weights) - wanted)
        slope[1:] += SHRINKING * weights[1:]
        speed = MOMENTUM * speed - RATE / len(rows) * slope
        weights += speed
    weights[1:] /= scales[:, None]
    weights[0] -= means @ weights[1:]
    return weights


def judge(signs: np.ndarray, weights: np.ndarray) -> np.ndarray:
    return softmax(weights[0] + signs @ weights[1:])


def softmax(totals: np.ndarray) -> np.ndarray:
    shares = np.exp(totals - totals.max(1, keepdims=True))
    return shares / shares.sum(1, keepdims=True)


def print_table(pages: list[Page], kinds: np.ndarray, shares: np.ndarray) -> None:
    from tradepress.extraction.page_kind import find_other_kind

    given = [
        find_other_kind(page.signs, dict(zip(KINDS, row, strict=True))) or "story"
        for page, row in zip(pages, shares, strict=True)
    ]
    print("page of the set     pages   " + "   ".join(f"{kind:>7}" for kind in KINDS))
    for kind in sorted({page.kind for page in pages}):
        of_kind = [g for page, g in zip(pages, given, strict=True) if page.kind == kind]
        counts = [of_kind.count(name) / len(of_kind) for name in KINDS]
        print(f"{kind:<18} {len(of_kind):6}   " + "   ".join(f"{c:7.3f}" for c in counts))
    print("\nstories mistaken:")
    for page, found, row in zip(pages, given, shares, strict=True):
        if page.kind == "article" and found != "story":
            print(f"  {found:<8} {row[0]:.3f}  {page.url[:110]}")


def as_toml(names: list[str], weights: np.ndarray, means: np.ndarray) -> str:
    lines = ["# Written by bench/page_kind.py."]
    for kind, column in zip(KINDS, weights.T, strict=True):
        lines += ["", f"[{kind}]", f"bias = {column[0]:.3f}"]
        lines += [f'"{name}" = {w:.3f}' for name, w in zip(names, column[1:], strict=True)]
    lines += ["", "[average]"]
    lines += [f'"{name}" = {mean:.3f}' for name, mean in zip(names, means, strict=True)]
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    main()
