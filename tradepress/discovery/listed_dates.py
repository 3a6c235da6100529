"""Dates as feeds, sitemaps and listings declare them."""

from datetime import UTC, datetime

from tradepress.extraction.dates import parse_date

LONGEST = 80
"""Characters of a declared date."""


def date_listed(words: object, day_first: bool | None = None) -> str | None:
    """ISO 8601: the day, or the instant with its offset."""
    if not isinstance(words, str):
        return None
    found = parse_date(words[:LONGEST], day_first)
    return found.value if found else None


def lastmod(words: object) -> str | None:
    """In UTC, ``2017-08-04T10:00:00Z``; the day alone where the time or its zone is not said."""
    value = date_listed(words)
    if value is None or len(value) == len("2017-08-04"):
        return value
    try:
        changed = datetime.fromisoformat(value).astimezone(UTC)
    except OverflowError:  # the first day or the last that there is, in another zone
        return value[: len("2017-08-04")]
    return changed.strftime("%Y-%m-%dT%H:%M:%SZ")
