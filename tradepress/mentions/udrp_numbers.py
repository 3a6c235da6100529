"""Finds domain name disputes under the UDRP and what follows it: kind ``udrp``.

WIPO: ``D2017-1445``, with the country of a national policy ``DEU2020-0001`` (WIPO's case numbers).
Forum: ``FA`` and the number as printed, ``FA2206002000364``; a claim of the National Arbitration
Forum without its letters has them, ``FA1547828``. Czech Arbitration Court: ``CAC-UDRP-105123``.
Asian centre (ADNDRC): office and number, ``HK-1901234``.
"""

import re
from collections.abc import Iterator

from tradepress.mentions.printed_numbers import HYPHEN, NUMBER_WORD, SPACE, begins
from tradepress.mentions.spot import Spot

A_D = begins("D", r"\w/-")
AN_F = begins("F", r"\w/-")
WIPO = re.compile(
    rf"{A_D}(?P<country>[A-Z]{{2}})?{SPACE}?(?P<year>1999|20[0-9]{{2}}){SPACE}?{HYPHEN}{SPACE}?"
    rf"(?P<number>[0-9]{{4}})(?![\w/]|-[0-9])"
)
FORUM = re.compile(rf"{AN_F}A{SPACE}?(?P<number>[0-9]{{5,13}})(?![\w/]|[,.][0-9])")
CLAIM = re.compile(
    rf"(?:NAF|(?:National{SPACE}Arbitration|Nat\.{SPACE}?Arb\.|ADR){SPACE}Forum|FORUM|Forum)[,:]?{SPACE}"
    rf"(?:\(?(?:[Cc]laim|[Cc]ase|[Ff]ile){SPACE})?(?:{NUMBER_WORD}{SPACE}?)?(?P<number>[0-9]{{6,7}})"
    rf"(?![\w/]|[,.][0-9])"
)
CZECH = re.compile(
    rf"(?:CAC{HYPHEN}UDRP{HYPHEN}|CAC,?{SPACE}|(?:Czech{SPACE}Arbitration{SPACE}Court|CAC)[,:]?(?:{SPACE}in)?"
    rf"{SPACE}\(?(?:UDRP{SPACE})?(?:[Cc]ase{SPACE})?(?:{NUMBER_WORD}{SPACE}?)?(?:CAC{HYPHEN}UDRP{HYPHEN})?)"
    rf"(?P<number>1[0-9]{{5}})(?![\w/]|[,.][0-9])"
)
ASIAN = re.compile(rf"(?<![\w/-])(?P<office>HK|CN|KR|KL){HYPHEN}(?P<number>[0-9]{{7}})(?![\w/-])")

OF_DOMAINS = ("Forum", "FORUM", "NAF", "UDRP", "omain", "Arb")
"""Lists words of a text that speaks of domains: in it a short number of the Forum is one."""


def find_udrp_numbers(text: str) -> Iterator[Spot]:
    """Yields spots of kind ``udrp``."""
    for found in WIPO.finditer(text):
        value = f"D{found['country'] or ''}{found['year']}-{found['number']}"
        yield _spot(found.start(), found.end(), value)
    if "FA" in text:
        for found in FORUM.finditer(text):
            if len(found["number"]) < 13 and not any(word in text for word in OF_DOMAINS):
                continue
            yield _spot(found.start(), found.end(), f"FA{found['number']}")
    if "NAF" in text or "orum" in text or "FORUM" in text:
        for found in CLAIM.finditer(text):
            yield _spot(found.start("number"), found.end(), f"FA{found['number']}")
    if "CAC" in text or "Czech" in text:
        for found in CZECH.finditer(text):
            start = found.start() if "UDRP" in found[0][:9] else found.start("number")
            yield _spot(start, found.end(), f"CAC-UDRP-{found['number']}")
    if "ADNDRC" in text or "Asian Domain" in text:
        for found in ASIAN.finditer(text):
            yield _spot(found.start(), found.end(), f"{found['office']}-{found['number']}")


def _spot(start: int, end: int, value: str) -> Spot:
    return Spot(start=start, end=end, kind="udrp", value=value)
