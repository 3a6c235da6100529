"""Reads what the ledger knows of one source within the window, run by run."""

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property
from itertools import groupby
from typing import NamedTuple

from tradepress.archive.clock import read_utc, utc_text
from tradepress.archive.database import Database
from tradepress.archive.file.rows import Row, fetch_rows
from tradepress.archive.stored_json import read_evidence
from tradepress.archive.text_forms import HIDDEN
from tradepress.archive.witnesses import Readings
from tradepress.story import Policy

LEARNING = timedelta(days=28)
"""Is how long a paper's weekdays and weekends take to show; before, its rhythm is not judged."""
WINDOW = timedelta(days=120)
"""Says how far back a source is compared with itself: four weeks of a small paper are twelve
stories, too few to tell chance from a break. It is also how long a break that nobody mends is
reported."""
MOST_WITNESSED = 60
"""Limits the newest stories that are held against witnesses."""
MOST_READINGS = 3000
"""Limits the pages whose texts are looked at, the newest in the window: a month of a paper with
30 stories a day."""
LISTINGS = ("section", "feed", "sitemap")
ANSWERED = ("read", "unchanged")
"""Lists how a listing ends that could be had."""
IS_CRAWL = "kind = 'crawl'"
"""Tells whether a run is a crawl."""
ITS_SOURCES = "json_each(iif(json_valid(runs.sources), runs.sources, '[]'))"
"""Selects the sources of a run as a table; none, where they can't be read."""


class Fetch(NamedTuple):
    """Is one request and how it ended."""

    run_id: int
    url_id: int | None
    kind: str
    url: str
    at: str
    status: int | None
    outcome: str
    reason: str | None
    found: int | None
    refused: int | None
    article_id: int | None
    version: int | None

    @property
    def is_new_story(self) -> bool:
        """Tells whether it brought a story that was not known."""
        return self.kind == "article" and self.outcome == "stored" and self.version == 1

    @property
    def shown(self) -> tuple[int | None, int | None]:
        """Returns the version that it brought, or that was there already."""
        return self.article_id, self.version

    @property
    def is_reading(self) -> bool:
        """Tells whether the page of a story was read, unlike where the site said 304."""
        if self.kind != "article" or self.article_id is None:
            return False
        is_same = self.outcome == "unchanged" and self.status != 304
        return self.outcome == "stored" or (is_same and self.reason in (None, "moved"))

    @property
    def is_withdrawn(self) -> bool:
        """Tells whether only day and outcome are left of it: neither story nor reason."""
        return self.url.startswith(HIDDEN)


class SeenStory(NamedTuple):
    """Is one version of a story."""

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
    """Tells whether the text is that of a former version."""
    has_other_rules: int | None
    """Tells whether the version before was read by other rules."""
    reservations: str
    """Holds what is reserved of it by now, as JSON."""
    has_other_policy: int
    """Tells whether its policy is not that of the version before: one alone may have its text."""
    words: int


@dataclass(frozen=True, kw_only=True)
class History:
    """Is the past of one source; everything in the order of time, and read when it is asked for."""

    db: Database
    source: str
    now: datetime
    first_run: datetime
    asked: Policy = "store"
    """Is what source and operator ask to be kept of it."""
    runs: Mapping[int, str]
    """Says when each run started that took part of the source within the window; never none."""

    @property
    def start(self) -> str:
        """Says when the first run within the window started."""
        return self.runs[min(self.runs)]

    @property
    def last_run(self) -> int:
        return max(self.runs)

    @cached_property
    def fetches(self) -> Sequence[Fetch]:
        rows = self.db.execute(
            f"SELECT {', '.join(Fetch._fields)} FROM fetches WHERE source = ? AND at >= ? "
            "ORDER BY run_id, at, id",
            [self.source, self.start],
        )
        return [Fetch(*row) for row in rows.fetchall() if row[0] in self.runs]

    @cached_property
    def stories_asked(self) -> Sequence[Fetch]:
        """Returns the stories asked for, but for those withdrawn since: how they ended is known,
        and no more why."""
        return [f for f in self.fetches if f.kind == "article" and not f.is_withdrawn]

    @cached_property
    def readings(self) -> Sequence[tuple[Fetch, SeenStory]]:
        """Returns the newest pages that were read, with the version each showed, if it is kept."""
        read = [fetch for fetch in self.fetches if fetch.is_reading][-MOST_READINGS:]
        stories = _stories(self.db, {fetch.shown for fetch in read})
        return [(fetch, stories[fetch.shown]) for fetch in read if fetch.shown in stories]

    @cached_property
    def witnessed(self) -> Mapping[str, Readings]:
        """Returns what was read of the newest stories, on their pages and elsewhere, by ref."""
        new = [fetch.shown for fetch in self.fetches if fetch.is_new_story][-MOST_WITNESSED:]
        rows = fetch_rows(
            self.db,
            "SELECT versions.*, ref FROM json_each(?) AS wanted JOIN versions "
            "ON article_id = json_extract(wanted.value, '$[0]') "
            "AND versions.version = json_extract(wanted.value, '$[1]') "
            "JOIN articles ON articles.id = article_id",
            [json.dumps(new)],
        )
        return {row["ref"]: _evidence(row) for row in rows}

    @cached_property
    def places(self) -> Sequence[tuple[int, int, Sequence[str]]]:
        """Returns run and id of the new stories that are kept, and the places of their parts."""
        new = {f.article_id: f.run_id for f in self.fetches if f.is_new_story}
        rows = self.db.execute(
            "SELECT articles.id, places FROM json_each(?) JOIN articles ON articles.id = value "
            "JOIN site_marks USING (version_id) WHERE places <> ''",
            [json.dumps(list(new))],
        )
        return [(new[one], one, places.split("\n")) for one, places in rows]

    @cached_property
    def storyless(self) -> frozenset[int]:
        """Returns addresses (``url_id``) known before the window that never gave a story."""
        rows = self.db.execute(
            "SELECT id FROM urls WHERE source = ? AND article_id IS NULL AND found_at < ?",
            [self.source, self.start],
        )
        return frozenset(url_id for (url_id,) in rows.fetchall())

    def by_run(self, kinds: Sequence[str]) -> list[list[Fetch]]:
        """Returns the requests of some kinds by run, if it made any; not those withdrawn since."""
        wanted = (fetch for fetch in self.fetches if fetch.kind in kinds and not fetch.is_withdrawn)
        return [list(fetches) for _, fetches in groupby(wanted, lambda fetch: fetch.run_id)]

    @property
    def last_good_run(self) -> str | None:
        """Says when the last run started that could read a listing, feed or sitemap."""
        good = [f.run_id for f in self.fetches if f.kind in LISTINGS and f.outcome in ANSWERED]
        return self.runs[max(good)] if good else None

    @cached_property
    def origins(self) -> set[str]:
        """Returns scheme and host of every address that was asked for."""
        query = "SELECT home_url FROM sources WHERE name = ?"
        (home,) = self.db.execute(query, [self.source]).fetchone()
        urls = {home, *(fetch.url for fetch in self.fetches if not fetch.is_withdrawn)}
        return {"/".join(url.split("/", 3)[:3]) for url in urls}


