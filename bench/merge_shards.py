"""Measures what it takes to merge a cluster's shards into a growing archive; killed in between.

    python bench/merge_shards.py [--shards 10] [--stories 100000] [--folder FOLDER]

A shard has so many invented stories (bench/archive.py), each with a raw page. Shards
are made on all cores, then merged in their order as `tradepress ingest` by a cluster does it, their
digests included, by a process that is killed with SIGKILL in the middle of the middle one; another
process goes on. Every story must be there once, and the runs' sums with it. CPU is that of the
merging process; memory is what it held at most while it merged that shard (Linux), and what it
holds behind it.
"""

# ruff: noqa: E402
import argparse
import os
import re
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import closing
from dataclasses import dataclass
from functools import partial
from pathlib import Path

sys.path[0] = str(Path(__file__).parents[1])  # where bench is

from bench.archive import stories
from bench.merge_archives import make
from tradepress.archive.ledger.outcomes import RunKind, RunState
from tradepress.cluster.cluster_ingest import ARCHIVE, IngestJob, MergedShards
from tradepress.cluster.input_files import PageFile
from tradepress.cluster.shards import Shard, find_shard, publish_shard
from tradepress.cluster.task import Task, Worked
from tradepress.configuration import Configuration
from tradepress.crawling.archive_run import archive_run

JOB = IngestJob(configuration=Configuration())
TICK = 1000
"""Is how many stories lie between two lines of the merging process."""


def file_of(number: int) -> PageFile:
    """Returns the input that a shard could have been made of."""
    return PageFile(address=f"/captures/{number}.warc.gz", size=None, state=None)


def task_of(number: int) -> Task[PageFile]:
    return Task(job=JOB.name, input=file_of(number), rules="bench")


def make_shard(folder: Path, count: int, number: int) -> None:
    """Makes a shard as a task of a worker leaves it."""
    with tempfile.TemporaryDirectory(dir=folder) as name:
        made = Path(name, "shard")
        made.mkdir()
        make(made / ARCHIVE, stories(count, first=number * count))
        (made / f"{ARCHIVE}.lock").unlink(missing_ok=True)
        publish_shard(
            str(folder / "shards"),
            task_of(number),
            made,
            Worked(counts={"stored": count}),
            worker="bench",
            asked_by="bench",
        )


def memory(name: str) -> float:
    """Returns MB of this process: ``VmRSS`` now, ``VmHWM`` at most since :func:`forget_most`."""
    found = re.search(rf"{name}:\s+(\d+) kB", Path("/proc/self/status").read_text())
    return int(found[1]) / 1000 if found else 0.0


def forget_most() -> None:
    Path("/proc/self/clear_refs").write_text("5")


def merge(folder: Path, shards: int) -> None:
    """Merges in a process of its own: a line each :data:`TICK` stories, and one for each shard."""
    archive, address = folder / "archive.db", str(folder / "shards")
    with archive_run(JOB.settings(archive), RunKind.INGEST, "bench") as run:
        merging = MergedShards(run=run, keeps=lambda article: article, shards=address)
        for number in range(shards):
            shard = find_shard(address, task_of(number).name)
            if shard is None:  # it is in, and was let go
                continue
            forget_most()
            before, began = time.process_time(), time.perf_counter()
            came = take(merging, shard, number)
            spent, took = time.process_time() - before, time.perf_counter() - began
            line = (number, came, spent, took, memory("VmHWM"), memory("VmRSS"))
            print("shard", *line, archive.stat().st_size, flush=True)
        run.end(RunState.DONE, exit_code=0)


def take(merging: MergedShards, shard: Shard, number: int) -> int:
    """Returns how many steps it took."""
    came = 0

    def is_stopped() -> bool:
        nonlocal came
        came += 1
        if came % TICK == 0:
            print("at", number, came, flush=True)
        return False

    fault = merging.take(shard, f"file {number}", is_stopped)
    if fault:
        raise SystemExit(fault)
    return came - 1  # the last brings what is no story


@dataclass(frozen=True, kw_only=True, slots=True)
class Row:
    """Holds what a shard took."""

    number: int
    stories: int
    cpu: float
    seconds: float
    most: float
    """Is in MB of memory."""
    held: float
    size: int
    """Is in bytes of the archive behind it."""


