"""Which sources a scheduled crawl takes: those whose trial is over and whose time has come."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import click

from archive.ledger.run_report import last_crawled
from archive.open import open_archive
from crawler.configuration import Configuration, write_duration
from crawler.news_spider import NewsSpider

EXIT_NOTHING_CRAWLED = 4


@dataclass(frozen=True, kw_only=True, slots=True)
class Due:
    """What is crawled now."""

    spiders: list[type[NewsSpider]]
    exit_code: int
    """If that is none."""


def choose_due(
    spiders: Sequence[type[NewsSpider]],
    configuration: Configuration,
    archive: Path,
    *,
    command: str,
    wait: float,
) -> Due:
    """Leave out, and name, what is not for this run.

    :raises ArchiveError: there is no archive, or it can't be written
    """
    # As a writer: what a killed run left is put right before anybody asks what it did.
    with open_archive(archive, command=command, create=False, wait=wait) as opened:
        passed = {
            row[0]
            for row in opened.db.execute(
                "SELECT name FROM sources WHERE trial_passed_at IS NOT NULL"
            )
        }
        last = last_crawled(opened.db)
    now = datetime.now(UTC)
    due, trials, early = [], [], []
    for spider in spiders:
        name, before = spider.source.name, last.get(spider.source.name)
        every = configuration.every_of(name)
        if spider.source.verified is None and name not in passed:
            trials.append(name)
        elif before is not None and before <= now < before + every:
            early.append(f"{name} ({before:%Y-%m-%d %H:%M} UTC, every {write_duration(every)})")
        else:
            due.append(spider)
    if trials:
        click.echo(
            f"Left out, since a schedule starts no trial: {', '.join(trials)}. To take one in, run "
            "`tradepress crawl NAME` by hand, read its report, then go on with --no-trial.",
            err=True,
        )
    if early:
        click.echo(f"Not due yet, crawled last: {', '.join(early)}.")
    return Due(spiders=due, exit_code=0 if early or not trials else EXIT_NOTHING_CRAWLED)
