"""Names of people out of bylines: no organisations, no roles, no repeats."""

import re
from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import cast

from crawler.extraction.blocks import clean, words_key
from crawler.extraction.wording import WORDING, pattern
from crawler.items import Reading

LEAD = pattern("lead", "people")
SPLIT = pattern("between", "people")
TAIL = re.compile(
    r"\s*(?:\(.*\)|<.*>|\b[Ff]or .+|\b(?:in|at|of) [A-Z].+"
    r"|(?:\b(?:at|on) |@ ?)?\d{1,2}[ .:/].*|@\S+)\s*$"
)
OTHERS = frozenset(" ".join(WORDING["people"]["others"]).split())
WORD = re.compile(r"\w+")
PARTICLE = re.compile(WORDING["people"]["particles"])
_PART = r"[^\W\d_][\w.'’`-]*"
PERSON = re.compile(rf"{_PART}(?:\s+{_PART}){{0,4}}")
LONGEST_NAME = 50
LONGEST_LIST = 1000
"""Characters in which names are looked for."""


@lru_cache(maxsize=4096)
def is_person(words: str, *, alone: bool = False) -> bool:
    """Could the words be one person's name? ``alone``: accept a single word too."""
    if len(words) > LONGEST_NAME or not PERSON.fullmatch(words):
        return False
    parts = words.split()
    if not (alone or len(parts) > 1) or not OTHERS.isdisjoint(WORD.findall(words.casefold())):
        return False
    if words.isupper() or not words[0].isascii():
        return True
    return all(part[0].isupper() or PARTICLE.fullmatch(part) for part in parts)


@lru_cache(maxsize=4096)
def _pieces(line: str) -> tuple[tuple[str, str], ...]:
    """What a byline lists, without lead and tail, each with its key."""
    pieces = (LEAD.sub("", clean(piece)) for piece in SPLIT.split(LEAD.sub("", line)))
    names = (TAIL.sub("", piece).strip(" .,;:*()") for piece in pieces)
    return tuple((name, words_key(name)) for name in names)


def read_names(
    lines: Iterable[str], *, publishers: Iterable[str] = (), declared: bool = False
) -> tuple[str, ...]:
    """People named in bylines or author fields. ``declared``: the page calls each a person,
    so that one-word names count, but not beside a full name, where they are its firm's."""
    refused = _keys(tuple(name[:LONGEST_LIST] for name in publishers))
    names: dict[str, str] = {}
    for line in lines:
        pieces = _pieces(line[:LONGEST_LIST])
        alone = declared and not any(is_person(name) for name, _ in pieces)
        for name, key in pieces:
            if key not in refused and is_person(name, alone=alone):
                names.setdefault(key, name)
    return tuple(names.values())


@lru_cache(maxsize=256)
def _keys(names: tuple[str, ...]) -> frozenset[str]:
    return frozenset(("", *map(words_key, names)))


def is_names(line: str) -> bool:
    """Does the line hold people's names and nothing else?"""
    return len(line) <= 3 * LONGEST_NAME and all(map(is_person, SPLIT.split(line)))


def rank_names(readings: Sequence[Reading]) -> list[Reading]:
    """The readings of one page, strongest first, but with the list before the first that holds
    more of the same names, or fewer, and on which two other kinds of evidence agree."""
    kinds: dict[frozenset[str], set[str]] = {}
    keyed = [(r, frozenset(map(words_key, cast("tuple[str, ...]", r.value)))) for r in readings]
    for reading, names in keyed:
        kinds.setdefault(names, set()).add(_kind(reading))
    for reading, names in keyed:
        is_related = names > keyed[0][1] or names < keyed[0][1]
        if is_related and len(kinds[names] - {_kind(readings[0])}) > 1:
            return [reading, *(other for other in readings if other is not reading)]
    return list(readings)


def _kind(reading: Reading) -> str:
    kind = reading.evidence.partition(" ")[0]
    return "visible" if kind in ("byline", "dateline") else kind
