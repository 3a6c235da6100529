"""Runs `tradepress runs`: what the crawls did, newest first, or one of them in full."""

from collections.abc import Sequence
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import click

from tradepress.archive.ledger.outcomes import OUTCOMES
from tradepress.archive.ledger.reason_words import SCRIPT_STEP, reason_in_words
from tradepress.archive.ledger.run_report import (
    ListedRun,
    RefusedPage,
    RunReport,
    as_it_is,
    list_runs,
    load_refused,
    load_run,
)
from tradepress.archive.read_only import read_archive
from tradepress.archive.text_forms import storable
from tradepress.commands.options import archive_option, json_option, whole_number
from tradepress.commands.printed import enumerated, print_json, print_some, print_sources

MOST_REFS = 50
"""Bounds the new stories of a run that are named; --json has all."""


@click.command()
@click.argument("run", type=whole_number(), required=False)
@click.option(
    "--limit",
    type=whole_number(),
    metavar="N",
    default=20,
    show_default=True,
    help="List so many.",
)
@click.option("--refused", is_flag=True, help="With a number: its addresses that gave no story.")
@json_option
@archive_option
def runs(run: int | None, limit: int, refused: bool, as_json: bool, archive: Path) -> int:
    """List the runs over the archive with their outcomes and reasons.

    With the number of one: its sums by source, why addresses gave no story, listings that gave
    nothing, and the new stories. --refused lists each address that gave no story, with the reason
    and where its page is kept.
    """
    if refused and run is None:
        raise click.UsageError("--refused goes with the number of a run.")
    with read_archive(archive) as db:
        listed = list_runs(db, limit=limit) if run is None else []
        report = None if run is None else load_run(db, run)
        pages = load_refused(db, run) if run is not None and refused else []
    if run is None:
        told = [as_it_is(one, archive) for one in listed]
        if as_json:
            print_json([listed_fields(one) for one in told])
        else:
            print_runs(told)
        return 0
    if report is None:
        raise click.UsageError(f"{archive} has no run {run}; `tradepress runs` lists them.")
    if refused and as_json:
        print_json([asdict(page) for page in pages])
    elif refused:
        print_refused(pages)
    else:
        report = replace(report, run=as_it_is(report.run, archive))
        if as_json:
            print_json(report_fields(report))
        else:
            print_run(report)
    return 0


def listed_fields(run: ListedRun) -> dict[str, Any]:
    """Returns a run for a program: the sums of the outcomes each under its name."""
    fields = asdict(run)
    outcomes, by_source = fields.pop("outcomes"), fields.pop("by_source")
    cost = {name: fields.pop(name) for name in ("cpu_seconds", "bytes_written")}
    return {**fields, **outcomes, **cost, "by_source": by_source}


def report_fields(report: RunReport) -> dict[str, Any]:
    """Returns a report for a program: the run's own facts beside the others."""
    fields = asdict(report)
    del fields["run"]
    return {**listed_fields(report.run), **fields}


def print_refused(pages: Sequence[RefusedPage]) -> None:
    """Prints a line an address; where its page is kept is what `tradepress ingest` takes."""
    for page in pages:
        kept = f"  {page.file} at {page.offset}" if page.file else ""
        click.echo(f"{page.source}: {page.reason}  {storable(page.url)}{kept}")
    if any(page.reason == "script" for page in pages):
        click.echo(SCRIPT_STEP, err=True)
    if not pages:
        click.echo("Every page of this run gave its story.")


def print_runs(runs: Sequence[ListedRun]) -> None:
    """Prints a line a run, and why it did not end well."""
    click.echo(f"{'run':>5}  {'started':<20}  {'state':<11}  {'URLs':>5}  " + "  ".join(OUTCOMES))
    for run in runs:
        counts = "  ".join(f"{run.outcomes[outcome]:>{len(outcome)}}" for outcome in OUTCOMES)
        click.echo(
            f"{run.id:>5}  {run.started:<20}  {run.state:<11}  {run.urls:>5}  {counts}"
            f"  {run.command}"
        )
        for words in filter(None, (run.reason, run.damaged)):
            click.echo(f"       {words}")
    if not runs:
        click.echo("No run yet.")


def print_run(report: RunReport) -> None:
    """Prints one run, from its command to the stories that it found."""
    run = report.run
    ended = f"ended {run.ended}" if run.ended else "not ended"
    code = "" if run.exit_code is None else f", exit code {run.exit_code}"
    click.echo(f"Run {run.id}: {run.command} (Tradepress {run.version})")
    click.echo(f"  started {run.started}, {ended}, {run.state}{code}")
    for words in filter(None, (run.reason, run.damaged)):
        click.echo(f"  {words}")
    if report.cost:
        click.echo(f"  cost {report.cost}")
    if report.root:
        click.echo(f"  root {report.root}")
    if run.by_source:
        print_sources(run.by_source)
    reasons = [
        f"{one.source}: {one.outcome} {one.addresses}, {reason_in_words(one.reason)}"
        for one in report.reasons
    ]
    print_some(reasons, indent="  ")
    for seed in report.seeds:
        url = storable(seed.url)
        why = reason_in_words(seed.reason)
        click.echo(f"  {seed.source}: the {seed.kind} {url} gave nothing: {why}")
    for words, refs in (("new stories", report.new_stories), ("new versions", report.new_versions)):
        if refs:
            click.echo(f"  {words}: {enumerated(refs, MOST_REFS)}")
