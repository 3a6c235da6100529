"""Rows for the archive's tests: invented sources and stories, a clock that stands still."""

import os
import subprocess
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

import archive
from archive.open import open_writer
from archive.writer import Saved, Writer

PAPER = {
    "name": "signet",
    "publisher": "The Signet Gazette",
    "home_url": "http://signetgazette.example/",
    "language": "en",
    "timezone": "Europe/London",
    "is_sample": True,
    "verified": None,
}
SISTER = {
    **PAPER,
    "name": "makers",
    "publisher": "Marks & Makers",
    "home_url": "http://marksandmakers.example/",
}
SITE = "http://signetgazette.example"
LEAD = "Orrin Vale has lost its appeal over the lantern mark before the Board of Appeal."


def story(number: int = 1, **changes: Any) -> dict[str, Any]:
    """A story with the site's id ``number``; every number has a text of its own."""
    return {
        "source": "signet",
        "site_id": str(number),
        "url": f"{SITE}/trademark/orrin-vale-{number}",
        "headline": f"Orrin Vale loses appeal {number}",
        "body": f"Case {number}. {LEAD}\n\nThe lantern was held to be descriptive of lamps.",
        "date_published": "2017-08-04",
        "date_published_raw": "4 August 2017",
        "authors": ["Petra Holm"],
        "section": "Trademarks",
        "language": "en",
        "is_truncated": False,
        **changes,
    }


def save(writer: Writer, article: dict[str, Any], **facts: Any) -> Saved:
    links = facts.pop("links", [])
    facts.setdefault("requested_url", article["url"])
    facts.setdefault("extractor", "tests 1")
    return writer.save_article(article, links, **facts)


def rows(writer: Writer, sql: str, *parameters: Any) -> list[dict[str, Any]]:
    return list(writer.db.query(sql, parameters))


def value(writer: Writer, sql: str, *parameters: Any) -> Any:
    return writer.db.execute(sql, parameters).fetchone()[0]


@dataclass
class Clock:
    now: str = "2026-11-24T09:00:00Z"


@dataclass
class Page:
    """A raw page, as the way in attaches it."""

    url: str = f"{SITE}/trademark/orrin-vale-1"
    date_captured: datetime | None = None
    origin: str = "crawl"
    status: int | None = 200
    content_type: str | None = "text/html"


class Pages:
    """A capture store that remembers what was asked of it."""

    def __init__(self) -> None:
        self.calls: list[str] = []
        self.offset = 0

    def append(self, capture: Page) -> dict[str, Any]:
        self.calls.append("append")
        self.offset += 100
        return {
            "file": "signet-2026-11.warc.gz",
            "offset": self.offset,
            "length": 100,
            "digest": "sha1:X",
        }

    def sync(self) -> None:
        self.calls.append("sync")

    def page(self, place: Mapping[str, Any]) -> bytes:
        return b""

    def unnamed(self, named: Mapping[str, Sequence[tuple[int, int]]]) -> list[dict[str, Any]]:
        return []

    def erase(self, places: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
        self.calls += ["erase" for _ in places]
        return []


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    clock = Clock()
    stopped = SimpleNamespace(now=lambda _: datetime.fromisoformat(clock.now))
    monkeypatch.setattr("archive.clock.datetime", stopped)
    return clock


class Child:
    """A process of its own that tells its progress line by line and can be killed."""

    def __init__(self, program: str, *arguments: object) -> None:
        paths = [Path(archive.__file__).parents[1], Path(__file__).parent]
        self.process = subprocess.Popen(
            [sys.executable, "-c", program, *map(str, arguments)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env={**os.environ, "PYTHONPATH": os.pathsep.join(map(str, paths))},
            text=True,
        )

    def line(self) -> str:
        """The next line it prints; "" when it has ended."""
        assert self.process.stdout is not None
        return self.process.stdout.readline().strip()

    def go_on(self) -> None:
        """Let it past the point where it waits for a line."""
        assert self.process.stdin is not None
        self.process.stdin.write("\n")
        self.process.stdin.flush()

    def kill(self) -> list[str]:
        """kill -9; the lines not yet read."""
        self.process.kill()
        return self.process.communicate()[0].splitlines()


@pytest.fixture
def child() -> Iterator[Callable[..., Child]]:
    """Starts children; none outlives its test."""
    children: list[Child] = []

    def start(program: str, *arguments: object) -> Child:
        children.append(Child(program, *arguments))
        return children[-1]

    yield start
    for started in children:
        assert started.process.stdout is not None
        if not started.process.stdout.closed:
            started.kill()


@pytest.fixture
def writer(tmp_path: Path, clock: Clock) -> Iterator[Writer]:
    """A new archive with one paper and an open run."""
    with open_writer(tmp_path / "archive.db", command="tests") as writer:
        writer.save_source(PAPER)
        writer.start_run("tests", ["signet"], "0")
        yield writer
