"""Counts a result by what is in memory: the numbers of :func:`count_stories`, and sooner."""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping

from pyroaring import BitMap

from tradepress.archive.database import Database
from tradepress.archive.search.story_query import StoryQuery
from tradepress.browse.facets.facet_index import FacetIndex, StorySet
from tradepress.browse.facets.facet_values import UNDATED, Kept
from tradepress.browse.facets.name_counts import with_longer
from tradepress.research.counting.count_stories import (
    Keys,
    StoryCounts,
    count_rows,
    without_subject,
)

SPELT_ALIKE: tuple[Kept, ...] = ("day", "month", "year", "source", "access", "court", "office")
"""Lists what is spelt in one way."""
NAMES: tuple[Kept, ...] = ("section", "language", "author")
"""Lists names of which all spellings that the filter takes for one are counted as one, by the
name that most stories have; SQL tells Zoë from Zoe, and takes half a second for authors."""
MENTIONED: Mapping[str, tuple[Kept, ...]] = {
    "case": ("case",),
    "firm": ("firm",),
    "number": ("number", "mark"),
    "statute": ("statute",),
    "nice-class": ("nice-class",),
}
"""Maps what so many stories name that it is counted alone to where it is kept."""
_NONE = {"day": UNDATED, "month": UNDATED, "year": UNDATED, "access": "unknown"}
"""Says how having no value is called."""


def is_quick(query: StoryQuery, by: tuple[str, ...]) -> bool:
    """Can it be counted so? Not of a former day."""
    is_kept = {*by} <= {*SPELT_ALIKE, *NAMES} or (len(by) == 1 and by[0] in MENTIONED)
    return is_kept and query.as_of is None and query.seen_on is None


def count_quickly(
    db: Database,
    query: StoryQuery,
    by: tuple[str, ...],
    index: FacetIndex,
    find: Callable[[Database, StoryQuery], StorySet],
    *,
    share: bool,
    fold: bool,
) -> StoryCounts:
    """Counts the stories of a query, without those that are newer than the index.

    :param by: see :func:`is_quick`
    :param index: stories that are newer are left out
    :param share: only of a query that is about something
    :raises ValueError: the query can't be read; says why
    """
    known = index.all_stories
    found = find(db, query).current & known
    others = find(db, without_subject(query)).current & known if share else None
    counted = _count(index, found, by, fold)
    all_of = None if others is None else _count(index, others, by, fold)
    left_out = index.copies.among(found) if fold else 0
    return StoryCounts(
        query=query,
        by=by,
        fold=fold,
        rows=tuple(count_rows(query, by, counted, all_of)),
        total=len(found) - left_out,
        copies=left_out,
        of=None if others is None else len(others) - (index.copies.among(others) if fold else 0),
    )


def _count(index: FacetIndex, found: BitMap, by: tuple[str, ...], fold: bool) -> Counter[Keys]:
    """Counts how many stories have the values of each of the keys."""
    first, *rest = by
    counts: Counter[Keys] = Counter()
    for name, stories in _parts(index, found, first):
        if rest:
            for others, number in _count(index, stories, tuple(rest), fold).items():
                counts[name, *others] = number
        else:
            counts[(name,)] = len(stories) - (index.copies.among(stories) if fold else 0)
    return counts


def _parts(index: FacetIndex, found: BitMap, by: str) -> Iterator[tuple[str | None, BitMap]]:
    """Yields the stories of each value that some have, and of those that have none."""
    kept = MENTIONED.get(by) or tuple(one for one in (*SPELT_ALIKE, *NAMES) if one == by)
    names: dict[str, tuple[str, BitMap]] = {}
    for one in kept:
        for key, value in index.values[one].items():
            if value.stories.intersect(found):
                stories = value.stories & found
                if key in names:  # the number of a mark that is that of a case, too
                    name, others = names[key]
                    best = max((len(stories), value.name), (len(others), name))
                    names[key] = best[1], stories | others
                else:
                    names[key] = value.name, stories
    having: Mapping[str, BitMap] = dict(names.values())
    without = found - BitMap.union(BitMap(), *having.values())
    if by == "case":
        having = with_longer(having, index.longer_cases)
    for name, stories in having.items():
        yield None if name == _NONE.get(by) else name, stories
    if without:
        yield None, without
