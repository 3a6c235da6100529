"""Days of which a story could be."""

from datetime import date, datetime, timedelta

EARLIEST_YEAR, LATEST_YEAR = 1980, 2100


def is_plausible(value: str, seen_at: datetime | None) -> bool:
    """Could a story be of that day? Not before 1980, and not after the page was seen."""
    day = date.fromisoformat(value[:10])
    if not EARLIEST_YEAR <= day.year <= LATEST_YEAR:
        return False
    if seen_at is None or seen_at.year > LATEST_YEAR:  # nothing can be added to the last day
        return True
    return day <= (seen_at + timedelta(hours=26)).date()
