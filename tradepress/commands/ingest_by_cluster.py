"""`tradepress cluster ingest`: files of captures, read by many."""

from dataclasses import asdict
from pathlib import Path

import click
from rich.console import Console

from crawler.declared_sources import source_named
from tradepress.cluster.cluster_ingest import ClusterIngest, IngestJob, cluster_ingest
from tradepress.commands.cluster_options import (
    chosen_place,
    place_options,
    print_dashboard,
    print_left_out,
    print_left_there,
    run_as_object,
    told_as_usage,
)
from tradepress.commands.options import (
    archive_option,
    configured,
    json_option,
    no_captures_option,
    source_option,
    wait_option,
)
from tradepress.commands.printed import print_json, print_some


@click.command("ingest")
@click.argument("files", nargs=-1, required=True, metavar="FILE...")
@source_option("Whose pages these are.")
@click.option("--again", is_flag=True, help="Also files that were read before.")
@no_captures_option
@place_options
@wait_option
@json_option
@archive_option
def cluster_ingest_files(
    files: tuple[str, ...],
    source_name: str | None,
    again: bool,
    no_captures: bool,
    scheduler: str | None,
    insecure: bool,
    local: int | None,
    shards: str | None,
    wait: float,
    as_json: bool,
    archive: Path,
) -> int:
    """Store the stories of WARC, WET and WACZ files, a task a file.

    FILE is a path, a folder, or an address such as s3://bucket/file.warc.gz, which all workers
    must see. What `tradepress ingest` does with these files comes out. It can be stopped at any
    moment; shards that are done stay, and the next one goes on.
    """
    place = chosen_place(scheduler, local, shards, archive, insecure=insecure)
    if source_name is not None:
        source_named(source_name)
    job = IngestJob(
        configuration=configured(),
        source_name=source_name,
        is_capturing=configured().captures and not no_captures,
    )
    with told_as_usage():
        done = cluster_ingest(
            files,
            job,
            place,
            archive=archive,
            again=again,
            wait=wait,
            console=Console(stderr=True),
            tell=print_dashboard,
        )
    print_left_there(place.shards)
    if as_json:
        print_json(as_object(done))
    else:
        print_done(done)
    return done.exit_code


def as_object(done: ClusterIngest) -> dict[str, object]:
    """For a program."""
    return {
        **run_as_object(done.sums, done.tasks),
        "stood": done.tasks.stood,
        "seconds": done.tasks.seconds,
        "merge_seconds": done.merge_seconds,
        "read_before": done.read_before,
        "left_out": [asdict(one) for one in done.left_out],
        "counts": done.counts,
        "notes": done.notes,
    }


def print_done(done: ClusterIngest) -> None:
    """The sums, then what came to nothing."""
    print_some(
        [f"{one}: it was read before; --again reads it once more" for one in done.read_before]
    )
    print_some([*done.notes], err=True)
    print_left_out(done.left_out)
    if done.sums is None:
        is_new = bool(done.tasks.shards)
        click.echo(f"No {'story' if is_new else 'new file'} was found, so nothing was written.")
        return
    words = ", ".join(f"{outcome} {n}" for outcome, n in done.sums.outcomes.items() if n)
    times = f"{done.tasks.seconds:.1f} seconds, {done.merge_seconds:.1f} of them to merge"
    click.echo(f"{done.tasks.words}. {times}.")
    click.echo(f"{done.sums.urls} pages: {words or 'no story'}")
    click.echo(f"Run {done.sums.id}; `tradepress runs` lists it.")
