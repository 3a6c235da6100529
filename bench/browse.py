"""How long the reading room's pages take, beside stock Datasette on the same file, in turns.

    python bench/browse.py archive.db [--rounds 15]

Both serve the archive on loopback. A line is one page: the wall time of an answer in milliseconds
(p50 / p95) and its size, and of stock Datasette the same list without our pages.
"""

import argparse
import os
import signal
import socket
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.client import HTTPConnection
from pathlib import Path
from urllib.parse import urlencode

BIN = Path(sys.executable).parent
LIST = "/archive/articles"
SEARCH = "/archive/search"


def pages(section: str, source: str, day: str, word: str) -> dict[str, str]:
    """Addresses that a visitor comes to, by what stands there."""

    def listed(**asked: str) -> str:
        return f"{LIST}?{urlencode(asked)}"

    def found(**asked: str) -> str:
        return f"{SEARCH}?{urlencode(asked)}"

    return {
        "front page": "/",
        "all stories": LIST,
        "by source": listed(source=source),
        "by source and section": listed(source=source, section=section),
        "by date": listed(published_day__gte=day),
        "with a word": listed(_search=word),
        "with a word, by source": listed(_search=word, source=source),
        "search": found(q=word),
        "search, by source": found(q=word, source=source),
        "search, by section and year": found(q=word, section=section, since=day[:4]),
        "search, at a former day": found(q=word, as_of=time.strftime("%Y-%m-%d")),
        "a story": f"{LIST}/1",
        "versions": "/archive/versions",
        "the database": "/archive",
        "by year": "/archive/by_year",
    }


@contextmanager
def served(*command: str) -> Iterator[int]:
    """The port at which this program serves until the end of the block."""
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
        yield port
    finally:
        process.send_signal(signal.SIGINT)
        process.wait(30)


def ask(port: int, path: str) -> tuple[float, int, int]:
    """Milliseconds, bytes and status of one answer."""
    connection = HTTPConnection("127.0.0.1", port, timeout=60)
    started = time.perf_counter()
    connection.request("GET", path)
    answer = connection.getresponse()
    size = len(answer.read())
    spent = (time.perf_counter() - started) * 1000
    connection.close()
    return spent, size, answer.status


def of(times: list[float]) -> str:
    last = statistics.quantiles(times, n=20)[-1] if len(times) > 1 else times[0]
    return f"{statistics.median(times):.0f} / {last:.0f}"


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("archive", type=Path)
    parser.add_argument("--rounds", type=int, default=15)
    parser.add_argument("--word", default="mark")
    parser.add_argument("--section", default="News")
    parser.add_argument("--source", default="wipr")
    parser.add_argument("--day", default="2015-06-01")
    given = parser.parse_args()
    paths = pages(given.section, given.source, given.day, given.word)
    stock = os.environ | {"DATASETTE_LOAD_PLUGINS": ""}
    os.environ.update(stock)
    datasette = (str(BIN / "datasette"), "serve", f"{given.archive}")
    ours = (str(BIN / "tradepress"), "browse", "--archive", f"{given.archive}")
    print("| page | ms p50 / p95 | KB | stock Datasette |\n|---|---|---|---|")
    with served(*ours) as our_port, served(*datasette) as stock_port:
        name = given.archive.stem
        for what, path in paths.items():
            beside = path.replace("/archive", f"/{name}", 1)
            is_stock = not path.startswith(SEARCH) and path != "/archive/by_year"
            mine: list[float] = []
            theirs: list[float] = []
            for number in range(given.rounds + 1):
                spent, size, status = ask(our_port, path)
                if number:
                    mine.append(spent)
                if is_stock:
                    spent, _, other = ask(stock_port, beside)
                    if number and other == 200:
                        theirs.append(spent)
            said = "" if status == 200 else f" (status {status})"
            print(
                f"| {what}{said} | {of(mine)} | {size / 1024:.0f} | "
                f"{of(theirs) if theirs else '-'} |",
                flush=True,
            )
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
