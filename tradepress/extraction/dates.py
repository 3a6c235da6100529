"""Reads dates as printed or declared, without inventing anything."""

import re
from collections.abc import Iterable, Sequence, Set
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta, timezone
from functools import lru_cache
from itertools import groupby, islice
from operator import itemgetter

from tradepress.archive.clock import later, on_clock
from tradepress.extraction.plausible import is_plausible
from tradepress.extraction.wording import WORDING, pattern
from tradepress.story import Reading

_WORDS = WORDING["dates"]


def _month_key(name: str) -> str:
    """Returns what is equal for all spellings that a pattern takes for the same, as Turkish ``ı``
    and ``i``."""
    return name.rstrip(".").casefold().replace("ı", "i").replace("\u0307", "")


MONTHS = {
    _month_key(name.replace("_", " ")): number
    for number, names in enumerate(_WORDS["months"], 1)
    for name in names.split()
}
_NAMES = "|".join(
    f"{first}(?:{'|'.join(sorted((name[1:] for name in names), key=len, reverse=True))})"
    for first, names in groupby(
        sorted(name.replace("_", " ") for name in set(" ".join(_WORDS["months"]).split())),
        key=itemgetter(0),
    )
)
_MONTH = rf"(?:{_NAMES})(?![^\W\d_])\.?"
ZONES = {
    name: int(hours) for name, hours in re.findall(r"(\w+)([+-]\d+)", " ".join(_WORDS["zones"]))
}
CLOCK = _WORDS["clock"]
_DATE = _WORDS["date"].replace("MONTH", _MONTH).replace("HAN", r"[\d元〇零一二三四五六七八九十]")
DATE = re.compile(rf"{_DATE}(?:\s*[,|·•–-]?\s*(?:{_WORDS['at']})?\s*{CLOCK})?", re.I)
CROATIAN_OCTOBER, OCTOBER = "listopada", 10
"""Is a Polish November where no dot stands behind the day."""
YEAR = re.compile(r"\d{4}|年|日期")
"""Stands in every DATE: a cheap first question."""
ERAS = {name: int(years) for name, years in re.findall(r"(\w+)\+(\d+)", _WORDS["eras"])}
BUDDHIST_YEARS = 543
BUDDHIST_AGE = range(2400, 2700)
"""Holds years that are told by the Thai count; later ones are jokes or errors of a machine."""
HAN = {han: number for number, han in enumerate("〇一二三四五六七八九")} | {"元": 1}
PERSIAN_AGE = range(1350, 1411)
"""Holds years of the Iranian count, before those in which Muslims write the same ones."""
PERSIAN_ORIGIN = 226_526
INSTANT = re.compile(r"(?:19|20)\d\d-\d\d-\d\d[T ]\d\d:\d\d:\d\d(?:Z|[+-]\d\d:\d\d)", re.A)
COMPACT = re.compile(r"(\d{4})(\d\d)(\d\d)(?:T\d{4,6})?Z?")
URL_DATE = re.compile(r"/((?:19|20)\d\d)[/-](\d\d?)[/-](\d\d?)(?=[/-])")
URL_MONTH = re.compile(r"/((?:19|20)\d\d)[/-](0[1-9]|1[0-2])(?=/)")
SLUG_DATE = re.compile(
    r"[/_-]((?:19|20)\d\d)[/_-]?(?:([01]\d)|([a-z]{3,9}))[/_-]?([0-3]\d)(?=[/_.+-]|$)", re.I
)
UPDATE = pattern("update", "dates")
"""Matches words that make a date one of an update."""
AGO, INLINE = pattern("relative", "dates"), re.compile(_WORDS["inline"], re.S)
INLINE_DAY = re.compile(r"-(?<=[\"';]\d{4}-)\d\d-\d\d")
"""Finds the day in INLINE: it begins with one sign, for which a whole page is searched in a sixth
of the time that INLINE takes."""
INLINE_DIGITS = re.compile(r"20(?<=[:=\s]20)\d{6}(?!\d)")
"""Finds the day of INLINE in eight digits alone."""
MOST_INLINE, BEFORE_INLINE, AFTER_INLINE = 10_000, 80, 26
"""Are how many days are looked at, and how far around each, to the end of the longest time."""
MENTION = re.compile(rf"\b(?:(\d{{1,2}})(?:st|nd|rd|th|\.)? )?({_MONTH})(?: (\d{{1,2}}))?\b", re.I)
MONTHS_OF_YEAR = 12
MIDNIGHT = "00:00"
A_DAY = timedelta(days=1)
A_MINUTE, HALF_HOUR, FARTHEST = timedelta(minutes=1), timedelta(minutes=30), timedelta(hours=14)
WESTMOST_EASTMOST = (-11, 13)
"""Are the hours by which clocks differ from UTC."""
TIME_ELSEWHERE = "time, elsewhere"
"""Is evidence of a ``time`` element that stands below the headline, and not beside it."""
BELOW_TEXT = "dateline, below the text"
FAR = (
    TIME_ELSEWHERE,
    BELOW_TEXT,
    "title",
    "inline",
    "dateline, by the text",
    "dateline, in the text",
)
"""Is evidence that may be of another story, or of an event: it gives way to any witness."""
PRINTED = ("dateline", "time", TIME_ELSEWHERE)
"""Names evidence that a reader sees."""
PLUG_IN = ("article:modified_time", "og:updated_time", "time", TIME_ELSEWHERE)
"""Is evidence of updates from blogs, whose themes print the same day without a label."""


