"""Rows for the archive's tests: invented sources and stories, a clock that stands still."""

import os
import subprocess
import sys
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from types import SimpleNamespace
from typing import Any

import pytest
from sqlite_utils import Database

import tradepress
from tradepress.archive.captures.warc import WarcCaptures
from tradepress.archive.errors import ArchiveError
from tradepress.archive.frontier.addresses import Address, Addresses, Listed
from tradepress.archive.frontier.sources import SourceRow, Sources
from tradepress.archive.ledger.ledger import Fetched, Ledger
from tradepress.archive.ledger.outcomes import Outcome, RunKind, RunState
from tradepress.archive.ledger.run_report import RunSums
from tradepress.archive.open import Archive, open_archive
from tradepress.archive.search.find_stories import Hit, count_hits, search
from tradepress.archive.search.story_query import StoryQuery
from tradepress.archive.stories.stories import Saved
from tradepress.archive.withdrawal import erasing
from tradepress.archive.withdrawal.erased import Erased
from tradepress.archive.withdrawal.tombstones import Tombstone
from tradepress.story import Capture, Link, Reading, Reservation, StoredArticle

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


class Writer:
    """An archive with its open run, as tests write into them: rows as dicts, one word a step."""

    def __init__(self, archive: Archive) -> None:
        archive._is_new = False  # it stays, also where a run finds nothing
        self.archive = archive
        self.transaction = archive.transaction
        self.db, self.path = archive.db, archive.path
        self.commit, self.close = archive.transaction.commit, archive.close
        self.rows, self.value = archive.transaction.rows, archive.transaction.value
        self.run: Any = None

    def __enter__(self) -> "Writer":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @property
    def rollbacks(self) -> int:
        return self.transaction.rollbacks

    @property
    def erased_again(self) -> Erased | None:
        return self.archive.erased_again

    @property
    def addresses(self) -> Addresses:
        return (
            self.run.addresses
            if self.run
            else Addresses(self.transaction, Ledger(self.transaction))
        )

    def pass_trial(self, source: str) -> None:
        Sources(self.transaction).pass_trial(source)

    def keep_page(self, capture: Any) -> None:
        self.run.stories.keep_page(capture)

    def write(self, sql: str, parameters: Sequence[object] = ()) -> None:
        self.transaction.write(sql, parameters)

    @property
    def run_id(self) -> int:
        return self.run.ledger.run_id

    def save_source(self, row: Mapping[str, Any]) -> None:
        Sources(self.transaction).save(SourceRow(**row))

    def start_run(self, command: str, sources: Sequence[str], version: str) -> int:
        named = [kind for kind in RunKind if command.startswith(kind)]
        kind = named[0] if named else RunKind.CRAWL
        self.archive.command = command
        self.run = self.archive.run(kind, version=version, sources=sources)
        return self.run_id

    def end_run(
        self, state: str, exit_code: int | None, reason: str | None = None
    ) -> dict[str, Any]:
        self.run.end(RunState(state), exit_code=exit_code, reason=reason)
        return self.rows("SELECT * FROM runs WHERE id = ?", [self.run_id])[0]

    def settle(
        self,
        url: str,
        outcome: str,
        reason: str | None = None,
        *,
        kind: str = "article",
        status: int | None = None,
        size: int | None = None,
        fetched: bool = True,
        **facts: Any,
    ) -> bool:
        answer = Fetched(kind=kind, status=status, size=size) if fetched else None
        return self.run.addresses.settle(url, Outcome(outcome), reason, fetched=answer, **facts)

    def add_urls(self, source: str, urls: Iterable[tuple[str, str | None]]) -> list[dict[str, Any]]:
        return [asdict(one) for one in self.addresses.add(source, urls)]

    def add_listed(
        self, source: str, listed: Iterable[Listed], most: int
    ) -> tuple[list[dict[str, Any]], int]:
        found, left_out = self.run.addresses.add_listed(source, listed, most)
        return [asdict(one) for one in found], left_out

    def due_urls(
        self, source: str, until: str, limit: int, *, is_new: bool | None = None
    ) -> list[dict[str, Any]]:
        due = self.addresses.due(source, limit, is_new=is_new, until=until)
        return [asdict(one) for one in due]

    def schedule(self, ids: Iterable[int]) -> None:
        rows = (self.rows("SELECT * FROM urls WHERE id = ?", [url_id])[0] for url_id in ids)
        self.run.addresses.schedule(Address(**row) for row in rows)

    def seeds(self, source: str) -> dict[str, dict[str, Any]]:
        return {url: asdict(seed) for url, seed in self.run.seeds.of(source).items()}

    def save_seed(self, source: str, kind: str, url: str, **facts: Any) -> None:
        self.run.seeds.save(source, kind, url, **facts)

    def forget_walks(self, source: str, urls: Collection[str]) -> None:
        self.run.seeds.forget_walks(source, urls)

    def record_fetch(
        self,
        kind: str,
        source: str | None,
        url: str,
        *,
        status: int | None = None,
        size: int | None = None,
        **facts: Any,
    ) -> None:
        fetched = Fetched(kind=kind, status=status, size=size)
        self.run.ledger.record_listing(source, url, fetched, **facts)


