"""How far the listing of an index has come: one that goes in circles or nowhere is left."""

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime

from crawler.discovery.story_captures import CapturedPage

MOST_AGAIN = 10
"""Pages in a row that name what was named before, and nothing else."""
MOST_BARREN = 100
"""Pages in a row without a story's capture: a million lines of other files."""


@dataclass(kw_only=True, slots=True)
class IndexWalk:
    """What one listing named and where it led, in this run."""

    asked: set[str] = field(default_factory=set)
    named: set[tuple[str, datetime]] = field(default_factory=set)
    again: int = 0
    barren: int = 0

    def why_left(self, captures: Collection[CapturedPage], following: str) -> str | None:
        """What is wrong with going on; None: nothing is.

        :param captures: that the page names
        :param following: address at which the listing says that it goes on
        """
        known = len(self.named)
        self.named |= {(one.url, one.date_captured) for one in captures}
        is_new = len(self.named) > known
        self.again = 0 if is_new else self.again + bool(captures)
        self.barren = 0 if is_new else self.barren + 1
        if following in self.asked or self.again >= MOST_AGAIN:
            return "it goes in circles"
        self.asked.add(following)
        return "it names nothing more" if self.barren >= MOST_BARREN else None
