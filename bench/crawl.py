"""Measures our whole crawl beside bare Scrapy and others, against one nginx on loopback.

    pip install -e '.[bench]'
    python bench/crawl.py [--stories 2000] [--rounds 3] [--jobs scrapy,fundus] [--python JOB=PATH]
    python bench/crawl.py --real
    python bench/crawl.py --memory [--stories 20000]

The jobs are those of bench/crawl_jobs.py, each a process of its own, taking turns; each is given
its best round. CPU is user and system time of the process and of all it started, without nginx's.
Start-up is what the same job takes on a paper without stories; the first two columns have it taken
off. Each run is told as it ends. A job whose package is not installed, and one that breaks off or
does not read all stories, is left out and named; --python names an interpreter that has a package,
where two can't live together. `--real` serves the pages of ../shared/data in the place
of the invented stories; not every job keeps each of them. `--memory` crawls once and shows what our
processes hold as it goes on.
"""

# ruff: noqa: E402
import argparse
import os
import sqlite3
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

sys.path[0] = str(Path(__file__).parents[1])  # where bench is

from bench.crawl_jobs import JOBS
from bench.crawl_site import NGINX, serve, write_site
from bench.extraction import SCORES, load_scores

SCRIPT = Path(__file__).with_name("crawl_jobs.py")
BASELINE = "scrapy"
INVENTED_ONLY = ("fundus", "news-please")
"""Names jobs that read no real pages: the one has rules for the invented paper alone, the other
asks for pictures over the network."""
WITHOUT_CHARSET = ("scrapy", "tradepress")
"""Names jobs that are also measured where the server names no charset."""
STAGES = (1_000, 2_000, 5_000, 10_000, 15_000, 20_000)
MEGABYTE = 1_000_000
PAGE = os.sysconf("SC_PAGE_SIZE")


@dataclass(frozen=True, kw_only=True, slots=True)
class Cost:
    """Holds what one run of a job took."""

    stories: int
    cpu: float
    """Is in seconds."""
    seconds: float
    peak: int
    """Is in bytes of all its processes together."""
    peak_main: int


class NotMeasured(Exception):
    """The job's package is not there, or the job did not do its work; says why."""


