"""What the ledger knows of one source within the window, run by run."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from typing import NamedTuple

from sqlite_utils import Database

from archive.clock import utc_text
from archive.health.rules import MOST_READINGS, WINDOW
from archive.withdrawal.tombstones import HIDDEN

LISTINGS = ("section", "feed", "sitemap")
ANSWERED = ("read", "unchanged")
"""How a listing ends that could be had."""


class Run(NamedTuple):
    """A crawl that took part of the source; it has ended, well or not."""

    id: int
    started: str
    state: str
    reason: str | None


class Fetch(NamedTuple):
    """One request and how it ended."""

    run_id: int
    url_id: int | None
    kind: str
    url: str
    at: str
    status: int | None
    outcome: str
    reason: str | None
    found: int | None
    article_id: int | None
    version: int | None

    @property
    def is_new_story(self) -> bool:
        """It brought a story that was not known."""
        return self.kind == "article" and self.outcome == "stored" and self.version == 1

    @property
    def is_withdrawn(self) -> bool:
        """Of it only the day and the outcome are left: neither the story nor the reason."""
        return self.url.startswith(HIDDEN)


class Story(NamedTuple):
    """One version of a story."""

    article_id: int
    version: int
    ref: str
    date_published: str | None
    authors: str
    is_truncated: int | None
    confidence: float | None
    policy: str | None
    body: str | None
    is_back: int
    """The text is that of a former version."""
    has_other_rules: int
    """The version before was read by other rules."""
    has_other_policy: int
    """Of this version and the one before, one alone may have its text."""

    @property
    def may_have_body(self) -> bool:
        """Or is it kept without, on purpose?"""
        return self.policy != "metadata-only"


class Reading(NamedTuple):
    """A page that was read, and the version that it showed."""

    run_id: int
    is_new: bool
    """The story was not known."""
    story: Story


@dataclass(frozen=True, kw_only=True, slots=True)
class History:
    """One source; everything in the order of time."""

    source: str
    home_url: str
    now: datetime
    first_run: str
    runs: Sequence[Run]
    """Within the window; never none."""
    fetches: Sequence[Fetch]
    readings: Sequence[Reading]
    storyless: frozenset[int]
    """Addresses (``url_id``) that were known before the window and never gave a story."""

    def started(self, run_id: int) -> str | None:
        """When a run of the window started."""
        return next((run.started for run in self.runs if run.id == run_id), None)

    def by_run(self, kinds: Sequence[str]) -> Iterator[tuple[int, list[Fetch]]]:
        """The requests of some kinds, for each run that made any; not those withdrawn since."""
        wanted = (fetch for fetch in self.fetches if fetch.kind in kinds and not fetch.is_withdrawn)
        for run_id, fetches in groupby(wanted, lambda fetch: fetch.run_id):
            yield run_id, list(fetches)

    def readings_by_run(self, *, new: bool = False) -> list[tuple[int, list[Story]]]:
        """The stories as each run saw them.

        :param new: only those that were not known
        """
        wanted = (reading for reading in self.readings if reading.is_new or not new)
        return [
            (run_id, [reading.story for reading in readings])
            for run_id, readings in groupby(wanted, lambda reading: reading.run_id)
        ]

    def last_good_run(self) -> Run | None:
        """The last one that could read a listing, feed or sitemap."""
        good = {
            fetch.run_id
            for fetch in self.fetches
            if fetch.kind in LISTINGS and fetch.outcome in ANSWERED
        }
        return next((run for run in reversed(self.runs) if run.id in good), None)

    def origins(self) -> set[str]:
        """Scheme and host of every address that was asked for."""
        asked = {fetch.url for fetch in self.fetches if not fetch.is_withdrawn}
        urls = {self.home_url, *asked}
        return {"/".join(url.split("/", 3)[:3]) for url in urls}


def crawled_sources(db: Database) -> list[str]:
    """Sources that were ever crawled."""
    rows = db.execute(
        "SELECT name FROM sources WHERE name IN (SELECT value FROM runs, json_each(runs.sources) "
        "WHERE kind = 'crawl') ORDER BY name"
    )
    return [name for (name,) in rows.fetchall()]


def read_history(
    db: Database, source: str, now: datetime, *, is_being_written: bool
) -> History | None:
    """The past of one source; None if it was not crawled within the window.

    :param is_being_written: the run that has not ended goes on, and is left out
    """
    start = utc_text(now - WINDOW)
    runs = [
        (started, Run(run_id, started, state, reason))
        for run_id, started, state, reason in db.execute(
            "SELECT id, started, state, reason FROM runs "
            "WHERE EXISTS (SELECT 1 FROM json_each(sources) WHERE value = ?) "
            "AND kind = 'crawl' AND started <= ? ORDER BY id",
            [source, utc_text(now)],
        ).fetchall()
        if not (state == "running" and is_being_written)
    ]
    within = [run for started, run in runs if started >= start]
    if not within:
        return None
    return History(
        source=source,
        home_url=db.execute("SELECT home_url FROM sources WHERE name = ?", [source]).fetchone()[0],
        now=now,
        first_run=runs[0][0],
        runs=within,
        fetches=_fetches(db, source, within),
        readings=_readings(db, source, within),
        storyless=_storyless(db, source, within[0].started),
    )


def _fetches(db: Database, source: str, runs: Sequence[Run]) -> list[Fetch]:
    known = {run.id for run in runs}
    rows = db.execute(
        f"SELECT {', '.join(Fetch._fields)} FROM fetches WHERE source = ? AND at >= ? "
        "ORDER BY run_id, at, id",
        [source, runs[0].started],
    )
    return [Fetch(*row) for row in rows.fetchall() if row[0] in known]


def _storyless(db: Database, source: str, before: str) -> frozenset[int]:
    rows = db.execute(
        "SELECT id FROM urls WHERE source = ? AND article_id IS NULL AND found_at < ?",
        [source, before],
    )
    return frozenset(url_id for (url_id,) in rows.fetchall())


def _readings(db: Database, source: str, runs: Sequence[Run]) -> list[Reading]:
    """Not those where the site said 304: there nothing was read."""
    known = {run.id for run in runs}
    rows = db.execute(
        """
        SELECT run_id, outcome = 'stored' AND version = 1, article_id, version FROM fetches
        WHERE source = ? AND at >= ? AND kind = 'article' AND article_id IS NOT NULL
            AND (outcome = 'stored' OR
            (outcome = 'unchanged' AND status IS NOT 304 AND coalesce(reason, 'moved') = 'moved'))
        ORDER BY run_id DESC, at DESC, id DESC LIMIT ?
        """,
        [source, runs[0].started, MOST_READINGS],
    )
    newest_first = [row for row in rows.fetchall() if row[0] in known]
    stories = _stories(db, {(article_id, version) for *_, article_id, version in newest_first})
    return [
        Reading(run_id, bool(is_new), stories[article_id, version])
        for run_id, is_new, article_id, version in reversed(newest_first)
        if (article_id, version) in stories
    ]


def _stories(db: Database, versions: set[tuple[int, int]]) -> dict[tuple[int, int], Story]:
    """Versions by article and number; one that was withdrawn is gone."""
    rows = db.execute(
        """
        SELECT story.article_id, story.version, ref, story.date_published, story.authors,
            story.is_truncated, story.confidence, story.policy, story.body,
            EXISTS (SELECT 1 FROM versions AS earlier WHERE earlier.article_id = story.article_id
                AND earlier.version < story.version
                AND earlier.content_hash = story.content_hash),
            EXISTS (SELECT 1 FROM versions AS before WHERE before.article_id = story.article_id
                AND before.version = story.version - 1 AND before.extractor <> story.extractor),
            EXISTS (SELECT 1 FROM versions AS before WHERE before.article_id = story.article_id
                AND before.version = story.version - 1
                AND (before.policy IS 'metadata-only') <> (story.policy IS 'metadata-only'))
        FROM json_each(?) AS wanted JOIN versions AS story
                ON story.article_id = json_extract(wanted.value, '$[0]')
                AND story.version = json_extract(wanted.value, '$[1]')
            JOIN articles ON articles.id = story.article_id
        """,
        [json.dumps(sorted(versions))],
    )
    return {row[:2]: Story(*row) for row in rows.fetchall()}
