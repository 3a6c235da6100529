"""Runs `tradepress merge`: the stories of other archives come into this one."""

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from tradepress.archive.ledger.outcomes import OUTCOMES, Outcome
from tradepress.archive.text_forms import counted
from tradepress.commands.options import archive_option, configured, json_option, wait_option
from tradepress.commands.printed import print_json, print_some
from tradepress.interrupt import held

if TYPE_CHECKING:
    from tradepress.archive.merging.bring_archive import MergedArchive


@click.command()
@click.argument("others", nargs=-1, type=click.Path(path_type=Path), metavar="[OTHER.db]...")
@click.option("--shards", metavar="ADDRESS", help="In place of archives: shards of ingest-shard.")
@wait_option
@json_option
@archive_option
def merge(
    others: tuple[Path, ...], shards: str | None, wait: float, as_json: bool, archive: Path
) -> int:
    """Merge OTHER archives into this one: their stories with all versions and captured pages.

    The others are only read. What is here keeps its refs and numbers; what was withdrawn here
    stays out. It can be stopped at any moment; the next one goes on.

    --shards takes in what `tradepress ingest-shard` made, as one run, and removes it there.
    """
    with held():
        from rich.console import Console

        from tradepress.jobs.merge_archives import merge as merge_archives
        from tradepress.jobs.progress import JobProgress

    if bool(others) == (shards is not None):
        raise click.UsageError("Name other archives, or their shards by --shards.")
    if shards is not None:
        return merge_from(shards, wait=wait, as_json=as_json, archive=archive)
    with JobProgress(Console(stderr=True)).shown() as shown:
        merged = merge_archives(
            others,
            archive=archive,
            wait=wait,
            progress=lambda path, done, of: shown.show(str(path), done, of),
            configuration=configured(),
        )
    if as_json:
        print_json([as_object(one) for one in merged])
    else:
        for one in merged:
            print_merged(one)
    return max(one.exit_code for one in merged)


def merge_from(shards: str, *, wait: float, as_json: bool, archive: Path) -> int:
    """Takes in shards, and prints what came of it."""
    with held():
        from rich.console import Console

        from tradepress.cluster.dask_cluster import require_dask, stoppable
        from tradepress.cluster.merge_shards import merge_shards
        from tradepress.commands import ingest_summary
        from tradepress.jobs.progress import JobProgress

    require_dask()
    place = shards if "://" in shards else str(Path(shards).absolute())
    if "://" not in place and not Path(place).is_dir():
        raise click.UsageError(f"There is no folder {place} of shards.")
    progress = JobProgress(Console(stderr=True))
    with stoppable(), progress.shown():
        done = merge_shards(place, configured(), archive=archive, wait=wait, progress=progress)
    if not done.tasks.shards:
        click.echo(f"No shard of ingest-shard is in {place}.", err=True)
    if as_json:
        print_json(ingest_summary.as_object(done))
    else:
        ingest_summary.print_merged(done)
    return done.exit_code


def as_object(merged: "MergedArchive") -> dict[str, Any]:
    """Returns what was merged, for a program."""
    return {
        **asdict(merged),
        "run": merged.sums and merged.sums.id,
        "sums": merged.sums and {outcome: merged.sums.outcomes[outcome] for outcome in OUTCOMES},
        "stories": {outcome: merged.stories[outcome] for outcome in OUTCOMES},
    }


def print_merged(merged: "MergedArchive") -> None:
    """Prints the sums, then what an operator should know."""
    sums = ", ".join(
        f"{outcome} {merged.stories[outcome]:,}" for outcome in OUTCOMES if merged.stories[outcome]
    )
    stories = counted(merged.stories.total(), "story", "stories")
    click.echo(f"{merged.path}: {stories}{f': {sums}' if sums else ''}")
    failed = [one for one in merged.told if one.outcome == Outcome.FAILED]
    print_some([f"  failed: {one.there}: {one.reason}" for one in failed], err=True)
    print_some([f"  {words}" for words in merged.unreadable], err=True)
    kept_out = [one for one in merged.told if one.outcome == Outcome.REJECTED]
    print_some([f"  kept out: {one.there} ({one.reason})" for one in kept_out])
    names = [one.reason or "" for one in merged.told if one.ref is not None]
    if names:
        click.echo("  What is cited of that archive by these names has another one here:")
        print_some(names, indent="    ")
    if merged.withdrawn:
        click.echo("  Withdrawn there and not here; decide whether it must go here, too:")
        print_some(
            [
                f"{one.ref}  {one.withdrawn_at[:10]}: {one.reason}"
                + (
                    f"  (tradepress withdraw {one.ref} --reason …)"
                    if one.is_here
                    else "  (not here)"
                )
                for one in merged.withdrawn
            ],
            indent="    ",
        )
    if merged.people:
        people = counted(merged.people, "person", "people")
        click.echo(f"  Left out of the mentions there, and here from now on: {people}.")
    if merged.sums is None:
        click.echo("  It has no story, so no archive was made.")
    else:
        click.echo(f"  Run {merged.sums.id}; `tradepress runs` lists it.")
