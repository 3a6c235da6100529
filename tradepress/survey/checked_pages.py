"""Collects what a check keeps of the listings and stories that it saw; run by page workers."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import islice
from typing import Literal

from parsel import Selector

from tradepress.archive.url_key import without_tracking
from tradepress.discovery.candidates import Candidate, Candidates, NotAListing, own_address
from tradepress.discovery.read_listing import listing_border, read_listing
from tradepress.extraction import NotAnArticle, extract_article, page_border
from tradepress.extraction.address_forms import is_author_link
from tradepress.extraction.dates import DATE, YEAR
from tradepress.extraction.encoding import decode
from tradepress.extraction.refusal import require_readable
from tradepress.extraction.text_lines import looks_like_markup
from tradepress.extraction.tree import Element, parse_tree, words_of
from tradepress.extraction.walls import door_lines
from tradepress.source import Source
from tradepress.story import Article, Listing

SeedKind = Literal["section", "feed", "sitemap"]
LONGEST_MENU_WORDS = 40
"""Bounds a link's characters; longer links are headlines."""
LONGEST_DATE_LINE = 140
MOST_DATE_LINES = 12
MOST_LINKS = 3000
FEED_TYPES = ("application/rss+xml", "application/atom+xml")


@dataclass(frozen=True, kw_only=True)
class MenuLink:
    """Is a site's short link to a page of its own that is no story, or a feed that it declares."""

    words: str
    url: str
    is_feed: bool = False


@dataclass(frozen=True, kw_only=True)
class CheckedListing:
    """Holds what was seen of one section, feed or sitemap, or of the home page."""

    kind: SeedKind
    url: str
    """Is the address as declared."""
    answered_at: str | None = None
    """Is the address after redirects; None: it did not answer."""
    reason: str | None = None
    """Says why it can't be read, as in the ledger; None: it was read."""
    words: str = ""
    """Says why it can't be read, for a person."""
    stories: tuple[str, ...] = ()
    """Are addresses on it that have the declared form of a story, in page order; of a sitemap those
    that changed last first."""
    others: tuple[str, ...] = ()
    said: Mapping[str, Listing] = field(default_factory=dict)
    """Holds what it says of stories, by address without tracking."""
    menu: tuple[MenuLink, ...] = ()
    inner: tuple[str, ...] = ()
    """Are the sitemaps of an index, the one that changed last first."""
    last_page: int | None = None
    """Is how many pages the listing says that it has."""
    has_more: bool = False
    """Does it lead to further pages or sitemaps?"""
    is_home: bool = False
    """Is it the home page, which is asked for what its menu has?"""
    instead_of: str | None = None
    """Is the declared address in whose place it may stand."""


@dataclass(frozen=True, kw_only=True)
class CheckedPage:
    """Holds what was seen of one page that is to be a story."""

    url: str
    """Is the address after redirects."""
    asked: str = ""
    """Is the address before redirects."""
    article: Article | None = None
    reason: str | None = None
    """Says why there is no story; None: there is one."""
    words: str = ""
    date_lines: tuple[str, ...] = ()
    """Are short lines with a date, as printed."""
    door_lines: tuple[str, ...] = ()
    """Are lines that lead to where one subscribes or logs in."""
    void_selectors: tuple[str, ...] = ()
    """Are fields whose declared selector shows nothing on the page."""


@listing_border()
def see_listing(
    kind: SeedKind,
    page: bytes,
    url: str,
    source: Source,
    *,
    answered_at: str,
    content_type: str | None = None,
) -> CheckedListing:
    """Reads a listing as a crawl does, and its menu.

    :param url: as declared
    :param answered_at: where the page stood
    """
    menu = _menu(page, answered_at, source, content_type) if kind == "section" else ()
    found, reason, words = Candidates(), "", ""
    try:
        found = read_listing(kind, page, answered_at, source, content_type)
    except NotAListing as error:
        reason, words = error.reason, error.words
    return CheckedListing(
        kind=kind,
        url=url,
        answered_at=answered_at,
        reason=reason or None,
        words=words,
        stories=_addresses(kind, found.articles),
        others=found.others[:MOST_LINKS],
        said={without_tracking(one.url): one.listing for one in found.articles},
        menu=menu,
        inner=_addresses(kind, found.pages) if kind == "sitemap" else (),
        last_page=found.last_page,
        has_more=len(found.pages) > (kind == "sitemap"),
    )


def _addresses(kind: SeedKind, found: Sequence[Candidate]) -> tuple[str, ...]:
    if kind == "sitemap":
        found = sorted(found, key=lambda one: one.lastmod or one.date_listed or "", reverse=True)
    return tuple(dict.fromkeys(without_tracking(one.url) for one in found))


@page_border()
def see_story(
    page: bytes,
    url: str | None,
    source: Source,
    *,
    content_type: str | None = None,
    seen_at: datetime | None = None,
    data: bytes | None = None,
) -> CheckedPage:
    """Reads a page as a crawl does, and what stands beside its dates."""
    try:
        article = extract_article(
            page, url, source, content_type=content_type, seen_at=seen_at, data=data
        )
    except NotAnArticle as error:
        return CheckedPage(url=url or "", reason=error.reason, words=error.words)
    root = page_tree(page, content_type)
    return CheckedPage(
        url=url or article.canonical_url or "",
        article=article,
        date_lines=tuple(islice(_date_lines(root), MOST_DATE_LINES)) if root is not None else (),
        door_lines=tuple(dict.fromkeys(door_lines(root))) if root is not None else (),
        void_selectors=_void_selectors(root, source) if root is not None else (),
    )


def page_tree(page: bytes, content_type: str | None) -> Element | None:
    """Returns the parsed page; None: it is a text capture, or nothing that a parser may have."""
    words = decode(page, content_type)
    try:
        require_readable(words)
        return parse_tree(words) if looks_like_markup(words) else None
    except NotAnArticle:  # which whoever reads the page says
        return None


def _menu(page: bytes, url: str, source: Source, content_type: str | None) -> tuple[MenuLink, ...]:
    root = page_tree(page, content_type)
    found: dict[str, MenuLink] = {}
    for element in islice(root.iter("a", "link"), MOST_LINKS) if root is not None else ():
        target = own_address(element.get("href") or "", url, source)
        is_feed = element.tag == "link" and element.get("type") in FEED_TYPES
        words = words_of(element)
        is_short = 1 < len(words) <= LONGEST_MENU_WORDS and not is_author_link(element)
        if target is not None and (is_feed or (is_short and not source.is_article_url(target))):
            found.setdefault(target, MenuLink(words=words, url=target, is_feed=is_feed))
    return tuple(found.values())


def _date_lines(root: Element) -> Iterator[str]:
    """Yields the smallest elements with a date, and those around them that are still one line."""
    for element in root.iter():
        if not isinstance(element.tag, str) or element.tag in ("script", "style", "head"):
            continue
        own = " ".join([element.text or "", *(child.tail or "" for child in element)])
        if not (YEAR.search(own) and DATE.search(own)):
            continue
        for around in (element, *islice(element.iterancestors(), 2)):
            line = words_of(around)
            if len(line) > LONGEST_DATE_LINE:
                break
            yield line


def _void_selectors(root: Element, source: Source) -> tuple[str, ...]:
    shown = Selector(root=root, type="html")
    return tuple(
        name
        for name, selector in vars(source.selectors).items()
        if selector is not None and not shown.css(selector)
    )
