"""Runs one crawl of some sources in this process."""

import resource
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from types import MappingProxyType
from typing import Any, TypeAlias

from rich.console import Console
from scrapy.crawler import AsyncCrawlerRunner
from scrapy.exceptions import UsageError

from tradepress.archive.ledger.outcomes import OF_DATA, RunKind, RunState
from tradepress.archive.ledger.reason_words import SCRIPT_STEP, reasons_in_words
from tradepress.archive.ledger.run_report import RunSums, sums_table
from tradepress.archive.text_forms import counted, storable
from tradepress.conduct.context import CrawlContext, attach
from tradepress.conduct.site_pace import Pace
from tradepress.configuration import Configuration
from tradepress.crawling.addon import hold_conduct, project_settings
from tradepress.crawling.archive_run import archive_run
from tradepress.crawling.news_spider import NewsSpider
from tradepress.crawling.page_workers import PageWorkers
from tradepress.crawling.source_report import SourceReport
from tradepress.crawling.spider_loader import spider_class
from tradepress.declared_sources import as_configured, source_named
from tradepress.jobs.progress import Progress
from tradepress.jobs.reactor import run_in_reactor
from tradepress.jobs.reextract import settle_memory
from tradepress.jobs.run_crawlers import RunningCrawlers
from tradepress.jobs.stamp_root import stamp_root
from tradepress.source import Source

ADDRESS_SPACE = 2 << 30
"""Is how many bytes a run with its workers and threads may reserve; on two processors it is half of
it."""


@dataclass(frozen=True, kw_only=True, slots=True)
class CrawlResult:
    """Says what one run came to."""

    reports: list[SourceReport]
    sums: RunSums | None
    """Sums up the run; None if no archive was made."""
    seconds: float
    exit_code: int

    def _repr_html_(self) -> str:
        return sums_table(self.sums, [*problem_lines(self.reports), *trial_lines(self.reports)])


class Crawl:
    """Crawls some sources into one run.

    Many may follow one another in one process, or run side by side under one reactor.

    :param kind: of the spiders
    :param asked: source to what is found, for the progress; None: the stories asked for
    :param console: shows how it goes on
    :param on_progress: called each second, and may :meth:`stop` it
    :raises UsageError: a source can't be crawled as things are set
    """

    def __init__(
        self,
        runner: AsyncCrawlerRunner,
        sources: Sequence[Source],
        context: CrawlContext,
        *,
        kind: type[NewsSpider] = NewsSpider,
        asked: Mapping[str, int] | None = None,
        console: Console | None = None,
        on_progress: "OnProgress | None" = None,
    ) -> None:
        assert context.run is not None, "a crawl writes into a run"
        self.run = run = context.run
        self.crawlers = [runner.create_crawler(spider_class(source, kind)) for source in sources]
        for crawler in self.crawlers:
            attach(crawler, replace(context))
        self.progress = Progress(
            [source.name for source in sources],
            run.addresses.asked if asked is None else asked,
            run.ledger.counts,
            console or Console(quiet=True),
        )
        self.on_progress = on_progress
        self.running = RunningCrawlers(
            runner=runner,
            crawlers=self.crawlers,
            on_tick=self._tick,
            on_end=lambda crawler, _: self.progress.end(crawler.spidercls.name),
        )
        self.started = time.monotonic()

    async def crawl(self, workers: PageWorkers, **arguments: Any) -> CrawlResult:
        """Crawls the sources side by side and ends the run.

        :param arguments: for the spiders
        :raises ArchiveError: the archive can't be written any more
        """
        await self.go_through(workers, **arguments)
        return self.end()

    async def go_through(self, workers: PageWorkers, **arguments: Any) -> None:
        """Crawls the sources side by side; the run stays open."""
        with self.progress.shown():
            await self.running.run(workers=workers, **arguments)

    def stop(self, reason: str) -> None:
        """Finishes what is in hand and ends.

        :param reason: who says so, for example ``SIGTERM``
        """
        self.running.stop(reason)

    def end(self) -> CrawlResult:
        """Ends the run; what a stopped one did not come to stays due.

        :raises ArchiveError: the archive can't be written any more
        """
        if self.run.failure is not None:
            raise self.run.failure
        reports = self.reports
        code = exit_code(reports)
        reasons = [f"{report.source}: {words}" for report in reports for words in troubles(report)]
        reasons += [f"{report.source}: {report.omission}" for report in reports if report.omission]
        state = RunState.FAILED if code == 4 else RunState.DONE
        stopped_by = self.why_stopped
        sums = self.run.end(
            state,
            exit_code=code or int(stopped_by is not None),
            reason="; ".join(reasons) or None,
            stopped_by=stopped_by,
        )
        return CrawlResult(
            reports=reports,
            sums=sums,
            seconds=time.monotonic() - self.started,
            exit_code=code if sums is None or sums.exit_code is None else sums.exit_code,
        )

    def _tick(self) -> None:
        self.progress.tick()
        if self.on_progress is not None:
            self.on_progress(self)

    @property
    def reports(self) -> list[SourceReport]:
        """Returns the reports of the sources whose crawl has begun."""
        spiders = [crawler.spider for crawler in self.crawlers]
        return [spider.report for spider in spiders if isinstance(spider, NewsSpider)]

    @property
    def why_stopped(self) -> str | None:
        """Says what ended it early: a signal, or a crawler's own reason; None: nothing did."""
        if self.running.stopped_by is not None:
            return self.running.stopped_by
        ends = {crawler.stats.get_value("finish_reason") for crawler in self.crawlers}
        return ", ".join(sorted(str(end or "killed") for end in ends - {"finished"})) or None


