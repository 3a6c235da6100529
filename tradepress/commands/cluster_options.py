"""Declares options by which a command has its job worked by many, on a Dask cluster."""

from collections.abc import Callable, Sequence
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from tradepress.cluster.dask_cluster import ClusterPlace, require_dask
from tradepress.commands.options import whole_number
from tradepress.commands.printed import MOST_SHOWN

if TYPE_CHECKING:
    from tradepress.archive.ledger.run_report import RunSums
    from tradepress.cluster.run_tasks import LeftOut, TasksDone


def cluster_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Adds --local, --scheduler, --insecure and --shards.
    The command is given the ``place`` that they name, None without them."""

    @wraps(command)
    def at_place(
        *,
        scheduler: str | None,
        local: int | None,
        insecure: bool,
        shards: str | None,
        archive: Path,
        **others: Any,
    ) -> Any:
        place = chosen_place(scheduler, local, shards, archive, insecure=insecure)
        return command(place=place, archive=archive, **others)

    for option in (
        click.option(
            "--shards",
            metavar="ADDRESS",
            help="Where what workers give goes: a folder, or an address such as s3://…  "
            "[default with --local: beside the archive]",
        ),
        click.option(
            "--insecure",
            is_flag=True,
            help="It may be tcp:// elsewhere, where whoever reaches it can run programs.",
        ),
        click.option(
            "--scheduler",
            metavar="ADDRESS",
            help="Have it worked by a Dask scheduler's workers: tls://host:8786.",
        ),
        click.option(
            "--local",
            type=whole_number(),
            metavar="N",
            help="Have it worked by N workers on this machine.",
        ),
    ):
        at_place = option(at_place)
    return at_place


def chosen_place(
    scheduler: str | None,
    local: int | None,
    shards: str | None,
    archive: Path,
    *,
    insecure: bool = False,
) -> ClusterPlace | None:
    """Chooses where the job is worked; None: here.

    :raises click.UsageError: it is not clear where to work
    :raises UnusableCluster: Dask is not installed, or others could work there, too
    """
    if scheduler is None and local is None:
        if insecure or shards is not None:
            raise click.UsageError("--insecure and --shards go with --scheduler or --local.")
        return None
    if scheduler is not None and local is not None:
        raise click.UsageError("Give --local N or --scheduler ADDRESS, not both.")
    require_dask()
    if scheduler is not None and shards is None:
        words = "--shards ADDRESS goes with --scheduler: a place that all its workers see."
        raise click.UsageError(words)
    if shards is None:
        from tradepress.archive.care.snapshot import shard_folder

        shards = str(shard_folder(archive))
    if "://" not in shards:
        shards = str(Path(shards).absolute())  # a worker's own folder is another one
    return ClusterPlace(
        scheduler=scheduler,
        local=local or 1,
        shards=shards,
        insecure=insecure,
        tell=lambda link: click.echo(f"Dask: {workers_page(link)}", err=True),
    )


def workers_page(link: str) -> str:
    """Returns where Dask shows its workers, what they do, and their logs; that needs nothing
    installed.

    :param link: to its dashboard
    """
    return link.removesuffix("/status") + "/info/main/workers.html"


def run_as_object(sums: "RunSums | None", tasks: "TasksDone | None" = None) -> dict[str, object]:
    """Returns a run, for a program.

    :param sums: None: no run was written
    :param tasks: None: it was worked here
    """
    run = {"run": sums and sums.id, "sums": sums and dict(sums.outcomes)}
    return {**run, **(tasks_as_object(tasks) if tasks else {})}


def tasks_as_object(tasks: "TasksDone") -> dict[str, object]:
    """Returns what became of tasks, for a program."""
    counts = {name: getattr(tasks, name) for name in ("workers", "retries", "stood")}
    return {"tasks": len(tasks.shards), **counts}


def left_out_lines(left_out: "Sequence[LeftOut]") -> list[str]:
    """Returns what no worker could work, a line each."""
    return [f"left out: {one.input}: {one.reason}" for one in left_out]


def print_left_there(place: ClusterPlace) -> None:
    """Prints shards that stand in their place after all was taken in."""
    from tradepress.cluster.shards import find_left

    if left := find_left(place.shards):
        there = f"{len(left)} in {place.shards} ({', '.join(left[:MOST_SHOWN])})"
        click.echo(f"Shards still stand, {there}: remove what no other job needs.", err=True)


def print_tasks(tasks: "TasksDone") -> None:
    """Prints a line, if there were any."""
    if tasks.shards:
        click.echo(f"{tasks.words}.")
