"""How long the reading room's pages take, beside stock Datasette on the same file, in turns.

    python bench/browse.py archive.db [--rounds 15] [--word mark]

Both serve the archive on loopback. A line is one page: the wall time of an answer and the CPU time
that the server spent on it, in milliseconds (p50 / p95), the size, and of stock Datasette the wall
time of the same list without our pages (of three answers: they are slow). What to narrow by is
asked of the archive: its largest source, most frequent section and so on. Sorts and further pages
are those that the list itself offers.
"""

import argparse
import html
import os
import re
import signal
import socket
import sqlite3
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.client import HTTPConnection
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

BIN = Path(sys.executable).parent
LIST = "/archive/articles"
SEARCH = "/archive/search"
STOCK_ROUNDS = 3
QUERIES = ("search", "by_year", "runs", "changed", "doubtful")


@dataclass(frozen=True, kw_only=True, slots=True)
class Answer:
    wall: float
    """Milliseconds."""
    cpu: float | None
    """Milliseconds of the server's process; None where the system does not say."""
    body: bytes
    status: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Server:
    port: int
    pid: int

    def ask(self, path: str) -> Answer:
        connection = HTTPConnection("127.0.0.1", self.port, timeout=60)
        before, started = self._spent(), time.perf_counter()
        connection.request("GET", path)
        answer = connection.getresponse()
        body = answer.read()
        wall = (time.perf_counter() - started) * 1000
        connection.close()
        after = self._spent()
        cpu = None if before is None or after is None else after - before
        return Answer(wall=wall, cpu=cpu, body=body, status=answer.status)

    def _spent(self) -> float | None:
        """CPU milliseconds of all threads so far, as Linux says."""
        threads = Path(f"/proc/{self.pid}/task").glob("*/schedstat")
        spent = [int(thread.read_text().split()[0]) for thread in threads]
        return sum(spent) / 1e6 if spent else None


