"""Months of nightly crawls of the living papers in one process; a line of JSON for each day.

``python simulated_year.py ARCHIVE NIGHTS``. The clock is turned to each evening; the crawl, the
archive and the check of its health are those that an operator runs.
"""

import asyncio
import datetime as dt
import json
import sys
from dataclasses import asdict
from itertools import chain
from pathlib import Path
from typing import Any

import time_machine
from living_papers import LivingPapers, Trouble
from sapling_site import SaplingSite
from scrapy.crawler import AsyncCrawlerRunner
from scrapy.utils.reactor import install_reactor

START = dt.date(2027, 1, 4)
"""A Monday."""
LATER = dt.timedelta(seconds=15)
"""How much later each night begins than the one before it: what is due a week after it was fetched
is due then, however long the machine took that night."""
HOLIDAYS = (
    *(dt.date(2027, 3, 26) + dt.timedelta(day) for day in range(4)),
    *(dt.date(2027, 8, 9) + dt.timedelta(day) for day in range(7)),
    *(dt.date(2027, 12, 24) + dt.timedelta(day) for day in range(10)),
)
"""Days without a story that nobody should be alarmed about."""
TROUBLES: dict[dt.date, dict[str, Trouble]] = {
    dt.date(2027, 2, 2): {"sapling": "drifting"},
    **{dt.date(2027, 2, day): {"signet": "redated"} for day in (9, 10)},
    dt.date(2027, 2, 16): {"signet": "down", "makers": "down", "sapling": "down"},
    dt.date(2027, 2, 22): {"makers": "blocked"},  # with stories enough due to be refused
    **{dt.date(2027, 3, day): {"makers": "never 404"} for day in range(1, 22)},
    **{dt.date(2027, 3, day): {"signet": "leaking", "makers": "never 404"} for day in (2, 3)},
    **{dt.date(2027, 3, day): {"signet": "unlisted", "makers": "never 404"} for day in (9, 10)},
    dt.date(2027, 3, 16): {"signet": "forbidden", "makers": "never 404"},
    **{dt.date(2027, 3, day): {"makers": "unsaid"} for day in (22, 23)},
    **{dt.date(2027, 3, day): {"signet": "login"} for day in (30, 31)},
    **{dt.date(2027, 4, day): {"signet": "redesigned"} for day in (5, 6, 7)},
    dt.date(2027, 5, 19): {"signet": "down", "makers": "down", "sapling": "down"},
    dt.date(2027, 6, 21): {"makers": "blocked"},  # a Monday, too
    dt.date(2027, 9, 7): {"sapling": "drifting"},
    **{dt.date(2027, 9, day): {"signet": "leaking"} for day in (14, 15)},
    **{dt.date(2027, 10, day): {"signet": "unlisted"} for day in (19, 20)},
    dt.date(2027, 11, 16): {"signet": "forbidden"},
    **{dt.date(2027, 11, day): {"signet": "redated"} for day in (9, 10)},
    **{dt.date(2027, 11, day): {"signet": "login"} for day in (23, 24)},
    **{dt.date(2027, 12, day): {"signet": "redesigned"} for day in (7, 8, 9)},
}
"""Each kind comes in the first 120 nights, and again in a year."""
SILENCES = [
    [first + dt.timedelta(day) for day in range(24)]
    for first in (dt.date(2027, 4, 9), dt.date(2027, 7, 1))
]
"""Days on which the papers publish nothing, without a holiday."""


async def live(archive: Path, days: int) -> None:
    from tradepress.archive.health import check_health
    from tradepress.archive.ledger.outcomes import RunKind
    from tradepress.archive.read_only import read_archive
    from tradepress.conduct.context import CrawlContext
    from tradepress.configuration import Configuration
    from tradepress.crawling.archive_run import archive_run
    from tradepress.crawling.page_workers import PageWorkers
    from tradepress.declared_sources import source_named
    from tradepress.jobs.crawl import Crawl, project_settings
    from tradepress.sample.proxy import sample_settings

    living = [source_named(name) for name in ("signet", "makers")]
    papers = LivingPapers(START, quiet={*HOLIDAYS, *chain(*SILENCES)})
    sapling = papers.sites[SaplingSite.host] = SaplingSite(quiet=papers.quiet)
    with papers, PageWorkers() as workers:
        runner = AsyncCrawlerRunner(
            project_settings(
                Configuration(),
                {
                    "TRADEPRESS_ARCHIVE": str(archive),
                    "LOG_LEVEL": "CRITICAL",
                    **sample_settings(papers.proxy_url),
                },
            )
        )
        for night in range(days):
            trouble = TROUBLES.get(papers.day + dt.timedelta(1), {})
            told = papers.next_day(trouble)
            sapling.next_day(papers.day, trouble.get("sapling"))
            sources = [*living, sapling.source]
            evening = dt.datetime.combine(papers.day, dt.time(22, 0), dt.UTC) + LATER * night
            asked = len(papers.requests)
            with time_machine.travel(evening, tick=True):
                command = "crawl signet makers sapling"
                with archive_run(runner.settings, RunKind.CRAWL, command, sources) as run:
                    result = await Crawl(runner, sources, CrawlContext(run=run)).crawl(workers)
                db = read_archive(archive)
                findings = check_health(db, dt.datetime.now(dt.UTC))
                db.close()
            if any(one.check == "refused" for one in findings):
                await sapling.mend(workers)
            assert result.sums is not None
            tell(
                day=papers.day.isoformat(),
                new=[story.ref for story in told.new],
                corrected=told.corrected,
                moved=told.moved,
                gone=told.gone,
                requests=len(papers.requests) - asked,
                exit_code=result.exit_code,
                sums={
                    "state": result.sums.state,
                    "urls": result.sums.urls,
                    **result.sums.outcomes,
                },
                findings=[asdict(finding) for finding in findings],
            )
    tell(
        sapling=[sapling.home + path for path in sapling.paper.stories],
        stories=[
            {
                "ref": story.ref,
                "headline": story.headline,
                "body": story.body,
                "lead": story.lead,
                "url": story.url,
                "is_gone": story.ref in papers.gone,
                "is_corrected": story.correction is not None,
            }
            for story in (*papers.stories.values(), *papers.gone.values())
        ],
    )


def tell(**facts: Any) -> None:
    print(json.dumps(facts, default=str), flush=True)


def main(archive: Path, days: int) -> None:
    install_reactor("twisted.internet.asyncioreactor.AsyncioSelectorReactor")
    from twisted.internet import reactor

    async def to_the_end() -> None:
        try:
            await live(archive, days)
        finally:
            reactor.stop()  # type: ignore[attr-defined]

    task = asyncio.get_event_loop().create_task(to_the_end())
    reactor.run()  # type: ignore[attr-defined]
    task.result()


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]))
