"""Options that the commands of a cluster share."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import click

from archive.care.snapshot import shard_folder
from archive.ledger.run_report import RunSums
from tradepress.cluster.dask_cluster import (
    ClusterMissing,
    ClusterPlace,
    OpenScheduler,
    require_dask,
)
from tradepress.cluster.run_tasks import MOST_NAMED, LeftOut, TasksDone
from tradepress.cluster.shards import NoSuchStore, find_left
from tradepress.commands.options import whole_number
from tradepress.commands.printed import print_some


def place_options_with(where: str) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """--scheduler, --insecure, --local and --shards.

    :param where: shards may be
    """

    def add(command: Callable[..., Any]) -> Callable[..., Any]:
        for option in (
            click.option(
                "--shards",
                metavar="ADDRESS",
                help=f"Where shards go: {where}.  [default with --local: beside the archive]",
            ),
            click.option(
                "--local", type=whole_number(), metavar="N", help="Start N workers on this machine."
            ),
            click.option(
                "--insecure",
                is_flag=True,
                help="It may be tcp:// elsewhere, where whoever reaches it can run programs.",
            ),
            click.option(
                "--scheduler", metavar="ADDRESS", help="A Dask scheduler: tls://host:8786."
            ),
        ):
            command = option(command)
        return command

    return add


place_options = place_options_with("a folder or an address such as s3://…")


def chosen_place(
    scheduler: str | None,
    local: int | None,
    shards: str | None,
    archive: Path,
    *,
    insecure: bool = False,
) -> ClusterPlace:
    """
    :raises click.UsageError: Dask is not installed, it is not said where to work, or where others
        could, too
    """
    with told_as_usage():
        require_dask()
    if (scheduler is None) == (local is None):
        raise click.UsageError("Give --local N or --scheduler ADDRESS.")
    if scheduler is not None and shards is None:
        words = "--shards ADDRESS goes with --scheduler: a place that all its workers see."
        raise click.UsageError(words)
    if shards is None:
        shards = str(shard_folder(archive))
    if "://" not in shards:
        shards = str(Path(shards).absolute())  # a worker's own folder is another one
    with told_as_usage():
        return ClusterPlace(scheduler=scheduler, local=local or 1, shards=shards, insecure=insecure)


@contextmanager
def told_as_usage() -> Iterator[None]:
    """
    :raises click.UsageError: Dask is missing, its scheduler is anybody's, or shards are to go where
        they can't
    """
    try:
        yield
    except (ClusterMissing, NoSuchStore, OpenScheduler) as error:
        raise click.UsageError(f"{error}.") from error


def run_as_object(sums: RunSums | None, tasks: TasksDone) -> dict[str, object]:
    """A run by a cluster, for a program.

    :param sums: None: no run was written
    """
    return {
        "run": sums and sums.id,
        "sums": sums and dict(sums.outcomes),
        "tasks": len(tasks.shards),
        "workers": tasks.workers,
        "retries": tasks.retries,
    }


def print_left_out(left_out: Sequence[LeftOut]) -> None:
    """What no worker could work."""
    print_some(left_out_lines(left_out), err=True)


def left_out_lines(left_out: Sequence[LeftOut]) -> list[str]:
    """One for each."""
    return [f"left out: {one.input}: {one.reason}" for one in left_out]


def print_left_there(address: str) -> None:
    """Shards that stand in their place after all was taken in."""
    if left := find_left(address):
        there = f"{len(left)} in {address} ({', '.join(left[:MOST_NAMED])})"
        click.echo(f"Shards still stand, {there}: remove what no other job needs.", err=True)


def workers_page(link: str) -> str:
    """Where Dask shows its workers, what they do, and their logs; that needs nothing installed.

    :param link: to its dashboard
    """
    return link.removesuffix("/status") + "/info/main/workers.html"


def print_dashboard(link: str) -> None:
    """Its page of workers."""
    click.echo(f"Dask: {workers_page(link)}", err=True)
