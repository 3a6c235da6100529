"""Parts names of authors, where their parts can be told."""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass

_PARTICLES = (
    *("al", "bin", "da", "das", "de", "del", "della", "den", "der", "di", "do", "dos", "du", "el"),
    *("ibn", "la", "le", "ten", "ter", "van", "von", "zu", "zur"),
)
_NO_NAMES = (
    *("admin", "agency", "associates", "blog", "chambers", "contributor", "correspondent", "desk"),
    *("editor", "editorial", "editors", "gazette", "group", "guest", "law", "lawyers", "legal"),
    *("magazine", "media", "news", "newsdesk", "newsroom", "office", "online", "partners", "press"),
    *("reporter", "reporters", "review", "staff", "team", "the", "times", "writer"),
    *("dr", "prof", "professor", "sir", "dame", "lord", "lady", "judge", "mr", "mrs", "ms", "jr"),
)
"""Lists words that make a name an organisation's, or belong to neither part of a person's."""
_DESKS = re.compile(
    r"\b(?:desk|newsdesk|newsroom|staff|team|editors?|editorial|reporters?|writers?|contributors?"
    r"|correspondents?|redaktion|rédaction|redacción|redazione|redação|redactie)\b|編集部|[编編][辑輯]部",
    re.I,
)
_FAMILY_FIRST = ("hu", "ja", "ko", "vi", "zh")
"""Lists languages whose names may begin with the family."""
_INITIALS = re.compile(r"(?:[A-Z]\.-?){1,3}|[A-Z]{1,2}")
_JOINTS = re.compile(r"[-‐‑'’]")


@dataclass(frozen=True, kw_only=True, slots=True)
class AuthorName:
    """Has a name as printed, and its parts; both are None where nobody can tell them:
    organisations, names of one word or of many, names in another script."""

    whole: str
    given: str | None = None
    family: str | None = None


def author_name(whole: str, *, language: str | None = None, publication: str = "") -> AuthorName:
    """Parts a name of one given name, initials and one family name, which may have particles; any
    other stays whole.

    :param language: of the story, ISO 639-1
    :param publication: whose staff may sign with its name
    """
    words = whole.split()
    if language in _FAMILY_FIRST or len(words) < 2 or whole.casefold() in publication.casefold():
        return AuthorName(whole=whole)
    first, *rest, last = words
    initials = 0
    while initials < len(rest) and _INITIALS.fullmatch(rest[initials]):
        initials += 1
    given, particles = [first, *rest[:initials]], rest[initials:]
    if (
        not (_is_name(first) or _INITIALS.fullmatch(first))
        or not _is_name(last)
        or any(word not in _PARTICLES for word in particles)
    ):
        return AuthorName(whole=whole)
    return AuthorName(whole=whole, given=" ".join(given), family=" ".join([*particles, last]))


def cited_bodies(credit: Iterable[str], publication: str) -> tuple[AuthorName, ...]:
    """Returns the agencies and other bodies that are cited as authors where nobody signed, each
    whole; none of a desk, nor the paper itself, which the citation names anyway."""
    paper = publication.casefold()
    return tuple(
        AuthorName(whole=name)
        for name in filter(None, credit)
        if name.casefold() not in paper and paper not in name.casefold() and not _DESKS.search(name)
    )


def _is_name(word: str) -> bool:
    """Tells whether a word is of Latin letters, the first a capital and not all of them."""
    if word.casefold() in _NO_NAMES or not (word[0].isupper() and word[-1].islower()):
        return False
    letters = _JOINTS.sub("", word)
    return letters.isalpha() and all(unicodedata.name(one).startswith("LATIN") for one in letters)
