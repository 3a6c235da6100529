"""For the front page: how much there is, of whom, and what came last."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlite_utils import Database

from archive.file.rows import Row, fetch_rows

NEWEST = """
    SELECT id, ref, headline, description, published_day, source, section, authors, corrections,
        completeness, is_truncated, policy, access, version, gone_at
    FROM articles
    WHERE id IN (SELECT id FROM articles ORDER BY published_day DESC, id DESC LIMIT 10)
    ORDER BY published_day DESC, id DESC
"""
SOURCES = """
    SELECT name, publisher, home_url, coalesce(stories, 0) AS stories, first_day, last_day
    FROM sources LEFT JOIN (
        SELECT source, count(*) AS stories, min(published_day) AS first_day,
            max(published_day) AS last_day
        FROM articles INDEXED BY articles_listed GROUP BY source
    ) ON source = name
    ORDER BY stories DESC, publisher
"""
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
STORIES_BY_YEAR = f"""
    SELECT year, (
        SELECT count(*) FROM articles WHERE published_day >= year AND published_day < year || '~'
    ) AS stories FROM ({YEARS})
    UNION ALL
    SELECT NULL, undated
    FROM (SELECT count(*) AS undated FROM articles WHERE published_day IS NULL) WHERE undated
"""
LAST_RUNS = """
    SELECT * FROM runs
    WHERE id IN (
        SELECT max(id) FROM runs WHERE kind IN ('crawl', 'backfill', 'ingest', 'merge')
        GROUP BY kind
    )
    ORDER BY instr('crawl backfill ingest merge', kind)
"""
RUN_SOURCES = (
    "SELECT name, publisher FROM sources WHERE name IN (SELECT value FROM json_each(:names))"
)


@dataclass(frozen=True, kw_only=True, slots=True)
class FrontPage:
    """What the front page shows."""

    stories: int
    years: Sequence[Row]
    """``year`` (None: undated), ``stories``."""
    sources: Sequence[Row]
    last_runs: Sequence[Row]
    newest: Sequence[Row]

    @property
    def dated(self) -> list[str]:
        return [year["year"] for year in self.years if year["year"]]

    @property
    def first_year(self) -> str | None:
        return min(self.dated, default=None)

    @property
    def last_year(self) -> str | None:
        return max(self.dated, default=None)

    @property
    def most_in_a_year(self) -> int:
        return max((year["stories"] for year in self.years), default=0)


def front_facts(db: Database) -> FrontPage:
    years = fetch_rows(db, STORIES_BY_YEAR)
    last_runs = fetch_rows(db, LAST_RUNS)
    for run in last_runs:
        named = fetch_rows(db, RUN_SOURCES, {"names": run["sources"]})
        run["publishers"] = [source["publisher"] for source in named]
    return FrontPage(
        stories=sum(year["stories"] for year in years),
        years=years,
        sources=fetch_rows(db, SOURCES),
        last_runs=last_runs,
        newest=fetch_rows(db, NEWEST),
    )