@dataclass(frozen=True, kw_only=True, slots=True)
class DateReading:
    """Is one date found: ``value`` is ISO 8601 (day, or instant with offset), None if impossible or
    if nothing says which of two days it is."""

    value: str | None
    raw: str
    wall: datetime | None = None
    """Is day and time of day where the zone is not said."""
    either: tuple[str, ...] = ()
    """Holds the two values, day first and month first, where nothing says which counts."""

    @property
    def day(self) -> str:
        return (self.value or "")[:10]


Found = tuple[DateReading, str]
"""Holds a reading and its evidence."""


def find_date(text: str, day_first: bool | None = None) -> DateReading | None:
    """Returns the first date in the words, or None. ``day_first=None``: nobody knows the order."""
    match = DATE.search(text) if YEAR.search(text) else None
    return read_match(match, day_first) if match else None


@lru_cache(maxsize=16)
def parse_date(text: str, day_first: bool | None = None) -> DateReading | None:
    """Reads a declared date (meta, JSON-LD, ``time``): the date it contains, raw being the whole.

    A page declares the same one several times.
    """
    if INSTANT.fullmatch(text):  # most are written so
        with suppress(ValueError):
            return DateReading(value=datetime.fromisoformat(text).isoformat(), raw=text)
    if match := COMPACT.fullmatch(text.strip()):
        return DateReading(value=_day(*map(int, match.groups())), raw=text)
    found = find_date(text, day_first)
    return replace(found, raw=text) if found else None


def url_date(path: str) -> DateReading | None:
    """Returns the day in an address such as ``/2019/11/19/slug``."""
    if match := URL_DATE.search(path):
        return DateReading(value=_day(*map(int, match.groups())), raw=match[0].strip("/"))
    return None


def url_month(path: str) -> str | None:
    """Returns the month in an address such as ``/2019/11/slug``, as ``2019-11``."""
    match = URL_MONTH.search(path)
    return f"{match[1]}-{int(match[2]):02}" if match else None


def slug_date(path: str) -> list[Found]:
    """Returns the only day that an address such as ``/2019/nov/19/`` or ``/20191119-slug`` can
    mean."""
    found: dict[str, str] = {}
    for match in SLUG_DATE.finditer(path):
        year, number, name, day = match.groups()
        month = int(number) if number else MONTHS.get(_month_key(name), 0)
        if value := _day(int(year), month, int(day)):
            found.setdefault(value, match[0].strip("/_-"))
    read = [(DateReading(value=value, raw=raw), "url") for value, raw in found.items()]
    return read if len(read) == 1 else []


def inline_date(page: str) -> list[Found]:
    """Returns the publication date in the page's scripts and attributes, if they all hold the same
    day; else that of creation."""
    published: list[DateReading] = []
    created: list[DateReading] = []
    for match in _inline_matches(page):
        if reading := parse_date(match[1] or match[2]):
            (created if match[0][0] in "cC" else published).append(reading)
    found = published or created
    return [(found[0], "inline")] if len({reading.day for reading in found}) == 1 else []


def _inline_matches(page: str) -> list[re.Match[str]]:
    """Returns the matches around the days with hyphens, else around the bare ones."""
    for days in (INLINE_DAY, INLINE_DIGITS):
        starts = (day.start() for day in islice(days.finditer(page), MOST_INLINE))
        around = ((max(at - BEFORE_INLINE, 0), at + AFTER_INLINE) for at in starts)
        if found := [match for place in around for match in INLINE.finditer(page, *place)]:
            return found
    return []