def crawl(
    sources: Sequence[str],
    *,
    archive: str | Path | None = None,
    contact: str | None = None,
    configuration: Configuration | None = None,
    since: str | None = None,
    limit: int | None = None,
    no_trial: bool = False,
    wait: float = 0.0,
    pace: Pace | None = None,
    on_progress: "OnProgress | None" = None,
) -> CrawlResult:
    """Crawls the sources side by side into one archive.

    To be called from the main thread, as often as wanted.

    Example:

    >>> result = tradepress.crawl(
    ...     ["signet"], archive="new.db", contact="me@library.example", no_trial=True, limit=2
    ... )
    >>> result.sums.urls, result.exit_code
    (2, 0)

    :param sources: their names, as ``tradepress sources list`` has them
    :param archive: made, if it is not there; None: the configuration's
    :param contact: the mail or web address of whoever runs this
    :param configuration: None: that of the file and the environment, as the command has it
    :param since: keep only stories of this day (``2017-08-04``) or later
    :param limit: ask for at most so many stories
    :param no_trial: go on after a source's trial
    :param wait: seconds to wait for another run
    :param pace: shared with other crawls of this process, so that no site is asked too often
    :param on_progress: called each second with the crawl, and may ``stop(reason)`` it
    :raises ConfigurationError: the file or the environment is wrong
    :raises ArchiveError: the archive can't be written
    :raises NoSuchSource: one of them is not declared
    :raises UsageError: as things are set it can't be crawled
    """
    configuration = as_configured(configuration, archive=archive)
    if contact is not None:
        configuration = replace(configuration, contact=contact)
    return run_crawl(
        [source_named(name) for name in dict.fromkeys(sources)],
        configuration,
        archive=configuration.archive,
        command=" ".join(["crawl", *sources]),
        wait=wait,
        pace=pace,
        on_progress=on_progress,
        no_trial=no_trial,
        limit=limit,
        since=since,
    )


