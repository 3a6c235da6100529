"""Classes of the Nice Classification, 1 to 45: kind ``nice-class``, normal form ``Class 9``.

A list gives one mention a class, at its own number. Of a range ("classes 1 to 34") both ends have
their own number, and the dash or word between them stands for each class that it leaves out.
"""

import re
from collections.abc import Iterator

from mentions.printed_numbers import HYPHEN, SPACE
from mentions.spot import Spot

LABEL = re.compile(
    rf"(?:(?<![\w-])(?:[Cc]lass|CLASS)(?:[Ee][Ss])?|\b[Ii]nt(?:ernational|[’']l|\.){SPACE}Cls?\.)"
    rf"(?:{SPACE}|{HYPHEN}|:{SPACE}?)\(?(?:[Nn]os?\.?{SPACE}|[Nn]umbers?{SPACE})?(?=[0-9])"
)
ITEM = re.compile(
    r"0{0,2}(?P<number>[1-9][0-9]?)(?![\w%/£$€]|[.,][0-9]{3}(?![0-9])|\.[0-9]|[’'-][a-z])"
)
JOINT = re.compile(
    rf"(?:{SPACE}?\([^()\n]{{1,120}}\))?(?:{SPACE}?[,;]{SPACE}?(?:(?:and|or){SPACE})?"
    rf"|{SPACE}(?:and(?:/or)?|or|as well as|plus){SPACE}|{SPACE}?[&+/]{SPACE}?)(?:(?:also|in){SPACE})?"
    rf"|(?P<range>{SPACE}(?:to|through|thru){SPACE}|{SPACE}?{HYPHEN}{SPACE}?)"
)
SOMETHING_ELSE = re.compile(
    rf"{SPACE}(?:(?:felon|misdemean|railroad|rail\b|truck|device|milk|drug|licen[cs]e|medical|teacher"
    rf"|student|pupil|laser|hurricane|rapids|recall|vehicle|airspace|bird|biological|offen[cs]e|substance"
    rf"|gaming|permit|infraction|driver|motor|lever|storm|wine|hazard|fire|roof|insulation)"
    rf"|[A-Z]?[a-z-]*{SPACE}?(?:[Dd]evice|felony|misdemeanou?r)s?\b)"
)
COUNTED = re.compile(
    rf"{SPACE}?(?:%|per{SPACE}?cent|(?:million|billion|thousand|hundred|(?:working{SPACE})?days?|weeks?|months?|years?"
    rf"|hours?|minutes?|others?|more|further|additional|marks?|oppositions?|applications?|registrations?|countries"
    rf"|companies|people|states|defendants|cases|items|times|a\.m|p\.m|am|pm|(?:January|February|March|April|May"
    rf"|June|July|August|September|October|November|December|Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sept?|Oct|Nov|Dec))\b)"
)
LAST = 45


def find_nice_classes(text: str) -> Iterator[Spot]:
    """Kind ``nice-class``."""
    for label in LABEL.finditer(text):
        item = ITEM.match(text, label.end())
        if item is None or int(item["number"]) > LAST:
            continue
        if SOMETHING_ELSE.match(text, item.end()):
            continue
        yield _spot(item.start(), item.end(), int(item["number"]))
        while joint := JOINT.match(text, item.end()):
            before, item = item, ITEM.match(text, joint.end())  # type: ignore[assignment]
            if item is None or int(item["number"]) > LAST or COUNTED.match(text, item.end()):
                break
            if joint["range"]:
                pass
            yield _spot(item.start(), item.end(), int(item["number"]))


def _spot(start: int, end: int, number: int) -> Spot:
    return Spot(start=start, end=end, kind="nice-class", value=f"Class {number}")
