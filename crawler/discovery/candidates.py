"""What a listing, feed or sitemap offers: stories, further pages, and the rest."""

from dataclasses import dataclass
from urllib.parse import urljoin

from w3lib.url import safe_url_string

from crawler.extraction.refusal import LARGEST_PAGE
from crawler.source import Source


class NotAListing(ValueError):
    """The page can't be read as what it was asked for.

    ``reason`` is one of: unreadable, too_large, too_complex, not_html.
    """

    def __init__(self, reason: str, words: str) -> None:
        super().__init__(reason, words)  # both, so that it can be pickled
        self.reason = reason
        self.words = words

    def __str__(self) -> str:
        return self.words


@dataclass(frozen=True, kw_only=True, slots=True)
class Candidates:
    """Addresses found on one page, absolute, in page order, each once."""

    articles: tuple[str, ...] = ()
    """Addresses that have the form of a story of the source."""
    pages: tuple[str, ...] = ()
    """Further pages of the same listing, or the sitemaps of an index."""
    others: tuple[str, ...] = ()
    """Links of the source's own site that are neither."""


def own_address(href: str, base: str, source: Source) -> str | None:
    """A link as an absolute address on the source's site, percent-encoded and without fragment.

    None for any other link, and for what is no address at all.
    """
    try:
        address = safe_url_string(urljoin(base, href.strip())).split("#", 1)[0]
    except ValueError:
        return None
    return address if source.owns(address) else None


def require_size(page: bytes) -> None:
    """Refuse what is too large for a listing, feed or sitemap."""
    if len(page) > LARGEST_PAGE:
        raise NotAListing("too_large", f"it is larger than {LARGEST_PAGE:,} bytes")
