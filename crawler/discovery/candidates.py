"""What a listing, feed or sitemap offers: stories, further pages, and the rest."""

from dataclasses import dataclass, field


@dataclass(frozen=True, kw_only=True, slots=True)
class Candidates:
    """Addresses found on one page, absolute, in page order, each once."""

    articles: tuple[str, ...] = ()
    """Addresses that have the form of a story of the source."""
    pages: tuple[str, ...] = ()
    """Further pages of the same listing, or the sitemaps of an index."""
    others: tuple[str, ...] = field(default=())
    """Links of the source's own site that are neither."""
