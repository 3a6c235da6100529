"""Tells how far an index's listing has come: one that goes in circles or nowhere is left."""

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime

from tradepress.discovery.story_captures import CapturedPage

AGAIN, BARREN, MOST = 10, 1, 100
"""Are weights: a page that names what was named before, and nothing else, counts for more than one
without any story: ten in a row of the first are too many, and a hundred of the other, a million
lines."""


@dataclass(kw_only=True, slots=True)
class IndexWalk:
    """Holds what one listing named and where it led, in this run."""

    asked: set[str] = field(default_factory=set)
    named: set[tuple[str, datetime]] = field(default_factory=set)
    in_vain: int = 0

    def goes_on(self, captures: Collection[CapturedPage], following: str) -> bool:
        """Is there any sense in it?

        :param captures: that the page names
        :param following: address at which the listing says that it goes on
        """
        known, was_asked = len(self.named), following in self.asked
        self.named |= {(one.url, one.date_captured) for one in captures}
        self.asked.add(following)
        is_new = len(self.named) > known
        self.in_vain = 0 if is_new else self.in_vain + (AGAIN if captures else BARREN)
        return not was_asked and self.in_vain < MOST
