"""All stories that a query means, streamed in an order that stays the same."""

from array import array
from collections.abc import Iterator, Sequence

from sqlite_utils import Database

from archive.search.search_matches import find_matches
from archive.search.story_query import StoryQuery
from archive.stories.story_record import Story, load_stories

_ORDERED = """
    SELECT coalesce(found.version_id, articles.version_id)
    FROM ({found}) AS found JOIN articles ON articles.id = found.id
    ORDER BY articles.published_day IS NULL, articles.published_day, articles.ref
"""


def choose_versions(db: Database, query: StoryQuery) -> Sequence[int]:
    """Ids of the versions that the query means, one a story: the oldest day first, undated last,
    those of one day by ref. Copies at other papers are stories of their own.

    :raises ValueError: the query can't be read; says why
    """
    matches = find_matches(db, query)
    sql = _ORDERED.format(found=matches.select(None))
    return array("q", (row[0] for row in db.execute(sql, matches.parameters)))


def stream_stories(db: Database, query: StoryQuery) -> Iterator[Story]:
    """The same, as stories. For one moment's view ``db`` must be in a transaction.

    :raises ValueError: as :func:`choose_versions`
    """
    return load_stories(db, choose_versions(db, query))
