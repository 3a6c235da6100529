"""Finds known names of courts, offices and firms in a text, or whose name a reader asks for.

One automaton (Aho and Corasick) looks for all of them in one pass, whatever their number; case is
looked at afterwards, because a headline may be in capitals and a reader's filter in none.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any, Literal

from tradepress.mentions.courts import all_courts
from tradepress.mentions.firms import all_firms, firm_signs
from tradepress.mentions.local_courts import local_court_named
from tradepress.mentions.offices import all_offices

NameKind = Literal["court", "office", "firm"]

WORD_OF_LENGTH = re.compile(r"[^\W\d_]{4,}")
LEGAL_FORM = re.compile(
    r",? (?:LLP|L\.L\.P\.|LLC|L\.L\.C\.|PLLC|P\.C\.|PC|P\.A\.|PartG ?mbB|PartmbB|PartG|GmbH"
    r"|(?:Patent- und )?Rechtsanwälte|Rechts- und Patentanwälte"
    r"|Solicitors|LPA|S\.C\.|PLC|Pty Ltd|Ltd)(?!\w)"
)
SPELLING = {"’": "'", "‘": "'", "\u2010": "-", "\u2011": "-", "\xa0": " ", "\u202f": " "}
"""Maps what is printed to what is plain, character by character."""


@dataclass(frozen=True, kw_only=True, slots=True)
class KnownName:
    """Is one spelling of one court, office or firm."""

    form: str
    kind: NameKind
    value: str
    """Is today's name."""


@dataclass(frozen=True, kw_only=True, slots=True)
class FoundName:
    """Is a known name at its place."""

    start: int
    end: int
    name: KnownName


TABLES: Mapping[NameKind, Callable[[], dict[str, tuple[str, ...]]]] = {
    "court": all_courts,
    "office": all_offices,
    "firm": all_firms,
}


@cache
def tables() -> Mapping[NameKind, Mapping[str, tuple[str, ...]]]:
    """Maps each kind to today's names, and each of these to what else it is, or was, called."""
    return {kind: table() for kind, table in TABLES.items()}


def plain_spelling(text: str) -> str:
    """Returns a text with straight quotes, plain hyphens and blanks, as long as it was."""
    for printed, plain in SPELLING.items():
        text = text.replace(printed, plain)
    return text


def lowered(text: str) -> str:
    """Returns a text in small letters, and as long (İ has no small letter of one character)."""
    low = text.lower()
    return (
        low
        if len(low) == len(text)
        else "".join(c if len(c.lower()) > 1 else c.lower() for c in text)
    )


@cache
def known_names(kind: NameKind) -> dict[str, KnownName]:
    """Maps small-lettered forms to names; the files of other kinds are not read for it."""
    return {
        lowered(form): KnownName(form=form, kind=kind, value=value)
        for value, forms in TABLES[kind]().items()
        for form in (value, *forms)
    }


@cache
def _automaton() -> Any:
    """Maps each small-lettered form to (its length, its names, their spellings, will any do?)."""
    import ahocorasick

    together: dict[str, list[tuple[KnownName, set[str], bool]]] = {}
    for kind, table in tables().items():
        for low, name in known_names(kind).items():
            together.setdefault(low, []).append((name, set(), _in_any_case(name)))
        for form in (form for value, forms in table.items() for form in (value, *forms)):
            together[lowered(form)][-1][1].add(form)
    for sign in firm_signs():
        together.setdefault(lowered(sign), [])
    automaton = ahocorasick.Automaton()
    for low, names in together.items():
        automaton.add_word(low, (len(low), names))
    automaton.make_automaton()
    return automaton


def _in_any_case(name: KnownName) -> bool:
    """Tells whether a name may be printed in capitals, or with small letters after the first: no
    firm, and no abbreviation."""
    words = WORD_OF_LENGTH.findall(name.form)
    return name.kind != "firm" and (
        len(words) > 1 or (words[:1] == [name.form] and len(name.form) > 7)
    )


def find_known(text: str) -> tuple[list[FoundName], list[int]]:
    """Returns (all places of known names in a text of plain spelling, nested ones too, as whole
    words, in the order of their ends; where a sign of a firm begins)."""
    length = len(text)
    known: list[FoundName] = []
    signs: list[int] = []
    for last, (size, names) in _automaton().iter(lowered(text)):
        start, end = last + 1 - size, last + 1
        if not names:
            signs.append(start)
            continue
        if (start and text[start - 1].isalnum()) or (end < length and text[end].isalnum()):
            continue
        printed = text[start:end]
        for name, spellings, in_any_case in names:
            if printed in spellings or (in_any_case and printed[0].isupper()):
                known.append(FoundName(start=start, end=end, name=name))
    return known, signs


US_BEFORE = re.compile(
    r"(?:the )?(?:(?:us|u\.s\.|united states|federal) )?(?:federal )?"
    r"(?:(?:district court|(?:circuit )?courts? of appeals?)(?:,| for| of| in)? )?(?:the )?",
)
US_BEHIND = re.compile(r"(?: u\.?s\.?| federal)? (?:court of appeals?|court)$")
"""Matches what stands around the name of a circuit or district, in small letters."""


def _named(kind: NameKind, text: str) -> str | None:
    form = " ".join(plain_spelling(text).split()).removeprefix("the ").removeprefix("The ")
    names = known_names(kind)
    known = names.get(lowered(form)) or names.get(lowered(form.partition("'s ")[2]))
    return None if known is None else known.value


def court_named(text: str) -> str | None:
    """Returns today's name of a court or tribunal, by any of its names in any case: ``ECJ`` ->
    ``CJEU``; None if no court of that name is known, or several are (``Supreme Court``)."""
    known = _named("court", text)
    if known is None:
        form = " ".join(lowered(plain_spelling(text)).split())
        circuit = US_BEHIND.sub("", US_BEFORE.sub("", form, count=1))
        known = _named("court", circuit) or local_court_named(form)
    return known


def office_named(text: str) -> str | None:
    """Returns today's name of an IP office, or of a body beside them, by any of its names in any
    case: ``OHIM`` -> ``EUIPO``; None if none of that name is known."""
    return _named("office", text)


def firm_named(text: str) -> str | None:
    """Returns today's name of a law firm, by any of its names in any case, LLP and the like being
    no part of it; None if none of that name is known."""
    return _named("firm", LEGAL_FORM.sub("", text))


def other_names(value: str) -> tuple[str, ...]:
    """Returns what else the court, office or firm of this name is or was called; else nothing."""
    return next((table[value] for table in tables().values() if value in table), ())
