"""RSS, Atom and JSON feeds: the addresses of their entries."""

import feedparser

from crawler.discovery.candidates import Candidates, own_address
from crawler.source import Source


class NotAFeed(ValueError):
    """The page can't be read as a feed."""


def read_feed(page: bytes, source: Source) -> Candidates:
    """Read one feed.

    :raises NotAFeed: it has no entries and is not a feed at all
    """
    feed = feedparser.parse(page)
    if not feed.get("version") and not feed.entries:
        raise NotAFeed("this is not an RSS or Atom feed")
    links = (own_address(entry.link, "", source) for entry in feed.entries if entry.get("link"))
    own = list(dict.fromkeys(link for link in links if link))
    return Candidates(
        articles=tuple(link for link in own if source.is_article_url(link)),
        others=tuple(link for link in own if not source.is_article_url(link)),
    )
