"""`tradepress runs`: what the crawls did, newest first."""

import json
from pathlib import Path

import click

from archive.articles import list_runs
from archive.lock import is_being_written
from archive.open import open_archive
from tradepress.options import archive_option, json_option


@click.command()
@click.option("--limit", type=click.IntRange(min=1), default=20, show_default=True)
@json_option
@archive_option
def runs(limit: int, as_json: bool, archive: Path) -> int:
    """List the runs over the archive with their outcomes and reasons."""
    db = open_archive(archive)
    try:
        rows = list_runs(db, limit=limit)
    finally:
        db.close()
    for row in rows:
        if row["state"] == "running" and not is_being_written(archive.resolve()):
            row["state"], row["reason"] = "killed", "it ended without a word; run it again"
    if as_json:
        click.echo(json.dumps(rows, ensure_ascii=False, indent=1))
        return 0
    outcomes = ("stored", "unchanged", "duplicate", "rejected", "failed", "deferred")
    click.echo(f"{'run':>5}  {'started':<20}  {'state':<11}  {'URLs':>5}  " + "  ".join(outcomes))
    for row in rows:
        counts = "  ".join(f"{row[outcome]:>{len(outcome)}}" for outcome in outcomes)
        click.echo(
            f"{row['id']:>5}  {row['started']:<20}  {row['state']:<11}  {row['urls']:>5}  {counts}"
            f"  {row['command']}"
        )
        if row["reason"]:
            click.echo(f"       {row['reason']}")
    if not rows:
        click.echo("No run yet.")
    return 0
