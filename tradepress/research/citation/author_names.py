"""Parts names of authors, where their parts can be told."""

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import takewhile

from tradepress.archive.search.named_values import fold, tokens_of
from tradepress.research.citation import author_words as words_of

_FAMILY_FIRST = ("hu", "ja", "ko", "vi", "zh")
"""Lists languages whose names may begin with the family."""
_TWO_FAMILIES = ("ca", "es", "eu", "gl")
_DESKS = re.compile(
    r"\b(?:desk|newsdesk|newsroom|staff|team|editors?|editorial|reporters?|writers?|contributors?"
    r"|correspondents?|redaktion|rédaction|redacción|redazione|redação|redactie)\b|編集部|[编編][辑輯]部",
    re.I,
)
_INITIALS = re.compile(r"(?:[A-Z]\.-?){1,3}|[A-Z]{1,2}")
_SUFFIX = re.compile(r"(?:[JS]n?r)\.?|III?|IV", re.I)
_JOINTS = re.compile(r"[-‐‑'’]")
_ARTICLE = re.compile(r"^(?:(?:a[dlnstz]|as[hs]|ben|el|ul)[-‐‑](?=[A-Z])|(?:d|l|dell|dall)['’])")
"""Matches what belongs to a family name without a capital: ``al-``, ``d’``."""
_INNER_CAPITAL = re.compile(r"^(?:D[aeiu]|De[ls]|Fitz|L[aeo]|Ma?c|Van|Von|St)(?=[A-Z])")


@dataclass(frozen=True, kw_only=True, slots=True)
class AuthorName:
    """Has a name as printed, and its parts; all are None where nobody can tell them:
    organisations, names of one word or of many, names in another script."""

    whole: str
    given: str | None = None
    family: str | None = None
    """Begins with its particles; whoever sorts without them knows them by their small letters."""
    suffix: str | None = None
    is_body: bool = False
    """Does a word of it, or who is credited, tell of an organisation?"""


def author_name(whole: str, *, language: str | None = None, publication: str = "") -> AuthorName:
    """Parts a name of which it can be told where the family name begins; any other stays whole, for
    a wrong part is worse than none.

    :param language: of the story, ISO 639-1
    :param publication: whose staff may sign with its name
    """
    last = fold(whole.replace(".", "").replace(",", " ")).split()[-1:]
    is_body = bool(words_of.BODY.search(fold(whole)) or words_of.FORMS.intersection(last))
    literal = AuthorName(whole=whole, is_body=is_body)
    head, *behind = (part.strip() for part in whole.split(","))
    if is_body or words_of.NO_PART.intersection(tokens_of(head)):
        return literal
    if language in _FAMILY_FIRST or whole.casefold() in publication.casefold():
        return literal
    words = head.split()
    suffix = next(filter(_SUFFIX.fullmatch, [*behind[-1:], *words[2:][-1:]]), None)
    words = [one for one in words if one != suffix]
    if len(words) > 1:  # employers in capitals, and degrees
        behind = [one for one in behind if not (one.isupper() or _tokens(one) <= words_of.DEGREES)]
    behind = [one for one in behind if one != suffix]
    if behind:  # van der Berg, Jan
        given, families = " ".join(behind).split(), words
        is_told = len(given) <= 2 and words_of.PARTICLES.issuperset(words[:-1])
    else:
        given, families = _in_order(words, language)
        is_told = not _may_begin_with_family(words) and _is_one_family(families, language)
    if not is_told or not all(map(_is_given, given)) or not _is_family(families):
        return literal
    return AuthorName(whole=whole, given=" ".join(given), family=" ".join(families), suffix=suffix)


def cited_authors(
    names: Iterable[str], credit: Iterable[str], language: str | None, publication: str
) -> tuple[AuthorName, ...]:
    """Returns who signed; where nobody did, the agencies and other bodies that are cited as
    authors, each whole: no desk, nor the paper itself, which the citation names anyway."""
    signed = [name for name in names if not is_label(name, publication)]
    paper = publication.casefold()
    return tuple(
        author_name(name, language=language, publication=publication) for name in signed
    ) or tuple(
        AuthorName(whole=name, is_body=True)
        for name in filter(None, credit)
        if name.casefold() not in paper and paper not in name.casefold() and not _DESKS.search(name)
    )


