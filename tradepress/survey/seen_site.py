"""Holds what was seen of a site so far, which addresses are stories, and what to ask for next."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Set
from dataclasses import dataclass, field, replace
from itertools import islice
from typing import Literal
from urllib.parse import urljoin, urlsplit

from tradepress.discovery.candidates import Candidates
from tradepress.discovery.section import further_page
from tradepress.extraction.address_forms import is_listing
from tradepress.extraction.links import is_home
from tradepress.source import Source
from tradepress.survey.address_rule import KEYLESS, TRACKING, is_telling
from tradepress.survey.site_page import SeenLink, SeenPage

FEED_PLACES = ("/feed/", "/rss.xml", "/feeds/posts/default", "/rss")
MOST_FEEDS, MOST_SITEMAPS, MOST_LISTINGS, MOST_STORIES = 2, 2, 3, 10
ROBOTS_SITEMAP = re.compile(r"^\s*sitemap\s*:\s*(\S+)", re.I | re.M)
NO_STORIES = re.compile(
    r"events?|calendar|shop|store|products?|courses?|webinars?|jobs?|careers?|vacancies|people|team"
    r"|authors?|users?|members?|profiles?|directory|glossary|search|tags?|labels?|topics?|login"
    r"|signin|register|subscribe|subscriptions?|account|cart|checkout|donate|advertise|newsletters?"
    r"|privacy.*|terms.*|cookies?.*|about.*|contact.*|imprint|impressum|datenschutz.*|faq|help|rss"
    r"|feed|sitemap.*|comments?|p|page|veranstaltungen|produkte?|termine|wp-.*"
    r"|videos?|podcasts?|galler(?:y|ies)|photos?|mediathek|print|printer|e?mail|sponsor(?:ed|s)?"
    r"|(?:sponsored|partner|promoted|branded)-?(?:content|posts?|zone)|partners?|advertorials?"
    r"|promotions?|white-?papers?|suppliers?|anzeigen?|stellen(?:markt|angebote)|karriere|emplois?|agenda|boutique"
    r"|autor(?:en)?|auteurs?|mots?|thema|themen",
    re.I,
)
"""Matches steps below which, or as which, no stories are looked for unless feeds have little
else."""
LATEST = re.compile(
    r"news|latest.*|all|all .*|list|blogs?|articles?|posts|stories|archives?|news-.*|.*-news"
    r"|journal|magazine|aktuell.*|nachrichten|actualites?|noticias",
    re.I,
)
UNLIKELY_SITEMAP = re.compile(
    r"page|categor|tag|author|image|video|product|event|user|rss|feed|atom", re.I
)
DATE = re.compile(r"\d{1,4}")
FILE_END = re.compile(r"\.\w{2,5}$")
NO_PAGE = re.compile(
    r"\.(?:pdf|docx?|xlsx?|pptx?|zip|jpe?g|png|gif|svg|webp|mp[34]|epub|ics)$", re.I
)
MANY_PAGES = 3
FEWEST_ASKED = 5
MOST_ALIKE, MOST_LISTED = 40, 1000
"""Bound the addresses of one kind from sitemaps, and of all kinds from these or from feeds."""

Standing = Literal["story", "other", "open"]
Family = tuple[str, int, str]
"""Is an address's first step (``#`` for a number), how many there are, and how it ends."""


@dataclass(kw_only=True)
class SeenSite:
    """Holds what was had of a site, and what could not be had."""

    home: str
    site: Source
    """It owns the site's addresses and takes each for a story; the rest is not known yet."""
    pages: dict[str, SeenPage] = field(default_factory=dict)
    """Holds the pages by address."""
    feeds: dict[str, Candidates] = field(default_factory=dict)
    sitemaps: dict[str, Candidates] = field(default_factory=dict)
    posts: dict[str, Candidates] = field(default_factory=dict)
    """Holds the list of posts that the software offers to programs."""
    robots: str | None = None
    failures: dict[str, str] = field(default_factory=dict)
    """Says of an address why it could not be had or read."""
    start: str = ""
    """Is where the operator saw the stories."""
    further: set[str] = field(default_factory=set)
    """Holds those of the pages that are further ones of a list."""

    def in_feeds(self) -> list[str]:
        """Returns addresses of the site that feeds and lists of posts name, the newest first."""
        files = (*self.posts.values(), *self.feeds.values())
        listed = (one.url for found in files for one in found.articles)
        return [url for url in dict.fromkeys(listed) if not is_home(url)][:MOST_LISTED]

    def links(self) -> list[SeenLink]:
        """Returns all links of all pages, each address once: with its longest words, and in a menu
        only if no page has it elsewhere."""
        found: dict[str, SeenLink] = {}
        for page in self.pages.values():
            for link in page.links:
                known = found.get(link.url)
                if known is None:
                    found[link.url] = link
                else:
                    words = max(known.words, link.words, key=len)
                    is_menu = known.is_menu and link.is_menu
                    found[link.url] = SeenLink(url=link.url, words=words, is_menu=is_menu)
        return list(found.values())

    def add(self, page: SeenPage) -> None:
        """Adds a page that was read.
        One to which all pages lead, by few words, lists stories, however much it reads like one."""
        self.pages[page.page.url] = page
        named = {link.url for link in self.links() if not link.is_headline} & everywhere(self)
        for url in named & self.pages.keys() - set(self.in_feeds()):
            if self.pages[url].is_story and not _is_telling(url):
                self.pages[url] = replace(self.pages[url], article=None, refused="index")


