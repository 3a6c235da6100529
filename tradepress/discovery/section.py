"""Reads section pages: links that have the form of a story, and the listing's further pages."""

import re
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from itertools import islice
from urllib.parse import parse_qsl, unquote, urlsplit

from lxml.html import HtmlElement
from parsel import Selector

from tradepress.discovery.candidates import (
    Candidate,
    Candidates,
    NotAListing,
    own_address,
    require_size,
)
from tradepress.discovery.listed_dates import LONGEST, date_listed
from tradepress.discovery.listing_rows import ListingRow, read_row
from tradepress.extraction.dates import DATE, UPDATE, YEAR, read_match
from tradepress.extraction.encoding import decode
from tradepress.extraction.not_an_article import NotAnArticle
from tradepress.extraction.refusal import require_listing, require_readable
from tradepress.source import Source

# `?page=2`, `?pg=2`, `?offset=20`, `?pb[list-articles][page]=3`, `?seite=2`, `?debut_articles=10`
PAGE_PARAMETER = re.compile(
    r"page|pg|offset|start|p|.*\[page\]|paged|page_?(?:no|num|number|index)|current_?page"
    r"|seite|pagina|strona|sid[ae]|debut_\w+",
    re.IGNORECASE,
)
# `/page/2/`, `/seite/2`, `/page-2.html`, `/page2/`, `/p/2`
PAGE_PATH = re.compile(
    r"/(?:(?:page|seite|pagina|strona|sid[ae])[/-]?|p/(?=[0-9]{1,3}/?$))([0-9]{1,9})(?:/?|\.\w{3,5})$"
)
# `index2.html`, `category/designs2.html`, `news-2`, `news/2/`
NUMBERED_PATH = re.compile(r"(.*?)[-_/]?([1-9][0-9]{0,2})(/?|\.\w{2,5})")
# The archive of a year or a month: `/2015/`, `/news/2015/07`, `/2004_08_01_archive.html`
CALENDAR = re.compile(
    r"/((?:19|20)\d\d)(?:/(?:0?[1-9]|1[0-2]))?/?$|/((?:19|20)\d\d)_\d\d_\d\d_archive\.html$"
)
OLDER = re.compile(
    r"\W*(?:older|(?:older|earlier|previous) (?:posts|entries|stories|articles|news))\W*", re.I
)
NEXT = re.compile(
    r"\b(?:page|seite|next|older|weiter|nächste[rs]?|ältere|suivante?|siguiente|successiv[aei]"
    r"|próxim[ao]|volgende|nästa|n[æe]ste|następn[ae])\b",
    re.I,
)
"""Matches words of a pager."""
OF_PAGES = re.compile(
    r"\b(?:page|seite|p[aá]gina|strona|sid[ae]) 1 ?(?:/|of|von|de|di|sur|van|av|af|z) ?(\d{1,4})\b",
    re.I,
)
OFFSET = re.compile(r"[?&](?:offset|start|debut_\w+)=")

ITEMS = ("li", "article", "tr", "dd")
LEVELS = 5
"""So far above its link the item of a story may begin."""
MOST_PIECES = 20
"""Bounds the pieces of one ``time``: where nothing closes it, it holds the rest of the page."""
AROUND_A_DATE = " |·•–-,"


def read_section(
    page: bytes, url: str, source: Source, *, content_type: str | None = None
) -> Candidates:
    """Reads one section page.

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
        raise NotAListing(error.reason, error.words) from error
    selector = Selector(text=words)
    base = own_address(selector.xpath("//base/@href").get(""), url, source) or url
    articles: dict[str, list[HtmlElement]] = {}
    pages: dict[str, int] = {}
    others: dict[str, None] = {}
    older: dict[str, None] = {}
    for element in selector.root.iter("a", "link"):
        href = element.get("href")
        target = None if href is None else own_address(href, base, source)
        is_next = "next" in (element.get("rel") or "").lower().split()
        if target is None or (element.tag == "link" and not is_next):
            continue
        if source.is_article_url(target) and not is_next:
            articles.setdefault(target, []).append(element)
            continue
        words = "".join(element.itertext()).strip()
        if is_next and target != url:
            pages[target] = 0
        elif (number := further_page(target, url, words)) is not None:
            if words != "1":  # in whatever way the first is counted
                pages.setdefault(target, number)
        else:
            others[target] = None
            if calendar_of(target) is not None or (
                OLDER.fullmatch(words) and page_number(target) is None
            ):
                older[target] = None
    if not articles:
        try:
            require_listing(selector.css("title, h1").xpath("string()").getall())
        except NotAnArticle as error:
            raise NotAListing(error.reason, error.words) from error
    items = _items(articles)
    return Candidates(
        articles=tuple(_candidate(target, items[target], source) for target in articles),
        pages=tuple(Candidate(url=target) for target in sorted(pages, key=pages.__getitem__)),
        others=tuple(others),
        older=tuple(older),
        last_page=_last_page(selector.root, pages, len(articles)),
    )


def _last_page(root: HtmlElement, pages: Mapping[str, int], count: int) -> int | None:
    """Returns the number of the last page, as printed or as the links to more than the next one
    have it."""
    if match := OF_PAGES.search(" ".join(" ".join(root.itertext()).split())):
        return int(match[1])
    last = max(pages, key=pages.__getitem__, default="")
    number = pages[last] if len(pages) > 1 else 0
    if OFFSET.search(last) and count:
        number = number // count + 1
    return number if number > 1 else None


def _candidate(target: str, items: list[HtmlElement], source: Source) -> Candidate:
    """Returns a story with the date beside its links, where they have one and no other; and what
    else stands there, as far as the source takes it."""
    dates = {date for item in items for date in _dates_in(item, source)}
    is_one = len({date[:10] for date in dates}) == 1
    taken = source.from_listings
    row = read_row(items, source) if set(taken) - {"date_published"} else ListingRow()
    return Candidate(
        url=target,
        date_listed=max(dates, key=len) if is_one else None,
        listed_by="section",
        authors=row.authors if "authors" in taken else (),
        section=row.section if "section" in taken else None,
        description=row.description if "description" in taken else None,
    )


def _items(articles: dict[str, list[HtmlElement]]) -> dict[str, list[HtmlElement]]:
    """Returns the elements around each story's links, each once."""
    stories: dict[HtmlElement, set[str]] = {}
    for target, links in articles.items():
        for link in links:
            for element in (link, *islice(link.iterancestors(), LEVELS)):
                stories.setdefault(element, set()).add(target)
    return {
        target: list(dict.fromkeys(_item(link, stories) for link in links))
        for target, links in articles.items()
    }


