"""Holds what the middlewares of a crawl have in common: the crawler, and what is known by it."""

from typing import TYPE_CHECKING, Any, Self

from tradepress.archive.run import Run
from tradepress.conduct.context import context_of
from tradepress.source import Source

if TYPE_CHECKING:
    from scrapy.crawler import Crawler


class ConductMiddleware:
    """Scrapy makes one for each crawler."""

    def __init__(self, crawler: "Crawler") -> None:
        self.crawler = crawler

    @classmethod
    def from_crawler(cls, crawler: "Crawler") -> Self:
        return cls(crawler)

    @property
    def source(self) -> Source:
        """Returns the source that is crawled."""
        source: Source = self.crawler.spidercls.source  # type: ignore[attr-defined]
        return source

    @property
    def run(self) -> Run | None:
        """Returns the run of the crawler, or None for one page without an archive."""
        return context_of(self.crawler).run

    @property
    def report(self) -> Any:
        """Returns the spider's SourceReport; None where there is none, as for one page."""
        return getattr(self.crawler.spider, "report", None)
