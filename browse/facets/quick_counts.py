"""Counts of a result by what is in memory: the numbers of :func:`count_stories`, and sooner."""

from collections import Counter
from collections.abc import Callable, Iterator

from pyroaring import BitMap
from sqlite_utils import Database

from archive.search.story_query import StoryQuery
from browse.facets.facet_index import UNDATED, Facet, FacetIndex, StorySet
from research.counting.count_stories import Keys, StoryCounts, count_rows, without_subject

SPELT_ALIKE: tuple[Facet, ...] = ("month", "year", "source", "access", "court", "office")
"""Facets whose values are spelt in one way."""
QUICK: tuple[Facet, ...] = (*SPELT_ALIKE, "section", "language", "author")
"""Of the others all spellings that the filter takes for one are counted as one, by the name that
most stories have; SQL tells Zoë from Zoe, and takes half a second for authors."""
_NONE = {"month": UNDATED, "year": UNDATED, "access": "unknown"}
"""What a facet calls having no value."""


def is_quick(query: StoryQuery, by: tuple[str, ...]) -> bool:
    """Can it be counted so? Not of a former day."""
    return {*by} <= {*QUICK} and query.as_of is None and query.seen_on is None


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
    """
    :param by: see :func:`is_quick`
    :param index: that of the archive as it is now
    :param share: only of a query that is about something
    :raises ValueError: the query can't be read; says why
    """
    found = find(db, query).current
    others = find(db, without_subject(query)).current if share else None
    keys: tuple[Facet, ...] = tuple(facet for one in by for facet in QUICK if facet == one)
    counted = _count(index, found, keys, fold)
    all_of = None if others is None else _count(index, others, keys, fold)
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


def _count(index: FacetIndex, found: BitMap, keys: tuple[Facet, ...], fold: bool) -> Counter[Keys]:
    """Values of each of the keys -> how many stories have them."""
    first, *rest = keys
    counts: Counter[Keys] = Counter()
    for name, stories in _parts(index, found, first):
        if rest:
            for others, number in _count(index, stories, tuple(rest), fold).items():
                counts[name, *others] = number
        else:
            counts[(name,)] = len(stories) - (index.copies.among(stories) if fold else 0)
    return counts


def _parts(index: FacetIndex, found: BitMap, facet: Facet) -> Iterator[tuple[str | None, BitMap]]:
    """The stories of each value that some have, and of those that have none."""
    without = found.copy()
    for value in index.values[facet].values():
        if stories := value.stories & found:
            without -= stories
            yield None if value.name == _NONE.get(facet) else value.name, stories
    if without:
        yield None, without
