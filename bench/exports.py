"""Measures what exporting stories costs in each format: CPU, time, memory that stays flat.

    python bench/exports.py [--sizes 10000,100000]

Stories are those of bench/archive.py, as long as real ones, here with six mentions each; from
10,000 on they are copies of the first ones under names of their own. Each export is a process that
does nothing else. Peak memory counts what Python and its modules take before the first story.
"""

# ruff: noqa: E402
import argparse
import os
import shutil
import sqlite3
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from pathlib import Path

sys.path[0] = str(Path(__file__).parents[1])  # where bench is

from bench.archive import BATCH, SOURCE, fill, stories
from bench.captures_out import cost
from tradepress.archive.ledger.outcomes import RunKind
from tradepress.archive.open import open_archive
from tradepress.archive.search.story_query import StoryQuery
from tradepress.research.export.export_stories import EXPORT_FORMATS, Format
from tradepress.research.press_archive import PressArchive
from tradepress.story import Article, Mention

STORED = 10_000
MENTIONS = 6
COPIED = """
    INSERT INTO mentions SELECT version_id + :by, field, "start", "end", kind, value FROM mentions
    WHERE version_id <= :last
"""


def with_mentions(count: int) -> Iterator[Article]:
    for article in stories(count):
        places = range(0, MENTIONS * 40, 40)
        found = (
            Mention(field="body", start=at, end=at + 12, kind="firm", value=f"Firm {at}")
            for at in places
        )
        yield replace(article, mentions=tuple(found))


def make(path: Path, size: int) -> None:
    """Makes an archive of so many stories."""
    with (
        open_archive(path, near_duplicates=False) as archive,
        archive.run(RunKind.INGEST, sources=[SOURCE]) as run,
    ):
        for number, article in enumerate(with_mentions(min(size, STORED))):
            run.stories.save(article, extractor="bench")
            if number % BATCH == 0:
                run.transaction.commit()
    copies = size // STORED - 1
    if copies > 0:
        fill(path, copies)
        with sqlite3.connect(path) as db:
            for copy in range(1, copies + 1):
                db.execute(COPIED, {"by": copy * STORED, "last": STORED})


def export(path: Path, target: Path, format: Format) -> None:
    with PressArchive(path) as archive:
        report = archive.export(StoryQuery(), path=target, format=format)
    assert report.stories == report.with_text > 0


def size_of(target: Path) -> int:
    """Counts bytes, without holding the names of 100,000 files."""
    if target.is_file():
        return target.stat().st_size
    with os.scandir(target) as entries:
        return sum(size_of(Path(one.path)) for one in entries)


def remove(target: Path) -> None:
    shutil.rmtree(target) if target.is_dir() else target.unlink()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--sizes", default="10000,100000")
    print(f"{'format':<9} {'stories':>8} {'CPU ms':>7} {'seconds':>8} {'peak MB':>8} {'MB':>7}")
    for size in map(int, parser.parse_args().sizes.split(",")):
        with tempfile.TemporaryDirectory() as folder:
            path, target = Path(folder) / "press.db", Path(folder) / "export"
            cost(lambda path, size=size: make(path, size), path)
            for format in EXPORT_FORMATS:
                started = time.perf_counter()
                cpu, peak = cost(partial(export, target=target, format=format), path)
                seconds = time.perf_counter() - started
                print(
                    f"{format:<9} {size:>8} {cpu * 1000 / size:>7.3f} {seconds:>8.1f} "
                    f"{peak:>8.0f} {size_of(target) / 1e6:>7.1f}",
                    flush=True,
                )
                cost(remove, target)  # the names of 100,000 files would stay in this process


if __name__ == "__main__":
    main()