def relative_date(text: str, seen_at: datetime, place: str | None) -> DateReading | None:
    """Returns the day that ``3 hours ago`` or ``yesterday`` meant at ``seen_at`` at the
    publisher's."""
    match = AGO.fullmatch(text.strip(" |·•-,").replace("’", "'"))
    if match is None:
        return None
    unit = next((name for name in ("minutes", "hours", "days") if match[name]), "days")
    count = 1 if match["day1"] else int(match["count"] or 0)
    then = on_clock(later(seen_at, -timedelta(**{unit: count})), place)
    return DateReading(value=then.date().isoformat(), raw=text)


def is_day_first(language: str) -> bool | None:
    """Tells how a page in this language (``en-GB``) writes 03/04/2024; None: nobody knows."""
    tag = language.casefold().replace("_", "-")
    if tag.startswith("en"):
        return {"us": False, "": None, "ca": None, "ph": None}.get(tag[3:], True)
    return True if tag else None


def told_order(texts: Iterable[str]) -> bool | None:
    """Does the day come first in numeric dates of the texts? None: each reads both ways."""
    for match in (match for text in texts for match in DATE.finditer(text)):
        a, b = int(match["a"] or 0), int(match["b"] or 0)
        if (a > MONTHS_OF_YEAR) != (b > MONTHS_OF_YEAR):
            return a > MONTHS_OF_YEAR
    return None


WORD = re.compile(r"[^\W\d_]{3}")
OUT_OF_ORDER = timedelta(days=7)
"""So far the dates of neighbouring ids may lie apart the wrong way round."""


def choose_date(
    dates: Sequence[Found],
    seen_at: datetime | None,
    *,
    others: Sequence[Found] = (),
    are_updates: bool = False,
    place: str | None = None,
    story: Iterable[str] = (),
    between: tuple[date, date] | None = None,
) -> tuple[DateReading | None, list[Reading]]:
    """Returns the date to believe, and all readings with it first; ``dates`` are strongest first,
    all of publication or all of updates.

    The first that is possible and plausible counts, unless a printed one shows that it is wrong. A
    UTC instant is told on the clock of the ``place`` (IANA name), or of another reading of the same
    instant, or gives way to the neighbouring day where that is printed. ``others`` are the dates
    for the other purpose and ``story`` the first paragraphs: they decide between two orders, as do
    the days ``between`` which a story of this id falls; a date among those goes before the others.
    The raw string is the printed one where that names the same day.
    """
    known = [*dates, *others]
    dates = [(_decide(found, known, seen_at, story, between), how) for found, how in dates]
    good = [found for found in dates if found[0].value and is_plausible(found[0].value, seen_at)]
    good = [found for found in good if _is_between(found[0].value or "", between)] or good
    if not good:
        doubts = [
            Reading(value=r.raw, evidence=f"{how} ({'ambiguous' if r.either else 'impossible'})")
            for r, how in dates
        ]
        return (DateReading(value=None, raw=dates[0][0].raw) if dates else None), doubts
    printed = [f for f in good if f[1] in PRINTED and not f[0].raw[:4].isdigit()]
    first = good[0][0]
    chosen = next((found for found in printed if _is_swapped(first.day, found[0])), good[0])
    if chosen is good[0] and (first.value or "").endswith("+00:00"):
        chosen = _place_instant(good, others, place)
    # A day printed beside the headline without the label of an update is the publisher's own day
    # of the story, also where structured data takes it for dateModified.
    updates = {other.day for other, _ in others}
    told = set() if are_updates else {other.day for other, how in others if how not in PLUG_IN}
    if printed and printed[0][0].day in told - {first.day, chosen[0].day}:
        chosen = printed[0]
    if not are_updates and chosen is good[0]:
        chosen = _overruling(good, updates) or chosen
        chosen = next((found for found in good if _tells_time(found, chosen)), chosen)
    ranked = [chosen, *(found for found in dates if found is not chosen)]
    raw = next((r.raw for r, _ in printed if r.day == chosen[0].day), chosen[0].raw)
    return (
        DateReading(value=chosen[0].value, raw=raw),
        [Reading(value=reading.value or reading.raw, evidence=how) for reading, how in ranked],
    )


def _tells_time(found: Found, chosen: Found) -> bool:
    """Does it, which stands beside the headline or is declared, tell the time of day where the
    chosen one has the day alone?"""
    if found[1] in ("dateline", "url", *FAR):
        return False
    value, day = found[0].value or "", chosen[0].value or ""
    return len(day) < len(value) and value.startswith(f"{day}T") and value[11:16] != MIDNIGHT


