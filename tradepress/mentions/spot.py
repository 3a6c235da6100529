"""Defines what a finder gives: a place in a text, and what stands there."""

from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

from tradepress.story import MentionKind


@dataclass(frozen=True, kw_only=True, slots=True)
class Spot:
    """Is one mention in one text."""

    start: int
    """Is the first character, counted from 0."""
    end: int
    kind: MentionKind
    value: str
    """Is the normal form of what stands there."""


Finder = Callable[[str], Iterator[Spot]]
"""Finds what a text names, of the kinds that the finder is for."""


def longest(spots: Iterable[Spot]) -> list[Spot]:
    """Returns, of spots that lie over one another, the longer one, in the order of the text."""
    kept: list[Spot] = []
    for spot in sorted(spots, key=lambda spot: (spot.start, -spot.end)):
        if not kept or spot.start >= kept[-1].end:
            kept.append(spot)
        elif spot.end - spot.start > kept[-1].end - kept[-1].start:
            kept[-1] = spot
    return kept


def beside(spots: Iterable[Spot], surer: Sequence[Spot]) -> list[Spot]:
    """Returns the spots that lie over none of the surer ones, or begin with one and go on.

    :param surer: in the order of the text, none over another
    """
    starts = [spot.start for spot in surer]
    kept = []
    for spot in spots:
        nth = bisect_left(starts, spot.start)
        is_after = nth == 0 or surer[nth - 1].end <= spot.start
        is_before = nth == len(surer) or spot.end <= surer[nth].start
        if is_after and (is_before or surer[nth].start == spot.start):
            kept.append(spot)
    return kept
