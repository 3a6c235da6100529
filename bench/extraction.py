"""Our extraction beside its rivals on the pages of ../shared/data: one run, one table.

    pip install -e '.[bench]'
    python bench/extraction.py [--rounds 3] [--sets aeb,news]

A rival that is not installed is shown as such. Scores are those of ../shared/tools. CPU is that of
this one process: the extractors take turns, each is given its best round.
"""

import argparse
import importlib.util
import sys
import time
import warnings
from collections.abc import Callable, Mapping
from pathlib import Path
from types import ModuleType
from typing import Any

from crawler.extraction import extract_article

Extract = Callable[[str, str], Any]
Page = tuple[str, str, str, dict[str, Any]]
"""Key, address, HTML and the answers."""

SCORES = Path(__file__).resolve().parent.parent.parent / "shared/tools/score_extraction.py"
COLUMNS = {
    "aeb F1": ("aeb", "f1"),
    "exact": ("aeb", "exact"),
    "news F1": ("news", "f1"),
    "headline": ("news", "headline"),
    "date": ("news", "date"),
    "authors": ("news", "authors"),
}


def load_scores() -> ModuleType | None:
    """The scoring script as a module; None where ../shared is not beside this checkout."""
    spec = importlib.util.spec_from_file_location("score_extraction", SCORES)
    if not SCORES.exists() or spec is None or spec.loader is None:
        return None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def ours() -> Extract:
    return lambda html, url: extract_article(html, url)


def trafilatura(**options: bool) -> Extract:
    from trafilatura import bare_extraction

    def extract(html: str, url: str) -> dict[str, Any]:
        found = bare_extraction(
            html, url=url, with_metadata=True, include_comments=False, **options
        )
        read = found.as_dict() if found else {}
        return {
            "body": read.get("text"),
            "headline": read.get("title"),
            "date_published": read.get("date"),
            "authors": read.get("author"),
        }

    return extract


def trafilatura_precise() -> Extract:
    return trafilatura(favor_precision=True)


def readability() -> Extract:
    from lxml.html import fromstring
    from readability import Document

    def extract(html: str, url: str) -> dict[str, Any]:
        document = Document(html, url=url)
        body = fromstring(document.summary(html_partial=True))
        return {"body": "\n".join(map(str, body.itertext())), "headline": document.short_title()}

    return extract


def newspaper() -> Extract:
    from newspaper import Article

    def extract(html: str, url: str) -> dict[str, Any]:
        article = Article(url, fetch_images=False)
        article.download(input_html=html)
        article.parse()
        return {
            "body": article.text,
            "headline": article.title,
            "date_published": article.publish_date,
            "authors": article.authors,
        }

    return extract


def resiliparse() -> Extract:
    from resiliparse.extract.html2text import extract_plain_text
    from resiliparse.parse.html import HTMLTree

    def extract(html: str, url: str) -> dict[str, Any]:
        tree = HTMLTree.parse(html)
        body = extract_plain_text(tree, main_content=True, alt_texts=False, list_bullets=False)
        return {"body": body, "headline": tree.title}

    return extract


EXTRACTORS: Mapping[str, Callable[[], Extract]] = {
    "tradepress": ours,
    "trafilatura": trafilatura,
    "trafilatura, precision": trafilatura_precise,
    "readability-lxml": readability,
    "newspaper4k": newspaper,
    "resiliparse": resiliparse,
}


def measure_cpu(
    extractors: Mapping[str, Extract], pages: list[Page], rounds: int
) -> dict[str, float]:
    """Milliseconds of CPU a page, the best of the rounds. Each round's pages differ by a comment,
    so that no cache can answer."""
    best = dict.fromkeys(extractors, float("inf"))
    for number in range(rounds):
        altered = [(f"{html}<!-- {number} -->", url) for _, url, html, _ in pages]
        for name, extract in extractors.items():
            start = time.process_time()
            for html, url in altered:
                # A refusal costs time too; what it says was counted with the scores.
                try:
                    extract(html, url)
                except Exception:
                    continue
            best[name] = min(best[name], 1000 * (time.process_time() - start) / len(pages))
    return best


def main() -> int:
    parser = argparse.ArgumentParser(description="Our extraction beside its rivals.")
    parser.add_argument("--rounds", type=int, default=3, help="rounds of timing, 0: none")
    parser.add_argument("--sets", default="aeb,news", help="which sets of pages (aeb,news)")
    args = parser.parse_args()
    warnings.simplefilter("ignore")  # dateutil's, once for each odd time zone
    scores = load_scores()
    if scores is None:
        print(f"Not measured: no {SCORES}; the pages live beside the checkout, in ../shared.")
        return 1
    sets: dict[str, list[Page]] = {name: list(scores.load(name)) for name in args.sets.split(",")}
    extractors: dict[str, Extract] = {}
    missing = []
    for name, load in EXTRACTORS.items():
        try:
            extractors[name] = load()
        except ImportError:
            missing.append(name)
    results = {
        name: {key: scores.score(extract, pages)[0] for key, pages in sets.items()}
        for name, extract in extractors.items()
    }
    timed = {"lxml parse alone": scores.lxml_parse, **extractors} if args.rounds else {}
    everything = [page for pages in sets.values() for page in pages]
    cpu = measure_cpu(timed, everything, args.rounds)
    print_table(results, cpu, missing)
    return 0


def print_table(
    results: Mapping[str, Mapping[str, Mapping[str, Any]]],
    cpu: Mapping[str, float],
    missing: list[str],
) -> None:
    print("| | " + " | ".join(COLUMNS) + " | refused or failed | CPU ms a page | of lxml parse |")
    print("|---" * (len(COLUMNS) + 4) + "|")
    parse = cpu.get("lxml parse alone")
    for name in (*EXTRACTORS, "lxml parse alone"):
        if name in missing:
            print(f"| {name} | not installed" + " |" * (len(COLUMNS) + 3))
            continue
        found = results.get(name, {})
        cells = [found.get(key, {}).get(field) for key, field in COLUMNS.values()]
        # A field that an extractor has no idea of is right on no page.
        row = [f"{cell:.3f}" if cell else "" for cell in cells]
        errors = sum(sum(result["errors"].values()) for result in found.values())
        row.append(str(errors) if found else "")
        row += [f"{cpu[name]:.1f}", f"{cpu[name] / parse:.1f}"] if parse else ["", ""]
        print(f"| {name} | " + " | ".join(row) + " |")


if __name__ == "__main__":
    sys.exit(main())
