"""`tradepress cluster export`: Parquet with partitions, written by many."""

from pathlib import Path
from typing import Any

import click
from rich.console import Console

from archive.read_only import read_archive
from archive.search.named_values import require_known
from archive.search.why_nothing import why_nothing
from research.export.parquet_file import PARTITIONS, ParquetMissing, Partition
from tradepress.cluster.cluster_export import ExportJob, cluster_export
from tradepress.commands.cluster_options import (
    chosen_place,
    place_options,
    print_dashboard,
    print_left_there,
    told_as_usage,
)
from tradepress.commands.export_command import print_report, report_fields
from tradepress.commands.options import (
    PIPE,
    archive_option,
    declared_policies,
    force_option,
    json_option,
    new_folder,
    output_option,
)
from tradepress.commands.printed import print_json
from tradepress.commands.query_options import (
    QueryCommand,
    given_texts,
    query_options,
    story_query,
    texts_options,
)


@click.command("export", cls=QueryCommand)
@query_options
@click.option(
    "--format",
    type=click.Choice(["parquet"]),
    required=True,
    help="Others are one file, or number their files: `tradepress export` makes them.",
)
@click.option(
    "--partition",
    type=click.Choice([*PARTITIONS]),
    required=True,
    help="A folder with files by source, by year, or by one within the other.",
)
@output_option("The folder to be made.", required=True)
@texts_options
@force_option
@place_options
@json_option
@archive_option
def cluster_export_stories(
    query: tuple[str, ...],
    format: str,
    partition: Partition,
    output: Path,
    metadata_only: bool,
    full: bool,
    force: bool,
    scheduler: str | None,
    insecure: bool,
    local: int | None,
    shards: str | None,
    as_json: bool,
    archive: Path,
    **filters: Any,
) -> int:
    """Write stories into a folder of Parquet: a task some partitions.

    The files are those of `tradepress export`. All workers must see the archive under this path;
    they only read it. If it is written meanwhile there is no export.
    """
    if output == PIPE:
        raise click.UsageError("A folder can't be written to standard output: name one.")
    place = chosen_place(scheduler, local, shards, archive, insecure=insecure)
    job = ExportJob(
        partition=partition,
        texts=given_texts(metadata_only=metadata_only, full=full),
        policies=declared_policies(),
    )
    wanted = story_query(query, filters)
    with read_archive(archive) as db:
        require_known(db, wanted)
    new_folder(output, force=force)
    try:
        with told_as_usage():
            done = cluster_export(
                wanted,
                job,
                place,
                archive=archive,
                target=output,
                console=Console(stderr=True),
                tell=print_dashboard,
            )
    except ParquetMissing as error:
        raise click.UsageError(f"{error}.") from error
    except ValueError as error:
        raise click.UsageError(str(error)) from error
    print_left_there(place.shards)
    tasks = done.tasks
    if as_json:
        counts = {"workers": tasks.workers, "retries": tasks.retries, "stood": tasks.stood}
        print_json({**report_fields(done.report, output), "tasks": len(tasks.shards), **counts})
    else:
        if tasks.shards:
            click.echo(f"{tasks.words}.")
        print_report(done.report, output)
    if not done.report.stories:
        with read_archive(archive) as db:
            for reason in why_nothing(db, wanted):
                click.echo(reason, err=True)
    return 0