def run(python: str, job: str, home: str, *, on_sample: Callable[[Path, int, int], None]) -> Cost:
    """Runs a job once in an empty folder.

    :param on_sample: called ten times a second with the folder and the bytes held, by the main
        process and by all
    """
    peak = peak_main = 0
    ended = threading.Event()

    def watch(pid: int, folder: Path) -> None:
        nonlocal peak, peak_main
        while not ended.wait(0.1):
            sizes = list(resident(pid))
            if sizes:
                peak, peak_main = max(peak, sum(sizes)), max(peak_main, sizes[0])
                on_sample(folder, sizes[0], sum(sizes))

    with tempfile.TemporaryDirectory() as name:
        started = time.monotonic()
        process = subprocess.Popen(
            [python, SCRIPT, job, home],
            cwd=name,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        watcher = threading.Thread(target=watch, args=(process.pid, Path(name)))
        watcher.start()
        assert process.stdout is not None
        assert process.stderr is not None
        errors: list[str] = []
        reader = threading.Thread(target=lambda: errors.extend(process.stderr or ()))
        reader.start()
        out = process.stdout.read()
        _, status, usage = os.wait4(process.pid, 0)  # with all that it waited for
        process.returncode = os.waitstatus_to_exitcode(status)
        ended.set()
        watcher.join()
        reader.join()
        process.stdout.close()
        process.stderr.close()
    if process.returncode and errors and errors[-1].startswith("ModuleNotFoundError"):
        raise NotMeasured(f"not installed ({errors[-1].strip()})")
    if process.returncode:
        sys.stderr.writelines(errors[-20:-1])
        raise NotMeasured(f"it broke off: {errors[-1].strip() if errors else process.returncode}")
    return Cost(
        stories=int(out.split("stories ")[-1]),
        cpu=usage.ru_utime + usage.ru_stime,
        seconds=time.monotonic() - started,
        peak=peak,
        peak_main=peak_main,
    )


def resident(pid: int) -> Iterator[int]:
    """Yields bytes in memory of a process, then of each below it; those that are gone are left
    out."""
    try:
        yield int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * PAGE
        tasks = list(Path(f"/proc/{pid}/task").iterdir())
    except (FileNotFoundError, ProcessLookupError):
        return
    for task in tasks:
        try:
            children = (task / "children").read_text().split()
        except (FileNotFoundError, ProcessLookupError):
            continue
        for child in children:
            yield from resident(int(child))


@contextmanager
def paper(folder: Path, count: int, real: Sequence[str] = (), *, charset: bool) -> Iterator[str]:
    """Serves a paper of so many stories, written once, and gives its home address."""
    pages = folder / f"pages-{count}"
    if not pages.exists():
        write_site(pages, count, real)
    with (
        tempfile.TemporaryDirectory(dir=folder) as own,
        serve(pages, Path(own), count, charset=charset) as home,
    ):
        yield home


def measure(
    folder: Path,
    names: list[str],
    pythons: dict[str, str],
    stories: int,
    rounds: int,
    real: Sequence[str],
) -> tuple[dict[str, list[Cost]], dict[str, Cost], dict[str, str]]:
    """Returns the runs by row of the table, start-up costs, and why other jobs are left out."""
    runs: dict[str, list[Cost]] = {}
    starts: dict[str, Cost] = {}
    left_out: dict[str, str] = {}

    def cost(row: str, home: str, stories: int) -> Cost:
        job = job_of(row)
        cost = run(pythons.get(job, sys.executable), job, home, on_sample=lambda *_: None)
        if cost.stories != stories and not real:
            raise NotMeasured(f"it read {cost.stories} of {stories} stories")
        print(f"{row}: {cost.stories} stories, {cost.cpu:.2f} CPU s", file=sys.stderr, flush=True)
        return cost

    def try_row(row: str, home: str, stories: int) -> Cost | None:
        if row in left_out:
            return None
        try:
            return cost(row, home, stories)
        except NotMeasured as error:
            print(f"{row} is left out: {error}", file=sys.stderr, flush=True)
            left_out[row] = str(error)
            return None

    with paper(folder, 0, charset=True) as empty:
        for job in names:
            costs = list(filter(None, (try_row(job, empty, 0) for _ in range(rounds))))
            if costs and job not in left_out:
                starts[job] = min(costs, key=lambda one: one.cpu)
    with (
        paper(folder, stories, real, charset=True) as home,
        paper(folder, stories, real, charset=False) as bare_home,
    ):
        for _ in range(rounds):
            for job in starts:
                for row, address in rows_of(job, home, None if real else bare_home).items():
                    if (found := try_row(row, address, stories)) is not None:
                        runs.setdefault(row, []).append(found)
    return {row: costs for row, costs in runs.items() if row not in left_out}, starts, left_out


def rows_of(job: str, home: str, bare_home: str | None) -> dict[str, str]:
    """Returns the rows of a job, and which paper each of them reads."""
    is_bare_too = bare_home is not None and job in WITHOUT_CHARSET
    return {job: home} | ({f"{job}, no charset sent": bare_home} if is_bare_too else {})


def print_table(
    runs: dict[str, list[Cost]], starts: dict[str, Cost], left_out: dict[str, str], stories: int
) -> None:
    columns = (
        "pages",
        "kept",
        "CPU ms a page",
        "of bare Scrapy",
        "with start-up",
        "of bare Scrapy",
        "pages/s",
        "start-up, s",
        "peak MB",
        "main process",
    )
    print("| | " + " | ".join(columns) + " |")
    print("|---" * (len(columns) + 1) + "|")
    per_page = {
        row: 1000 * (min(one.cpu for one in costs) - starts[job_of(row)].cpu) / stories
        for row, costs in runs.items()
    }
    whole = {row: 1000 * min(one.cpu for one in costs) / stories for row, costs in runs.items()}
    for row, costs in runs.items():
        cells = [
            f"{stories:,}",
            f"{costs[0].stories:,}",
            f"{per_page[row]:.2f}",
            f"{per_page[row] / per_page[BASELINE]:.2f}" if BASELINE in per_page else "",
            f"{whole[row]:.2f}",
            f"{whole[row] / whole[BASELINE]:.2f}" if BASELINE in whole else "",
            f"{max(stories / one.seconds for one in costs):.0f}",
            f"{starts[job_of(row)].cpu:.1f}",
            f"{max(one.peak for one in costs) / MEGABYTE:.0f}",
            f"{max(one.peak_main for one in costs) / MEGABYTE:.0f}",
        ]
        print(f"| {row} | " + " | ".join(cells) + " |")
    for row, why in left_out.items():
        print(f"| {row} | left out: {why}" + " |" * len(columns))


def job_of(row: str) -> str:
    """Returns ``scrapy`` of ``scrapy, no charset sent``."""
    return row.removesuffix(", no charset sent")


def measure_memory(folder: Path, stories: int) -> int:
    """Measures what our processes hold by the number of stories stored."""
    held: dict[int, tuple[int, int]] = {}

    def note(work: Path, main: int, everything: int) -> None:
        stored = stored_in(work / "archive.db")
        for stage in STAGES:
            if stored >= stage:
                before = held.get(stage, (0, 0))
                if not any(stored >= later for later in STAGES if later > stage):
                    held[stage] = max(before[0], main), max(before[1], everything)

    with paper(folder, stories, charset=True) as home:
        cost = run(sys.executable, "tradepress", home, on_sample=note)
    print("| from story | main process, MB | all processes, MB |\n|---|---|---|")
    for stage, (main, everything) in sorted(held.items()):
        print(f"| {stage:,} | {main / MEGABYTE:.1f} | {everything / MEGABYTE:.1f} |")
    print(f"{cost.stories:,} stories, {1000 * cost.cpu / max(cost.stories, 1):.2f} CPU ms each")
    return 0 if cost.stories == stories else 1


def stored_in(archive: Path) -> int:
    """Counts the stories committed so far."""
    if not archive.exists():
        return 0
    connection = sqlite3.connect(f"{archive.as_uri()}?mode=ro", uri=True)
    try:
        return int(connection.execute("SELECT max(id) FROM articles").fetchone()[0] or 0)
    except sqlite3.OperationalError:
        return 0  # just being made
    finally:
        connection.close()


def main() -> int:
    parser = argparse.ArgumentParser(description="Our crawl beside bare Scrapy and others.")
    parser.add_argument(
        "--stories", type=int, help="default: 2,000; of --memory 20,000; of --real all"
    )
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--jobs", default=",".join(JOBS), help="default: all")
    parser.add_argument("--python", action="append", default=[], metavar="JOB=PATH")
    parser.add_argument("--real", action="store_true")
    parser.add_argument("--memory", action="store_true")
    arguments = parser.parse_args()
    if not NGINX.exists():
        print(f"Not measured: no {NGINX}; install nginx (Debian: nginx-light).")
        return 1
    names = arguments.jobs.split(",")
    real: list[str] = []
    if arguments.real:
        if (scores := load_scores()) is None:
            print(f"Not measured: no {SCORES}; the pages live beside the checkout, in ../shared.")
            return 1
        real = [html for name in ("aeb", "news") for _, _, html, _ in scores.load(name)]
        real = real[: arguments.stories]
        names = [name for name in names if name not in INVENTED_ONLY]
    with tempfile.TemporaryDirectory() as folder:
        if arguments.memory:
            return measure_memory(Path(folder), arguments.stories or 20_000)
        stories = len(real) or arguments.stories or 2_000
        pythons = dict(pair.split("=", 1) for pair in arguments.python)
        table = measure(Path(folder), names, pythons, stories, arguments.rounds, real)
        print_table(*table, stories)
    return 0


if __name__ == "__main__":
    sys.exit(main())
