"""What a finder gives: a place in a text, and what stands there."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from archive.story import MentionKind


@dataclass(frozen=True, kw_only=True, slots=True)
class Spot:
    """One mention in one text."""

    start: int
    """0-based, in characters."""
    end: int
    kind: MentionKind
    value: str
    """Its normal form."""


Finder = Callable[[str], Iterator[Spot]]
"""Text -> what it names, of the kinds that the finder is for."""


def longest(spots: Iterable[Spot]) -> list[Spot]:
    """Of spots that lie over one another the longer one, in the order of the text."""
    kept: list[Spot] = []
    for spot in sorted(spots, key=lambda spot: (spot.start, -spot.end)):
        if not kept or spot.start >= kept[-1].end:
            kept.append(spot)
        elif spot.end - spot.start > kept[-1].end - kept[-1].start:
            kept[-1] = spot
    return kept
