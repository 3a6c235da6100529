"""Reads what a seed's answer offers; run by page workers, which alone load what reading takes."""

from functools import partial

from tradepress.archive.border import border
from tradepress.discovery.candidates import Candidates, NotAListing, is_posts
from tradepress.source import Source

listing_border = partial(border, partial(NotAListing, "unreadable"), NotAListing, MemoryError)
"""Is around all that is made of a listing."""


@listing_border()
def read_listing(
    kind: str, page: bytes, url: str, source: Source, content_type: str | None
) -> Candidates:
    """Reads one feed, sitemap or section page.

    :param kind: ``feed``, ``sitemap`` or ``section``
    :raises NotAListing: it can't be read as that
    """
    if kind == "feed":
        from tradepress.discovery.feed import read_feed

        return read_feed(page, source, url=url)
    if kind == "sitemap":
        from tradepress.discovery.sitemap import read_sitemap

        return read_sitemap(page, source)
    from tradepress.discovery.wordpress_posts import read_posts

    if is_posts(url):
        return read_posts(page, url, source)
    from tradepress.discovery.section import read_section

    return read_section(page, url, source, content_type=content_type)
