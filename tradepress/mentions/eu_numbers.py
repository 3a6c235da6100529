"""Finds numbers of the Court of Justice of the European Union and of the EUIPO.

``cjeu``: ``C-449/18 P`` – the letter (C Court of Justice, T General Court, F Civil Service
Tribunal), number, year in two digits, and after a space what kind of case it is (P appeal, R
interim, RENV, REV …), as the Court cites (Curia, "Method of citing the case-law"). A joined case
that drops its letter has that of the one before it. From before 1989 there is none: ``120/78``.
An ECLI (Council conclusions 2011/C 127/01) is ``ECLI:EU:C:2015:604``.

``euipo``: Boards of Appeal ``R 1948/2018-2``; oppositions ``B 3067901``; cancellations ``C 15123``,
of designs ``ICD 11204``: letter, space, the number without groups and leading zeros.
"""

import re
from collections.abc import Iterator

from tradepress.mentions.printed_numbers import HYPHEN, SPACE, begins, digits, in_a_row
from tradepress.mentions.spot import Spot

LETTER = begins("[CTF]", r"\w/&-")
AN_R = begins("R", r"\w/-")
A_B = begins("B", r"\w/-")
A_C = begins("C", r"\w/-")
DIGIT = begins("[0-9]", r"\w/-")
SORT = (
    rf"(?:(?:{SPACE}|{HYPHEN})?(?P<sort>P(?:{SPACE}?\([RI]\)|{HYPHEN}(?:R|DEP)\b)?"
    rf"|RENV(?:{HYPHEN}RX)?|REV|DEP|PPU|OP|INTP|AJ|R)(?!\w))?"
)
NUMBER = rf"(?P<number>[0-9]{{1,4}})/(?:19|20)?(?P<year>[0-9]{{2}}){SORT}(?![\w/]|{HYPHEN}[0-9])"
CASES = (
    re.compile(rf"(?P<letter>{LETTER}){SPACE}?{HYPHEN}{SPACE}?(?P<said>){NUMBER}"),
    re.compile(
        rf"ases?{SPACE}(?P<letter>)(?:(?P<said>[CTF]){SPACE}?|(?=[0-9]{{1,3}}/[5-8][0-9]\b)){NUMBER}"
    ),
)
"""Match a number with a letter, and one behind "case" or "cases": there a hyphen may be left
out, or even a letter."""
JOINED = re.compile(rf"(?:(?P<letter>[CTF]){SPACE}?{HYPHEN}?{SPACE}?)?(?P<said>){NUMBER}")
NEAR = 12
NO_CASE = re.compile(
    r"(?:model|type|version|camera|engine|aircraft|plane|jet|tank|part|size|room|gate|flight|series|battery|product)"
    r"s?,?\s?$",
    re.IGNORECASE,
)
NO_CASE_BEHIND = re.compile(
    rf"{SPACE}(?:camera|tank|jet|fighter|plane|aircraft|engine|model|batter|lens|printer|drill|tractor|boat)"
)
ECLI = re.compile(r"(?:ECLI:)?EU:(?P<court>[CTF]):(?P<year>[0-9]{4}):(?P<number>[0-9]{1,5})(?!\w)")

BOARDS = re.compile(
    rf"{AN_R}(?:{SPACE}|{HYPHEN})?(?P<number>[0-9]{{1,5}})/(?P<year>(?:19|20)[0-9]{{2}})"
    rf"(?:{SPACE}?{HYPHEN}{SPACE}?(?P<board>[1-6]|G)(?![\w/])|(?P<none>(?![\w/]|{HYPHEN}[0-9G])))"
)
OF_THE_BOARDS = re.compile(
    rf"(?:[Cc]ases?|[Aa]ppeals?|[Dd]ecisions?)(?:{SPACE}[Nn]os?\.?)?{SPACE}$"
)
OPPOSITION = re.compile(
    rf"{A_B}{SPACE}?(?:(?P<grouped>[0-9]{{1,3}}(?:{SPACE}[0-9]{{3}}){{2}})|(?P<plain>[0-9]{{1,3}}{SPACE}[0-9]{{3}}|[0-9]{{6,9}}))(?!\w|[,.][0-9])"
)
CANCELLATIONS = (
    re.compile(
        rf"{A_C}{SPACE}?(?P<number>[0-9]{{1,3}}{SPACE}[0-9]{{3}}|[0-9]{{4,9}})(?!\w|[,.][0-9]|/|{SPACE}[0-9])"
    ),
    re.compile(
        rf"(?P<number>{DIGIT}(?:[0-9]{{0,2}}{SPACE}[0-9]{{3}}|[0-9]{{3,8}})){SPACE}C(?!\w|[.]\w)"
    ),
)
DESIGN = re.compile(
    rf"ICD(?<!\wICD){SPACE}(?:[Nn]o\.?{SPACE})?(?P<number>[0-9]{{1,3}}{SPACE}[0-9]{{3}}|[0-9]{{3,9}})(?!\w|[,.][0-9])"
)
"""Matches the number of an application for the declaration that a design is invalid."""
OF_AN_OPPOSITION = re.compile(r"[Oo]pposition|OPPOSITION|[Dd]ecision")
OF_A_CANCELLATION = re.compile(r"[Cc]ancel|CANCEL|[Ii]nvalid|[Rr]evocation|EUIPO|OHIM")
REACH = 60
"""Is how many characters before a number may name the kind of proceeding."""


