"""One crawl of some sources in this process, and how it is told on the terminal."""

import time
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click
from rich.console import Console
from scrapy import Spider, signals
from scrapy.crawler import AsyncCrawlerProcess, Crawler
from scrapy.exceptions import UsageError
from scrapy.settings import Settings

from archive.clean import clean_text
from archive.errors import ArchiveError
from crawler.news_spider import NewsSpider
from crawler.page_workers import PageWorkers
from crawler.run import open_ledger
from crawler.source_report import SourceReport

OUTCOMES = ("stored", "unchanged", "duplicate", "rejected", "failed", "deferred")


@dataclass(frozen=True, kw_only=True, slots=True)
class CrawlResult:
    """What one run came to."""

    reports: list[SourceReport]
    sums: dict[str, Any] | None
    """The run's row with ``reasons`` and ``new_versions``; None if no archive was made."""
    seconds: float
    exit_code: int


def run_crawl(
    spiders: Sequence[type[NewsSpider]],
    *,
    archive: Path,
    command: str,
    settings: dict[str, Any],
    arguments: dict[str, Any],
    wait: float = 0.0,
    debug: bool = False,
) -> CrawlResult:
    """Crawl the sources side by side into one archive.

    :param settings: Scrapy settings over those of ``crawler.settings``
    :param arguments: spider arguments
    :raises ArchiveError: the archive can't be written
    """
    started = time.monotonic()
    scrapy_settings = project_settings(
        {
            "TRADEPRESS_ARCHIVE": str(archive),
            "LOG_LEVEL": "DEBUG" if debug else "CRITICAL",
            **settings,
        }
    )
    process = AsyncCrawlerProcess(scrapy_settings)
    try:
        crawlers = [process.create_crawler(spider) for spider in spiders]
    except UsageError as error:
        raise click.UsageError(str(error)) from error
    ledger = open_ledger(scrapy_settings, command, [spider.source for spider in spiders], wait)
    try:
        with PageWorkers() as workers, progress(crawlers):
            tasks = [process.crawl(crawler, workers=workers, **arguments) for crawler in crawlers]
            process.start()
        for task in tasks:
            if task.done() and not task.cancelled():
                task.result()  # raises what kept a crawler from starting
    except BaseException:
        ledger.close("failed", exit_code=1, reason="the crawl broke off")
        raise
    if ledger.failure is not None:
        with suppress(ArchiveError):
            ledger.close("interrupted", exit_code=3, reason=str(ledger.failure))
        raise ledger.failure
    reports = [
        crawler.spider.report for crawler in crawlers if isinstance(crawler.spider, NewsSpider)
    ]
    code = exit_code(reports)
    reasons = [f"{report.source}: {words}" for report in reports if (words := problem(report))]
    state = "failed" if code == 4 else "done"
    stops = {str(crawler.stats.get_value("finish_reason")) for crawler in crawlers}
    if stops != {"finished"}:
        state, code = "interrupted", code or 1
        words = ", ".join(sorted(stops - {"finished"})).replace("None", "killed")
        reasons.insert(0, f"stopped before its end ({words})")
    sums = ledger.close(state, exit_code=code, reason="; ".join(reasons) or None)
    return CrawlResult(
        reports=reports,
        sums=sums,
        seconds=time.monotonic() - started,
        exit_code=sums["exit_code"] if sums else code,
    )


def project_settings(given: dict[str, Any]) -> Settings:
    """The settings of ``crawler.settings`` with those given at the command line over them."""
    settings = Settings()
    settings.setmodule("crawler.settings", priority="project")
    settings.setdict(given, priority="cmdline")
    return settings


@contextmanager
def progress(crawlers: Sequence[Crawler]) -> Iterator[None]:
    """A line on a terminal that counts the pages; nothing elsewhere."""
    pages: Counter[str] = Counter()
    console = Console(stderr=True)
    with console.status("Starting …", refresh_per_second=4) as status:

        def count(spider: Spider) -> None:
            pages[spider.name] += 1
            words = ", ".join(f"{name} {number}" for name, number in pages.items())
            status.update(f"Pages read: {words}")

        for crawler in crawlers:
            crawler.signals.connect(count, signals.response_received, weak=False)
        yield


