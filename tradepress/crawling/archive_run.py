"""Runs the Scrapy extension that opens the archive, keeps the ledger and closes the run."""

import asyncio
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self
from urllib.parse import urljoin

from scrapy import signals
from scrapy.exceptions import DropItem, UsageError
from scrapy.http import Request
from scrapy.settings import BaseSettings

from tradepress.archive.captures.folder import capture_folder
from tradepress.archive.captures.warc import WarcCaptures
from tradepress.archive.frontier.addresses import Address
from tradepress.archive.frontier.sources import SourceRow
from tradepress.archive.ledger.ledger import Fetched
from tradepress.archive.ledger.outcomes import DEADLINE, Outcome, RunKind, RunState
from tradepress.archive.ledger.parts import Parts
from tradepress.archive.open import open_archive
from tradepress.archive.run import Run
from tradepress.archive.site_host import is_site_name
from tradepress.archive.stories.clean_story import CleanStory
from tradepress.conduct.context import context_of
from tradepress.conduct.stop import finish
from tradepress.crawling.page_workers import NoWorkers
from tradepress.crawling.source_report import SeedReport
from tradepress.declared_sources import all_sources, source_owning
from tradepress.extraction import NotAnArticle
from tradepress.source import Source
from tradepress.story import Article

if TYPE_CHECKING:
    from scrapy.crawler import Crawler

    from tradepress.crawling.news_spider import NewsSpider


def source_row(source: Source, among: Sequence[Source] | None = None) -> SourceRow:
    """Returns what the archive keeps of a declaration.

    :param among: all that are declared; None: they are read where somebody asks for an owner
    """
    declared = cache(lambda: all_sources() if among is None else among)

    def is_own(url: str) -> bool:
        others = declared()
        return source.owns(url) and (source_owning(url, others) or source).name == source.name

    host = f"[{source.domains[0]}]" if ":" in source.domains[0] else source.domains[0]
    return SourceRow(
        name=source.name,
        publisher=source.publisher,
        home_url=urljoin((*source.sections, f"https://{host}/")[0], "/"),
        language=source.language,
        timezone=source.timezone,
        cited_as=source.cited_as,
        is_sample=source.sample,
        verified=source.verified.isoformat() if source.verified else None,
        domains=source.domains if source.is_declared else (),
        is_own=is_own if source.is_declared else None,
        id_in=source.site_id,
    )


def _row_or_name(source: Source) -> SourceRow | str:
    """Returns the name alone of one that the archive knows and nobody here declares."""
    is_known = not (source.is_declared or is_site_name(source.name))
    return source.name if is_known else source_row(source)


def captures_beside(archive: Path) -> WarcCaptures:
    """Returns the folder for raw pages that belongs to an archive file."""
    return WarcCaptures(capture_folder(archive))


@contextmanager
def archive_run(
    settings: BaseSettings,
    kind: RunKind,
    command: str,
    sources: Sequence[Source | str] = (),
    *,
    wait: float = 0.0,
    create: bool = True,
    brings_parts: bool = False,
) -> Iterator[Run]:
    """Opens the archive, with the captures that the settings name, for one run.

    :param sources: that take part; a name alone is one that the archive knows already
    :param create: make a new archive where there is none
    :param brings_parts: the run looks after parts that are crawled elsewhere
    :raises ArchiveBusy: somebody else writes; or the run is a crawl or a back-fill, and a part is
        crawled elsewhere
    :raises ArchiveError: the archive is there but can't be written, or the disk is full
    :raises UsageError: TRADEPRESS_RESERVE_MB is no number
    """
    path = Path(settings["TRADEPRESS_ARCHIVE"])
    with open_archive(
        path,
        command=command,
        captures=captures_beside(path) if settings.getbool("TRADEPRESS_CAPTURES") else None,
        wait=wait,
        create=create,
        reserve=reserve(settings["TRADEPRESS_RESERVE_MB"]),
    ) as archive:
        if kind in (RunKind.CRAWL, RunKind.BACKFILL, RunKind.FETCH) and not brings_parts:
            Parts(archive.transaction).require_back()
        with archive.run(
            kind,
            version=settings["TRADEPRESS_VERSION"],
            sources=[one if isinstance(one, str) else _row_or_name(one) for one in sources],
            is_part=settings.getbool("TRADEPRESS_PART"),
            site_key=bytes.fromhex(settings.get("TRADEPRESS_SITE_KEY", "")),
        ) as run:
            yield run


