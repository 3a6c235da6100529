"""A site is looked over, politely, and a source declared for it, with a first golden page."""

import asyncio
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import urljoin, urlsplit

from tradepress.archive.url_key import without_tracking
from tradepress.configuration import Configuration
from tradepress.crawling.page_workers import PageWorkers, TooComplex
from tradepress.crawling.source_report import SourceReport
from tradepress.declared_sources import source_names
from tradepress.discovery.candidates import Candidates, NotAListing
from tradepress.discovery.read_listing import read_listing
from tradepress.extraction import NotAnArticle
from tradepress.extraction.links import is_home
from tradepress.jobs.check_source import with_listings
from tradepress.jobs.files.file_page import FilePage, UnreadableFile
from tradepress.jobs.files.file_pages import read_pages
from tradepress.jobs.site_visit import (
    Fetch,
    PageNotHad,
    unknown_source,
    visit_site,
    with_data,
)
from tradepress.source import Source
from tradepress.survey.declaration import golden_page, slug_of, write_declaration
from tradepress.survey.seen_site import (
    MOST_FEEDS,
    MOST_STORIES,
    SeenSite,
    farthest_page,
    feed_places,
    listing_places,
    sister_lists,
    sitemap_places,
    sitemaps_of_index,
    story_place,
)
from tradepress.survey.site_page import SeenPage, SitePage, read_site_page
from tradepress.survey.site_survey import NothingToDeclare, SiteSurvey, name_of, survey_site

MOST_REQUESTS = 22
"""Bounds the requests besides those that the conduct makes: robots.txt, and second tries. With the
18 of a check, and the conduct's both times, they are at most 45."""
MOST_TRIED = 4
"""Bounds the places that are tried for a feed."""
DECLARED_PLACE = re.compile(
    r"""<link[^>]*rel=["']?canonical["']?[^>]*href=["']?(https?://[^"'\s>]+)"""
    r"""|<meta[^>]*og:url["'][^>]*content=["'](https?://[^"'\s>]+)""",
    re.I,
)


class AlreadyThere(Exception):
    """Raised where a file of that source exists, or another source has its name; says which."""


@dataclass(frozen=True, kw_only=True)
class Written:
    """Holds the files of a source that is new."""

    file: Path
    golden: Path | None
    """Is the HTML file, a .json beside it; None: no story's page was read."""


