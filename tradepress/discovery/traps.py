"""Recognizes addresses that a site makes up without end: calendars, filters, links that grow."""

from collections import Counter
from urllib.parse import urlsplit

from tradepress.archive.web_address import hides_dots

MOST_REPEATS = 2
MOST_PARAMETERS = 6


def trap(url: str) -> str | None:
    """Tells what makes the address look like one of a trap, or None."""
    if hides_dots(url):
        return "hidden dots"
    parts = urlsplit(url)
    segments = Counter(
        segment for segment in parts.path.split("/") if segment and not segment.isdecimal()
    )
    if segments and max(segments.values()) > MOST_REPEATS:
        return "repeated path"
    if len(parts.query.split("&")) > MOST_PARAMETERS:
        return "many parameters"
    return None
