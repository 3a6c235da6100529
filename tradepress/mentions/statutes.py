"""Finds provisions of statutes, treaties and codes, and these by themselves: kind ``statute``.

Normal form: of codes ``15 USC 1052(a)``, ``37 CFR 2.61(b)``, ``FRCP 12(b)(6)``; else the provision
and the name of its instrument, as ``statute_names`` has it: ``Section 2(d) Lanham Act``,
``Article 8(1)(b) EUTMR``, ``Article 6bis Paris Convention``. A provision without one has none, but
sections of the Lanham Act that no other has so (2(a) to 2(f), 43(a) …).

A provision with its instrument is one mention. Of several in a row each is one, and the instrument
belongs to the one beside it and names them all.
"""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from dataclasses import dataclass

from tradepress.mentions.printed_numbers import HYPHEN, JOINT, SPACE, joined
from tradepress.mentions.spot import Spot
from tradepress.mentions.statute_names import Instrument, find_instruments

PART = rf"{SPACE}?\((?:[0-9]{{1,2}}|[a-z]{{1,4}}|[A-Z]{{1,2}})\)"
ITEM = re.compile(
    rf"(?P<number>(?:[LRD]\.?{SPACE}?)?[0-9]{{1,4}}(?:\.[0-9]{{1,3}}(?![0-9]))?(?:(?<=[0-9]{{3}})-[0-9]{{1,3}}\b)?"
    rf"(?:{SPACE}?(?:bis|ter|quater|quinquies|septies)\b|[a-zA-Z]{{1,2}}\b)?)(?P<parts>(?:{PART}){{0,6}})"
    rf"(?:{SPACE}(?:Abs|para|Nr|Satz)\.?{SPACE}[0-9]{{1,2}}){{0,3}}"
    rf"(?!\w|[.,/][0-9]|{HYPHEN}[0-9]|{SPACE}(?:U\.?{SPACE}?S|C\.?{SPACE}?F)\.?|{SPACE}?%)"
)
PARTS = re.compile(
    rf"(?P<number>)(?P<parts>\((?:[0-9]{{1,2}}|[a-z]{{1,4}})\)(?:{PART}){{0,4}})(?!\w)"
)
SIGN = rf"(?:§{SPACE}?§|§|[Ss]ections?|[Ss]ecs?\.|[Rr]ules?|Part)"
TO_NUMBER = rf"\.?,?{SPACE}?(?P<sign>{SIGN})?{SPACE}?(?=[0-9])"
CODES = {
    "USC": re.compile(rf"U\.?{SPACE}?S\.?{SPACE}?C\b(?:\.?{SPACE}?A\b)?{TO_NUMBER}"),
    "CFR": re.compile(rf"C\.?{SPACE}?F\.?{SPACE}?R\b{TO_NUMBER}"),
}
TITLE = re.compile(rf"(?<![\w.,-])[0-9]{{1,2}}{SPACE}?$")
RULES = re.compile(
    rf"(?:Fed\.{SPACE}?R\.{SPACE}?|Federal{SPACE}Rules?{SPACE}of{SPACE})(?P<of>Civ|Evid|App)[a-z]*\.?"
    rf"(?:{SPACE}?P(?:rocedure|\.))?{SPACE}(?P<sign>{SIGN})?{SPACE}?(?=[0-9])"
)
RULES_OF = {"Civ": "FRCP", "Evid": "FRE", "App": "FRAP"}
LOOKS_LIKE_ONE = rf"(?=[0-9]{{1,3}}[A-Z]?{SPACE}?(?:\(|of{SPACE}the{SPACE}))"
WORDS = {
    "ection": ("Section", re.compile(rf"ections?{SPACE}(?=[0-9])")),
    "ECTION": ("Section", re.compile(rf"ECTIONS?{SPACE}(?=[0-9])")),
    "ec.": ("Section", re.compile(rf"ec\.{SPACE}?(?=[0-9])")),
    "s": ("Section", re.compile(rf"s(?<![\w’']s)s?\.?{SPACE}?{LOOKS_LIKE_ONE}")),
    "§": ("Section", re.compile(rf"§{SPACE}?(?:§{SPACE}?)?(?=[0-9])")),
    "rticle": ("Article", re.compile(rf"rticles?{SPACE}(?=[0-9LRD])")),
    "RTICLE": ("Article", re.compile(rf"RTICLES?{SPACE}(?=[0-9])")),
    "Art": ("Article", re.compile(rf"rts?\.?{SPACE}(?=[0-9LRD])")),
    "ule": ("Rule", re.compile(rf"ules?{SPACE}(?=[0-9])")),
}
"""Maps each word or sign for a provision to its pattern; but for the sign without its first
letter, which may be small: ``re`` is fast where it knows the first one. "s.5(2)" is whole."""
OF_SECTIONS = (" s.", "(s.", " ss.", "TMA")
"""Lists signs of which a text with "s." for "section" has one."""
TO_INSTRUMENT = re.compile(
    rf"(?:,?{SPACE}?(?:of|in|under|from){SPACE}(?:the{SPACE}|its{SPACE})?(?:(?:[A-Z][\w.]+(?:[’']s)?|[a-z]+ian){SPACE})?"
    rf"|{SPACE}\(?)"
)
FROM_INSTRUMENT = re.compile(rf"(?:[’']s)?,?{SPACE}\(?")
OF_SOMETHING_ELSE = re.compile(
    rf"{SPACE}(?:of|in){SPACE}(?:the|this|that|its|our|an?|his|their){SPACE}(?:[a-z]+{SPACE})?(?:report|guide|paper|"
    rf"contract|agreement|lease|deal|complaint|policy|book|map|magazine|store|park|stadium|survey|opinion|judgment|club|school)"
    rf"|{SPACE}(?:housing|seats?|tickets?)\b"
    rf"|,?{SPACE}(?:of|in){SPACE}(?:this|last|next|our|the){SPACE}(?:[a-z]+(?:[’']s)?{SPACE})?(?:issue|edition|newsletter)\b"
)
OF_THE_ACT = re.compile(
    rf"{SPACE}of{SPACE}the{SPACE}(?:(?:19|20)[0-9]{{2}}{SPACE})?(?:Act|Regulation|Directive|Convention|Law)\b"
)
MANUAL = re.compile(
    rf"(?:\b(?:at|row|seat)|T[BM][ME]P|MPEP|[Gg]uidelines?|[Pp]olicy|McCarthy|[Cc]ontract)[,:]?{SPACE}$"
)
LEGAL = re.compile(
    rf"(?:\b(?:under|violat\w+|breach{SPACE}of|contrary{SPACE}to|invok\w+|citing|pursuant{SPACE}to|virtue{SPACE}of"
    rf"|meaning{SPACE}of|accordance{SPACE}with|proviso{SPACE}to|terms{SPACE}of|purposes{SPACE}of|requirements{SPACE}of"
    rf"|[Tt]rademark|infring\w+)){SPACE}$"
)
BEGINNING = re.compile(rf"(?:^|[.!?:;“\"\n]{SPACE}?)$")
LANHAM = re.compile(r"2\([a-f]\)|43\([a-d]\)|44\([de]\)|66\(a\)|1\([ab]\)")
OF_ANOTHER = re.compile(rf"{SPACE}(?:of|in){SPACE}(?:the|that|this|its){SPACE}")
A_YEAR = re.compile("19[0-9]{2}|20[0-9]{2}")
"""Matches a number that nothing says to be an article's: in German "gewisse Art. 1988 wurde"."""
REACH = 40


