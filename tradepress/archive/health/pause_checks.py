"""Says how often a source is crawled and has something new, against what is usual for it."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from itertools import pairwise

from tradepress.archive.health.finding import Check, Found
from tradepress.archive.health.history import LEARNING, WINDOW, History
from tradepress.archive.health.shift import usual_longest

SILENCE = 3
"""Is how many times the usual longest pause between days with a new story is a silence."""
LEAST_SILENCE = 11
"""Counts the days of the shortest silence: a quiet week with both its weekends has ten."""
FEWEST_PAUSES = 5
UNKNOWN_SILENCE = 42
"""Counts the days of silence where fewer pauses are known: a monthly may come some days late."""
QUIET_DAYS = ("12-24", "01-02")
"""Are the days that count for no silence: the press pauses at the end of the year."""
LATE = 2
"""Is how many times the usual interval between two runs is late."""
LEAST_LATE = timedelta(hours=36)
FEWEST_RUNS = 3
"""Counts runs on different days: whoever tries a source out crawls it more than its timer will."""


def find_not_crawled(waits: bool | None) -> Iterator[Found]:
    """Finds a source that was not crawled.

    :param waits: after its trial; None: it was never crawled
    """
    if waits is not False:
        why = "it was not let go on after its trial" if waits else "it was never crawled"
        yield Found(what=f"{why}, so a scheduled run leaves it out")


def find_late_run(history: History | None) -> Iterator[Found]:
    """Finds that a source's next run is late.

    :param history: None: no crawl within the window
    """
    if history is None:
        yield Found(
            figures=f"more than {WINDOW.days} days",
            step="`tradepress schedule show` says whether the timer is there; a source that you "
            "have given up is left out by `sources` in tradepress.toml.",
        )
        return
    starts = [datetime.fromisoformat(started) for started in history.runs.values()]
    if len({start.date() for start in starts}) < FEWEST_RUNS:
        return
    seconds = usual_longest([(b - a).total_seconds() for a, b in pairwise(starts)])
    waited, usual = history.now - starts[-1], timedelta(seconds=seconds)
    if waited > max(LATE * usual, LEAST_LATE):
        good = (history.last_good_run or "unknown")[:10]
        yield Found(
            figures=f"{_length(waited)}, usual are {_length(usual)}; last good run {good}",
            since=history.runs[history.last_run],
        )


def _length(duration: timedelta) -> str:
    hours = duration.total_seconds() / 3600
    return f"{hours:.0f} hours" if hours < 72 else f"{hours / 24:.0f} days"


def find_silence(history: History) -> Iterator[Found]:
    """Finds that no new story came for long; new is one that was stored for the first time, on
    the day of the crawl, or would have been if its policy were not to skip it."""
    if history.last_good_run is None or history.now - history.first_run < LEARNING:
        return
    news = sorted(
        {
            date.fromisoformat(fetch.at[:10])
            for fetch in history.fetches
            if fetch.is_new_story or fetch.reason == "policy"
        }
    )
    last = news[-1] if news else date.fromisoformat(history.start[:10])
    silent = _pause(last, date.fromisoformat(history.last_good_run[:10]))
    pauses = [_pause(*days) for days in pairwise(news)]
    usual = usual_longest(pauses) if pauses else 0
    if len(pauses) >= FEWEST_PAUSES:
        least, words = LEAST_SILENCE, f"its usual longest pause is {usual:.0f} days"
    else:
        least, words = UNKNOWN_SILENCE, "too few pauses are known to say what is usual"
    if silent > max(least, SILENCE * usual):
        yield Found(figures=f"{silent} days; {words}", since=last.isoformat())


def _pause(first: date, last: date) -> int:
    """Counts the days from one to the other, without those at the end of the year."""
    start, end = QUIET_DAYS
    days = (first + timedelta(day) for day in range(1, (last - first).days + 1))
    return sum(end < f"{day:%m-%d}" < start for day in days)


NOT_CRAWLED = Check(
    name="not crawled",
    find=find_not_crawled,
    step="Run `tradepress crawl {source}`, read its report, then go on with --no-trial.",
    when="the configuration names a source that was never crawled, or waits after its trial",
    why="a scheduled run leaves it out",
)
LATE_RUN = Check(
    name="late",
    level="problem",
    find=find_late_run,
    what="no crawl",
    step="`tradepress schedule show` says whether the timer is there and when it fires.",
    when=f"no crawl for more than {LATE} times the usual longest interval and "
    f"{LEAST_LATE.total_seconds() / 3600:.0f} hours, once it was crawled on {FEWEST_RUNS} days; "
    f"or for {WINDOW.days} days",
    why="a crawl on working days alone is usual, too",
)
SILENT = Check(
    name="silence",
    find=find_silence,
    what="nothing new",
    step="Look at the paper in a browser: if it has newer stories, its sections or the form of "
    "their addresses have changed: `tradepress sources check {source}` shows what to mend.",
    when=f"nothing new for more than {SILENCE} times the usual longest pause and {LEAST_SILENCE} "
    f"days; where fewer than {FEWEST_PAUSES} pauses are known, {UNKNOWN_SILENCE} days",
    why="a quiet week with both its weekends has ten days; 24 December to 2 January don't count",
)
