"""Reads the days, months and years that people ask for; what it can't read is refused, and nothing
is guessed. Words such as ``last year`` mean days of the moment of asking, in UTC."""

import re
from calendar import month_name, monthrange
from dataclasses import replace
from datetime import date, timedelta

from tradepress.archive.clock import utc_now
from tradepress.archive.errors import QueryError
from tradepress.archive.search.story_query import StoryQuery

MOST_SHOWN = 60
"""Limits the letters of what was asked that a refusal shows."""
_TIMES = "2017-08-04, 2017-08, 2017, last year or 30 days ago"
_DAYS = "2017-08-04, yesterday or 30 days ago"
_DAY_LENGTH = len("2017-08-04")
_WORDS = {
    "today": (0, 0, 10),
    "yesterday": (0, 1, 10),
    "this month": (0, 0, 7),
    "last month": (1, 0, 7),
    "this year": (0, 0, 4),
    "last year": (12, 0, 4),
}
"""Maps words to how many months and days they lie back, and how much of that day they mean."""
_UNITS = {"day": (0, 1), "week": (0, 7), "month": (1, 0), "year": (12, 0)}
_AGO = re.compile(r"([0-9]{1,6}) (day|week|month|year)s? ago")


def read_time(asked: str, today: date | None = None) -> str:
    """Reads a day, month or year; returns it as ISO 8601 writes it.

    >>> read_time("Last  month", date(2027, 3, 31))
    '2027-02'

    :param today: of a day in UTC; None: today
    :raises QueryError: it is none; says why, or what to write
    """
    return _read(asked, today, "date")


def read_day(asked: str, today: date | None = None) -> str:
    """Reads a day as :func:`read_time` does; a month or a year is none."""
    return _read(asked, today, "day")


def days_of(time: str) -> tuple[date, date]:
    """Returns the first and the last day of a day, month or year that was read."""
    year, month, day = (*map(int, time.split("-")), 0, 0)[:3]
    first = date(year, month or 1, day or 1)
    return first, first.replace(month=month or 12, day=day or monthrange(year, month or 12)[1])


def with_days(query: StoryQuery, today: date | None = None) -> StoryQuery:
    """Returns a query that asks for days, months and years alone, whatever words they were.

    :raises QueryError: one of them is none
    """
    asked = ((name, read, getattr(query, name)) for name, read in DAYS.items())
    found = {name: read(value, today) for name, read, value in asked if value is not None}
    return replace(query, **found) if found else query  # type: ignore[arg-type]


DAYS = {"since": read_time, "until": read_time, "as_of": read_day, "seen_on": read_day}
"""Maps filters of a query to what reads their values."""


def _read(asked: str, today: date | None, what: str) -> str:
    words = " ".join(asked.split()).lower()
    why, time, mend = "", None, _TIMES if what == "date" else _DAYS
    try:
        time = _in_figures(words) or _in_words(words, today)
    except _NoDay as error:
        why = f": {error}"
    if time and (what == "date" or len(time) == _DAY_LENGTH):
        return time
    meant = [one for one in _meant(words) if what == "date" or len(one) == _DAY_LENGTH]
    if meant:
        mend = " or ".join(meant) + (", whichever is meant" if len(meant) > 1 else "")
    shown = asked if len(asked) <= MOST_SHOWN else f"{asked[:MOST_SHOWN]}…"
    raise QueryError(f"{shown!r} is not a {what}{why}; write {mend}")


class _NoDay(ValueError):
    """Says why a day written as we read them isn't in the calendar."""


def _in_figures(words: str) -> str | None:
    """Reads ``2017``, ``2017-08`` and ``2017-08-04``; None: it has another form."""
    if not re.fullmatch(r"[0-9]{4}(-[0-9]{2}){0,2}", words):
        return None
    year, month, day = (*map(int, words.split("-")), 1, 1)[:3]
    if not year:
        raise _NoDay("no year is 0")
    if not 1 <= month <= 12:
        raise _NoDay("the months are 01 to 12")
    last = monthrange(year, month)[1]
    if not 1 <= day <= last:
        raise _NoDay(f"the days of {month_name[month]} {year} are 01 to {last}")
    return words


def _in_words(words: str, today: date | None) -> str | None:
    """Reads what is told from today; None: it has another form."""
    length = _DAY_LENGTH
    if words in _WORDS:
        months, days, length = _WORDS[words]
    elif ago := _AGO.fullmatch(words):
        months, days = (int(ago[1]) * number for number in _UNITS[ago[2]])
    else:
        return None
    today = today or date.fromisoformat(utc_now()[:_DAY_LENGTH])
    year, month = divmod(today.year * 12 + today.month - 1 - months, 12)
    if year < 1 or days >= today.toordinal():
        raise _NoDay("no calendar goes back so far")
    month += 1
    day = min(today.day, monthrange(year, month)[1])
    return (date(year, month, day) - timedelta(days)).isoformat()[:length]


def _meant(words: str) -> list[str]:
    """Lists the days or months that figures in another order may mean, as we read them."""
    figures = re.findall("[0-9]+", words)
    if not re.fullmatch(r"[0-9]+([-./ ]{1,2}[0-9]+){0,2}", words):
        return []
    if len(words) == len("20170804") and len(figures) == 1:
        figures = [words[:4], words[4:6], words[6:]]
    orders = [figures]
    if len(figures[0]) < 4:  # the year is last, and which of the others is the month nobody knows
        orders = [figures[::-1], [figures[-1], *figures[:-1]]]
    found = ["-".join(one if len(one) > 2 else one.zfill(2) for one in order) for order in orders]
    return [*dict.fromkeys(one for one in found if _is_time(one))]


def _is_time(words: str) -> bool:
    try:
        return _in_figures(words) is not None
    except _NoDay:
        return False
