"""The line that carries a story's date, and often its section and author with nothing between."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from crawler.extraction.dates import DATE, DateReading, find_date
from crawler.extraction.people import is_person, read_names

LONGEST = 140
FIRST_SEAM = re.compile(r"(?<=[a-zà-ÿ])(?=[A-ZÀ-Þ])")
NAME_PREFIX = re.compile(r"(?:^|\s)(?:Mc|Mac|De|Di|Du|La|Le|Fitz|Van|Von)$")
SEPARATORS = re.compile(r"\s*[|·•/]\s*|\s+[–—-]\s+")
LABEL = re.compile(
    r"^(?:(?:first |originally )?(?:published|posted|date|publié|veröffentlicht|publicado"
    r"|pubblicato|am|le|on)\b[ :]*)+",
    re.I,
)
MODIFIED_LABEL = re.compile(
    r"(?:last )?(?:updated?|modified|revised|reviewed|mis à jour|modifié|aktualisiert|stand"
    r"|actualizado|aggiornato|atualizado)\b",
    re.I,
)
WEEKDAY = re.compile(
    r"\b(?:mon|tues?|wed(?:nes)?|thu(?:rs)?|fri|sat(?:ur)?|sun)(?:day)?\b[,.]?", re.I
)


@dataclass(frozen=True, kw_only=True, slots=True)
class Dateline:
    """What one date line says."""

    date: DateReading | None = None
    section: str | None = None
    authors: tuple[str, ...] = ()
    is_modified: bool = False
    """The line calls its date one of an update."""


def read_dateline(
    text: str,
    section_names: Sequence[str] = (),
    day_first: bool | None = None,
    parts: Sequence[str] = (),
) -> Dateline | None:
    """Read a line that is a date line as a whole; None for anything else, prose above all.

    ``parts`` are the pieces that mark-up keeps apart, where there is mark-up.
    """
    if len(text) > LONGEST:
        return None
    found = find_date(text, day_first)
    match = DATE.search(text)
    if found is None or match is None:
        return None
    before, after = text[: match.start()].strip(), text[match.end() :]
    is_modified = bool(MODIFIED_LABEL.match(before))
    opened = before.endswith((",", "|", ":", "-", "–", "—", "•", "·"))
    before = WEEKDAY.sub("", LABEL.sub("", MODIFIED_LABEL.sub("", before))).strip(" ,:|·•–—-")
    section, names = None, read_names([before]) if before else ()
    if before and not names and not (opened and len(before) <= 30):
        return None
    if text.endswith(".") and len(text.split()) > 8:
        return None
    if parts:
        pieces = [p for part in parts if (p := part.strip(" ,|·•–—-/›>")) and not DATE.search(p)]
        section, authors = _sort_pieces(pieces, section_names)
    else:
        if after.startswith(" ") and not _is_label_list(after, section_names):
            return None
        section, authors = _split_glued(after.strip(" ,|·•–—-"), section_names)
    return Dateline(date=found, section=section, authors=names or authors, is_modified=is_modified)


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
            return _without_tail(rest[: seam.start()]), authors
    if rest.casefold().startswith("by ") or " and " in rest or (section_names and is_person(rest)):
        return None, read_names([rest])
    return (_without_tail(rest), ()) if len(rest) <= 40 else (None, ())


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


def _without_tail(section: str) -> str:
    return section.removesuffix(" Channel").strip()


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
        elif section is None and not names and 2 < len(piece) <= 40 and piece[0].isupper():
            section = _without_tail(piece)
    return section, tuple(names)
