"""Chooses the date to believe among those that a page declares and prints."""

import re
from collections.abc import Iterable, Sequence, Set
from dataclasses import replace
from datetime import date, datetime, timedelta, timezone

from tradepress.archive.clock import later, on_clock
from tradepress.extraction.dates import (
    A_DAY,
    FAR,
    MONTH,
    TIME_ELSEWHERE,
    DateReading,
    Found,
    as_day,
    month_of,
)
from tradepress.extraction.plausible import is_plausible
from tradepress.story import Reading

MENTION = re.compile(rf"\b(?:(\d{{1,2}})(?:st|nd|rd|th|\.)? )?({MONTH})(?: (\d{{1,2}}))?\b", re.I)
MIDNIGHT = "00:00"
A_MINUTE, HALF_HOUR, FARTHEST = timedelta(minutes=1), timedelta(minutes=30), timedelta(hours=14)
WESTMOST_EASTMOST = (-11, 13)
"""Are the hours by which clocks differ from UTC."""
ENOUGH_WITNESSES = 3
"""Is how many kinds of them no other evidence outweighs."""
PRINTED = ("dateline", "time", TIME_ELSEWHERE)
"""Names evidence that a reader sees."""
PLUG_IN = ("article:modified_time", "og:updated_time", "time", TIME_ELSEWHERE)
"""Is evidence of updates from blogs, whose themes print the same day without a label."""
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
    hint: tuple[date, date] | None = None,
) -> tuple[DateReading | None, list[Reading]]:
    """Returns the date to believe, and all readings with it first; ``dates`` are strongest first,
    all of publication or all of updates.

    The first that is possible and plausible counts, unless a printed one shows that it is wrong. A
    UTC instant is told on the clock of the ``place`` (IANA name), or of another reading of the same
    instant, or gives way to the neighbouring day where that is printed. ``others`` are the dates
    for the other purpose and ``story`` the first paragraphs: they decide between two orders, as do
    the days ``between`` which a story of this id falls, or a ``hint`` of others; a date among the
    first goes before the others.
    The raw string is the printed one where that names the same day.
    """
    known = [*dates, *others]
    dates = [(_decide(found, known, seen_at, story, between, hint), how) for found, how in dates]
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
    doubting = printed
    proved = None if are_updates else find_proved(good, ENOUGH_WITNESSES)
    if proved:
        doubting, good = [], [proved, *(found for found in good if found is not proved)]
        first = proved[0]
    chosen = next((found for found in doubting if _is_swapped(first.day, found[0])), good[0])
    if chosen is good[0] and (first.value or "").endswith("+00:00"):
        chosen = _place_instant(good, others, place)
    # A day printed beside the headline without the label of an update is the publisher's own day
    # of the story, also where structured data takes it for dateModified.
    updates = {other.day for other, _ in others}
    told = set() if are_updates else {other.day for other, how in others if how not in PLUG_IN}
    if doubting and doubting[0][0].day in told - {first.day, chosen[0].day}:
        chosen = doubting[0]
    if not are_updates and chosen is good[0]:
        chosen = (None if proved else _overruling(good, updates)) or chosen
        chosen = next((found for found in good if _tells_time(found, chosen)), chosen)
    ranked = [chosen, *(found for found in dates if found is not chosen)]
    raw = next((r.raw for r, _ in printed if r.day == chosen[0].day), chosen[0].raw)
    return (
        DateReading(value=chosen[0].value, raw=raw),
        [Reading(value=reading.value or reading.raw, evidence=how) for reading, how in ranked],
    )


def find_proved(good: Sequence[Found], enough: int) -> Found | None:
    """Returns the first reading of a day that so many kinds of witnesses name, as JSON-LD, a meta,
    the address and what is printed."""
    for reading, how in good:
        kinds = {_kind_of_witness(other) for one, other in good if one.day == reading.day}
        if len(kinds - {""}) >= enough:
            return reading, how
    return None


def _kind_of_witness(how: str) -> str:
    """Returns what is equal for evidence of the same place; empty for weak one."""
    if how in FAR:
        return ""
    is_schema = how.startswith(("json-ld", "microdata"))
    if is_schema or how == "url":
        return "schema" if is_schema else how
    return "printed" if how in PRINTED else "meta"


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
    hint: tuple[date, date] | None,
) -> DateReading:
    """Returns an ambiguous date with the one of its days that is not in the future, that its id
    allows, that another date of the page names, or that is at most a week after one in the story
    (``yesterday, August 3``)."""
    if not found.either:
        is_placed = found.value is None or _is_between(found.value, between)
        return found if is_placed else _turned(found, between)
    fits = [value for value in found.either if is_plausible(value, seen_at)]
    fits = [value for value in fits if _is_between(value, between or hint)] or fits
    if len(fits) > 1:
        known = {reading.day for reading, _ in dates}
        named = MENTION.findall(" ".join(story))
        spoken = {as_day(int(fits[0][:4]), month_of(n), int(a or b or 0)) for a, n, b in named}
        days = {v: date.fromisoformat(v[:10]) for v in fits}
        told = [v for v in fits if any(str(days[v] - timedelta(n)) in spoken for n in range(8))]
        fits = [v for v in fits if v[:10] in known] or told
    return replace(found, value=fits[0] if len(fits) == 1 else None)


def _turned(found: DateReading, between: tuple[date, date] | None) -> DateReading:
    """Returns a numeric date with day and month exchanged, if only so it has its place."""
    value = found.value or ""
    turned = as_day(int(value[:4]), int(value[8:10]), int(value[5:7]))
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
