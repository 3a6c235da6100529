"""Measures how long the reading room's pages take, beside stock Datasette on the same file.

    python bench/browse.py archive.db [--rounds 15] [--readers 20]

Both serve the archive on loopback. A line is one page: the wall time of an answer and the CPU time
that the server spent on it, in milliseconds (p50 / p95), the size, and the wall time of what comes
nearest to it in stock Datasette (of three answers: they are slow). What is asked for is asked of
the archive: its most frequent words, court, author and so on. A result with words is another one in
each round, so that nothing of it is remembered; one without is the same.

Of a file the time until its first bytes is measured. Above the table stand the time until the first
page, that until all is counted, and the server's memory; below it, the memory in the end. The saved
query ``bench`` is measured where a file of that name lies beside the archive.

With ``--readers`` so many read at once, by themselves and then while stories are stored: that
changes the archive.

An archive is made by ``python bench/counts.py 100000 --folder FOLDER``: 1.6 GB in some minutes; ten
times the stories take ten times the place.
"""

# ruff: noqa: E402
import argparse
import os
import signal
import socket
import sqlite3
import statistics
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException
from itertools import count, product
from pathlib import Path
from urllib.parse import quote, urlencode

sys.path[0] = str(Path(__file__).parents[1])  # where bench is

from bench.archive import store, stories
from tradepress.archive.care.snapshot import query_folder
from tradepress.story import Article

BIN = Path(sys.executable).parent
STOCK_ROUNDS = 3
READING, WRITTEN = 40, 10_000
"""Are the seconds that many read for, and the most stories that are stored meanwhile."""
READS = 4
"""Is how many seconds a reader needs for a page."""
PACE = 25
"""Is in stories a second: of fifty sources that rest two seconds and have new ones without end."""
_MOST = (
    "SELECT {0} FROM {1} WHERE {0} IS NOT NULL AND {2} GROUP BY 1 ORDER BY count(*) DESC LIMIT 3"
)


@dataclass(frozen=True, kw_only=True, slots=True)
class Answer:
    wall: float
    """Is in milliseconds."""
    cpu: float | None
    """Is in milliseconds of the server's process; None where the system does not say."""
    body: bytes
    status: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Server:
    port: int
    pid: int
    started: float
    """Says when it was started, by the clock of :func:`time.perf_counter`."""

    def ask(self, path: str, *, is_file: bool = False) -> Answer:
        """Asks for a page, and measures the answer.

        :param is_file: nothing is read after its first bytes
        """
        connection = HTTPConnection("127.0.0.1", self.port, timeout=60)
        before, started = self._spent(), time.perf_counter()
        connection.request("GET", path)
        answer = connection.getresponse()
        body = answer.read(100) if is_file else answer.read()
        wall = (time.perf_counter() - started) * 1000
        connection.close()
        after = self._spent()
        cpu = None if before is None or after is None else after - before
        return Answer(wall=wall, cpu=cpu, body=body, status=answer.status)

    @property
    def age(self) -> float:
        """Returns the seconds since it was started."""
        return time.perf_counter() - self.started

    @property
    def memory(self) -> str:
        """Returns the megabytes it holds, and the most that it held; as Linux says."""
        status = Path(f"/proc/{self.pid}/status")
        lines = status.read_text().splitlines() if status.exists() else []
        held = {line.split()[0]: int(line.split()[1]) / 1000 for line in lines if "kB" in line}
        return f"{held.get('VmRSS:', 0):.0f} MB, at most {held.get('VmHWM:', 0):.0f} MB"

    def _spent(self) -> float | None:
        """Returns CPU milliseconds of all threads so far, as Linux says."""
        threads = Path(f"/proc/{self.pid}/task").glob("*/schedstat")
        spent = [int(thread.read_text().split()[0]) for thread in threads]
        return sum(spent) / 1e6 if spent else None


@dataclass(frozen=True, kw_only=True, slots=True)
class Page:
    """Is one kind of page."""

    name: str
    path: str
    """``{}`` is another number in each round."""
    stock: str | None = None
    """Is the path of the like of it in stock Datasette, below the database; None: it has none."""
    is_file: bool = False
    """Does the time end with the first bytes?"""


def known(archive: Path) -> Mapping[str, list[str]]:
    """Returns the three most frequent words, courts and so on."""
    db = sqlite3.connect(f"{archive.absolute().as_uri()}?mode=ro", uri=True)

    def most(value: str, table: str, condition: str = "1") -> list[str]:
        return [f"{row[0]}" for row in db.execute(_MOST.format(value, table, condition))]

    db.execute("CREATE VIRTUAL TABLE temp.words USING fts5vocab(main, articles_fts, row)")
    words = db.execute("SELECT term FROM words WHERE length(term) > 3 ORDER BY doc DESC LIMIT 3")
    found = {
        "word": [row[0] for row in words],
        "ref": most("ref", "articles", "version > 1 AND id < 10000") or most("ref", "articles"),
        "author": most("json_extract(authors, '$[0]')", "articles"),
        "date": most("substr(date_archived, 1, 10)", "versions"),
        "run": most("id", "runs"),
        "saved": [path.stem for path in query_folder(archive).glob("bench.json")],
    }
    found |= {name: most(name, "articles") for name in ("source", "section", "language")}
    for kind in ("court", "office", "case", "firm"):
        found[kind] = most("value", "mentions", f"kind = '{kind}'")
    db.close()
    return found


