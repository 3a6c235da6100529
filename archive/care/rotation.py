"""Which backups are kept: 7 daily, 4 weekly, 12 monthly."""

from collections.abc import Callable, Iterable
from datetime import UTC, date, datetime

DAILY, WEEKLY, MONTHLY = 7, 4, 12


def kept(moments: Iterable[datetime]) -> set[datetime]:
    """The newest of each of the last days, ISO weeks and months (UTC) that have one.

    Days without a backup don't count, so that a pause costs none; the newest is always kept.
    """
    newest_first = sorted(moments, reverse=True)
    keep: set[datetime] = set()
    rules: tuple[tuple[int, Callable[[date], object]], ...] = (
        (DAILY, lambda day: day),
        (WEEKLY, lambda day: day.isocalendar()[:2]),
        (MONTHLY, lambda day: (day.year, day.month)),
    )
    for number, period in rules:
        newest_of: dict[object, datetime] = {}
        for moment in newest_first:
            newest_of.setdefault(period(moment.astimezone(UTC).date()), moment)
        keep.update(list(newest_of.values())[:number])
    return keep
