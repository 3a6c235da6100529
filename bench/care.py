"""Measures what the care of a large archive costs: verify, backup, withdraw, beside SQLite's own.

    python bench/care.py [--stories 10000] [FILE]

Without FILE an archive is made of invented stories (those of ``bench/archive.py``), every second
with a raw page of 9 KB, every twentieth in two versions. All is done to copies, each job in a
process of its own. "Read" and "written" are the bytes that it asked the system for, as multiples of
the database, raw pages included; pages of a mapped file are asked for by no read. "To disk" is what
the system took for writing, which counts a page again that was written out meanwhile.
"""

# ruff: noqa: E402
import argparse
import os
import random
import shutil
import sqlite3
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

sys.path[0] = str(Path(__file__).parents[1])  # where bench is

from bench.archive import BATCH, SOURCE, batched, stories
from tradepress.archive.captures.folder import capture_folder
from tradepress.archive.captures.warc import WarcCaptures
from tradepress.archive.care.backup import backup as make_backup
from tradepress.archive.care.verify import verify
from tradepress.archive.file.connection import reading
from tradepress.archive.ledger.outcomes import RunKind
from tradepress.archive.open import open_archive
from tradepress.archive.withdrawal.erasing import withdraw
from tradepress.archive.withdrawal.other_pages import pages_of_others
from tradepress.archive.withdrawal.request import tombstone_for
from tradepress.archive.withdrawal.targets import find_targets
from tradepress.story import Article, Capture

CAPTURED, CORRECTED = 2, 20
"""Pick each so many-th story."""
PICTURES = 6000
"""Is how many bytes of a raw page can't be compressed."""
AT_ONCE = 10
IO = Path("/proc/self/io")


def make_archive(path: Path, count: int) -> None:
    """Stores all stories, and then the corrected ones."""
    captures = WarcCaptures(capture_folder(path))
    with (
        open_archive(path, command="bench", captures=captures) as archive,
        archive.run(RunKind.CRAWL, sources=[SOURCE]) as run,
    ):
        for batch in batched(_pages(count), BATCH):
            for article in batch:
                run.stories.save(article, extractor="bench")
            run.transaction.commit()


def _pages(count: int) -> Iterator[Article]:
    rng = random.Random(count)
    for number, article in enumerate(stories(count)):
        if number % CAPTURED:
            yield article
            continue
        page = f"<html><h1>{article.headline}</h1><p>{article.body}</p>".encode()
        yield replace(
            article,
            capture=Capture(
                url=article.url or "",
                body=page + rng.randbytes(PICTURES),
                content_type="text/html",
                status=200,
                source=article.source,
            ),
        )
    for number, article in enumerate(stories(count)):
        if number % CORRECTED == 0:
            yield replace(article, body=f"{article.body}\n\nCorrected: number {number}.")


# The jobs


def sqlite_backup(path: Path) -> str:
    with reading(path) as source:
        source.backup(sqlite3.connect(path.with_name("plain.db")))
    return ""


def sqlite_check(path: Path) -> str:
    with reading(path) as source:
        return "".join(source.execute("PRAGMA integrity_check").fetchone())


def sqlite_vacuum(path: Path) -> str:
    connection = sqlite3.connect(path)
    connection.execute("VACUUM")
    connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    return ""


def verified(path: Path, *, quick: bool = False) -> str:
    found = verify(path, captures=capture_folder(path), quick=quick)
    return f"{len(found.findings)} faults"


def verified_quick(path: Path) -> str:
    return verified(path, quick=True)


def backed_up(path: Path) -> str:
    result = make_backup(path, path.with_name("backups"), captures=capture_folder(path))
    return f"{len(result.problems)} faults"


