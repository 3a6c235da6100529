"""Tells of which days a story could be."""

from datetime import date, datetime, timedelta

from tradepress.archive.clock import later

EARLIEST_YEAR, LATEST_YEAR = 1980, 2100


def is_plausible(value: str, seen_at: datetime | None) -> bool:
    """Could a story be of that day? Not before 1980, and not after the page was seen."""
    day = date.fromisoformat(value[:10])
    if not EARLIEST_YEAR <= day.year <= LATEST_YEAR:
        return False
    return seen_at is None or day <= later(seen_at, timedelta(hours=26)).date()
