"""Does the crawl still run, and does it come to its end?"""

from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import pairwise

from sqlite_utils import Database

from archive.clock import utc_text
from archive.health.finding import Finding
from archive.health.history import History
from archive.health.rules import FEWEST_RUNS, LATE, LEAST_LATE
from archive.health.shift import usual_longest

ENDED = {"running": "was killed", "interrupted": "was interrupted", "failed": "failed"}
LONGEST_REASON = 160
AT_DEADLINE = "stopped before its end (deadline)"
"""A paper with many old stories takes some nights, and loses none."""


def find_late_run(history: History) -> Iterator[Finding]:
    """No crawl of the source for far longer than between two of them."""
    starts = [datetime.fromisoformat(run.started) for run in history.runs]
    if len({start.date() for start in starts}) < FEWEST_RUNS:
        return
    seconds = usual_longest([(b - a).total_seconds() for a, b in pairwise(starts)])
    waited = history.now - starts[-1]
    if waited > max(LATE * timedelta(seconds=seconds), LEAST_LATE):
        good = history.last_good_run()
        yield Finding(
            source=history.source,
            check="late",
            level="problem",
            what="no crawl",
            figures=f"{_length(waited)}, usual are {_length(timedelta(seconds=seconds))}; last "
            f"good run {good.started[:10] if good else 'unknown'}",
            since=history.runs[-1].started,
            step="`tradepress schedule show` says whether the timer is there and when it fires.",
        )


def find_broken_run(db: Database, now: datetime, *, is_being_written: bool) -> Iterator[Finding]:
    """The last crawl, of whatever sources, was killed, broke off or failed."""
    rows = db.execute(
        "SELECT id, started, state, reason FROM runs WHERE started <= ? "
        "AND kind = 'crawl' ORDER BY id DESC LIMIT 60",
        [utc_text(now)],
    ).fetchall()
    if rows and rows[0][2] == "running" and is_being_written:
        rows = rows[1:]
    bad = []
    for row in rows:
        if row[2] == "done":
            break
        bad.append(row)
    if bad:
        run_id, _, state, reason = bad[0]
        words = (reason or "it ended without a word")[:LONGEST_REASON]
        is_lasting = len(bad) > 1 and not words.startswith(AT_DEADLINE)
        yield Finding(
            source=None,
            check="run",
            level="problem" if is_lasting else "warning",
            what=f"the last crawl (run {run_id}) {ENDED[state]}",
            figures=f"{words}; {len(bad)} in a row",
            since=bad[-1][1],
            step="What it committed is kept, and the next run goes on; see `tradepress runs`.",
        )


def _length(duration: timedelta) -> str:
    hours = duration.total_seconds() / 3600
    return f"{hours:.0f} hours" if hours < 72 else f"{hours / 24:.0f} days"
