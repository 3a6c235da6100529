"""Checks back-fills: whether the last one came to its end, and whether web archives let us in.

They are no crawls: no other check looks at them, and a source that was only back-filled is not
expected to have something new.
"""

from collections.abc import Iterator
from datetime import datetime, timedelta

from tradepress.archive.clock import utc_text
from tradepress.archive.health.finding import Check, Found
from tradepress.archive.health.site_checks import LONG_PAUSE
from tradepress.archive.health.whole_checks import ENDED, LONGEST_REASON, Whole

TOLD_FOR = timedelta(days=14)
LAST_RUNS = 5
BACKFILLS = "SELECT id FROM runs WHERE kind = 'backfill' AND started <= ? ORDER BY id DESC LIMIT ?"


def find_broken_backfill(whole: Whole) -> Iterator[Found]:
    """Finds a back-fill that broke off; whoever stopped it by a signal knows."""
    row = whole.db.execute(
        "SELECT id, started, state, reason, command FROM runs WHERE stopped_by IS NULL "
        f"AND id IN ({BACKFILLS})",
        [utc_text(whole.now), 1],
    ).fetchone()
    if row is None or row[1] < utc_text(whole.now - TOLD_FOR):
        return
    run_id, started, state, reason, command = row
    is_being_written = whole.surroundings is not None and whole.surroundings.is_being_written
    if state != "done" and not (state == "running" and is_being_written):
        yield Found(
            what=f"the last back-fill (run {run_id}) {ENDED[state]}",
            figures=(reason or "it ended without a word")[:LONGEST_REASON],
            since=started,
            step=f"What it fetched is kept, and it goes on where it was: `tradepress {command}`.",
        )


def find_paused_web_archive(whole: Whole) -> Iterator[Found]:
    rows = whole.db.execute(
        "SELECT host, paused_until, reason, blocks, blocked_at FROM hosts WHERE paused_until > ? "
        f"AND EXISTS (SELECT 1 FROM fetches WHERE run_id IN ({BACKFILLS}) "
        "AND kind IN ('index', 'memento') "  # not of one from a paper's own listings
        "AND substr(url, instr(url, '://') + 3, length(host) + 1) = host || '/') ORDER BY host",
        [utc_text(whole.now), utc_text(whole.now), LAST_RUNS],
    )
    for host, until, reason, blocks, blocked_at in rows.fetchall():
        if blocks or datetime.fromisoformat(until) - whole.now > LONG_PAUSE:
            yield Found(
                what=f"the web archive {host} turns us away",
                figures=f"{reason or 'no reason known'}; left alone until "
                f"{until[:16].replace('T', ' ')} UTC",
                since=blocked_at,
                subject=host,
            )


CHECKS = (
    Check(
        name="back-fill",
        find=find_broken_backfill,
        when=f"the last back-fill was killed, broke off or failed, for {TOLD_FOR.days} days",
        why="whoever stops one by a signal knows; nothing that was committed is lost",
    ),
    Check(
        name="web archive",
        find=find_paused_web_archive,
        step="Run the back-fill again after that, with a longer `[backfill] delay`; a web archive "
        "that goes on turning you away has to be asked.",
        when="one that a back-fill asks is left alone after it turned us away, or for more than "
        f"{LONG_PAUSE.seconds // 3600} hours",
        why="a busy host asks for less",
    ),
)
