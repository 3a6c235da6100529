"""Holds what a listing, feed or sitemap offers: stories, further pages, and the rest."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from w3lib.url import safe_url_string

from tradepress.archive.web_address import web_address
from tradepress.extraction.not_an_article import LARGEST_PAGE
from tradepress.source import Source
from tradepress.story import Listing

LARGEST_SITEMAP = 50 * 1024 * 1024
"""Is how many bytes a sitemap may have, by the protocol."""
ListedBy = Literal["feed", "news-sitemap", "section", "sitemap"]

# A visit's number in each link would make every story new at every visit.
SESSION_PATH = re.compile(r";jsessionid=[^/?]*", re.I)
SESSION_KEY = re.compile(r"(?<=[?&])(?:jsessionid|phpsessid|aspsessionid\w*)=[^&]*&?", re.I)


class NotAListing(ValueError):
    """Raised where the page can't be read as what it was asked for.

    ``reason`` is one of: unreadable, too_large, too_complex, not_html, empty, soft_404, consent,
    challenge, login.
    """

    def __init__(self, reason: str, words: str) -> None:
        super().__init__(reason, words)  # both, so that it can be pickled
        self.reason = reason
        self.words = words

    def __str__(self) -> str:
        return self.words


@dataclass(frozen=True, kw_only=True, slots=True)
class Candidate:
    """Holds one address that a listing, feed or sitemap offers, and what it says of it."""

    url: str
    """Is absolute, percent-encoded, without fragment."""
    date_listed: str | None = None
    """Is when it was published: ISO 8601, a day or an instant with offset."""
    lastmod: str | None = None
    """Is when it was last changed: ``2017-08-04T10:00:00Z``, or the day alone."""
    listed_by: ListedBy | None = None
    headline: str | None = None
    authors: tuple[str, ...] = ()
    section: str | None = None
    description: str | None = None
    """Is set, as section is and authors of section pages are, only where the source takes it from
    listings."""

    @property
    def listing(self) -> Listing:
        """Returns what is said of the story, as an archive keeps it."""
        return Listing(
            date_published=self.date_listed,
            listed_by=self.listed_by,
            headline=self.headline,
            authors=self.authors,
            section=self.section,
            description=self.description,
        )


@dataclass(frozen=True, kw_only=True, slots=True)
class Candidates:
    """Holds the addresses found on one page, in page order, each once."""

    articles: tuple[Candidate, ...] = ()
    """Are addresses that have the form of a story of the source."""
    pages: tuple[Candidate, ...] = ()
    """Are further pages of the same listing, the next one first, or the sitemaps of an index."""
    others: tuple[str, ...] = ()
    """Are links of the source's own site that are neither."""
    older: tuple[str, ...] = ()
    """Are those of ``others`` that seem to lead to older stories: ``Older posts``, ``/2015/``."""
    last_page: int | None = None
    """Is how many pages the listing says that it has."""
    is_whole: bool = True
    """Was the page without faults, so that nothing in it was missed?"""


def each_once(offered: Iterable[Candidate]) -> list[Candidate]:
    """Returns each address once, as it was offered first."""
    own: dict[str, Candidate] = {}
    for candidate in offered:
        own.setdefault(candidate.url, candidate)
    return list(own.values())


def sorted_out(
    offered: Iterable[Candidate], source: Source, *, is_whole: bool = True
) -> Candidates:
    """Sorts addresses into stories and the rest, each address once."""
    own = each_once(offered)
    return Candidates(
        articles=tuple(one for one in own if source.is_article_url(one.url)),
        others=tuple(one.url for one in own if not source.is_article_url(one.url)),
        is_whole=is_whole,
    )


def own_address(href: str, base: str, source: Source) -> str | None:
    """Returns a link as an absolute address on the source's site, percent-encoded, without fragment
    and session.

    None for any other link, and for what is no address at all.
    """
    try:
        address = safe_url_string(web_address(href, base)).partition("#")[0]  # as Scrapy asks
    except ValueError:
        return None
    if not source.owns(address):
        return None
    return SESSION_KEY.sub("", SESSION_PATH.sub("", address)).rstrip("?&")


def require_size(page: bytes, largest: int = LARGEST_PAGE) -> None:
    """Refuses what is too large for a listing, feed or sitemap."""
    if len(page) > largest:
        raise NotAListing("too_large", f"it is larger than {largest:,} bytes")


def is_posts(url: str) -> bool:
    """Is it the address of the list of posts that WordPress offers to programs?"""
    return "wp/v2/posts" in url
