"""Nothing new for unusually long, against the pauses that the paper itself makes."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from itertools import pairwise

from archive.health.finding import Finding
from archive.health.history import History
from archive.health.rules import (
    FEWEST_PAUSES,
    LEARNING,
    LEAST_SILENCE,
    QUIET_DAYS,
    SILENCE,
    UNKNOWN_SILENCE,
)
from archive.health.shift import usual_longest


def find_silence(history: History) -> Iterator[Finding]:
    """A new story is one that was stored for the first time, on the day of the crawl, or would
    have been if its policy were not to skip it."""
    good = history.last_good_run()
    if good is None or history.now - datetime.fromisoformat(history.first_run) < LEARNING:
        return
    news = sorted(
        {
            date.fromisoformat(fetch.at[:10])
            for fetch in history.fetches
            if fetch.is_new_story or fetch.reason == "policy"
        }
    )
    last = news[-1] if news else date.fromisoformat(history.runs[0].started[:10])
    silent = pause(last, date.fromisoformat(good.started[:10]))
    pauses = [pause(*days) for days in pairwise(news)]
    usual = usual_longest(pauses) if pauses else 0
    if len(pauses) >= FEWEST_PAUSES:
        least = LEAST_SILENCE
        words = f"its usual longest pause is {usual:.0f} days"
    else:
        least = UNKNOWN_SILENCE
        words = "too few pauses are known to say what is usual"
    if silent > max(least, SILENCE * usual):
        yield Finding(
            source=history.source,
            check="silence",
            level="warning",
            what="nothing new",
            figures=f"{silent} days; {words}",
            since=last.isoformat(),
            step="Look at the paper in a browser: if it has newer stories, its sections or the "
            f"form of their addresses have changed; mend crawler/spiders/{history.source}.py.",
        )


def pause(first: date, last: date) -> int:
    """Days from one to the other, without those at the end of the year."""
    start, end = QUIET_DAYS
    days = (first + timedelta(day) for day in range(1, (last - first).days + 1))
    return sum(end < f"{day:%m-%d}" < start for day in days)