def pages(of: Mapping[str, list[str]]) -> Iterator[Page]:
    a, b, _ = of["word"]
    own: dict[str, dict[str, str]] = {
        "all stories": {},
        "a year": {"since": "2016", "until": "2016"},
        "a word": {"q": f"{a} -zz{{}}"},
        "two words": {"q": f"{a} {b} -zz{{}}"},
        "either word": {"q": f"{a} OR {b} OR zz{{}}"},
        "words near each other": {"q": f"{a} NEAR/5 {b} -zz{{}}"},
        "a phrase": {"q": f'"{a} {b}" -zz{{}}'},
        "words that begin so": {"q": f"{a[:3]}* -zz{{}}"},
        "other forms of a word": {"q": f"{a} -zz{{}}", "forms": "1"},
        "a word, newest first": {"q": f"{a} -zz{{}}", "order": "date"},
        "a word at a paper": {"q": f"{a} -zz{{}}", "source": of["source"][0]},
        "a word as held on a day": {"q": f"{a} -zz{{}}", "as_of": of["date"][0]},
        "a word, page 4,000": {"q": f"{a} -zz{{}}", "page": "4000"},
    }
    if of["court"]:
        court = {"court": of["court"][0]}
        own |= {
            "a result of a court": court,
            "a court and either word": {"q": f"{a} OR {b} OR zz{{}}", **court},
            "a court, a paper and a word": {"q": f"{a} -zz{{}}", "source": of["source"][0]} | court,
            "a kind of mention": {"mentions": "court"},
            "a kind of mention and either word": {
                "q": f"{a} OR {b} OR zz{{}}",
                "mentions": "court",
            },
        }
    if of["author"]:
        author = of["author"][0]
        own["an author in a year"] = {"author": author, "since": "2016", "until": "2016"}
        own["an author or a word"] = {"q": f'author:"{author}" OR {a} OR zz{{}}'}
        own["an author, where nothing is found"] = {"author": author, "until": "1900"}
    stock = {
        "all stories": "articles?_facet=source&_facet=section&_facet=language",
        "a year": "articles?_facet=source&published_day__startswith=2016",
        "a word": f"articles?_facet=source&_facet=section&_search={a}",
        "a word at a paper": f"articles?_facet=section&_search={a}&source={of['source'][0]}",
        "a word, newest first": f"articles?_search={a}&_sort_desc=published_day",
    }
    yield Page(name="front page", path="/", stock="")
    for name, asked in own.items():
        address = urlencode(asked, safe="{}")
        yield Page(name=name, path=f"/stories?{address}".rstrip("?"), stock=stock.get(name))
    yield Page(name="all authors of a result", path=f"/stories/values?facet=author&q={a}+-zz{{}}")
    for by in ("month", "source,year", "day", "section", "author", "court,year", "case", "number"):
        path = f"/stories/picture?by={by}&q={a}+-zz{{}}"
        yield Page(name=f"a picture of a result by {by}", path=path)
    yield Page(name="a result as part of all", path=f"/stories/picture?share=1&q={a}+-zz{{}}")
    yield Page(name="a feed of a result", path=f"/stories.atom?q={a}+-zz{{}}")
    for ending in ("csv", "jsonl", "ris", "bib", "csl.json"):
        path = f"/stories.{ending}?q={a}+-zz{{}}"
        yield Page(name=f"a result as {ending}, begun", path=path, is_file=True)
    ref = of["ref"][0]
    yield Page(name="a story", path=f"/story/{ref}", stock="articles/1")
    yield Page(name="a version", path=f"/story/{ref}@1", stock="versions/1")
    yield Page(name="what changed", path=f"/story/{ref}/changes/1/2")
    for kind in ("source", "court", "office", "case", "firm", "author"):
        if of[kind]:
            yield Page(name=f"a {kind}", path=f"/{kind}/{quote(of[kind][0])}")
    yield Page(name="a run", path=f"/run/{of['run'][0]}", stock="runs/1")
    if of["saved"]:
        yield Page(name="a saved query", path="/saved/bench")
    for path in ("sources", "courts", "authors", "runs", "changed", "health", "saved"):
        yield Page(name=path, path=f"/{path}")
    yield Page(name="the table of stories", path="/data/articles", stock="articles")


