"""Fetches one source's past from its own sections or sitemaps, at the pace of a crawl.

All of them are walked to their end, then the stories found there that nobody has read are asked
for. A run that was stopped or killed is gone on with by the next: with the next page of each
listing, then with the stories that are left.
"""

import time
from collections import Counter
from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType
from typing import Any

from rich.console import Console
from scrapy.crawler import AsyncCrawlerRunner
from scrapy.exceptions import UsageError

from tradepress.archive.file.rows import fetch_row
from tradepress.archive.ledger.outcomes import RunKind
from tradepress.archive.read_only import read_archive
from tradepress.archive.run import Run
from tradepress.conduct.context import CrawlContext
from tradepress.conduct.site_pace import Pace
from tradepress.configuration import Configuration
from tradepress.crawling.addon import hold_conduct, project_settings
from tradepress.crawling.archive_run import archive_run
from tradepress.crawling.backfill_walk import SETTINGS, BackfillStories, BackfillWalk, ListingKind
from tradepress.crawling.news_spider import NewsSpider
from tradepress.crawling.page_workers import PageWorkers
from tradepress.crawling.source_report import SourceReport
from tradepress.jobs.backfill.backfill_plan import (
    NO_DEADLINE,
    NOT_WANTED,
    Backfill,
    BackfillPlan,
    BackfillResult,
    Confirm,
    end_backfill,
    require_kept,
)
from tradepress.jobs.backfill.way import Way
from tradepress.jobs.crawl import Crawl, require_address_space, troubles
from tradepress.jobs.reactor import run_in_reactor
from tradepress.jobs.reextract import settle_memory
from tradepress.source import Source

KINDS: dict[Way, ListingKind] = {Way.SECTIONS: "section", Way.SITEMAP: "sitemap"}
LISTED_BY = {"section": ["section"], "sitemap": ["sitemap", "news-sitemap"]}
"""Says what addresses have that were found in such a listing, and in none with a better word."""


def backfill_site(
    asked: Backfill,
    configuration: Configuration,
    *,
    archive: Path,
    command: str,
    confirm: Confirm | None = None,
    settings: Mapping[str, Any] = MappingProxyType({}),
    wait: float = 0.0,
    pace: Pace | None = None,
    hears_signals: bool = False,
    console: Console | None = None,
) -> BackfillResult:
    """Walks a source's sections or sitemaps to their end, and asks for the stories that nobody has
    read, the newest first.

    :param archive: made, if it is not there
    :param confirm: is told what will be asked for, and may refuse: the stories stay held then, no
        crawl asks for them because of this and the next back-fill does. None: it is done
    :param settings: Scrapy settings over those of the project and the configuration
    :param pace: shared with other work of this process; None: its own
    :param hears_signals: end early by a signal to stop, at once by a second one
    :param console: shows how it goes on
    :raises ArchiveError: the archive can't be written
    :raises UsageError: as things are set it can't be done, or the source's trial is not over
    """
    require_address_space()
    source = asked.source
    given = {
        **settings,
        **SETTINGS,
        "TRADEPRESS_ARCHIVE": str(archive),
    }
    runner = AsyncCrawlerRunner(project_settings(configuration, given))
    held = runner.settings.copy()
    hold_conduct(held, source)  # before anything is opened
    require_kept(runner.settings, source)
    if asked.way == Way.SECTIONS and not source.sections:
        raise UsageError(f"{source.name} declares no section; back-fill it from its sitemaps.")
    require_trial_passed(source, archive)
    with (
        archive_run(runner.settings, RunKind.BACKFILL, command, [source], wait=wait) as run,
        PageWorkers() as workers,
    ):
        job = _SiteBackfill(
            runner=runner,
            run=run,
            asked=asked,
            context=CrawlContext(run=run, pace=pace or Pace()),
            workers=workers,
            rest=held.getfloat("DOWNLOAD_DELAY"),
            hears_signals=hears_signals,
            console=console,
            kind=KINDS[asked.way],
            since=asked.since.isoformat() if asked.since else None,
            until=asked.until.isoformat() if asked.until else None,
            report=SourceReport(source=source.name),
        )
        result = job.backfill(confirm)
    if job.stopped_by is None:
        settle_memory(archive, configuration)
    return result


