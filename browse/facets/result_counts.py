"""How many stories a result has: all of them, and of each value of each facet."""

import json
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, replace

from pyroaring import BitMap
from sqlite_utils import Database

from archive.search.search_matches import find_matches
from archive.search.story_query import StoryQuery
from browse.facets.facet_index import FACETS, Copies, Facet, FacetIndex, Values, former_values

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
    """By facet: of each value the stories that the result would have, were it this facet's only
    one: what it is narrowed to by others of this facet doesn't count. ``year`` and ``month`` are
    those of the result. None: they are being counted for the first time."""
    is_about: bool
    """May ``facets`` be a little off, as the archive was written to since they were read? The
    others are true always."""

    def of(self, facet: Facet) -> Counter[str]:
        """By value; empty where nothing is counted yet."""
        return self.facets[facet] if self.facets else Counter()


@dataclass(frozen=True, kw_only=True, slots=True)
class _FoundStories:
    """The stories of a result."""

    current: BitMap
    """Those found in their current version."""
    former: BitMap
    former_values: Values


def count_result(
    db: Database, query: StoryQuery, index: FacetIndex | None, *, fold: bool, is_true: bool
) -> ResultCounts:
    """
    :param index: None: nothing but the stories is counted
    :param fold: of stories with much the same text one counts
    :param is_true: is the index that of the archive as it is now?
    :raises ValueError: the query can't be read; says why
    """
    found = _find(db, query)
    copies = Copies(db).among(found.current | found.former) if fold else 0
    return ResultCounts(
        stories=len(found.current) + len(found.former) - copies,
        copies=copies,
        facets=None if index is None else _count_facets(db, query, found, index, fold=fold),
        is_about=not is_true,
    )


def _count_facets(
    db: Database, query: StoryQuery, found: _FoundStories, index: FacetIndex, *, fold: bool
) -> dict[Facet, Counter[str]]:
    counts = index.count(found.current, found.former_values, fold=fold)
    for facet in FACETS:
        if getattr(query, facet, ()):
            without = _find(db, replace(query, **{facet: ()}))  # type: ignore[arg-type]
            counts |= index.count(without.current, without.former_values, [facet], fold=fold)
    return counts


def _find(db: Database, query: StoryQuery) -> _FoundStories:
    matches = find_matches(db, query)
    sql = _FOUND[matches.day is not None].format(found=matches.select(None))
    current, former, versions = map(json.loads, db.execute(sql, matches.parameters).fetchone())
    return _FoundStories(
        current=BitMap(current),
        former=BitMap(former),
        former_values=former_values(db, versions) if versions else {},
    )
