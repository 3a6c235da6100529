"""Counts how many stories a result has: all of them, and of each value of each facet."""

import json
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

from pyroaring import BitMap

from tradepress.archive.database import Database
from tradepress.archive.file.one_view import one_view
from tradepress.archive.search.search_matches import find_matches
from tradepress.archive.search.story_query import StoryQuery
from tradepress.browse.facets.facet_index import Copies, FacetIndex, StorySet
from tradepress.browse.facets.facet_values import FILTERS, Facet, former_values

Finder = Callable[[Database, StoryQuery], StorySet]

_FOUND = {
    False: "SELECT json_group_array(id), '[]', '[]' FROM ({found})",
    True: """
        SELECT json_group_array(id) FILTER (WHERE version_id IS NULL),
            json_group_array(id) FILTER (WHERE version_id IS NOT NULL),
            json_group_array(version_id) FILTER (WHERE version_id IS NOT NULL)
        FROM ({found})
    """,
}
"""Selects stories, by whether former versions are looked at, too."""


@dataclass(frozen=True, kw_only=True, slots=True)
class ResultCounts:
    """Holds the numbers of a result."""

    stories: int
    copies: int
    """Counts stories with much the same text as another of them, which ``stories`` leaves out; 0
    if they are shown apart."""
    facets: Mapping[Facet, Counter[str]] | None
    """Holds counts by facet: of each value the stories that the result would have, were it this
    facet's only one: what it is narrowed to by others of this facet doesn't count. ``year`` and
    ``month`` are those of the result. None: they are being counted for the first time."""
    is_about: bool
    """May ``facets`` be a little off, as the archive was written to since they were read? The
    others are true always."""

    def of(self, facet: Facet) -> Counter[str]:
        """Returns the numbers by value; empty where nothing is counted yet."""
        return self.facets[facet] if self.facets else Counter()


def find_stories(db: Database, query: StoryQuery) -> StorySet:
    """Finds the stories of a query.

    :raises ValueError: the query can't be read; says why
    """
    matches = find_matches(db, query)
    sql = _FOUND[matches.day is not None].format(found=matches.select(None))
    current, former, versions = map(json.loads, db.execute(sql, matches.parameters).fetchone())
    return StorySet(
        current=BitMap(current),
        former=BitMap(former),
        version_of=dict(zip(former, versions, strict=True)),
        former_values=former_values(db, versions) if versions else {},
    )


def chosen_values(query: StoryQuery) -> Mapping[Facet, Sequence[str]]:
    """Returns the filters by values of facets."""
    return {facet: values for facet in FILTERS if (values := getattr(query, facet))}


def widened(query: StoryQuery) -> StoryQuery:
    """Returns the query without filters by facets: what all of its numbers are counted among."""
    return replace(query, **dict.fromkeys(chosen_values(query), ()))  # type: ignore[arg-type]


def count_result(
    db: Database,
    query: StoryQuery,
    index: FacetIndex | None,
    *,
    fold: bool,
    is_true: bool,
    find: Finder = find_stories,
    copies_of: Callable[[Database], Copies] = Copies,
) -> ResultCounts:
    """Counts a result.

    :param index: None: nothing but the stories is counted
    :param fold: of stories with much the same text one counts
    :param is_true: is the index that of the archive as it is now?
    :param find: may remember what it found in the archive as it is now; so ``copies_of``
    :raises ValueError: the query can't be read; says why
    """
    chosen = chosen_values(query)
    wide = widened(query)
    with one_view(db):
        if index is not None and is_true:
            found, copies = find(db, wide), index.copies
            whole = narrowed_by(index, found, chosen)
        else:
            whole, copies = find(db, query), copies_of(db)
            found = whole
            if chosen and index is not None:  # for choices, which are about right
                is_all = wide == StoryQuery()
                found = StorySet(current=index.all_stories) if is_all else find(db, wide)
    facets = None
    if index is not None:
        facets = index.count(whole, fold=fold)
        for facet in chosen:
            others = {other: values for other, values in chosen.items() if other != facet}
            facets |= index.count(narrowed_by(index, found, others), [facet], fold=fold)
    left_out = copies.among(whole.stories) if fold else 0
    return ResultCounts(
        stories=len(whole.current) + len(whole.former) - left_out,
        copies=left_out,
        facets=facets,
        is_about=not is_true,
    )


def narrowed_by(
    index: FacetIndex, found: StorySet, chosen: Mapping[Facet, Sequence[str]]
) -> StorySet:
    """Returns the stories that have one of the values of each facet."""
    for facet, values in chosen.items():
        found = index.narrowed(found, facet, values)
    return found
