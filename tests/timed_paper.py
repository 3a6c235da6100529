"""A paper on loopback that notes when each request came, and crawls of it under the real rules."""

import json
import os
import re
import socket
import sqlite3
import subprocess
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import pairwise
from pathlib import Path
from time import monotonic
from typing import Any

import preloaded
from conftest import ROOT, Answer, a_story, declare

# Names resolve to the loopback address, past any name server but through the address guard; the
# shortest delay, for real sites two seconds, is shorter. All else is the program's own.
CRAWL = """
import json, sys
given = json.loads(sys.argv.pop(1))
import tradepress.spiders
tradepress.spiders.__path__.append(given["spiders"])
from scrapy.resolver import dnscache
dnscache.update(dict.fromkeys(given["names"], "127.0.0.1"))
import tradepress.crawling.addon, tradepress.configuration, tradepress.crawling.scrapy_settings
tradepress.crawling.addon.SHORTEST_DELAY = tradepress.configuration.SHORTEST_DELAY = given["delay"]
tradepress.crawling.scrapy_settings.AUTOTHROTTLE_START_DELAY = given["delay"]
exec(given["before"])
from tradepress.__main__ import main
main()
"""
CONTACT = ("--contact", "archive@library.example")
DELAY = 0.3


@dataclass(frozen=True, kw_only=True)
class Request:
    """One request, as the server saw it."""

    began: float
    ended: float
    host: str
    path: str


@dataclass
class Paper:
    """The site; ``pages`` are by path, or by ``//host/path`` where one host has its own, and may be
    functions, which are told how often they were asked before."""

    folder: Path
    port: int = 0
    pages: dict[str, Answer | Callable[[int], Answer]] = field(default_factory=dict)
    requests: list[Request] = field(default_factory=list)
    after: tuple[int, Answer] | None = None
    """Once so many stories were asked for, all others have this answer."""
    names: tuple[str, ...] = ("www.example.com", "news.example.com", "example.com")

    def url(self, host: str = "127.0.0.1") -> str:
        return f"http://{host}:{self.port}"

    def publish(
        self, stories: int, *, host: str = "127.0.0.1", section: str = "/trademark/"
    ) -> None:
        """A section with so many stories."""
        paths = [f"{section}lantern-case-number-{1001 + n}" for n in range(stories)]
        for path in paths:
            self.pages[path] = Answer(a_story(f"Lantern case {path[-4:]}"))
        self.pages[section] = Answer("".join(f'<a href="{path}">A story</a>' for path in paths))
        self.pages.setdefault("/robots.txt", Answer("User-agent: *\nDisallow: /members/\n"))

    def declare(
        self, name: str, *, host: str = "127.0.0.1", more: str = "", **fields: object
    ) -> None:
        """A source of this paper.

        :param more: what else its file does
        """
        domain = "127.0.0.1" if host == "127.0.0.1" else "example.com"
        spiders = self.folder / "spiders"
        spiders.mkdir(exist_ok=True)
        declare(spiders, name, self.url(host), **{"domains": (domain,), **fields})
        with (spiders / f"{name}.py").open("a") as file:
            file.write(more)

    def crawl(
        self, *sources: str, before: str = "", delay: float = DELAY, **environment: str
    ) -> subprocess.CompletedProcess[str]:
        """`tradepress crawl` in a process of its own; see :meth:`run`."""
        command = ("crawl", *sources, "--no-trial")
        return self.run(*command, before=before, delay=delay, **environment)

    def run(
        self,
        *command: str,
        before: str = "",
        delay: float = DELAY,
        timeout: float = 240,
        **environment: str,
    ) -> subprocess.CompletedProcess[str]:
        """A command in a process of its own.

        :param before: Python that is run before it
        """
        given = {
            "spiders": str(self.folder / "spiders"),
            "names": self.names,
            "delay": delay,
            "before": before,
        }
        inherited = {
            name: value
            for name, value in os.environ.items()
            if not name.startswith(("TRADEPRESS_", "SCRAPY_"))
        }
        return preloaded.run(
            ["-c", CRAWL, json.dumps(given), *command, *CONTACT],
            cwd=self.folder,
            env={
                **inherited,
                "PYTHONPATH": str(ROOT),
                "TRADEPRESS_ALLOW_ADDRESSES": "127.0.0.1",
                "TRADEPRESS_DELAY": str(delay),
                **environment,
            },
            timeout=timeout,
        )

    def rows(self, query: str, *parameters: object) -> list[tuple[Any, ...]]:
        db = sqlite3.connect(self.folder / "archive.db")
        try:
            return db.execute(query, parameters).fetchall()
        finally:
            db.close()

    def change(self, statement: str, *parameters: object) -> None:
        """Another program writes into the archive."""
        db = sqlite3.connect(self.folder / "archive.db")
        db.execute(statement, parameters)
        db.commit()
        db.close()

    def outcomes(self) -> Counter[tuple[str, str | None]]:
        """Of the stories, by outcome and reason, as they stand."""
        return Counter(self.rows("SELECT outcome, reason FROM urls"))

    def paths(self) -> list[str]:
        """What was asked for, but for the site's reservations, which have tests of their own."""
        return [r.path for r in self.requests if r.path != "/.well-known/tdmrep.json"]

    def stories(self) -> list[str]:
        return [path for path in self.paths() if "lantern" in path]

    def let_time_pass(self) -> None:
        """The pauses are over and what was put off is due."""
        self.change("UPDATE hosts SET paused_until = '2026-01-01T00:00:00Z'")
        self.change("UPDATE urls SET next_due = NULL WHERE outcome IN ('deferred', 'failed')")

    def rests(self) -> list[float]:
        """Seconds between the end of each answer and the next request, whatever its host."""
        ordered = sorted(self.requests, key=lambda request: request.began)
        return [later.began - earlier.ended for earlier, later in pairwise(ordered)]


@contextmanager
def serve(paper: Paper) -> Iterator[None]:
    """The paper, until the end of the block."""
    asked: Counter[str] = Counter()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            began = monotonic()
            page = paper.pages.get(self.path, Answer("not here", 404))
            page = paper.pages.get(f"//{self._host()}{self.path}", page)
            answer = page(asked[self.path]) if callable(page) else page
            asked[self.path] += 1
            if "lantern" in self.path:
                asked["stories"] += 1
                if paper.after is not None and asked["stories"] > paper.after[0]:
                    answer = paper.after[1]
            if answer.status == 0:  # no answer at all
                paper.requests.append(self._request(began))
                self.close_connection = True
                self.connection.shutdown(socket.SHUT_RDWR)
                return
            body = answer.body.encode() if isinstance(answer.body, str) else answer.body
            self.send_response(answer.status)
            for name, value in {"Content-Type": "text/html", **answer.headers}.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(body)))
            # Before the last bytes: the next request can't be noted before this one.
            paper.requests.append(self._request(began))
            self.end_headers()
            self.wfile.write(body)

        def _request(self, began: float) -> Request:
            return Request(began=began, ended=monotonic(), host=self._host(), path=self.path)

        def _host(self) -> str:
            return re.sub(r":\d+$", "", self.headers.get("Host", ""))

        def handle(self) -> None:
            with suppress(ConnectionError):
                super().handle()

        def log_message(self, format: str, *args: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    paper.port = server.server_port
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