class SiteVisit:
    """Runs one visit of a site.

    :param fetch: asks for a page
    :param workers: that read it
    """

    def __init__(self, fetch: Fetch, workers: PageWorkers, seen: SeenSite) -> None:
        self.fetch = fetch
        self.workers = workers
        self.seen = seen
        self.left = MOST_REQUESTS - 1  # tdmrep.json is the conduct's to ask for
        self.tried_feeds: set[str] = set()

    async def look_over(self, url: str) -> None:
        """Asks for what shows how the site works; ``seen`` has it."""
        seen = self.seen
        first = await self.had(url)
        seen.start = without_tracking(first.url or url) if first else url
        if first is not None and not await self.take_feed(first):
            await self.take_page(first)
        seen.robots = await self.text(urljoin(seen.home, "/robots.txt"))
        if first is None or not is_home(first.url or url):
            await self.page(seen.home)
        await self.look_for_posts()
        if any(page.feeds for page in seen.pages.values()):
            await self.look_for_feeds()
        for place in sitemap_places(seen):
            await self.take_sitemap(place)
        for place in listing_places(seen):
            await self.page(place)
        await self.look_for_feeds()
        if (page_of_old := farthest_page(seen)) is not None:
            await self.page(page_of_old, is_list=True)
        for _ in range(MOST_STORIES):
            if (story := story_place(seen)) is None or self.left <= 0:
                break
            await self.page(story)
        for place in () if seen.posts else sister_lists(seen):
            if self.left > 0:
                await self.page(place)

    async def look_for_posts(self) -> None:
        """Takes the list of posts that the software offers, where it does."""
        place = next((page.posts for page in self.seen.pages.values() if page.posts), None)
        if place is not None and (page := await self.had(place)) is not None:
            found = await self.listed("section", page)
            if found is not None and found.articles:
                self.seen.posts[place] = found

    async def look_for_feeds(self) -> None:
        """Takes two that differ, of those that pages declare; else one of the usual places."""
        seen = self.seen
        most = MOST_FEEDS if any(page.feeds for page in seen.pages.values()) else 1
        for place in feed_places(seen)[:MOST_TRIED]:
            if len(seen.feeds) >= most:
                return
            if place not in self.tried_feeds and (page := await self.had(place)) is not None:
                await self.take_feed(page)
            self.tried_feeds.add(place)

    async def had(self, url: str) -> FilePage | None:
        """Returns the answer, or None: it can't be had, or enough was asked for."""
        if self.left <= 0:
            return None
        self.left -= 1
        try:
            return await self.fetch(url)
        except PageNotHad as error:
            self.seen.failures[url] = str(error)
            return None

    async def text(self, url: str) -> str | None:
        page = await self.had(url)
        return None if page is None else page.page.decode("utf-8-sig", "replace")

    async def page(self, url: str, *, is_list: bool = False) -> None:
        if url not in self.seen.pages and (page := await self.had(url)) is not None:
            await self.take_page(page, asked=url, is_list=is_list)

    async def take_page(
        self, page: FilePage, *, asked: str | None = None, is_list: bool = False
    ) -> None:
        """Takes the page into what was seen.

        :param asked: the address that was asked for
        :param is_list: it is a further page of a list, whatever it reads like
        """
        found = await read(page, self.workers, self.seen)
        if found is not None and not (found.is_story or is_list):
            found = await self.read_data(page) or found
        if found is None:
            return
        if is_list:
            found = replace(found, article=None, refused="index")
            self.seen.further.add(found.page.url)
        self.seen.add(found)
        if asked is not None and asked != found.page.url:
            self.seen.failures[asked] = f"it leads to {found.page.url}"

    async def read_data(self, page: FilePage) -> SeenPage | None:
        """Reads a page without a story once more, with the data that it may load."""
        url = page.url or self.seen.home
        if is_home(url) or self.seen.site.data_url(url) is None or self.left <= 0:
            return None
        self.left -= 1
        try:
            both = await with_data(page, self.seen.site, self.fetch)
        except PageNotHad as error:
            self.seen.failures[url] = str(error)
            return None
        return await read(both, self.workers, self.seen)

    async def take_feed(self, page: FilePage) -> bool:
        """Takes the page as a feed, if it is one with entries of the site."""
        found = await self.listed("feed", page)
        if found is None or not found.articles:
            return False
        known = {one.url for feed in self.seen.feeds.values() for one in feed.articles}
        if {one.url for one in found.articles} <= known:
            return True  # the same in another form
        self.seen.feeds[page.url or ""] = found
        return True

    async def take_sitemap(self, url: str) -> None:
        """Takes a sitemap, with what the likeliest sitemaps below it list."""
        found = await self.sitemap(url)
        for below in sitemaps_of_index(found) if found else ():
            if (more := await self.sitemap(below)) is not None:
                found = replace(
                    more,
                    pages=(found or more).pages,
                    articles=(*(found or more).articles, *more.articles),
                )
        if found is not None and found.articles:
            self.seen.sitemaps[url] = found

    async def sitemap(self, url: str) -> Candidates | None:
        page = await self.had(url)
        return None if page is None else await self.listed("sitemap", page)

    async def listed(self, kind: str, page: FilePage) -> Candidates | None:
        url = page.url or self.seen.home
        try:
            return await self.workers.run(
                read_listing, kind, page.page, url, self.seen.site, page.content_type
            )
        except (NotAListing, TooComplex):
            return None


async def read(page: FilePage, workers: PageWorkers, seen: SeenSite) -> SeenPage | None:
    """Reads one page; None: it takes too much to be read."""
    url = page.url or seen.home
    taken = SitePage(
        url=without_tracking(url),
        body=page.page,
        content_type=page.content_type,
        http_headers=page.http_headers,
        site_reservations=page.site_reservations,
        seen_at=page.date_captured,
        data=page.data,
    )
    try:
        return await workers.run(read_site_page, taken, seen.site)
    except (NotAnArticle, TooComplex) as error:
        seen.failures[url] = str(error)
        return None


def survey_address(
    url: str,
    configuration: Configuration,
    *,
    name: str | None = None,
    settings: Mapping[str, Any] | None = None,
    sample: bool = False,
    declared: Source | None = None,
) -> SiteSurvey:
    """Looks a site over, in at most MOST_REQUESTS requests.

    :param url: of its front page, its list of stories or its feed
    :param name: of the source; None: made from the host's name
    :param settings: of Scrapy, beside those of the configuration
    :param sample: the site is one of the bundled papers, to which the settings lead
    :param declared: the site, as a recording declares where its stories' data are
    :raises UsageError: no contact, or no web address
    :raises NothingToDeclare: too little was found
    """
    site = replace(declared or unknown_source(url), sample=sample)
    seen = SeenSite(home=urljoin(url, "/"), site=site)

    async def visit(fetch: Fetch) -> SiteSurvey:
        with PageWorkers() as workers:
            await SiteVisit(fetch, workers, seen).look_over(url)
            return await concluded(seen, workers, name)

    report = SourceReport(source=site.name)
    survey = visit_site(seen.site, configuration, visit, settings=settings, report=report)
    return replace(survey, notes=tuple(report.notes))


