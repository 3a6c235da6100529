"""Fetches a source's past from web archives: lists what they have, says what it takes, fetches."""

import time
from collections import Counter
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import aclosing, suppress
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import MappingProxyType
from typing import Any

from rich.console import Console
from scrapy.crawler import AsyncCrawlerRunner
from scrapy.exceptions import UsageError

from tradepress.archive.clock import utc_text
from tradepress.archive.frontier.addresses import Address
from tradepress.archive.frontier.listed_story import listing_at
from tradepress.archive.frontier.mementos import DueMemento, Memento, story_key
from tradepress.archive.ledger.ledger import Fetched
from tradepress.archive.ledger.outcomes import DEADLINE, READ, Outcome, RunKind
from tradepress.archive.run import Run
from tradepress.archive.seen_again import find_shown, see_again
from tradepress.archive.stories.stories import Quarantined
from tradepress.archive.text_forms import counted
from tradepress.conduct.context import CrawlContext, attach
from tradepress.conduct.site_pace import Pace
from tradepress.configuration import Configuration
from tradepress.crawling.addon import hold_conduct, project_settings
from tradepress.crawling.archive_run import archive_run
from tradepress.crawling.page_workers import PageWorkers
from tradepress.crawling.source_report import SourceReport
from tradepress.declared_sources import as_configured
from tradepress.extraction import DEFECT
from tradepress.extraction.rules import extractor
from tradepress.jobs.backfill.backfill_plan import (
    NO_DEADLINE,
    NOT_WANTED,
    Backfill,
    BackfillPlan,
    BackfillResult,
    Confirm,
    asked_backfill,
    end_backfill,
    require_kept,
)
from tradepress.jobs.backfill.backfill_visit import (
    AnotherCapture,
    FoundCapture,
    Visit,
    WebArchive,
    WithoutStory,
)
from tradepress.jobs.backfill.ccnews import cc_news
from tradepress.jobs.backfill.commoncrawl import common_crawl
from tradepress.jobs.backfill.missing_captures import UNAVAILABLE, MissingCaptures, is_missing
from tradepress.jobs.backfill.next_step import next_step, rest_words
from tradepress.jobs.backfill.own_listings import KINDS, backfill_site
from tradepress.jobs.backfill.read_capture import read_capture
from tradepress.jobs.backfill.way import Way
from tradepress.jobs.backfill.wayback import wayback
from tradepress.jobs.crawl import require_address_space
from tradepress.jobs.files.file_page import UnreadableFile
from tradepress.jobs.progress import Progress
from tradepress.jobs.reactor import run_in_reactor
from tradepress.jobs.reextract import settle_memory
from tradepress.jobs.run_crawlers import RunningCrawlers
from tradepress.jobs.site_visit import (
    PageNotHad,
    VisitSpider,
    result_of,
    unknown_source,
    visiting,
)
from tradepress.rights.asked_policy import asked_policy
from tradepress.source import Source
from tradepress.story import Revisit

NO_ORIGINAL = "revisit_of_no_page_here"
ANSWER_SECONDS = 1.0
"""Is what an answer takes beside the rest after it, for the estimate."""


def backfill(
    source: str,
    way: Way | str,
    *,
    archive: str | Path | None = None,
    since: str | None = None,
    until: str | None = None,
    limit: int | None = None,
    deadline: timedelta | None = None,
    confirm: Confirm | None = None,
    settings: Mapping[str, Any] = MappingProxyType({}),
    wait: float = 0.0,
    pace: Pace | None = None,
    hears_signals: bool = False,
    console: Console | None = None,
    configuration: Configuration | None = None,
) -> BackfillResult:
    """Fetches the past of a source, from a web archive or from its own listings.

    To be called from the main thread.

    Example:

    >>> past = tradepress.backfill("signet", "sitemap", archive="new.db", limit=2)
    >>> past.plan.stories, past.sums.urls, past.exit_code
    (2, 2, 0)

    :param way: ``wayback``, ``commoncrawl``, ``ccnews``, ``sections`` or ``sitemap``
    :param archive: made, if it is not there; None: the configuration's
    :param since: only captures or stories of this day, month or year (``2017-08``) or later
    :param until: or earlier
    :param limit: fetch at most so many stories
    :param deadline: end then, whatever is left; a web archive that wants a rest is waited for so
        long. None: it takes as long as it takes
    :param confirm: is told what will be done, and may refuse; None: it is done
    :param settings: Scrapy settings over those of the project and the configuration
    :param wait: seconds to wait for another run on the archive
    :param pace: shared with other work of this process; None: its own
    :param hears_signals: end early by a signal to stop, at once by a second one
    :param console: shows how it goes on
    :param configuration: None: that of the file and the environment, as the command has it
    :raises ArchiveError: the archive can't be written
    :raises NoSuchSource: it is not declared
    :raises UsageError: as things are set it can't be done
    """
    configuration = as_configured(configuration, archive=archive)
    asked = asked_backfill(source, way, since=since, until=until, limit=limit, deadline=deadline)
    fetch = backfill_site if asked.way in KINDS else run_backfill
    return fetch(
        asked,
        configuration,
        archive=configuration.archive,
        command=asked.command,
        confirm=confirm,
        settings=settings,
        wait=wait,
        pace=pace,
        hears_signals=hears_signals,
        console=console,
    )


