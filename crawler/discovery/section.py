"""Section pages: links that have the form of a story, and the listing's further pages."""

import re
from urllib.parse import parse_qsl, urlsplit

from parsel import Selector

from crawler.discovery.candidates import Candidates, NotAListing, own_address, require_size
from crawler.extraction.encoding import decode
from crawler.extraction.refusal import NotAnArticle, require_readable
from crawler.source import Source

# `?page=2`, `?offset=20`, `?pb[list-articles][page]=3`, `/page/2/`
PAGE_PARAMETER = re.compile(r"page|offset|start|p|.*\[page\]", re.IGNORECASE)
PAGE_PATH = re.compile(r"/page/\d+/?$")


def read_section(
    page: bytes, url: str, source: Source, *, content_type: str | None = None
) -> Candidates:
    """Read one section page.

    :param page: HTML
    :param url: its address; relative links are resolved against it (or the page's base)
    :param content_type: the HTTP header
    :raises NotAListing: it is too large or too complex, or no HTML
    """
    require_size(page)
    words = decode(page, content_type)
    try:
        require_readable(words)
    except NotAnArticle as error:
        if error.reason == "empty":
            return Candidates()
        raise NotAListing(error.reason, error.words) from error
    root = Selector(text=words)
    base = own_address(root.xpath("//base/@href").get(""), url, source) or url
    articles: dict[str, None] = {}
    pages: dict[str, None] = {}
    others: dict[str, None] = {}
    for href in root.xpath("//a/@href").getall():
        target = own_address(href, base, source)
        if target is None:
            continue
        if source.is_article_url(target):
            articles[target] = None
        elif _is_further_page(target, url):
            pages[target] = None
        else:
            others[target] = None
    return Candidates(articles=tuple(articles), pages=tuple(pages), others=tuple(others))


def _is_further_page(target: str, url: str) -> bool:
    """Is this the same listing with another page number?"""
    there, here = urlsplit(target), urlsplit(url)
    if PAGE_PATH.search(there.path):
        return PAGE_PATH.sub("", there.path).rstrip("/") == PAGE_PATH.sub("", here.path).rstrip("/")
    if there.path.rstrip("/") != here.path.rstrip("/"):
        return False
    return any(
        PAGE_PARAMETER.fullmatch(name) and value.isdigit() for name, value in parse_qsl(there.query)
    )
