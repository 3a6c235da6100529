"""Asks for pages from the web without an archive, under the same conduct as a crawl: robots,
contact, pace, address guard."""

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from functools import cached_property
from typing import Any, ClassVar, TypeVar
from urllib.parse import urlsplit

from scrapy import Request, Spider
from scrapy.crawler import AsyncCrawlerRunner, Crawler
from scrapy.exceptions import UsageError
from scrapy.http import Response
from scrapy.settings import BaseSettings
from scrapy.spidermiddlewares.httperror import HttpError
from scrapy.utils.log import configure_logging

from tradepress.archive.ledger.outcomes import OF_DATA
from tradepress.archive.web_address import web_address
from tradepress.conduct.context import engine_of
from tradepress.configuration import Configuration
from tradepress.crawling.addon import project_settings, require_addon
from tradepress.crawling.confined_browser import require_browser
from tradepress.crawling.failures import Failure, explain
from tradepress.crawling.listing_walk import header_of, headers_of
from tradepress.crawling.page_rendering import RENDERED_TYPE, NotWhole, PageRenderer
from tradepress.crawling.page_workers import TooComplex
from tradepress.crawling.source_report import SourceReport
from tradepress.extraction.page_reservations import page_reservations
from tradepress.jobs.files.file_page import FilePage
from tradepress.jobs.reactor import run_in_reactor
from tradepress.jobs.run_crawlers import RunningCrawlers
from tradepress.rights.header_reservations import header_reservations
from tradepress.rights.site_rights import WANTED
from tradepress.source import Source
from tradepress.story import forbidding

NO_ARCHIVE = {
    "EXTENSIONS": {"tradepress.crawling.archive_run.ArchiveRun": None},
    "ITEM_PIPELINES": {},
}
Fetch = Callable[[str], Awaitable[FilePage]]
"""Returns the page at an address, after redirects.

:raises PageNotHad: it can't be had
"""
T = TypeVar("T")


class PageNotHad(ConnectionError):
    """Raised where an address gave no page; the message says why.

    ``reason`` is as in the ledger: ``http_404``, ``robots``, ``dns``, …; ``words`` are the why
    alone; ``failure`` is all that is known, if it was asked for.
    """

    def __init__(self, url: str, reason: str, words: str, failure: Failure | None = None) -> None:
        super().__init__(f"{url} can't be read: {words}.")
        self.reason, self.words, self.failure = reason, words, failure


class VisitSpider(Spider):
    """Fetches for a visit what it asks for, and ends with it."""

    name = "visit"
    source: ClassVar[Source]
    visit: "Callable[[VisitSpider], Awaitable[Any]]"
    result: Any = None
    error: BaseException | None = None

    @classmethod
    def update_settings(cls, settings: BaseSettings) -> None:
        super().update_settings(settings)
        require_addon(settings, cls.source)

    async def start(self) -> AsyncIterator[Any]:
        try:
            self.result = await self.visit(self)
        except Exception as error:  # Scrapy would log it and go on
            self.error = error
        return
        yield

    async def fetch(self, url: str) -> FilePage:
        return await self.page(await self.download(Request(url)))

    async def fetch_with_rights(self, url: str) -> FilePage:
        """Returns the page with what the files of its site reserve of it, as a crawl asks."""
        return await self.page(await self.download(Request(url, meta={WANTED: True})))

    async def page(self, response: Response) -> FilePage:
        """Returns a page as it was received, or rendered where it is a story of such a source.

        :raises PageNotHad: it can't be rendered
        :raises NoBrowser: so, for want of a browser
        """
        page = _page(response)
        if not (self.source.rendered and self.source.is_article_url(response.url)):
            return page
        try:
            drawn = await self.renderer.render(response)
        except NotWhole as error:
            why = error.failure
            raise PageNotHad(response.url, why.reason, why.words, why) from error
        except TooComplex as error:
            raise PageNotHad(response.url, error.reason, str(error)) from error
        by_page = page_reservations(page.page, page.content_type)
        reserved = (*forbidding(by_page), *drawn.reservations)
        return replace(
            page,
            page=drawn.body,
            content_type=RENDERED_TYPE,
            site_reservations=(*reserved, *page.site_reservations),
        )

    @cached_property
    def renderer(self) -> PageRenderer:
        return PageRenderer(self.crawler)

    async def download(self, request: Request, *, status: int = 200) -> Response:
        """Returns the answer to any request.

        :param status: that is wanted
        :raises PageNotHad: there is none, or it has another one
        """
        try:
            response = await engine_of(self.crawler).download_async(request)
            if response.status != status:
                raise HttpError(response)
        except Exception as error:
            why = explain(error, request.url)
            raise PageNotHad(request.url, why.reason, why.words, why) from error
        return response