@dataclass(frozen=True, kw_only=True)
class Told:
    """Holds a site's addresses told apart, each list in the order seen."""

    stories: tuple[str, ...]
    others: tuple[str, ...]
    open: tuple[str, ...]
    """Are links that could be stories; pages of their kind are to be looked at first."""


def feed_places(seen: SeenSite) -> list[str]:
    """Returns where to look for feeds: where pages say; once lists were read, else the usual
    places."""
    declared = [feed for page in seen.pages.values() for feed in page.feeds]
    if declared:
        return list(dict.fromkeys(declared))
    return [urljoin(seen.home, place) for place in FEED_PLACES]


def sitemap_places(seen: SeenSite) -> list[str]:
    """Returns where robots.txt says, else the usual place."""
    named = ROBOTS_SITEMAP.findall(seen.robots or "")
    own = [url for url in dict.fromkeys(named) if seen.site.owns(url)]
    return own[:MOST_SITEMAPS] or [urljoin(seen.home, "/sitemap.xml")]


def sitemaps_of_index(found: Candidates) -> list[str]:
    """Returns those sitemaps of an index that are likeliest to list stories."""
    urls = [one.url for one in found.pages]
    likely = [url for url in urls if not UNLIKELY_SITEMAP.search(url)] or urls
    return list(dict.fromkeys((likely[0], likely[-1]))) if likely else []  # old and new stories


def listing_places(seen: SeenSite) -> list[str]:
    """Returns pages that may list stories, the likeliest first."""
    first_steps = Counter(family_of(url)[0] for url in told_apart(seen).stories)
    ranked = []
    for at, link in enumerate(seen.links()):
        steps = [step for step in urlsplit(link.url).path.split("/") if step]
        if (
            link.url in seen.pages
            or len(steps) > 3
            or is_home(link.url)
            or (not link.is_menu and link.is_headline)
            or any(NO_STORIES.fullmatch(FILE_END.sub("", step)) for step in steps)
            or _is_dated(link.url)
        ):
            continue
        last = FILE_END.sub("", steps[-1]) if steps else ""
        is_latest = bool(LATEST.fullmatch(last) or LATEST.fullmatch(link.words))
        rank = (not is_latest, -first_steps[last], not link.is_menu, at)
        ranked.append((*rank, link.url))
    return [url for *_, url in sorted(ranked)][:MOST_LISTINGS]


def sister_lists(seen: SeenSite) -> list[str]:
    """Returns those of the menus' unread pages that are like read ones that list stories, by their
    kind of address, and those above stories."""
    stories = set(told_apart(seen).stories)
    above = {urlsplit(url).path.rstrip("/").rpartition("/")[0] for url in stories}
    kinds = {
        family_of(url)
        for url, page in seen.pages.items()
        if not page.is_story
        and sum(link.url in stories and not link.is_menu for link in page.links) > 2
    }
    on_all, further = everywhere(seen), further_pages(seen)
    menu = [link for link in seen.links() if link.is_menu or link.url in on_all]
    return [
        link.url
        for link in menu
        if link.url not in seen.pages
        and link.url not in further
        and not link.is_headline
        and not _is_dated(link.url)
        and not is_of_no_story(link.url)
        and (
            (family_of(link.url)[0] and family_of(link.url) in kinds)
            or FILE_END.sub("", urlsplit(link.url).path.rstrip("/")) in above
        )
    ]


def further_pages(seen: SeenSite) -> dict[str, int]:
    """Returns further pages of the lists that were read, with their numbers."""
    return {
        link.url: number
        for page in seen.pages.values()
        for link in (() if page.is_story else page.links)
        if (number := further_page(link.url, page.page.url, link.words)) is not None
        and not link.is_headline
    }


def farthest_page(seen: SeenSite) -> str | None:
    """Returns the farthest page that one of the lists read leads to: old stories may have other
    addresses."""
    found = ((n, url) for url, n in further_pages(seen).items() if n > 1 and url not in seen.pages)
    return max(found, default=(1, None))[1]


