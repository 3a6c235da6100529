"""Leads through the reading room, in a reader's words."""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True, slots=True)
class MenuEntry:
    """Is one entry of a menu."""

    words: str
    path: str
    """Is a path without a prefix: ``stories``."""
    belonging: tuple[str, ...] = ()
    """Lists first steps of the addresses of other pages that belong to it: ``story``."""

    def holds(self, path: str) -> bool:
        """Does the page at that address (``/story/wipr-14415``) belong to it?"""
        first = path.lstrip("/").partition("/")[0].partition(".")[0]
        return first in (self.path.partition("/")[0], *self.belonging)


FOR_READERS: Sequence[MenuEntry] = (
    MenuEntry(words="Stories", path="stories", belonging=("story",)),
    MenuEntry(words="Sources", path="sources", belonging=("source",)),
    MenuEntry(
        words="Courts & people",
        path="courts",
        belonging=(
            *("court", "office", "offices", "case", "cases", "number", "numbers"),
            *("marks", "firm", "firms", "author", "authors"),
        ),
    ),
    MenuEntry(words="Saved", path="saved", belonging=("reading-list",)),
    MenuEntry(words="Help", path="help"),
)
FOR_OPERATORS: Sequence[MenuEntry] = (
    MenuEntry(words="Health", path="health"),
    MenuEntry(words="Runs", path="runs", belonging=("run",)),
    MenuEntry(words="Doubtful stories", path="stories?doubtful=1"),
    MenuEntry(words="Changed stories", path="changed"),
    MenuEntry(words="Tables and SQL", path="data"),
)
