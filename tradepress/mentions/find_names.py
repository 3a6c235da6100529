"""Finds courts, IP offices and law firms in a text: known ones, those of a place, and unknown firms
by the words around them."""

import re
from collections.abc import Iterator

from tradepress.mentions.courts import court_names
from tradepress.mentions.firm_phrases import firms_by_phrase, is_firm_here
from tradepress.mentions.known_names import LEGAL_FORM, FoundName, find_known, plain_spelling
from tradepress.mentions.local_courts import local_courts
from tradepress.mentions.offices import office_names
from tradepress.mentions.spot import Spot, beside, longest
from tradepress.mentions.unnamed_places import bare_courts, bare_offices
from tradepress.mentions.us_courts import BANKRUPTCY_COURT, CIRCUIT_COURT, DISTRICT_COURT

BEFORE_US_COURT = re.compile(
    r"(?:(?<!\w)(?:US|U\.S\.|United States|[Ff]ederal) )?(?:"
    r"(?:[Ff]ederal )?(?:[Dd]istrict|(?P<bankruptcy>[Bb]ankruptcy)|[Ff]ederal) [Cc]ourt"
    r"(?:,| for| of| in| at)?(?: the)? "
    r"|(?:[Ff]ederal )?(?:[Cc]ircuit )?[Cc]ourts? of [Aa]ppeals?(?:,| for| of| in)?(?: the)? )$"
    r"|\b(?:US|U\.S\.|United States) $"
)
BEHIND_US_COURT = re.compile(
    r"(?: (?:US|U\.S\.))? (?:[Cc]ourts? of [Aa]ppeals?|[Dd]istrict [Cc]ourt)"
)
PROSECUTOR = re.compile(r"[Aa]ttorney(?:'s [Oo]ffice)? (?:for|in|of) (?:the )?$")
OF_A_RACE = re.compile(
    r" of (?:the|a|this) (?:track|race\w*|course|tour|rally|lap|park|island|gym)\b"
)
"""Matches what stands behind a circuit that no court is named after."""
ONE_OF_ITS_KIND = re.compile(r"\b[Aa]n? $")
IN_A_NUMBER = re.compile(r"[0-9]-$")
SHORT_DISTRICT = re.compile(r"D(?:\.(?:[A-Z]\.){2}|DC)")
OF_LAW = re.compile(
    r"[Cc]ourt|\bv\. |Judge|Cir\.|[Ss]uit\b|\bsu(?:ed|es)\b"
    r"|[Cc]omplaint|[Dd](?:oc)?ket|\bNo\.|[-:]cv-"
)
"""Matches what stands around a court that is named by three letters: D.R.I. is a robot, too."""
FAR = 2000
LONGEST_BEFORE = 60
LAST_BEFORE = (
    *("US ", "U.S. ", "States ", "for ", "of ", "in ", "at ", "the ", ", ", "ourt ", "Appeals "),
    "ppeal ",
)


def find_names(text: str) -> Iterator[Spot]:
    """Yields spots of the kinds court, office and firm; within a kind none lies over another."""
    plain = plain_spelling(text)
    all_known, signs = find_known(plain)
    known = [_spot(plain, found) for found in all_known if _is_meant(plain, found)]
    courts = [spot for spot in known if spot.kind == "court"]
    courts = longest([*courts, *local_courts(plain)])
    courts = longest([*courts, *bare_courts(plain, courts)])
    offices = [spot for spot in known if spot.kind == "office"]
    offices += bare_offices(plain)
    firms = longest(spot for spot in known if spot.kind == "firm")
    yield from courts
    yield from longest(offices)
    yield from longest([*firms, *beside(firms_by_phrase(plain, signs), firms)])


def _is_meant(text: str, found: FoundName) -> bool:
    """Tells whether a known name is meant here, and not something else of the same name."""
    form = found.name.form
    if found.name.kind == "firm":
        return is_firm_here(text, found)
    if text[max(0, found.start - 2) : found.start] == "] ":
        return False  # Of a neutral citation: [2016] EWCA Civ 41.
    if IN_A_NUMBER.search(text, max(0, found.start - 2), found.start):
        return False  # A judge's initials: 1:22-cv-04417-JPO.
    if found.name.value.startswith(CIRCUIT_COURT) and OF_A_RACE.match(text, found.end):
        return False
    if text[found.end : found.end + 1] in ("?", "!") and ONE_OF_ITS_KIND.search(
        text, max(0, found.start - 4), found.start
    ):
        return False
    if SHORT_DISTRICT.fullmatch(form) and not OF_LAW.search(
        text, max(0, found.start - FAR), found.end + FAR
    ):
        return False
    if form == "IPEC" and "Enforcement Coordinator" in text:
        return False
    if found.name.value.startswith(DISTRICT_COURT) and PROSECUTOR.search(
        text[max(0, found.start - LONGEST_BEFORE) : found.start]
    ):
        return False
    names = court_names() if found.name.kind == "court" else office_names()
    words = names.cautious.get(form)
    if words is not None:
        return any(word in text for word in words)
    return form not in ("INPI", "IPO")


def _of_its_place(printed: str) -> int:
    """Returns the length of "China's " before a name; of "EU's General Court" it is a part."""
    place, genitive, rest = printed.partition("'s ")
    return len(place) + 3 if genitive and rest[0].isupper() and place != "EU" else 0


def _spot(text: str, found: FoundName) -> Spot:
    start, end, value = found.start, found.end, found.name.value
    if found.name.kind == "firm":
        legal_form = LEGAL_FORM.match(text, end)
        end = legal_form.end() if legal_form else end
    elif value.startswith((DISTRICT_COURT, CIRCUIT_COURT)):
        ahead = text[max(0, start - LONGEST_BEFORE) : start]
        before = BEFORE_US_COURT.search(ahead) if ahead.endswith(LAST_BEFORE) else None
        if before:
            start -= len(before[0])
            if before["bankruptcy"]:
                value = value.replace(DISTRICT_COURT, BANKRUPTCY_COURT)
        behind = BEHIND_US_COURT.match(text, end)
        end = behind.end() if behind else end
    else:
        start += _of_its_place(text[start:end])
    return Spot(start=start, end=end, kind=found.name.kind, value=value)