@dataclass(frozen=True, kw_only=True, slots=True)
class Provision:
    """Is one provision, with the word or code before it where that belongs to it."""

    start: int
    end: int
    of: str
    """Is ``Section``, ``Article``, ``Rule``, or a code: ``15 USC``."""
    number: str
    has_parts: bool


def find_statutes(text: str) -> Iterator[Spot]:
    """Yields spots of kind ``statute``: provisions, and instruments without one."""
    codes = sorted((one for row in _of_codes(text) for one in row), key=lambda one: one.start)
    for one in codes:
        yield _spot(one.start, one.end, f"{one.of} {one.number}")
    instruments = find_instruments(text)
    free = {one.start: one for one in instruments if one.alone}
    taken = [one.start for one in codes]
    rows = []
    for row in _rows(text):
        at = bisect_right(taken, row[0].start) - 1
        if at < 0 or codes[at].end <= row[0].start:
            rows.append(row)
    owner: Instrument | None = None
    behind: Provision | None = None
    for row in reversed(rows):
        first, last = row[0], row[-1]
        start, end = first.start, last.end
        if after := _after(text, end, instruments):
            owner, end = after, after.end
        elif (before := _before(text, start, instruments)) and not OF_ANOTHER.match(text, end):
            owner, start = before, before.start
        elif behind is None or behind.of != first.of or not joined(text, end, behind.start):
            owner = None
        behind = first
        if owner is not None:
            free.pop(owner.start, None)
        elif not _is_surely_one(text, first):
            continue
        for one in row:
            yield _spot(
                start if one is first else one.start,
                end if one is last else one.end,
                f"{one.of} {one.number} {_name(one, owner)}".rstrip(),
            )
    for instrument in free.values():
        yield _spot(instrument.start, instrument.end, instrument.name)


