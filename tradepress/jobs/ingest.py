"""Files into the archive: by the same extraction and the same pipelines as a crawl."""

import asyncio
from collections.abc import Collection, Coroutine, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from scrapy.settings import Settings

from archive.ledger.ledger import Fetched
from archive.ledger.outcomes import Outcome, RunKind, RunState
from archive.ledger.run_report import RunSums
from archive.run import Run
from archive.stories.clean_story import CleanStory
from archive.stories.stories import QUARANTINED, Quarantined
from archive.story import Article, Capture, Listing
from archive.url_key import without_tracking
from archive.withdrawal.tombstones import WITHDRAWN
from crawler.archive_run import archive_run, source_row
from crawler.declared_sources import all_sources, source_owning
from crawler.extraction import NotAnArticle
from crawler.extraction.rules import extractor
from crawler.page_reading import PageToRead, ReadPage, read_page
from crawler.page_workers import PageWorkers, TooComplex, usable_cores
from crawler.rights.asked_policy import asked_policy
from crawler.rights.header_reservations import header_reservations
from crawler.source import Source
from pipelines.dropped import Dropped
from tradepress.jobs.file_page import FilePage, UnreadableFile
from tradepress.jobs.file_pages import read_pages
from tradepress.jobs.read_story import declared_address, extract

