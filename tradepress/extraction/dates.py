"""Reads dates as printed or declared, without inventing anything."""

import re
from collections.abc import Iterable, Set
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta, timezone
from functools import lru_cache
from itertools import groupby, islice
from operator import itemgetter
from urllib.parse import urlsplit

from tradepress.archive.clock import later, on_clock
from tradepress.extraction.wording import WORDING, pattern

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
    f"{first}(?:{'|'.join(sorted((re.escape(name[1:]) for name in names), key=len, reverse=True))})"
    for first, names in groupby(
        sorted(name.replace("_", " ") for name in set(" ".join(_WORDS["months"]).split())),
        key=itemgetter(0),
    )
)
MONTH = rf"(?:{_NAMES})(?![^\W\d_])\.?"
ZONES = {
    name: int(hours) for name, hours in re.findall(r"(\w+)([+-]\d+)", " ".join(_WORDS["zones"]))
}
CLOCK = _WORDS["clock"]
_DATE = _WORDS["date"].replace("MONTH", MONTH).replace("HAN", r"[\d元〇零一二三四五六七八九十]")
DATE = re.compile(rf"{_DATE}(?:\s*[,|·•–-]?\s*(?:{_WORDS['at']})?\s*{CLOCK})?", re.I)
CROATIAN_OCTOBER, OCTOBER = "listopada", 10
"""Is a Polish November where no dot stands behind the day."""
APOSTROPHES = "'’‘"
SHORT_DATE = re.compile(
    rf"(?<![\d./-])(?:(?P<first>\d\d)(?P<sep>[-./])\d{{1,2}}(?P=sep)|\d{{1,2}}(?P<sep2>[-./])\d{{1,2}}(?P=sep2)"
    rf"|\d{{1,2}}(?:st|nd|rd|th|\.)?[\s-]*{MONTH},?[\s-]*|{MONTH}\s*\d{{1,2}}(?:st|nd|rd|th)?,?\s*(?=['’‘]))"
    rf"['’‘]?(?P<last>\d\d)(?![\d:./-])",
    re.I,
)
"""Matches a date whose year has two digits: the ``last`` ones, or the ``first``."""
TWO_DIGITS = re.compile(r"\d\d")
"""Stands in every SHORT_DATE: a cheap first question."""
THAI, THAI_CENTURY = re.compile("[\u0e00-\u0e7f]"), 2500
WHOLE_YEAR = re.compile(r"(?<!\d)(?:19|20)\d\d(?!\d)")
YEAR = re.compile(r"\d{4}|年|日期")
"""Stands in every DATE: a cheap first question."""
ERAS = {name: int(years) for name, years in re.findall(r"(\w+)\+(\d+)", _WORDS["eras"])}
BUDDHIST_YEARS = 543
BUDDHIST_AGE = range(2400, 2700)
"""Holds years that are told by the Thai count; later ones are jokes or errors of a machine."""
DAY_FIRST = frozenset(_WORDS["day_first"].split())
"""Holds the endings of hosts in countries that write the day before the month."""
HAN = {han: number for number, han in enumerate("〇一二三四五六七八九")} | {"元": 1}
PERSIAN_AGE = range(1350, 1411)
"""Holds years of the Iranian count, before those in which Muslims write the same ones."""
PERSIAN_ORIGIN = 226_526
INSTANT = re.compile(r"(?:19|20)\d\d-\d\d-\d\d[T ]\d\d:\d\d:\d\d(?:Z|[+-]\d\d:\d\d)", re.A)
COMPACT = re.compile(r"(\d{4})(\d\d)(\d\d)(?:T\d{4,6})?Z?")
URL_DATE = re.compile(
    r"/((?:19|20)\d\d)(?:[/-](\d\d?)[/-](\d\d?)|[/-]?(0[1-9]|1[0-2])[/-]?(0[1-9]|[12]\d|3[01]))(?=[/-])"
)
URL_MONTH = re.compile(r"/((?:19|20)\d\d)[/-](0[1-9]|1[0-2])(?=/)")
SLUG_DATE = re.compile(
    r"(?<!\d)(?:(?P<y1>(?:19|20)\d\d)[/_-]?(?:[a-z]{2,12}/)?(?:(?P<m1>[01]\d)|(?P<name>[a-z]{3,9}))"
    r"[/_-]?(?P<d1>[0-3]\d)(?!\d(?!\d))|(?P<a>[0-3]\d)(?P<b>[0-3]\d)(?P<y2>(?:19|20)\d\d)(?!\d))",
    re.I,
)
SHORT_SLUG_DATE = re.compile(r"[/=](\d\d)/?([01]\d)/?([0-3]\d)(?=[/_.-]|$)")
"""Matches ``/05/0612/``, ``/0506/12/`` and ``/050612/`` where the page names the year."""
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
MONTHS_OF_YEAR, SHORTEST_MONTH = 12, 27
A_DAY = timedelta(days=1)
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
    "element",
    "dateline, alone",
)
"""Is evidence that may be of another story, or of an event: it gives way to any witness."""


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
        return DateReading(value=as_day(*map(int, match.groups())), raw=text)
    found = find_date(text, day_first)
    return replace(found, raw=text) if found else None


