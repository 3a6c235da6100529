"""When a story is worth another visit: soon while it is fresh, then rarely."""

from datetime import datetime, timedelta

STEPS = (
    (timedelta(days=3), timedelta(days=1)),
    (timedelta(days=21), timedelta(days=7)),
    (timedelta(days=120), timedelta(days=30)),
)
"""Known for at most this long: come back after that long."""
LATER = timedelta(days=180)


def next_visit(found_at: datetime, now: datetime) -> datetime:
    """When to ask again for an address that was found at ``found_at`` and read ``now``."""
    for known_for, pause in STEPS:
        if now - found_at <= known_for:
            return now + pause
    return now + LATER
