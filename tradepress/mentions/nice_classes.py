"""Finds classes of the Nice Classification, 1 to 45: kind ``nice-class``, normal form ``Class 9``.

A list gives one mention a class, each at its own number; a range ("classes 1 to 34") one a class
too, each at the whole of the range.
"""

import re
from collections.abc import Iterator

from tradepress.mentions.printed_numbers import HYPHEN, SPACE
from tradepress.mentions.spot import Spot

FOLLOWED = rf"(?:{SPACE}|{HYPHEN}|:{SPACE}?)\(?(?:[Nn]os?\.?{SPACE}|[Nn]umbers?{SPACE})?(?=[0-9])"
LABELS = {
    "lass": re.compile(rf"lass(?<=[Cc]lass)(?<![\w-][Cc]lass)(?:es)?{FOLLOWED}"),
    "CLASS": re.compile(rf"CLASS(?<![\w-]CLASS)(?:ES)?{FOLLOWED}"),
    "Cl": re.compile(
        rf"Cls?\.(?<=nt\.{SPACE}Cl\.|t\.{SPACE}Cls\.|t[’']l{SPACE}Cl\.|[’']l{SPACE}Cls\.){FOLLOWED}"
    ),
}
"""Maps a literal, for which a text is searched first, to the pattern of labels that hold it."""
ITEM = re.compile(
    r"0{0,2}(?P<number>[1-9][0-9]?)(?![\w%£$€]|[.,][0-9]{3}(?![0-9])|\.[0-9]|[’'-][a-z])"
)
ASIDE = rf"(?:{SPACE}?\([^()\n]{{1,120}}\))?"
JOINT = re.compile(
    rf"{ASIDE}(?:(?:{SPACE}?,{SPACE}?|;{SPACE})(?:(?:and|or){SPACE})?"
    rf"|{SPACE}(?:and(?:/or)?|or|as well as|plus){SPACE}|{SPACE}?[&+/]{SPACE}?)"
    rf"(?:(?:also|in){SPACE})?"
)
RANGE = re.compile(rf"{SPACE}(?:to|through|thru){SPACE}|{SPACE}?{HYPHEN}{SPACE}?")
OF_SOMETHING_ELSE = re.compile(
    r"(?:\b(?i:first|second|third|fourth|business|economy|middle|working|upper|lower|world|master|evening|school"
    rf"|primary|social|drug|felony|asset|ship|evidence|risk|hazard|rating|sports?)|[A-Z]){SPACE}$"
)
SOMETHING_ELSE = re.compile(
    rf"{SPACE}(?:(?:felon|misdemean|rail|truck|(?:medical{SPACE})?device|milk|drug|licen[cs]e|teacher|student|pupil"
    r"|model|laser|hurricane|rapids|recall|vehicle|airspace|bird|biological|offen[cs]e|substance|gaming|permit|infraction"
    r"|driver|motor|storm|wine|hazard|fire|roof|seat|passenger|contribution|share|stock|e-?bike|bike|road|boat|ship"
    r"|lorr|athlete|exam|disab|controlled|carcinogen|crime|locomotive|engine|power|wheelchair|hotel|restaurant"
    r"|national|estate|insur|memor|heavy|girl|boy|child|kid|result|textbook|syllabus|listed|building|area"
    r"|weapon|firearm|explosive|yacht|sail|rac(?:e|ing)|regatta|train|diesel|electric|tram|bus\b)|(?:car|van|kg|vs?|Bluetooth|E-Bikes?)\b)"
)
COUNTED = re.compile(
    rf"{SPACE}?(?:%|per{SPACE}?cent|(?:million|billion|thousand|hundred|(?:working{SPACE})?days?|weeks?|months?|years?"
    rf"|hours?|minutes?|others?|more|further|additional|marks?|oppositions?|applications?|registrations?|countries"
    rf"|companies|people|states|defendants|cases|items|times|a\.m|p\.m|am|pm|(?:January|February|March|April|May"
    rf"|June|July|August|September|October|November|December|Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sept?|Oct|Nov|Dec))\b)"
)
OF_GOODS = re.compile(
    r"\b(?i:goods|services?|products?|trade ?-?marks?|marks?|signs?|tm|eutms?|regist\w+|appli\w+"
    r"|specif\w+|nice|fil(?:ed|ing|ings|es)|oppos\w+|cancel\w+|refus\w+|examin\w+|class headings?"
    r"|classif\w+|cover(?:s|ed|ing)|international|int[’']l|designat\w+|[a-z]*ipo|uspto|non-use|revo(?:ked|cation))\b"
    rf"|\bClass(?:es)?{SPACE}[0-9]"
)
"""Matches words near a class of the Nice Classification; a ship or a locomotive has none."""
OF_MARKS = re.compile(
    r"[Tt]rade ?-?[Mm]ark|\b[Mm]arks?\b|\bNice\b|\b[A-Z]*IPO\b|USPTO|TTAB"
    r"|DPMA|INPI|BOIP|Intellectual Property"
    rf"|[Cc]lass(?:es)?{SPACE}[0-9]{{1,2}}:{SPACE}"
)
"""Matches what stands around a class with a capital; elsewhere there are e-bikes of Class 2."""
FAR = 2000
NEAR = 120
IN_A_CLASS = re.compile(rf"\b(?:in|into|to|for){SPACE}$")
ONE_OF_A_CLASS = re.compile(rf"\b[Aa]{SPACE}$")
BEHIND_ONE = re.compile(
    rf"{SPACE}(?:(?:and|or|/){SPACE}?[0-9]|(?:trade ?-?mark|mark|appl|regis|spec|fil|good"
    r"|serv|refus|oppos|claim|item|product|head|term|identif|objection|designation|search)[a-z]*\b)"
)
LAST = 45
REACH = 12


