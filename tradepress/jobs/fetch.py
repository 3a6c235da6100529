"""Asks for single pages and keeps their stories, under the full conduct of a crawl."""

from collections.abc import AsyncIterator, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import islice
from pathlib import Path
from types import MappingProxyType
from typing import Any

from rich.console import Console
from scrapy.crawler import AsyncCrawlerRunner

from tradepress.archive.ledger.outcomes import HAD, Outcome, RunKind, RunState
from tradepress.archive.ledger.run_report import RunSums
from tradepress.archive.run import Run
from tradepress.archive.site_host import is_site_name
from tradepress.archive.stories.publishers import settle_publisher
from tradepress.archive.text_forms import counted
from tradepress.archive.url_key import without_tracking
from tradepress.archive.web_address import web_address
from tradepress.archive.withdrawal.tombstones import WITHDRAWN
from tradepress.conduct.context import CrawlContext
from tradepress.configuration import Configuration
from tradepress.crawling.addon import hold_conduct, project_settings
from tradepress.crawling.archive_run import archive_run, source_row
from tradepress.crawling.news_spider import NewsSpider
from tradepress.crawling.page_workers import PageWorkers
from tradepress.declared_sources import all_sources, as_configured
from tradepress.jobs.crawl import Crawl, require_address_space
from tradepress.jobs.reactor import run_in_reactor
from tradepress.notebook import Table
from tradepress.source import Source
from tradepress.undeclared_source import source_of

SITES_AT_ONCE = 16
NOT_AN_ADDRESS = "not a web address"
ENDS = """
    SELECT fetches.url, fetches.outcome, fetches.reason, ref FROM fetches
    LEFT JOIN articles ON articles.id = article_id
    WHERE run_id = ? AND url_id IS NOT NULL ORDER BY fetches.id
"""


@dataclass(frozen=True, kw_only=True, slots=True)
class FetchedPage:
    """Says how one address ended."""

    url: str
    outcome: Outcome
    reason: str | None
    ref: str | None
    """Is the ref of the story that is kept of it; None: there is none."""


@dataclass(frozen=True, kw_only=True, slots=True)
class FetchedPages(Table):
    """Is one run of single pages into an archive."""

    pages: tuple[FetchedPage, ...]
    sums: RunSums | None
    """Sums up the run; None: no address could be asked for."""

    @property
    def exit_code(self) -> int:
        """Returns 0 if a story is kept of each address, else 1."""
        return int(any(page.outcome not in HAD for page in self.pages))

    def _table(self) -> tuple[str, Sequence[str], Iterable[Sequence[object]]]:
        rows = [(one.outcome, one.ref or one.reason, one.url) for one in self.pages]
        return "Single pages", ("outcome", "story", "address"), rows


class FetchSpider(NewsSpider):
    """Asks for the addresses of its source that somebody named, and for nothing else."""

    def __init__(self, *, urls: Mapping[str, Sequence[str]], workers: PageWorkers) -> None:
        super().__init__(workers=workers, revisit="all")
        self.urls = urls[self.source.name]

    async def start(self) -> AsyncIterator[Any]:
        found = self.run.addresses.add(self.source.name, [(url, None) for url in self.urls])
        for request in self.story_requests(found):
            yield request


