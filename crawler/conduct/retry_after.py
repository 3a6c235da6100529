"""Retry-After (RFC 9110, 10.2.3): how long a busy host wants to be left alone."""

from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

from scrapy.http import Response

BUSY = (429, 503)
LONGEST_WAIT = timedelta(hours=1)
"""Cap for what a Retry-After may ask, and the wait where there is none that makes sense."""


def retry_after(response: Response) -> timedelta:
    """Seconds or an HTTP date to come, up to the cap."""
    raw = (response.headers.get("Retry-After") or b"").decode("latin-1").strip()
    if raw.isascii() and raw.isdigit():
        return timedelta(seconds=min(float(raw), LONGEST_WAIT.total_seconds()))
    try:
        date = parsedate_to_datetime(raw)
        # An HTTP date is always GMT; Python reads "-0000" as no zone at all.
        wait = date.replace(tzinfo=date.tzinfo or UTC) - datetime.now(UTC)
    except (ValueError, TypeError, OverflowError):
        return LONGEST_WAIT
    return min(wait, LONGEST_WAIT) if wait > timedelta() else LONGEST_WAIT