def merging_process(folder: Path, shards: int) -> Iterator[tuple[list[str], Callable[[], None]]]:
    """Yields the words of its lines, each with what kills it."""
    command = [sys.executable, __file__, "--merge", str(folder), str(shards)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as running:
        assert running.stdout is not None
        for line in running.stdout:
            yield line.split(), partial(os.kill, running.pid, signal.SIGKILL)
    if running.returncode not in (0, -signal.SIGKILL):
        raise SystemExit(f"the merge ended with {running.returncode}")


def merged(folder: Path, shards: int, count: int) -> Iterator[Row]:
    """Merges all shards; the process that merges is killed once, in the middle."""
    half = [str(shards // 2), str(max(1, count // TICK // 2) * TICK)]
    is_killed = False
    for _ in range(2):
        for (kind, *words), kill in merging_process(folder, shards):
            if kind == "at" and words == half and not is_killed:
                kill()
                is_killed = True
                print(f"| killed at its story {half[1]}; another process goes on |", flush=True)
            elif kind == "shard":
                whole, parts = map(int, words[:2]), [*map(float, words[2:6])]
                number, came = whole
                yield Row(
                    number=number,
                    stories=came,
                    cpu=parts[0],
                    seconds=parts[1],
                    most=parts[2],
                    held=parts[3],
                    size=int(words[6]),
                )
        if not is_killed:
            return


def require_all(archive: Path, stories: int) -> None:
    """Raises SystemExit where a story is missing or twice, or the runs say otherwise."""
    with closing(sqlite3.connect(archive)) as db:
        ask = lambda sql: db.execute(sql).fetchone()  # noqa: E731
        (held, refs, versions, pages) = ask(
            "SELECT count(*), count(DISTINCT ref), (SELECT count(*) FROM versions), "
            "(SELECT count(*) FROM captures) FROM articles"
        )
        sums = ask("SELECT sum(urls), sum(stored) FROM runs")
        check = ask("PRAGMA quick_check")
    found = (held, refs, versions, pages, *sums, *check)
    if found != (*[stories] * 6, "ok"):
        raise SystemExit(f"not every story is there once: {found} of {stories}")


def measure(folder: Path, shards: int, count: int) -> None:
    began = time.perf_counter()
    with ProcessPoolExecutor() as pool:
        list(pool.map(partial(make_shard, folder, count), range(shards)))
    print(f"{shards} shards of {count:,} stories, made in {time.perf_counter() - began:,.0f} s")
    print(
        "\n| shard | stories | CPU ms a story | stories/s | most memory, MB | behind it, MB | "
        "archive, MB |\n|---|---|---|---|---|---|---|"
    )
    began, rows = time.perf_counter(), list[Row]()
    for row in merged(folder, shards, count):
        rows.append(row)
        print(
            f"| {row.number + 1} | {row.stories:,} | {1000 * row.cpu / max(1, row.stories):.2f} | "
            f"{row.stories / row.seconds:,.0f} | {row.most:.0f} | {row.held:.0f} | "
            f"{row.size / 1e6:,.0f} |",
            flush=True,
        )
    took = time.perf_counter() - began
    require_all(folder / "archive.db", shards * count)
    each = 1000 * sum(row.cpu for row in rows) / sum(row.stories for row in rows)
    print(
        f"\nAll {shards * count:,} stories are there once, in {took:,.0f} s; CPU {each:.2f} ms a "
        "story, without what the killed process did in the shard that it left."
    )


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--shards", type=int, default=10)
    parser.add_argument("--stories", type=int, default=100_000, help="in each, 1,000 or more")
    parser.add_argument("--folder", type=Path, help="where there is room; it is emptied after")
    parser.add_argument("--merge", nargs=2, metavar=("FOLDER", "SHARDS"), help="the process")
    arguments = parser.parse_args()
    if arguments.merge:
        merge(Path(arguments.merge[0]), int(arguments.merge[1]))
        return 0
    with tempfile.TemporaryDirectory(dir=arguments.folder) as name:
        measure(Path(name), arguments.shards, arguments.stories)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
