"""`tradepress runs`: what the crawls did, newest first, or one of them in full."""

from pathlib import Path
from typing import Any

import click

from archive.file.lock import is_being_written
from archive.ledger.outcomes import OUTCOMES
from archive.ledger.run_report import load_refused, load_run, sums_by_source
from archive.read_only import read_archive
from archive.stories.articles import list_runs
from archive.text_forms import storable
from tradepress.commands.options import archive_option, json_option, whole_number
from tradepress.commands.printed import enumerated, print_json, print_some, print_sources

MOST_REFS = 50
"""New stories of a run that are named; --json has all."""


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
        if run is not None:
            found = load_run(db, run)
            if found is None:
                raise click.UsageError(f"{archive} has no run {run}; `tradepress runs` lists them.")
            rows = [found]
            pages = load_refused(db, run) if refused else []
        else:
            rows = list_runs(db, limit=limit)
            for row in rows:
                row["by_source"] = sums_by_source(db, row["id"])
    for row in rows:
        if row["state"] == "running" and not is_being_written(archive.resolve()):
            row["state"], row["reason"] = "killed", "it ended without a word; run it again"
    if refused and as_json:
        print_json(pages)
    elif refused:
        print_refused(pages)
    elif as_json:
        print_json(rows[0] if run else rows)
    elif run is not None:
        print_run(rows[0])
    else:
        print_runs(rows)
    return 0


def print_refused(pages: list[dict[str, Any]]) -> None:
    """A line an address; where its page is kept is what `tradepress ingest` takes."""
    for page in pages:
        kept = f"  {page['file']} at {page['offset']}" if page["file"] else ""
        click.echo(f"{page['source']}: {page['reason']}  {storable(page['url'])}{kept}")
    if not pages:
        click.echo("Every page of this run gave its story.")


def print_runs(rows: list[dict[str, Any]]) -> None:
    """A line a run, and why it did not end well."""
    click.echo(f"{'run':>5}  {'started':<20}  {'state':<11}  {'URLs':>5}  " + "  ".join(OUTCOMES))
    for row in rows:
        counts = "  ".join(f"{row[outcome]:>{len(outcome)}}" for outcome in OUTCOMES)
        click.echo(
            f"{row['id']:>5}  {row['started']:<20}  {row['state']:<11}  {row['urls']:>5}  {counts}"
            f"  {row['command']}"
        )
        if row["reason"]:
            click.echo(f"       {row['reason']}")
    if not rows:
        click.echo("No run yet.")


def print_run(row: dict[str, Any]) -> None:
    """One run, from its command to the stories that it found."""
    ended = f"ended {row['ended']}" if row["ended"] else "not ended"
    code = "" if row["exit_code"] is None else f", exit code {row['exit_code']}"
    click.echo(f"Run {row['id']}: {row['command']} (Tradepress {row['version']})")
    click.echo(f"  started {row['started']}, {ended}, {row['state']}{code}")
    if row["reason"]:
        click.echo(f"  {row['reason']}")
    if row["by_source"]:
        print_sources(row["by_source"])
    reasons = [
        f"{reason['source']}: {reason['outcome']} {reason['addresses']} ({reason['reason']})"
        for reason in row["reasons"]
    ]
    print_some(reasons, indent="  ")
    for seed in row["seeds"]:
        url = storable(seed["url"])
        click.echo(f"  {seed['source']}: the {seed['kind']} {url} gave nothing ({seed['reason']})")
    for kind in ("new_stories", "new_versions"):
        refs = row[kind]
        if refs:
            click.echo(f"  {kind.replace('_', ' ')}: {enumerated(refs, MOST_REFS)}")
