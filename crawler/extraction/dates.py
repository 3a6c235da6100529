"""Dates as printed or declared, read without inventing anything."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta, timezone
from itertools import groupby
from zoneinfo import ZoneInfo

from crawler.items import Reading

_MONTH_NAMES = """
january jan januar janvier janv enero ene gennaio gen januari janeiro stycznia sty января янв ocak;
february feb februar février févr fév fevrier febrero febbraio februari fevereiro fev lutego февраля
фев şubat; march mar märz mrz mars marzo maart mrt março marca marts марта mart; april apr avril avr
abril abr aprile kwietnia апреля апр nisan; may mai mayo maggio mag mei maio maja maj мая mayıs;
june jun juni juin junio giugno giu junho czerwca июня июн haziran; july jul juli juillet juil julio
luglio lug julho lipca июля июл temmuz; august aug août aout agosto ago augustus augusti sierpnia
августа авг ağustos; september sep sept septembre septiembre setiembre settembre set setembro
września сентября сен eylül; october oct oktober okt octobre octubre ottobre ott outubro out
października октября окт ekim; november nov novembre noviembre novembro listopada ноября ноя kasım;
december dec dezember dez décembre déc diciembre dic dicembre dezembro desember grudnia декабря дек
aralık
"""


def _month_key(name: str) -> str:
    """Equal for all spellings that a pattern takes for the same, as Turkish ``ı`` and ``i``."""
    return name.rstrip(".").casefold().replace("ı", "i").replace("\u0307", "")


MONTHS = {
    _month_key(name): number
    for number, names in enumerate(_MONTH_NAMES.split(";"), 1)
    for name in names.split()
}
_NAMES = "|".join(
    f"{first}(?:{'|'.join(sorted((name[1:] for name in names), key=len, reverse=True))})"
    for first, names in groupby(sorted(re.findall(r"\w+", _MONTH_NAMES)), key=lambda name: name[0])
)
_MONTH = rf"(?:{_NAMES})(?![^\W\d_])\.?"
_ZONES = """
z+0 utc+0 gmt+0 wet+0 bst+1 west+1 cet+1 mez+1 cest+2 mesz+2 eet+2 eest+3 msk+3 sgt+8 hkt+8 jst+9
kst+9 aest+10 aedt+11 nzst+12 nzdt+13 edt-4 est-5 cdt-5 cst-6 mdt-6 mst-7 pdt-7 pst-8
"""
ZONES = {name: int(hours) for name, hours in re.findall(r"(\w+)([+-]\d+)", _ZONES)}
CLOCK = (
    r"(?P<hour>\d{1,2})[:.h](?P<minute>\d{2})(?::(?P<second>\d{2})(?:[.,]\d+)?)?(?!\d)"
    r"\s*(?P<half>[ap]\.?m\b\.?)?(?:\s*(?:Uhr|hrs?|h)\b)?"
    r"\s*(?P<zone>Z\b|(?:UTC|GMT)?\s?[+-]\d{2}:?\d{2}|(?-i:[A-Z]{3,4}|[ECMP]T)\b)?"
)
_DATE = (
    r"(?<!\d)(?:(?P<y1>\d{4})\s?[-/.年년]\s?(?P<m1>\d{1,2})\s?[-/.月월]\s?(?P<d1>\d{1,2})(?!\d)[日일]?"
    rf"|(?P<d2>\d{{1,2}})(?:st|nd|rd|th|er|[º°.])?(?:\s+(?:de|of))?[\s/-]*(?P<m2>{_MONTH})"
    r",?(?:\s+del?)?[\s/-]*(?P<y2>\d{4})(?!\d)"
    rf"|(?<![^\W\d_])(?P<m3>{_MONTH})\s*(?P<d3>\d{{1,2}})(?:st|nd|rd|th)?,?\s+(?P<y3>\d{{4}})(?!\d)"
    rf"|(?P<y5>\d{{4}})[.,]?\s+(?P<m5>{_MONTH})\s+(?P<d5>\d{{1,2}})(?!\d)"
    r"|(?P<a>\d{1,2})(?P<sep>[-/.])\s?(?P<b>\d{1,2})(?P=sep)\s?(?P<y4>\d{4})(?!\d))"
)
_AT = r"\s*[,|·•–-]?\s*(?:at|um|à|a las|alle(?: ore)?|ore|às|om|kl\.?|o godz\.?|в|@|T)?\s*"
DATE = re.compile(f"{_DATE}(?:{_AT}{CLOCK})?", re.I)
YEAR = re.compile(r"\d{4}")
"""Stands in every DATE: a cheap first question."""
COMPACT = re.compile(r"(\d{4})(\d\d)(\d\d)(?:T\d{4,6})?Z?")
URL_DATE = re.compile(r"/((?:19|20)\d\d)[/-](\d\d?)[/-](\d\d?)(?=[/-])")
UPDATE = re.compile(
    r"updat|modifi|revis|reviewed on|aktualis|\bstand\b|geändert|mis à jour|actuali[sz]|aggiornat"
    r"|atualiz|bijgewerkt|gewijzigd|zmodyf|обновл|güncel|uppdater|oppdater|opdater|päivitetty|frissít",
    re.I,
)
"""Words that make a date one of an update."""
AGO = re.compile(
    r"(?P<day0>today|heute|aujourd'hui|hoy|oggi|hoje|vandaag)"
    r"|(?P<day1>yesterday|gestern|hier|ayer|ieri|ontem|gisteren)"
    r"|(?:vor |il y a |hace |há )?(?P<count>\d{1,2}) ?(?:(?P<minutes>min\w*)"
    r"|(?P<hours>h|hours?|hrs?|std|stunden?|heures?|horas?|or[ae]|uur)"
    r"|(?P<days>d|days?|tag(?:en?)?|jours?|d[ií]as?|giorn[oi]|dag(?:en)?))"
    r"(?: (?:ago|fa|atrás|geleden))?",
    re.I,
)
MENTION = re.compile(rf"\b(?:(\d{{1,2}})(?:st|nd|rd|th|\.)? )?({_MONTH})(?: (\d{{1,2}}))?\b", re.I)
INLINE = re.compile(
    r"""\b(?:date_?published|publish(?:ed)?_?(?:date|at|on|time)|pub_?date|first_?published(?:_?at)?"""
    r"""|publication_?date|data-(?:date|published|timestamp|pubdate|publish-date))"""
    r"""\\?(?:["']|&quot;)?\s*[:=]\s*\\?(?:["']|&quot;)(\d{4}-\d\d-\d\d[^"'&\\<>]{0,20})""",
    re.I,
)
EARLIEST_YEAR, LATEST_YEAR = 1980, 2100
A_MINUTE, HALF_HOUR = timedelta(minutes=1), timedelta(minutes=30)
WESTMOST_EASTMOST = (-11, 13)
"""Hours by which clocks differ from UTC."""
PRINTED = ("dateline", "time")
"""Evidence that a reader sees."""


@dataclass(frozen=True, kw_only=True, slots=True)
class DateReading:
    """One date found: ``value`` is ISO 8601 (day, or instant with offset), None if impossible or
    if nothing says which of two days it is."""

    value: str | None
    raw: str
    wall: datetime | None = None
    """Day and time of day where the zone is not said."""
    either: tuple[str, ...] = ()
    """The two values, day first and month first, where nothing says which counts."""

    @property
    def day(self) -> str:
        return (self.value or "")[:10]


Found = tuple[DateReading, str]
"""A reading and its evidence."""


def find_date(text: str, day_first: bool | None = None) -> DateReading | None:
    """The first date in the words, or None. ``day_first=None``: nobody knows the order."""
    match = DATE.search(text) if YEAR.search(text) else None
    return read_match(match, day_first) if match else None


def parse_date(text: str, day_first: bool | None = None) -> DateReading | None:
    """A declared date (meta, JSON-LD, ``time``): the date it contains, raw being the whole."""
    if match := COMPACT.fullmatch(text.strip()):
        return DateReading(value=_day(*map(int, match.groups())), raw=text)
    found = find_date(text, day_first)
    return replace(found, raw=text) if found else None


def url_date(path: str) -> DateReading | None:
    """The day in an address such as ``/2019/11/19/slug``."""
    match = URL_DATE.search(path)
    if match is None:
        return None
    return DateReading(value=_day(*map(int, match.groups())), raw=match[0].strip("/"))


def inline_date(page: str) -> list[Found]:
    """The publication date in the page's scripts and attributes, if they all hold the same day."""
    found = [reading for words in INLINE.findall(page) if (reading := parse_date(words))]
    return [(found[0], "inline")] if len({reading.day for reading in found}) == 1 else []


