"""Serves the front page: what there is, and what a visitor may look for."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from tradepress.archive.database import Database
from tradepress.archive.search.find_stories import Hit, search
from tradepress.archive.search.story_query import StoryQuery
from tradepress.browse.queries.search_examples import SearchExamples, search_examples
from tradepress.browse.queries.source_facts import SourceListed, list_sources

NEWEST = 10
# From year to year by the index of days, instead of through all stories.
YEARS = """
    WITH RECURSIVE last_days (day) AS (
        SELECT max(published_day) FROM articles
        UNION ALL
        SELECT (SELECT max(published_day) FROM articles WHERE published_day < substr(day, 1, 4))
        FROM last_days WHERE day IS NOT NULL
    )
    SELECT substr(day, 1, 4) AS year FROM last_days WHERE day IS NOT NULL
"""
_STORIES_BY_YEAR = f"""
    SELECT year, (
        SELECT count(*) FROM articles WHERE published_day >= year AND published_day < year || '~'
    ) AS stories FROM ({YEARS}) ORDER BY year
"""
_UNDATED = "SELECT count(*) FROM articles WHERE published_day IS NULL"
_LAST_RUN = (
    "SELECT id, started, ended, state FROM runs WHERE kind = 'crawl' ORDER BY id DESC LIMIT 1"
)


@dataclass(frozen=True, kw_only=True, slots=True)
class LastCrawl:
    """Is the latest run of kind crawl; times are UTC."""

    id: int
    started: str
    ended: str | None
    state: str
    """Is a RunState."""


@dataclass(frozen=True, kw_only=True, slots=True)
class ArchiveInShort:
    """Says what an archive is."""

    years: Sequence[tuple[str, int]]
    """Lists the years with a story and how many they have, in their order."""
    undated: int
    sources: Sequence[SourceListed]
    """Lists the sources, those with most stories first."""
    last_crawl: LastCrawl | None
    """Is None if it was never crawled."""
    newest: Sequence[Hit]
    examples: SearchExamples

    @property
    def stories(self) -> int:
        return self.undated + sum(stories for _, stories in self.years)

    @property
    def last_seen(self) -> str | None:
        """Says when a crawl last began that could read a listing of some source (UTC)."""
        return max(filter(None, (one.last_good_crawl for one in self.sources)), default=None)


def archive_in_short(db: Database) -> ArchiveInShort:
    by_year = db.execute(_STORIES_BY_YEAR).fetchall()
    years = [(year, stories) for year, stories in by_year if re.fullmatch("[0-9]{4}", year)]
    # What no writer of ours let in has a day that is none.
    undated = sum(stories for _, stories in by_year) - sum(stories for _, stories in years)
    return ArchiveInShort(
        years=years,
        undated=undated + db.execute(_UNDATED).fetchone()[0],
        sources=list_sources(db),
        last_crawl=next((LastCrawl(**row) for row in db.query(_LAST_RUN)), None),
        newest=search(db, StoryQuery(), order="date", limit=NEWEST),
        examples=search_examples(db),
    )