@contextmanager
def served(*command: str) -> Iterator[Server]:
    """Runs what serves until the end of the block."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = int(free.getsockname()[1])
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    started = time.perf_counter()
    process = subprocess.Popen([*command, "--port", str(port)], **quiet)
    try:
        until = time.monotonic() + 60
        while time.monotonic() < until:
            try:
                socket.create_connection(("127.0.0.1", port), 1).close()
                break
            except OSError:
                time.sleep(0.1)
        yield Server(port=port, pid=process.pid, started=started)
    finally:
        process.terminate()  # Ctrl-C is ignored where this runs in the background
        process.wait(60)


def of(times: list[float]) -> str:
    if not times:
        return "-"
    last = statistics.quantiles(times, n=20, method="inclusive")[-1] if len(times) > 1 else times[0]
    return f"{statistics.median(times):.0f} / {last:.0f}"


def measure(
    ours: Server, stock: Server, name: str, page: Page, rounds: int, at: Iterator[int]
) -> str:
    """Returns a page's line."""
    mine: list[Answer] = []
    theirs: list[Answer] = []
    for number in range(rounds + 1):
        path = page.path.replace("{}", str(next(at)))
        mine.append(ours.ask(path, is_file=page.is_file))
        if mine[-1].status != 200:
            return f"| {page.name} | status {mine[-1].status} | | | |"
        if page.stock is not None and number <= STOCK_ROUNDS:
            theirs.append(stock.ask(f"/{name}/{page.stock}".rstrip("/")))
    failed = [f"status {answer.status}" for answer in theirs if answer.status != 200]
    cells = [
        page.name,
        of([answer.wall for answer in mine[1:]]),
        of([answer.cpu for answer in mine[1:] if answer.cpu is not None]),
        "" if page.is_file else f"{len(mine[0].body) / 1024:.0f}",
        failed[0] if failed else of([answer.wall for answer in theirs[1:]]),
    ]
    return f"| {' | '.join(cells)} |"


def read_at_once(
    server: Server, asked: list[Page], readers: int, pause: float, at: Iterator[int]
) -> tuple[list[float], list[str]]:
    """Returns milliseconds of all answers that so many readers got, each of whom opens page after
    page; and what failed.

    :param pause: seconds for which each reads a page
    """
    waited: list[float] = []
    failed: list[str] = []
    until = time.monotonic() + READING

    def read(place: int) -> None:
        time.sleep(pause * place / readers)
        for page in (asked[(place + step) % len(asked)] for step in count()):
            if time.monotonic() > until:
                return
            try:
                answer = server.ask(page.path.replace("{}", str(next(at))))
            except (OSError, HTTPException) as error:
                failed.append(f"{page.name}: {error!r}")
                continue
            waited.append(answer.wall)
            time.sleep(pause)
            if answer.status != 200:
                failed.append(f"{page.name}: status {answer.status}")

    threads = [threading.Thread(target=read, args=[place]) for place in range(readers)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return waited, failed


def fates(failed: list[str]) -> str:
    """Tells how often what failed, the most frequent first."""
    often = Counter(one.rpartition(": ")[2] for one in failed).most_common(3)
    return "; ".join([f"{len(failed)} failed", *(f"{times} times {why}" for why, times in often)])


def write(archive: Path) -> None:
    """Stores stories, as a crawl does, until the process is killed."""

    def at_its_pace() -> Iterator[Article]:
        for article in stories(WRITTEN, first=int(time.time()) * WRITTEN):
            time.sleep(1 / PACE)
            yield article

    store(archive, at_its_pace())


def many(archive: Path, server: Server, asked: list[Page], readers: int, at: Iterator[int]) -> None:
    for pause, what in product((READS, 0), ("alone", "beside a writer")):
        # In a process of its own, as a crawl is.
        writer = os.fork() if what != "alone" else None
        if writer == 0:
            write(archive)
        waited, failed = read_at_once(server, asked, readers, pause, at)
        if writer is not None:
            os.kill(writer, signal.SIGKILL)
            os.waitpid(writer, 0)
        does = f"who read each page for {pause} s" if pause else "without a pause"
        found = f"{len(waited)} pages, {of(waited)} ms; {fates(failed)}"
        print(f"{readers} readers {does}, {what}: {found}", flush=True)


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("archive", type=Path)
    parser.add_argument("--rounds", type=int, default=15)
    parser.add_argument("--readers", type=int, help="so many at once, in place of the table")
    given = parser.parse_args()
    asked, at = [*pages(known(given.archive))], count()
    os.environ["DATASETTE_LOAD_PLUGINS"] = ""
    datasette = (str(BIN / "datasette"), "serve", f"{given.archive}")
    ours = (str(BIN / "tradepress"), "browse", "--archive", f"{given.archive}")
    with served(*ours) as our_server:
        our_server.ask("/")
        print(f"the first page after {our_server.age:.1f} s")
        while b"is being counted" in our_server.ask("/stories").body:
            time.sleep(1)
        print(f"all counted after {our_server.age:.1f} s; {our_server.memory}\n", flush=True)
        while b"is being looked at" in our_server.ask("/health").body:
            time.sleep(1)  # else the page after a source's waits for it
        if given.readers:
            # Files of whole results are few at a time.
            asked = [page for page in asked if not page.is_file]
            many(given.archive, our_server, asked, given.readers, at)
            return 0
        print("| page | ms p50 / p95 | CPU | KB | stock Datasette |\n|---|---|---|---|---|")
        with served(*datasette) as stock:
            for page in asked:
                line = measure(our_server, stock, given.archive.stem, page, given.rounds, at)
                print(line, flush=True)
        print(f"\n{our_server.memory}")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
