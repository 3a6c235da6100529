"""Asks a web archive under the conduct of a crawl for what it has of one source."""

import asyncio
import time
from collections.abc import AsyncGenerator, Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import TypeVar

from scrapy import Request
from scrapy.http import Response

from tradepress.archive.border import border
from tradepress.archive.clock import utc_text
from tradepress.archive.frontier.mementos import DueMemento, Memento
from tradepress.archive.ledger.ledger import Fetched
from tradepress.archive.run import Run
from tradepress.conduct.context import context_of
from tradepress.conduct.stop import LOOK_SECONDS
from tradepress.crawling.failures import Failure
from tradepress.crawling.page_reading import ReadPage
from tradepress.crawling.page_workers import PageWorkers, TooComplex
from tradepress.crawling.source_report import SourceReport
from tradepress.discovery.candidates import LARGEST_SITEMAP
from tradepress.discovery.common_crawl import NEWS_FILE_BYTES
from tradepress.discovery.story_captures import CapturedPage
from tradepress.discovery.wayback_index import NotAnIndex
from tradepress.jobs.backfill.backfill_plan import Backfill, BackfillPlan
from tradepress.jobs.site_visit import PageNotHad, VisitSpider
from tradepress.source import Source
from tradepress.story import Capture, Revisit

PAUSES = ("http_429", "http_503", "host_paused")
"""Lists the reasons by which a web archive wants a rest, that are worth waiting for."""
WORTH_TELLING = timedelta(minutes=1)
MOST_WAITS = 5
"""Bounds the waits for one page."""
INDEX_TIMEOUT = 180
"""Is in seconds: an index looks through millions of lines."""
BYTES_A_SECOND, CAPTURE_SECONDS = 175e6, 0.02
"""Are what a core does with copies: it looks through a file, reads and stores a page."""
T = TypeVar("T")


@dataclass(frozen=True, kw_only=True, slots=True)
class WithoutStory:
    """Is a page of which no story is to be stored."""

    reason: str
    """Is the reason as the ledger has it."""
    is_kept: bool
    """Is the page to be kept, for later rules?"""


@dataclass(frozen=True, kw_only=True, slots=True)
class FoundCapture:
    """Is the page of a capture."""

    capture: Capture
    """Is the page as it was received."""
    page: bytes
    """Is the page's body, decoded from transfer and content encodings."""
    read: ReadPage | WithoutStory | None = None
    """Is set by whoever had it before; None: it is read when it is stored."""


@dataclass(frozen=True, kw_only=True, slots=True)
class ReadAhead:
    """Holds what was read before it is taken in."""

    files: Sequence[str]
    """Are the files to be looked through that can be taken in."""
    words: str
    """Says how it was read, for the ledger."""
    troubles: Sequence[str] = ()
    """Says what could not be read, a line each."""