def _page(response: Response) -> FilePage:
    return FilePage(
        page=response.body,
        raw=response.body,
        url=response.url,
        content_type=header_of(response, "Content-Type"),
        status=response.status,
        http_headers=headers_of(response),
        date_captured=datetime.now(UTC),
        site_reservations=response.meta.get("site_reservations", ()),
    )


async def with_data(page: FilePage, source: Source, fetch: Fetch) -> FilePage:
    """Returns a page with the data that it loads, where its source declares them.

    :raises PageNotHad: they can't be had
    """
    url = source.data_url(page.url or "")
    if url is None:
        return page
    try:
        data = await fetch(url)
    except PageNotHad as error:
        raise PageNotHad(url, f"{OF_DATA}{error.reason}", error.words, error.failure) from error
    reserved = forbidding((*data.site_reservations, *header_reservations(data.http_headers)))
    return replace(page, data=data.page, site_reservations=(*reserved, *page.site_reservations))


def visit_site(
    source: Source,
    configuration: Configuration,
    visit: Callable[[Fetch], Awaitable[T]],
    *,
    settings: Mapping[str, Any] | None = None,
    report: SourceReport | None = None,
) -> T:
    """Returns what the visit returns, which asks for one page after the other.

    :param source: whose site it is; its ``domains`` alone are asked
    :param settings: of Scrapy, beside those of the configuration
    :param report: takes notes of what the site says to crawlers; the files in which it reserves its
        rights are asked for then, too
    :raises UsageError: no contact, or no browser for a source whose pages are rendered
    :raises PageNotHad: one that the visit does not catch
    """
    if source.rendered:
        require_browser()
    given = {**NO_ARCHIVE, "LOG_LEVEL": "CRITICAL", **(settings or {})}
    runner = AsyncCrawlerRunner(project_settings(configuration, given))
    configure_logging(runner.settings)
    with_rights = report is not None
    crawler = visiting(
        runner,
        source,
        lambda spider: visit(spider.fetch_with_rights if with_rights else spider.fetch),
        report=report,
    )
    run_in_reactor(runner, RunningCrawlers(runner=runner, crawlers=[crawler]).run())
    result: T = result_of(crawler)
    return result


def visiting(
    runner: AsyncCrawlerRunner,
    source: Source,
    visit: Callable[[VisitSpider], Awaitable[Any]],
    **fields: Any,
) -> Crawler:
    """Returns a crawler whose spider makes the visit.

    :param fields: further ones of the spider
    """
    own = {"source": source, "visit": staticmethod(visit), **fields}
    return runner.create_crawler(type("ThisVisitSpider", (VisitSpider,), own))


def result_of(crawler: Crawler) -> Any:
    """Returns what its visit has returned; None also where it was stopped before it began.

    :raises Exception: what the visit raised
    """
    spider = crawler.spider
    if not isinstance(spider, VisitSpider):
        return None
    if spider.error is not None:
        raise spider.error
    return spider.result


def fetch_page(url: str, source: Source | None, configuration: Configuration) -> FilePage:
    """Returns the page at an address.

    :param source: whose site it is on; None: a site of no declared source
    :raises UsageError: no contact, or no web address
    :raises PageNotHad: the page can't be had
    """

    async def visit(fetch: Fetch) -> FilePage:
        page = await fetch(url)
        return await with_data(page, source, fetch) if source else page

    return visit_site(source or unknown_source(url), configuration, visit)


def unknown_source(url: str) -> Source:
    """Returns what is known of the site of any address.

    :raises UsageError: no web address
    """
    try:
        host = (urlsplit(web_address(url)).hostname or "").removeprefix("www.")
    except ValueError as error:
        raise UsageError(f"{url} is not a web address.") from error
    return Source(
        name="elsewhere",
        publisher=host,
        domains=(host,),
        language="en",
        timezone="UTC",
        article_url=".*",
    )
