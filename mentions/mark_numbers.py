"""Numbers of trademarks: kinds ``registration`` and ``application``.

Normal form: the office and the digits, without groups, leading zeros and strokes: ``EUTM 17930517``
(CTMs too: the register is the same), ``IR 1307789`` (Madrid), ``US 5123456``, ``US 87587829`` (a
serial number), ``UK 3123456`` (printed ``UK00003123456``), and by country codes of WIPO ST.3
``DE 302016110846``, ``BX 852761``. Of an office that isn't named beside the number, the digits alone.

A number counts only behind words that say what it is; they are read backwards from it.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from mentions.printed_numbers import SPACE, begins, digits, joined
from mentions.spot import Spot

NUMBER = re.compile(
    begins("[0-9]", "0-9.,/$£€+-")
    + r"(?:[0-9]{4,15}|[0-9]{0,2}(?:[,.\u00a0\u2009\u202f '’][0-9]{3}(?![0-9])){1,3}"
    r"|[0-9]/[0-9]{3},?[0-9]{3})(?P<letter>[A-Z])?"
    r"(?![\w%/]|[.,][0-9]|-[0-9])"
)
REACH = 110
"""Characters before a number in which its words stand."""
MOST_WORDS = 12
TOKEN = re.compile(
    r"(?<!\w)[‘“'\"«][^‘’“”'\"«»\n]{1,40}[’”'\"»](?!\w)|[№#]|\w[\w.’'°º/-]*|[^\w\s,:;()–—-]"
)
OFFICES = {
    **dict.fromkeys("eutm eutms eutma ctm ctms ctma eu european community euipo ohim".split(), "EUTM"),
    **dict.fromkeys("international madrid ir irs wipo".split(), "IR"),
    **dict.fromkeys("us uspto states american serial ser sn s/n".split(), "US"),
    **dict.fromkeys("uk ukipo uktm kingdom british".split(), "UK"),
    **dict.fromkeys("german germany dpma".split(), "DE"),
    **dict.fromkeys("benelux boip".split(), "BX"),
    **dict.fromkeys("french france inpi".split(), "FR"),
    **dict.fromkeys("spanish spain oepm".split(), "ES"),
    **dict.fromkeys("italian italy uibm".split(), "IT"),
    **dict.fromkeys("portuguese portugal".split(), "PT"),
    **dict.fromkeys("polish poland".split(), "PL"),
    **dict.fromkeys("austrian austria".split(), "AT"),
    **dict.fromkeys("swiss switzerland".split(), "CH"),
    **dict.fromkeys("swedish sweden".split(), "SE"),
    **dict.fromkeys("irish ireland".split(), "IE"),
    **dict.fromkeys("japanese japan jpo".split(), "JP"),
    **dict.fromkeys("chinese china cnipa".split(), "CN"),
    **dict.fromkeys("korean korea kipo".split(), "KR"),
    **dict.fromkeys("indian india".split(), "IN"),
    **dict.fromkeys("singapore ipos".split(), "SG"),
    **dict.fromkeys("hong".split(), "HK"),
    **dict.fromkeys("australian australia".split(), "AU"),
    **dict.fromkeys("zealand iponz".split(), "NZ"),
    **dict.fromkeys("canadian canada cipo tma".split(), "CA"),
    **dict.fromkeys("mexican mexico impi".split(), "MX"),
    **dict.fromkeys("brazilian brazil".split(), "BR"),
}
CAPITALS = frozenset("eu us uk ir irs sn tm tms eutm ctm".split())
"""What is another word, or none, in small letters."""
OF_MARKS = frozenset(
    "eutm eutms eutma ctm ctms ctma ir irs sn s/n uktm tma trademark trademarks trade-mark trade-marks mark"
    " marks tm tms".split()
)
KINDS: dict[str, Literal["registration", "application"]] = {
    **dict.fromkeys(("registration registrations reg regs regn regd rn".split()), "registration"),
    **dict.fromkeys(
        "application applications app apps appl appln appn serial ser sn s/n filing eutma ctma".split(),
        "application",
    ),
}
SIGNS = frozenset("no nos number numbers nr # № n° nº no.s num".split())
FILLERS = frozenset(
    "trade union united kong new federal principal register registered national word figurative"
    " device collective certification service earlier prior contested opposed 3d shape colour"
    " under with the a an as of its for in by designating covering having bearing and or".split()
)
OTHERS = frozenset(
    "patent patents company vat charity design designs copyright domain vehicle tax business land"
    " aircraft plant variety utility gi case".split()
)
COUNTED = re.compile(
    rf"{SPACE}(?:new|trade|mark|application|registration|filing|class|file|compan|people|item|good)"
)
SERIES = frozenset(str(series) for series in (*range(70, 80), *range(85, 100)))
"""First digits of US trademark applications (TMEP 401.02); others number patents."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Label:
    """What the words before a number say of it."""

    kind: Literal["registration", "application"]
    office: str | None


def find_mark_numbers(text: str) -> Iterator[Spot]:
    """Kinds ``registration`` and ``application``: each number of a row by itself."""
    last, label = -1, None
    for found in NUMBER.finditer(text):
        if label is None or not joined(text, last, found.start()):
            label = _read_label(text, found)
        if label is None:
            continue
        start, last = found.start(), found.end()
        while text[start - 1 : start].isalpha():
            start -= 1
        number = digits(found[0]) + (found["letter"] or "")
        value = f"{label.office} {number}" if label.office else number
        yield Spot(start=start, end=last, kind=label.kind, value=value)


def _read_label(text: str, found: re.Match[str]) -> Label | None:
    if "/" in found[0] and found[0][:2] not in SERIES:
        return None
    kind: Literal["registration", "application"] | None = None
    offices: list[str] = []
    said = of_marks = False
    before = ""
    tokens = TOKEN.findall(text, max(0, found.start() - REACH), found.start())
    for printed in reversed(tokens[-MOST_WORDS:]):
        word = printed.lower().replace(".", "")
        if word in CAPITALS and printed[0].islower():
            break
        if word in SIGNS:
            said = True
        elif word in OFFICES or word in OF_MARKS or word in KINDS:
            if word in OFFICES:
                offices.append(OFFICES[word])
            of_marks = of_marks or word in OF_MARKS
            kind = kind or KINDS.get(word)
        elif not (word in FILLERS or (said and _is_name(printed))):
            before = word
            break
    if before in OTHERS or not (kind or of_marks or _is_st13(text, found)):
        return None
    if not said and (len(digits(found[0])) < 6 or COUNTED.match(text, found.end())):
        return None
    office = "IR" if "IR" in offices else offices[0] if offices else None
    return Label(kind=kind or "registration", office=office)


def _is_name(printed: str) -> bool:
    """Of a mark, between the words and the number: in quotes or capitals."""
    return printed[0] in "‘“'\"«" or (len(printed) > 1 and printed.isupper())


def _is_st13(text: str, found: re.Match[str]) -> bool:
    """As WIPO ST.13 writes it for the UK."""
    return found[0].startswith("00") and text.endswith("UK", 0, found.start())