def run_backfill(
    asked: Backfill,
    configuration: Configuration,
    *,
    archive: Path,
    command: str,
    service: WebArchive | None = None,
    confirm: Confirm | None = None,
    settings: Mapping[str, Any] = MappingProxyType({}),
    wait: float = 0.0,
    pace: Pace | None = None,
    hears_signals: bool = False,
    console: Console | None = None,
) -> BackfillResult:
    """Lists the captures of a source's stories, and fetches those that no run has fetched.

    :param archive: made, if it is not there
    :param service: what is asked; None: by the configuration
    :param confirm: is told what will be done, and may refuse; None: it is done
    :param settings: Scrapy settings over those of the project and the configuration
    :param pace: shared with other work of this process; None: its own
    :param hears_signals: end early by a signal to stop, at once by a second one
    :param console: shows how it goes on
    :raises ArchiveError: the archive can't be written
    :raises UsageError: as things are set it can't be done
    """
    require_address_space()
    service = service or web_archive(asked.way, configuration)
    host = replace(unknown_source(service.address), name=asked.source.name)
    given = {
        "ITEM_PIPELINES": {},
        **settings,
        "TRADEPRESS_ARCHIVE": str(archive),
        "TRADEPRESS_DEADLINE": NO_DEADLINE.total_seconds(),
        "TRADEPRESS_DELAYS": {},
        "DOWNLOAD_DELAY": configuration.backfill.delay,
    }
    runner = AsyncCrawlerRunner(project_settings(configuration, given))
    require_kept(runner.settings, asked.source)
    held = runner.settings.copy()
    hold_conduct(held, host)  # before anything is opened
    with (
        archive_run(runner.settings, RunKind.BACKFILL, command, [asked.source], wait=wait) as run,
        PageWorkers() as workers,
    ):
        job = _Job(
            runner=runner,
            run=run,
            asked=asked,
            service=service,
            host=host,
            context=CrawlContext(run=run, pace=pace or Pace()),
            workers=workers,
            delay=held.getfloat("DOWNLOAD_DELAY"),
            hears_signals=hears_signals,
            console=console or Console(quiet=True),
            report=SourceReport(source=asked.source.name),
        )
        result = job.backfill(confirm)
    if job.stopped_by is None:
        settle_memory(archive, configuration, brought=True)
    return result


def web_archive(way: Way, configuration: Configuration) -> WebArchive:
    """Returns what a way asks, where that is set.

    :raises UsageError: there is no such way yet
    """
    if way == Way.WAYBACK:
        return wayback(configuration.backfill.wayback)
    if way == Way.COMMONCRAWL:
        return common_crawl(configuration.backfill.commoncrawl)
    if way == Way.CCNEWS:
        return cc_news(configuration.backfill.commoncrawl)
    raise UsageError(f"There is no back-fill from {way}.")