def relative_date(text: str, seen_at: datetime, place: str | None) -> DateReading | None:
    """The day that ``3 hours ago`` or ``yesterday`` meant at ``seen_at`` where the publisher is."""
    match = AGO.fullmatch(text.strip(" |·•-,").replace("’", "'"))
    if match is None:
        return None
    unit = next((name for name in ("minutes", "hours", "days") if match[name]), "days")
    count = 1 if match["day1"] else int(match["count"] or 0)
    then = _on_clock(seen_at - timedelta(**{unit: count}), place)
    return DateReading(value=then.date().isoformat(), raw=text)


def is_day_first(language: str) -> bool | None:
    """How a page in this language (``en-GB``) writes 03/04/2024; None: nobody knows."""
    tag = language.casefold().replace("_", "-")
    if tag.startswith("en"):
        return {"us": False, "": None, "ca": None, "ph": None}.get(tag[3:], True)
    return True if tag else None


def is_plausible(value: str, seen_at: datetime | None) -> bool:
    """Could a story be of that day? Not before 1980, and not after the page was seen."""
    day = date.fromisoformat(value[:10])
    if not EARLIEST_YEAR <= day.year <= LATEST_YEAR:
        return False
    return seen_at is None or day <= (seen_at + timedelta(hours=26)).date()