def story_place(seen: SeenSite) -> str | None:
    """Returns the page to look at next as a story: of the kind of address of which fewest were
    looked at, those that feeds have first, then the most frequent."""
    told = told_apart(seen)
    from_feeds = seen.in_feeds()
    kinds: dict[Family, list[str]] = {}
    for url in (*from_feeds, *told.open, *told.stories):
        if url not in seen.pages and url not in seen.failures:
            kinds.setdefault(family_of(url), []).append(url)
    looked_at = Counter(map(family_of, (*seen.pages, *seen.failures)))
    own = {family_of(url) for url in from_feeds}
    order = [(looked_at[kind], kind not in own, -len(urls), kind) for kind, urls in kinds.items()]
    return kinds[min(order)[-1]][0] if order else None


def _in_sitemaps(seen: SeenSite) -> Iterator[str]:
    """Yields addresses in sitemaps that have the words or the number of a story; of each kind
    some."""
    counts: Counter[Family] = Counter()
    for found in seen.sitemaps.values():
        for one in found.articles:
            family = family_of(one.url)
            if (
                _is_telling(one.url)
                and not is_listing(one.url, None)
                and counts[family] < MOST_ALIKE
            ):
                counts[family] += 1
                yield one.url


def told_apart(seen: SeenSite) -> Told:
    """Tells stories and others apart, by what was read, by feeds, and by the company they keep."""
    from_feeds = dict.fromkeys(seen.in_feeds())
    company = _Company(seen, from_feeds)
    found: dict[Standing, dict[str, None]] = {"story": {}, "other": {}, "open": {}}
    found["other"].update(dict.fromkeys((*seen.feeds, *seen.sitemaps)))
    for url in from_feeds:
        found["other" if family_of(url) in company.bad else "story"][url] = None
    for link in seen.links():
        standing = None if link.url in found["story"] else company.of_link(link)
        if standing is not None:
            found[standing][link.url] = None
    for url in islice(_in_sitemaps(seen), MOST_LISTED):
        standing = None if url in found["other"] else company.of_listed(url)
        if standing is not None:
            found[standing][url] = None
    for url in further_pages(seen).keys() - from_feeds.keys():
        found["story"].pop(url, None)
        found["other"][url] = None
    for url, page in seen.pages.items():
        if page.refused == "junk" and url in from_feeds:
            continue  # its address is like others
        is_none = url not in company.read or family_of(url) in company.bad
        if is_none and not is_home(url):
            found["story"].pop(url, None)
            found["other"][url] = None
        elif page.is_story and url not in found["other"]:
            found["story"][url] = None
    known = found["story"].keys() | found["other"].keys()
    return Told(
        stories=tuple(found["story"]),
        others=tuple(found["other"]),
        open=tuple(url for url in found["open"] if url not in known),
    )


class _Company:
    """Tells which kinds of addresses are stories, by those that were read."""

    def __init__(self, seen: SeenSite, from_feeds: Iterable[str]) -> None:
        self.seen = seen
        self.read = _read_stories(seen, from_feeds)
        self.good, self.bad = _judged_families(seen, self.read, from_feeds)
        shapes = Counter(family[1:] for family in self.good)
        refused = {family[1:] for family in self.bad}
        self.alike = {shape for shape, count in shapes.items() if count > 1} - refused
        """Holds shapes that several kinds of stories have, and no kind of others."""
        lists = (page for page in seen.pages.values() if not page.is_story)
        self.listed = {link.url for page in lists for link in page.links}
        self.everywhere = everywhere(seen)

    def is_like_stories(self, url: str) -> bool:
        family = family_of(url)
        return family in self.good or (family[1:] in self.alike and family[0] != "")

    def of_link(self, link: SeenLink) -> Standing | None:
        """Tells where a link's address stands; None: it tells nothing."""
        url, family = link.url, family_of(link.url)
        page = self.seen.pages.get(url)
        if is_home(url):
            return None
        if page is not None and family not in self.bad:
            is_story = url in self.read and (link.is_headline or not link.is_menu)
            return "story" if is_story else "other"
        if link.is_menu and family[0] and self.is_like_stories(url) and _is_telling(url):
            return None  # of what is read most, perhaps
        if (
            (link.is_menu and (not link.is_headline or url in self.everywhere))
            or (url in self.everywhere and not link.is_headline and not _is_telling(url))
            or family in self.bad
            or NO_PAGE.search(url)
            or is_listing(url, None)
            or is_of_no_story(url, is_good=family in self.good)
        ):
            return "other"
        if link.is_menu or not link.is_headline:
            return None
        return "story" if self.is_like_stories(url) and url in self.listed else "open"

    def of_listed(self, url: str) -> Standing | None:
        """Tells where an address in a sitemap stands."""
        family = family_of(url)
        if family in self.bad or is_of_no_story(url, is_good=family in self.good):
            return None
        return "story" if family[0] and self.is_like_stories(url) else "open"


