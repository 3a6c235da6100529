"""What leads through the reading room, in a reader's words."""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True, slots=True)
class MenuLink:
    """One entry of a menu."""

    words: str
    path: str
    """Without a prefix: ``stories``."""
    belonging: tuple[str, ...] = ()
    """First steps of the addresses of other pages that belong to it: ``story``."""

    def holds(self, path: str) -> bool:
        """Does the page at that address (``/story/wipr-14415``) belong to it?"""
        first = path.lstrip("/").partition("/")[0].partition(".")[0]
        return first in (self.path.partition("/")[0], *self.belonging)


FOR_READERS: Sequence[MenuLink] = (
    MenuLink(words="Stories", path="stories", belonging=("story",)),
    MenuLink(words="Sources", path="sources", belonging=("source",)),
    MenuLink(
        words="Courts & people",
        path="courts",
        belonging=(
            *("court", "office", "offices", "case", "cases", "number", "firm", "firms"),
            *("author", "authors"),
        ),
    ),
    MenuLink(words="Saved", path="saved", belonging=("reading-list",)),
    MenuLink(words="Help", path="help/searching"),
)
FOR_OPERATORS: Sequence[MenuLink] = (
    MenuLink(words="Health", path="health"),
    MenuLink(words="Runs", path="runs", belonging=("run",)),
    MenuLink(words="Doubtful stories", path="stories?doubtful=1"),
    MenuLink(words="Changed stories", path="changed"),
    MenuLink(words="Tables and SQL", path="archive"),
)