def choose_date(
    dates: Sequence[Found],
    seen_at: datetime | None,
    *,
    others: Sequence[Found] = (),
    place: str | None = None,
    story: Iterable[str] = (),
) -> tuple[DateReading | None, list[Reading]]:
    """The date to believe, and all readings with it first; ``dates`` are strongest first.

    The first that is possible and plausible counts, unless a printed one shows that its day and
    month are exchanged. A UTC instant is told on the clock of the ``place`` (IANA name), or of
    another reading of the same instant, or gives way to the neighbouring day where that is printed.
    ``others`` are dates of the page for another purpose and ``story`` its first paragraphs: they
    decide between two orders. The raw string is the printed one where that names the same day.
    """
    dates = [(_decide(found, [*dates, *others], seen_at, story), how) for found, how in dates]
    good = [found for found in dates if found[0].value and is_plausible(found[0].value, seen_at)]
    if not good:
        doubts = [
            Reading(value=r.raw, evidence=f"{how} ({'ambiguous' if r.either else 'impossible'})")
            for r, how in dates
        ]
        return (DateReading(value=None, raw=dates[0][0].raw) if dates else None), doubts
    printed = [f for f in good if f[1] in PRINTED and not f[0].raw[:4].isdigit()]
    first = good[0][0].value or ""
    chosen = next((found for found in printed if _is_swapped(first, found[0])), good[0])
    if chosen is good[0] and first.endswith("+00:00"):
        chosen = _place_instant(good, others, place)
    ranked = [chosen, *(found for found in dates if found is not chosen)]
    raws = [reading.raw for reading, _ in printed if reading.day == chosen[0].day]
    return (
        DateReading(value=chosen[0].value, raw=raws[0] if raws else chosen[0].raw),
        [Reading(value=reading.value or reading.raw, evidence=how) for reading, how in ranked],
    )