def run_crawl(
    sources: Sequence[Source],
    configuration: Configuration,
    *,
    archive: Path,
    command: str,
    kind: type[NewsSpider] = NewsSpider,
    run_kind: RunKind = RunKind.CRAWL,
    settings: Mapping[str, Any] = MappingProxyType({}),
    wait: float = 0.0,
    pace: Pace | None = None,
    hears_signals: bool = False,
    console: Console | None = None,
    on_progress: "OnProgress | None" = None,
    page_workers: int | None = None,
    is_part: bool = False,
    **arguments: Any,
) -> CrawlResult:
    """Crawls the sources side by side into one archive.

    :param kind: of the spiders
    :param settings: Scrapy settings over those of the project and the configuration
    :param pace: shared with other crawls of this process, also at other times; None: its own
    :param hears_signals: end early by a signal to stop, at once by a second one
    :param console: shows how it goes on
    :param on_progress: called each second, and may stop it
    :param page_workers: processes that read pages; None: as many as it likes
    :param is_part: the archive comes back into another one, where the memory of sites is settled
    :param arguments: for the spiders
    :raises ArchiveError: the archive can't be written
    :raises UsageError: as things are set it can't be
    """
    require_address_space()
    given = {**settings, "TRADEPRESS_ARCHIVE": str(archive)}
    runner = AsyncCrawlerRunner(project_settings(configuration, given))
    for source in sources:  # before anything is opened
        hold_conduct(runner.settings.copy(), source)
    with (
        archive_run(runner.settings, run_kind, command, sources, wait=wait) as run,
        PageWorkers(page_workers) as workers,
    ):
        context = CrawlContext(run=run, pace=pace or Pace())
        crawl = Crawl(runner, sources, context, kind=kind, console=console, on_progress=on_progress)
        work = crawl.crawl(workers, **arguments)
        on_signal = crawl.stop if hears_signals else None
        result = run_in_reactor(runner, work, on_signal=on_signal)
        result = crawl.end() if result is None else result
    if not is_part and crawl.why_stopped is None:
        settle_memory(archive, configuration)
    if not is_part and crawl.running.stopped_by is None:
        stamp_root(archive, configuration.timestamps)
    return result


def require_address_space() -> None:
    """Requires room for threads: one that starts without it may never say so, and who waits hangs.

    :raises UsageError: less is allowed than a run reserves (it uses a tenth of that)
    """
    allowed, _ = resource.getrlimit(resource.RLIMIT_AS)
    if allowed != resource.RLIM_INFINITY and allowed < ADDRESS_SPACE:
        raise UsageError(
            f"This shell allows {allowed >> 20:,} MB of address space (ulimit -v), and a crawl may "
            f"reserve {ADDRESS_SPACE >> 20:,} MB: raise the limit, or run it without one."
        )


OnProgress: TypeAlias = Callable[[Crawl], None]


def exit_code(reports: Sequence[SourceReport]) -> int:
    """Returns 4 if no source could be crawled, 1 if some source or address failed, 0 if all is
    done."""
    if not any(report.was_crawled for report in reports):
        return 4
    failed = any(troubles(report) or report.failures for report in reports)
    return 1 if failed else 0


def troubles(report: SourceReport) -> list[str]:
    """Says what kept a source from being crawled, in whole or in part, each in one line."""
    words = [words] if (words := problem(report)) else []
    for stop in report.stops.values():
        if stop.code != "host_paused" and not any(str(stop) in told for told in words):
            words.append(f"{stop}. {NEXT_STEPS[stop.code]}")
    return words


def problem(report: SourceReport) -> str | None:
    """Says why a source could not be crawled: cause and next step in one line, or None."""
    if report.lacks is not None:
        return report.lacks
    if report.was_crawled and not report.is_empty:
        return None
    if report.was_crawled:
        [(reason, count)] = (report.rejections + report.failures).most_common(1)
        (words,) = reasons_in_words({reason: count})
        return f"not one story could be read ({words}). " + NEXT_STEPS.get(
            OF_DATA if reason.startswith(OF_DATA) else reason,
            "Look at one with `tradepress extract URL`.",
        )
    refusals = [seed for seed in report.seeds if seed.reason is not None]
    if not report.seeds:
        return "it was not asked: the run was stopped before. Run the command again."
    if len(refusals) < len(report.seeds):
        read = [seed.url for seed in report.seeds if seed.reason is None]
        return (
            f"no link on {read[0]} has the form of a story; its addresses or its layout are not "
            f"what the rules say: `tradepress sources check {report.source}` shows what to mend."
        )
    first = refusals[0]
    return f"{first.words}. {NEXT_STEPS.get(first.reason or '', NEXT_STEPS['network'])}"


