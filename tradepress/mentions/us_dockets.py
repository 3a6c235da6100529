"""Finds numbers of US courts: of district ones (``us-docket``), of those above (``us-appeal``).

A district court's number is office, year, type and sequence, as CM/ECF writes it
(``1:15-cv-03784``). Normal form: year in two digits, type in small letters, sequence in five; the
office only where it is printed; without the judge's initials. ``15 Civ. 3784``, ``CV-15-3784`` and
the press's bare ``No. 15-03784`` are ``15-cv-03784``.

A court of appeals and the Supreme Court number by year and sequence alone: ``No. 2016-1308``
(Federal Circuit) is ``2016-1308``, ``No. 22 – 148`` is ``22-148``. Five digits with a leading zero
are a district court's.
"""

import re
from collections.abc import Iterator

from tradepress.mentions.printed_numbers import HYPHEN, NUMBER_WORD, SPACE, begins, joined
from tradepress.mentions.spot import Spot

DIGIT = begins("[0-9]", r"\w/:$£€")
TYPES = r"cv|CV|Cv|[Cc]iv\b\.?|CIV\b|cr|CR|[Cc]r\.|mc|MC|md|MD|ml|ML"
JUDGES = rf"{SPACE}(?:\([A-Z]{{2,3}}\)|[A-Z]{{2,4}}-[A-Z]{{2,4}}\b)"
"""Matches the letters of judges behind a docket, in brackets or as two with a hyphen."""
TYPED = re.compile(
    rf"(?P<year>{DIGIT}(?::(?:19|20)?[0-9]{{2}}|[0-9](?:[0-9]{{2}})?))(?:{HYPHEN}|{SPACE})?"
    rf"(?P<type>{TYPES})(?:{HYPHEN}|{SPACE})?(?P<number>[0-9]{{1,6}})"
    rf"(?:{HYPHEN}[A-Z][A-Za-z]{{1,4}}\b)*(?:{JUDGES})?(?![\w/])"
)
BY_C = (
    (" C ", re.compile(rf"(?P<year>{DIGIT}[0-9]){SPACE}C{SPACE}(?P<number>[0-9]{{3,5}})(?![\w/])")),
    (
        "C",
        re.compile(
            rf"C(?<!\wC)(?P<year>[0-9]{{2}}){HYPHEN}(?P<number>[0-9]{{4,5}})"
            rf"(?:{HYPHEN}?[A-Z]{{2,3}})?(?!\w)"
        ),
    ),
)
"""Matches "C" for "civil", as in Illinois and on the Pacific; behind "number" alone."""
BEFORE_C = re.compile(rf"(?:{NUMBER_WORD}|\b[Cc]ases?){SPACE}?$")
SIGNS = ("cv", "CV", "Cv", "Civ", "CIV", "civ.", "cr-", "CR-", "mc-", "MC-", "md-", "ml-")
"""Lists signs of which each number with a type has one."""

YEAR_AND_NUMBER = re.compile(
    rf"(?P<year>{DIGIT}(?:[0-9]|(?<=1)9[0-9]{{2}}|(?<=2)0[0-9]{{2}})){SPACE}?{HYPHEN}{SPACE}?(?P<number>[0-9]{{1,5}})"
    rf"(?:{HYPHEN}?(?:cv|CV|[A-Z]{{1,4}})\b)*(?![\w/%]|[.,][0-9]|{HYPHEN}[0-9])"
)
REACH = 70
LABEL_REACH = 32
"""Limits the characters before a number in which its label stands, of those that are looked at."""
PREFIX = re.compile(rf"\b(?:CV|CIV){HYPHEN}$")
DISTRICT = re.compile(
    rf"(?:\bCivil(?:{SPACE}Action)?(?:{SPACE}Case)?|\bCiv\.?(?:{SPACE}(?:A\.|Action))?|\bC\.{SPACE}?A\."
    rf"|\b(?:CV|CIV|Cv)|(?:{NUMBER_WORD}{SPACE}?|[Cc]ase{SPACE})C)(?:,|:)?{SPACE}?(?:{NUMBER_WORD})?{SPACE}?"
    rf"{HYPHEN}?$"
)
DISTRICT_BEHIND = re.compile(
    rf"(?:{SPACE}?(?:\([A-Z/]{{2,9}}\)|[A-Z]{{2,4}}\b|,)){{0,3}}{SPACE}?\((?:[NSEWMC]\.{SPACE}?)*D\.{SPACE}?[A-Z]"
)
LEADS = frozenset(["In", "See", "Compare", "Cf", "And", "But", "From", "Also", "Under", "To"])
"""Lists words with a capital before "No." that begin a sentence or a citation."""
IN_BRACKETS = re.compile(r"(?:\bCir(?:\.|cuit)|\bCAFC)[^\n()]{0,60}\($")
"""Matches what stands before a number that is alone in brackets behind the name of such a court."""
CIRCUIT_BEHIND = re.compile(rf",?{SPACE}?\((?:Fed\.|[0-9D]\w*\.?){SPACE}Cir")
NUMBERED = re.compile(
    rf"(?<!\w)(?:(?P<label>(?:[Aa]ppeals?|[Cc]ases?|[Dd]ockets?|[Cc]ause|[Pp]etitions?){SPACE}(?:in{SPACE})?)"
    rf"(?:{NUMBER_WORD}{SPACE}?)?|{NUMBER_WORD}{SPACE}?)$"
)
LAST_WORD = re.compile(r"[\w’'.]*(?=[,;:()\[–—-]*\s?$)")
OTHER_NUMBERS = re.compile(
    r"(?:L|Rep|Rept|Doc|Reg|Ser|Stat|Inv|Opp|Canc|Pat|Res|Bull|Rel|Dkt|vol|Vol|p|pp|ch|art|Art)\.|"
    r"(?i:law|report|order|release|bulletin|decree|rule|act|bill|patent|notice|circular|"
    r"resolution|directive|regulation|registration|application|opposition|cancell?ation|"
    r"volume|issue|chapter|page|item|flight|model|room|serial|form|invoice|ticket|phone|fax|"
    r"advisory|suite|apartment|house|gate|seat|locker|article|batch|memo|standard|licen[cs]e|permit|"
    r"contract|agreement|tender|project|policy|study|paper|grant|account|figure|table|exhibit|document|publication|invention|bus|route|lot|part|product)s?"
)
BEHIND_A_CASE = re.compile(rf"\bv\.{SPACE}[A-Z][^;:\n]{{1,50}},{SPACE}$")
OF_A_CASE = re.compile(r"\bv\.?\s|\bvs\.?\s|[Cc]ourt|\bCir\.|[Cc]ircuit|[Ii]n re\b|cert")