def is_label(name: str, publication: str) -> bool:
    """Is what stands in an author's place certainly no name: an address of mail, a job, a call to
    follow, degrees alone, a desk of the paper?"""
    words = _tokens(name)
    if not words or re.fullmatch(r"\S+@\S+\.\w+", name):
        return True
    if words <= words_of.DEGREES:
        return len(words) > 1 or not words.isdisjoint(("md", "phd", "psyd"))
    own = words - words_of.LABELS
    return not own or bool(_DESKS.search(name) and own.issubset(tokens_of(publication)))


def _tokens(text: str) -> set[str]:
    return {*tokens_of(text.replace(".", ""))}


def _in_order(words: list[str], language: str | None) -> tuple[list[str], list[str]]:
    """Returns given names and what then should be the family name."""
    count = len([*takewhile(lambda one: _is_given(one) and not _is_particle(one), words)])
    if _are_loud(words[count:]) and language not in ("az", "tr"):  # their capital I is of two kinds
        words = [*words[:count], *(_quiet(one, language) for one in words[count:])]
        if count:  # André Oliver KLEIN
            return words[:count], words[count:]
    count = 1 + len([*takewhile(_INITIALS.fullmatch, words[1:-1])])
    if language in _TWO_FAMILIES and len(words) > count + 1:
        count += fold(words[count]) in words_of.SPANISH_GIVEN
    return words[:count], words[count:]


def _is_one_family(words: Sequence[str], language: str | None) -> bool:
    if all(map(_is_particle, words[:-1])) or words[:-1] == ["von", "und", "zu"]:
        return bool(words) and fold(words[-1]) not in words_of.SPANISH_GIVEN
    first, *between = words[:-1]
    are_known = {fold(first), fold(words[-1])} <= words_of.SPANISH_FAMILIES and language != "pt"
    return (
        (are_known or language in _TWO_FAMILIES)
        and _is_family([first])
        and words_of.PARTICLES.union("iy").issuperset(between)
    )


def _may_begin_with_family(words: Sequence[str]) -> bool:
    """Tells ``Chen Wei`` and ``Kim Jae-In``, whose order nobody knows, from ``Kim Holm``; and names
    of papers."""
    first, last = (fold(words[place]) if words else "" for place in (0, -1))
    is_east_asian = first in words_of.EAST_ASIAN and (
        first not in ("kim", "lee") or last in words_of.EAST_ASIAN or "-" in last
    )
    return is_east_asian or first in words_of.ARTICLES


def _is_particle(word: str) -> bool:
    """Is it one? With a capital, some are names themselves."""
    return word.casefold() in words_of.PARTICLES and word not in ("Ben", "Do", "Li", "Lo", "Op")


def _are_loud(words: Sequence[str]) -> bool:
    """Are they in capitals, as ``HOLM`` and ``McDONALD``, and no abbreviations?"""
    return any(len(one) > 3 and one[2:].isupper() for one in words) and all(
        one[0].isupper()
        and one[2:] == one[2:].upper()
        and (not one.isalpha() or len(one) < 3 or set("aeiouy").intersection(fold(one)))
        for one in words
    )


def _quiet(word: str, language: str | None) -> str:
    if word.casefold() in words_of.PARTICLES and language in ("de", "es", "fr", "it", "nl", "pt"):
        return word.lower()
    is_initials = _INITIALS.fullmatch(word) and not _is_particle(word)
    titled = re.sub(r"\bMc\w", lambda start: f"Mc{start[0][2:].upper()}", word.title())
    return word if is_initials else titled


def _is_given(word: str) -> bool:
    return bool(_INITIALS.fullmatch(word)) or _is_name(word, _JOINTS.split(word)[:1])


def _is_family(words: Sequence[str]) -> bool:
    *before, last = words or [""]
    if len(last) == 1:
        return last.isupper() and len(before) > 1  # De La O
    return _is_name(last, _JOINTS.split(_ARTICLE.sub("", last)))


def _is_name(word: str, capitals: Sequence[str]) -> bool:
    """Tells whether a word is of Latin letters alone, and these pieces begin with a capital."""
    letters = _JOINTS.sub("", word)
    return (
        letters.isalpha()
        and word[-1].islower()
        and all(unicodedata.name(one).startswith("LATIN") for one in letters)
        and all(_INNER_CAPITAL.sub("", piece).istitle() for piece in capitals)
    )
