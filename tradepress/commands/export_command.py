"""Runs `tradepress export`: sets of stories as files for other programs."""

import sys
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from tradepress.archive.care.snapshot import size_in_words
from tradepress.archive.database import Database
from tradepress.archive.read_only import read_archive
from tradepress.archive.search.story_query import StoryQuery
from tradepress.archive.search.why_nothing import why_nothing
from tradepress.archive.text_forms import counted
from tradepress.cluster.dask_cluster import ClusterPlace
from tradepress.commands.cluster_options import (
    cluster_options,
    print_left_there,
    print_tasks,
    tasks_as_object,
)
from tradepress.commands.options import (
    PIPE,
    archive_option,
    configured,
    force_option,
    json_option,
    new_file,
    new_folder,
    output_option,
)
from tradepress.commands.printed import print_json
from tradepress.commands.query_options import (
    QueryCommand,
    given_texts,
    known_query,
    query_options,
    story_query,
    texts_options,
)
from tradepress.declared_sources import declared_policies
from tradepress.research.export.about_export import ExportReport
from tradepress.research.export.export_stories import (
    EXPORT_FORMATS,
    FILES,
    FOLDERS,
    STREAMED,
    Format,
    export_stories,
    is_folder,
    require_partition,
    stream_export,
)
from tradepress.research.export.parquet_file import PARTITIONS, ParquetMissing, Partition
from tradepress.research.export.withheld_text import WHY_NO_TEXT, WHY_WITHOUT, Texts

if TYPE_CHECKING:
    from tradepress.cluster.run_tasks import TasksDone


@click.command(cls=QueryCommand)
@query_options
@click.option(
    "--format",
    type=click.Choice(EXPORT_FORMATS),
    required=True,
    help=f"One file: {', '.join(FILES)}. A folder: {', '.join(FOLDERS)}.",
)
@click.option(
    "--partition",
    type=click.Choice([*PARTITIONS]),
    help="Of parquet: a folder with files by source, by year, or by one within the other.",
)
@output_option("The file or folder to be made; - is standard output.", required=True)
@texts_options
@force_option
@cluster_options
@json_option
@archive_option
def export(
    query: tuple[str, ...],
    format: Format,
    partition: Partition | None,
    output: Path,
    metadata_only: bool,
    full: bool,
    force: bool,
    place: ClusterPlace | None,
    as_json: bool,
    archive: Path,
    **filters: Any,
) -> int:
    """Write stories into files for other programs, with a dictionary of their fields.

    QUERY and filters choose the stories as in `tradepress search`; without any it is all of
    them. Where a publisher reserves a text (text and data mining, archiving, AI) the metadata of
    the story are given on without it; --full adds it, where you have the right to it.

    --local and --scheduler have Parquet with --partition written by many, a task some partitions.
    All workers must see the archive under this path; if it is written meanwhile there is no export.
    """
    texts = given_texts(metadata_only=metadata_only, full=full)
    if output == PIPE and format not in STREAMED:
        raise click.UsageError(f"{format} can't be written to standard output: name a file.")
    if place is not None and (format != "parquet" or partition is None):
        raise click.UsageError(
            "--local and --scheduler write a folder of Parquet: give --format parquet and "
            "--partition. Others are one file, or number their files."
        )
    wanted, tasks = story_query(query, filters), None
    with read_archive(archive) as db:
        wanted = known_query(db, wanted)
        try:
            if partition:
                require_partition(partition, format)
            if output == PIPE:
                report = stream_export(
                    db,
                    wanted,
                    stream=sys.stdout.buffer,
                    format=format,
                    texts=texts,
                    policies=declared_policies(configured()),
                )
            else:
                if is_folder(format, partition):
                    new_folder(output, force=force)
                else:
                    new_file(output, force=force)
                report, tasks = _export(
                    db, wanted, output, format, partition, texts, place, archive
                )
        except ParquetMissing as error:
            raise click.UsageError(f"{error}.") from error
        except ValueError as error:
            raise click.UsageError(str(error)) from error
        reasons = [] if report.stories else why_nothing(db, wanted)
    if as_json and output != PIPE:
        counts = tasks_as_object(tasks) if tasks else {}
        print_json({**report_fields(report, output), **counts})
    else:
        if tasks:
            print_tasks(tasks)
        print_report(report, output)
    for reason in reasons:
        click.echo(reason, err=True)
    if place is not None:
        print_left_there(place)
    return 0


def _export(
    db: Database,
    query: StoryQuery,
    target: Path,
    format: Format,
    partition: Partition | None,
    texts: Texts,
    place: ClusterPlace | None,
    archive: Path,
) -> "tuple[ExportReport, TasksDone | None]":
    from rich.console import Console

    from tradepress.jobs.progress import JobProgress

    policies = declared_policies(configured())
    with JobProgress(Console(stderr=True)).shown() as progress:
        if place is not None and partition is not None:
            from tradepress.cluster.cluster_export import ExportJob, cluster_export

            job = ExportJob(partition=partition, texts=texts, policies=policies)
            return cluster_export(
                query, job, place, archive=archive, target=target, progress=progress
            )
        report = export_stories(
            db,
            query,
            target=target,
            format=format,
            partition=partition,
            texts=texts,
            policies=policies,
            progress=partial(progress.show, "stories"),
        )
        return report, None


def report_fields(report: ExportReport, output: Path) -> dict[str, object]:
    """Returns the report, for a program."""
    facts = {name: getattr(report, name) for name in ("stories", "with_text", "size")}
    counts = {"without_text": report.without_text, "by_source": report.by_source}
    return {"file": output, **facts, **counts}


def print_report(report: ExportReport, output: Path) -> None:
    """Prints how many stories it has, and how many of them have no text, and why."""
    is_piped = output == PIPE
    if not is_piped:
        stories = counted(report.stories, "story", "stories")
        click.echo(
            f"{output}: {stories}, {report.with_text:,} with text, {size_in_words(report.size)}"
        )
    reasons = [why for why in WHY_NO_TEXT if report.without_text[why]]
    for why in reasons:
        stories = counted(report.without_text[why], "story", "stories")
        click.echo(f"without text: {stories} {WHY_WITHOUT[why]}", err=True)
    if {*reasons} - {"not held", "not asked for", "archive-only"}:
        click.echo("--full adds those that are held, where you have the right to them.", err=True)
