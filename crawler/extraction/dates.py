"""Dates as printed or declared, read without inventing anything."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta, timezone

from crawler.items import Reading

_MONTH_NAMES = """
january jan januar janvier janv enero gennaio januari janeiro
february feb februar février févr fevrier febrero febbraio februari fevereiro
march mar märz mrz mars marzo maart março marco
april apr avril avr abril aprile
may mai mayo maggio mei maio
june jun juni juin junio giugno junho
july jul juli juillet juil julio luglio julho
august aug août aout agosto augustus
september sep sept septembre septiembre settembre setembro
october oct oktober okt octobre octubre ottobre outubro
november nov novembre noviembre novembro
december dec dezember dez décembre déc diciembre dicembre dezembro
"""
MONTHS = {
    name: number
    for number, line in enumerate(_MONTH_NAMES.split("\n")[1:-1], 1)
    for name in line.split()
}
_MONTH = "(?:" + "|".join(sorted(MONTHS, key=len, reverse=True)) + r")(?![^\W\d_])\.?"
ZONES = {"utc": 0, "gmt": 0, "bst": 1, "cet": 1, "cest": 2, "est": -5, "edt": -4, "cst": -6}
ZONES |= {"cdt": -5, "mst": -7, "mdt": -6, "pst": -8, "pdt": -7, "jst": 9}
_TIME = (
    r"(?:\s*[,|–-]?\s*(?:at|um|à|@|T)?\s*(?P<hour>\d{1,2})[:.h](?P<minute>\d{2})(?::\d{2}(?:[.,]\d+)?)?"
    r"\s*(?P<half>[ap]\.?m\b\.?)?\s*(?P<zone>Z\b|(?:UTC|GMT)?[+-]\d{2}:?\d{2}|[A-Z]{3,4}\b)?)?"
)
_DATE = (
    r"(?<!\d)(?:(?P<y1>\d{4})[-/.](?P<m1>\d{1,2})[-/.](?P<d1>\d{1,2})(?!\d)"
    rf"|(?P<d2>\d{{1,2}})(?:st|nd|rd|th|er|º|\.)?(?:\s+(?:de|of))?[\s-]*(?P<m2>{_MONTH})"
    r",?(?:\s+del?)?[\s-]*(?P<y2>\d{4})(?!\d)"
    rf"|(?P<m3>{_MONTH})\s*(?P<d3>\d{{1,2}})(?:st|nd|rd|th)?,?\s+(?P<y3>\d{{4}})(?!\d)"
    r"|(?P<a>\d{1,2})(?P<sep>[-/.])(?P<b>\d{1,2})(?P=sep)(?P<y4>\d{4})(?!\d))"
)
DATE = re.compile(_DATE + _TIME, re.I)
COMPACT = re.compile(r"(\d{4})(\d\d)(\d\d)(?:T\d{4,6})?Z?")
URL_DATE = re.compile(r"/((?:19|20)\d\d)[/-](\d\d?)[/-](\d\d?)(?=[/-])")
EARLIEST_YEAR = 1980
A_MINUTE = timedelta(minutes=1)
PRINTED = ("dateline", "time")
"""Evidence that a reader sees."""


@dataclass(frozen=True, kw_only=True, slots=True)
class DateReading:
    """One date found: ``value`` is ISO 8601 (day, or instant with offset), None if impossible."""

    value: str | None
    raw: str


def find_date(text: str, day_first: bool | None = None) -> DateReading | None:
    """The first date in the words, or None. ``day_first=None``: only where one order is possible,
    or else day first."""
    match = DATE.search(text)
    return _reading(match, day_first) if match else None


def parse_date(text: str, day_first: bool | None = None) -> DateReading | None:
    """A declared date (meta, JSON-LD, ``time``): the date it contains, raw being the whole."""
    if match := COMPACT.fullmatch(text.strip()):
        return DateReading(value=_day(*map(int, match.groups())), raw=text)
    found = find_date(text, day_first)
    return DateReading(value=found.value, raw=text) if found else None


def url_date(path: str) -> DateReading | None:
    """The day in an address such as ``/2019/11/19/slug``."""
    match = URL_DATE.search(path)
    if match is None:
        return None
    return DateReading(value=_day(*map(int, match.groups())), raw=match[0].strip("/"))


def is_plausible(value: str, seen_at: datetime | None) -> bool:
    """Could a story be of that day? Not before 1980, and not after the page was seen."""
    day = date.fromisoformat(value[:10])
    if day.year < EARLIEST_YEAR:
        return False
    return seen_at is None or day <= (seen_at + timedelta(hours=26)).date()


def choose_date(
    dates: Sequence[tuple[DateReading, str]], seen_at: datetime | None
) -> tuple[DateReading | None, list[Reading]]:
    """The date to believe, and all readings with it first; ``dates`` are (reading, evidence),
    strongest evidence first.

    The first that is possible and plausible counts, unless a printed one shows that its day and
    month are exchanged or another names the same instant on the clock of the place. Its raw string
    is the printed one where a printed date names the same day.
    """
    good = [found for found in dates if found[0].value and is_plausible(found[0].value, seen_at)]
    if not good:
        impossible = [Reading(value=r.raw, evidence=f"{how} (impossible)") for r, how in dates]
        return (DateReading(value=None, raw=dates[0][0].raw) if dates else None), impossible
    printed = [f for f in good if f[1] in PRINTED and not f[0].raw[:4].isdigit()]
    first = good[0][0].value or ""
    better = [
        found
        for found in good
        if (found in printed and _is_swapped(first, found[0])) or _is_local(first, found[0].value)
    ]
    chosen = (better or good)[0]
    ranked = [chosen, *(found for found in dates if found is not chosen)]
    value = chosen[0].value or ""
    raws = [reading.raw for reading, _ in printed if (reading.value or "")[:10] == value[:10]]
    return (
        DateReading(value=value, raw=raws[0] if raws else chosen[0].raw),
        [Reading(value=reading.value or reading.raw, evidence=how) for reading, how in ranked],
    )


def _is_swapped(value: str, printed: DateReading) -> bool:
    """Is the declared day the printed one (month in words) with day and month exchanged?"""
    other = printed.value or ""
    if not re.search(r"[^\W\d_]{3}", printed.raw) or value[:10] == other[:10]:
        return False
    return value[:10] == f"{other[:4]}-{other[8:10]}-{other[5:7]}"


def _is_local(value: str, other: str | None) -> bool:
    """Is ``other`` the same instant as ``value``, but on the clock of the place?"""
    if not other or len(other) <= 10 or other.endswith("+00:00") or not value.endswith("+00:00"):
        return False
    return abs(datetime.fromisoformat(value) - datetime.fromisoformat(other)) < A_MINUTE


def _reading(match: re.Match[str], day_first: bool | None) -> DateReading:
    year = int(match["y1"] or match["y2"] or match["y3"] or match["y4"])
    if match["y1"]:
        day = _day(year, int(match["m1"]), int(match["d1"]))
    elif match["y4"]:
        first, second = int(match["a"]), int(match["b"])
        if day_first is None and second > 12:
            day_first = False
        day = _day(year, first, second) if day_first is False else _day(year, second, first)
    else:
        month = MONTHS[(match["m2"] or match["m3"]).rstrip(".").casefold()]
        day = _day(year, month, int(match["d2"] or match["d3"]))
    return DateReading(value=day and day + _time(match, day), raw=match[0].strip())


def _day(year: int, month: int, day: int) -> str | None:
    try:
        return date(year, month, day).isoformat()
    except ValueError:
        return None


def _time(match: re.Match[str], day: str) -> str:
    """``T09:15:00+01:00``, or nothing where the time or its zone is unknown."""
    zone = (match["zone"] or "").casefold()
    if not match["hour"] or not zone:
        return ""
    hour, minute = int(match["hour"]), int(match["minute"])
    if half := (match["half"] or "").casefold():
        hour = hour % 12 + (12 if half.startswith("p") else 0)
    if signed := re.search(r"([+-])(\d\d):?(\d\d)$", zone):
        minutes = int(signed[2]) * 60 + int(signed[3])
        offset = timedelta(minutes=-minutes if signed[1] == "-" else minutes)
    elif zone == "z" or zone in ZONES:
        offset = timedelta(hours=ZONES.get(zone, 0))
    else:
        return ""
    try:
        seconds = re.search(r":\d\d:(\d\d)", match[0])
        clock = datetime.fromisoformat(day).replace(
            hour=hour,
            minute=minute,
            second=int(seconds[1]) if seconds else 0,
            tzinfo=timezone(offset),
        )
    except ValueError:
        return ""
    return clock.isoformat()[10:]