def find_nice_classes(text: str) -> Iterator[Spot]:
    """Yields spots of kind ``nice-class``."""
    for literal, pattern in LABELS.items():
        if literal not in text:
            continue
        for label in pattern.finditer(text):
            word = label.start() - (literal == "lass")
            if OF_SOMETHING_ELSE.search(text[max(0, word - REACH) : word]):
                continue
            found = list(_classes(text, label.end()))
            if len(found) > 1 or (found and _is_of_goods(text, word, found[0].end)):
                yield from found


def _is_of_goods(text: str, start: int, end: int) -> bool:
    """Tells whether a class that stands alone is one of goods or services: with a small letter only
    near such words or, with "in", where marks are spoken of; "a class 40" only of what has it."""
    if ONE_OF_A_CLASS.search(text, max(0, start - 3), start):
        return BEHIND_ONE.match(text, end) is not None
    return bool(
        (
            (text[start].isupper() or IN_A_CLASS.search(text, max(0, start - 6), start))
            and OF_MARKS.search(text, max(0, start - FAR), end + FAR)
        )
        or OF_GOODS.search(text, max(0, start - NEAR), start)
        or OF_GOODS.search(text, end, end + NEAR)
    )


def _classes(text: str, at: int) -> Iterator[Spot]:
    """Yields spots of the classes in the list that begins at ``at``."""
    is_first = True
    while first := _class(text, at):
        behind = SOMETHING_ELSE if is_first else COUNTED
        if behind.match(text, first.end()):
            return
        last = first
        if (to := RANGE.match(text, first.end())) and (other := _class(text, to.end())):
            last = other if int(other["number"]) > int(first["number"]) else first
        for number in range(int(first["number"]), int(last["number"]) + 1):
            yield Spot(
                start=first.start(), end=last.end(), kind="nice-class", value=f"Class {number}"
            )
        joint = JOINT.match(text, last.end())
        if joint is None:
            return
        is_first, at = False, joint.end()


def _class(text: str, at: int) -> re.Match[str] | None:
    found = ITEM.match(text, at)
    return found if found and int(found["number"]) <= LAST else None
