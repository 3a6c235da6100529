"""The Scrapy extension that opens the archive, keeps the ledger and closes the run."""

from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

from scrapy import signals
from scrapy.exceptions import DropItem
from scrapy.http import Request, Response

from archive.ledger import Ledger, running_ledger
from crawler.captures.warc import WarcCaptures
from crawler.items import Article
from crawler.source import Source

if TYPE_CHECKING:
    from scrapy.crawler import Crawler

    from crawler.news_spider import NewsSpider


def source_row(source: Source) -> dict[str, Any]:
    """The row of table ``sources`` for a declaration."""
    return {
        "name": source.name,
        "publisher": source.publisher,
        "home_url": (*source.sections, f"https://{source.domains[0]}/")[0],
        "language": source.language,
        "timezone": source.timezone,
        "is_sample": source.sample,
        "verified": source.verified.isoformat() if source.verified else None,
    }


def captures_beside(archive: Path) -> WarcCaptures:
    """The folder for raw pages that belongs to an archive file."""
    return WarcCaptures(archive.resolve().parent / "captures")


class ArchiveRun:
    """Joins the run that the command line opened, or opens one of its own (``scrapy crawl``)."""

    def __init__(self, crawler: "Crawler") -> None:
        self.crawler = crawler
        path = Path(crawler.settings["TRADEPRESS_ARCHIVE"])
        ledger = running_ledger(path)
        self.is_owner = ledger is None
        self.ledger = ledger or Ledger(
            path,
            command=f"scrapy crawl {crawler.spidercls.name}",
            version=crawler.settings["TRADEPRESS_VERSION"],
            sources=[source_row(crawler.spidercls.source)],  # type: ignore[attr-defined]
            captures=captures_beside(path) if crawler.settings["TRADEPRESS_CAPTURES"] else None,
        )

    @classmethod
    def from_crawler(cls, crawler: "Crawler") -> Self:
        run = cls(crawler)
        crawler.signals.connect(run.item_dropped, signals.item_dropped)
        crawler.signals.connect(run.item_error, signals.item_error)
        crawler.signals.connect(run.spider_error, signals.spider_error)
        crawler.signals.connect(run.request_dropped, signals.request_dropped)
        crawler.signals.connect(run.spider_closed, signals.spider_closed)
        return run

    def item_dropped(self, item: Article, exception: DropItem) -> None:
        """A pipeline refused the story: that is its address's outcome."""
        self._settle(item, "rejected", str(exception))

    def item_error(self, item: Article, failure: Any) -> None:
        self._settle(item, "failed", f"{type(failure.value).__name__}: {failure.value}")

    def spider_error(self, failure: Any, response: Response, spider: "NewsSpider") -> None:
        """A callback raised: a bug of ours or a page nobody foresaw; the address says so."""
        url = response.meta.get("ledger_url")
        if url is not None:
            reason = f"{type(failure.value).__name__}: {failure.value}"
            spider.report.failures[reason] += 1
            self.ledger.settle(url, "failed", reason, status=response.status)

    def request_dropped(self, request: Request) -> None:
        """The scheduler refused a request."""
        url = request.meta.get("ledger_url")
        if url is not None:
            self.ledger.settle(url, "rejected", "dropped")

    def spider_closed(self, spider: "NewsSpider", reason: str) -> None:
        self.ledger.commit()
        if not self.is_owner:
            return
        crawled = spider.report.was_crawled
        sums = self.ledger.close(
            "done" if reason == "finished" and crawled else "failed",
            reason=None if crawled else "no story was found; see the log",
        )
        spider.logger.info("Ledger: %s", sums or "nothing found, no archive made")

    def _settle(self, item: Article, outcome: str, reason: str) -> None:
        if item.capture is not None:
            url = item.capture.requested_url or item.capture.url
            self.ledger.settle(url, outcome, reason, status=item.capture.status)
