"""RSS, Atom and JSON feeds: the addresses of their entries."""

import io

import feedparser

from crawler.discovery.candidates import Candidates, NotAListing, own_address, require_size
from crawler.source import Source


def read_feed(page: bytes, source: Source) -> Candidates:
    """Read one feed.

    :raises NotAListing: it is too large, or has no entries and is not a feed at all
    """
    require_size(page)
    feed = feedparser.parse(io.BytesIO(page))  # bytes alone might be the name of a file
    if not feed.get("version") and not feed.entries:
        raise NotAListing("unreadable", "this is not an RSS or Atom feed")
    links = (own_address(entry.link, "", source) for entry in feed.entries if entry.get("link"))
    own = list(dict.fromkeys(link for link in links if link))
    return Candidates(
        articles=tuple(link for link in own if source.is_article_url(link)),
        others=tuple(link for link in own if not source.is_article_url(link)),
    )
