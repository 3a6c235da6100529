"""`tradepress cluster reextract`: the stored pages, read again by many."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path

import click
from rich.console import Console

from crawler.declared_sources import source_named
from tradepress.cluster.cluster_reextract import ReextractJob, cluster_reextract
from tradepress.commands.cluster_options import (
    chosen_place,
    place_options,
    print_dashboard,
    print_left_out,
    print_left_there,
    told_as_usage,
)
from tradepress.commands.options import (
    archive_option,
    configured,
    json_option,
    wait_option,
)
from tradepress.commands.printed import print_json, print_some
from tradepress.commands.reextract_command import (
    print_report,
    reextract_options,
    require_comparing,
)


@click.command("reextract")
@reextract_options
@place_options
@wait_option
@json_option
@archive_option
def cluster_reextract_pages(
    source_name: str | None,
    is_diff: bool,
    all_versions: bool,
    again: bool,
    limit: int | None,
    examples: int,
    scheduler: str | None,
    insecure: bool,
    local: int | None,
    shards: str | None,
    wait: float,
    as_json: bool,
    archive: Path,
) -> int:
    """Read the stored pages again by today's rules.

    A task is a range of stories; what `tradepress reextract` says and stores comes out. All workers
    must see the archive and its raw pages under this path; they only read it, and nobody should
    write it meanwhile. What --diff has read is there for --apply.
    """
    require_comparing(all_versions=all_versions, is_diff=is_diff)
    place = chosen_place(scheduler, local, shards, archive, insecure=insecure)
    if source_name is not None:
        source_named(source_name)
    job = ReextractJob(configuration=configured(), source_name=source_name)
    console = Console(stderr=True)
    with told_as_usage(), _merge_shown(console) as show:
        done = cluster_reextract(
            job,
            place,
            archive=archive,
            apply=not is_diff,
            every=all_versions,
            again=again,
            limit=limit,
            most_examples=examples,
            wait=wait,
            console=console,
            tell=print_dashboard,
            progress=show,
        )
    if not is_diff:
        print_left_there(place.shards)
    tasks = done.tasks
    if as_json:
        counts = {
            "workers": tasks.workers,
            "retries": tasks.retries,
            "stood": tasks.stood,
            "left_out": [*map(asdict, tasks.left_out)],
        }
        counts |= {"tasks": len(tasks.shards), "damaged": done.damaged}
        print_json({"run": done.run_id, **asdict(done.report), **counts})
    else:
        print_left_out(tasks.left_out)
        print_some([*done.damaged], err=True)
        if tasks.shards:
            click.echo(f"{tasks.words}.")
        print_report(done.report, done.run_id)
    return done.exit_code


@contextmanager
def _merge_shown(console: Console) -> Iterator[Callable[[int, int], None]]:
    """Shows on a terminal how far the one writer is, from the first time that it is told."""
    status = console.status("")

    def show(done: int, of: int) -> None:
        status.start()
        status.update(f"Merged: {done:,} of {of:,} versions")

    try:
        yield show
    finally:
        status.stop()