def _read_stories(seen: SeenSite, from_feeds: Iterable[str]) -> set[str]:
    """Returns the pages that read as stories.
    Where most have a date, one without date and author is none (of a product, a supplier, a press
    kit), unless feeds list it or others of its kind have one."""
    read = {url: page.article for url, page in seen.pages.items() if page.article is not None}
    dated = {url for url, article in read.items() if article.date_published}
    if len(dated) * 2 <= len(read):
        return set(read)
    dated.update(from_feeds, (url for url, article in read.items() if article.authors))
    kinds = {family_of(url) for url in dated if family_of(url)[0]}
    return {url for url in read if url in dated or family_of(url) in kinds}


def _judged_families(
    seen: SeenSite, stories: Set[str], from_feeds: Iterable[str]
) -> tuple[set[Family], set[Family]]:
    """Returns kinds of addresses that are stories, and kinds that are none."""
    counts = Counter(map(family_of, from_feeds))
    unlikely = {family for family in counts if _is_unlikely(family)}
    is_theirs = sum(counts[family] for family in unlikely) * 2 > counts.total()
    listed = set(counts) if is_theirs else counts.keys() - unlikely
    read: dict[Family, list[bool]] = {}
    menus = {link.url for link in seen.links() if link.is_menu}
    for url in seen.pages.keys() - seen.further - menus:
        if not is_home(url):
            read.setdefault(family_of(url), []).append(url in stories)
    good, bad = set(), _not_asked_for(seen, read.keys() - listed)
    for family, results in read.items():
        is_unlikely = family not in listed and _is_unlikely(family)
        if sum(results) * 2 > len(results) and not is_unlikely and family not in bad:
            good.add(family)
        elif family[0] and (is_unlikely or not any(results)):  # a root holds pages of all kinds
            bad.add(family)
    return good | (listed - bad), bad | (counts.keys() - listed)


def _not_asked_for(seen: SeenSite, families: Set[Family]) -> set[Family]:
    """Returns kinds of addresses that are not on the list of stories that the operator gave."""
    page = seen.pages.get(seen.start)
    if page is None or page.is_story or is_home(seen.start):
        return set()
    asked = [family_of(link.url) for link in page.links if link.is_headline and not link.is_menu]
    return {one for one in families if one[0]} - set(asked) if len(asked) >= FEWEST_ASKED else set()


def _is_unlikely(family: Family) -> bool:
    return bool(NO_STORIES.fullmatch(FILE_END.sub("", re.split("[?=]", family[0])[-1])))


def is_of_no_story(url: str, *, is_good: bool = False) -> bool:
    """Do its steps name what is no news?

    :param is_good: addresses of its kind are stories, so that its last step alone counts
    """
    steps = [FILE_END.sub("", step) for step in urlsplit(url).path.split("/") if step]
    *above, last = steps or [""]
    is_below = not is_good and (
        any(map(NO_STORIES.fullmatch, above)) or _is_unlikely(family_of(url))
    )
    return is_below or bool(NO_STORIES.fullmatch(last))


def _is_dated(url: str) -> bool:
    """Is it the list of a year, a month or a day?"""
    steps = urlsplit(url).path.strip("/").split("/")
    return all(map(DATE.fullmatch, steps))


def _is_telling(url: str) -> bool:
    """Has the address by itself the words or the number of a story?"""
    last = urlsplit(url).path.rstrip("/").rpartition("/")[2]
    return is_telling(last) and not NO_PAGE.search(last)


def everywhere(seen: SeenSite) -> set[str]:
    """Returns addresses to which all pages link but, maybe, they themselves; of some pages alone
    none."""
    pages = [page for page in seen.pages.values() if page.links]
    counts = Counter(link.url for page in pages for link in page.links)
    least = max(len(pages), MANY_PAGES)
    return {url for url, count in counts.items() if count + (url in seen.pages) >= least}


def _told_in_words(query: str) -> str:
    label = KEYLESS.match(query)
    words = [pair for pair in query.split("&") if re.fullmatch(r"\w+=[A-Za-z_]+", pair)]
    kept = [pair for pair in words if not TRACKING.fullmatch(pair.partition("=")[0])]
    return label[1] if label else "&".join(kept)


def family_of(url: str) -> Family:
    """Returns an address's family.
    A program that is told which page to show has its name as the first step, with what it is told
    in words: ``index.php?p=event``, ``spip.php?article`` of ``spip.php?article12``."""
    parts = urlsplit(url)
    steps = [step for step in parts.path.split("/") if step]
    end = FILE_END.search(steps[-1]) if steps else None
    first = steps[0] if len(steps) > 1 or (parts.query and end) else ""
    if first and end and (told := _told_in_words(parts.query)):
        first = f"{first}?{told}"
    return ("#" if DATE.fullmatch(first) else first, len(steps), end[0] if end else "")
