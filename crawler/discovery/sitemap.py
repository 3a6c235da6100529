"""Sitemaps (sitemaps.org 0.9): story addresses, or the sitemaps of an index."""

from lxml import etree

from crawler.discovery.candidates import Candidates, NotAListing, own_address, require_size
from crawler.source import Source


def read_sitemap(page: bytes, source: Source) -> Candidates:
    """Read one sitemap or sitemap index.

    :raises NotAListing: it is too large, or neither
    """
    require_size(page)
    parser = etree.XMLParser(recover=True, remove_comments=True, resolve_entities=False)
    try:
        root = etree.fromstring(page, parser)
    except etree.XMLSyntaxError as error:
        raise NotAListing("unreadable", "this is not a sitemap") from error
    kind = etree.QName(root).localname if root is not None else None
    if kind not in ("urlset", "sitemapindex"):
        raise NotAListing("unreadable", "this is not a sitemap")
    places = (entry.text for entry in root.iterfind("{*}*/{*}loc") if entry.text)
    addresses = (own_address(place, "", source) for place in places)
    own = list(dict.fromkeys(address for address in addresses if address))
    if kind == "sitemapindex":
        return Candidates(pages=tuple(own))
    return Candidates(
        articles=tuple(place for place in own if source.is_article_url(place)),
        others=tuple(place for place in own if not source.is_article_url(place)),
    )
