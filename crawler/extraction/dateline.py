"""The line that carries a story's date, and often its section and author with nothing between."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from crawler.extraction.dates import CLOCK, DATE, UPDATE, YEAR, DateReading, find_date, read_match
from crawler.extraction.people import is_person, read_names

LONGEST = 140
LONGEST_LABEL = 30
FIRST_SEAM = re.compile(r"(?<=[a-zà-ÿ])(?=[A-ZÀ-Þ])")
NAME_PREFIX = re.compile(r"(?:^|\s)(?:Mc|Mac|De|Di|Du|La|Le|Fitz|Van|Von)$")
SEPARATORS = re.compile(r"\s*[|·•/]\s*|\s+[–—-]\s+")
LABEL = re.compile(
    r"(?:\b(?:(?:first |originally )?(?:published|posted|created)|date|publié|veröffentlicht"
    r"|erschienen|publi[ck]ad[oa]|pubblicato|gepubliceerd|geplaatst|opublikowano|опубликовано|publicer\w*"
    r"|publiser\w*|yayınlanma|fecha|data|datum)(?: (?:on|am|le|el|il|em|op|at))?)\b[ :]*",
    re.I,
)
WEEKDAY = re.compile(
    r"\b(?:mon|tues?|wed(?:nes)?|thu(?:rs)?|fri|sat(?:ur)?|sun)(?:day)?\b[,.]?", re.I
)
PREPOSITION = re.compile(r"(?:^| )(?:on|at|of|am|vom|le|du|el|del|il|em)$", re.I)
NO_SECTION = re.compile(r"^[^A-ZÀ-Þ]|[\d:@]|\b(?:by|[Cc]omments?|[Rr]ead|[Ss]hare)$")
IN_BRACKETS = re.compile(rf"([^.()]{{0,60}}\({DATE.pattern})\) ?[-–—]", re.I)
CLOCK_ALONE = re.compile(rf"{CLOCK}[\s,|·•–-]*(?:on\b)?", re.I)
EDGES = " ,:|·•–—-/›>()[]"
OPENING = (",", "|", ":", "-", "–", "—", "•", "·")


@dataclass(frozen=True, kw_only=True, slots=True)
class Dateline:
    """What one date line says."""

    date: DateReading | None = None
    modified: DateReading | None = None
    """The date that the line calls one of an update."""
    section: str | None = None
    authors: tuple[str, ...] = ()


def read_dateline(
    text: str,
    section_names: Sequence[str] = (),
    day_first: bool | None = None,
    parts: Sequence[str] = (),
) -> Dateline | None:
    """Read a line that is a date line as a whole; None for anything else, prose above all.

    ``parts`` are the pieces that mark-up keeps apart, where there is mark-up.
    """
    if opening := IN_BRACKETS.match(text):
        text, parts = opening[1], ()
    if len(text) > LONGEST or not YEAR.search(text):
        return None
    words = " ".join(parts) or text
    matches = list(DATE.finditer(words))
    if not matches or (words.endswith(".") and len(words.split()) > 8):
        return None
    before, after = words[: matches[0].start()].strip(), words[matches[-1].end() :]
    names = read_names([_without_labels(before)])
    if not (names or _is_label(before) or any(map(_is_bare_date, parts))):
        return None
    if parts:
        pieces = [p for part in parts if (p := part.strip(EDGES)) and not DATE.search(p)]
        section, authors = _sort_pieces(pieces, section_names)
    elif after.startswith(" ") and not _is_label_list(after, section_names):
        return None
    else:
        section, authors = _split_glued(after.strip(" ,|·•–—-"), section_names)
    dates: dict[bool, DateReading] = {}
    start = 0
    for match in matches:
        label, start = words[start : match.start()], match.end()
        found = read_match(match, day_first)
        if not match["hour"] and (clock := CLOCK_ALONE.search(label)):
            found = replace(find_date(f"{match[0]} {clock[0]}", day_first) or found, raw=found.raw)
        dates.setdefault(bool(UPDATE.search(label)), found)
    return Dateline(
        date=dates.get(False), modified=dates.get(True), section=section, authors=names or authors
    )


def _without_labels(before: str) -> str:
    bare = WEEKDAY.sub("", LABEL.sub("", CLOCK_ALONE.sub("", before))).strip(EDGES)
    return PREPOSITION.sub("", bare)


def _is_label(before: str) -> bool:
    """Are the words before a date a label, a weekday or one other word?"""
    bare = _without_labels(before)
    is_marked = before.endswith(OPENING) or UPDATE.search(before)
    return " " not in bare or bool(is_marked and len(bare) <= LONGEST_LABEL)


def _is_bare_date(part: str) -> bool:
    """Is the piece a date and nothing else but its label?"""
    match = DATE.search(part) if YEAR.search(part) else None
    return match is not None and not _without_labels(part[: match.start()] + part[match.end() :])


def read_section_line(text: str, section_names: Sequence[str]) -> Dateline | None:
    """A date line without a date: a known section alone, or with authors glued to it."""
    section = _known_section(text, section_names) if len(text) <= LONGEST else None
    if section is None:
        return None
    rest = _without_channel(text[len(section) :])
    authors = read_names([rest])
    if rest and (rest[0] == " " or not authors):
        return None
    return Dateline(section=section, authors=authors)


def _is_label_list(after: str, section_names: Sequence[str]) -> bool:
    """Are the words after the date labels, as ``| Patents`` or ``by Amity``, and no sentence?"""
    words = after.strip()
    return bool(
        SEPARATORS.match(after)
        or words.casefold().startswith("by ")
        or _known_section(words, section_names)
        or is_person(words)
    )


def _split_glued(rest: str, section_names: Sequence[str]) -> tuple[str | None, tuple[str, ...]]:
    """``PatentsPetra Holm`` into section and authors: by a known section, else at the first
    lower-to-upper seam alone, which leaves ``McGrannoch`` whole."""
    if not rest:
        return None, ()
    if SEPARATORS.search(rest):
        return _sort_pieces(SEPARATORS.split(rest), section_names)
    if section := _known_section(rest, section_names):
        return section, read_names([_without_channel(rest[len(section) :])])
    for seam in FIRST_SEAM.finditer(rest):
        if not NAME_PREFIX.search(rest[: seam.start()]):
            authors = read_names([rest[seam.start() :]])
            return _as_section(rest[: seam.start()]), authors
    if rest.casefold().startswith("by ") or " and " in rest or (section_names and is_person(rest)):
        return None, read_names([rest])
    return _as_section(rest), ()


def _known_section(words: str, section_names: Sequence[str]) -> str | None:
    """The longest known section the words begin with, if no lower-case letter follows it."""
    for name in sorted(section_names, key=len, reverse=True):
        if words.casefold().startswith(name.casefold()):
            after = words[len(name) : len(name) + 1]
            if not after or not after.islower():
                return words[: len(name)]
    return None


def _without_channel(words: str) -> str:
    return re.sub(r"^ Channel(?![a-z])", "", words)


def _as_section(words: str) -> str | None:
    """The words if they can be a section the source doesn't list: short, no label, no sentence."""
    section = words.removesuffix(" Channel").strip()
    is_label = NO_SECTION.search(section) or LABEL.search(section) or UPDATE.search(section)
    return None if is_label or not 2 < len(section) <= 40 or section.count(" ") > 3 else section


def _sort_pieces(
    pieces: Iterable[str], section_names: Sequence[str]
) -> tuple[str | None, tuple[str, ...]]:
    """Pieces kept apart by mark-up or separators: the first that is no name is the section."""
    section: str | None = None
    names: list[str] = []
    for piece in pieces:
        if known := _known_section(piece, section_names):
            section = section or known
        elif found := read_names([piece]):
            names += [name for name in found if name not in names]
        elif not names:
            section = section or _as_section(piece)
    return section, tuple(names)
