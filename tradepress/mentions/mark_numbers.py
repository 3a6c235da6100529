"""Finds numbers of trademarks: kinds ``registration`` and ``application``.

Normal form: the office and the digits, without groups, leading zeros and strokes: ``EUTM 17930517``
(CTMs too: the register is the same), ``IR 1307789`` (Madrid), ``US 5123456``, ``US 87587829`` (a
serial number), ``UK 3123456`` (printed ``UK00003123456``), and by country codes of WIPO ST.3
``DE 302016110846``, ``BX 852761``. Of an office that isn't named beside the number, the digits
alone.

A number counts only behind words that say what it is; they are read backwards from it.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from tradepress.mentions.printed_numbers import SPACE, begins, digits, joined, words
from tradepress.mentions.spot import Spot

NUMBER = re.compile(
    begins("[0-9]", "0-9/$£€+-")
    + rf"(?:[0-9]{SPACE}[0-9](?:[0-9]{{3}})?(?:{SPACE}[0-9]{{3}}){{2}}(?!{SPACE}?[0-9])"
    r"|(?:0[0-3]|99)[0-9]-[0-9]{4,6}|[0-9]{3}/[0-9]{3,6}|[0-9]{4,15}|[0-9]/[0-9]{3},?[0-9]{3}"
    r"|[0-9]{0,2}(?:[,.\u00a0\u2009\u202f '’][0-9]{3}(?![0-9])){1,3})(?P<letter>[A-Z])?"
    r"(?![\w%/]|[.,][0-9]|-[0-9])"
)
"""Matches a number: as Germany (30 2014 058 771) and France (21 4 778 123) print it, then as
Japan: 2020-115533."""
SERIAL = re.compile(r"[0-9]{2}/[0-9]{3},[0-9]{3}")
FAR = 150
"""Limits the characters behind a serial number in which another needs no words of its own."""
OWN_LETTERS = re.compile(rf"\b(?:UK|TMA{SPACE}?)$")
"""Matches letters of an office that are printed as part of a number."""
REACH = 90
"""Limits the characters before a number in which its words stand."""
NEAR = 16
MOST_WORDS = 12
TOKEN = re.compile(
    r"\w[\w.’'°º/-]*|(?<!\w)[‘“'\"«][^‘’“”'\"«»\n]{1,40}[’”'\"»](?!\w)|[^\w\s,:;()–—-]"
)
NAMES = {
    "EUTM": "eutm eutms eutma ctm ctms ctma eu european community euipo ohim",
    "IR": "international madrid ir irs wipo",
    "US": "us uspto states american serial ser sn s/n ussn",
    "UK": "uk ukipo uktm kingdom british",
    "DE": "german germany dpma de",
    "BX": "benelux boip bx",
    "FR": "french france inpi",
    "ES": "spanish spain oepm",
    "IT": "italian italy uibm",
    "PT": "portuguese portugal",
    "PL": "polish poland",
    "AT": "austrian austria",
    "CH": "swiss switzerland",
    "SE": "swedish sweden",
    "IE": "irish ireland",
    "JP": "japanese japan jpo",
    "CN": "chinese china cnipa",
    "KR": "korean korea kipo",
    "IN": "indian india",
    "SG": "singapore ipos",
    "HK": "hong",
    "AU": "australian australia",
    "NZ": "zealand iponz",
    "CA": "canadian canada cipo tma",
    "MX": "mexican mexico impi",
    "BR": "brazilian brazil",
    "TR": "turkish turkey turkpatent",
}
OFFICES = {name: code for code, names in NAMES.items() for name in names.split()}
IN_CAPITALS = words("eu us uk ir irs sn tm tms eutm ctm de bx")
"""Holds words that are another word, or none, in small letters."""
OF_MARKS = words(
    """eutm eutms eutma ctm ctms ctma ir irs sn s/n ussn uktm tma bx de
    trademark trademarks trade-mark trade-marks mark marks tm tms"""
)
REGISTRATION = words("registration registrations reg regs regn regd rn")
APPLICATION = words(
    "application applications app apps appl appln appn serial ser sn s/n ussn filing eutma ctma"
)
SIGNS = words("no nos number numbers nr # № n° nº num")
FILLERS = words(
    """trade union united kong new federal principal register registered national word figurative
    device collective certification service earlier prior contested opposed pleaded cited 3d shape
    under with the a an as of its for in by designating covering having bearing and or including
    namely is are was were protocol"""
)
OTHERS = words(
    """patent patents company vat charity design designs copyright domain vehicle tax business land
    aircraft plant variety utility gi case"""
)
NEAREST = SIGNS | OFFICES.keys() | OF_MARKS | REGISTRATION | APPLICATION | FILLERS
"""Holds words of which one stands next to a number, but for abbreviations with a stop and names."""
COUNTED = re.compile(
    rf"{SPACE}(?:new|trade|mark|application|registration|filing|class|file|compan|people|item|good)"
)
SERIES = frozenset(str(series) for series in (*range(70, 80), *range(85, 100)))
"""Holds the first digits of US trademark applications (TMEP 401.02); others number patents."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Label:
    """Holds what the words before a number say of it."""

    kind: Literal["registration", "application"]
    office: str | None