def _decide(
    found: DateReading, dates: Iterable[Found], seen_at: datetime | None, story: Iterable[str]
) -> DateReading:
    """An ambiguous date with the one of its days that is not in the future, that another date of
    the page names, or that is at most a week after one in the story (``yesterday, August 3``)."""
    if not found.either:
        return found
    fits = [value for value in found.either if is_plausible(value, seen_at)]
    if len(fits) > 1:
        known = {reading.day for reading, _ in dates}
        named = MENTION.findall(" ".join(story))
        spoken = {_day(int(fits[0][:4]), _month(n), int(a or b or 0)) for a, n, b in named}
        weeks = {
            v: {str(date.fromisoformat(v[:10]) - timedelta(d)) for d in range(8)} for v in fits
        }
        fits = [v for v in fits if v[:10] in known] or [v for v in fits if weeks[v] & spoken]
    return replace(found, value=fits[0] if len(fits) == 1 else None)


def _is_swapped(value: str, printed: DateReading) -> bool:
    """Is the declared day the printed one (month in words) with day and month exchanged?"""
    other = printed.day
    if not re.search(r"[^\W\d_]{3}", printed.raw) or value[:10] == other:
        return False
    return value[:10] == f"{other[:4]}-{other[8:]}-{other[5:7]}"


def _place_instant(good: Sequence[Found], others: Sequence[Found], place: str | None) -> Found:
    """The first reading, a UTC instant, as the day and time where the publisher is."""
    first, how = good[0]
    instant = datetime.fromisoformat(first.value or "")
    if place:
        return replace(first, value=_on_clock(instant, place).isoformat()), how
    for other, evidence in (*good[1:], *others):
        if local := _same_instant(instant, other):
            return replace(other, value=local), evidence
    shown = [found for found in good if found[1] in (*PRINTED, "url")]
    days = {(instant + timedelta(hours=offset)).date().isoformat() for offset in WESTMOST_EASTMOST}
    days -= {other.day for other, _ in others}
    if all(found[0].day != first.day for found in shown):
        for found in shown:
            if found[0].value in days and not found[0].wall:
                return found
    return good[0]


def _same_instant(instant: datetime, other: DateReading) -> str | None:
    """The instant on the clock of the other reading, if that tells the same one elsewhere; a clock
    time without zone must show another day and differ by whole half hours."""
    if other.wall and other.wall.date() != instant.date():
        offset = round((other.wall - instant.replace(tzinfo=None)) / HALF_HOUR) * HALF_HOUR
        if abs(offset) > 28 * HALF_HOUR:
            return None
        local = instant.astimezone(timezone(offset))
        is_same = abs(local.replace(tzinfo=None) - other.wall) <= A_MINUTE
        return local.isoformat() if is_same else None
    value = other.value or ""
    if len(value) <= 10 or value.endswith("+00:00"):
        return None
    return value if abs(instant - datetime.fromisoformat(value)) <= A_MINUTE else None


def _on_clock(instant: datetime, place: str | None) -> datetime:
    return instant.astimezone(ZoneInfo(place) if place else UTC)


def read_match(match: re.Match[str], day_first: bool | None) -> DateReading:
    """The reading of one DATE match."""
    year = int(match["y1"] or match["y2"] or match["y3"] or match["y4"] or match["y5"])
    raw = match[0].strip()
    if name := match["m2"] or match["m3"] or match["m5"]:
        days = [_day(year, _month(name), int(match["d2"] or match["d3"] or match["d5"]))]
    elif match["m1"]:
        days = [_day(year, int(match["m1"]), int(match["d1"]))]
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


def _month(name: str) -> int:
    return MONTHS[_month_key(name)]


def _day(year: int, month: int, day: int) -> str | None:
    try:
        return date(year, month, day).isoformat()
    except ValueError:
        return None


def _with_time(match: re.Match[str], day: str) -> tuple[str, datetime | None]:
    """(``2024-05-29T09:15:00+01:00``, None), or the day alone where the time or its zone is
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
