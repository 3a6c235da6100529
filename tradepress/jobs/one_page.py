"""One page from the web, under the same conduct as a crawl: robots, contact, address guard."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from typing import Any, ClassVar
from urllib.parse import urlsplit

from scrapy import Request, Spider
from scrapy.crawler import AsyncCrawlerRunner
from scrapy.exceptions import UsageError
from scrapy.http import Response
from scrapy.settings import BaseSettings
from scrapy.utils.log import configure_logging
from twisted.python.failure import Failure as TwistedFailure

from crawler.addon import project_settings, require_addon
from crawler.configuration import Configuration
from crawler.failures import explain
from crawler.listing_walk import content_type_of, error_of, headers_of
from crawler.source import Source
from tradepress.jobs.file_pages import FilePage
from tradepress.jobs.reactor import run_in_reactor

NO_ARCHIVE = {"EXTENSIONS": {"crawler.archive_run.ArchiveRun": None}, "ITEM_PIPELINES": {}}


class OnePageSpider(Spider):
    """Asks for one address and keeps the answer."""

    name = "one page"
    source: ClassVar[Source]
    url: str
    page: FilePage | None = None
    failure: str | None = None

    @classmethod
    def update_settings(cls, settings: BaseSettings) -> None:
        super().update_settings(settings)
        require_addon(settings, cls.source)

    async def start(self) -> AsyncIterator[Any]:
        yield Request(self.url, self.keep, errback=self.failed)

    def keep(self, response: Response) -> None:
        self.page = FilePage(
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


def fetch_page(url: str, source: Source | None, configuration: Configuration) -> FilePage:
    """The page at an address.

    :param source: whose site it is on; None: a site of no declared source
    :raises UsageError: no contact, or no web address
    :raises ConnectionError: the page can't be had
    """
    try:
        host = (urlsplit(url).hostname or "").removeprefix("www.")
    except ValueError as error:
        raise UsageError(f"{url} is not a web address ({error}).") from error
    site = source or Source(
        name="elsewhere",
        publisher=host,
        domains=(host,),
        language="en",
        timezone="UTC",
        article_url=".*",
    )
    spider = type("ThisPageSpider", (OnePageSpider,), {"source": site, "url": url})
    given = {**NO_ARCHIVE, "LOG_LEVEL": "CRITICAL"}
    runner = AsyncCrawlerRunner(project_settings(configuration, given))
    configure_logging(runner.settings)
    crawler = runner.create_crawler(spider)

    async def crawl() -> None:
        await runner.crawl(crawler)

    run_in_reactor(runner, crawl())
    asked = crawler.spider
    assert isinstance(asked, OnePageSpider)
    if asked.page is None:
        raise ConnectionError(f"{url} can't be read: {asked.failure or 'no answer'}.")
    return asked.page
