"""Reads a page of a site that is looked over: its links, what it says of the site, its story."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from tradepress.archive.text_forms import one_line
from tradepress.discovery.candidates import own_address
from tradepress.discovery.wordpress_posts import posts_at
from tradepress.extraction import NotAnArticle, extract_article, page_border
from tradepress.extraction.links import absolute, is_home
from tradepress.extraction.page_reservations import page_reservations
from tradepress.extraction.tree import Element, words_of
from tradepress.rights.header_reservations import header_reservations
from tradepress.source import Source
from tradepress.story import Article, Reservation
from tradepress.survey.checked_pages import page_tree

FEED_TYPE = re.compile(r"application/(?:rss|atom)\+xml|application/feed\+json", re.I)
MENU = re.compile(
    r"(?:^|[\s_-])(?:nav|navbar|navigation|menu|footer|breadcrumbs?)(?:$|[\s_-])", re.I
)
SHORTEST_HEADLINE, FEWEST_WORDS = 24, 4
"""Are the characters, or words, from which the words of a link read as a headline."""
LONGEST_NAME = 80
TITLE_PARTS = re.compile(r"\s[|–—·»-]\s|: ")


@dataclass(frozen=True, kw_only=True)
class SitePage:
    """Holds a page as it was had."""

    url: str
    """Is the address after redirects."""
    body: bytes
    content_type: str | None = None
    http_headers: tuple[tuple[str, str], ...] = ()
    site_reservations: tuple[Reservation, ...] = ()
    """Holds what the files of the site reserve of it."""
    seen_at: datetime | None = None
    data: bytes | None = None
    """Is the JSON that the page loads the story from, if that was asked for."""


@dataclass(frozen=True, kw_only=True)
class SeenLink:
    """Is an address of the site that a page links to."""

    url: str
    words: str
    """Are the longest words of all links there."""
    is_menu: bool
    """Do all links to it stand in menus, paths and feet of the page?"""

    @property
    def is_headline(self) -> bool:
        """Could the words be those of a story?"""
        return (
            len(self.words) >= SHORTEST_HEADLINE
            or len(self.words.split()) >= FEWEST_WORDS
            or (not self.words.isascii() and len(self.words) >= SHORTEST_HEADLINE // 2)
        )


@dataclass(frozen=True, kw_only=True)
class SeenPage:
    """Holds what a page shows."""

    page: SitePage
    links: tuple[SeenLink, ...] = ()
    """Are links in page order, each address once; without the page's own."""
    feeds: tuple[str, ...] = ()
    """Are declared feeds, of the site or of a service that keeps feeds for it."""
    posts: str | None = None
    """Is the list of posts that WordPress offers to programs, as the page declares it."""
    generator: str | None = None
    """Is the software that made the page, by its own word."""
    site_name: str | None = None
    title_parts: tuple[str, ...] = ()
    """Is what stands between the strokes of its title."""
    language: str | None = None
    """Is the language as the page declares it."""
    article: Article | None = None
    refused: str | None = None
    """Says why it is no story."""
    refused_words: str = ""
    """Says what shows that."""
    reservations: tuple[Reservation, ...] = ()
    """Are those of the page itself, of its header, and of the site's files."""

    @property
    def is_story(self) -> bool:
        return self.article is not None


@page_border()
def read_site_page(page: SitePage, site: Source, *, as_story: Source | None = None) -> SeenPage:
    """Reads one page, HTML or text; run by page workers.

    :param site: whose links are told
    :param as_story: by whose rules its story is read; None: by those for all sites
    """
    article, refused, refused_words = None, None, ""
    try:
        article = extract_article(
            page.body,
            page.url,
            as_story,
            content_type=page.content_type,
            seen_at=page.seen_at,
            data=page.data,
        )
    except NotAnArticle as error:
        refused, refused_words = error.reason, error.words
    if article is not None and is_home(page.url):
        article, refused = None, "index"
    beside = (*header_reservations(page.http_headers), *page.site_reservations)
    root = page_tree(page.body, page.content_type)
    if root is None:
        return SeenPage(
            page=page,
            article=article,
            refused=refused,
            refused_words=refused_words,
            reservations=beside,
        )
    title = root.find(".//title")
    parts = TITLE_PARTS.split(words_of(title)) if title is not None else []
    return SeenPage(
        page=page,
        links=tuple(_read_links(root, page.url, site)),
        feeds=tuple(dict.fromkeys(_read_feeds(root, page.url))),
        posts=next(_read_posts(root, page.url, site), None),
        generator=_meta(root, "generator"),
        site_name=_meta(root, "og:site_name"),
        title_parts=tuple(part[:LONGEST_NAME] for part in parts),
        language=_language(root),
        article=article,
        refused=refused,
        refused_words=refused_words,
        reservations=(*page_reservations(page.body, page.content_type), *beside),
    )


def _read_links(root: Element, url: str, site: Source) -> Iterator[SeenLink]:
    base_element = root.find(".//base")
    base = (base_element.get("href") if base_element is not None else None) or ""
    base = absolute(base, url) or url
    found: dict[str, list[tuple[str, bool]]] = {}
    for element in root.iter("a"):
        target = own_address(element.get("href") or "", base, site)
        if target is not None and target != url and element.get("href", "").strip()[:1] != "#":
            found.setdefault(target, []).append((words_of(element), _is_in_menu(element)))
    for target, links in found.items():
        yield SeenLink(
            url=target,
            words=max((words for words, _ in links), key=len),
            is_menu=all(is_menu for _, is_menu in links),
        )


def _is_in_menu(element: Element) -> bool:
    for above in element.iterancestors():
        classes = above.get("class") or ""
        if above.tag in ("article", "body", "html") or "hentry" in classes.split():
            return False
        if above.tag in ("nav", "footer") or MENU.search(f"{classes} {above.get('id') or ''}"):
            return True
    return False


def _read_feeds(root: Element, url: str) -> Iterator[str]:
    for element in root.iter("link"):
        is_alternate = "alternate" in (element.get("rel") or "").lower().split()
        href = element.get("href")
        if href and is_alternate and FEED_TYPE.match(element.get("type") or ""):
            told = f"{href} {element.get('title') or ''}".lower()
            address = absolute(href, url)
            if address and "comment" not in told and "kommentar" not in told:
                yield address


def _read_posts(root: Element, url: str, site: Source) -> Iterator[str]:
    for element in root.iter("link"):
        if element.get("rel") == "https://api.w.org/":
            api = own_address(element.get("href") or "", url, site)
            if api is not None:
                yield posts_at(api)


def _meta(root: Element, name: str) -> str | None:
    for element in root.iter("meta"):
        if name in (element.get("property"), element.get("name")):
            return one_line(element.get("content") or "")[:LONGEST_NAME] or None
    return None


def _language(root: Element) -> str | None:
    told = root.get("lang") or _meta(root, "language") or ""
    match = re.match(r"[A-Za-z]{2}(?![A-Za-z])", told)
    return match[0].lower() if match else None
