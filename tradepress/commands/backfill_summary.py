"""Says what a back-fill will do, and what it came to."""

import click

from tradepress.archive.ledger.outcomes import RunState
from tradepress.archive.text_forms import counted, storable
from tradepress.commands.crawl_summary import print_summary
from tradepress.jobs.backfill.backfill_plan import BackfillPlan, BackfillResult


def print_result(source: str, result: BackfillResult) -> None:
    """Prints the sums, then what kept it from its end."""
    if result.plan is not None and not (result.plan.stories or result.plan.files):
        what = "story" if result.plan.captures is None else "capture"
        click.echo(f"{source}: there is no {what} that is not fetched already.")
    sums = result.sums
    if sums is not None and (sums.urls or sums.state == RunState.INTERRUPTED):
        print_summary(result)
    for words in result.troubles:
        click.echo(f"{source}: {storable(words)}", err=True)


def plan_words(plan: BackfillPlan) -> str:
    """Returns a plan as ``12 captures of 5 stories: 12 requests, about 1 minute``."""
    what = counted(plan.stories, "story", "stories")
    if plan.files:
        files = counted(plan.files, "file", "files")
        what = f"{files} to be looked through, some {plan.files:,} GB"
    elif plan.captures is not None:
        what = f"{counted(plan.captures, 'capture', 'captures')} of {what}"
    requests = counted(plan.requests, "request", "requests")
    return f"{what}: {requests}, about {length(plan.seconds)}"


def length(seconds: float) -> str:
    """Tells a length of time in words."""
    for unit, size in (("hours", 3600), ("minutes", 60)):
        if seconds >= 1.5 * size:
            return f"{seconds / size:.1f} {unit}"
    return counted(round(seconds), "second", "seconds")
