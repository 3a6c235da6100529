"""Names of people out of bylines: no organisations, no roles, no repeats."""

import re
from collections.abc import Iterable, Sequence
from typing import cast

from crawler.extraction.blocks import clean, words_key
from crawler.items import Reading

LEAD = re.compile(
    r"^\s*(?:(?:written|posted|published|reported|story|words|text|article|interview|opinion"
    r"|analysis)? ?(?:by|von|par|por|di|door|af|av|przez)\b"
    r"|(?:authors?|reporter|byline|text|autor(?:en|a)?|auteur)\b(?= ?:))[\s:]*",
    re.I,
)
SPLIT = re.compile(
    r"\s*(?:[,;|•·/\n]|\s(?:and|und|et|y|e|och|og|en|with|mit|avec)\s|\s[–—-]\s|&)\s*", re.I
)
TAIL = re.compile(r"\s*(?:\(.*\)|<.*>|\b[Ff]or .+|\b(?:in|at) [A-Z].+|\d{1,2}[ .:/].*|@\S+)\s*$")
NO_PERSON = re.compile(
    r"\b(?:news(?:room|desk|wire)?|media|press|staff|reporters?|editor(?:s|ial)?|writers?|team|desk"
    r"|agenc(?:y|ies)|magazine|times|post|journal(?!ist)|correspondent|admin(?:istrator)?|contributors?"
    r"|wire|service|bureau|group|ltd|inc|llc|llp|gmbh|limited|company|network|tv|radio|online|guest"
    r"|authors?|editors?|redaktion|rédaction|redacción|redazione|agencias?|reuters|afp|dpa|ansa|efe"
    r"|associated|bloomberg|getty|webdesk|newsletter|follow|updated?|published|share|about|subscribe"
    r"|university|institute|association|department|office|board|council|committee|producer"
    r"|photographer|columnist|chief|senior|director|head of|president|professor|partner|analyst"
    r"|sports?|culture|politics|business|world|entertainment|lifestyle|technolog(?:y|ies)"
    r"|marketing|privacy|policy|division|court|union|video|enterprise|studios?|copy|copied|posted|partnership|deputy|c[etfo]o"
    r"|minutes?|hours?|ago|read|view|profile|more|comments?|contact|email|sponsored|special|twitter"
    r"|com|org|net|the|our|and|this|of|to|from|with|is|was|et al)\b",
    re.I,
)
PARTICLE = (
    r"(?:de|da|di|du|del|della|dos|das|do|van|von|der|den|ter|la|le|el|al|bin|ibn|ben|y|e|zu|af|av)"
)
PERSON = re.compile(rf"(?:[^\W\d_][\w.'’`-]*\.?)(?:\s+(?:{PARTICLE}|[^\W\d_][\w.'’`-]*\.?)){{0,4}}")
LONGEST_NAME = 50


def is_person(words: str, *, alone: bool = False) -> bool:
    """Could the words be one person's name? ``alone``: accept a single word too."""
    if len(words) > LONGEST_NAME or NO_PERSON.search(words) or not PERSON.fullmatch(words):
        return False
    parts = words.split()
    if len(parts) == 1 and not alone:
        return False
    return all(part[0].isupper() or re.fullmatch(PARTICLE, part) for part in parts) or (
        words.isupper() or not words[0].isascii()
    )


def read_names(
    lines: Iterable[str], *, publishers: Iterable[str] = (), declared: bool = False
) -> tuple[str, ...]:
    """People named in bylines or author fields. ``declared``: the page calls each a person,
    so that one-word names count, but not beside a full name, where they are its firm's."""
    refused = {"", *map(words_key, publishers)}
    names: dict[str, str] = {}
    for line in lines:
        pieces = SPLIT.split(LEAD.sub("", line))
        found = [TAIL.sub("", LEAD.sub("", clean(piece))).strip(" .,;:*()") for piece in pieces]
        has_full_name = any(" " in name and is_person(name) for name in found)
        for name in found:
            key = words_key(name)
            if key not in refused and is_person(name, alone=declared and not has_full_name):
                names.setdefault(key, name)
    return tuple(names.values())


def is_names(line: str) -> bool:
    """Does the line hold people's names and nothing else?"""
    return len(line) <= 3 * LONGEST_NAME and all(map(is_person, SPLIT.split(line)))


def rank_names(readings: Sequence[Reading]) -> list[Reading]:
    """The readings of one page, strongest first, but with the list before the first that holds
    more of the same names, or fewer, and on which two other kinds of evidence agree."""
    kinds: dict[frozenset[str], set[str]] = {}
    sets = [frozenset(map(words_key, cast("tuple[str, ...]", r.value))) for r in readings]
    for reading, names in zip(readings, sets, strict=True):
        kinds.setdefault(names, set()).add(_kind(reading))
    for reading, names in zip(readings, sets, strict=True):
        is_related = names > sets[0] or names < sets[0]
        if is_related and len(kinds[names] - {_kind(readings[0])}) > 1:
            return [reading, *(other for other in readings if other is not reading)]
    return list(readings)


def _kind(reading: Reading) -> str:
    kind = reading.evidence.partition(" ")[0]
    return "visible" if kind in ("byline", "dateline") else kind
