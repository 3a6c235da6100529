"""RSS, Atom and JSON feeds: the addresses of their entries, with their dates."""

import io
import json
from typing import Any

import feedparser

from crawler.discovery.candidates import (
    Candidate,
    Candidates,
    NotAListing,
    own_address,
    require_size,
    sorted_out,
)
from crawler.discovery.listed_dates import date_listed, lastmod
from crawler.source import Source

JSON_FEED = "https://jsonfeed.org/version/"


def read_feed(page: bytes, source: Source, *, url: str = "") -> Candidates:
    """Read one feed.

    :param url: its address; relative links are resolved against it
    :raises NotAListing: it is too large, or has no entries and is not a feed at all
    """
    require_size(page)
    is_json = page.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"{")
    entries, is_whole = _read_json(page) if is_json else _read_xml(page)
    candidates = [
        Candidate(
            url=address,
            date_listed=date_listed(published),
            lastmod=lastmod(updated),
            listed_by="feed",
        )
        for link, published, updated in entries
        if isinstance(link, str) and (address := own_address(link, url, source))
    ]
    return sorted_out(candidates, source, is_whole=is_whole)


Entries = list[tuple[Any, Any, Any]]
"""Address, published and updated of each."""


def _read_xml(page: bytes) -> tuple[Entries, bool]:
    feed = feedparser.parse(io.BytesIO(page))  # bytes alone might be the name of a file
    if not feed.get("version") and not feed.entries:
        raise NotAListing("unreadable", "this is not a feed")
    names = ("link", "published", "updated")
    # A plain dict's get: feedparser's own answers `updated` with `published`.
    entries = [tuple(dict.get(entry, name) for name in names) for entry in feed.entries]
    return [(link, published, updated) for link, published, updated in entries], not feed.bozo


def _read_json(page: bytes) -> tuple[Entries, bool]:
    """JSON Feed 1.1 (jsonfeed.org), which feedparser does not read."""
    try:
        feed = json.loads(page)
    except (ValueError, RecursionError) as error:
        raise NotAListing("unreadable", "this is not a feed") from error
    items = feed.get("items")
    if not str(feed.get("version")).startswith(JSON_FEED) or not isinstance(items, list):
        raise NotAListing("unreadable", "this is not a JSON feed")
    names = ("url", "date_published", "date_modified")
    entries = [tuple(item.get(name) for name in names) for item in items if isinstance(item, dict)]
    return [(link, published, updated) for link, published, updated in entries], True
