"""Decides which backups are kept: 7 daily, 4 weekly, 12 monthly."""

from collections.abc import Callable, Iterable
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise

DAILY, WEEKLY, MONTHLY = 7, 4, 12
FAR = timedelta(days=366)
"""Is farther than two backups lie apart: nobody pauses that long, so a clock was wrong."""
AHEAD = timedelta(days=1)


def is_clock_doubtful(moments: Iterable[datetime], now: datetime) -> bool:
    """Is a backup of tomorrow there, or one far from the next? Then nobody knows which are old."""
    in_order = [*sorted(moments), now]
    steps = [later - earlier for earlier, later in pairwise(in_order)]
    return any(step > FAR for step in steps) or any(step < -AHEAD for step in steps)


def kept(moments: Iterable[datetime]) -> set[datetime]:
    """Returns all of each of the last days, and the newest of each of the last ISO weeks and
    months, that have one (UTC).

    Days without a backup don't count, so that a pause costs none; the newest is always kept.
    """
    newest_first = sorted(moments, reverse=True)
    days = sorted({moment.astimezone(UTC).date() for moment in newest_first}, reverse=True)
    keep = {moment for moment in newest_first if moment.astimezone(UTC).date() in days[:DAILY]}
    rules: tuple[tuple[int, Callable[[date], object]], ...] = (
        (WEEKLY, lambda day: day.isocalendar()[:2]),
        (MONTHLY, lambda day: (day.year, day.month)),
    )
    for number, period in rules:
        newest_of: dict[object, datetime] = {}
        for moment in newest_first:
            newest_of.setdefault(period(moment.astimezone(UTC).date()), moment)
        keep.update(list(newest_of.values())[:number])
    return keep
