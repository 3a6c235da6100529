"""All stories that a query means, streamed in an order that stays the same."""

from array import array
from collections.abc import Iterator, Sequence
from operator import itemgetter

from sqlite_utils import Database

from archive.search.search_matches import find_matches
from archive.search.story_query import StoryQuery
from archive.stories.story_record import Story, load_stories

_ORDERED = """
    SELECT coalesce(found.version_id, articles.version_id), articles.duplicate_group, coalesce(
        (SELECT date_archived FROM versions WHERE id = found.version_id), articles.date_archived
    ) FROM ({found}) AS found JOIN articles ON articles.id = found.id
    ORDER BY articles.published_day IS NULL, articles.published_day, articles.ref
"""


def choose_versions(db: Database, query: StoryQuery, *, fold: bool = False) -> Sequence[int]:
    """Ids of the versions that the query means, one a story: the oldest day first, undated last,
    those of one day by ref.

    :param fold: of stories with much the same text the first in this order alone; else copies at
        other papers are stories of their own
    :raises ValueError: the query can't be read; says why
    """
    return array("q", (version for version, _ in _chosen(db, query, fold)))


def latest_first(db: Database, query: StoryQuery, *, fold: bool = False) -> list[tuple[int, str]]:
    """The same versions, and when each was archived, the latest first.

    :raises ValueError: as :func:`choose_versions`
    """
    return sorted(_chosen(db, query, fold), key=itemgetter(1), reverse=True)


def _chosen(db: Database, query: StoryQuery, fold: bool) -> Iterator[tuple[int, str]]:
    """
    :raises ValueError: as :func:`choose_versions`, at the first version
    """
    matches = find_matches(db, query)
    sql = _ORDERED.format(found=matches.select(None))
    seen: set[int] = set()
    for version, group, archived in db.execute(sql, matches.parameters):
        if fold and group is not None:
            if group in seen:
                continue
            seen.add(group)
        yield version, archived


def stream_stories(db: Database, query: StoryQuery, *, fold: bool = False) -> Iterator[Story]:
    """The same, as stories. For one moment's view ``db`` must be in a transaction.

    :raises ValueError: as :func:`choose_versions`
    """
    return load_stories(db, choose_versions(db, query, fold=fold))
