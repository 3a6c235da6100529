"""Says what is said when a crawl has ended: sums by source, and what went wrong."""

from collections.abc import Sequence

import click

from tradepress.archive.ledger.outcomes import OUTCOMES, Outcome, RunState
from tradepress.archive.ledger.run_report import RunSums
from tradepress.commands.printed import print_sources
from tradepress.crawling.source_report import SourceReport
from tradepress.jobs.backfill.backfill_plan import BackfillResult
from tradepress.jobs.crawl import CrawlResult, problem_lines


def print_summary(result: CrawlResult | BackfillResult) -> None:
    """Prints the ledger's words: every URL has one outcome, and the sums agree."""
    if result.sums is None:
        return
    sums = result.sums
    click.echo(f"Run {sums.id}: {sums.urls} URLs in {result.seconds:.1f} seconds")
    print_sums(sums)
    if sums.state == RunState.INTERRUPTED:
        click.echo(f"It was {sums.reason}. What was read is kept; run the command again.")


def print_sums(sums: RunSums) -> None:
    """Prints sums by outcome, and by source where there are several."""
    for outcome in OUTCOMES:
        notes = {reason: n for (how, reason), n in sums.reasons.items() if how == outcome}
        if outcome == Outcome.STORED and sums.new_versions:
            notes["new version of a known story"] = sums.new_versions
        words = ", ".join(f"{reason} {count}" for reason, count in sorted(notes.items()))
        count = sums.outcomes[outcome]
        click.echo(f"  {outcome:<10}{count:>5}" + (f"   ({words})" if words else ""))
    if len(sums.by_source) > 1:
        print_sources(sums.by_source)


def print_problems(reports: Sequence[SourceReport]) -> None:
    """Prints one line for each source that could not be crawled, or had addresses that failed."""
    for line in problem_lines(reports):
        click.echo(line, err=True)
