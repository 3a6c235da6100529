"""What a finder gives: a place in a text, and what stands there."""

from collections.abc import Callable, Iterator
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
