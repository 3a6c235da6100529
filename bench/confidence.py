"""Fit the weights of crawler/extraction/confidence.py, and show how far they can be relied on.

    python bench/confidence.py            reads ../shared/data; prints the table and the weights

Each page's confidence in the table comes from weights fitted on other sites (five parts by host).
What is fitted is the F1 of the body's words, by the measure of ../shared/tools. Pages whose answer
breaks off while the story goes on (it ends within our text, and what stands before is right) say
nothing of us and are left out; their number is printed.
"""

import hashlib
import math
import re
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NamedTuple
from urllib.parse import urlsplit

ROOT = Path(__file__).resolve().parent.parent
TOOLS = ROOT.parent / "shared" / "tools"
PARTS = 5
BINS = 5
STEPS = 1500
RATE = 0.5
SHRINKING = 3.0
TAIL = 8
WHOLE = 0.75


class Page(NamedTuple):
    host: str
    signals: Mapping[str, float]
    f1: float


def main() -> None:
    if not (TOOLS / "score_extraction.py").exists():
        print("skipped: ../shared/tools/score_extraction.py is not here")
        return
    sys.path[:0] = [str(ROOT), str(TOOLS)]
    pages, cut = read_pages()
    names = list(pages[0].signals)
    part_of = [int(hashlib.md5(p.host.encode()).hexdigest(), 16) % PARTS for p in pages]
    judged = []
    for part in range(PARTS):
        weights = fit([p for p, n in zip(pages, part_of, strict=True) if n != part], names)
        judged += [
            (predict(p.signals, weights), p.f1)
            for p, n in zip(pages, part_of, strict=True)
            if n == part
        ]
    judged.sort()
    print(f"{len(pages)} pages ({cut} more have an answer that breaks off)\n")
    print("confidence     pages   mean F1   F1 below 0.8")
    for i in range(BINS):
        some = judged[len(judged) * i // BINS : len(judged) * (i + 1) // BINS]
        mean = sum(f1 for _, f1 in some) / len(some)
        low = sum(f1 < 0.8 for _, f1 in some) / len(some)
        print(f"{some[0][0]:.2f} to {some[-1][0]:.2f}  {len(some):6}   {mean:7.3f}   {low:10.0%}")
    print("\nBIAS and WEIGHTS, fitted on all pages:")
    for name, weight in zip(["BIAS", *names], fit(pages, names), strict=True):
        print(f'    "{name}": {weight:.2f},')


def read_pages() -> tuple[list[Page], int]:
    import score_extraction as scoring

    from crawler.extraction import NotAnArticle, extract_article

    pages, cut = [], 0
    for name in ("aeb", "news"):
        for _, url, html, expected in scoring.load(name):
            try:
                article = extract_article(html, url)
            except NotAnArticle:
                continue
            found, invented, missed = scoring.overlap(expected["body"], article.body)
            if breaks_off(expected["body"], article.body or "", scoring):
                cut += 1
            elif article.confidence is not None:
                f1 = 2 * found / (2 * found + invented + missed)
                signals = article.evidence["confidence"][0].value
                pages.append(Page(urlsplit(url).netloc, signals, f1))
    return pages, cut


def breaks_off(answer: str, body: str, scoring) -> bool:  # type: ignore[no-untyped-def]
    expected, got = (re.findall(r"\w+", text or "") for text in (answer, body))
    tail = expected[-TAIL:]
    ends = [i for i in range(len(got) - TAIL + 1) if got[i : i + TAIL] == tail]
    if not ends or ends[-1] + TAIL > WHOLE * len(got):
        return False
    found, invented, missed = scoring.overlap(answer, " ".join(got[: ends[-1] + TAIL]))
    return found > 0.9 * (found + invented) and found > 0.9 * (found + missed)


def predict(signals: Mapping[str, float], weights: Sequence[float]) -> float:
    total = weights[0] + sum(w * x for w, x in zip(weights[1:], signals.values(), strict=True))
    return 1 / (1 + math.exp(-total))


def fit(pages: Sequence[Page], names: Sequence[str]) -> list[float]:
    """Logistic regression on F1 by gradient descent, on centred and scaled signals."""
    count = len(pages)
    means = [sum(p.signals[n] for p in pages) / count for n in names]
    scales = [
        math.sqrt(sum((p.signals[n] - m) ** 2 for p in pages) / count) or 1.0
        for n, m in zip(names, means, strict=True)
    ]
    rows = [
        [(p.signals[n] - m) / s for n, m, s in zip(names, means, scales, strict=True)]
        for p in pages
    ]
    bias, weights = 2.0, [0.0] * len(names)
    for _ in range(STEPS):
        errors = [
            1 / (1 + math.exp(-bias - sum(map(float.__mul__, weights, row)))) - page.f1
            for row, page in zip(rows, pages, strict=True)
        ]
        bias -= RATE * sum(errors) / count
        weights = [
            w
            - RATE
            * (sum(e * row[i] for e, row in zip(errors, rows, strict=True)) + SHRINKING * w)
            / count
            for i, w in enumerate(weights)
        ]
    raw = [w / s for w, s in zip(weights, scales, strict=True)]
    return [bias - sum(w * m for w, m in zip(raw, means, strict=True)), *raw]


if __name__ == "__main__":
    main()