def problem_lines(reports: Sequence[SourceReport]) -> Iterator[str]:
    """Yields one line for each source that could not be crawled, or had addresses that failed."""
    for report in reports:
        for words in [*troubles(report), *report.notes]:
            yield f"{report.source}: {storable(words)}"
        if report.withholding:
            yield f"{report.source}: {storable(report.withholding.line)}"
        if report.omission:
            yield f"{report.source}: {report.omission}."
        for seed in report.seeds:
            if seed.refused:
                refused = counted(len(seed.refused), "entry", "entries")
                yield (
                    f"{report.source}: article_url refuses {refused} of the feed {seed.url}, such "
                    f"as {storable(seed.refused[0])}: `tradepress sources check {report.source}` "
                    "shows what to mend."
                )
        if problem(report):
            continue
        for seed in report.seeds:
            if seed.reason is not None:
                yield (
                    f"{report.source}: the {seed.kind} {storable(seed.url)} gave "
                    f"nothing ({seed.words}); the others were read."
                )
        if report.failures:
            named = "; ".join(reasons_in_words(report.failures))
            yield (
                f"{report.source}: some stories could not be read ({named}). "
                "They stay due; the next run asks again."
            )


def trial_lines(reports: Sequence[SourceReport]) -> Iterator[str]:
    """Yields one line for each trial, where nobody reads its report."""
    for report in reports:
        if report.is_trial:
            read = counted(report.read, "story", "stories")
            words = f"this was its trial: {read} read; if they look right, --no-trial goes on"
            yield f"{report.source}: {words}"


NEXT_STEPS = {
    "robots": "The site does not want this section crawled; leave it out or ask the publisher.",
    "robots_unavailable": "Without robots.txt nothing is crawled; try again in an hour.",
    "http_401": "The section needs a login, which Tradepress does not use; leave it out.",
    "http_403": "The site turns crawlers away; ask the publisher for permission.",
    "no_sitemap": "Back-fill its sections, or name `sitemaps` in the source's file.",
    "http_404": "The section has moved; mend `sections` in the source's file.",
    "script": SCRIPT_STEP,
    OF_DATA: "Look at one with `tradepress extract URL`, and mend `story_data`: "
    "`tradepress sources new URL --har FILE` finds it anew.",
    "http_429": "The site asks for fewer requests; try again in an hour.",
    "http_503": "The site is busy or under repair; try again in an hour.",
    "tls": "The site's certificate can't be trusted; nothing was read.",
    "private_address": "If that is meant, name it under allow_addresses in tradepress.toml.",
    "host_paused": "The site asks for fewer requests; try again in an hour.",
    "host_blocked": "Ask the publisher for permission; a later run tries once more by itself.",
    "host_down": "Look at the site in a browser; the next run asks again by itself.",
    "challenge": "The site checks for robots; ask the publisher for permission.",
    "consent": "The site shows crawlers its consent page alone; ask the publisher for permission.",
    "login": "The section needs a login, which Tradepress does not use; leave it out.",
    "soft_404": "The section has moved; mend `sections` in the source's file.",
    "redirects": "It leads in circles; look at it in a browser and mend `sections`.",
    "data_loss": "The site sent it broken, twice; the next run asks again by itself.",
    "encoding": "The site sent it broken, twice; the next run asks again by itself.",
    "protocol": "The site sent it broken, twice; the next run asks again by itself.",
    "offsite": "Its addresses lead to another site; mend `domains` in the source's file.",
    "network": "Check the connection and the site in a browser, then run the command again.",
}