def exit_code(reports: Sequence[SourceReport]) -> int:
    """4: no source could be crawled; 1: some source or address failed; 0: all done."""
    if not any(report.was_crawled for report in reports):
        return 4
    failed = any(problem(report) or report.failures for report in reports)
    return 1 if failed else 0


def problem(report: SourceReport) -> str | None:
    """Why a source could not be crawled: cause and next step in one line, or None."""
    if report.was_crawled and not report.is_empty:
        return None
    if report.was_crawled:
        refusals_of_stories = report.rejections + report.failures
        reason, count = refusals_of_stories.most_common(1)[0]
        return f"not one story could be read ({reason} {count}). " + NEXT_STEPS.get(
            reason, "Look at one with `tradepress extract URL`."
        )
    refusals = [entrance for entrance in report.entrances if entrance.reason is not None]
    if not report.entrances:
        return "it was not asked: the run was stopped before. Run the command again."
    if len(refusals) < len(report.entrances):
        read = [entrance.url for entrance in report.entrances if entrance.reason is None]
        return (
            f"no link on {read[0]} has the form of a story; its addresses or its layout are "
            f"not what the rules say. Mend article_url in crawler/spiders/{report.source}.py."
        )
    first = refusals[0]
    return f"{first.words}. {NEXT_STEPS.get(first.reason or '', NEXT_STEPS['network'])}"


NEXT_STEPS = {
    "robots": "The site does not want this section crawled; leave it out or ask the publisher.",
    "robots_unavailable": "Without robots.txt nothing is crawled; try again in an hour.",
    "http_401": "The section needs a login, which Tradepress does not use; leave it out.",
    "http_403": "The site turns crawlers away; ask the publisher for permission.",
    "http_404": "The section has moved; mend `sections` in the source's file.",
    "http_429": "The site asks for fewer requests; try again in an hour.",
    "http_503": "The site is busy or under repair; try again in an hour.",
    "tls": "The site's certificate can't be trusted; nothing was read.",
    "private_address": "If that is meant, name it in TRADEPRESS_ALLOW_ADDRESSES.",
    "host_paused": "The site asks for fewer requests; try again in an hour.",
    "challenge": "The site checks for robots; ask the publisher for permission.",
    "offsite": "Its addresses lead to another site; mend `domains` in the source's file.",
    "network": "Check the connection and the site in a browser, then run the command again.",
}


def print_summary(result: CrawlResult) -> None:
    """The ledger's words: every URL has one outcome, and the sums agree."""
    if result.sums is None:
        return
    sums = result.sums
    click.echo(f"Run {sums['id']}: {sums['urls']} URLs in {result.seconds:.1f} seconds")
    for outcome in OUTCOMES:
        notes: Counter[str] = Counter()
        for (kind, reason), count in sums["reasons"].items():
            if kind == outcome and reason:
                notes[reason] += count
        if outcome == "stored" and sums["new_versions"]:
            notes["new version of a known story"] = sums["new_versions"]
        words = ", ".join(f"{reason} {count}" for reason, count in sorted(notes.items()))
        click.echo(f"  {outcome:<10}{sums[outcome]:>5}" + (f"   ({words})" if words else ""))
    if sums["state"] == "interrupted":
        click.echo(f"It was {sums['reason']}. What was read is kept; run the command again.")


def print_problems(reports: Sequence[SourceReport]) -> None:
    """One line for each source that could not be crawled, or had addresses that failed."""
    for report in reports:
        if words := problem(report):
            click.echo(f"{report.source}: {words}", err=True)
            continue
        for entrance in report.entrances:
            if entrance.reason is not None:
                click.echo(
                    f"{report.source}: the {entrance.kind} {clean_text(entrance.url)} gave "
                    f"nothing ({entrance.words}); the others were read.",
                    err=True,
                )
        if report.failures:
            named = ", ".join(f"{name} {count}" for name, count in report.failures.items())
            click.echo(
                f"{report.source}: some stories could not be read ({named}). "
                "They stay due; the next run asks again.",
                err=True,
            )