def _evidence(row: Row) -> Readings:
    """Returns the evidence of a version; none of a damaged one, which ``verify`` finds."""
    try:
        return read_evidence(row["evidence"], row)
    except ValueError:
        return {}


def crawled_sources(db: Database) -> dict[str, bool]:
    """Maps each source ever crawled to whether nobody has let it go on after its trial."""
    rows = db.execute(
        "SELECT name, verified IS NULL AND trial_passed_at IS NULL AND NOT is_sample FROM sources "
        f"WHERE name IN (SELECT value FROM runs, {ITS_SOURCES} "
        f"WHERE {IS_CRAWL}) ORDER BY name"
    )
    return {name: bool(waits) for name, waits in rows.fetchall()}


def read_history(
    db: Database,
    source: str,
    now: datetime,
    *,
    is_being_written: bool = False,
    asked: Policy = "store",
) -> History | None:
    """Reads the past of one source; None if it was not crawled within the window.

    :param is_being_written: the run that has not ended goes on, and is left out
    :param asked: what source and operator ask to be kept of it
    """
    runs = db.execute(
        "SELECT id, started FROM runs WHERE EXISTS "
        f"(SELECT 1 FROM {ITS_SOURCES} WHERE value = ?) AND {IS_CRAWL} "
        "AND started <= ? AND NOT (state = 'running' AND ?) ORDER BY id",
        [source, utc_text(now), is_being_written],
    ).fetchall()
    dated = [(run_id, moment) for run_id, started in runs if (moment := read_utc(started))]
    within = {run_id: utc_text(moment) for run_id, moment in dated if moment >= now - WINDOW}
    if not within:
        return None
    first = dated[0][1]
    return History(db=db, source=source, now=now, first_run=first, asked=asked, runs=within)


def _stories(
    db: Database, versions: Collection[tuple[int | None, int | None]]
) -> dict[tuple[int | None, int | None], SeenStory]:
    """Maps article and number to the version; one that was withdrawn is gone."""
    rows = db.execute(
        """
        SELECT story.article_id, story.version, ref, story.date_published, story.authors,
            story.is_truncated, story.confidence, story.policy, story.body,
            EXISTS (SELECT 1 FROM versions AS earlier WHERE earlier.article_id = story.article_id
                AND earlier.version < story.version
                AND earlier.content_hash = story.content_hash),
            before.extractor <> story.extractor,
            articles.reservations,
            before.id IS NOT NULL
                AND (before.policy IS 'metadata-only') <> (story.policy IS 'metadata-only')
        FROM json_each(?) AS wanted JOIN versions AS story
                ON story.article_id = json_extract(wanted.value, '$[0]')
                AND story.version = json_extract(wanted.value, '$[1]')
            JOIN articles ON articles.id = story.article_id
            LEFT JOIN versions AS before ON before.article_id = story.article_id
                AND before.version = story.version - 1
        """,
        [json.dumps(list(versions))],
    )
    return {
        row[:2]: SeenStory._make([*row, len((row[8] or "").split())]) for row in rows.fetchall()
    }
