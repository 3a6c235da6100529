"""Rows for the archive's tests: invented sources and stories, a clock that stands still."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

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


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    clock = Clock()
    monkeypatch.setattr("archive.writer.utc_now", lambda: clock.now)
    return clock


@pytest.fixture
def writer(tmp_path: Path, clock: Clock) -> Iterator[Writer]:
    """A new archive with one paper and an open run."""
    with open_writer(tmp_path / "archive.db", command="tests") as writer:
        writer.save_source(PAPER)
        writer.start_run("tests", ["signet"], "0")
        yield writer