def find_cjeu_numbers(text: str) -> Iterator[Spot]:
    """Yields spots of kind ``cjeu``: case numbers, then ECLIs."""
    if "/" in text:
        at = 0
        heads = [first for pattern in CASES for first in pattern.finditer(text)]
        for first in sorted(heads, key=lambda head: head.end()):
            if first.end() <= at:
                continue
            letter, at = "", first.end()
            if not _is_case(text, first):
                continue
            for found in in_a_row(text, first, JOINED):
                at = found.end()
                letter = found["letter"] or found["said"] or letter
                yield _case(found, letter)
    if "EU:" in text:
        for found in ECLI.finditer(text):
            value = f"ECLI:EU:{found['court']}:{found['year']}:{int(found['number'])}"
            yield Spot(start=found.start(), end=found.end(), kind="cjeu", value=value)


def _is_case(text: str, found: re.Match[str]) -> bool:
    """Tells whether there was such a court then, and it isn't the number of a thing."""
    year = int(found["year"])
    letter = found["letter"] or found["said"]
    if letter and not (5 <= year <= 16 if letter == "F" else year >= 89 or year < 54):
        return False
    before = text[max(0, found.start() - NEAR) : found.start()]
    return not (NO_CASE.search(before) or NO_CASE_BEHIND.match(text, found.end()))


def _case(found: re.Match[str], letter: str) -> Spot:
    """Returns the spot of one number, with its own letter or that of the one before."""
    sort = re.sub(SPACE, "", found["sort"] or "")
    number = f"{int(found['number'])}/{found['year']}"
    value = f"{letter}-{number}" if letter else number
    own = "letter" if found["letter"] else "said" if found["said"] else "number"
    return Spot(
        start=found.start(own),
        end=found.end(),
        kind="cjeu",
        value=f"{value} {sort}" if sort else value,
    )


def find_euipo_numbers(text: str) -> Iterator[Spot]:
    """Yields spots of kind ``euipo``: appeals, oppositions, cancellations, and those of designs."""
    if "/" in text:
        for found in BOARDS.finditer(text):
            if found["board"] or OF_THE_BOARDS.search(_before(text, found)):
                board = f"-{found['board']}" if found["board"] else ""
                value = f"R {int(found['number'])}/{found['year']}{board}"
                yield Spot(start=found.start(), end=found.end(), kind="euipo", value=value)
    for found in OPPOSITION.finditer(text):
        if found["grouped"] or OF_AN_OPPOSITION.search(_before(text, found)):
            value = f"B {digits(found['grouped'] or found['plain'])}"
            yield Spot(start=found.start(), end=found.end(), kind="euipo", value=value)
    if "ICD" in text:
        for found in DESIGN.finditer(text):
            value = f"ICD {digits(found['number'])}"
            yield Spot(start=found.start(), end=found.end(), kind="euipo", value=value)
    if "ancel" in text or "CANCEL" in text or "nvalid" in text or "evocation" in text:
        for pattern in CANCELLATIONS:
            for found in pattern.finditer(text):
                if OF_A_CANCELLATION.search(_before(text, found)):
                    value = f"C {digits(found['number'])}"
                    yield Spot(start=found.start(), end=found.end(), kind="euipo", value=value)


def _before(text: str, found: re.Match[str]) -> str:
    return text[max(0, found.start() - REACH) : found.start()]
