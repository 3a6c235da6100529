"""All finders over the texts of a story."""

from collections.abc import Iterator

from archive.story import Mention, TextField
from mentions.spot import Finder

FINDERS: tuple[Finder, ...] = ()
"""One a kind, or one for kinds that are told by one look."""


def find_mentions(texts: dict[TextField, str | None]) -> Iterator[Mention]:
    """What these texts name, field by field, each in the order of its text."""
    for field, text in texts.items():
        if not text:
            continue
        found = [one for finder in FINDERS for one in finder(text)]
        for one in sorted(found, key=lambda one: (one.start, -one.end, one.kind)):
            yield Mention(field=field, start=one.start, end=one.end, kind=one.kind, value=one.value)
