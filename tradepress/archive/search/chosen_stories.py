"""Streams all stories that a query means, in an order that stays the same."""

from array import array
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from tradepress.archive.database import Database
from tradepress.archive.search.search_matches import find_matches
from tradepress.archive.search.story_query import StoryQuery
from tradepress.archive.stories.story_record import Story, load_stories

Part = Literal["source", "year"]
"""Holds what stories can be parted by."""
_ORDERED = """
    SELECT coalesce(found.version_id, articles.version_id), articles.duplicate_group
    FROM ({found}) AS found JOIN articles ON articles.id = found.id
    ORDER BY {first} articles.published_day IS NULL, articles.published_day, articles.ref
"""
_FIRST: Mapping[Part, str] = {
    "source": "articles.source,",
    "year": "strftime('%Y', articles.published_day) ASC NULLS LAST,",
}
# To find all again costs less than to keep them; wide rows are read of copies of the latest alone.
_LATEST = """
    WITH latest AS MATERIALIZED (
        SELECT wanted.id, coalesce(wanted.version_id, articles.version_id) AS version_id,
            wanted.date_archived, duplicate_group
        FROM (
            SELECT found.id, found.version_id, CASE
                WHEN found.version_id IS NULL THEN stories.date_archived
                ELSE (SELECT date_archived FROM versions WHERE id = found.version_id)
            END AS date_archived
            FROM ({found}) AS found
            CROSS JOIN articles AS stories INDEXED BY articles_narrow ON stories.id = found.id
            ORDER BY 3 DESC, found.id LIMIT :most
        ) AS wanted CROSS JOIN articles INDEXED BY articles_narrow ON articles.id = wanted.id
    ), alike AS MATERIALIZED (
        SELECT articles.id
        FROM (SELECT DISTINCT duplicate_group FROM latest WHERE :fold) AS wanted
        CROSS JOIN articles INDEXED BY articles_duplicate_group
            ON articles.duplicate_group = wanted.duplicate_group
    ), in_order AS MATERIALIZED (
        SELECT articles.id, row_number() OVER (
            PARTITION BY duplicate_group
            ORDER BY published_day IS NULL, published_day, ref
        ) AS place
        FROM (SELECT id FROM ({found}) WHERE +id IN (SELECT id FROM alike)) AS found
        CROSS JOIN articles ON articles.id = found.id
    )
    SELECT version_id, date_archived, id IN (SELECT id FROM in_order WHERE place > 1)
    FROM latest ORDER BY date_archived DESC, id
"""


def choose_versions(
    db: Database, query: StoryQuery, *, fold: bool = False, parts: Sequence[Part] = ()
) -> Sequence[int]:
    """Chooses ids of the versions that the query means, one a story: the oldest day first, undated
    last, those of one day by ref.

    :param fold: of stories with much the same text the first in this order alone; else copies at
        other papers are stories of their own
    :param parts: part after part instead, in this order within each. The years are those of the
        current versions; those without one, and of a day that is none, come last
    :raises ValueError: the query can't be read; says why
    """
    matches = find_matches(db, query)
    first = " ".join(_FIRST[part] for part in parts)
    sql = _ORDERED.format(found=matches.select(None), first=first)
    rows = db.execute(sql, matches.parameters)
    chosen, seen = array("q"), set[int]()
    for version, group in rows:
        if fold and group is not None:
            if group in seen:
                continue
            seen.add(group)
        chosen.append(version)
    return chosen


@dataclass(frozen=True, kw_only=True, slots=True)
class LatestVersion:
    """Is one version of a story that a query means."""

    id: int
    date_archived: str
    is_copy: bool
    """Would :func:`choose_versions` leave it out?"""


def latest_first(
    db: Database, query: StoryQuery, *, fold: bool = False, most: int
) -> Sequence[LatestVersion]:
    """Lists the versions that a query means, the last archived first, with the copies that are
    left out: at most so many. Fewer: there are no more.

    :raises ValueError: as :func:`choose_versions`
    """
    matches = find_matches(db, query)
    rows = db.execute(
        _LATEST.format(found=matches.select(None)),
        {**matches.parameters, "most": most, "fold": fold},
    )
    return [
        LatestVersion(id=version, date_archived=archived, is_copy=bool(is_copy))
        for version, archived, is_copy in rows
    ]


def stream_stories(db: Database, query: StoryQuery, *, fold: bool = False) -> Iterator[Story]:
    """Yields the stories that a query means. For one moment's view ``db`` must be in a transaction.

    :raises ValueError: as :func:`choose_versions`
    """
    return load_stories(db, choose_versions(db, query, fold=fold))
