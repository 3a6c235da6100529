"""Measures our extraction beside its rivals on the pages of ../shared/data: a table a set.

    pip install -e '.[bench]'                                # rs-trafilatura: on Python 3.12 alone
    npm install --no-save @mozilla/readability linkedom      # where node is
    python bench/extraction.py [--sets papers,wcxb] [--as-it-is] [--rounds 3]

The measures are those of ../shared/tools. Behind a rival's figure stands the 95 % interval of ours
less its, in thousandths, by a paired bootstrap over sites. What ours has learned from pages
is learned, for the pages of each fold of sites, on the other folds; where that can't be done here,
a line says so, and ours is taken as it is. A rival that is not installed is shown as such. CPU is
that of one process: the extractors take turns, each is given its best round.
"""

# ruff: noqa: E402
import argparse
import importlib.util
import json
import logging
import random
import re
import shutil
import subprocess
import sys
import time
import warnings
from collections.abc import Callable, Iterable, Mapping, Sequence
from operator import add
from pathlib import Path
from types import ModuleType
from typing import Any
from urllib.parse import urlsplit

from tldextract import TLDExtract

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))  # beside this file, bench/archive.py would pass for the package

from tradepress.extraction import extract_article

Extract = Callable[[str, str], Any]
Page = tuple[str, str, str, dict[str, Any]]
"""Holds key, address, HTML and the answers."""
Shares = tuple[float, ...]
"""Holds numerators and denominators in turn. They are added up over pages; a column's value is the
harmonic mean of the quotients, which is F1 for precision and recall."""

SCORES = ROOT.parent / "shared/tools/score_extraction.py"
"""Is where the measures are; its folder holds what the other benches import."""
READABILITY = Path(__file__).with_name("readability.cjs")
FIELDS = ("headline", "date", "authors")
COLUMNS: Mapping[str, Sequence[str]] = {
    "aeb": ("F1", "exact"),
    "news": ("F1", *FIELDS),
    "papers": ("F1", *FIELDS),
    "wcxb": ("word F1", *FIELDS),
    "snippets": ("F1", "headline", "date"),
    "nonstories": ("listing", "collection", "product", "service", "forum", "all"),
}
"""Names columns of each set of pages; those of nonstories are the shares refused."""
DRAWS = 1000
registered_name = TLDExtract(suffix_list_urls=(), cache_dir=None)  # the list it brings along


def load_scores() -> ModuleType | None:
    """Returns the scoring script as a module; None where ../shared is not beside this checkout."""
    spec = importlib.util.spec_from_file_location("score_extraction", SCORES)
    if not SCORES.exists() or spec is None or spec.loader is None:
        return None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def site_of(url: str) -> str:
    """Returns the registered domain of an address, else its host."""
    found = registered_name(url)
    return f"{found.domain}.{found.suffix}" if found.suffix else urlsplit(url).netloc


def ours(*, is_folded: bool) -> Extract:
    """Extracts with ours: as it is, or with what is learned from pages learned, for each, on other
    sites."""
    if not is_folded:
        return extract_article
    sys.path.insert(0, str(SCORES.parent))
    import block_model
    import confidence as fitting
    import score_extraction

    models = fitting.fit_models(score_extraction, range(block_model.PARTS))

    def extract(html: str, url: str) -> Any:
        with fitting.by_folds(models[block_model.part_of(url)], has_floor=True):
            return extract_article(html, url)

    return extract


def trafilatura() -> Extract:
    from trafilatura import bare_extraction

    def extract(html: str, url: str) -> dict[str, Any]:
        found = bare_extraction(html, url=url, with_metadata=True, include_comments=False)
        read = found.as_dict() if found else {}
        return {
            "body": read.get("text"),
            "headline": read.get("title"),
            "date_published": read.get("date"),
            "authors": read.get("author"),
        }

    return extract


def rs_trafilatura() -> Extract:
    from rs_trafilatura import extract as read

    def extract(html: str, url: str) -> dict[str, Any]:
        found = read(html, url=url)
        return {
            "body": found.main_content,
            "headline": found.title,
            "date_published": found.date,
            "authors": found.author,
        }

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


def readability() -> Extract:
    from lxml.html import fromstring
    from readability import Document

    def extract(html: str, url: str) -> dict[str, Any]:
        document = Document(html, url=url)
        body = fromstring(document.summary(html_partial=True))
        return {"body": "\n".join(map(str, body.itertext())), "headline": document.short_title()}

    return extract


def resiliparse() -> Extract:
    from resiliparse.extract.html2text import extract_plain_text
    from resiliparse.parse.html import HTMLTree

    def extract(html: str, url: str) -> dict[str, Any]:
        tree = HTMLTree.parse(html)
        body = extract_plain_text(tree, main_content=True, alt_texts=False, list_bullets=False)
        return {"body": body, "headline": tree.title}

    return extract