@dataclass(kw_only=True, slots=True)
class _Job:
    """Runs one back-fill in one run."""

    runner: AsyncCrawlerRunner
    run: Run
    asked: Backfill
    service: WebArchive
    host: Source
    context: CrawlContext
    workers: PageWorkers
    delay: float
    hears_signals: bool
    console: Console
    report: SourceReport
    found: Counter[str] = field(default_factory=Counter)
    """Counts the captures to be asked for."""
    files: Sequence[str] = ()
    """Are the files to be looked through."""
    words: str | None = None
    """Says how it was read, for the ledger."""
    stopped_by: str | None = None
    troubles: list[str] = field(default_factory=list)
    started: float = field(default_factory=time.monotonic)

    def backfill(self, confirm: Confirm | None) -> BackfillResult:
        """Goes through all phases; the run has ended when it returns.

        :raises ArchiveError: the archive can't be written any more
        """
        try:
            self._visit(self._list)
        except PageNotHad as error:
            self.troubles.append(f"{error} {next_step(error)}")
            return self._end(None, 4)
        due = self.run.mementos.due(
            self.asked.source.name,
            self.service.captures,
            since=self.asked.since,
            until=self.asked.until,
            stories=self.asked.limit,
        )
        plan = self.service.plan(due, self.files, rest=self.delay + ANSWER_SECONDS)
        self.run.transaction.commit()
        if (due or self.files) and self.stopped_by is None:
            if confirm is not None and not confirm(plan):
                self.troubles.append(NOT_WANTED)
                return self._end(plan, 1)
            self.found[self.asked.source.name] = len(due)
            not_read: Sequence[str] = ()
            if self.service.read_ahead is not None:
                mementos = [self.run.mementos.at(one.url_id)[1] for one in due]
                ahead = self.service.read_ahead(mementos, self.files)
                self.files, self.words, not_read = ahead.files, ahead.words, ahead.troubles
            if due:
                self._visit(lambda visit: self._fetch_all(visit, due))
            if self.files and self.stopped_by is None and not self.troubles:
                self._visit(self._look_through_all)
            self.troubles += not_read
        return self._end(plan, int(bool(self.troubles or self.report.failures)))

    def _end(self, plan: BackfillPlan | None, code: int) -> BackfillResult:
        if self.run.failure is not None:
            raise self.run.failure
        troubles = [*self.troubles, *self.report.notes]
        if missing := self.report.failures[UNAVAILABLE]:
            what = counted(missing, "capture", "captures")
            troubles.append(f"{what} could not be given ({UNAVAILABLE}): asked for again later.")
        return end_backfill(
            self.run,
            plan,
            code=code,
            troubles=troubles,
            words=self.words,
            stopped_by=self.stopped_by,
            started=self.started,
        )

    @property
    def ends(self) -> float:
        return self.started + (self.asked.deadline or NO_DEADLINE).total_seconds()

    # Under the conduct of a crawl

    def _visit(self, phase: Callable[[Visit], Awaitable[None]]) -> None:
        """Do one phase in a spider of the web archive's host."""

        async def visit(spider: VisitSpider) -> None:
            await phase(
                Visit(
                    spider=spider,
                    run=self.run,
                    asked=self.asked,
                    address=self.service.address,
                    workers=self.workers,
                    report=self.report,
                    ends=self.ends,
                    tell=lambda words: self.console.print(f"{name}: {words}", highlight=False),
                )
            )

        name = self.asked.source.name
        crawler = visiting(self.runner, self.host, visit, report=self.report)
        attach(crawler, self.context)
        progress = Progress([name], self.found, self.run.ledger.counts, self.console)

        def tick() -> None:
            progress.tick()
            if time.monotonic() > self.ends and running.stopped_by is None:
                running.stop(DEADLINE)

        running = RunningCrawlers(
            runner=self.runner, crawlers=[crawler], is_told=True, on_tick=tick
        )
        with progress.shown():
            on_signal = running.stop if self.hears_signals else None
            run_in_reactor(self.runner, running.run(), on_signal=on_signal)
        self.stopped_by = running.stopped_by
        if self.run.failure is not None:
            raise self.run.failure
        try:
            result_of(crawler)
        except PageNotHad as error:
            if error.reason != "interrupted":
                raise

    # Captures

    async def _list(self, visit: Visit) -> None:
        if self.service.list_mementos is not None:
            await self.service.list_mementos(visit)
        if self.service.list_files is not None:
            self.files = await self.service.list_files(visit)

    async def _look_through_all(self, visit: Visit) -> None:
        assert self.service.read_file is not None
        stories: set[str] = set()
        missing = MissingCaptures(service=self.service)
        for url in self.files:
            try:
                async with aclosing(self.service.read_file(visit, url)) as pages:
                    async for memento, found in pages:
                        if visit.is_stopping or self.run.failure is not None:
                            return
                        if await self._take(memento, found, url):
                            stories.add(story_key(memento.original_url))
                        if len(stories) == self.asked.limit:
                            return
            except PageNotHad as error:
                if error.reason != "interrupted":
                    self.troubles.append(f"{error} The next run looks it through.")
                if self.service.file_requests:
                    if not is_missing(error.failure):  # whoever is asked is let alone
                        return
                    if not await self._pass_by(missing, visit, url, error):
                        return
                continue
            except UnreadableFile as error:
                self.report.notes.append(f"{url}: {error}")
            self.run.seeds.save(self.asked.source.name, "warc", url)
            self.run.transaction.commit()

    async def _take(self, memento: Memento, found: FoundCapture | Revisit, url: str) -> bool:
        """Takes in a capture that a file has; False: a run has it already."""
        if not self.run.mementos.add(self.asked.source.name, [memento], found_on=url):
            return False
        address = self.run.addresses.at(memento.url)
        self.run.addresses.schedule([address])
        await self._save(address, found)
        self.run.transaction.commit()
        return True

    async def _fetch_all(self, visit: Visit, due: Sequence[DueMemento]) -> None:
        missing = MissingCaptures(service=self.service)
        for one in due:
            if visit.is_stopping or self.run.failure is not None:
                return
            address, memento = self.run.mementos.at(one.url_id)
            self.run.addresses.schedule([address])
            self.run.transaction.commit()  # before the request is made
            try:
                found = await self.service.read_memento(visit, memento)
            except PageNotHad as error:
                if not self._settle(memento, error):
                    return
                self.run.transaction.commit()
                if not await self._pass_by(missing, visit, memento.url, error):
                    return
            except AnotherCapture:
                missing.in_a_row = 0
                self._reject(address, "another_page", Fetched(kind="memento"))
            else:
                missing.in_a_row = 0
                self.run.ledger.tell(address.source, "memento", address.url, READ, None)
                await self._save(address, found)
            # The next one is asked for when this one is lasting: whatever comes, none is asked
            # for twice.
            self.run.transaction.commit()

    def _settle(self, memento: Memento, error: PageNotHad) -> bool:
        """Ends a capture that can't be had; False: nothing more can be for now."""
        why = error.failure
        if why is None or why.reason == "interrupted":
            return False
        url, next_due = memento.url, None
        if why.outcome == "deferred":
            next_due = utc_text(datetime.now(UTC) + why.wait) if why.wait else None
        elif why.reason == "robots":  # rules change
            next_due = self.run.addresses.next_visit(url)
        elif why.outcome == "failed":
            self.report.failures[why.reason] += 1
        fetched = Fetched(kind="memento", status=why.status)
        outcome = Outcome(why.outcome)
        self.run.addresses.settle(url, outcome, why.reason, fetched=fetched, next_due=next_due)
        if outcome == Outcome.DEFERRED:
            self.troubles.append(rest_words(why))
        return outcome != Outcome.DEFERRED

    async def _pass_by(
        self, missing: MissingCaptures, visit: Visit, url: str, error: PageNotHad
    ) -> bool:
        """Goes past what could not be had; False: the host is down."""
        try:
            await missing.pass_by(visit, url, error.failure)
        except PageNotHad as down:
            if down.failure is not None and down.reason != "interrupted":
                self.troubles.append(rest_words(down.failure))
            return False
        return True

    def _reject(self, address: Address, reason: str, fetched: Fetched) -> None:
        # Not by settle, which would tell the circuit breaker: the wall is one that the captured
        # site had put up, and not the web archive's.
        if reason.startswith(DEFECT):
            self.report.failures[reason] += 1
            later = self.run.addresses.next_visit(address.url)
            self.run.addresses.end(address, Outcome.FAILED, reason, fetched=fetched, next_due=later)
            return
        self.report.rejections[reason] += 1
        self.run.addresses.end(address, Outcome.REJECTED, reason, fetched=fetched)

    async def _save(self, address: Address, found: FoundCapture | Revisit) -> None:
        if isinstance(found, Revisit):
            shown = find_shown(self.run.transaction, found)
            if shown is None:
                self._reject(address, NO_ORIGINAL, Fetched(kind="memento"))
            else:
                see_again(self.run, found, shown, kind="memento", at=address.url)
            return
        source = self.asked.source
        main = self.run.mementos.main_address(source.name, found.capture.url)
        found = replace(found, capture=replace(found.capture, requested_url=main))
        capture = found.capture
        read = found.read or await read_capture(
            found,
            source,
            policy=asked_policy(self.runner.settings, source),
            people=self.runner.settings.getbool("TRADEPRESS_PEOPLE"),
            workers=self.workers,
            listing=listing_at(self.run.addresses, capture.url),
            site=self.run.site_memories.at(source.name, capture.url),
        )
        if isinstance(read, WithoutStory):
            size = len(capture.body)
            self._reject(
                address, read.reason, Fetched(kind="memento", status=capture.status, size=size)
            )
            if read.is_kept:
                self.run.stories.keep_page(capture)
            return
        with suppress(Quarantined):  # that is the address's outcome
            self.run.stories.save(read.captured(capture), extractor=extractor(source))
