"""Measures what has become dearer since the last release: CPU alone, beside what people know.

    python bench/cost.py                      # `make cost`: fails where a ratio has grown
    python bench/cost.py --write              # the figures of a release, with their noise
    python bench/cost.py --only storing,search

Each line is the CPU of a job of ours divided by that of a plain one which is measured in turn with
it, so that a busy or slow machine changes both. The figure is the median of the turns' ratios. A
line that is more than a tenth dearer, beyond its noise, than bench/cost.toml says is called so. It
fails beyond a third, where it is so again when it is measured once more. ``--write`` measures each
line in three sets of turns: the figure is the middle one, and the noise how far the others are from
it. To write a higher figure is a commit of its own that says why.
The crawls need nginx; what can't be measured here is named, and what fails ends all.
"""

# ruff: noqa: E402
import argparse
import os
import random
import resource
import statistics
import subprocess
import sys
import tempfile
import time
import tomllib
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from functools import cached_property
from itertools import count
from pathlib import Path

sys.path[0] = str(Path(__file__).parents[1])  # where bench is

from fastwarc.warc import ArchiveIterator
from lxml.html import document_fromstring

from bench.archive import SEED, store, stories, storing, storing_raw, vocabulary
from bench.browse import Server, served
from bench.crawl import SCRIPT, paper
from bench.crawl_site import NGINX, story
from bench.ingest import HOME, ingest, write_warc
from bench.startup import called
from tradepress.archive.read_only import read_archive
from tradepress.archive.search.find_stories import search as find_stories
from tradepress.archive.search.story_query import StoryQuery
from tradepress.extraction import extract_article

FIGURES = Path(__file__).with_name("cost.toml")
BIN = Path(sys.executable).parent
TURNS, SETS = 3, 3
TOLD, ALLOWED = 0.10, 0.35
"""Are the parts, besides its noise, by which a line is called dearer and by which it fails. What is
between them can be the machine: on 4 December 2026 one commit's crawl came to 3.1 to 3.4 within a
day on machines of one name, and its storing to 6.6 and 8.0 on two makes of processor."""
CRAWLED, READ, STORED, SEARCHED = 150, 80, 300, 1000
"""Count the stories of a turn: of the crawls, of extraction and ingest, of storing, of searches."""
PLAIN_SEARCH = (
    "SELECT rowid FROM articles_fts WHERE articles_fts MATCH ? ORDER BY bm25(articles_fts) LIMIT 20"
)


class NotMeasured(Exception):
    """Raised where a line can't be measured here; the message says why."""