class Piped:
    """Runs a rival in a process of its own, which says ``ready``, then answers each line by one."""

    def __init__(self, command: Sequence[str | Path]) -> None:
        if shutil.which(command[0]) is None:
            raise ImportError(command[0])
        pipe, silent = subprocess.PIPE, subprocess.DEVNULL
        self.process = subprocess.Popen(
            command, stdin=pipe, stdout=pipe, stderr=silent, encoding="utf-8"
        )
        self.cpu = 0.0
        if self._read() != "ready\n":
            self.close()
            raise ImportError(command[1])

    def _read(self) -> str:
        return self.process.stdout.readline() if self.process.stdout else ""

    def close(self) -> None:
        self.process.communicate()

    def __call__(self, html: str, url: str) -> dict[str, Any]:
        print(json.dumps(html), file=self.process.stdin, flush=True)
        answer: dict[str, Any] = json.loads(self._read())
        self.cpu += answer["cpu"]
        if "error" in answer:
            raise ValueError(answer["error"])
        return answer


def readability_js() -> Extract:
    return Piped(["node", READABILITY])


RIVALS: Mapping[str, Callable[[], Extract]] = {
    "trafilatura": trafilatura,
    "rs_trafilatura": rs_trafilatura,
    "newspaper4k": newspaper,
    "readability-lxml": readability,
    "resiliparse": resiliparse,
    "Readability.js": readability_js,
}


def judge(
    scores: ModuleType, expected: Mapping[str, Any], got: Mapping[str, Any]
) -> dict[str, Shares]:
    """Returns what the answer for one page adds to each column."""
    body = got.get("body")
    if "kind" in expected:
        return dict.fromkeys((expected["kind"], "all"), (not body, 1))
    said: dict[str, Shares] = {"no body": (not body, 1)}
    if "with" in expected:
        words = " ".join((body or "").split())
        found, leaked = (
            sum(" ".join(text.split()) in words for text in expected[side])
            for side in ("with", "without")
        )
        said["F1"] = (2 * found, found + leaked + len(expected["with"]))
    else:
        right, invented, missed = scores.overlap(expected["body"], body)
        precision = right / (right + invented) if right + invented else 0.0
        recall = right / (right + missed) if right + missed else 0.0
        said["F1"] = (precision, right + invented > 0, recall, right + missed > 0)
        said["word F1"] = (scores.word_f1(expected["body"], body), 1)
        true, said_words = (re.findall(r"\w+", text or "") for text in (expected["body"], body))
        said["exact"] = (true == said_words, 1)
    if headline := expected.get("headline"):
        said["headline"] = (scores.plain(headline) == scores.plain(got.get("headline")), 1)
    if date := expected.get("date_published"):
        said["date"] = (scores.day(date) == scores.day(got.get("date_published")), 1)
    if authors := expected.get("authors"):
        named = scores.names(got.get("authors")) | scores.names(got.get("credit"))
        true = scores.names(authors)
        said["authors"] = (2 * len(true & named) / (len(true) + len(named)), 1)
    return said


def judge_all(
    scores: ModuleType, extract: Extract, pages: Iterable[Page]
) -> list[dict[str, Shares]]:
    judged = []
    for _, url, html, expected in pages:
        try:
            got = scores.as_dict(extract(html, url))
        except Exception:  # a refusal or crash is an empty answer
            got = {}
        judged.append(judge(scores, expected, got))
    return judged


def by_site(
    pages: Sequence[Page], judged: Sequence[Mapping[str, Shares]], column: str
) -> list[Shares]:
    """Returns the sums of each site that has answers for the column."""
    sums: dict[str, Shares] = {}
    for (_, url, _, _), said in zip(pages, judged, strict=True):
        if column in said:
            site = site_of(url)
            sums[site] = tuple(map(add, sums[site], said[column])) if site in sums else said[column]
    return list(sums.values())


def value_of(sums: Sequence[float]) -> float:
    quotients = [n / d if d else 0.0 for n, d in zip(sums[::2], sums[1::2], strict=True)]
    is_right = bool(quotients) and all(quotients)
    return len(quotients) / sum(1 / q for q in quotients) if is_right else 0.0


def resample(sites: Sequence[Shares]) -> list[float]:
    """Returns the value for each draw of so many sites, which are the same for every extractor."""
    rng = random.Random(DRAWS)
    parts = list(zip(*sites, strict=True))
    values = []
    for _ in range(DRAWS):
        drawn = rng.choices(range(len(sites)), k=len(sites))
        values.append(value_of([sum(map(part.__getitem__, drawn)) for part in parts]))
    return values


