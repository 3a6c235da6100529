"""Says when an address is worth another visit."""

from datetime import date, datetime, timedelta

STEPS = (
    (timedelta(days=1), timedelta(hours=6)),
    (timedelta(days=3), timedelta(days=1)),
    (timedelta(days=21), timedelta(days=7)),
    (timedelta(days=120), timedelta(days=30)),
)
"""Says after how long a story at most this old is visited again: soon while it is fresh."""
LATER = timedelta(days=180)
LONGEST_WAIT = timedelta(days=30)
A_DAY = timedelta(days=1)


def next_visit(since: datetime, now: datetime) -> datetime:
    """Returns when to ask again for an address that was read ``now``.

    :param since: when it was found, or published if that was before
    """
    for age, pause in STEPS:
        if now - since <= age:
            return now + pause
    return now + LATER


def next_try(tries: int, now: datetime) -> datetime:
    """Returns when to ask again for an address that has failed so often in a row: in the next
    run, then after a day, two, four, up to thirty."""
    return now if tries <= 1 else now + min(A_DAY * 2 ** min(tries - 2, 5), LONGEST_WAIT)


def changed_since(lastmod: str, read_at: str) -> bool:
    """May a page that says it was changed at ``lastmod`` be another than the one read then?

    A day alone may be that of any clock on earth.

    :param lastmod: UTC, or the day alone
    :param read_at: UTC
    """
    if len(lastmod) > len("2017-08-04"):
        return lastmod > read_at
    return date.fromisoformat(lastmod) >= date.fromisoformat(read_at[:10]) - A_DAY
