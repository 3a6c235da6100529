"""Reads dates as feeds, sitemaps and listings declare them."""

from datetime import UTC, datetime

from tradepress.extraction.dates import parse_date

LONGEST = 80
"""Bounds the characters of a declared date."""


def date_listed(words: object, day_first: bool | None = None) -> str | None:
    """Returns ISO 8601: the day, or the instant with its offset."""
    if not isinstance(words, str):
        return None
    found = parse_date(words[:LONGEST], day_first)
    return found.value if found else None


def lastmod(words: object) -> str | None:
    """Returns the change in UTC, ``2017-08-04T10:00:00Z``, or the day if time or zone is unsaid."""
    value = date_listed(words)
    if value is None or len(value) == len("2017-08-04"):
        return value
    try:
        changed = datetime.fromisoformat(value).astimezone(UTC)
    except OverflowError:  # the first day or the last that there is, in another zone
        return value[: len("2017-08-04")]
    return changed.strftime("%Y-%m-%dT%H:%M:%SZ")