def require_trial_passed(source: Source, archive: Path) -> None:
    """Raises UsageError where nobody has seen the rules work, as a back-fill asks for much."""
    if source.verified is not None:
        return
    if archive.exists():
        db = read_archive(archive)
        with closing(db.conn):
            row = fetch_row(db, "SELECT trial_passed_at FROM sources WHERE name = ?", [source.name])
        if row is not None and row["trial_passed_at"] is not None:
            return
    raise UsageError(
        f"The rules of {source.name} were never seen to work on its site. Look at a trial first: "
        f"`tradepress crawl {source.name}` makes it, and with --no-trial goes on from there."
    )


@dataclass(kw_only=True, slots=True)
class _SiteBackfill:
    """Runs one back-fill in one run."""

    runner: AsyncCrawlerRunner
    run: Run
    asked: Backfill
    context: CrawlContext
    workers: PageWorkers
    rest: float
    hears_signals: bool
    console: Console | None
    kind: ListingKind
    since: str | None
    until: str | None
    report: SourceReport
    stopped_by: str | None = None
    started: float = field(default_factory=time.monotonic)

    def backfill(self, confirm: Confirm | None) -> BackfillResult:
        """Goes through all phases: walks, plans and asks; the run has ended when it returns.

        :raises ArchiveError: the archive can't be written any more
        """
        if self.is_to_be_walked():
            found = Counter[str]()
            self.crawl(BackfillWalk, asked=found, kind=self.kind, found=found)
            seconds = time.monotonic() - self.started
            self.rest = max(self.rest, seconds / max(len(self.report.seeds), 1))
        else:
            self.report.goes_on = True
        if self.stopped_by or self.report.stops:
            return self.end(None)
        chosen = self.run.never_read.of(
            self.asked.source.name,
            since=self.since,
            until=self.until,
            limit=-1 if self.asked.limit is None else self.asked.limit,
        )
        plan = BackfillPlan(
            captures=None,
            stories=len(chosen),
            requests=len(chosen),
            seconds=len(chosen) * self.rest,
        )
        if chosen and confirm is not None and not confirm(plan):
            return self.end(plan, [NOT_WANTED])
        if chosen:
            self.report.goes_on = True
            self.crawl(
                BackfillStories,
                chosen=chosen,
                report=self.report,
                since=self.since,
                until=self.until,
            )
        return self.end(plan)

    def is_to_be_walked(self) -> bool:
        """Was no walk made, or one broken off, or was all read that the last one has found?"""
        return self.is_broken_off() or not self.run.never_read.are_left(
            self.asked.source.name, LISTED_BY[self.kind], since=self.since, until=self.until
        )

    def is_broken_off(self) -> bool:
        """Is there a listing that was not walked to its end?"""
        seeds = self.run.seeds.of(self.asked.source.name).values()
        return any(seed.kind == self.kind and seed.next_url for seed in seeds)

    def crawl(
        self,
        spider: type[NewsSpider],
        *,
        asked: Mapping[str, int] | None = None,
        **arguments: Any,
    ) -> None:
        """Runs one phase.

        :param asked: what the progress counts; None: the stories asked for
        :param arguments: of the spider
        """
        left = (self.asked.deadline or NO_DEADLINE).total_seconds()
        left -= time.monotonic() - self.started
        self.runner.settings.set("TRADEPRESS_DEADLINE", max(left, 0.0), "cmdline")
        crawl = Crawl(
            self.runner,
            [self.asked.source],
            self.context,
            kind=spider,
            asked=asked,
            console=self.console,
        )
        run_in_reactor(
            self.runner,
            crawl.go_through(self.workers, **arguments),
            on_signal=crawl.stop if self.hears_signals else None,
        )
        if self.run.failure is not None:
            raise self.run.failure
        self.stopped_by = crawl.why_stopped
        for report in crawl.reports:
            self.report = report

    def end(self, plan: BackfillPlan | None, told: list[str] | None = None) -> BackfillResult:
        report = self.report
        words = told or troubles(report)
        if not self.stopped_by and self.is_broken_off():
            words.append("Some listings were not walked to their end: run the command again.")
        code = int(bool(words or report.failures)) if report.was_crawled else 4
        words += report.notes
        if report.has_read_a_seed:
            words += [
                f"The {seed.kind} {seed.url} gave nothing ({seed.words})."
                for seed in report.seeds
                if seed.reason is not None
            ]
        if report.omission:
            words.append(f"{report.omission}.")
        return end_backfill(
            self.run,
            plan,
            code=code,
            troubles=words,
            stopped_by=self.stopped_by,
            started=self.started,
        )