def _decide(
    found: DateReading,
    dates: Iterable[Found],
    seen_at: datetime | None,
    story: Iterable[str],
    between: tuple[date, date] | None,
) -> DateReading:
    """Returns an ambiguous date with the one of its days that is not in the future, that its id
    allows, that another date of the page names, or that is at most a week after one in the story
    (``yesterday, August 3``)."""
    if not found.either:
        is_placed = found.value is None or _is_between(found.value, between)
        return found if is_placed else _turned(found, between)
    fits = [value for value in found.either if is_plausible(value, seen_at)]
    fits = [value for value in fits if _is_between(value, between)] or fits
    if len(fits) > 1:
        known = {reading.day for reading, _ in dates}
        named = MENTION.findall(" ".join(story))
        spoken = {_day(int(fits[0][:4]), _month(n), int(a or b or 0)) for a, n, b in named}
        days = {v: date.fromisoformat(v[:10]) for v in fits}
        told = [v for v in fits if any(str(days[v] - timedelta(n)) in spoken for n in range(8))]
        fits = [v for v in fits if v[:10] in known] or told
    return replace(found, value=fits[0] if len(fits) == 1 else None)


def _turned(found: DateReading, between: tuple[date, date] | None) -> DateReading:
    """Returns a numeric date with day and month exchanged, if only so it has its place."""
    value = found.value or ""
    turned = _day(int(value[:4]), int(value[8:10]), int(value[5:7]))
    fits = turned and not WORD.search(found.raw) and _is_between(turned, between)
    return replace(found, value=f"{turned}{value[10:]}") if fits else found


def _is_between(value: str, between: tuple[date, date] | None) -> bool:
    day = date.fromisoformat(value[:10])
    return between is None or between[0] - OUT_OF_ORDER <= day <= between[1] + OUT_OF_ORDER


def _is_swapped(day: str, printed: DateReading) -> bool:
    """Is it the printed day (month in words) with day and month exchanged?"""
    year, month, number = printed.day.split("-")
    return bool(WORD.search(printed.raw)) and month != number and day == f"{year}-{number}-{month}"


def _overruling(good: Sequence[Found], updates: Set[str]) -> Found | None:
    """Returns the date line that shows the first reading, a declared one, to be wrong: another
    declaration names the same day, or the first, which nothing backs, is no earlier than the
    declared update: the stamp of a whole site."""
    first, how = good[0]
    line = next((found for found in good if found[1] == "dateline"), None)
    if line is None or how in PRINTED:
        return None
    day = line[0].day
    apart = date.fromisoformat(first.day) - date.fromisoformat(day)
    if any(reading.day == day for reading, evidence in good if evidence not in PRINTED):
        return line if abs(apart) > A_DAY else None
    is_alone = all(reading.day != first.day for reading, _ in good[1:])
    is_schema = how.startswith(("json-ld", "microdata"))
    is_stamp = bool(updates) and max(updates) <= first.day and day not in updates
    return line if is_alone and is_schema and is_stamp and apart > A_DAY else None


def _place_instant(good: Sequence[Found], others: Sequence[Found], place: str | None) -> Found:
    """Returns the first reading, a UTC instant, as the day and time where the publisher is."""
    first, how = good[0]
    instant = datetime.fromisoformat(first.value or "")
    if place:
        return replace(first, value=on_clock(instant, place).isoformat()), how
    for other, evidence in (*good[1:], *others):
        if local := _same_instant(instant, other):
            return replace(other, value=local), evidence
    shown = [found for found in good if found[1] in (*PRINTED, "url")]
    if any(reading.day == first.day for reading, _ in shown):
        return good[0]
    hours = (timedelta(hours=offset) for offset in WESTMOST_EASTMOST)
    days = {later(instant, apart).date().isoformat() for apart in hours}
    near = (found for found in shown if found[0].value in days and not found[0].wall)
    return next(near, good[0])


def _same_instant(instant: datetime, other: DateReading) -> str | None:
    """Returns the instant on the clock of the other reading, if that tells the same one elsewhere;
    a clock time without zone must show another day and differ by whole half hours."""
    if other.wall and other.wall.date() != instant.date():
        offset = round((other.wall - instant.replace(tzinfo=None)) / HALF_HOUR) * HALF_HOUR
        told = other.wall.replace(tzinfo=timezone(offset)) if abs(offset) <= FARTHEST else instant
        local = instant.astimezone(told.tzinfo)
    elif len(other.value or "") > 10:
        local = told = datetime.fromisoformat(other.value or "")
    else:
        return None
    is_elsewhere = told.utcoffset() != timedelta(0)
    return local.isoformat() if is_elsewhere and abs(instant - told) <= A_MINUTE else None


