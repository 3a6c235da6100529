"""Measures what a cluster gains over one machine, and costs: `ingest`, `reextract`.

    python bench/cluster.py [--pages 20000] [--files 40] [--workers 1,2,4] [--folder FOLDER]

The pages are those of bench/crawl_site.py, dealt out to so many WARC files: stories of one paper;
every twentieth page is an earlier story that was changed since, every fiftieth a copy at another
paper. Each job is done by the command on one machine, on as many cores as there are workers, and by
`--local N`, each worker with its page process pinned to one core; scheduler and client run where
they find room. For `reextract` all stories were read by older rules, every third headline as they
would, and half of the texts were looked through by others.

CPU is that of all processes that take part, the scheduler's and the client's included; workers are
up before the clock runs, and how long they took is told. The merge, which one process does, is
told apart: `ingest` merges while later files are read, so here they are read by themselves, and the
command finds their shards. Every archive is compared with the one that the command made on
one machine.
"""

# ruff: noqa: E402
import argparse
import os
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

sys.path[0] = str(Path(__file__).parents[1])  # where bench is

import psutil
from dask import config

from bench.crawl_site import story, story_path
from bench.warc_files import deflated, member, write
from tradepress.archive.captures.folder import capture_folder
from tradepress.archive.open import open_archive
from tradepress.archive.stories.site_marks import keep_key, site_key
from tradepress.cluster.cluster_ingest import IngestJob, cluster_ingest
from tradepress.cluster.cluster_reextract import ReextractJob, cluster_reextract
from tradepress.cluster.dask_cluster import ClusterPlace, connected
from tradepress.cluster.input_files import PageFile, find_inputs
from tradepress.cluster.run_tasks import run_tasks
from tradepress.configuration import Configuration, load_configuration
from tradepress.declared_sources import look_in

if TYPE_CHECKING:
    from distributed import Client