class AnotherCapture(Exception):
    """Raised where the web archive gave another page than the one asked for; says which."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Visit:
    """Is one phase of a back-fill; its requests go out one after the other."""

    spider: VisitSpider
    run: Run
    asked: Backfill
    address: str
    """Is the address of the web archive, as it is set."""
    workers: PageWorkers
    report: SourceReport
    ends: float
    """Is when the run ends, whatever is left, by the clock of :func:`time.monotonic`."""
    tell: Callable[[str], None]
    """Is told in words what is waited for."""

    @property
    def source(self) -> Source:
        """Returns the source whose stories are wanted."""
        return self.asked.source

    @property
    def is_stopping(self) -> bool:
        """Shall nothing more be asked for?"""
        return context_of(self.spider.crawler).is_stopping

    async def fetch(self, request: Request, *, status: int = 200) -> Response:
        """Returns the answer; a web archive that wants a rest is asked once more after it, if the
        run goes on for so long.

        :param status: that is wanted
        :raises PageNotHad: there is none
        """
        waits = 0
        while True:
            try:
                return await self.spider.download(request.replace(), status=status)
            except PageNotHad as error:
                wait = error.failure.wait if error.failure is not None else None
                if wait is None or error.reason not in PAUSES or waits >= MOST_WAITS:
                    raise
                if time.monotonic() + wait.total_seconds() > self.ends:
                    raise
                waits += 1
                if wait >= WORTH_TELLING:
                    when = minute_of(utc_text(datetime.now(UTC) + wait))
                    self.tell(f"{error.words}; it is asked again after {when}")
                # What is remembered of a host is in whole seconds.
                await self.rest(wait + timedelta(seconds=1))

    async def ask_index(
        self,
        url: str,
        read: Callable[[bytes], T],
        *,
        otherwise: T | None = None,
        count: Callable[[T], int] | None = None,
    ) -> T:
        """Asks an index, and returns what its answer says; the ledger has it, whatever comes.

        :param read: in a worker; raises NotAnIndex
        :param otherwise: what it means that there is no such file (404); None: a fault
        :param count: how many captures worth asking for it names
        :raises PageNotHad: it can't be had, or is no index
        """
        meta = {
            "kind": "index",
            "download_maxsize": LARGEST_SITEMAP,
            "download_timeout": INDEX_TIMEOUT,
        }
        told = partial(self.run.ledger.record_listing, self.source.name, url)
        try:
            answer = await self.fetch(Request(url, meta=meta))
        except PageNotHad as error:
            why = error.failure
            fetched = Fetched(kind="index", status=why.status if why else None)
            if error.reason == "http_404" and otherwise is not None:
                told(fetched, found=0)
                return otherwise
            if error.reason != "interrupted":
                told(fetched, outcome=why.outcome if why else "failed", reason=error.reason)
            raise
        fetched = Fetched(kind="index", status=answer.status, size=len(answer.body))
        try:
            said = await self.workers.run(read_answer, read, answer.body)
        except (NotAnIndex, TooComplex) as error:
            told(fetched, outcome="failed", reason="not_an_index")
            raise PageNotHad(url, "not_an_index", str(error)) from error
        told(fetched, found=count(said) if count else None)
        return said

    def leave(self, url: str) -> None:
        """A listing is not followed beyond this page: told, and the run has failed in part."""
        self.report.failures["in_circles"] += 1
        self.report.notes.append(
            f"The index goes in circles, or names nothing more, and was left after {url}. What it "
            "named so far is taken; --since and --until ask it for fewer days."
        )
        self.run.ledger.record_listing(
            self.source.name, url, Fetched(kind="index"), outcome="failed", reason="in_circles"
        )

    async def rest(self, wait: timedelta) -> None:
        """Asks for nothing so long, or until the run is to end."""
        loop = asyncio.get_running_loop()
        until = loop.time() + wait.total_seconds()
        while loop.time() < until and not self.is_stopping:
            await asyncio.sleep(LOOK_SECONDS)


def minute_of(instant: str) -> str:
    """Returns the minute as ``2026-06-01 12:30 UTC``."""
    return f"{instant[:16].replace('T', ' ')} UTC"


@border(lambda why: NotAnIndex(f"it can't be read ({why})"), NotAnIndex, MemoryError)
def read_answer(read: Callable[[bytes], T], answer: bytes) -> T:
    """Returns what an answer of an index says; raises NotAnIndex."""
    return read(answer)


def memento_of(page: CapturedPage, url: str) -> Memento:
    """Returns what an index names, as the frontier has it.

    :param url: where the web archive has the page
    """
    return Memento(
        url=url,
        original_url=page.original_url,
        date_captured=page.date_captured,
        seen_until=page.seen_until or page.date_captured,
        digest=page.digest,
    )


def data_loss(url: str, words: str) -> PageNotHad:
    """Says that what a web archive names can't be had whole."""
    why = Failure(outcome="failed", reason="data_loss", words=f"{url}: {words}")
    return PageNotHad(url, why.reason, words, why)


Found = AsyncGenerator[tuple[Memento, FoundCapture | Revisit], None]
"""Yields captures with their pages, or that these were the same as before."""


@dataclass(frozen=True, kw_only=True, slots=True)
class WebArchive:
    """Is one way of a back-fill."""

    address: str
    """Is the address of the service, as it is set; its host alone is asked."""
    captures: str
    """Is that with which the addresses of its captures begin."""
    read_memento: Callable[[Visit, Memento], Awaitable[FoundCapture | Revisit]]
    """Returns the page of one capture; raises PageNotHad and AnotherCapture."""
    index_of: Callable[[str], str]
    """Returns, of the address of a capture, one at which the same host tells of such captures: an
    answer there says that it is up."""
    list_mementos: Callable[[Visit], Awaitable[None]] | None = None
    """Writes the captures of the source's stories into the frontier, each page of an index in one
    commit with where it goes on; raises PageNotHad."""
    list_files: Callable[[Visit], Awaitable[Sequence[str]]] | None = None
    """Returns, without an index, the addresses of its WARC files; raises PageNotHad."""
    read_file: Callable[[Visit, str], Found] | None = None
    """Yields what one file has of the source's stories; raises PageNotHad and UnreadableFile."""
    read_ahead: Callable[[Sequence[Memento], Sequence[str]], ReadAhead] | None = None
    """Is told, before any of it is taken in, which captures will be in this order, and which files
    are to be looked through."""
    file_requests: int = 0
    """Is about how many requests one file takes."""
    size_of: Callable[[str], int] | None = None
    """Returns how many bytes a file has, where it is a copy at hand; None: somebody is asked."""

    def plan(self, due: Sequence[DueMemento], files: Sequence[str], *, rest: float) -> BackfillPlan:
        """Returns what it takes.

        :param due: the captures to be had
        :param files: those to be looked through
        :param rest: is in seconds, and what a request takes
        """
        are_copies = self.size_of is not None
        size = sum(map(self.size_of, files)) if self.size_of else len(files) * NEWS_FILE_BYTES
        requests = 0 if are_copies else len(due) + len(files) * self.file_requests
        there = {*files, *(one.url.partition("?")[0] for one in due if are_copies)}
        seconds = size / BYTES_A_SECOND + len(due) * CAPTURE_SECONDS
        return BackfillPlan(
            captures=len(due),
            stories=len({one.story for one in due}),
            files=len(there),
            size=size,
            are_copies=are_copies,
            requests=requests,
            seconds=seconds if are_copies else requests * rest,
        )
