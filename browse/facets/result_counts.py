"""How many stories a result has: all of them, and of each value of each facet."""

import json
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from pyroaring import BitMap
from sqlite_utils import Database

from archive.search.search_matches import find_matches
from archive.search.story_query import StoryQuery
from browse.facets.facet_index import Copies, Facet, FacetIndex, former_values

_FOUND = {
    False: "SELECT json_group_array(id), '[]', '[]' FROM ({found})",
    True: """
        SELECT json_group_array(id) FILTER (WHERE version_id IS NULL),
            json_group_array(id) FILTER (WHERE version_id IS NOT NULL),
            json_group_array(version_id) FILTER (WHERE version_id IS NOT NULL)
        FROM ({found})
    """,
}
"""By whether former versions are looked at, too."""


@dataclass(frozen=True, kw_only=True, slots=True)
class ResultCounts:
    """The numbers of a result."""

    stories: int
    copies: int
    """Stories with much the same text as another of them, which ``stories`` leaves out; 0 if they
    are shown apart."""
    facets: Mapping[Facet, Counter[str]] | None
    """None: they are being counted for the first time."""
    is_about: bool
    """May ``facets`` be a little off, as the archive was written to since they were read? The
    others are true always."""


def count_result(
    db: Database, query: StoryQuery, index: FacetIndex | None, *, fold: bool, is_true: bool
) -> ResultCounts:
    """
    :param index: None: nothing but the stories is counted
    :param fold: of stories with much the same text one counts
    :param is_true: is the index that of the archive as it is now?
    :raises ValueError: the query can't be read; says why
    """
    matches = find_matches(db, query)
    sql = _FOUND[matches.day is not None].format(found=matches.select(None))
    current, former, versions = map(json.loads, db.execute(sql, matches.parameters).fetchone())
    found = BitMap(current)
    copies = Copies(db).among(found | BitMap(former)) if fold else 0
    facets = None
    if index is not None:
        facets = index.count(found, former_values(db, versions) if versions else {}, fold=fold)
    return ResultCounts(
        stories=len(found) + len(former) - copies,
        copies=copies,
        facets=facets,
        is_about=not is_true,
    )