def reserve(megabytes: str | float | None) -> int | None:
    """Returns the bytes that stay free on the disk, from TRADEPRESS_RESERVE_MB; None: as usual.

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
    """Joins the run that the crawler was given, or opens one of its own (``scrapy crawl``)."""

    def __init__(self, crawler: "Crawler") -> None:
        self.crawler = crawler
        self.own = ExitStack()
        source: Source = crawler.spidercls.source  # type: ignore[attr-defined]
        run = context_of(crawler).run
        self.is_owner = run is None
        if run is None:
            run = self.own.enter_context(
                archive_run(
                    crawler.settings, RunKind.CRAWL, f"scrapy crawl {source.name}", [source]
                )
            )
            context_of(crawler).run = run
        self.run = run
        self.deadline: asyncio.TimerHandle | None = None
        run.transaction.on_failure.append(self.stop)

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
        """Fetches nothing more: time is up, the archive can't be written or no page be read."""
        engine = self.crawler.engine
        if engine is not None and self.crawler.spider is not None:
            closing = engine.close_spider_async(reason=reason)
            self.stopping = asyncio.ensure_future(finish(closing, self.crawler))

    def item_dropped(self, item: CleanStory | Article, exception: DropItem) -> None:
        """Ends an address whose story a pipeline refused, as rejected."""
        self._settle(item, Outcome.REJECTED, str(exception))

    def item_error(self, item: CleanStory | Article, failure: Any, spider: "NewsSpider") -> None:
        """Ends an address as failed: a pipeline raised, or the archive can't be written."""
        reason = f"{type(failure.value).__name__}: {failure.value}"
        spider.report.failures[reason] += 1
        self._settle(item, Outcome.FAILED, reason)

    def spider_error(self, failure: Any, response: Any, spider: "NewsSpider") -> None:
        """Ends an address where a callback raised: a defect of ours, on a page nobody foresaw."""
        if isinstance(failure.value, NoWorkers):
            self.stop(str(failure.value))
        reason = f"{type(failure.value).__name__}: {failure.value}"
        if isinstance(failure.value, NotAnArticle):
            reason = failure.value.words
        request: Request | None = getattr(response, "request", None)
        address: Address | None = request.meta.get("address") if request is not None else None
        if request is not None and address is None:
            spider.report.seeds.append(
                SeedReport(
                    kind=request.meta.get("kind", "section"),
                    url=request.url,
                    reason="defect",
                    words=f"{request.url} could not be read ({reason})",
                )
            )
            return
        spider.report.failures[reason] += 1
        if address is not None and self.run.failure is None:
            self.run.addresses.settle(address.url, Outcome.FAILED, reason)

    def request_dropped(self, request: Request) -> None:
        """Ends the address of a request that the scheduler refused."""
        address: Address | None = request.meta.get("address")
        if address is not None:
            self.run.addresses.settle(address.url, Outcome.REJECTED, "dropped")

    def spider_closed(self, spider: "NewsSpider", reason: str) -> None:
        if self.deadline is not None:
            self.deadline.cancel()
        if self.run.failure is None:
            self.run.transaction.commit()
        self.run.transaction.on_failure.remove(self.stop)
        if not self.is_owner:
            return
        state, words, stopped_by = RunState.DONE, None, None
        if self.run.failure is not None:
            state, words = RunState.INTERRUPTED, str(self.run.failure)
            spider.logger.critical(words)
        elif reason != "finished":
            stopped_by = reason
        elif not spider.report.was_crawled:
            state, words = RunState.FAILED, "no story was found; see the log"
        try:
            sums = self.run.end(state, reason=words, stopped_by=stopped_by)
            spider.logger.info("Ledger: %s", sums or "nothing found, no archive made")
        finally:
            self.own.close()

    def _settle(self, item: CleanStory | Article, outcome: Outcome, reason: str) -> None:
        capture = (item if isinstance(item, Article) else item.article).capture
        if capture is not None and self.run.failure is None:
            url = capture.requested_url or capture.url
            fetched = Fetched(status=capture.status)
            self.run.addresses.settle(url, outcome, reason, fetched=fetched)