def withdrawn(path: Path, *, count: int = 1) -> str:
    """Withdraws as the command does, and looks for the words in all that is left."""
    captures = WarcCaptures(capture_folder(path))
    with open_archive(path, command="withdraw", captures=captures) as archive:
        rows = archive.db.execute(
            "SELECT id, headline FROM articles ORDER BY id LIMIT ? OFFSET (SELECT max(id) / 2 "
            "FROM articles)",
            [count],
        ).fetchall()
        stones = [tombstone_for(archive.db, id_, reason="bench") for id_, _ in rows]
        pages_of_others(archive.db, captures, find_targets(archive.db, stones))
        withdraw(archive.transaction, stones)
    return "; ".join(headline for _, headline in rows)


def withdrawn_at_once(path: Path) -> str:
    return withdrawn(path, count=AT_ONCE)


JOBS: dict[str, Callable[[Path], str]] = {
    "SQLite's backup": sqlite_backup,
    "SQLite's integrity_check": sqlite_check,
    "SQLite's VACUUM": sqlite_vacuum,
    "verify": verified,
    "verify --quick": verified_quick,
    "backup": backed_up,
    "withdraw, a story": withdrawn,
    f"withdraw, {AT_ONCE} at once": withdrawn_at_once,
}


# Measuring


def counted() -> dict[str, int]:
    """Returns bytes of this process so far; empty where the system does not say."""
    if not IO.exists():
        return {}
    return {name: int(value) for name, _, value in map(_parts, IO.read_text().splitlines())}


def _parts(line: str) -> tuple[str, str, str]:
    return line.partition(": ")


def measure(job: Callable[[Path], str], path: Path) -> tuple[list[str], str]:
    """Returns cells of a line, and what the job says; in a process of its own."""
    size = path.stat().st_size
    reader, writer = os.pipe()
    if pid := os.fork():
        os.close(writer)
        with os.fdopen(reader) as answer:
            *cells, word = answer.read().split("\n")
        os.waitpid(pid, 0)
        return cells, word
    status = 1
    try:
        before, wall, cpu = counted(), time.perf_counter(), time.process_time()
        word = job(path)
        spent = (time.process_time() - cpu, time.perf_counter() - wall)
        after = counted()
        shares = [
            f"{(after[name] - before[name]) / size:.2f}" if after else "–"
            for name in ("rchar", "wchar", "write_bytes")
        ]
        cells = [*shares, *(f"{seconds:.1f}" for seconds in spent), word]
        os.write(writer, "\n".join(cells).encode())
        status = 0
    finally:
        os._exit(status)


def copy_of(path: Path, folder: Path) -> Path:
    """Copies the archive and its raw pages, alone, into a new folder."""
    folder.mkdir()
    shutil.copyfile(path, folder / path.name)
    if capture_folder(path).exists():
        shutil.copytree(capture_folder(path), capture_folder(folder / path.name))
    return folder / path.name


def is_left(path: Path, headlines: str) -> bool:
    """Does one of these stand in any file?"""
    words = [headline.encode() for headline in headlines.split("; ")]
    for file in path.parent.rglob("*"):
        if file.is_file():
            content = file.read_bytes()
            if any(word in content for word in words):
                return True
    return False


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--stories", type=int, default=10_000)
    parser.add_argument("file", nargs="?", type=Path, help="an archive that no one writes")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        path = arguments.file
        if path is None:
            path = Path(folder) / "archive.db"
            make_archive(path, arguments.stories)
        pages = sum(file.stat().st_size for file in capture_folder(path).glob("*"))
        size = path.stat().st_size
        print(f"{size / 1e6:,.0f} MB, captured pages {pages / size:.2f} of that")
        if not IO.exists():
            print("This system does not count bytes for a process: those columns are empty.")
        print("| | read | written | to disk | CPU s | wall s | |\n|---|---|---|---|---|---|---|")
        for name, job in JOBS.items():
            copy = copy_of(path, Path(folder) / "copy")
            cells, word = measure(job, copy)
            if "withdraw" in name:
                word = "words left" if is_left(copy, word) else "no words left"
            print(f"| {name} | {' | '.join(cells)} | {word} |", flush=True)
            shutil.rmtree(copy.parent)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