@cache
def new_archive() -> bytes:
    """The file of an archive in which nothing is yet, made once a process."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / "archive.db"
        open_archive(path, command="tests").close()
        return path.read_bytes()


def opened(path: Path, *, command: str = "tests", **how: Any) -> Writer:
    return Writer(open_archive(path, command=command, **how))


def open_writer(path: Path, *, command: str = "tests", **how: Any) -> Writer:
    """Open an archive to be written; where there is none, begin with a copy of a new one."""
    if not [*path.parent.glob(f"{path.name}*")]:
        path.write_bytes(new_archive())
    return opened(path, command=command, **how)


class OneRun:
    """An archive opened for one run, and both ended together."""

    def __init__(
        self, path: Path, *, sources: Sequence[Mapping[str, Any]] = (PAPER,), **how: Any
    ) -> None:
        self.archive = open_archive(path, command="tests", **how)
        try:
            self.run = self.archive.run(
                RunKind.CRAWL, sources=[SourceRow(**row) for row in sources]
            )
        except BaseException:
            self.archive.close()
            raise
        self.transaction = self.archive.transaction

    @property
    def failure(self) -> ArchiveError | None:
        return self.run.failure

    def close(
        self, state: str = "done", *, exit_code: int | None = None, reason: str | None = None
    ) -> RunSums | None:
        try:
            return self.run.end(RunState(state), exit_code=exit_code, reason=reason)
        finally:
            self.archive.close()


def withdraw(writer: Writer, captures: WarcCaptures | None, stones: Sequence[Tombstone]) -> Erased:
    writer.archive.captures = captures
    return erasing.withdraw(writer.transaction, stones)


def article_of(fields: Mapping[str, Any], links: Iterable[Mapping[str, Any]] = ()) -> StoredArticle:
    """A story as the ways in give it."""
    values = {
        name: tuple(value) if isinstance(value, list) else value for name, value in fields.items()
    }
    if "reservations" in values:
        values["reservations"] = tuple(Reservation(**one) for one in values["reservations"])
    return StoredArticle(**values, related_links=tuple(Link(**link) for link in links))


def save(
    writer: Writer,
    fields: Mapping[str, Any],
    *,
    links: Iterable[Mapping[str, Any]] = (),
    requested_url: str | None = None,
    extractor: str = "tests 1",
    evidence: Mapping[str, Any] | None = None,
    capture: Any = None,
    date_captured: datetime | None = None,
    kind: str = "article",
    status: int | None = None,
    size: int | None = None,
    etag: str | None = None,
    last_modified: str | None = None,
    next_due: str | None = None,
) -> Saved:
    """:param next_due: when it is to be asked for again, whatever its age says; None: never"""
    is_whole = isinstance(capture, Capture)
    headers = dict(capture.http_headers) if is_whole else {}
    headers |= {"ETag": etag} if etag else {}
    headers |= {"Last-Modified": last_modified} if last_modified else {}
    article = article_of(fields, links)
    readings = {
        name: tuple(Reading(**one) for one in found) for name, found in (evidence or {}).items()
    }
    page = Capture(
        url=capture.url if capture else str(article.url),
        requested_url=requested_url or article.url,
        body=capture.body if is_whole else b" " * (size or 0),
        content_type=capture.content_type if capture else None,
        status=capture.status if capture else status,
        http_headers=tuple(headers.items()),
        request_headers=capture.request_headers if is_whole else (),
        data=capture.data if is_whole else None,
        date_captured=date_captured or (capture.date_captured if capture else None),
        origin="file" if kind == "file" else capture.origin if capture else "crawl",
        source=capture.source if is_whole else article.source,
        received=capture.received if is_whole else None,
    )
    kept = writer.transaction.captures
    if capture is None:
        writer.transaction.captures = None
    addresses = writer.run.addresses
    addresses.next_visit = lambda *_: next_due  # type: ignore[method-assign,assignment]
    try:
        return writer.run.stories.save(
            replace(article, capture=page, evidence=readings), extractor=extractor
        )
    finally:
        writer.transaction.captures = kept
        del addresses.next_visit


def asked(words: str | None = None, **filters: Any) -> StoryQuery:
    """A lone value of a filter that takes several may stand by itself."""
    days = ("since", "until", "as_of", "seen_on")
    return StoryQuery(
        words=words,
        **{
            name: (value,) if isinstance(value, str) and name not in days else value
            for name, value in filters.items()
        },
    )


def find(db: Database, words: str | None, **how: Any) -> list[Hit]:
    """Hits of these words; what is no filter is said to the search."""
    pages = {name: how.pop(name) for name in ("order", "fold", "limit", "offset") if name in how}
    return search(db, asked(words, **how), **pages)


def count(db: Database, words: str | None, *, fold: bool = True, **filters: Any) -> int:
    return count_hits(db, asked(words, **filters), fold=fold)


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

    folder = Path("captures")

    def __init__(self) -> None:
        self.calls: list[str] = []
        self.offset = 0

    def cut_torn_tails(self, known_ends: Mapping[str, int]) -> None: ...

    def close(self) -> None: ...

    def append(self, capture: Capture) -> dict[str, Any]:
        self.calls.append("append")
        return {**self.append_record(b"", None), "digest": "sha1:X"}

    def append_record(self, member: bytes, source: str | None) -> dict[str, Any]:
        self.offset += 100
        return {"file": "signet-2026-11.warc.gz", "offset": self.offset, "length": 100}

    def append_revisit(self, visit: Capture, kept: Mapping[str, Any]) -> None: ...

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
    stopped = SimpleNamespace(
        now=lambda _: datetime.fromisoformat(clock.now), fromisoformat=datetime.fromisoformat
    )
    monkeypatch.setattr("tradepress.archive.clock.datetime", stopped)
    return clock


class Child:
    """A process of its own that tells its progress line by line and can be killed."""

    def __init__(self, program: str, *arguments: object) -> None:
        paths = [Path(tradepress.__file__).parents[1], Path(__file__).parent]
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
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.close()  # what it has forked may wait for a line
        rest = self.process.stdout.read()  # communicate would miss what line() has read ahead
        self.process.stdout.close()
        self.process.wait()
        return rest.splitlines()


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
    with open_writer(tmp_path / "archive.db") as writer:
        writer.save_source(PAPER)
        writer.start_run("tests", ["signet"], "0")
        yield writer
