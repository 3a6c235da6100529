"""Finds neutral citations (kind ``uk-neutral``): of the UK, and of those who cite as it does.

Year, court, number and division, as the courts give them out (Practice Direction (Judgments: Form
and Citation) [2001] 1 WLR 194; for others AGLC 2.3, SAL and NZ Law Style Guides):
``[2025] EWCA Civ 5``, ``[2024] EWHC 88 (IPEC)``, ``[2013] FCA 65``, ``[2022] SGHC(I) 4``. Without
brackets for Canada (McGill Guide 3.2) and India's Supreme Court: ``2020 FC 123``, ``2023 INSC 12``;
with colons for India's High Courts: ``2023:DHC:1234``. Decisions of the UKIPO and of the Appointed
Person: ``O/123/20``, at least three digits. Series of law reports (``[2003] RPC 14``) are others'.
"""

import re
from collections.abc import Iterator
from itertools import chain

from tradepress.mentions.printed_numbers import HYPHEN, SPACE, begins, words
from tradepress.mentions.spot import Spot

AN_O = begins("O", r"\w/-")
COURTS = words(
    """EWCA EWHC EWPCC EWFC EWCOP EWCC UKSC UKPC UKHL UKUT UKFTT UKAIT UKEAT EAT UKIPTrib CAT
    CSIH CSOH HCJAC HCJT SAC NICA NIQB NIKB NICh NIFam NIMaster JCA JRC IEHC IESC IECA IECC
    HCA FCA FCAFC FMCA FCCA ATMO ADO APO AATA ARTA NSWSC NSWCA NSWDC VSC VSCA QSC QCA WASC WASCA
    SASC SASCFC SASCA TASSC ACTSC NTSC NZHC NZCA NZSC NZDC NZIPOTM NZIPOPAT
    SGHC SGHCR SGHCF SGCA SGDC SGMC SGIPOS HKCFI HKCA HKCFA HKDC ZASCA MYCA"""
)
"""Lists the courts of the United Kingdom with dependencies and Ireland; Australia and New
Zealand; Singapore, Hong Kong, South Africa, Malaysia."""
WITHOUT_BRACKETS = words(
    """FC FCA FCT SCC TMOB COMC ONSC ONCA BCSC BCCA QCCS QCCA ABQB ABKB ABCA MBQB MBKB MBCA SKQB
    SKKB SKCA NSSC NSCA NBQB NBCA INSC"""
)
COURT = "|".join(sorted(COURTS | WITHOUT_BRACKETS, reverse=True))
NUMBER = (
    rf"(?P<court>{COURT})(?:{SPACE}?\(?(?P<part>Civ|Crim|Admin|Ch|Pat|QB|KB|Comm)\.?\)?)?"
    rf"(?:{SPACE}?(?P<side>\([IARF]\)))?{SPACE}?(?P<number>[0-9]{{1,5}})(?![\w/]|[.,][0-9])"
    rf"(?:{SPACE}?\((?P<division>IPEC|Ch|ChD|Pat|KB|QB|KBD|QBD|Comm|Admlty|TCC|Admin|Fam|Costs"
    rf"|SCCO|IPO|AAC|LC|IAC|TC|GRC)\))?"
)
CITATION = re.compile(rf"\[(?P<year>(?:19|20)[0-9]{{2}})\]{SPACE}?{NUMBER}")
IN_ROUND_ONES = re.compile(rf"\((?P<year>(?:19|20)[0-9]{{2}})\){SPACE}{NUMBER}")
UNBRACKETED = re.compile(rf"(?P<year>20[0-9]{{2}})(?<![\w/.,$£€\[(-][0-9]{{4}}){SPACE}{NUMBER}")
INDIAN = re.compile(
    r"(?P<year>20[0-9]{2})(?<![\w:/][0-9]{4})(?:(?P<sign>:)|/)(?P<court>[A-Z]{2,4}HC|DHC|BHC(?:-[A-Z]{2})?|INSC)"
    r"(?(sign):|/)(?P<number>[0-9]{1,6})(?P<bench>-[A-Z]{2})?(?!\w)"
)
UKIPO = re.compile(
    rf"{AN_O}(?:(?P<sign>/|(?<=BL.O){SPACE})|{HYPHEN})(?P<number>[0-9]{{1,4}})(?(sign)/|{HYPHEN})(?P<year>[0-9]{{2}})(?![\w/-])"
)

OF_THE_UKIPO = ("BL", "UKIPO", "Appointed Person", "earing", "ecision", "egistr")
"""Lists words of a text that speaks of decisions: in it a number with hyphens is one."""


def find_neutral_citations(text: str) -> Iterator[Spot]:
    """Yields spots of kind ``uk-neutral``."""
    for found in chain(CITATION.finditer(text), IN_ROUND_ONES.finditer(text)):
        if found["court"] in COURTS:
            yield _spot(found, f"[{found['year']}] {_of_court(found)}")
    for found in UNBRACKETED.finditer(text):
        if found["court"] in WITHOUT_BRACKETS:
            yield _spot(found, f"{found['year']} {_of_court(found)}")
        elif found["court"] in COURTS and found["court"].startswith(("EW", "UK", "SG", "NZ", "IE")):
            yield _spot(found, f"[{found['year']}] {_of_court(found)}")
    for found in INDIAN.finditer(text) if "HC" in text or "INSC" in text else ():
        number = f"{int(found['number'])}{found['bench'] or ''}"
        yield _spot(found, f"{found['year']}:{found['court']}:{number}")
    for found in UKIPO.finditer(text):
        if not found["sign"] and not any(word in text for word in OF_THE_UKIPO):
            continue
        yield _spot(found, f"O/{int(found['number']):03}/{found['year']}")


def _of_court(found: re.Match[str]) -> str:
    court, number = found["court"] + (found["side"] or ""), int(found["number"])
    part, division = found["part"], found["division"]
    if part and court != "EWHC":
        court = f"{court} {part}" if court == "EWCA" else f"{court} ({part})"
    elif part:
        division = part
    return f"{court} {number} ({division.removesuffix('D')})" if division else f"{court} {number}"


def _spot(found: re.Match[str], value: str) -> Spot:
    return Spot(start=found.start(), end=found.end(), kind="uk-neutral", value=value)