def _item(link: HtmlElement, stories: dict[HtmlElement, set[str]]) -> HtmlElement:
    """Returns the largest element around a link that holds no other story."""
    item = link
    for element in islice(link.iterancestors(), LEVELS):
        if item.tag in ITEMS or element.tag in ("body", "main") or len(stories[element]) > 1:
            break
        item = element
    return item


def _dates_in(item: HtmlElement, source: Source) -> Iterator[str]:
    for element in item.iter():
        if not isinstance(element.tag, str):
            continue
        if element.tag == "time":
            words = " ".join(islice(element.itertext(), MOST_PIECES)).strip()
            if not UPDATE.search(f"{words} {element.get('class')} {element.get('itemprop')}"):
                date = date_listed(element.get("datetime") or words, source.day_first)
                if date:
                    yield date
            continue
        for words in (element.text, *(child.tail for child in element)):
            plain = " ".join((words or "").split()).strip(AROUND_A_DATE)
            if len(plain) <= LONGEST and YEAR.search(plain) and (match := DATE.fullmatch(plain)):
                date = read_match(match, source.day_first).value
                if date:
                    yield date


def further_page(target: str, url: str, words: str = "") -> int | None:
    """Returns the number of a later page of the same listing, or None.

    :param words: of the link; a number is the page's, whatever the query calls it
    """
    there, here = page_number(target), page_number(url)
    if there is None and words.isdecimal() and urlsplit(target).path == urlsplit(url).path:
        own, theirs = (dict(parse_qsl(urlsplit(one).query)) for one in (url, target))
        others = [value for key, value in theirs.items() if own.get(key) != value]
        is_one = len(others) == 1 and others[0].isdecimal() and own.keys() <= theirs.keys()
        return int(others[0]) if is_one else None
    if there is None:
        return _further_number(target, url, words)
    if there[0] != (here[0] if here else urlsplit(url).path.rstrip("/")):
        return None
    if not _is_asked(url) <= _is_asked(target):  # of another list by the same program
        return None
    return there[1] if there[1] > (here[1] if here else -1) and there[1] else None


def _further_number(target: str, url: str, words: str) -> int | None:
    """Returns the number in an address that is the list's with a higher number, or None.

    ``rubric3.html`` may be named in a menu, too, beside ``rubric2.html``: only the second page of a
    list without a number may have any words.
    """
    there, here = urlsplit(target), urlsplit(url)
    match = NUMBERED_PATH.fullmatch(there.path)
    if match is None or there.query != here.query or CALENDAR.search(there.path):
        return None
    stem, number, end = match[1], int(match[2]), match[3].rstrip("/")
    firsts = {f"{stem}{end}", stem.removesuffix("/index") if end else stem}
    before, own = NUMBERED_PATH.fullmatch(here.path), 0
    if before is not None and (before[1], before[3].rstrip("/")) == (stem, end):
        own = int(before[2])
    elif here.path.rstrip("/") not in firsts:
        return None
    # A link without words may be that of a picture, and is next to nothing in a pager.
    is_named = not NEXT.search(words) if re.search(r"[^\W\d_]", words) else not words.strip()
    is_further = number > max(own, 1) and not (is_named and (own or number > 2))
    return number if is_further else None


def calendar_of(url: str) -> str | None:
    """Returns the path of the listing whose archive of a year or a month this is; None: of none, or
    of a year to come."""
    path = urlsplit(url).path
    match = CALENDAR.search(path)
    if match is None or int(match[1] or match[2]) > datetime.now(UTC).year:
        return None
    return path[: match.start()]


def _is_asked(url: str) -> set[str]:
    """Returns what the query asks for, but a page."""
    pairs = unquote(urlsplit(url).query).split("&")
    return {pair for pair in pairs if pair and not PAGE_PARAMETER.fullmatch(pair.partition("=")[0])}


def page_number(url: str) -> tuple[str, int] | None:
    """Returns a listing's address less its page number, and that."""
    parts = urlsplit(url)
    if match := PAGE_PATH.search(parts.path):
        return parts.path[: match.start()].rstrip("/"), int(match[1])
    for name, value in parse_qsl(parts.query):
        if PAGE_PARAMETER.fullmatch(name) and re.fullmatch("[0-9]{1,9}", value):
            return parts.path.rstrip("/"), int(value)
    return None
