"""Says what is said when a crawl has ended: sums by source, and what went wrong."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

import click

from tradepress.archive.ledger.outcomes import OUTCOMES, Outcome, RunState
from tradepress.archive.ledger.reason_words import reasons_in_words
from tradepress.archive.ledger.run_report import RunSums
from tradepress.archive.text_forms import counted, one_line, storable
from tradepress.commands.cluster_options import left_out_lines
from tradepress.commands.printed import print_sources
from tradepress.crawling.source_report import FIELDS, SourceReport
from tradepress.jobs.backfill.backfill_plan import BackfillResult
from tradepress.jobs.crawl import CrawlResult, problem_lines

if TYPE_CHECKING:
    from tradepress.cluster.cluster_crawl import ClusterCrawl


def print_summary(result: CrawlResult | BackfillResult) -> None:
    """Prints the ledger's words: every URL has one outcome, and the sums agree."""
    if result.sums is None:
        return
    sums = result.sums
    urls = counted(sums.urls, "URL", "URLs")
    click.echo(f"Run {sums.id}: {urls} in {result.seconds:.1f} seconds")
    print_sums(sums)
    if sums.state == RunState.INTERRUPTED:
        click.echo(f"It was {sums.reason}. What was read is kept; run the command again.")


def print_sums(sums: RunSums) -> None:
    """Prints sums by outcome, and by source where there are several."""
    for outcome in OUTCOMES:
        notes = {reason: n for (how, reason), n in sums.reasons.items() if how == outcome}
        if outcome == Outcome.STORED and sums.new_versions:
            notes["new version of a known story"] = sums.new_versions
        words = f"\n{'':20}".join(reasons_in_words(notes))
        click.echo(f"  {outcome:<10}{sums.outcomes[outcome]:>5}   {words}".rstrip())
    if len(sums.by_source) > 1:
        print_sources(sums.by_source)


def print_problems(reports: Sequence[SourceReport]) -> None:
    """Prints one line for each source that could not be crawled, or had addresses that failed."""
    for line in problem_lines(reports):
        click.echo(line, err=True)


def print_done(done: "ClusterCrawl") -> None:
    """Prints what a cluster came to: the ledger's sums, then all that is amiss."""
    click.echo(f"{done.tasks.words}.")
    if done.sums is not None:
        click.echo(f"Run {done.sums.id}: {counted(done.sums.urls, 'URL', 'URLs')}")
        print_sums(done.sums)
    for line in [*done.notes, *left_out_lines(done.left_out)]:
        click.echo(one_line(line), err=True)


def print_trial(report: SourceReport) -> None:
    """Prints what a trial saw, so that a person can judge the source's rules."""
    if report.has_nothing_new:
        click.echo(f"\nTrial of {report.source}: nothing is new, and no story is due.")
        click.echo(f"  If the report of its last trial looks right: {_going_on(report)}")
        return
    click.echo(f"\nTrial of {report.source} (its rules were never checked on the live site):")
    click.echo(f"  {counted(len(report.matching), 'link has', 'links have')} the form of a story")
    for url in list(report.matching)[:3]:
        click.echo(f"            {storable(url)}")
    click.echo(f"  {counted(report.others.total(), 'other link', 'other links')}; common forms")
    for form, count in report.others.most_common(5):
        click.echo(f"      {count:>4}  {storable(form)}")
    click.echo(f"  {counted(report.read, 'story', 'stories')} read")
    if report.read:
        coverage = ", ".join(f"{name} {report.filled[name]}" for name in FIELDS)
        click.echo(f"      with {coverage}")
        click.echo(f"      full text {report.read - report.truncated}, teaser {report.truncated}")
    for line in trial_warnings(report):
        click.echo(f"  ! {line}")
    if report.read:
        click.echo(f"  If that looks right: {_going_on(report)}")
    click.echo(f"  If not: tradepress sources check {report.source} shows what to mend")


def _going_on(report: SourceReport) -> str:
    return f"tradepress crawl {report.source} --no-trial (with the same --contact and --archive)"


def trial_warnings(report: SourceReport) -> list[str]:
    """Lists likely ways in which a source's rules don't fit its site."""
    lines = []
    if report.read and report.read in (report.truncated, report.walled):
        lines.append("every story stands behind a wall: only teasers were served.")
    if report.failures["http_403"] or report.failures["http_401"]:
        lines.append("the site turned some requests away (403): it may block crawlers.")
    if report.rejections["robots"]:
        lines.append(f"robots.txt forbids {report.rejections['robots']} of the stories.")
    if report.matching and report.read == 0:
        reasons = "; ".join(reasons_in_words(report.rejections + report.failures))
        lines.append(f"no story could be read ({reasons or 'the requests were used up'}).")
    return lines
