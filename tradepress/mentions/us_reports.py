"""Finds US law reports (kind ``us-report``): volume, reporter, page, by eyecite's reporters-db.

Normal form: as eyecite corrects it, but USPQ as the field prints it: ``892 F.3d 1358``,
``107 USPQ2d 1750``, ``2021 WL 2035126``. eyecite is given only what looks like one, cut out: over a
whole text it takes fifty times as long, and it is loaded for nothing else.
"""

import re
from collections.abc import Iterator

from tradepress.mentions.printed_numbers import SPACE, begins
from tradepress.mentions.spot import Spot

VOLUME = begins("[0-9]", r"\w/$£€§-") + "[0-9]{0,3}"
PAGE = r"[0-9]{1,8}(?![\w/]|[.,][0-9]{3})"
D = "[23][dD]"
REPORTER = "|".join(
    (
        rf"F\.?{SPACE}?(?:2d|3d|4th)|F\.?R\.?D\.?|B\.R\.",
        rf"(?:F\.|Fed\.){SPACE}?(?:Supp\.?(?:{SPACE}?{D})?|App(?:x\.?|[’']x\.?))",
        rf"U\.?S\.?P\.?Q\.?(?:{SPACE}?{D})?(?:{SPACE}\(BNA\))?",
        rf"U\.{SPACE}?S\.|S\.?{SPACE}?Ct\.?|L\.{SPACE}?Ed\.(?:{SPACE}?{D})?",
        r"WL|[A-Z][\w.’' ]{0,24}LEXIS|C\.?C\.?P\.?A\.?",
        rf"[AP]\.{D}|So\.{SPACE}?{D}|[NS]\.?[EWY]\.?(?:{SPACE}?S\.?)?{SPACE}?{D}",
        rf"Cal\.{SPACE}?(?:App|Rptr)\.(?:{SPACE}?[2-5](?:th|d))?|Cal\.{SPACE}?[2-5](?:th|d)",
    )
)
CITATION = re.compile(rf"{VOLUME}{SPACE}(?:{REPORTER}){SPACE}?{PAGE}")
BNA = re.compile(r"U\.S\.P\.Q\.(?P<second> 2d)? \(BNA\)")


def find_us_reports(text: str) -> Iterator[Spot]:
    """Yields spots of kind ``us-report``."""
    found = list(CITATION.finditer(text))
    if not found:
        return
    from eyecite import get_citations
    from eyecite.models import FullCaseCitation

    for one in found:
        printed = re.sub(SPACE, " ", one[0])
        for citation in get_citations(printed):
            if isinstance(citation, FullCaseCitation):
                value: str = citation.corrected_citation()  # type: ignore[no-untyped-call]
                value = BNA.sub(lambda bna: "USPQ2d" if bna["second"] else "USPQ", value)
                yield Spot(start=one.start(), end=one.end(), kind="us-report", value=value)
                break
        else:
            if "TTAB LEXIS" in printed:  # not in reporters-db
                yield Spot(start=one.start(), end=one.end(), kind="us-report", value=printed)
