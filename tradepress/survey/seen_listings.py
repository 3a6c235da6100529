"""Tells which pages of a site list its stories, and which of them are enough."""

from collections.abc import Sequence
from itertools import chain
from urllib.parse import urlsplit

from tradepress.archive.url_key import without_tracking
from tradepress.discovery.candidates import Candidate, Candidates, NotAListing
from tradepress.discovery.section import read_section
from tradepress.extraction.links import is_home
from tradepress.source import Source
from tradepress.survey.checked_pages import CheckedListing, SeedKind
from tradepress.survey.seen_site import (
    FILE_END,
    LATEST,
    SeenSite,
    Told,
    everywhere,
    family_of,
    further_pages,
    is_of_no_story,
)

FEWEST_LISTED = 3
GENERAL, HEAD = 0.8, 8
"""Of so many new stories a list of all has this share."""


def read_files(seen: SeenSite, site: Source) -> list[CheckedListing]:
    """Returns feeds and sitemaps with the stories that they list."""
    feeds = [_read_file("feed", url, found, site) for url, found in seen.feeds.items()]
    return feeds + [_read_file("sitemap", url, found, site) for url, found in seen.sitemaps.items()]


def _read_file(kind: SeedKind, url: str, found: Candidates, site: Source) -> CheckedListing:
    return _listing(
        kind, url, found, [one for one in found.articles if site.is_article_url(one.url)]
    )


def _listing(
    kind: SeedKind, url: str, found: Candidates, stories: Sequence[Candidate]
) -> CheckedListing:
    return CheckedListing(
        kind=kind,
        url=url,
        stories=tuple(one.url for one in stories),
        said={without_tracking(one.url): one.listing for one in stories},
        last_page=found.last_page,
        has_more=bool(found.pages),
    )


def read_listings(seen: SeenSite, site: Source) -> list[CheckedListing]:
    """Returns the pages that list stories, those that lead to further pages and list most first."""
    listings = [_read_file("section", url, found, site) for url, found in seen.posts.items()]
    on_all, further = everywhere(seen), further_pages(seen)
    for url, page in seen.pages.items():
        is_none = url in further or url in seen.further or is_of_no_story(url)
        if page.is_story or (is_none and url != seen.start):
            continue
        try:
            found = read_section(page.page.body, url, site, content_type=page.page.content_type)
        except NotAListing:
            continue
        linked = {link.url for link in page.links if not link.is_menu}
        stories = [one for one in found.articles if one.url in linked]
        own = [one for one in stories if _is_general(url) or one.url not in on_all]
        if len(own) >= FEWEST_LISTED:
            listings.append(_listing("section", url, found, stories))
    return sorted(
        listings,
        key=lambda one: (
            one.url in seen.posts,
            one.has_more,
            _is_general(one.url),
            len(one.stories),
        ),
        reverse=True,
    )


def _is_general(url: str) -> bool:
    """Is it the front page, or a list of all that is new?"""
    last = urlsplit(url).path.rstrip("/").rpartition("/")[2]
    return is_home(url) or bool(LATEST.fullmatch(FILE_END.sub("", last)))


def enough_of(
    seen: SeenSite, listings: Sequence[CheckedListing], told: Told
) -> list[CheckedListing]:
    """One general list with further pages is enough for all kinds of stories that it has."""
    newest = _newest(seen, listings)
    general = next(
        (
            one
            for one in listings
            if one.url in seen.posts
            or (
                (one.has_more and _is_general(one.url))
                and len(newest.intersection(one.stories)) >= GENERAL * len(newest)
            )
        ),
        None,
    )
    if general is None:
        return [*listings]
    chosen = [general]
    missing = set(map(family_of, told.stories)) - set(map(family_of, general.stories))
    for one in listings:
        kinds = set(map(family_of, one.stories))
        if one is not general and missing & kinds:
            chosen.append(one)
            missing -= kinds
    return chosen


def _newest(seen: SeenSite, listings: Sequence[CheckedListing]) -> set[str]:
    """Returns what a list of all stories would begin with: the head of a feed, else what the front
    page has and not each page beside it."""
    told = {url for one in listings for url in one.stories} - everywhere(seen)
    if seen.feeds:
        heads = ([one.url for one in feed.articles[:HEAD]] for feed in seen.feeds.values())
        return told.intersection(chain.from_iterable(heads))
    front = next((one for one in listings if is_home(one.url)), None)
    return told.intersection(front.stories) if front else set()
