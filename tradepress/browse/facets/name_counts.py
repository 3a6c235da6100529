"""Counts how many stories name each court, case, mark, author: for the lists of all names."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, get_args

from pyroaring import BitMap

from tradepress.archive.search.named_values import found_by_other_names
from tradepress.browse.facets.facet_values import Value, Values

NameList = Literal["court", "office", "case", "firm", "author", "number", "mark"]


@dataclass(frozen=True, kw_only=True, slots=True)
class NameCount:
    """Is one name."""

    name: str
    """Is one of its spellings."""
    stories: int
    """Counts stories that name it; of those with much the same text one counts."""


NameCounts = Mapping[NameList, Sequence[NameCount]]
"""Maps each list to its names, those that most stories name first."""


def count_names(
    values: Values, shorter: Mapping[str, Sequence[str]], copies_among: Callable[[BitMap], int]
) -> NameCounts:
    """Counts the stories of each name, list by list.

    :param shorter: see :func:`longer_cases`
    :param copies_among: how many of these stories are not counted, being copies of others
    """
    names: tuple[NameList, ...] = get_args(NameList)
    return {
        one: tuple(
            sorted(
                (
                    NameCount(name=name, stories=len(stories) - copies_among(stories))
                    for name, stories in _as_filtered(values, shorter, one)
                ),
                key=lambda counted: (-counted.stories, counted.name),
            )
        )
        for one in names
    }


def longer_cases(cases: Iterable[Value]) -> Mapping[str, Sequence[str]]:
    """Maps names of cases that a filter finds by shorter ones, too, to these."""
    shorter = defaultdict[str, list[str]](list)
    stories = {case.name: len(case.stories) for case in cases}
    for longer, name in found_by_other_names("case", stories):
        if longer != name:
            shorter[longer].append(name)
    return dict(shorter)


def with_longer(
    cases: Mapping[str, BitMap], shorter: Mapping[str, Sequence[str]]
) -> Mapping[str, BitMap]:
    """Adds to a case the stories that call it at greater length: by it they are found, too.

    :param cases: name -> stories that have it
    :param shorter: see :func:`longer_cases`
    """
    found = dict(cases)
    for longer in cases.keys() & shorter.keys():
        for name in shorter[longer]:
            if name in cases:
                found[name] = found[name] | cases[longer]
    return found


def _as_filtered(
    values: Values, shorter: Mapping[str, Sequence[str]], names: NameList
) -> Iterator[tuple[str, BitMap]]:
    """Yields each name with all stories that the filter by it finds."""
    if names == "case":
        cases = {case.name: case.stories for case in values["case"].values()}
        yield from with_longer(cases, shorter).items()
        return
    # A mark's number may be that of a case: who asks for one gets both.
    other = values["mark"] if names == "number" else values["number"] if names == "mark" else {}
    for key, value in values[names].items():
        stories = value.stories | other[key].stories if key in other else value.stories
        yield value.name, stories
