"""Measures what it takes to merge an archive into another, and whether that grows with either.

    python bench/merge_archives.py [--into 10000,50000] [--stories 10000]

Merges so many invented stories (bench/archive.py), each with a raw page, into archives of these
sizes, then once more, which changes nothing; beside it, what storing the same stories takes as a
crawl does, their making included and their reading not. Times are CPU of the process, one for each
merge; the memory is what it held at most beyond what it held before.
"""

# ruff: noqa: E402
import argparse
import multiprocessing
import re
import shutil
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

sys.path[0] = str(Path(__file__).parents[1])

from bench.archive import BATCH, SOURCE, batched, stories
from tradepress.archive.captures.folder import capture_folder
from tradepress.archive.captures.warc import WarcCaptures
from tradepress.archive.ledger.outcomes import RunKind, RunState
from tradepress.archive.merging.bring_archive import MergedArchive, bring_archive
from tradepress.archive.merging.bring_rest import join_sources
from tradepress.archive.merging.other_archive import open_other
from tradepress.archive.open import open_archive
from tradepress.archive.stories.clean_story import clean_story
from tradepress.story import Article, Capture

CAPTURED = datetime(2026, 3, 1, 9, tzinfo=UTC)


def make(path: Path, articles: Iterator[Article]) -> float:
    """Makes an archive of these stories with their raw pages, as a crawl does; returns CPU
    seconds."""
    started = time.process_time()
    captures = WarcCaptures(capture_folder(path))
    with (
        open_archive(path, command="bench", captures=captures) as archive,
        archive.run(RunKind.CRAWL, sources=[SOURCE]) as run,
    ):
        for batch in batched(articles, BATCH):
            for article in batch:
                page = Capture(
                    url=article.url or "",
                    body=(article.body or "").encode(),
                    content_type="text/html",
                    status=200,
                    date_captured=CAPTURED,
                    source=SOURCE.name,
                )
                run.stories.save(clean_story(replace(article, capture=page)), extractor="bench")
            run.transaction.commit()
    return time.process_time() - started


def most_memory() -> float:
    """Returns the MB that the process held at most (Linux)."""
    found = re.search(r"VmHWM:\s+(\d+) kB", Path("/proc/self/status").read_text())
    return int(found[1]) / 1000 if found else 0.0


def merge(target: Path, other: Path) -> None:
    """Merges, and says what it took."""
    before = most_memory()
    started, clock = time.process_time(), time.monotonic()
    merged = MergedArchive(path=other)
    with (
        open_archive(
            target, command="bench", captures=WarcCaptures(capture_folder(target))
        ) as into,
        open_other(other) as opened,
        into.run(RunKind.MERGE, sources=[SOURCE.name]) as run,
    ):
        join_sources(run, opened)
        for _ in bring_archive(run, opened, lambda article: article, merged):
            pass
        run.end(RunState.DONE, exit_code=0)
    spent, took = time.process_time() - started, time.monotonic() - clock
    number = merged.stories.total()
    outcomes = ", ".join(f"{outcome} {count:,}" for outcome, count in merged.stories.items())
    grown = most_memory() - before
    print(
        f"  {outcomes}: {1000 * spent / number:.2f} ms CPU a story, {number / took:,.0f} stories "
        f"a second, memory +{grown:.0f} MB",
        flush=True,
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--into", default="10000,50000")
    parser.add_argument("--stories", type=int, default=10_000)
    arguments = parser.parse_args()
    start = multiprocessing.get_context("spawn").Process
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        sizes = sorted(map(int, arguments.into.split(",")))
        other, base = folder / "other.db", folder / "base.db"
        spent = make(other, stories(arguments.stories, first=sizes[-1]))
        print(f"stored as a crawl does: {1000 * spent / arguments.stories:.2f} ms CPU a story")
        held = 0
        for size in sizes:
            make(base, stories(size - held, first=held))
            held = size
            target = folder / f"target-{size}.db"
            shutil.copy(base, target)
            shutil.copytree(capture_folder(base), capture_folder(target))
            print(f"{arguments.stories:,} stories into {size:,}, and once more:", flush=True)
            for _ in range(2):
                process = start(target=merge, args=(target, other))
                process.start()
                process.join()
            target.unlink()


if __name__ == "__main__":
    main()
