"""What it costs to take all stories out of the reading room, and what readers feel of it meanwhile.

    python bench/taken_files.py archive.db [--page /stories] [--at-once 1]

The archive is served on loopback, by a process of its own for each format. A line is one format:
seconds to the first byte and to the last, megabytes, the peak of the server's memory, and a page's
median wall time while the file is being made, as a multiple of its time without.
"""

import argparse
import re
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from threading import Thread
from urllib.request import urlopen

FILES = ("csv", "jsonl", "ris", "csl.json")
VISITS = 30


@dataclass(kw_only=True, slots=True)
class Taken:
    """One file."""

    first: float = 0
    """Seconds to its first byte; and to its last:"""
    last: float = 0
    size: int = 0
    """Bytes."""


@contextmanager
def served(archive: Path) -> Iterator[tuple[str, int]]:
    """The address, and the number of the process."""
    command = [sys.executable, "-m", "tradepress", "browse", "--port", "0", "--archive"]
    with subprocess.Popen(
        [*command, str(archive)], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    ) as server:
        assert server.stdout is not None
        found = re.search(r"http://[0-9.:]+", server.stdout.readline())
        assert found, "it does not start"
        try:
            yield found[0], server.pid
        finally:
            server.terminate()


def visits(address: str, beside: Thread | None = None) -> float:
    """Median wall seconds of some visits; of fewer if ``beside`` ends before them."""
    times: list[float] = []
    while len(times) < VISITS and not (times and beside and not beside.is_alive()):
        started = time.perf_counter()
        with urlopen(address, timeout=60) as answer:
            answer.read()
        times.append(time.perf_counter() - started)
    return statistics.median(times)


def take(address: str, taken: Taken) -> None:
    started = time.perf_counter()
    with urlopen(address, timeout=600) as answer:
        taken.size = len(answer.read(1))
        taken.first = time.perf_counter() - started
        while part := answer.read(1 << 20):
            taken.size += len(part)
    taken.last = time.perf_counter() - started


def measure(archive: Path, ending: str, page: str, at_once: int) -> str:
    with served(archive) as (home, pid):
        visits(home + page)  # the first ones read the facets
        alone = visits(home + page)
        files = [Taken() for _ in range(at_once)]
        address = f"{home}/stories.{ending}?copies=apart"
        threads = [Thread(target=take, args=[address, file]) for file in files]
        for thread in threads:
            thread.start()
        beside = visits(home + page, threads[0])
        for thread in threads:
            thread.join()
        peak = re.search(r"VmHWM:\s+(\d+)", Path(f"/proc/{pid}/status").read_text())
    assert peak
    first, last = max(one.first for one in files), max(one.last for one in files)
    return (
        f"| {ending} | {first:.1f} | {last:.0f} | {files[0].size / 1e6:.0f} "
        f"| {int(peak[1]) / 1000:.0f} | {beside / alone:.1f} |"
    )


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("archive", type=Path)
    parser.add_argument("--page", default="/stories")
    parser.add_argument("--at-once", type=int, default=1)
    asked = parser.parse_args()
    print("| file | first byte, s | last, s | MB | peak memory, MB | a page takes, times |")
    print("|---|---|---|---|---|---|")
    for ending in FILES:
        print(measure(asked.archive, ending, asked.page, asked.at_once), flush=True)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
