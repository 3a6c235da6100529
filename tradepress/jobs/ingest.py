"""Files into the archive: by the same extraction and the same pipelines as a crawl."""

import asyncio
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path

from scrapy.exceptions import DropItem
from scrapy.settings import Settings

from archive.errors import ArchiveError
from archive.ledger.ledger import Fetched
from archive.ledger.outcomes import Outcome, RunKind, RunState
from archive.ledger.run_report import RunSums
from archive.run import Run
from archive.story import Article, Capture
from archive.url_key import without_tracking
from archive.withdrawal.tombstones import WITHDRAWN
from crawler.archive_run import archive_run, source_row
from crawler.extraction import NotAnArticle
from crawler.news_spider import NewsSpider
from crawler.page_workers import PageWorkers, TooComplex
from crawler.rights.asked_policy import asked_policy
from crawler.rights.header_reservations import header_reservations
from crawler.source import Source
from pipelines.normalize_text import normalize_text
from pipelines.prepare import prepare
from pipelines.save_to_archive import SaveToArchive
from tradepress.jobs.file_pages import FilePage, UnreadableFile, read_pages
from tradepress.jobs.read_story import Read, read_story
from tradepress.jobs.spiders import spider_owning

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
    spider: type[NewsSpider] | None = None,
    url: str | None = None,
    wait: float = 0,
) -> Ingest:
    """Store the stories of files, as a run of the ledger.

    :param spider: whose pages these are; None: each page's site says it
    :param url: where the one page of the one file stood
    :param wait: seconds to wait for another run on the archive
    :raises ArchiveError: what was committed before is kept
    """
    sources = [spider.source] if spider else []
    with archive_run(settings, RunKind.INGEST, "ingest", sources, wait=wait) as run:
        with PageWorkers() as workers:
            way_in = _WayIn(run=run, settings=settings, spider=spider, workers=workers)
            pages = asyncio.run(way_in.ingest_files(files, url))
        code = int(any(page.outcome in ("failed", "skipped") for page in pages))
        sums = run.end(RunState.DONE, exit_code=code)
    return Ingest(pages=pages, sums=sums, exit_code=code)


@dataclass(frozen=True, kw_only=True, slots=True)
class _WayIn:
    """From the pages of files into a run."""

    run: Run
    settings: Settings
    spider: type[NewsSpider] | None
    """Whose pages these are; None: each page's site says it."""
    workers: PageWorkers

    async def ingest_files(self, files: Iterable[Path], url: str | None) -> list[Ingested]:
        results: list[Ingested] = []
        for file in files:
            batch: list[FilePage] = []
            try:
                for page in read_pages(file, url):
                    batch.append(page)
                    if len(batch) == BATCH:
                        results += await self._ingest_batch(batch, file)
                        batch = []
            except UnreadableFile as error:
                results.append(Ingested(url=str(file), outcome="failed", words=str(error)))
            results += await self._ingest_batch(batch, file)
        return results

    async def _ingest_batch(self, pages: list[FilePage], file: Path) -> list[Ingested]:
        found = await asyncio.gather(*map(self._read, pages))
        tasks = [
            asyncio.ensure_future(self._ingest_page(page, read, file))
            for page, read in zip(pages, found, strict=True)
        ]
        await asyncio.sleep(0)  # each page runs up to its wait for the commit
        with suppress(ArchiveError):  # each page is told
            self.run.transaction.commit()
        results = await asyncio.gather(*tasks)
        if self.run.failure is not None:
            raise self.run.failure
        return results

    async def _read(self, page: FilePage) -> Read | str:
        """The story of a page, or why there is none."""
        try:
            return await read_story(page, self.spider, self.workers)
        except (NotAnArticle, TooComplex) as error:
            return error.reason

    async def _ingest_page(self, page: FilePage, read: Read | str, file: Path) -> Ingested:
        is_declared = page.url is None
        if isinstance(read, str):
            article, reason = None, read
            spider = self.spider or (spider_owning(page.url) if page.url else None)
        else:
            article, reason = read.article, ""
            page, spider = read.page, read.spider
        if page.url is None:
            return _without_address(article, file)
        url = without_tracking(page.url)
        if spider is None:
            return Ingested(url=url, outcome="skipped", words=NO_SOURCE)
        source = spider.source
        policy = asked_policy(self.settings, source)
        if article is not None:
            article = replace(article, url=url, source=source.name, policy=policy)
            if is_declared and self.run.stories.holds_another(normalize_text(article)):
                return Ingested(url=url, outcome="skipped", words=ANOTHER_STORY)
            if policy == "skip":
                article, reason = None, "policy"
        self.run.sources.save(source_row(source))
        addresses = self.run.addresses.add(source.name, [(url, file.name)])
        if not addresses:
            return self._not_taken(url)
        self.run.addresses.schedule(addresses)
        if article is None:
            fetched = Fetched(kind="file", status=page.status)
            self.run.addresses.settle(url, Outcome.REJECTED, reason, fetched=fetched)
            return Ingested(url=url, outcome="rejected", words=reason)
        return await self._save(article, page, source)

    def _not_taken(self, url: str) -> Ingested:
        with suppress(ValueError):
            if self.run.addresses.is_withdrawn(url):
                return Ingested(url=url, outcome="rejected", words=WITHDRAWN)
        return Ingested(url=url, outcome="skipped", words="not a web address")

    async def _save(self, article: Article, page: FilePage, source: Source) -> Ingested:
        assert article.url is not None
        capture = Capture(
            url=article.url,
            body=page.raw,
            content_type=page.content_type,
            status=page.status,
            http_headers=page.http_headers,
            date_captured=page.date_captured,
            origin="file",
            source=article.source,
        )
        reservations = (*article.reservations, *header_reservations(page.http_headers))
        item = replace(article, capture=capture, reservations=reservations)
        try:
            saved = await SaveToArchive(self.run, source).save(prepare(item))
        except DropItem as error:
            fetched = Fetched(status=page.status)
            self.run.addresses.settle(article.url, Outcome.REJECTED, str(error), fetched=fetched)
            return Ingested(url=article.url, outcome="rejected", words=str(error))
        if saved.outcome == Outcome.REJECTED:
            return Ingested(url=article.url, outcome=saved.outcome, words=str(saved.reason))
        words = saved.ref if saved.version == 1 else f"{saved.ref}@{saved.version}"
        if saved.reason:
            words += f" ({saved.reason})"
        return Ingested(url=article.url, outcome=saved.outcome, words=words)


def _without_address(article: Article | None, file: Path) -> Ingested:
    """A page of which nobody knows where it stood, nor can it say so itself."""
    declared = article.canonical_url if article else None
    if declared is None:
        return Ingested(url=str(file), outcome="skipped", words="no address: give --url")
    if spider_owning(declared) is None:
        return Ingested(url=declared, outcome="skipped", words=NO_SOURCE)
    words = "no address: what it declares is not that of a story: give --url"
    return Ingested(url=declared, outcome="skipped", words=words)
