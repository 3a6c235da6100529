"""One page from the web, under the same conduct as a crawl: robots, contact, address guard."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from typing import Any, ClassVar
from urllib.parse import urlsplit

import click
from scrapy import Request, Spider
from scrapy.crawler import AsyncCrawlerProcess
from scrapy.exceptions import UsageError
from scrapy.http import Response
from scrapy.settings import BaseSettings
from twisted.python.failure import Failure as TwistedFailure

from crawler.failures import explain
from crawler.listing_walk import content_type_of, error_of, headers_of
from crawler.news_spider import hold_conduct
from crawler.source import Source
from tradepress.crawling import project_settings
from tradepress.pages import Page

NO_ARCHIVE = {"EXTENSIONS": {"crawler.run.ArchiveRun": None}, "ITEM_PIPELINES": {}}


class OnePageSpider(Spider):
    """Asks for one address and keeps the answer."""

    name = "one page"
    source: ClassVar[Source]
    url: str
    page: Page | None = None
    failure: str | None = None

    @classmethod
    def update_settings(cls, settings: BaseSettings) -> None:
        super().update_settings(settings)
        hold_conduct(settings, cls.source)

    async def start(self) -> AsyncIterator[Any]:
        yield Request(self.url, self.keep, errback=self.failed)

    def keep(self, response: Response) -> None:
        self.page = Page(
            page=response.body,
            raw=response.body,
            url=response.url,
            content_type=content_type_of(response),
            status=response.status,
            http_headers=headers_of(response),
            date_captured=datetime.now(UTC),
        )

    def failed(self, failure: TwistedFailure) -> None:
        self.failure = explain(error_of(failure), self.url).words


def fetch_page(url: str, source: Source | None, *, contact: str | None) -> Page:
    """The page at an address.

    :param source: whose site it is on; None: a site of no declared source
    :raises click.UsageError: no contact
    :raises click.ClickException: the page can't be had
    """
    try:
        host = (urlsplit(url).hostname or "").removeprefix("www.")
    except ValueError as error:
        raise click.UsageError(f"{url} is not a web address ({error}).") from error
    site = source or Source(
        name="elsewhere",
        publisher=host,
        domains=(host,),
        language="en",
        timezone="UTC",
        article_url=".*",
    )
    spider = type("ThisPageSpider", (OnePageSpider,), {"source": site, "url": url})
    settings = project_settings({**NO_ARCHIVE, "LOG_LEVEL": "CRITICAL"})
    if contact:
        settings.set("TRADEPRESS_CONTACT", contact, "cmdline")
    process = AsyncCrawlerProcess(settings)
    try:
        crawler = process.create_crawler(spider)
    except UsageError as error:
        raise click.UsageError(str(error)) from error
    process.crawl(crawler)
    process.start()
    asked = crawler.spider
    assert isinstance(asked, OnePageSpider)
    if asked.page is None:
        raise click.ClickException(f"{url} can't be read: {asked.failure or 'no answer'}.")
    return asked.page
