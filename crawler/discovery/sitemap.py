"""Sitemaps (sitemaps.org 0.9): story addresses, or the sitemaps of an index."""

from lxml import etree
from scrapy.utils.sitemap import Sitemap

from crawler.discovery.candidates import Candidates, own_address
from crawler.source import Source


class NotASitemap(ValueError):
    """The page can't be read as a sitemap."""


def read_sitemap(page: bytes, source: Source) -> Candidates:
    """Read one sitemap or sitemap index.

    :raises NotASitemap: it is neither
    """
    try:
        sitemap = Sitemap(page)
        places = [entry["loc"] for entry in sitemap if entry.get("loc")]
    except (etree.XMLSyntaxError, StopIteration) as error:
        raise NotASitemap("this is not a sitemap") from error
    if sitemap.type not in ("urlset", "sitemapindex"):
        raise NotASitemap(f"this is a <{sitemap.type}>, not a sitemap")
    addresses = (own_address(place, "", source) for place in places)
    own = list(dict.fromkeys(address for address in addresses if address))
    if sitemap.type == "sitemapindex":
        return Candidates(pages=tuple(own))
    return Candidates(
        articles=tuple(place for place in own if source.is_article_url(place)),
        others=tuple(place for place in own if not source.is_article_url(place)),
    )