def interval(ours: Sequence[float], theirs: Sequence[float]) -> str:
    """Returns the middle 95 % of the differences, in thousandths."""
    differences = sorted(1000 * (a - b) for a, b in zip(ours, theirs, strict=True))
    low, high = differences[DRAWS // 40], differences[-1 - DRAWS // 40]
    return f"({low:+.0f}…{high:+.0f})"


def print_scores(
    name: str, pages: Sequence[Page], judged: Mapping[str, Sequence[Mapping[str, Shares]] | None]
) -> None:
    """Prints one table; the first extractor is ours, None stands for one that is not installed."""
    columns = COLUMNS[name]
    sites = len({site_of(url) for _, url, _, _ in pages})
    print(f"\n{name}: {len(pages)} pages of {sites} sites\n")
    print_row("", *columns, "no body")
    print("|---" * (len(columns) + 2) + "|")
    drawn: dict[str, list[float]] = {}
    for extractor, found in judged.items():
        if found is None:
            print_row(extractor, "not installed", *[""] * len(columns))
            continue
        cells = []
        for column in columns:
            sums = by_site(pages, found, column)
            value = value_of([sum(part) for part in zip(*sums, strict=True)])
            # A field that an extractor has no idea of is right on hardly any page.
            is_known = value >= 0.01
            values = resample(sums) if is_known else []
            beside = f" {interval(drawn[column], values)}" if drawn.get(column) and values else ""
            drawn.setdefault(column, values)
            cells.append(f"{value:.3f}{beside}" if is_known else "")
        nothing = sum(said["no body"][0] for said in found if "no body" in said)
        print_row(extractor, *cells, f"{nothing:.0f}" if nothing else "")


def print_row(*cells: str) -> None:
    print(f"| {' | '.join(cells)} |", flush=True)


def cpu_of(extract: Extract) -> float:
    """Returns CPU seconds so far of the process that it works in."""
    return extract.cpu if isinstance(extract, Piped) else time.process_time()


def measure_cpu(
    extractors: Mapping[str, Extract], pages: Sequence[Page], rounds: int
) -> dict[str, float]:
    """Returns milliseconds of CPU a page, the best of the rounds.
    Each round's pages differ by a comment, so that no cache can answer."""
    best = dict.fromkeys(extractors, float("inf"))
    for number in range(rounds):
        altered = [(f"{html}<!-- {number} -->", url) for _, url, html, _ in pages]
        for name, extract in extractors.items():
            start = cpu_of(extract)
            for html, url in altered:
                try:
                    extract(html, url)
                except Exception:  # a refusal costs time too
                    continue
            best[name] = min(best[name], 1000 * (cpu_of(extract) - start) / len(pages))
    return best


def main() -> int:
    parser = argparse.ArgumentParser(description="Our extraction beside its rivals.")
    parser.add_argument("--sets", default=",".join(COLUMNS), help="which sets of pages")
    parser.add_argument(
        "--as-it-is", action="store_true", help="with what was learned on all of these pages"
    )
    parser.add_argument("--rounds", type=int, default=3, help="rounds of timing, 0: none")
    parser.add_argument("--timed", type=int, default=300, help="pages that are timed")
    args = parser.parse_args()
    scores = load_scores()
    if scores is None:
        print(f"Not measured: no {SCORES}; the pages live beside the checkout, in ../shared.")
        return 1
    try:
        own = ours(is_folded=not args.as_it_is)
    except ImportError as missing:
        print(f"Learned on these pages, not on other sites: {missing.name} is not installed.")
        own = extract_article
    extractors: dict[str, Extract | None] = {"tradepress": own}
    for name, load in RIVALS.items():
        try:
            extractors[name] = load()
        except ImportError:
            extractors[name] = None
    everything: list[Page] = []
    for name in args.sets.split(","):
        pages = list(scores.load(name))
        everything += pages
        judged = {
            name: extract and judge_all(scores, extract, pages)
            for name, extract in extractors.items()
        }
        print_scores(name, pages, judged)
    if args.rounds:
        some = random.Random(DRAWS).sample(everything, min(args.timed, len(everything)))
        timed = {"lxml parse alone": scores.lxml_parse}
        timed |= {name: extract for name, extract in extractors.items() if extract}
        print_cpu(measure_cpu(timed, some, args.rounds))
    return 0


def print_cpu(cpu: Mapping[str, float]) -> None:
    parse = next(iter(cpu.values()))
    print()
    print_row("", "CPU ms a page", "of lxml parse")
    print("|---" * 3 + "|")
    for name, spent in cpu.items():
        print_row(name, f"{spent:.1f}", f"{spent / parse:.1f}")


if __name__ == "__main__":
    logging.disable()  # what rivals say of broken pages
    warnings.simplefilter("ignore")  # dateutil's, once for each odd time zone
    sys.exit(main())
