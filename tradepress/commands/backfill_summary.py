"""Says what a back-fill will do, and what it came to."""

from dataclasses import asdict
from typing import TYPE_CHECKING

import click

from tradepress.archive.care.snapshot import size_in_words
from tradepress.archive.ledger.outcomes import RunState
from tradepress.archive.text_forms import counted, storable
from tradepress.commands.cluster_options import run_as_object
from tradepress.commands.crawl_summary import print_summary
from tradepress.jobs.backfill.backfill_plan import BackfillPlan, BackfillResult

if TYPE_CHECKING:
    from tradepress.cluster.run_tasks import TasksDone


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
    """Returns a plan as ``12 captures of 5 stories: 12 requests, about 1 minute``; of copies
    ``12 captures of 5 stories in 2 files at hand: about 1 second``."""
    what = counted(plan.stories, "story", "stories")
    files = counted(plan.files, "file", "files") + (" at hand" if plan.are_copies else "")
    if plan.size:
        size = f"{plan.size / 1e9:,.0f} GB" if plan.size >= 1e9 else size_in_words(plan.size)
        what = f"{files} to be looked through, some {size}"
    elif plan.captures is not None:
        what = f"{counted(plan.captures, 'capture', 'captures')} of {what}"
        what += f" in {files}" if plan.are_copies else ""
    requests = "" if plan.are_copies else f"{counted(plan.requests, 'request', 'requests')}, "
    return f"{what}: {requests}about {length(plan.seconds)}"


def as_object(result: BackfillResult, tasks: "TasksDone | None") -> dict[str, object]:
    """Returns what was planned and done, for a program."""
    return {
        **run_as_object(result.sums, tasks),
        "plan": result.plan and asdict(result.plan),
        "seconds": result.seconds,
        "left_out": [asdict(one) for one in tasks.left_out] if tasks else [],
        "notes": result.troubles,
    }


def length(seconds: float) -> str:
    """Tells a length of time in words."""
    for unit, size in (("hours", 3600), ("minutes", 60)):
        if seconds >= 1.5 * size:
            return f"{seconds / size:.1f} {unit}"
    return counted(round(seconds), "second", "seconds")
