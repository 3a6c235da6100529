"""Names of people out of bylines: no organisations, no roles, no repeats."""

import re
from collections.abc import Iterable

from crawler.extraction.blocks import clean, words_key

LEAD = re.compile(
    r"^\s*(?:(?:written|posted|published|reported|story|words|text|article|interview|opinion"
    r"|analysis)? ?(?:by|von|par|por|di|door|af|av|przez)\b"
    r"|(?:authors?|reporter|byline|text|autor(?:en|a)?|auteur)\b(?= ?:))[\s:]*",
    re.I,
)
SPLIT = re.compile(
    r"\s*(?:[,;|•·/\n]|\s(?:and|und|et|y|e|och|og|en|with|mit|avec)\s|\s[–—-]\s|&)\s*", re.I
)
TAIL = re.compile(r"\s*(?:\(.*\)|<.*>|\bfor .+|\bin [A-Z].+|\bat [A-Z].+|\d{1,2}[ .:/].*|@\S+)\s*$")
NO_PERSON = re.compile(
    r"\b(?:news(?:room|desk|wire)?|media|press|staff|reporters?|editor(?:s|ial)?|writers?|team|desk"
    r"|agenc(?:y|ies)|magazine|times|post|journal(?!ist)|correspondent|admin(?:istrator)?|contributors?"
    r"|wire|service|bureau|group|ltd|inc|llc|llp|gmbh|limited|company|network|tv|radio|online|guest"
    r"|authors?|editors?|redaktion|rédaction|redacción|redazione|agencias?|reuters|afp|dpa|ansa|efe"
    r"|associated|bloomberg|getty|webdesk|newsletter|follow|updated?|published|share|about|subscribe"
    r"|university|institute|association|department|office|board|council|committee|producer"
    r"|photographer|columnist|chief|senior|director|head of|president|professor|partner|analyst"
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
    so that one-word names count."""
    refused = {words_key(name) for name in publishers}
    names: dict[str, str] = {}
    for line in lines:
        words = LEAD.sub("", clean(line))
        for piece in SPLIT.split(words):
            name = TAIL.sub("", LEAD.sub("", piece)).strip(" .,;:*")
            key = words_key(name)
            if key and key not in refused and is_person(name, alone=declared):
                names.setdefault(key, name)
    return tuple(names.values())


def is_names(line: str) -> bool:
    """Does the line hold people's names and nothing else?"""
    return len(line) <= 3 * LONGEST_NAME and all(map(is_person, SPLIT.split(line)))