def _spot(start: int, end: int, value: str) -> Spot:
    return Spot(start=start, end=end, kind="statute", value=value)


def _name(one: Provision, owner: Instrument | None) -> str:
    if owner is not None:
        return owner.name
    return "Lanham Act" if one.of == "Section" and LANHAM.match(one.number) else ""


def _after(text: str, end: int, instruments: list[Instrument]) -> Instrument | None:
    at = bisect_left(instruments, end, key=lambda one: one.start)
    is_linked = at < len(instruments) and TO_INSTRUMENT.fullmatch(text, end, instruments[at].start)
    return instruments[at] if is_linked else None


def _before(text: str, start: int, instruments: list[Instrument]) -> Instrument | None:
    at = bisect_right(instruments, start, key=lambda one: one.end) - 1
    is_linked = at >= 0 and FROM_INSTRUMENT.fullmatch(text, instruments[at].end, start)
    return instruments[at] if is_linked else None


def _is_surely_one(text: str, first: Provision) -> bool:
    """Tells whether a provision whose instrument isn't named is one of a statute."""
    before = text[max(0, first.start - REACH) : first.start]
    if OF_SOMETHING_ELSE.match(text, first.end) or MANUAL.search(before):
        return False
    if A_YEAR.fullmatch(first.number):
        return OF_THE_ACT.match(text, first.end) is not None
    if first.has_parts or text[first.start] == "§" or OF_THE_ACT.match(text, first.end):
        return True
    if first.of == "Rule":
        return "." in first.number
    return LEGAL.search(before) is not None or (
        text[first.start].isupper() and BEGINNING.search(before) is None
    )


def _rows(text: str) -> Iterator[list[Provision]]:
    """Yields rows of provisions, in the order of the text."""
    words = [
        (found.start() - (text[found.start()] not in "§s"), found, word)
        for literal, (word, pattern) in WORDS.items()
        if (any(sign in text for sign in OF_SECTIONS) if literal == "s" else literal in text)
        for found in pattern.finditer(text)
    ]
    for start, found, word in sorted(words, key=lambda one: one[0]):
        if text[start : start + 1] in ("§", word[0], word[0].lower()) and not (
            text[start - 1 : start].isalnum() and start
        ):
            several = "§§" in found[0] or found[0].rstrip(" .").lower().endswith("s")
            if row := list(_row(text, start, found.end(), word, several=several)):
                yield row


def _of_codes(text: str) -> Iterator[list[Provision]]:
    for code, pattern in CODES.items():
        for found in pattern.finditer(text):
            before = text[max(0, found.start() - 5) : found.start()]
            if title := TITLE.search(before):
                sign = found["sign"] or ""
                several = sign.count("§") > 1 or sign.endswith("s")
                start = found.start() - len(title[0])
                of = f"{title[0].strip()} {code}"
                yield list(_row(text, start, found.end(), of, several=several))
    if "Fed" in text:
        for found in RULES.finditer(text):
            yield list(_row(text, found.start(), found.end(), RULES_OF[found["of"]], several=False))


def _row(text: str, start: int, at: int, of: str, *, several: bool) -> Iterator[Provision]:
    """Yields the provision at ``at`` and those joined to it; without ``several`` only sure ones."""
    item, number = ITEM.match(text, at), ""
    while item:
        parts = "".join(item["parts"].split())
        number = ("".join(item["number"].split()) or _base(number, parts)) + parts
        yield Provision(start=start, end=item.end(), of=of, number=number, has_parts=bool(parts))
        joint = JOINT.match(text, item.end())
        if joint is None:
            return
        start = joint.end()
        item = ITEM.match(text, start) or PARTS.match(text, start)
        if item and not (several or item["parts"]):
            return


def _base(number: str, parts: str) -> str:
    """Returns what a further part hangs on: for 3(1)(b), "(c)" is 3(1)(c) and "(2)" is 3(2)."""
    found = re.search(r"\([0-9]+\)" if parts[1].isdigit() else r"\([a-z]+\)", number)
    return number[: found.start()] if found else number