def fetch(
    urls: str | Iterable[str],
    *,
    archive: str | Path | None = None,
    contact: str | None = None,
    configuration: Configuration | None = None,
    wait: float = 0.0,
    settings: Mapping[str, Any] = MappingProxyType({}),
    hears_signals: bool = False,
    console: Console | None = None,
) -> FetchedPages:
    """Asks for single pages, each once, and keeps their stories; to be called from the main thread.

    A page that is kept is asked for again: what has changed is a version. On the site of a declared
    source its rules hold; any other site gets a source of its own.

    Example:

    >>> done = tradepress.fetch(PAGE, archive="press.db", contact="me@library.example")
    >>> done.pages[0].outcome, done.exit_code
    (<Outcome.STORED: 'stored'>, 0)

    :param urls: one address, or several
    :param archive: made, if it is not there; None: the configuration's
    :param contact: the mail or web address of whoever runs this
    :param configuration: None: that of the file and the environment, as the command has it
    :param wait: seconds to wait for another run
    :param settings: Scrapy settings over those of the project and the configuration
    :param hears_signals: end early by a signal to stop, at once by a second one
    :param console: shows how it goes on
    :raises UsageError: as things are set no page can be asked for
    :raises ArchiveError: the archive can't be written
    """
    configuration = as_configured(configuration, archive=archive)
    if contact is not None:
        configuration = replace(configuration, contact=contact)
    require_address_space()
    given = {**settings, "TRADEPRESS_ARCHIVE": str(configuration.archive)}
    runner = AsyncCrawlerRunner(project_settings(configuration, given))
    asked, refused = _by_source([urls] if isinstance(urls, str) else urls)
    for source, _ in asked:  # before anything is opened
        hold_conduct(runner.settings.copy(), source)
    command = f"fetch {counted(sum(len(own) for _, own in asked), 'address', 'addresses')}"
    with (
        archive_run(runner.settings, RunKind.FETCH, command, wait=wait) as run,
        PageWorkers() as workers,
    ):
        job = _Fetching(run=run, runner=runner, console=console)
        work = job.ask(asked, workers)
        run_in_reactor(runner, work, on_signal=job.stop if hears_signals else None)
        if run.failure is not None:
            raise run.failure
        pages = (*refused, *job.kept_out)
        if not any(counts.total() for counts in run.ledger.counts.values()) and not job.stopped_by:
            run.discard()
            return FetchedPages(pages=pages, sums=None)
        sums = run.end(RunState.DONE, exit_code=0, stopped_by=job.stopped_by)
        rows = run.transaction.rows(ENDS, [run.ledger.run_id]) if sums else []
        ends = [FetchedPage(**{**row, "outcome": Outcome(row["outcome"])}) for row in rows]
        return FetchedPages(pages=(*pages, *ends), sums=sums)


def _by_source(
    urls: Iterable[str],
) -> tuple[list[tuple[Source, list[str]]], list[FetchedPage]]:
    """Returns the addresses by their sources, and those that are none."""
    declared, refused = all_sources(), []
    asked: dict[str, tuple[Source, list[str]]] = {}
    for words in dict.fromkeys(urls):
        try:
            url = without_tracking(web_address(words.strip()))
            source = source_of(url, declared)
            assert source is not None
        except ValueError:
            refused.append(_refused(words, NOT_AN_ADDRESS))
            continue
        asked.setdefault(source.name, (source, []))[1].append(url)
    return [*asked.values()], refused


def _refused(url: str, reason: str) -> FetchedPage:
    return FetchedPage(url=url, outcome=Outcome.REJECTED, reason=reason, ref=None)


@dataclass(kw_only=True, slots=True)
class _Fetching:
    """Asks for pages, some sites at once."""

    run: Run
    runner: AsyncCrawlerRunner
    console: Console | None
    kept_out: list[FetchedPage] = field(default_factory=list)
    crawl: Crawl | None = None
    stopped_by: str | None = None

    def stop(self, reason: str) -> None:
        self.stopped_by = reason
        if self.crawl is not None:
            self.crawl.stop(reason)

    async def ask(self, asked: Sequence[tuple[Source, list[str]]], workers: PageWorkers) -> None:
        context = CrawlContext(run=self.run)
        left = iter([(self._known(source), self._let_in(urls)) for source, urls in asked])
        while (some := [*islice(left, SITES_AT_ONCE)]) and not self.stopped_by:
            sources = [source for source, _ in some]
            self.crawl = Crawl(
                self.runner, sources, context, kind=FetchSpider, console=self.console
            )
            urls = {source.name: own for source, own in some}
            await self.crawl.go_through(workers, urls=urls)
            self.stopped_by = self.stopped_by or self.crawl.why_stopped
            for name in filter(is_site_name, urls):
                settle_publisher(self.run.transaction, name)

    def _known(self, source: Source) -> Source:
        """Returns a source as the archive calls it, which knows it from now on."""
        if source.is_declared:
            self.run.sources.save(source_row(source))
            return source
        name = self.run.sources.names_here()(source.name, f"https://{source.domains[0]}/")
        source = replace(source, name=name)
        self.run.sources.add(source_row(source))
        return source

    def _let_in(self, urls: Iterable[str]) -> list[str]:
        """Returns the addresses without those of withdrawn stories."""
        kept_out = [url for url in urls if self.run.addresses.is_withdrawn(url)]
        self.kept_out += [_refused(url, WITHDRAWN) for url in kept_out]
        return [url for url in urls if url not in kept_out]
