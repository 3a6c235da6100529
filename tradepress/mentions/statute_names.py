"""Finds names of statutes, treaties and codes: what a provision may belong to.

Normal form: the EU's instruments by the short names of the EUIPO, whether they are cited by name or
by number; the US Trademark Act as Lanham Act; others as printed, the year behind the name.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from tradepress.mentions.printed_numbers import SPACE, words
from tradepress.mentions.read_names import Pairs, Words, read_names

YEAR = rf"(?:,?{SPACE}(?:of{SPACE})?(?:1[89]|20)[0-9]{{2}}\b(?: \(Cth\))?)?"
BEHIND = {
    "Act": rf"(?!\.{SPACE}(?:19|20)[0-9]{{2}};)" + YEAR,  # The journal "Ment Health Phys Act"
    "Rule": YEAR,
    "Convention": r"(?: on(?: [A-Z]\w+){1,3})?",
    "Regulation": r"(?! (?:\(E|No|[0-9]))",
    "Directive": r"(?! (?:\(E|No|[0-9]))",
}
ENDINGS = {
    word: re.compile(rf"{word}{'' if word == 'Act' else 's?'}\b{BEHIND.get(word, '')}")
    for word in (
        *("Act", "Law", "Code", "Convention", "Protocol", "Treaty", "Agreement", "Ordinance"),
        *("Regulation", "Directive", "Rule"),
    )
}
"""Matches words with which a name in capitals may end; each is looked for by itself, as fast as
``re`` can."""
REACH = 90
BEFORE_THE_YEAR = re.compile(r",? (?:of )?(?=[0-9]{4}$)")
TITLE = re.compile(
    rf"(?<![\w’'.-])(?:(?:[A-Z][\w-]*|\([A-Z]\w+\)){SPACE}(?:(?:and|for|of|on){SPACE}(?=[A-Z]))?){{1,8}}$"
)
BEFORE_A_NAME = re.compile(
    rf"^.*\b(?:The|An?|This|That|Under|In|On|By|Of|And|With|If|When|While|Since|As|Says?|US|UK|India|Indian"
    rf"|Chinese|China|Japanese|Korean|German|French|Its|His|Their|Section|Article|Congress|Court"
    rf"|Federal(?={SPACE}(?:Lanham|Trade{SPACE}?[Mm]ark|Copyright|Patent))){SPACE}"
)
NO_NAME = words(
    """must to should will can cannot not class sister double balancing juggling opening main same
    said second third last may would could both they we who which new draft current old"""
)
STANDING_ALONE = re.compile(
    rf"(?:Paris|Berne|Vienna|Hague){SPACE}Convention$|(?:Madrid|Harare|Banjul){SPACE}Protocol$"
    rf"|(?:Singapore|Trade{SPACE}?[Mm]ark{SPACE}Law){SPACE}Treaty$"
    rf"|(?:Madrid|Nice|TRIP[Ss]|Lisbon|Locarno|Vienna|Bangui){SPACE}Agreement$"
    rf"|(?:EU|European{SPACE}Union|Community){SPACE}Trade{SPACE}?[Mm]arks?{SPACE}(?:Regulation|Directive)$"
    rf"|Trade{SPACE}?[Mm]arks?{SPACE}(?:Directive|(?:Amendment{SPACE})?R(?:ules|egulations)(?:,?{SPACE}[0-9]{{4}})?)$"
    rf"|(?:PRC{SPACE}Trade{SPACE}?[Mm]ark|(?:Anti-)?Unfair{SPACE}Competition|E-[Cc]ommerce){SPACE}Law$"
)
KNOWN_ACT = re.compile(rf"(?:Lanham(?:{SPACE}Trademark)?|Trade{SPACE}?[Mm]arks?){SPACE}$")
FOREIGN = re.compile(
    rf"(?:[A-Z][a-z]+(?:ese|ean|ian|ish|man|ss)|(?:Japan|Korea|Taiwan|Sweden|Germany|Israel)[’']s){SPACE}$"
)
SHORT = {
    "EUTM": re.compile(r"EUTM(?<!\wEUTM)[DI]?R\b"),
    "CTM": re.compile(r"CTM(?<!\wCTM)I?R\b"),
    "TMD": re.compile(r"TMD(?<!\wTMD)\b(?!-)"),
    "TMA": re.compile(r"TMA(?<!\wTMA)\b(?: 1994)?(?! ?[0-9,])"),
    "TRIP": re.compile(r"TRIP(?<!\wTRIP)(?<![A-Z] TRIP)[Ss]\b(?! Agreement)"),
    "TFEU": re.compile(r"TFEU(?<!\wTFEU)\b"),
    "MarkenG": re.compile(r"MarkenG(?<!\wMarkenG)\b"),
    "BCIP": re.compile(r"BCIP(?<!\wBCIP)\b"),
    "ACPA": re.compile(r"ACPA(?<!\wACPA)\b"),
    "UWG": re.compile(r"UWG(?<!\wUWG)\b"),
}
"""Maps the literal that short names begin with to their pattern."""
NUMBERED = tuple(
    re.compile(
        rf"{act}{SPACE}(?:\((?:EU|EC|EEC)\){SPACE})?(?:No\.?{SPACE})?"
        r"(?P<number>(?:19|20)?[0-9]{1,3}/[0-9]{2,4})\b(?:/E(?:U|C|EC)\b)?"
    )
    for act in ("Regulation", "Directive")
)
BEFORE_A_NUMBERED = re.compile(
    rf"(?:(?:Council|Commission){SPACE})?(?:(?:Delegated|Implementing|First{SPACE}Council){SPACE})?$"
)


@dataclass(frozen=True, kw_only=True, slots=True)
class StatuteNames:
    """Holds what names/statutes.toml says."""

    acts_of_one_word: Words
    by_number: Pairs
    one_name: Pairs


@cache
def statutes() -> StatuteNames:
    """Reads names/statutes.toml at first use."""
    return read_names("statutes", StatuteNames)


@dataclass(frozen=True, kw_only=True, slots=True)
class Instrument:
    """Is the name of an instrument, where it stands."""

    start: int
    end: int
    name: str
    """Is one name for all that the instrument is called."""
    alone: bool
    """Tells whether it is surely an instrument without a provision beside it."""


def find_instruments(text: str) -> list[Instrument]:
    """Returns the instruments of a text in their order; of two that overlap the longer."""
    found = sorted(
        (*_titles(text), *_short(text), *_numbered(text)), key=lambda one: (one.start, -one.end)
    )
    kept: list[Instrument] = []
    for one in found:
        if not kept or one.start >= kept[-1].end:
            kept.append(one)
    return kept


def _titles(text: str) -> Iterator[Instrument]:
    for word, ending in ENDINGS.items():
        for found in ending.finditer(text) if word in text else ():
            before = text[max(0, found.start() - REACH) : found.start()]
            title = (word == "Act" and KNOWN_ACT.search(before)) or TITLE.search(before)
            if title is None:
                continue
            first = BEFORE_A_NAME.sub("", title[0])
            if not first or first.split()[-1].lower() in NO_NAME or not first[0].isupper():
                continue
            standing = STANDING_ALONE.search(first + found[0])
            if standing:
                first = first[standing.start() :]
            name = BEFORE_THE_YEAR.sub(" ", " ".join((first + found[0]).split()))
            name = name.replace("Trade mark", "Trade Mark")
            yield Instrument(
                start=found.start() - len(first),
                end=found.end(),
                name=name if _is_foreign(before, first) else statutes().one_name.get(name, name),
                alone=standing is not None
                or (word == "Act" and (found[0] != "Act" or _is_of_an_act(first.split()))),
            )


def _is_foreign(before: str, first: str) -> bool:
    """Tells whether "Trademark Act" is another country's: the Japanese one, Korea's."""
    return FOREIGN.search(before.removesuffix(first)) is not None


def _is_of_an_act(names: list[str]) -> bool:
    """Tells whether the name of an act may be so short: "Sister Act" isn't one."""
    return len(names) > 1 or names[0].isupper() or names[0] in statutes().acts_of_one_word


def _short(text: str) -> Iterator[Instrument]:
    for literal, pattern in SHORT.items():
        for found in pattern.finditer(text) if literal in text else ():
            name = "TRIPS" if found[0] == "TRIPs" else found[0]
            yield Instrument(
                start=found.start(),
                end=found.end(),
                name=statutes().one_name.get(name, name),
                alone=name not in ("TMA", "TMD", "UWG"),
            )


def _numbered(text: str) -> Iterator[Instrument]:
    for pattern in NUMBERED:
        for found in pattern.finditer(text):
            before = BEFORE_A_NUMBERED.search(text[max(0, found.start() - REACH) : found.start()])
            number = found["number"]
            yield Instrument(
                start=found.start() - len(before[0] if before else ""),
                end=found.end(),
                name=statutes().by_number.get(number, f"{found[0].split()[0]} {number}"),
                alone=True,
            )
