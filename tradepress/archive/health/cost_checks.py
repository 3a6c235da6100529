"""Checks what the last crawl cost against those before it."""

from collections.abc import Iterator
from statistics import median

from tradepress.archive.clock import utc_text
from tradepress.archive.health.finding import Check, Found
from tradepress.archive.health.history import IS_CRAWL
from tradepress.archive.health.whole_checks import Whole
from tradepress.archive.ledger.run_report import REQUESTS

FORMER, FEWEST = 30, 10
"""Count the crawls that the last one is compared with, at most and at least."""
DEAR = 2
MEASURES = (("cpu_seconds", "s of CPU", 1, 1.0), ("bytes_written", "MB written", 1e6, 1e6))
"""Names a column, what it counts, how much of it is one, and what it is dearer by at least."""


def find_dear_run(whole: Whole) -> Iterator[Found]:
    """Finds a crawl that cost twice as much as usual, in all and for each request: one with more
    news costs more in all, and one with less more for each."""
    for column, unit, size, least in MEASURES:
        rows = whole.db.execute(
            f"SELECT id, started, {column}, max(1, {REQUESTS}) FROM runs WHERE {IS_CRAWL} "
            f"AND state = 'done' AND {column} IS NOT NULL AND started <= ? "
            "ORDER BY id DESC LIMIT ?",
            [utc_text(whole.now), FORMER + 1],
        ).fetchall()
        if len(rows) <= FEWEST:
            continue
        (run_id, started, spent, requests), *former = rows
        usual = median(before for *_, before, _ in former)
        usual_each = median(before / asked for *_, before, asked in former)
        if spent > max(DEAR * usual, usual + least) and spent / requests > DEAR * usual_each:
            yield Found(
                what=f"the last crawl (run {run_id}) cost more than twice as much as usual",
                figures=f"{spent / size:,.1f} {unit} for {requests:,} requests; in the "
                f"{len(former)} before it {usual / size:,.1f}, a request {usual_each / size:.3f}",
                since=started,
                step=f"Compare `tradepress runs {run_id}` with the runs before it: a new release, "
                "other pages, a busy or failing machine.",
                subject=unit,
            )


CHECKS = (
    Check(
        name="cost",
        find=find_dear_run,
        when=f"the last crawl took over {DEAR} times the CPU, or wrote over {DEAR} times the "
        f"bytes, of the {FORMER} before it (their median; {FEWEST} at least), both in all and for "
        "each request",
        why="nothing is lost; it tells of a machine in trouble, or of a site that has changed",
    ),
)