def find_mark_numbers(text: str) -> Iterator[Spot]:
    """Yields spots of kinds ``registration`` and ``application``, one for each number of a row."""
    last, label = -1, None
    for found in NUMBER.finditer(text):
        letters = OWN_LETTERS.search(text[max(0, found.start() - 4) : found.start()])
        start = found.start() - len(letters[0] if letters else "")
        if label is None or not (joined(text, last, start) or _is_another(text, last, found)):
            label = _read_label(text, found)
        if label is None:
            continue
        last = found.end()
        number = found[0] if _is_by_year(found) else digits(found[0]) + (found["letter"] or "")
        value = f"{label.office} {number}" if label.office else number
        yield Spot(start=start, end=last, kind=label.kind, value=value)


def _is_another(text: str, last: int, found: re.Match[str]) -> bool:
    """Is a number a US serial number as the one before, which is near: "the one of"?"""
    before = text[last - 10 : last]
    return (
        found.start() - last <= FAR
        and SERIAL.fullmatch(before) is not None
        and SERIAL.fullmatch(found[0]) is not None
        and found[0][:2] in SERIES
        and "\n" not in text[last : found.start()]
    )


def _read_label(text: str, found: re.Match[str]) -> Label | None:
    if found[0][2:3] == "/" and found[0][:2] not in SERIES:
        return None
    kind: Literal["registration", "application"] | None = None
    offices: list[str] = []
    said = of_marks = under = False
    before = ""
    last = text[max(0, found.start() - NEAR) : found.start()].rstrip(" \u00a0(,:;–—-")
    if last and last[-1].islower() and last.split()[-1].lower() not in NEAREST:
        return None
    tokens = TOKEN.findall(text, max(0, found.start() - REACH), found.start())
    for printed in reversed(tokens[-MOST_WORDS:]):
        word = printed.lower().replace(".", "")
        if word in IN_CAPITALS and printed[0].islower():
            break
        if word in SIGNS:
            said = True
        elif word in OFFICES or word in OF_MARKS or word in REGISTRATION | APPLICATION:
            offices += [OFFICES[word]] if word in OFFICES else []
            of_marks = of_marks or word in OF_MARKS
            if kind is None and word in REGISTRATION | APPLICATION:
                kind = "registration" if word in REGISTRATION else "application"
        elif under and word in ("registered", "filed"):
            kind = "application" if word == "filed" else "registration"
            break
        elif not (word in FILLERS or (said and _is_name(printed))):
            before = word
            break
        under = said and word == "under"
    if (
        before in OTHERS
        or (_is_by_year(found) and kind != "application")
        or not (kind or of_marks or _is_st13(text, found))
    ):
        return None
    office = "IR" if "IR" in offices else offices[0] if offices else None
    if not said and _is_quantity(text, found, office):
        return None
    return Label(kind=kind or "registration", office=office)


def _is_quantity(text: str, found: re.Match[str], office: str | None) -> bool:
    """Tells whether a number that isn't said to be one ("No.") rather counts something."""
    number = digits(found[0])
    least = 6 if office in ("EUTM", "IR", "CA") else 7
    before = text[max(0, found.start() - NEAR) : found.start()].split()
    return (
        len(number) < least
        or number.endswith("000")
        or before[-1].lower() in FILLERS
        or COUNTED.match(text, found.end()) is not None
    )


def _is_by_year(found: re.Match[str]) -> bool:
    """Tells whether a year comes first, as in Turkey, South Africa and Japan: 2021/04417."""
    return found[0][4:5] in ("/", "-")


def _is_name(printed: str) -> bool:
    """Is it a mark's name, between the words and the number: in quotes or capitals?"""
    return printed[0] in "‘“'\"«" or (len(printed) > 1 and printed.isupper())


def _is_st13(text: str, found: re.Match[str]) -> bool:
    """Tells whether a number is one as WIPO ST.13 writes it for the UK."""
    return found[0].startswith("00") and text.endswith("UK", 0, found.start())
