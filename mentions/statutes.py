"""Provisions of statutes, treaties and codes: kind ``statute``.

Normal form: of codes ``15 USC 1052(a)``, ``37 CFR 2.61(b)``; of others the provision and the name of
the instrument: ``Section 2(d) Lanham Act``, ``Section 10(3) Trade Marks Act 1994``,
``Article 8(1)(b) EUTMR``, ``Article 6bis Paris Convention``. The EU's instruments have the short
names of the EUIPO whether they are cited by name or by number; the US Trademark Act is the Lanham
Act. Sections that stand alone are the Lanham Act's where they can hardly be another's (2(a) to
2(f), 43(a) …), else no mention: nobody says whose they are.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from mentions.printed_numbers import HYPHEN, SPACE, in_a_row, joined
from mentions.spot import Spot

PART = rf"{SPACE}?\((?:[0-9]{{1,2}}|[a-z]{{1,4}}|[A-Z]{{1,2}})\)"
ITEM = re.compile(
    rf"(?P<number>[0-9]{{1,4}}(?:\.[0-9]{{1,3}})?(?:{SPACE}?(?:bis|ter|quater|quinquies|septies)\b|[a-zA-Z]{{1,2}}\b)?)"
    rf"(?P<parts>(?:{PART}){{0,6}})(?!\w|[.,/][0-9]|{HYPHEN}[0-9]|{SPACE}(?:U\.?{SPACE}?S|C\.?{SPACE}?F)\.?|{SPACE}?%)"
)
CODE = re.compile(
    rf"(?<![\w.,-])(?P<title>[0-9]{{1,2}}){SPACE}?(?:(?P<usc>U\.?{SPACE}?S\.?{SPACE}?C\b(?:\.?{SPACE}?A\b)?)"
    rf"|C\.?{SPACE}?F\.?{SPACE}?R\b)\.?,?{SPACE}?(?P<plural>§{SPACE}?§|[Ss]ections)?(?:§|[Ss]ection|[Ss]ec\.)?{SPACE}?(?=[0-9])"
)
PROVISION = re.compile(
    rf"(?<![\w§])(?:(?P<section>[Ss]ections?{SPACE}|SECTIONS?{SPACE}|[Ss]ecs?\.{SPACE}?|§{{1,2}}{SPACE}?"
    rf"|ss?\.?{SPACE}?(?=[0-9]{{1,2}}\())"
    rf"|(?P<article>[Aa]rticles?{SPACE}|ARTICLES?{SPACE}|[Aa]rts?\.?{SPACE})|(?P<rule>[Rr]ules?{SPACE}))(?=[0-9])"
)
BY_NUMBER = {
    "2017/1001": "EUTMR",
    "2018/625": "EUTMDR",
    "2018/626": "EUTMIR",
    "207/2009": "CTMR",
    "40/94": "CTMR",
    "2868/95": "CTMIR",
    "2015/2436": "TMD",
    "6/2002": "CDR",
}
INSTRUMENT = (
    r"(?P<short>EUTM[RDI]{1,2}R?|CTM(?:IR|R)|TMD|CDR|TFEU|TEU|GDPR|TRIPS|TRIPs|UPCA|DSA|DSM Directive)\b"
    r"(?:\sAgreement)?"
    r"|(?P<eu>(?:EU|European\sUnion)\s[Tt]rade\s?[Mm]arks?\sRegulation)"
    r"|(?P<ctm>Community\s[Tt]rade\s?[Mm]arks?\sRegulation)"
    r"|(?P<tmd>(?:EU\s)?[Tt]rade\s?[Mm]arks?\sDirective)"
    r"|(?:(?:Council|Commission)\s)?(?:(?:Delegated|Implementing|First\sCouncil)\s)?"
    r"(?P<act>Regulation|Directive)\s(?:\((?:EU|EC|EEC)\)\s)?(?:No\.?\s)?(?P<eu_number>[0-9]{1,4}/[0-9]{1,4})(?:/E[CU]C?)?"
    r"|(?P<lanham>(?:(?:US|U\.S\.|federal)\s)?(?:Lanham(?:\s(?:\(?Trademark\)?|Trade-?mark))?\sAct|Trademark\sAct(?:\sof\s1946)?)"
    r"(?:\s\(Lanham\sAct\))?)(?!,?\s(?:of\s)?(?:1[0-8]|19[0-35-9]|20)[0-9])"
    r"|(?P<tma>(?:UK\s)?TMA(?:\s1994)?)\b"
    r"|(?P<paris>Paris\sConvention)"
    r"|(?P<named>(?:(?:[A-Z][\w’'-]*|and|of|on|for|in|the|to|against)\s){1,9}?"
    r"(?:Act|Law|Code|Convention|Agreement|Treaty|Protocol|Regulations?|Directive|Rules|Ordinance|Constitution)\b"
    r"(?:\s\((?:Cth|UK|EU)\))?(?P<year>,?\s(?:of\s)?(?:18|19|20)[0-9]{2}\b)?)"
)
AFTER = re.compile(
    rf"(?:,?{SPACE}(?:of|in|under|from){SPACE}(?:the{SPACE}|its{SPACE})?(?:UK(?:’s|'s)?{SPACE})?|,?{SPACE}?\(?)(?:{INSTRUMENT})"
)
BEFORE = re.compile(rf"(?:{INSTRUMENT})(?:[’']s)?[,:]?{SPACE}\(?$")
REACH = 90
NAMES = {
    "eu": "EUTMR",
    "ctm": "CTMR",
    "tmd": "TMD",
    "lanham": "Lanham Act",
    "tma": "Trade Marks Act 1994",
    "paris": "Paris Convention",
}
LANHAM = re.compile(r"2\([a-f]\)|43\([a-d]\)|44\([de]\)|66\(a\)|1\([ab]\)")


@dataclass(frozen=True, kw_only=True, slots=True)
class Provisions:
    """Some of one instrument, in a row."""

    start: int
    end: int
    word: str
    items: tuple[re.Match[str], ...]
    instrument: str | None


def find_statutes(text: str) -> Iterator[Spot]:
    """Kind ``statute``: each provision of a row by itself."""
    yield from _of_codes(text)
    rows = list(_rows(text))
    for at in range(len(rows) - 2, -1, -1):
        ours, theirs = rows[at], rows[at + 1]
        alike = ours.instrument is None and ours.word == theirs.word
        if alike and joined(text, ours.end, theirs.start):
            rows[at] = replace(ours, instrument=theirs.instrument)
    for row in rows:
        for item in row.items:
            number = re.sub(SPACE, "", item[0])
            instrument = row.instrument
            if instrument is None and row.word == "Section" and LANHAM.match(number):
                instrument = "Lanham Act"
            if instrument is not None:
                start = row.start if item is row.items[0] else item.start()
                value = f"{row.word} {number} {instrument}"
                yield Spot(start=start, end=item.end(), kind="statute", value=value)


def _of_codes(text: str) -> Iterator[Spot]:
    if "§" not in text and "C" not in text:
        return
    for found in CODE.finditer(text):
        first = ITEM.match(text, found.end())
        if first is None:
            continue
        code = "USC" if found["usc"] else "CFR"
        row = in_a_row(text, first, ITEM) if "§§" in found[0] or found["plural"] else iter((first,))
        for item in row:
            start = found.start() if item is first else item.start()
            value = f"{found['title']} {code} {re.sub(SPACE, '', item[0])}"
            yield Spot(start=start, end=item.end(), kind="statute", value=value)


def _rows(text: str) -> Iterator[Provisions]:
    at = 0
    while word := PROVISION.search(text, at):
        at = word.end()
        first = ITEM.match(text, at)
        if first is None:
            continue
        several = "§§" in word[0] or word[0].rstrip(" .").lower().endswith("s")
        items = []
        for item in in_a_row(text, first, ITEM):
            if not (item is first or several or item["parts"]):
                break
            items.append(item)
        at = items[-1].end()
        named = AFTER.match(text, at) or BEFORE.search(text[max(0, word.start() - REACH) : word.start()])
        yield Provisions(
            start=word.start(),
            end=at,
            word="Section" if word["section"] else "Article" if word["article"] else "Rule",
            items=tuple(items),
            instrument=_name(named) if named else None,
        )


def _name(found: re.Match[str]) -> str:
    """The one name of an instrument."""
    if found["eu_number"]:
        return BY_NUMBER.get(found["eu_number"], f"{found['act']} {found['eu_number']}")
    for group, name in NAMES.items():
        if found[group]:
            return name
    if found["short"]:
        return str(found["short"]).upper()
    return re.sub(r",?\s(?:of\s)?(?=[0-9]{4}$)", " ", str(found["named"])).removeprefix("the ")