class Broken(Exception):
    """Raised where what is measured fails; the message says what."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Spent:
    """Holds CPU seconds of one turn."""

    ours: float
    beside: float


@dataclass(frozen=True, kw_only=True, slots=True)
class Figure:
    """Is what a line costs, as a multiple of what stands beside it."""

    ratio: float
    noise: float
    """Is the part of it by which measurements differ."""

    def most(self, allowed: float) -> float:
        """Returns the highest ratio that is dearer by no more than this part, besides the noise."""
        return self.ratio * (1 + self.noise + allowed)


class Bench:
    """Holds what the lines share, each made when it is asked for; one call of a line is a turn."""

    def __init__(self, folder: Path, things: ExitStack) -> None:
        self.folder = folder
        self.things = things
        self.number = count()

    def crawl(self) -> Spent:
        """Crawls a paper of some stories, whole; beside bare Scrapy, both with their start-up."""
        beside = cpu_of(self.crawls("scrapy", self.home), cwd=self.new_folder())
        return Spent(
            ours=cpu_of(self.crawls("tradepress", self.home), cwd=self.new_folder()), beside=beside
        )

    def empty_night(self) -> Spent:
        """Reads the same paper again, without news; beside bare Scrapy on an empty paper."""
        beside = cpu_of(self.crawls("scrapy", self.empty_home), cwd=self.new_folder())
        return Spent(
            ours=cpu_of(self.crawls("tradepress", self.home), cwd=self.crawled), beside=beside
        )

    def extraction(self) -> Spent:
        """Reads the stories of pages of 56 KB, page by page; beside a bare parse."""
        turn, ours, beside = next(self.number), 0.0, 0.0
        for number, page in enumerate(self.pages):
            html = f"{page}<!-- {turn} -->"  # no cache can answer
            beside += cpu_while(lambda html=html: document_fromstring(html))
            url = f"{HOME}/news/{number}"
            ours += cpu_while(lambda html=html, url=url: extract_article(html, url))
        return Spent(ours=ours, beside=beside)

    def ingest(self) -> Spent:
        """Reads a WARC of such pages, workers included; beside a bare parse of it."""

        def read_bare() -> None:
            with self.warc.open("rb") as stream:
                for record in ArchiveIterator(stream, parse_http=True):
                    if body := record.reader.read():
                        document_fromstring(body)

        before = [cpu_while(read_bare) for _ in range(10)]
        ours = cpu_while(lambda: ingest(self.warc, self.new_folder() / "archive.db"))
        after = [cpu_while(read_bare) for _ in range(10)]
        return Spent(ours=ours, beside=statistics.mean(before + after))

    def storing(self) -> Spent:
        """Stores stories, each in a commit; beside an INSERT of the same rows, committed so."""
        folder = self.new_folder()
        ours = storing(folder / "archive.db", stories(STORED), batch=1)
        raw = storing_raw(folder / "raw.db", self.stored, batch=1)
        # In turns: within a second a machine may become a fifth slower.
        spent = [*zip(map(sum, ours), raw, strict=True)]
        return Spent(ours=sum(ours for ours, _ in spent), beside=sum(raw for _, raw in spent))

    def search(self) -> Spent:
        """Finds common and rare words; beside FTS5 alone."""
        words = words_asked(next(self.number))
        ours = beside = 0.0
        with read_archive(self.archive) as db:
            for word in words:
                beside += cpu_while(
                    lambda word=word: db.execute(PLAIN_SEARCH, [f'"{word}"']).fetchall()
                )
                ours += cpu_while(lambda word=word: find_stories(db, StoryQuery(words=word)))
        return Spent(ours=ours, beside=beside)

    def pages_of_five(self) -> Spent:
        """Serves front page, list, result, story and runs; beside rows in stock Datasette."""
        ours, stock = self.servers
        spent = Spent(ours=0.0, beside=0.0)
        for word in words_asked(next(self.number))[:8]:
            paths = ("/", "/stories", f"/stories?q={word}", f"/story/{self.ref}", "/runs")
            spent = Spent(
                ours=spent.ours + sum(asked(ours, path) for path in paths),
                beside=spent.beside
                + sum(asked(stock, f"/archive/articles/{n}") for n in range(1, 6)),
            )
        return spent

    def start_up(self) -> Spent:
        """Starts four commands; beside `sqlite-utils --help`, once for each."""
        ours = beside = 0.0
        for command in ("--help", "search lantern", "runs", "ingest --help"):
            beside += cpu_of([*called("sqlite-utils"), "--help"], cwd=self.archive.parent)
            ours += cpu_of([BIN / "tradepress", *command.split()], cwd=self.archive.parent)
        return Spent(ours=ours, beside=beside)

    def new_folder(self) -> Path:
        folder = self.folder / str(next(self.number))
        folder.mkdir()
        return folder

    def crawls(self, job: str, home: str) -> Sequence[str | Path]:
        return [sys.executable, SCRIPT, job, home]

    @cached_property
    def home(self) -> str:
        require_nginx()
        return self.things.enter_context(paper(self.folder, CRAWLED, charset=True))

    @cached_property
    def empty_home(self) -> str:
        require_nginx()
        return self.things.enter_context(paper(self.folder, 0, charset=True))

    @cached_property
    def crawled(self) -> Path:
        folder = self.new_folder()
        cpu_of(self.crawls("tradepress", self.home), cwd=folder)
        return folder

    @cached_property
    def pages(self) -> list[str]:
        return [story(number, READ) for number in range(READ)]

    @cached_property
    def warc(self) -> Path:
        return write_warc(self.new_folder() / "warc", READ)

    @cached_property
    def stored(self) -> Path:
        path = self.new_folder() / "archive.db"
        store(path, stories(STORED))
        return path

    @cached_property
    def archive(self) -> Path:
        path = self.new_folder() / "archive.db"
        store(path, stories(SEARCHED))
        return path

    @cached_property
    def ref(self) -> str:
        with read_archive(self.archive) as db:
            return str(db.execute("SELECT ref FROM articles LIMIT 1").fetchone()[0])

    @cached_property
    def servers(self) -> tuple[Server, Server]:
        os.environ["DATASETTE_LOAD_PLUGINS"] = ""
        ours, stock = (
            self.things.enter_context(served(*map(str, command)))
            for command in (
                (BIN / "tradepress", "browse", "--archive", self.archive),
                (BIN / "datasette", "serve", self.archive),
            )
        )
        while b"is being counted" in ours.ask("/stories").body:
            time.sleep(0.2)
        while b"is being looked at" in ours.ask("/health").body:
            time.sleep(0.2)
        return ours, stock


LINES: Mapping[str, Callable[[Bench], Spent]] = {
    "crawl": Bench.crawl,
    "empty night": Bench.empty_night,
    "extraction": Bench.extraction,
    "ingest": Bench.ingest,
    "storing": Bench.storing,
    "search": Bench.search,
    "five pages": Bench.pages_of_five,
    "start-up": Bench.start_up,
}


def cpu_while(work: Callable[[], object]) -> float:
    """Returns CPU seconds of this process, and of its own that ended meanwhile."""

    def so_far() -> float:
        ended = resource.getrusage(resource.RUSAGE_CHILDREN)
        return time.process_time() + ended.ru_utime + ended.ru_stime

    before = so_far()
    work()
    return so_far() - before


def cpu_of(command: Sequence[str | Path], *, cwd: Path) -> float:
    """Returns CPU seconds of a command with its processes.

    :raises Broken: it fails
    """
    process = subprocess.Popen(
        command, cwd=cwd, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    _, status, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise Broken(f"{' '.join(map(str, command))}: exit code {process.returncode}")
    return used.ru_utime + used.ru_stime


def asked(server: Server, path: str) -> float:
    """Returns CPU seconds that a server spent on a page.

    :raises Broken: it has no such page
    :raises NotMeasured: the system tells no CPU
    """
    answer = server.ask(path)
    if answer.status != 200:
        raise Broken(f"{path}: HTTP {answer.status}")
    if answer.cpu is None:
        raise NotMeasured("no CPU of processes is told")
    return answer.cpu / 1000


def require_nginx() -> None:
    """Requires nginx.

    :raises NotMeasured: it is not installed
    """
    if not NGINX.exists():
        raise NotMeasured("no nginx (Debian: nginx-light)")


def words_asked(turn: int) -> list[str]:
    """Returns words to be searched for, common and rare, others in each turn."""
    words = vocabulary(random.Random(SEED))
    return [*words[5 + turn % 20 :][:30], *words[5 + turn % 50 :: 400][:30]]


@contextmanager
def bench() -> Iterator[Bench]:
    """Gives what lines need, until the end of the block."""
    with tempfile.TemporaryDirectory() as folder, ExitStack() as things:
        yield Bench(Path(folder), things)


def measure(at: Bench, names: Sequence[str], turns: int) -> dict[str, list[Spent]]:
    """Measures lines in turns, after one that warms up; what can't be measured is named and left
    out."""
    spent: dict[str, list[Spent]] = {name: [] for name in names}
    for turn in range(turns + 1):
        for name in list(spent):
            try:
                one = LINES[name](at)
            except NotMeasured as error:
                print(f"{name} is left out: {error}", file=sys.stderr, flush=True)
                del spent[name]
                continue
            told = f"{turn}/{turns} {name}: {one.ours:.2f} s, beside {one.beside:.2f} s"
            print(told, file=sys.stderr, flush=True)
            if turn:
                spent[name].append(one)
    return spent


def ratio_of(turns: Sequence[Spent]) -> float:
    return statistics.median(one.ours / one.beside for one in turns)


def figures_of(spent: Mapping[str, Sequence[Spent]]) -> dict[str, Figure]:
    """Returns the middle of the sets of turns, and how far the others are from it."""
    figures = {}
    for name, turns in spent.items():
        sets = sorted(ratio_of(turns[at::SETS]) for at in range(SETS))
        middle = statistics.median(sets)
        noise = max(abs(one / middle - 1) for one in sets)
        figures[name] = Figure(ratio=round(middle, 3), noise=round(noise, 3))
    return figures


def read_figures() -> dict[str, Figure]:
    lines = tomllib.loads(FIGURES.read_text())
    return {name: Figure(**figure) for name, figure in lines.items()}


def write_figures(figures: Mapping[str, Figure]) -> None:
    """Writes the file; lines that were not measured stay as they are."""
    known = read_figures() if FIGURES.exists() else {}
    lines = [
        f'["{name}"]\nratio = {one.ratio}\nnoise = {one.noise}\n\n'
        for name, one in (known | dict(figures)).items()
    ]
    FIGURES.write_text(
        "".join(["# Written by `python bench/cost.py --write`.\n\n", *lines]).rstrip() + "\n"
    )


def judge(spent: Mapping[str, Sequence[Spent]], figures: Mapping[str, Figure]) -> list[str]:
    """Prints a line each, beside the last release; returns the names of those that got worse."""
    worse = []
    for name, turns in spent.items():
        now, then = ratio_of(turns), figures.get(name)
        if then is None:
            print(f"{name:<12}{now:7.2f}, no figure of a release", flush=True)
            continue
        most, verdict = then.most(ALLOWED), ""
        if now > most:
            worse, verdict = [*worse, name], ": TOO DEAR"
        elif now > then.most(TOLD):
            verdict = ": dearer, or the machine"
        told = f"{name:<12}{now:7.2f}, {then.ratio:.2f} at the last release, {most:.2f} at most"
        print(f"{told}{verdict}", flush=True)
    return worse


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--only", default=",".join(LINES), help="default: all lines")
    parser.add_argument("--write", action="store_true", help="write the figures")
    given = parser.parse_args()
    names = given.only.split(",")
    if unknown := set(names) - LINES.keys():
        parser.error(f"no such line: {', '.join(sorted(unknown))}")
    with bench() as at:
        if given.write:
            write_figures(figures_of(measure(at, names, SETS * TURNS)))
            print(FIGURES.read_text(), end="")
            return 0
        figures = read_figures()
        worse = judge(measure(at, names, TURNS), figures)
        if worse:
            print("Once more, what got worse:")
            worse = judge(measure(at, worse, TURNS), figures)
    for name in worse:
        print(f"{name} got dearer: {(LINES[name].__doc__ or name).splitlines()[0]}")
    return int(bool(worse))


if __name__ == "__main__":
    raise SystemExit(main())
