"""Measures what the log of leaves costs: CPU of a crawl, and bytes of a version and of a night.

    python bench/leaf_log.py [--stories 1500] [--nights 200] [--turns 7]

Stories are those of ``bench/care.py``, each with its raw page. CPU is that of one process which
stores them, with the log and without in turn, the median of the turns' differences; beside it that
of a whole crawl of the sample, for the share. Bytes are those of two databases, with the log and
without, after a VACUUM. A night without news reads a feed and two sections, asks for robots.txt and
finds three known stories unchanged.
"""

# ruff: noqa: E402
import argparse
import os
import resource
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

sys.path[0] = str(Path(__file__).parents[1])  # where bench is

from bench.archive import BATCH, SOURCE, batched
from bench.care import _pages
from tradepress.archive.captures.folder import capture_folder
from tradepress.archive.captures.warc import WarcCaptures
from tradepress.archive.leaf_log.leaf_log import LeafLog
from tradepress.archive.ledger.ledger import Fetched
from tradepress.archive.ledger.outcomes import Outcome, RunKind
from tradepress.archive.open import open_archive
from tradepress.story import StoredArticle

LISTED = ("robots", "feed", "section", "section")


@contextmanager
def without_log() -> Iterator[None]:
    """Lets nothing be written into the log for a while."""
    write, LeafLog.write = LeafLog.write, LeafLog.forget  # type: ignore[method-assign]
    try:
        yield
    finally:
        LeafLog.write = write  # type: ignore[method-assign]


def fill(path: Path, pages: list[StoredArticle]) -> float:
    """Stores the stories; returns the CPU seconds."""
    captures = WarcCaptures(capture_folder(path))
    started = time.process_time()
    with (
        open_archive(path, command="bench", captures=captures) as archive,
        archive.run(RunKind.CRAWL, sources=[SOURCE]) as run,
    ):
        for batch in batched(iter(pages), BATCH):
            for article in batch:
                run.stories.save(article, extractor="bench")
            run.transaction.commit()
    return time.process_time() - started


def nights(path: Path, count: int) -> None:
    """Crawls so often where there is no news."""
    with open_archive(path, command="bench") as archive:
        known = archive.transaction.rows("SELECT url FROM urls LIMIT 3")
        for _ in range(count):
            with archive.run(RunKind.CRAWL, sources=[SOURCE]) as run:
                for kind in LISTED:
                    url = f"{SOURCE.home_url}{kind}"
                    fetched = Fetched(kind=kind, status=304, size=0)
                    run.ledger.record_listing(SOURCE.name, url, fetched)
                for row in known:
                    run.addresses.take(SOURCE.name, row["url"])
                    fetched = Fetched(status=304)
                    run.addresses.settle(row["url"], Outcome.UNCHANGED, fetched=fetched)


def size(path: Path) -> int:
    with closing(sqlite3.connect(path)) as db:
        db.execute("VACUUM")
        db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    return path.stat().st_size


def crawl_of_sample(folder: Path) -> float:
    """Returns CPU milliseconds a story of a crawl with all its processes."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    program = Path(sys.executable).parent / "tradepress"
    subprocess.run([program, "demo"], cwd=folder, check=True, capture_output=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    with closing(sqlite3.connect(folder / "archive.db")) as db:
        (stored,) = db.execute("SELECT count(*) FROM articles").fetchone()
    spent = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return 1000 * spent / stored


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--stories", type=int, default=1500)
    parser.add_argument("--nights", type=int, default=200)
    parser.add_argument("--turns", type=int, default=7)
    options = parser.parse_args()
    pages = [*_pages(2 * options.stories)][::2]  # every second has a raw page
    differences, alone = [], []
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for turn in range(options.turns):
            with_log, without = folder / f"with-{turn}.db", folder / f"without-{turn}.db"
            spent = {}
            for path in (with_log, without) if turn % 2 else (without, with_log):
                if path == without:
                    with without_log():
                        spent[path] = fill(path, pages)
                else:
                    spent[path] = fill(path, pages)
            differences.append(1000 * (spent[with_log] - spent[without]) / len(pages))
            alone.append(1000 * spent[without] / len(pages))
        cost, storing = statistics.median(differences), statistics.median(alone)
        (folder / "sample").mkdir()
        crawl = crawl_of_sample(folder / "sample")
        print(f"CPU      {cost:.3f} ms a story: {cost / storing:.1%} of storing one, ", end="")
        print(f"{cost / crawl:.2%} of crawling one ({crawl:.1f} ms)")
        grown = (size(with_log) - size(without)) / len(pages)
        print(f"version  {grown:.0f} bytes, with its capture and its row of the ledger")
        before = {path: size(path) for path in (with_log, without)}
        nights(with_log, options.nights)
        with without_log():
            nights(without, options.nights)
        both = [(size(path) - before[path]) / options.nights for path in (with_log, without)]
        print(f"night    {both[0] - both[1]:.0f} bytes, of {both[0]:.0f}")


if __name__ == "__main__":
    os.environ.setdefault("PYTHONHASHSEED", "0")
    main()