def find_us_dockets(text: str) -> Iterator[Spot]:
    """Yields spots of kinds ``us-docket`` and ``us-appeal``."""
    if any(sign in text for sign in SIGNS):
        for found in TYPED.finditer(text):
            office, colon, year = found["year"].rpartition(":")
            kind = found["type"][:2].lower().replace("ci", "cv")
            value = f"{office}{colon}{year[-2:]}-{kind}-{found['number'].zfill(5)}"
            yield Spot(start=found.start(), end=found.end(), kind="us-docket", value=value)
    for literal, pattern in BY_C:
        for found in pattern.finditer(text) if literal in text else ():
            if BEFORE_C.search(text[max(0, found.start() - REACH) : found.start()]):
                value = f"{found['year']}-cv-{found['number'].zfill(5)}"
                yield Spot(start=found.start(), end=found.end(), kind="us-docket", value=value)
    last, district = -1, False
    for found in YEAR_AND_NUMBER.finditer(text):
        if last < 0 or not joined(text, last, found.start()):
            whose = _is_district(text, found)
            if whose is None:
                continue
            district = whose
        year, number = found["year"], found["number"]
        start, end = found.start(), found.end()
        last = end
        if district:
            prefix = PREFIX.search(text[max(0, start - 4) : start])
            start -= len(prefix[0]) if prefix else 0
            value = f"{year[-2:]}-cv-{number.zfill(5)}"
            yield Spot(start=start, end=end, kind="us-docket", value=value)
        else:
            yield Spot(start=start, end=end, kind="us-appeal", value=f"{year}-{number}")


def _is_of_another(ahead: str, before: str) -> bool:
    """Tells whether "No." belongs to the word before it, and that names no case."""
    found = LAST_WORD.search(ahead)
    word = found[0] if found else ""
    if OTHER_NUMBERS.fullmatch(word):
        return not BEHIND_A_CASE.search(f"{ahead} ")
    is_its_own = not ahead or not ahead[-1].isalnum() or word.islower() or word in LEADS
    return not (is_its_own or OF_A_CASE.search(before))


def _is_district(text: str, found: re.Match[str]) -> bool | None:
    """Is a number of a case of a district court (True), of one above (False), or none?"""
    before = text[max(0, found.start() - REACH) : found.start()]
    if DISTRICT.search(before, len(before) - LABEL_REACH):
        return len(found["number"]) > 2 or None
    label = NUMBERED.search(before, len(before) - LABEL_REACH)
    circuit = CIRCUIT_BEHIND.match(text, found.end())
    if label is None:
        of_a_case = BEHIND_A_CASE.search(before) and len(found["number"]) > 2
        in_brackets = text[found.end() : found.end() + 1] == ")" and IN_BRACKETS.search(before)
        is_one = circuit or of_a_case or (in_brackets and len(found["number"]) > 2)
        return False if is_one else None
    if not label["label"] and _is_of_another(before[: label.start()].rstrip(), before):
        return None
    if DISTRICT_BEHIND.match(text, found.end()):
        return True
    if len(found["number"]) < 3 and not (label["label"] or circuit or OF_A_CASE.search(before)):
        return None
    return not circuit and len(found["number"]) == 5 and found["number"].startswith("0")