def url_date(path: str) -> DateReading | None:
    """Returns the day in an address such as ``/2019/11/19/slug``."""
    if match := URL_DATE.search(path):
        numbers = map(int, filter(None, match.groups()))
        return DateReading(value=as_day(*numbers), raw=match[0].strip("/"))
    return None


def url_month(path: str) -> str | None:
    """Returns the month in an address such as ``/2019/11/slug``, as ``2019-11``."""
    match = URL_MONTH.search(path)
    return f"{match[1]}-{int(match[2]):02}" if match else None


def month_days(month: str) -> tuple[date, date]:
    """Returns the first day of a month such as ``2019-11``, and one at its end."""
    first = date.fromisoformat(f"{month}-01")
    return first, first + timedelta(days=SHORTEST_MONTH)


def slug_date(address: str, years: Set[int] = frozenset()) -> list[Found]:
    """Returns the only day that an address such as ``/2019/nov/19/`` or ``/20191119-slug`` can
    mean; one of the ``years`` may be short in it, as in ``/19/1119/``."""
    found: dict[str, str] = {}
    for match in SLUG_DATE.finditer(address):
        if match["y1"]:
            month = int(match["m1"] or MONTHS.get(_month_key(match["name"] or ""), 0))
            read = {as_day(int(match["y1"]), month, int(match["d1"]))}
        else:
            year, a, b = int(match["y2"]), int(match["a"]), int(match["b"])
            read = {as_day(year, a, b), as_day(year, b, a)}
        if len(days := list(filter(None, read))) == 1:
            found.setdefault(days[0], match[0].strip("/_-"))
    for match in () if found else SHORT_SLUG_DATE.finditer(address):
        named = whole_year(int(match[1]), years)
        if named and (day := as_day(named, int(match[2]), int(match[3]))):
            found.setdefault(day, match[0].strip("/="))
    told = [(DateReading(value=value, raw=raw), "url") for value, raw in found.items()]
    return told if len(told) == 1 else []


def named_years(texts: Iterable[str]) -> frozenset[int]:
    """Returns the years that stand in the texts."""
    return frozenset(int(year) for text in texts for year in WHOLE_YEAR.findall(text))


def whole_year(short: int, years: Iterable[int]) -> int | None:
    """Returns the one of the years that may be written so."""
    return next((year for year in years if year % 100 == short), None)


def find_short_date(text: str) -> re.Match[str] | None:
    """Finds the first date whose year has two digits."""
    return SHORT_DATE.search(text) if TWO_DIGITS.search(text) else None


def lengthen(text: str, years: Set[int]) -> str:
    """Returns the text with the short year of its first date (``12 Jun '04``, ``04-06-12``) written
    out, if it is one of the ``years`` that the page names."""
    match = None if DATE.search(text) else find_short_date(text)
    if match is None:
        return text
    if THAI.search(match[0]):
        years = {THAI_CENTURY + int(match["last"])}
    for name in ("last", "first"):
        if year := whole_year(int(match[name] or -1), years):
            before = text[: match.start(name)].rstrip(APOSTROPHES)
            return f"{before}{year}{text[match.end(name) :]}"
    return text


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


def is_day_first(language: str, url: str | None = None) -> bool | None:
    """Tells how a page in this language (``en-GB``), else of this country, writes 03/04/2024; None:
    nobody knows."""
    tag = language.casefold().replace("_", "-")
    ending = (urlsplit(url or "").hostname or "").rpartition(".")[2]
    by_country = True if ending in DAY_FIRST else None
    if tag.startswith("en"):
        return {"us": False, "": by_country, "ca": None, "ph": None}.get(tag[3:], True)
    return True if tag else by_country


def told_order(texts: Iterable[str]) -> bool | None:
    """Does the day come first in numeric dates of the texts? None: each reads both ways."""
    for match in (match for text in texts for match in DATE.finditer(text)):
        a, b = int(match["a"] or 0), int(match["b"] or 0)
        if (a > MONTHS_OF_YEAR) != (b > MONTHS_OF_YEAR):
            return a > MONTHS_OF_YEAR
    return None


def read_match(match: re.Match[str], day_first: bool | None) -> DateReading:
    """Returns the reading of one DATE match."""
    raw = " ".join(match[0].split())
    year = _year(match)
    if match["m6"] or match["m8"]:
        number = _number(match["m6"] or match["m8"])
        days = [as_day(year, number, _number(match["d6"] or match["d8"]))]
    elif name := match["m2"] or match["m3"] or match["m5"]:
        is_dotted = bool(match["d2"]) and match.string.startswith(".", match.end("d2"))
        month = OCTOBER if is_dotted and name.casefold() == CROATIAN_OCTOBER else month_of(name)
        number = int(match["d2"] or match["d3"] or match["d5"])
        days = [_persian_day(year, month - MONTHS_OF_YEAR, number) or as_day(year, month, number)]
    elif match["m1"]:
        read = _persian_day if year in PERSIAN_AGE else as_day
        days = [read(year, int(match["m1"]), int(match["d1"]))]
    else:
        a, b = int(match["a"]), int(match["b"])
        days = [as_day(year, b, a), as_day(year, a, b)]
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


def month_of(name: str) -> int:
    return MONTHS[_month_key(name)]


def as_day(year: int, month: int, day: int) -> str | None:
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