NO_SOURCE = "no source has this site"
ANOTHER_STORY = "it says that it is another story, which is kept: give its own address by --url"
BATCH = 50
"""Stories committed together."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Ingested:
    """How one page of a file ended."""

    url: str
    outcome: str
    words: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Ingest:
    """One run of files into an archive."""

    pages: list[Ingested]
    sums: RunSums | None
    """None: no story was found, so no archive was made."""
    exit_code: int
    """1: a file could not be read, or a page belongs nowhere."""


def ingest_files(
    files: Iterable[Path],
    settings: Settings,
    *,
    source: Source | None = None,
    url: str | None = None,
    wait: float = 0,
) -> Ingest:
    """Store the stories of files, as a run of the ledger.

    :param source: whose pages these are; None: each page's site says it
    :param url: where the one page of the one file stood
    :param wait: seconds to wait for another run on the archive
    :raises ArchiveError: what was committed before is kept
    """
    taking_part = [source] if source else []
    with archive_run(settings, RunKind.INGEST, "ingest", taking_part, wait=wait) as run:
        with PageWorkers(usable_cores()) as workers:
            way_in = _WayIn(
                run=run, settings=settings, source=source, sources=all_sources(), workers=workers
            )
            pages = asyncio.run(way_in.ingest_files(files, url))
        code = int(any(page.outcome in ("failed", "skipped") for page in pages))
        sums = run.end(RunState.DONE, exit_code=code)
    return Ingest(pages=pages, sums=sums, exit_code=code)


@dataclass(frozen=True, kw_only=True, slots=True)
class _WayIn:
    """From the pages of files into a run."""

    run: Run
    settings: Settings
    source: Source | None
    """Whose pages these are; None: each page's site says it."""
    sources: Collection[Source]
    """All that are declared."""
    workers: PageWorkers
    saved_sources: set[str] = field(default_factory=set)

    async def ingest_files(self, files: Iterable[Path], url: str | None) -> list[Ingested]:
        results: list[Ingested] = []
        async for found in self.workers.in_order(self._read_files(files, url)):
            results.append(found if isinstance(found, Ingested) else self._store(found))
            if len(results) % BATCH == 0:
                self.run.transaction.commit()
            if self.run.failure is not None:
                raise self.run.failure
        self.run.transaction.commit()
        return results

    def _read_files(
        self, files: Iterable[Path], url: str | None
    ) -> Iterator[Coroutine[Any, Any, "_Found | Ingested"]]:
        for file in files:
            try:
                for page in read_pages(file, url):
                    yield self._read(page, file)
            except UnreadableFile as error:
                yield _failed(file, str(error))

    async def _read(self, page: FilePage, file: Path) -> "_Found | Ingested":
        """What a page holds, or that it belongs nowhere."""
        source = self.source
        is_declared = page.url is None
        if page.url is None:
            try:
                article = await extract(page, source, self.workers)
            except (NotAnArticle, TooComplex):
                article = Article()
            declared = declared_address(article, source, self.sources)
            if declared is None:
                return _without_address(article, file, self.sources)
            page, source = replace(page, url=declared[0]), declared[1]
        assert page.url is not None
        url = without_tracking(page.url)
        source = source or source_owning(page.url, self.sources)
        if source is None:
            return Ingested(url=url, outcome="skipped", words=NO_SOURCE)
        capture = Capture(
            url=url,
            body=page.raw,
            content_type=page.content_type,
            status=page.status,
            http_headers=page.http_headers,
            date_captured=page.date_captured,
            origin="file",
            source=source.name,
        )
        read: ReadPage | str
        try:
            read = await self.workers.run(
                read_page,
                PageToRead(
                    body=page.page,
                    capture=capture,
                    seen_at=page.date_captured,
                    policy=asked_policy(self.settings, source),
                    reservations=header_reservations(page.http_headers),
                    listing=self._listing(url),
                ),
                source,
            )
        except (NotAnArticle, TooComplex, Dropped) as error:
            read = error.reason
        return _Found(file=file, source=source, capture=capture, is_declared=is_declared, read=read)

    def _listing(self, url: str) -> Listing:
        """What listings that were crawled say of the story at an address."""
        with suppress(ValueError):  # no web address, or not one that a listing had
            return self.run.addresses.at(url).listing
        return Listing()

    def _store(self, found: "_Found") -> Ingested:
        url, read, source = found.capture.url, found.read, found.source
        if (
            found.is_declared
            and isinstance(read, ReadPage)
            and isinstance(read.story, CleanStory)
            and self.run.stories.holds_another(read.story)
        ):
            return Ingested(url=url, outcome="skipped", words=ANOTHER_STORY)
        if source.name not in self.saved_sources:
            self.run.sources.save(source_row(source))
            self.saved_sources.add(source.name)
        addresses = self.run.addresses.add(source.name, [(url, found.file.name)])
        if not addresses:
            return self._not_taken(url)
        self.run.addresses.schedule(addresses)
        if isinstance(read, str):
            fetched = Fetched(kind="file", status=found.capture.status)
            self.run.addresses.settle(url, Outcome.REJECTED, read, fetched=fetched)
            return Ingested(url=url, outcome="rejected", words=read)
        try:
            story = read.captured(found.capture)
            saved = self.run.stories.save(story, extractor=extractor(source))
        except Quarantined as error:
            words = f"{QUARANTINED}: {error}"
            return Ingested(url=url, outcome="rejected", words=words)
        if saved.outcome == Outcome.REJECTED:
            return Ingested(url=url, outcome=saved.outcome, words=str(saved.reason))
        words = saved.ref if saved.version == 1 else f"{saved.ref}@{saved.version}"
        if saved.reason:
            words += f" ({saved.reason})"
        return Ingested(url=url, outcome=saved.outcome, words=words)

    def _not_taken(self, url: str) -> Ingested:
        with suppress(ValueError):
            if self.run.addresses.is_withdrawn(url):
                return Ingested(url=url, outcome="rejected", words=WITHDRAWN)
        return Ingested(url=url, outcome="skipped", words="not a web address")


@dataclass(frozen=True, kw_only=True, slots=True)
class _Found:
    """A page of a source, read."""

    file: Path
    source: Source
    capture: Capture
    is_declared: bool
    """Is its address nothing but its own word?"""
    read: ReadPage | str
    """Or why there is no story."""


async def _failed(file: Path, words: str) -> Ingested:
    return Ingested(url=str(file), outcome="failed", words=words)


def _without_address(article: Article, file: Path, sources: Collection[Source]) -> Ingested:
    """A page of which nobody knows where it stood, nor can it say so itself."""
    declared = article.canonical_url
    if declared is None:
        return Ingested(url=str(file), outcome="skipped", words="no address: give --url")
    if source_owning(declared, sources) is None:
        return Ingested(url=declared, outcome="skipped", words=NO_SOURCE)
    words = "no address: what it declares is not that of a story: give --url"
    return Ingested(url=declared, outcome="skipped", words=words)