def survey_pages(
    files: Iterable[Path], *, url: str | None = None, name: str | None = None
) -> SiteSurvey:
    """Does the same with saved pages, of which some are stories and some, best of all, lists of
    them.

    :param url: of the site; and of the page, if it is one without an address of its own
    :raises UnreadableFile: a file can't be read
    :raises NothingToDeclare: too little was found, or no page says where it stood
    """

    async def look_over() -> SiteSurvey:
        with PageWorkers() as workers:
            pages = [page for file in files for page in pages_of(file)]
            placed = [replace(page, url=page.url or declared_place(page) or url) for page in pages]
            at = next((page.url for page in placed if page.url), url)
            if at is None:
                raise NothingToDeclare("No page says where it stood: give the address with --url.")
            seen = SeenSite(home=urljoin(url or at, "/"), site=unknown_source(url or at))
            visit = SiteVisit(nothing_more, workers, seen)
            for page in placed:
                is_own = page.url is not None and seen.site.owns(page.url)
                if is_own and not await visit.take_feed(page):
                    await visit.take_page(page)
            return await concluded(seen, workers, name)

    return asyncio.run(look_over())


def pages_of(file: Path) -> Iterator[FilePage]:
    """Yields the pages of a file; raises UnreadableFile with the file's name."""
    try:
        yield from read_pages(file)
    except UnreadableFile as error:
        raise UnreadableFile(f"{file}: {error}.") from error


async def nothing_more(url: str) -> FilePage:
    """Raises PageNotHad, always: there are but the saved pages."""
    raise PageNotHad(url, "offline", "it is not among the saved pages")


def declared_place(page: FilePage) -> str | None:
    """Returns where a page says that it stands."""
    match = DECLARED_PLACE.search(page.page.decode("utf-8", "replace"))
    return match[1] or match[2] if match else None


async def concluded(seen: SeenSite, workers: PageWorkers, name: str | None) -> SiteSurvey:
    """Returns the survey, with the stories as a crawl would have them.

    :raises NothingToDeclare: too little was found
    """
    survey = survey_site(seen, name=name, today=datetime.now(UTC).date())
    again = []
    for story in survey.stories:
        page = await workers.run(read_site_page, story.page, seen.site, as_story=survey.source)
        try:
            listed = page.article and with_listings(
                page.article, page.page.url, survey.listings, survey.source
            )
            page = replace(page, article=listed)
        except NotAnArticle as error:
            page = replace(page, article=None, refused=error.reason)
        again.append(page)
    return replace(survey, stories=tuple(again))


def require_free(name: str, folder: Path, *, force: bool = False) -> None:
    """Requires that no source has the name yet.

    :param force: a file of the folder may be there, and is replaced
    :raises AlreadyThere: the name is taken
    """
    file = folder / f"{name}.py"
    if file.exists():
        if not force:
            raise AlreadyThere(f"{file} is there already: give another --name, or --force.")
    elif name in source_names():
        raise AlreadyThere(f"There is a source {name} already: give another --name.")


def write_source(survey: SiteSurvey, folder: Path, *, force: bool = False) -> Written:
    """Writes the file of the source, and its first golden page below ``pages``.

    :raises AlreadyThere: the name is taken
    :raises OSError: the folder can't be written
    """
    source = survey.source
    require_free(source.name, folder, force=force)
    pages = folder / "pages"
    pages.mkdir(parents=True, exist_ok=True)
    file = folder / f"{source.name}.py"
    file.write_text(write_declaration(survey, today=datetime.now(UTC).date()), "utf-8")
    shown = next((page for page in survey.stories if page.article is not None), None)
    if shown is None or shown.article is None:
        return Written(file=file, golden=None)
    golden = pages / f"{source.name}-{slug_of(urlsplit(shown.page.url).path)}.html"
    golden.write_bytes(shown.page.body)
    told = golden_page(shown.article, source.name, shown.page.content_type)
    golden.with_suffix(".json").write_text(told, "utf-8")
    return Written(file=file, golden=golden)


def name_for(url: str) -> str:
    """Returns the name that a source of this site would have.

    :raises UsageError: no web address
    """
    return name_of(unknown_source(url).domains[0])