def read_match(match: re.Match[str], day_first: bool | None) -> DateReading:
    """Returns the reading of one DATE match."""
    raw = " ".join(match[0].split())
    year = _year(match)
    if match["m6"] or match["m8"]:
        number = _number(match["m6"] or match["m8"])
        days = [_day(year, number, _number(match["d6"] or match["d8"]))]
    elif name := match["m2"] or match["m3"] or match["m5"]:
        is_dotted = bool(match["d2"]) and match.string.startswith(".", match.end("d2"))
        month = OCTOBER if is_dotted and name.casefold() == CROATIAN_OCTOBER else _month(name)
        number = int(match["d2"] or match["d3"] or match["d5"])
        days = [_persian_day(year, month - MONTHS_OF_YEAR, number) or _day(year, month, number)]
    elif match["m1"]:
        read = _persian_day if year in PERSIAN_AGE else _day
        days = [read(year, int(match["m1"]), int(match["d1"]))]
    else:
        a, b = int(match["a"]), int(match["b"])
        days = [_day(year, b, a), _day(year, a, b)]
        if day_first is None and (match["sep"] == "." or None in days or a == b):
            day_first = days[0] is not None
        if day_first is not None:
            days = days[:1] if day_first else days[1:]
    values = [_with_time(match, day) for day in days if day]
    if len(values) > 1:
        return DateReading(value=None, raw=raw, either=tuple(value for value, _ in values))
    value, wall = values[0] if values else (None, None)
    return DateReading(value=value, raw=raw, wall=wall)


def _year(match: re.Match[str]) -> int:
    """Returns the year of Christ, which may be told as an emperor's, a republic's or Buddha's."""
    if match["era"]:
        return ERAS[match["era"]] + _number(match["y6"])
    if match["y8"]:
        return ERAS["民國"] + int(match["y8"])
    if match["y7"]:
        return int("".join(str(_number(han)) for han in match["y7"]))
    year = int(match["y1"] or match["y2"] or match["y3"] or match["y4"] or match["y5"])
    return year - BUDDHIST_YEARS if year in BUDDHIST_AGE else year


def _number(words: str) -> int:
    """Reads a number below a hundred, in figures or as Japan and China write it."""
    if words.isdecimal():
        return int(words)
    tens, ten, ones = words.rpartition("十")
    return (HAN.get(tens, 1) * 10 if ten else 0) + HAN.get(ones, 0)


def _month(name: str) -> int:
    return MONTHS[_month_key(name)]


def _day(year: int, month: int, day: int) -> str | None:
    try:
        return date(year, month, day).isoformat()
    except ValueError:
        return None


def _persian_day(year: int, month: int, day: int) -> str | None:
    """Returns a day of the Iranian year, which begins in March, as one of ours."""
    if not (0 < month <= MONTHS_OF_YEAR and 0 < day <= (31 if month < 7 else 30)):
        return None
    cycle, at = divmod(year + 11, 33)
    leaps = 8 * cycle + (at + 3) // 4
    before = 31 * (month - 1) - max(0, month - 7)
    try:
        return date.fromordinal(PERSIAN_ORIGIN + 365 * year + leaps + before + day).isoformat()
    except ValueError:
        return None


def _with_time(match: re.Match[str], day: str) -> tuple[str, datetime | None]:
    """Returns (``2024-05-29T09:15:00+01:00``, None), or the day alone where the time or its zone is
    unknown, with the time of day if that at least is known."""
    if not match["hour"]:
        return day, None
    hour, zone = int(match["hour"]), (match["zone"] or "").casefold()
    if half := match["half"]:
        hour = hour % 12 + (12 if half[0] in "pP" else 0)
    clock = f"{day}T{hour:02}:{match['minute']}:{match['second'] or '00'}"
    try:
        wall = datetime.fromisoformat(clock)
        if signed := re.search(r"([+-]\d\d):?(\d\d)$", zone):
            return datetime.fromisoformat(f"{clock}{signed[1]}:{signed[2]}").isoformat(), None
        if zone in ZONES:
            return wall.replace(tzinfo=timezone(timedelta(hours=ZONES[zone]))).isoformat(), None
        return day, wall
    except ValueError:
        return day, None
