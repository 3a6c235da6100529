"""Measures how quickly files of captures come into an archive and are read again, on a core and
two.

    python bench/ingest.py [--stories 1000] [--rounds 2]

The pages are those of bench/crawl_site.py, in one WARC as web archives give it (a member a record,
the payload as it was after decompression). ``fastwarc`` reads every record of it and does nothing
else: less can't be spent. A job is a process of its own; the jobs take turns, pinned to one core
and to two, and each is given its best round. CPU is user and system time a page: of the main
process, which alone writes, and of those in which pages are read.
"""

# ruff: noqa: E402
import argparse
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

sys.path[0] = str(Path(__file__).parents[1])  # where bench is

from fastwarc.warc import ArchiveIterator

from bench.crawl_jobs import lantern
from bench.crawl_site import story, story_path
from tradepress.archive.captures.folder import capture_folder
from tradepress.archive.captures.warc import WarcCaptures
from tradepress.archive.ledger.outcomes import Outcome
from tradepress.configuration import Configuration
from tradepress.jobs.ingest import ingest as ingest_files
from tradepress.jobs.reextract import Rereading
from tradepress.story import Capture

HOME = "https://lantern.example"
SOURCE = lantern(HOME)


@dataclass(frozen=True, kw_only=True, slots=True)
class Cost:
    """Holds what one run of a job took."""

    seconds: float
    main: float
    """Is in CPU seconds."""
    workers: float


def write_warc(folder: Path, count: int) -> Path:
    """Writes one file with so many stories."""
    captures = WarcCaptures(folder)
    for number in range(count):
        captures.append(
            Capture(
                url=f"{HOME}{story_path(number)}",
                body=story(number, count).encode(),
                content_type="text/html; charset=utf-8",
                status=200,
                http_headers=(("Content-Type", "text/html; charset=utf-8"),),
            )
        )
    captures.close()
    (path,) = folder.glob("*.warc.gz")
    return path


def read_bare(warc: Path, archive: Path) -> None:
    with warc.open("rb") as stream:
        for record in ArchiveIterator(stream, parse_http=True):
            record.reader.read()


def ingest(warc: Path, archive: Path) -> None:
    done = ingest_files(warc, archive=archive, source=SOURCE, configuration=Configuration())
    if done.sums is None or done.sums.outcomes[Outcome.STORED] != done.sums.urls:
        raise SystemExit(f"not all pages were stored: {done.sums}")


def reextract(warc: Path, archive: Path) -> None:
    """Reads again by the same rules what the ingest before it has left."""
    rereading = Rereading(archive=archive, sources={SOURCE.name: SOURCE}, again=True)
    rereading.apply(Configuration())


JOBS: dict[str, Callable[[Path, Path], None]] = {
    "fastwarc": read_bare,
    "ingest": ingest,
    "reextract": reextract,
}


def run(job: str, warc: Path, archive: Path, cores: int) -> Cost:
    """Runs a job once in a process that has so many cores."""

    def pin() -> None:
        os.sched_setaffinity(0, sorted(os.sched_getaffinity(0))[:cores])

    script = [sys.executable, __file__, "--job", job, str(warc), str(archive)]
    done = subprocess.run(script, preexec_fn=pin, stdout=subprocess.PIPE, check=True, text=True)
    seconds, main, workers = map(float, done.stdout.split())
    return Cost(seconds=seconds, main=main, workers=workers)


def run_here(job: str, warc: Path, archive: Path) -> None:
    """Runs a job in the process of its own; prints seconds, CPU of the process, CPU of its
    workers."""
    started, before = time.perf_counter(), time.process_time()
    JOBS[job](warc, archive)
    workers = resource.getrusage(resource.RUSAGE_CHILDREN)
    print(
        time.perf_counter() - started,
        time.process_time() - before,
        workers.ru_utime + workers.ru_stime,
    )


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--stories", type=int, default=1000)
    parser.add_argument("--rounds", type=int, default=2)
    parser.add_argument("--job", nargs=3, metavar=("JOB", "WARC", "ARCHIVE"), help="one run")
    arguments = parser.parse_args()
    if arguments.job:
        job, warc, archive = arguments.job
        run_here(job, Path(warc), Path(archive))
        return 0
    most = min(2, len(os.sched_getaffinity(0)))
    if most < 2:
        print("Only one core: how much quicker two are can't be measured here.")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        warc = write_warc(folder / "warc", arguments.stories)
        best: dict[tuple[str, int], Cost] = {}
        for turn in range(arguments.rounds):
            for cores in range(1, most + 1):
                archive = folder / f"{turn}-{cores}.db"
                for job in JOBS:
                    cost = run(job, warc, archive, cores)
                    print(
                        f"{job} on {cores}: {arguments.stories / cost.seconds:,.0f} pages/s",
                        flush=True,
                    )
                    key = job, cores
                    best[key] = min(cost, best.get(key, cost), key=lambda one: one.seconds)
                archive.unlink()
                for capture in capture_folder(archive).iterdir():
                    capture.unlink()
    print_table(best, arguments.stories, most)
    return 0


def print_table(best: dict[tuple[str, int], Cost], stories: int, most: int) -> None:
    columns = ("main CPU ms a page on one core", "on two", "workers", "on two")
    columns += ("pages/s on one core", "on two", "ratio")
    print(f"\n| | {' | '.join(columns)} |\n{'|---' * (len(columns) + 1)}|")
    for job in JOBS:
        alone, both = best[job, 1], best[job, most]
        cells = (
            f"{1000 * alone.main / stories:.2f}",
            f"{1000 * both.main / stories:.2f}",
            f"{1000 * alone.workers / stories:.2f}",
            f"{1000 * both.workers / stories:.2f}",
            f"{stories / alone.seconds:.0f}",
            f"{stories / both.seconds:.0f}",
            f"{alone.seconds / both.seconds:.2f}",
        )
        print(f"| {job} | {' | '.join(cells)} |")


if __name__ == "__main__":
    raise SystemExit(main())
