"""A paper whose ledger is written row by row, as nightly crawls leave it; for the health checks."""

import json
import random
import sqlite3
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from sqlite_utils import Database

from tradepress.archive.clock import utc_text
from tradepress.archive.file import schema
from tradepress.archive.stories.content_hash import content_hash
from tradepress.story import Article

START = datetime(2027, 1, 4, 20, tzinfo=UTC)
"""A Monday."""
HOME = "https://signetgazette.example"
REVISITS = (1, 2, 3, 7, 14, 21, 51, 81, 111)
"""Days after its first visit on which a story is asked for again."""
TDM = {"term": "tdm-reservation", "evidence": "/.well-known/tdmrep.json"}
WORDS = (
    *("lantern", "kettle", "mark", "office", "board", "maker", "rival", "buyer", "register"),
    *("sign", "appeal", "examiner", "survey", "costs", "hearing", "goods", "parties", "evidence"),
    *("ruling", "shape", "handle", "colour", "label", "owner", "licence", "notice", "search"),
)


def text(random_: random.Random, sentences: int) -> str:
    """Paragraphs whose sentences nobody else has."""
    lines = [
        " ".join(random_.choices(WORDS, k=random_.randint(9, 18))).capitalize()
        + f" in {random_.randint(1, 10**9)}."
        for _ in range(sentences)
    ]
    return "\n\n".join(" ".join(lines[at : at + 3]) for at in range(0, len(lines), 3))


@dataclass(frozen=True, kw_only=True)
class Page:
    """What a crawl sees at a story's address."""

    body: str
    date: str | None = "2027-01-04"
    authors: tuple[str, ...] = ("Petra Holm",)
    confidence: float | None = 0.97
    is_truncated: int | None = 0
    policy: str | None = "store"
    tdm: str | None = None
    """What is said of text and data mining by the site's file; None: nothing."""
    outcome: str = "stored"
    """``rejected``, ``failed`` or ``deferred``: with the reason, and nothing is read."""
    reason: str | None = None
    places: str = "div.story > div.text\ndiv.story > h1\ndiv.story > p.by\ndiv.story > time"
    """Where body, headline, byline and date stand."""


@dataclass(kw_only=True)
class Story:
    id: int
    found: int
    page: Page
    version: int = 0
    shown: Page | None = None


Seen = Callable[[Page, random.Random], Page]