PAPERS = ("lantern", "gazette")
PAPER = '''"""An invented paper."""

from tradepress.source import Source

SOURCE = Source(
    name="{name}",
    publisher="The {name} review",
    domains=("{name}.example",),
    language="en",
    timezone="Europe/London",
    sections=("https://{name}.example/news/",),
    article_url=r"/news/[a-z-]+-\\d{{6,}}",
    article_id=r"-(\\d{{6,}})$",
)
'''
CHANGED, COPIED = 20, 50
"""Each so many-th page is a story of before, changed, or at another paper."""
END = "</div></article>"
RULING = "<p>The General Court gave its ruling in case T-{}/19 on Tuesday.</p>\n"
LATER = "<p>An appeal was lodged on the day after, and will be heard soon.</p>\n"
AGE = """
    UPDATE version_rows SET extractor = 'older rules';
    UPDATE version_rows SET headline = headline || ' (cut)'
        WHERE id % 3 = 0 AND id IN (SELECT version_id FROM articles);
    DELETE FROM mention_readings WHERE version_id % 2;
    DELETE FROM mentions WHERE version_id % 4 = 1;
"""
STORY = "(SELECT ref FROM articles WHERE id = {})"
VERSION = (
    "(SELECT ref || '@' || v.version FROM versions AS v JOIN articles AS a "
    "ON a.id = v.article_id WHERE v.id = {})"
)
HOLDS = {
    "stories": "SELECT ref, version, url, site_id, published_day, content_hash FROM articles",
    "versions": f"SELECT {VERSION.format('versions.id')}, url, date_captured, extractor, "
    "content_hash FROM versions",
    "links": f"SELECT {VERSION.format('links.version_id')}, kind, url, position, "
    f"{STORY.format('target_id')} FROM links",
    "near-duplicates": f"SELECT {STORY.format('article_id')}, {STORY.format('other_id')}, kind "
    "FROM near_duplicates",
    "mentions": f"SELECT {VERSION.format('mentions.version_id')}, kind, value, field, start "
    "FROM mentions",
    "captured pages": "SELECT url, date_captured, digest FROM captures",
    "ledger": "SELECT run_id, url, outcome, version FROM fetches",
    "ledger sums": "SELECT kind, state, exit_code, urls, stored, unchanged, duplicate, rejected, "
    "failed FROM runs",
}
"""Selects what must be the same, whoever did the work."""
FUTURE = (1, 2, 4, 8, 16, 64, 256)
"""Are the workers that are reckoned with."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Spent:
    """Holds what a stretch of work took."""

    seconds: float
    cpu: float


@dataclass(frozen=True, kw_only=True, slots=True)
class ByCluster:
    """Holds what a job took of a cluster."""

    started: float
    """Is how many seconds it took until all workers were there."""
    tasks: Spent
    merge: Spent


class Clock:
    """Keeps seconds, and CPU seconds of this process and all below it, at some moments."""

    def __init__(self) -> None:
        self.moments: list[tuple[float, float]] = []

    def note(self) -> None:
        here = psutil.Process()
        cpu = 0.0
        for process in (here, *here.children(recursive=True)):
            times = process.cpu_times()
            cpu += times.user + times.system
            if process.pid != here.pid:  # what this process has waited for is no part of it
                cpu += times.children_user + times.children_system
        self.moments.append((time.perf_counter(), cpu))

    def between(self, number: int) -> Spent:
        (began, before), (ended, after) = self.moments[number : number + 2]
        return Spent(seconds=ended - began, cpu=after - before)


def records(numbers: range, pages: int) -> Iterator[bytes]:
    """Yields the pages of these numbers."""
    for number in numbers:
        of, paper, later = number, PAPERS[0], ""
        if number % CHANGED == CHANGED - 1:
            of, later = number // 2, LATER
        elif number % COPIED == COPIED - 2:
            of, paper = number // 3, PAPERS[1]
        page = story(of, pages).replace(END, f"{RULING.format(of)}{later}{END}", 1)
        http = b"HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\n\r\n"
        block = http + page.encode() + b"\r\n\r\n"
        url = f"https://{paper}.example{story_path(of)}"
        yield member(url, number, block, deflated(block))


def write_files(folder: Path, pages: int, count: int) -> list[Path]:
    """Writes so many WARC files with so many pages, in their order."""
    folder.mkdir()
    return [
        write(
            folder / f"{number:03}.warc.gz",
            records(range(pages * number // count, pages * (number + 1) // count), pages),
        )
        for number in range(count)
    ]


def configured(folder: Path) -> Configuration:
    """Returns the configuration with the sources of the papers, as an operator has them."""
    (folder / "sources").mkdir()
    for name in PAPERS:
        (folder / "sources" / f"{name}.py").write_text(PAPER.format(name=name))
    (folder / "tradepress.toml").write_text("")
    configuration = load_configuration(folder / "tradepress.toml")
    look_in(configuration.sources.folder)
    return configuration


def by_command(folder: Path, archive: Path, cores: int, *arguments: str) -> Spent:
    """Runs the command on one machine, on so many of its cores."""

    def pin() -> None:
        os.sched_setaffinity(0, sorted(os.sched_getaffinity(0))[:cores])

    words = ["tradepress", *arguments, "--archive", str(archive)]
    began = time.perf_counter()
    command = [sys.executable, "-m", *words]
    environment = {**os.environ, "PYTHONPATH": sys.path[0]}
    with (
        (folder / "command.log").open("ab") as log,
        subprocess.Popen(
            command, cwd=folder, env=environment, preexec_fn=pin, stdout=log, stderr=log
        ) as running,
    ):
        _, status, used = os.wait4(running.pid, 0)  # with all that it has started
        running.returncode = os.waitstatus_to_exitcode(status)
    if running.returncode:
        raise SystemExit(f"{' '.join(words)}: {(folder / 'command.log').read_text()[-2000:]}")
    return Spent(seconds=time.perf_counter() - began, cpu=used.ru_utime + used.ru_stime)


def pin_worker(core: int) -> None:
    """Binds, on a worker, it and the page process that it starts to one core."""
    for thread in Path("/proc/self/task").iterdir():
        os.sched_setaffinity(int(thread.name), {core})


def by_workers(
    count: int,
    shards: Path,
    configuration: Configuration,
    work: Callable[["Client", ClusterPlace, Clock], None],
) -> ByCluster:
    """Runs a job by so many workers.

    :param work: notes when the tasks begin, when the merge does, and when it ends
    """
    clock, began = Clock(), time.perf_counter()
    folder = configuration.sources.folder
    with connected(ClusterPlace(local=count, shards=str(shards)), folder) as client:
        client.wait_for_workers(count)
        cores = sorted(os.sched_getaffinity(0))
        for number, worker in enumerate(client.scheduler_info(n_workers=-1)["workers"]):
            client.run(pin_worker, cores[number % len(cores)], workers=[worker])
        started = time.perf_counter() - began
        place = ClusterPlace(scheduler=address_of(client), shards=str(shards))
        # For the clients of the jobs: the certificates of this one.
        mine = client.security.get_tls_config_for_role("client")
        places = {"ca-file": "ca_file", "client.cert": "cert", "client.key": "key"}
        tls = {f"distributed.comm.tls.{name}": mine[field] for name, field in places.items()}
        with config.set(tls):
            work(client, place, clock)
    return ByCluster(started=started, tasks=clock.between(0), merge=clock.between(1))


def address_of(client: "Client") -> str:
    assert client.scheduler is not None
    return client.scheduler.address


def ingest_by(
    count: int, files: Sequence[Path], archive: Path, configuration: Configuration
) -> ByCluster:
    with open_archive(archive) as made:  # whose key the shards must have, also those worked ahead
        keep_key(made.transaction, b"")
        made.transaction.commit()
        job = IngestJob(configuration=configuration, site_key=site_key(made.transaction.db))
    inputs = [one for one in find_inputs([*map(str, files)]) if isinstance(one, PageFile)]

    def work(client: "Client", place: ClusterPlace, clock: Clock) -> None:
        clock.note()
        run_tasks(client, job, inputs, place.shards)
        clock.note()
        done = cluster_ingest([*map(str, files)], job, place, archive=archive)
        clock.note()
        if done.left_out or done.tasks.stood != len(files):
            raise SystemExit(f"not all files came in: {done}")

    return by_workers(count, archive.with_name("shards"), configuration, work)


def reextract_by(count: int, archive: Path, configuration: Configuration) -> ByCluster:
    def work(_: "Client", place: ClusterPlace, clock: Clock) -> None:
        clock_merge = iter([clock.note])
        job = ReextractJob(configuration=configuration)
        rereading = job.rereading(archive, tell=lambda *_: next(clock_merge, lambda: None)())
        told = replace(place, tell=lambda _: clock.note())
        done = cluster_reextract(job, rereading, told, apply=True)
        clock.note()
        if done.exit_code:
            raise SystemExit(f"not all pages were read: {done}")

    return by_workers(count, archive.with_name("shards"), configuration, work)


def fresh(folder: Path, of: Path | None = None) -> Path:
    """Returns the path of an archive in a folder of its own, of which there is one at a time.

    :param of: it is a copy of this one
    """
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    archive = folder / "archive.db"
    if of is not None:
        shutil.copy(of, archive)
        shutil.copytree(capture_folder(of), capture_folder(archive))
    return archive


def held(archive: Path) -> dict[str, list[tuple[object, ...]]]:
    with closing(sqlite3.connect(archive)) as db:
        return {name: sorted(db.execute(sql), key=repr) for name, sql in HOLDS.items()}


def compare(archive: Path, one: Path) -> str:
    """Says in words what is the same.

    :raises SystemExit: anything does
    """
    ours, theirs = held(archive), held(one)
    for name, rows in ours.items():
        if rows != theirs[name]:
            here = [row for row in rows if row not in theirs[name]][:3]
            there = [row for row in theirs[name] if row not in rows][:3]
            raise SystemExit(f"{name} differ: {here} here, {there} of one machine")
    return ", ".join(f"{len(rows):,} {name}" for name, rows in ours.items())


def age(archive: Path) -> None:
    with closing(sqlite3.connect(archive)) as db:
        db.executescript(AGE)


def table(job: str, pages: int, alone: dict[int, Spent], by: dict[int, ByCluster]) -> None:
    columns = ("pages/s", "of `--local 1`", "efficiency", "CPU ms a page", "of the command")
    columns += ("merge, pages/s", "merge, CPU ms a page", "workers up after, s")
    print(f"\n| {job} | {' | '.join(columns)} |\n{'|---' * (len(columns) + 1)}|")
    for cores, spent in alone.items():
        rate, cpu = pages / spent.seconds, 1000 * spent.cpu / pages
        words = f"the command on {cores} core{'s'[: cores > 1]}"
        print(f"| {words} | {rate:.0f} | | | {cpu:.2f} | | | | |")
    first = by[min(by)].tasks.seconds
    for count, done in by.items():
        tasks, merge = done.tasks, done.merge
        cores = min(count, len(os.sched_getaffinity(0)))
        quicker = first / tasks.seconds
        cells = (
            f"{pages / tasks.seconds:.0f}",
            f"{quicker:.2f}",
            f"{quicker / (cores / min(by)):.2f}",
            f"{1000 * tasks.cpu / pages:.2f}",
            f"{(tasks.cpu + merge.cpu) / alone[cores].cpu:.2f}",
            f"{pages / merge.seconds:.0f}",
            f"{1000 * merge.cpu / pages:.2f}",
            f"{done.started:.1f}",
        )
        print(f"| `--local {count}` | {' | '.join(cells)} |")


def project(
    job: str, pages: int, by: dict[int, ByCluster], together: Callable[[Sequence[float]], float]
) -> None:
    """Prints hours for a million pages by many workers, from the run with the most that had a core.

    :param together: of tasks and merge: the longer one if they go on beside each other, else both
    """
    cores = len(os.sched_getaffinity(0))
    count = max((one for one in by if one <= cores), default=min(by))
    tasks = by[count].tasks.seconds * count / pages
    merge = by[count].merge.seconds / pages
    print(
        f"\nA million pages, {job}: n workers take {1000 * tasks:.2f} / n ms a page, the merge "
        f"{1000 * merge:.2f} ms however many they are. Assumed: cores like these, as efficient as "
        f"the {count} measured; files alike, and many more than workers; storage and network that "
        "keep up; a merge that is no slower in a large archive (bench/merge_shards.py tells how "
        "much it is).\n\n| workers | tasks, h | merge, h | together |\n|---|---|---|---|"
    )
    for workers in FUTURE:
        hours = [1e6 * seconds / 3600 for seconds in (tasks / workers, merge)]
        print(f"| {workers} | {hours[0]:.2f} | {hours[1]:.2f} | {together(hours):.2f} |")


def measure(folder: Path, pages: int, count: int, workers: Sequence[int]) -> None:
    configuration = configured(folder)
    files = write_files(folder / "warc", pages, count)
    size = sum(file.stat().st_size for file in files) / 1e6
    print(f"{pages:,} pages in {count} files, {size:,.0f} MB, {len(os.sched_getaffinity(0))} cores")
    usable = len(os.sched_getaffinity(0))
    cores = sorted({min(one, usable) for one in workers})
    one = fresh(folder / "one")
    alone: dict[int, Spent] = {}
    for number in cores[::-1]:
        archive = fresh(folder / "again") if number != cores[-1] else one
        alone[number] = by_command(folder, archive, number, "ingest", *map(str, files))
    by: dict[int, ByCluster] = {}
    for number in workers:
        archive = fresh(folder / "many")
        by[number] = ingest_by(number, files, archive, configuration)
        print(f"ingest --local {number}, equal: {compare(archive, one)}", flush=True)
    table("ingest", pages, alone, by)
    project("ingest", pages, by, max)

    age(one)
    reread = fresh(folder / "reread", one)
    for number in cores[::-1]:
        archive = fresh(folder / "again", one) if number != cores[-1] else reread
        alone[number] = by_command(folder, archive, number, "reextract", "--apply")
    for number in workers:
        archive = fresh(folder / "many", one)
        by[number] = reextract_by(number, archive, configuration)
        print(f"\nreextract --local {number}, equal: {compare(archive, reread)}", flush=True)
    with closing(sqlite3.connect(one)) as db:
        ((due,),) = db.execute("SELECT count(*) FROM articles").fetchall()
    table("reextract", due, alone, by)
    project("reextract", due, by, sum)


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--pages", type=int, default=20_000)
    parser.add_argument("--files", type=int, default=40)
    parser.add_argument("--workers", default="1,2,4")
    parser.add_argument("--folder", type=Path, help="where there is room; it is emptied after")
    arguments = parser.parse_args()
    workers = sorted(map(int, arguments.workers.split(",")))
    with tempfile.TemporaryDirectory(dir=arguments.folder) as name:
        measure(Path(name), arguments.pages, arguments.files, workers)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
