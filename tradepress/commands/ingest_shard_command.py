"""Runs `tradepress ingest-shard`: files are read into shards, which `merge --shards` takes in."""

import sys
from dataclasses import asdict, replace
from pathlib import Path
from typing import TYPE_CHECKING

import click

from tradepress.archive.text_forms import storable
from tradepress.cluster.dask_cluster import require_dask
from tradepress.commands.ingest_command import basis_option, only_sources_option
from tradepress.commands.options import (
    configured,
    is_terminal,
    json_option,
    no_captures_option,
    source_option,
)
from tradepress.commands.printed import print_json
from tradepress.interrupt import held

if TYPE_CHECKING:
    from tradepress.cluster.make_shards import MadeShard


@click.command("ingest-shard")
@click.argument("files", nargs=-1, required=True, type=click.Path(), metavar="FILE...")
@click.option(
    "--shards",
    required=True,
    metavar="ADDRESS",
    help="Where the shards go: a folder, or an address such as s3://…",
)
@click.option(
    "--by",
    type=click.Choice(["paper", "group"]),
    help="Part each file while it is read, into a folder of shards for each paper, or for each "
    "`group` of the configuration.",
)
@source_option("Source of the pages.")
@basis_option
@only_sources_option
@no_captures_option
@json_option
def ingest_shard(
    files: tuple[str, ...],
    shards: str,
    by: str | None,
    source_name: str | None,
    basis: str | None,
    only_sources: bool,
    no_captures: bool,
    as_json: bool,
) -> int:
    """Read WARC, ARC, WET and WACZ files, each into a shard of its own, in this one process.

    Have as many of these commands run as there are cores, on any machines that see files and
    shards: by GNU parallel, make, a job array of Slurm, Jobs of Kubernetes. A shard that stands is
    not made again. When all have ended, `tradepress merge --shards ADDRESS` makes the archive that
    one `tradepress ingest` makes of the files in the order of their names; with --by, one from each
    folder below.
    """
    with held():
        from tradepress.cluster.cluster_ingest import COME_TO_NOTHING, IngestJob
        from tradepress.cluster.make_shards import make_shards
        from tradepress.cluster.parted_file import groups_of
        from tradepress.declared_sources import all_sources, as_configured, source_named

    require_dask()
    if by and source_name:
        raise click.UsageError("--by parts pages of many sources: leave out --source.")
    configuration = as_configured(
        replace(configured(), captures=configured().captures and not no_captures)
    )
    if source_name is not None:
        source_named(source_name)
    group_of = by and groups_of(
        all_sources(), configuration, by_paper=by == "paper", only_sources=only_sources
    )
    job = IngestJob(
        configuration=configuration,
        source_name=source_name,
        basis=basis,
        only_sources=only_sources,
    )
    place = shards if "://" in shards else str(Path(shards).absolute())
    made = []
    for one in make_shards(files, job, place, group_of=group_of or None):
        made.append(one)
        if not as_json or is_terminal(sys.stderr):
            click.echo(storable(line_of(one)), err=as_json or one.shard is None)
    if as_json:
        print_json([asdict(one) for one in made])
    is_amiss = (
        one.shard is None or any(one.shard.counts.get(what) for what in COME_TO_NOTHING)
        for one in made
    )
    return int(any(is_amiss))


def line_of(made: "MadeShard") -> str:
    """Returns what became of a file, in a line: ``a.warc.gz: stored 12, rejected 1``."""
    name = f"{made.file} ({made.group})" if made.group else made.file
    if made.shard is None:
        return f"left out: {name}: {made.reason}"
    words = ", ".join(f"{outcome} {count}" for outcome, count in made.shard.counts.items() if count)
    notes = "".join(f"\n  {note}" for note in made.shard.notes)
    return f"{name}: {words or 'no page'}{' (made before)' if made.stood else ''}{notes}"
