"""Reads an element's class and id: page furniture by kind, the story's body, a byline."""

import re
from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import NamedTuple

from tradepress.extraction.wording import WORDING

ZONE_PARTS: dict[str, list[str]] = WORDING["zone_parts"]
ZONE_WORDS = {word: zone for zone, words in WORDING["zone_words"].items() for word in words}


def _by_first_letter(named: Iterable[tuple[str, str]]) -> tuple[re.Pattern[str], Sequence[str]]:
    """Makes one pattern of (name, part) pairs, in which most positions are passed over by their
    first letter; and the name for each of its groups, of which the one that matches tells what was
    found: the first, where several parts match at one place."""
    letters: dict[str, list[tuple[str, str]]] = {}
    for name, part in named:
        options = part[3 : part.index(")")].split("|") if part.startswith("(?:") else [""]
        rest = part[part.index(")") + 1 :] if part.startswith("(?:") else part
        for word in (option + rest for option in options):
            letters.setdefault(word[0], []).append((name, word[1:]))
    pattern = "|".join(
        f"{first}(?:{'|'.join(f'{rest}()' for _, rest in parts)})"
        for first, parts in letters.items()
    )
    return re.compile(pattern), ["", *(name for parts in letters.values() for name, _ in parts)]


MARKER, _ = _by_first_letter(("body", part) for part in WORDING["body_names"]["parts"])
ANY_ZONE, ZONE_OF = _by_first_letter(
    (zone, part) for zone, parts in ZONE_PARTS.items() for part in parts
)
BYLINE_NAMES = ("author", "byline", "writer", "reporter", "journalist")
WITHOUT = re.compile(r"(?<![a-z])no-[a-z]+")
"""Matches what a box does not have."""
SAYS_NOTHING = re.compile(r"elementor-widget|(?<=status-publish) .*|(?<=hentry) .*")
"""Matches the name of every box of a page builder, and a WordPress post's categories and tags."""


class Names(NamedTuple):
    """Holds what the class or id words of an element say."""

    zone: str | None = None
    is_body: bool = False
    is_byline: bool = False


NAMELESS = Names()


@lru_cache(maxsize=65536)
def read_names(names: str) -> Names:
    lower = names.lower().replace("_", "-")
    is_byline = any(word in lower for word in BYLINE_NAMES)
    if MARKER.search(lower):
        return Names(None, True, is_byline)
    if "no-" in lower:
        lower = WITHOUT.sub("", lower)
    if "elementor" in lower or "hentry" in lower or "status-publish" in lower:
        lower = SAYS_NOTHING.sub("", lower)
    zone = None
    if found := ANY_ZONE.search(lower):
        zone = ZONE_OF[found.lastindex or 0]
    elif not ZONE_WORDS.keys().isdisjoint(words := lower.replace(" ", "-").split("-")):
        zone = next(ZONE_WORDS[word] for word in words if word in ZONE_WORDS)
    return Names(zone, False, is_byline) if zone or is_byline else NAMELESS
