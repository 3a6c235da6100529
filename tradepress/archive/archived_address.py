"""Reads addresses at web archives: of which page they are, and when it stood like that."""

import re
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import unquote

from tradepress.archive.clock import has_come, instant_of
from tradepress.archive.web_address import web_address

MOST_LAYERS = 4
"""Is enough for an archive of an archive of an archive."""
CAPTURED = r"/(?P<time>{digits})(?:[a-z]{{2}}_)?"
"""Matches the time, and what is wanted of the capture: ``id_`` as received, ``mp_`` rewritten, …"""
PAGE = r"/(?P<url>https?(?::|%3A)(?:/|%2F)+[^/].*)"
BARE = r"/(?P<bare>[\w-]+(?:\.[\w-]+)+(?::\d+)?(?:[/?#].*)?)"
WAYBACK = re.compile(
    r"(?:https?:)?//(?:[\w-]+\.)*archive\.org(?::\d+)?/(?:web|save)"
    rf"(?:(?:{CAPTURED.format(digits='[0-9]{4,14}')})?{PAGE}"
    rf"|{CAPTURED.replace('time', 'at').format(digits='[0-9]{4,14}')}{BARE})",
    re.IGNORECASE | re.DOTALL,
)
"""Matches an address at the Wayback Machine, where the time may be cut short or missing, and so
may the scheme behind it."""
ROOTED = re.compile(
    rf"/web{CAPTURED.format(digits='[0-9]{4,14}')}{PAGE}", re.IGNORECASE | re.DOTALL
)
"""Matches an address as the pages of a web archive link to each other."""
REPLAYED = re.compile(
    r"(?:(?:https?:)?//[^/?#]+)?(?:/[\w.-]+){0,3}"
    rf"{CAPTURED.format(digits='[0-9]{14}')}{PAGE}",
    re.IGNORECASE | re.DOTALL,
)
"""Matches an address at any other archive: OpenWayback, pywb, archive.today."""


@dataclass(frozen=True, kw_only=True, slots=True)
class ArchivedAddress:
    """Holds what an address at a web archive says."""

    url: str
    """Is the address of the page that was captured."""
    date_captured: datetime | None
    """Is the instant (aware, UTC) at which the page stood like this, a day's first one where no
    more is said; None where not even the day is: then the archive gives any capture near that
    time."""


def unwrap(address: str) -> ArchivedAddress | None:
    """Returns the page behind an address at a web archive; None for any other address.
    >>> unwrap("https://web.archive.org/web/20170804123456id_/http:/site.example/x")
    ArchivedAddress(url='http://site.example/x', \
date_captured=datetime.datetime(2017, 8, 4, 12, 34, 56, tzinfo=datetime.timezone.utc))
    """
    found = None
    for _ in range(MOST_LAYERS):
        url = found.url if found else address
        match = WAYBACK.fullmatch(url) or ROOTED.fullmatch(url) or REPLAYED.fullmatch(url)
        if match is None:
            break
        said = match.groupdict()
        if page := said["url"]:
            scheme = page.partition(":")[0]
            page = unquote(page) if "%" in scheme or scheme == page else page  # encoded as a whole
        try:
            page = web_address(page or f"http://{said['bare']}")
        except ValueError:
            return None
        found = ArchivedAddress(
            url=page, date_captured=capture_time(said["time"] or said.get("at") or "")
        )
    return found


def capture_time(digits: str) -> datetime | None:
    """Returns the time of a capture, as far as it has come, and says the day at least.

    :param digits: ``YYYYMMDDhhmmss``, perhaps cut short
    """
    if len(digits) < 8:
        return None
    whole = digits[: len(digits) // 2 * 2]
    with suppress(ValueError):
        moment = instant_of(f"{whole:0<14}")
        return moment if has_come(moment) else None
    return None
