"""Knows which stories have which values, in memory, so that any result is counted by all of them at
once.

Of each value the numbers of its stories are a bitmap (Roaring). To count a result is to intersect
it with some thousand bitmaps: a few milliseconds, where SQL would read all that the stories name.
"""

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, field, replace

from pyroaring import BitMap

from tradepress.archive.database import Database
from tradepress.browse.facets.facet_values import (
    FACETS,
    UNDATED,
    Facet,
    Value,
    Values,
    current_values,
    key_of,
)
from tradepress.browse.facets.name_counts import NameCounts, count_names, longer_cases

_DAYS_OF = """
    SELECT published_day, json_group_array(articles.id) FROM json_each(:stories) AS wanted
    CROSS JOIN articles INDEXED BY articles_narrow ON articles.id = wanted.value GROUP BY 1
"""
_GROUPS = "SELECT id, duplicate_group FROM articles WHERE duplicate_group IS NOT NULL"


@dataclass(frozen=True, kw_only=True, slots=True)
class StorySet:
    """Holds some stories."""

    current: BitMap
    """Holds the stories that are meant in their current version."""
    former: BitMap = field(default_factory=BitMap)
    """Holds the stories that are meant in a former version."""
    version_of: Mapping[int, int] = field(default_factory=dict)
    """Maps the former ones, and perhaps others, to the version (``versions.id``)."""
    former_values: Values = field(default_factory=dict)
    """Is what :func:`tradepress.browse.facets.facet_values.former_values` gives for these."""

    @property
    def stories(self) -> BitMap:
        return self.current | self.former


class Copies:
    """Knows which stories have much the same text as others."""

    def __init__(self, db: Database) -> None:
        self._groups: dict[int, int] = dict(db.execute(_GROUPS).fetchall())
        self._stories = BitMap(self._groups)

    def among(self, stories: BitMap) -> int:
        """Counts the stories that are left out where of each group one is shown."""
        grouped = stories & self._stories
        return len(grouped) - len({self._groups[story] for story in grouped})

    def first_of_each(self, stories: BitMap, seen: set[int]) -> list[int]:
        """Returns these stories, the highest number first, without those of groups that were seen.

        :param seen: groups; those of the stories are added
        """
        left_out = BitMap()
        for story in [*(stories & self._stories)][::-1]:
            if self._groups[story] in seen:
                left_out.add(story)
            seen.add(self._groups[story])
        return [*(stories - left_out)][::-1]


@dataclass(frozen=True, kw_only=True, slots=True)
class FacetIndex:
    """Holds all values of all stories in their current versions, as they stood when it was
    built."""

    values: Values
    copies: Copies
    names: NameCounts
    days: Mapping[str, BitMap]
    """Maps each day to its stories, the latest first; last those of UNDATED."""
    all_stories: BitMap
    longer_cases: Mapping[str, Sequence[str]]
    """Maps the name of a case to shorter ones that find it, too."""

    def count(
        self, found: StorySet, facets: Iterable[Facet] = FACETS, *, fold: bool
    ) -> dict[Facet, Counter[str]]:
        """Counts how many of these stories have each value; values that none has are left out.

        :param fold: of stories with much the same text one counts for each value
        """
        return {
            facet: Counter(
                {
                    value.name: number - (self.copies.among(value.stories) if fold else 0)
                    for value in self._having(facet, found)
                    if (number := len(value.stories))
                }
            )
            for facet in facets
        }

    def narrowed(self, found: StorySet, facet: Facet, wanted: Iterable[str]) -> StorySet:
        """Returns the stories found that have one of these values."""
        keys = {key_of(facet, name) for name in wanted}
        current, former = (
            BitMap.union(BitMap(), *(of[key].stories for key in keys if key in of))
            for of in (self.values[facet], found.former_values.get(facet, {}))
        )
        return replace(found, current=found.current & current, former=found.former & former)

    def with_new(self, db: Database, stories: BitMap, copies: Copies) -> "FacetIndex":
        """Returns an index for an order by date, with the days of those of these that are new."""
        new = stories - self.all_stories
        if not new:
            return replace(self, copies=copies)
        days = dict(self.days)
        for day, ids in db.execute(_DAYS_OF, {"stories": json.dumps([*new])}):
            days[day or UNDATED] = days.get(day or UNDATED, BitMap()) | BitMap(json.loads(ids))
        in_days = {day: days[day] for day in in_order({*days})}
        return replace(self, days=in_days, copies=copies)

    def newest(self, found: StorySet, *, fold: bool, offset: int, limit: int) -> list[int]:
        """Lists a page of these stories in the order of a search by date.

        :param fold: of stories with much the same text the first in that order
        """
        page: list[int] = []
        groups: set[int] = set()
        for stories in self._by_day(found):
            shown = self.copies.first_of_each(stories, groups) if fold else [*stories][::-1]
            page += shown[offset : offset + limit - len(page)]
            offset = max(0, offset - len(shown))
            if len(page) == limit:
                break
        return page

    def _by_day(self, found: StorySet) -> Iterator[BitMap]:
        former = found.former_values.get("day", {}) if found.former else {}
        for day in in_order({*self.days, *former}) if former else self.days:
            stories = self.days.get(day, BitMap()) & found.current
            yield stories | (former[day].stories & found.former) if day in former else stories

    def _having(self, facet: Facet, found: StorySet) -> Iterable[Value]:
        """Yields the values of a facet with those of the stories that have them."""
        others = dict(found.former_values.get(facet, {}))
        for key, value in self.values[facet].items():
            stories = value.stories & found.current
            if other := others.pop(key, None):
                stories |= other.stories & found.former
            yield Value(name=value.name, stories=stories)
        for value in others.values():
            yield Value(name=value.name, stories=value.stories & found.former)


def build_index(db: Database) -> FacetIndex:
    """Reads all that is counted by."""
    values, copies = current_values(db), Copies(db)
    shorter = longer_cases(values["case"].values())
    in_days = {day: values["day"][day].stories for day in in_order({*values["day"]})}
    return FacetIndex(
        values=values,
        copies=copies,
        names=count_names(values, shorter, copies.among),
        days=in_days,
        all_stories=BitMap.union(BitMap(), *in_days.values()),
        longer_cases=shorter,
    )


def in_order(days: Set[str]) -> Sequence[str]:
    """Sorts days: the latest first, UNDATED last."""
    return [*sorted(days - {UNDATED}, reverse=True), *(days & {UNDATED})]