@dataclass(kw_only=True)
class Paper:
    """One day after another; ``db`` is its archive.

    :param rhythm: how many new stories on which day
    """

    rhythm: Callable[[int, random.Random], int]
    seed: int = 1
    name: str = "signet"
    backlog: int = 30
    """Stories that the first crawl finds."""
    noise: float = 0.0
    """Part of the stories that fail, change or are something else, as ever."""
    sections: tuple[str, ...] = (f"{HOME}/trademark/", f"{HOME}/domains/")
    db: Database = field(init=False)
    day: int = -1
    stories: list[Story] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.random = random.Random(self.seed)
        self.db = Database(memory=True)
        schema.migrations.apply(self.db)
        self.db["sources"].insert(
            {
                "name": self.name,
                "publisher": "The Signet Gazette",
                "home_url": f"{HOME}/",
                "language": "en",
                "timezone": "Europe/London",
                "verified": "2026-12-01",
            }
        )

    @property
    def now(self) -> datetime:
        """An hour after the last crawl began."""
        return START + timedelta(days=self.day, hours=1)

    def write(self, path: Path) -> None:
        """The archive as a file."""
        self.db.execute(f"PRAGMA application_id={schema.APPLICATION_ID}")
        self.db.execute(f"PRAGMA user_version={schema.SCHEMA_VERSION}")
        with closing(sqlite3.connect(path)) as connection:
            self.db.conn.backup(connection)

    def live(self, days: int, seen: Seen = lambda page, _: page, **facts: Any) -> None:
        """Go on for some days, with a crawl each night."""
        for _ in range(days):
            self.next_day(seen, **facts)

    def next_day(
        self,
        seen: Seen = lambda page, _: page,
        *,
        listing: str = "read",
        reason: str | None = None,
        found: int | None = 12,
        crawl: bool = True,
        publish: bool = True,
        state: str = "done",
        rewrite: bool = False,
    ) -> None:
        """
        :param seen: what the layout of today makes of a page
        :param rewrite: the publisher edits what is visited
        """
        self.day += 1
        count = self.backlog if self.day == 0 else self.rhythm(self.day, self.random)
        for _ in range(count if publish else 0):
            body = text(self.random, max(4, int(self.random.lognormvariate(2.7, 0.5))))
            number = len(self.stories) + 1
            self.stories.append(Story(id=number, found=self.day, page=Page(body=body)))
        if not crawl:
            return
        at = self.now - timedelta(minutes=59)
        run = self._insert(
            "runs",
            kind="crawl",
            command=f"crawl {self.name}",
            sources=json.dumps([self.name]),
            version="1",
            started=utc_text(at),
            ended=utc_text(at) if state != "running" else None,
            state=state,
        )
        for url in self.sections:
            self.add_fetch(run, at, "section", url, listing, reason, found=found)
        if listing != "read" or found == 0:
            asked = [story for story in self.stories if self._is_due(story) and story.version]
        else:
            asked = [story for story in self.stories if self._is_due(story)]
        if listing == "failed":
            return
        for story in asked:
            self._visit(run, at, story, seen, rewrite)

    def _is_due(self, story: Story) -> bool:
        return not story.version or self.day - story.found in REVISITS

    def _visit(self, run: int, at: datetime, story: Story, seen: Seen, rewrite: bool) -> None:
        if rewrite:
            story.page = replace(story.page, body=text(self.random, 12))
        page = seen(story.page, self.random)
        if self.random.random() < self.noise:
            page = self.random.choice(
                [
                    replace(page, outcome="failed", reason="timeout"),
                    replace(page, outcome="rejected", reason="video"),
                    replace(page, authors=()),
                    replace(page, body=page.body[:200]),
                    replace(page, confidence=0.6),
                ]
            )
        url = f"{HOME}/trademark/story-{10000 + story.id}"
        known = story.id if story.version else None
        url_id = self.add_address(url)
        if page.outcome != "stored":
            facts = {"article_id": known, "version": story.version or None, "url_id": url_id}
            self.add_fetch(run, at, "article", url, page.outcome, page.reason, **facts)
            return
        if story.shown is not None and replace(page, places=story.shown.places) == story.shown:
            facts = {"article_id": known, "version": story.version, "url_id": url_id}
            self.add_fetch(run, at, "article", url, "unchanged", **facts)
            return
        story.version, story.shown = story.version + 1, page
        self._store(run, at, story, page, url)
        facts = {"article_id": story.id, "version": story.version, "url_id": url_id}
        self.add_fetch(run, at, "article", url, "stored", **facts)

    def _store(self, run: int, at: datetime, story: Story, page: Page, url: str) -> None:
        body = None if page.policy == "metadata-only" else page.body
        columns: dict[str, Any] = {
            "url": url,
            "headline": f"Lantern mark {story.id}",
            "date_published": page.date,
            "authors": json.dumps(page.authors),
            "is_truncated": page.is_truncated,
            "confidence": page.confidence,
            "policy": page.policy,
            "reservations": json.dumps([] if page.tdm is None else [{**TDM, "value": page.tdm}]),
            "body": body,
            "content_hash": content_hash(Article(body=body, date_published=page.date)),
            "version": story.version,
            "date_archived": utc_text(at),
        }
        version_id = self._insert(
            "version_rows", article_id=story.id, extractor="tests 1", run_id=run, **columns
        )
        marks = {"hashes": b"", "told": b"", "places": page.places}
        self._insert("site_marks", version_id=version_id, **marks)
        if story.version == 1:
            seen = {"first_seen": utc_text(at), "last_seen": utc_text(at)}
            ref = f"{self.name}-{10000 + story.id}"
            current = {**columns, "id": story.id, "ref": ref, "source": self.name, **seen}
            self._insert("articles", version_id=version_id, **current)
        else:  # what is reserved by now; the text stays
            now = [columns["reservations"], story.id]
            self.db.execute("UPDATE articles SET reservations = ? WHERE id = ?", now)

    def add_address(self, url: str) -> int:
        rows = self.db.execute("SELECT id FROM urls WHERE url_key = ?", [url]).fetchone()
        if rows is not None:
            return int(rows[0])
        facts = {"source": self.name, "url": url, "url_key": url}
        return self._insert("urls", found_at=utc_text(self.now), **facts)

    def add_fetch(
        self,
        run: int,
        at: datetime,
        kind: str,
        url: str,
        outcome: str,
        reason: str | None = None,
        **facts: Any,
    ) -> None:
        columns = {"run_id": run, "source": self.name, "kind": kind, "url": url, "reason": reason}
        self._insert("fetches", at=utc_text(at), outcome=outcome, **columns, **facts)

    def _insert(self, table: str, **columns: Any) -> int:
        cursor = self.db.execute(
            f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({', '.join('?' * len(columns))})",
            list(columns.values()),
        )
        assert cursor.lastrowid is not None
        return cursor.lastrowid


def working_days(day: int, random_: random.Random) -> int:
    """Two to four stories from Monday to Friday."""
    return random_.randint(2, 4) if day % 7 < 5 else 0


def three_a_week(day: int, random_: random.Random) -> int:
    """One on Mondays, Wednesdays and Fridays."""
    return int(day % 7 in (0, 2, 4))


def now_and_then(day: int, random_: random.Random) -> int:
    """Without a rhythm: none for days, then some at once."""
    return random_.randint(1, 5) if random_.random() < 0.3 else 0