def known(archive: Path) -> dict[str, Any]:
    """What the archive can be narrowed by, each the most frequent of its kind."""
    db = sqlite3.connect(f"{archive.absolute().as_uri()}?mode=ro", uri=True)

    def one(sql: str, *given: object) -> Any:
        row = db.execute(sql, given).fetchone()
        return row[0] if row else ""

    most = "SELECT {0} FROM articles WHERE {0} IS NOT NULL GROUP BY {0} ORDER BY count(*) DESC"
    found = {name: one(most.format(name)) for name in ("source", "section", "language", "access")}
    (dated,) = db.execute("SELECT count(published_day) FROM articles").fetchone()
    middle = "SELECT published_day FROM articles WHERE published_day IS NOT NULL ORDER BY 1 LIMIT 1"
    found["day"] = one(f"{middle} OFFSET ?", dated // 2)
    day = "SELECT substr({0}, 1, 10) FROM versions WHERE {0} IS NOT NULL ORDER BY {0} LIMIT 1"
    for name in ("date_archived", "date_captured"):
        (count,) = db.execute(f"SELECT count({name}) FROM versions").fetchone()
        found[name] = one(f"{day.format(name)} OFFSET ?", count * 3 // 4)
    found["ref"] = one("SELECT ref FROM articles ORDER BY version DESC, id LIMIT 1")
    found["version"] = one("SELECT id FROM versions ORDER BY version DESC, id LIMIT 1")
    db.execute("CREATE VIRTUAL TABLE temp.words USING fts5vocab(main, articles_fts, row)")
    found["word"] = one("SELECT term FROM words ORDER BY doc DESC LIMIT 1")
    db.close()
    return found


def pages(of: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """Addresses that a visitor comes to, after what stands there."""
    word, year = of["word"], of["day"][:4]
    narrowed: dict[str, dict[str, str]] = {
        "": {},
        "by source": {"source": of["source"]},
        "by section": {"section": of["section"]},
        "by source and section": {"source": of["source"], "section": of["section"]},
        "by language": {"language": of["language"]},
        "by access": {"access": of["access"]},
        "since a day": {"published_day__gte": of["day"]},
        "of a year": {
            "published_day__gte": f"{year}-01-01",
            "published_day__lte": f"{year}-12-31",
        },
        "undated": {"published_day__isnull": "1"},
        "by all of these": {
            "source": of["source"],
            "section": of["section"],
            "language": of["language"],
            "access": of["access"],
            "published_day__gte": of["day"],
        },
    }
    yield "front page", "/"
    for what, asked in narrowed.items():
        yield f"list {what}".strip(), f"{LIST}?{urlencode(asked)}".rstrip("?")
    for what, asked in narrowed.items():
        yield f"list with a word {what}".strip(), f"{LIST}?{urlencode(asked | {'_search': word})}"
    for ending in ("json", "csv"):
        yield f"list as {ending}", f"{LIST}.{ending}?_size=200&_sort=id"
    everything = {
        "source": of["source"],
        "section": of["section"],
        "language": of["language"],
        "access": of["access"],
        "since": of["day"],
    }
    days: dict[str, dict[str, str]] = {
        "": {},
        "held on a day": {"as_of": of["date_archived"]},
        "shown on a day": {"seen_on": of["date_captured"]},
    }
    for when, day in days.items():
        some = {name: {name: value} for name, value in everything.items()}
        for what, asked in {"": {}, **some, "all of these": everything}.items():
            by = f"by {what}" if what else ""
            found = f"{SEARCH}?{urlencode({'q': word, **asked, **day})}"
            yield " ".join(f"search {by} {when}".split()), found
    for what, asked in (("newest first", {"order": "date"}), ("other forms", {"forms": "1"})):
        yield f"search, {what}", f"{SEARCH}?{urlencode({'q': word, **asked})}"
    for number in ("2", "3"):
        yield f"search, page {number}", f"{SEARCH}?{urlencode({'q': word, 'page': number})}"
    yield "search as json", f"{SEARCH}.json?{urlencode({'q': word})}"
    yield "a story", f"{LIST}/1"
    yield "changes of a story", f"/story/{of['ref']}/changes/1/2"
    yield "a version", f"/archive/versions/{of['version']}"
    yield "the database", "/archive"
    for name in QUERIES[1:]:
        yield f"query {name}", f"/archive/{name}"


def offered(page: bytes) -> Iterator[tuple[str, str]]:
    """Other tables of the page of the database, or other orders of a list."""
    text = page.decode()
    for name in re.findall(r'<dt><a href="/archive/(\w+)"', text):
        if name not in QUERIES:
            yield f"table {name}", f"/archive/{name}"
    sorts = re.search(r'<select name="_sort".*?</select>', text, re.DOTALL)
    for column in re.findall(r'<option value="(\w+)"', sorts[0] if sorts else ""):
        yield f"sorted by {column}", f"{LIST}?_sort={column}"
        yield f"sorted by {column}, descending", f"{LIST}?_sort_desc={column}"


def following(page: bytes) -> str | None:
    """The address of the next page; None if this is the last."""
    link = re.search(rb'rel="next" href="([^"]+)"', page)
    return re.sub(r"^https?://[^/]+", "", html.unescape(link[1].decode())) if link else None


@contextmanager
def served(*command: str) -> Iterator[Server]:
    """What serves until the end of the block."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = int(free.getsockname()[1])
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    process = subprocess.Popen([*command, "--port", str(port)], **quiet)
    try:
        until = time.monotonic() + 60
        while time.monotonic() < until:
            try:
                socket.create_connection(("127.0.0.1", port), 1).close()
                break
            except OSError:
                time.sleep(0.1)
        yield Server(port=port, pid=process.pid)
    finally:
        process.send_signal(signal.SIGINT)
        process.wait(30)


def of(times: list[float]) -> str:
    if not times:
        return "-"
    last = statistics.quantiles(times, n=20)[-1] if len(times) > 1 else times[0]
    return f"{statistics.median(times):.0f} / {last:.0f}"


def measure(ours: Server, stock: Server, name: str, what: str, path: str, rounds: int) -> Answer:
    """Print a page's line."""
    beside = path.replace("/archive", f"/{name}", 1)
    is_query = re.match(rf"/archive/({'|'.join(QUERIES)})", path)
    has_stock = path.startswith("/archive") and not is_query and not what.startswith("sorted")
    mine: list[Answer] = []
    theirs: list[Answer] = []
    for number in range(rounds + 1):
        mine.append(ours.ask(path))
        if mine[0].status != 200:
            break
        if has_stock and number <= STOCK_ROUNDS:
            theirs.append(stock.ask(beside))
    if mine[0].status != 200:
        print(f"| {what} | left out: status {mine[0].status} | | | |", flush=True)
        return mine[0]
    cpu = [answer.cpu for answer in mine[1:] if answer.cpu is not None]
    failed = [answer.status for answer in theirs if answer.status != 200]
    said = f"status {failed[0]}" if failed else of([answer.wall for answer in theirs[1:]])
    size = len(mine[0].body) / 1024
    times = of([answer.wall for answer in mine[1:]])
    print(f"| {what} | {times} | {of(cpu)} | {size:.0f} | {said} |", flush=True)
    return mine[0]


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("archive", type=Path)
    parser.add_argument("--rounds", type=int, default=15)
    parser.add_argument("--word", help="what to search for; else the word that most stories have")
    given = parser.parse_args()
    narrow = known(given.archive)
    if given.word:
        narrow["word"] = given.word
    print(", ".join(f"{name}: {value}" for name, value in narrow.items()), flush=True)
    stock_environment = os.environ | {"DATASETTE_LOAD_PLUGINS": ""}
    os.environ.update(stock_environment)
    datasette = (str(BIN / "datasette"), "serve", f"{given.archive}")
    ours = (str(BIN / "tradepress"), "browse", "--archive", f"{given.archive}")
    print("| page | ms p50 / p95 | CPU | KB | stock Datasette |\n|---|---|---|---|---|", flush=True)
    with served(*ours) as our_server, served(*datasette) as stock_server:

        def line(what: str, path: str) -> Answer:
            return measure(our_server, stock_server, given.archive.stem, what, path, given.rounds)

        for what, path in pages(narrow):
            answer = line(what, path)
            if what in ("list", "list by source and section", "list with a word"):
                for number in (2, 3):
                    if address := following(answer.body):
                        answer = line(f"{what}, page {number}", address)
        for path in (LIST, "/archive"):
            for what, other in offered(our_server.ask(path).body):
                line(what, other)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
