"""The Scrapy extension that opens the archive, keeps the ledger and closes the run."""

import asyncio
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self
from urllib.parse import urljoin

from scrapy import signals
from scrapy.exceptions import DropItem, UsageError
from scrapy.http import Request
from scrapy.settings import BaseSettings

from archive.capture_folder import capture_folder
from archive.ledger import Ledger, running_ledger
from crawler.captures.warc import WarcCaptures
from crawler.conduct.stop import finish
from crawler.extraction.rules import extractor
from crawler.items import Article
from crawler.page_workers import NoWorkers
from crawler.source import Source
from crawler.source_report import Entrance

if TYPE_CHECKING:
    from scrapy.crawler import Crawler

    from crawler.news_spider import NewsSpider

DEADLINE = "deadline"
"""Why a crawl ended whose time was up."""


def source_row(source: Source) -> dict[str, Any]:
    """The row of table ``sources`` for a declaration, and the name of the rules for its pages."""
    return {
        "name": source.name,
        "publisher": source.publisher,
        "home_url": urljoin((*source.sections, f"https://{source.domains[0]}/")[0], "/"),
        "language": source.language,
        "timezone": source.timezone,
        "is_sample": source.sample,
        "verified": source.verified.isoformat() if source.verified else None,
        "extractor": extractor(source),
    }


def captures_beside(archive: Path) -> WarcCaptures:
    """The folder for raw pages that belongs to an archive file."""
    return WarcCaptures(capture_folder(archive))


def open_ledger(
    settings: BaseSettings, command: str, sources: Sequence[Source], wait: float = 0.0
) -> Ledger:
    """The ledger of one run, with the archive and the captures that the settings name.

    :raises ArchiveError: the archive is there but can't be written, or the disk is full
    :raises UsageError: TRADEPRESS_RESERVE_MB is no number
    """
    path = Path(settings["TRADEPRESS_ARCHIVE"])
    return Ledger(
        path,
        command=command,
        version=settings["TRADEPRESS_VERSION"],
        sources=[source_row(source) for source in sources],
        captures=captures_beside(path) if settings.getbool("TRADEPRESS_CAPTURES") else None,
        wait=wait,
        reserve=reserve(settings["TRADEPRESS_RESERVE_MB"]),
    )


def reserve(megabytes: str | float | None) -> int | None:
    """Bytes that stay free on the disk, from the setting TRADEPRESS_RESERVE_MB; None: as usual.

    :raises UsageError: it is no number
    """
    if megabytes in (None, ""):
        return None
    try:
        return max(0, int(float(megabytes) * 10**6))
    except (ValueError, OverflowError):
        raise UsageError(
            f"TRADEPRESS_RESERVE_MB is {megabytes!r}; give a number of megabytes"
        ) from None


class ArchiveRun:
    """Joins the run that the command line opened, or opens one of its own (``scrapy crawl``)."""

    def __init__(self, crawler: "Crawler") -> None:
        self.crawler = crawler
        ledger = running_ledger(Path(crawler.settings["TRADEPRESS_ARCHIVE"]))
        self.is_owner = ledger is None
        source: Source = crawler.spidercls.source  # type: ignore[attr-defined]
        self.ledger = ledger or open_ledger(
            crawler.settings, f"scrapy crawl {source.name}", [source]
        )
        self.deadline: asyncio.TimerHandle | None = None
        self.ledger.on_failure.append(self.stop)

    @classmethod
    def from_crawler(cls, crawler: "Crawler") -> Self:
        run = cls(crawler)
        crawler.signals.connect(run.item_dropped, signals.item_dropped)
        crawler.signals.connect(run.item_error, signals.item_error)
        crawler.signals.connect(run.spider_error, signals.spider_error)
        crawler.signals.connect(run.request_dropped, signals.request_dropped)
        crawler.signals.connect(run.spider_opened, signals.spider_opened)
        crawler.signals.connect(run.spider_closed, signals.spider_closed)
        return run

    def spider_opened(self) -> None:
        deadline = self.crawler.settings.getfloat("TRADEPRESS_DEADLINE")
        self.deadline = asyncio.get_running_loop().call_later(deadline, self.stop, DEADLINE)

    def stop(self, reason: str = "archive") -> None:
        """Fetch nothing more: time is up, the archive can't be written or no page be read."""
        engine = self.crawler.engine
        if engine is not None and self.crawler.spider is not None:
            closing = engine.close_spider_async(reason=reason)
            self.stopping = asyncio.ensure_future(finish(closing, self.crawler))

    def item_dropped(self, item: Article, exception: DropItem) -> None:
        """A pipeline refused the story: that is its address's outcome."""
        self._settle(item, "rejected", str(exception))

    def item_error(self, item: Article, failure: Any, spider: "NewsSpider") -> None:
        """A pipeline raised: a defect of ours, or the archive can't be written."""
        reason = f"{type(failure.value).__name__}: {failure.value}"
        spider.report.failures[reason] += 1
        self._settle(item, "failed", reason)

    def spider_error(self, failure: Any, response: Any, spider: "NewsSpider") -> None:
        """A callback raised: a defect of ours, on a page nobody foresaw; the run says so."""
        if isinstance(failure.value, NoWorkers):
            self.stop(str(failure.value))
        reason = f"{type(failure.value).__name__}: {failure.value}"
        request: Request | None = getattr(response, "request", None)
        url = request.meta.get("ledger_url") if request is not None else None
        if request is not None and url is None:
            spider.report.entrances.append(
                Entrance(
                    kind=request.meta.get("kind", "section"),
                    url=request.url,
                    reason="defect",
                    words=f"{request.url} could not be read ({reason})",
                )
            )
            return
        spider.report.failures[reason] += 1
        if url is not None and self.ledger.failure is None:
            self.ledger.settle(url, "failed", reason)

    def request_dropped(self, request: Request) -> None:
        """The scheduler refused a request."""
        url = request.meta.get("ledger_url")
        if url is not None:
            self.ledger.settle(url, "rejected", "dropped")

    def spider_closed(self, spider: "NewsSpider", reason: str) -> None:
        if self.deadline is not None:
            self.deadline.cancel()
        if self.ledger.failure is None:
            self.ledger.commit()
        if not self.is_owner:
            return
        if self.ledger.failure is not None:
            state, words = "interrupted", str(self.ledger.failure)
            spider.logger.critical(words)
        elif reason != "finished":
            state, words = "interrupted", f"stopped before its end ({reason})"
        elif not spider.report.was_crawled:
            state, words = "failed", "no story was found; see the log"
        else:
            state, words = "done", None
        sums = self.ledger.close(state, reason=words)
        spider.logger.info("Ledger: %s", sums or "nothing found, no archive made")

    def _settle(self, item: Article, outcome: str, reason: str) -> None:
        if item.capture is not None and self.ledger.failure is None:
            url = item.capture.requested_url or item.capture.url
            self.ledger.settle(url, outcome, reason, status=item.capture.status)
