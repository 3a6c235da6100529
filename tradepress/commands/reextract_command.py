"""Runs `tradepress reextract`: today's rules over the stored pages."""

from dataclasses import asdict
from functools import partial
from pathlib import Path

import click

from tradepress.cluster.dask_cluster import ClusterPlace
from tradepress.commands.cluster_options import (
    cluster_options,
    left_out_lines,
    print_left_there,
    print_tasks,
    tasks_as_object,
)
from tradepress.commands.options import (
    archive_option,
    configured,
    json_option,
    source_option,
    wait_option,
    whole_number,
)
from tradepress.commands.printed import print_json, print_some
from tradepress.interrupt import held


@click.command()
@source_option("Only this source.")
@click.option(
    "--diff/--apply",
    "is_diff",
    default=True,
    help="Tell what would change and write nothing (default), or store it as new versions.",
)
@click.option("--all-versions", is_flag=True, help="With --diff: former versions, too.")
@click.option("--again", is_flag=True, help="Also those that these very rules have read.")
@click.option("--limit", type=whole_number(), metavar="N", help="Read at most so many stories.")
@click.option(
    "--examples",
    type=whole_number(0),
    metavar="N",
    default=3,
    show_default=True,
    help="So many for each source and field.",
)
@cluster_options
@wait_option
@json_option
@archive_option
def reextract(
    source_name: str | None,
    is_diff: bool,
    all_versions: bool,
    again: bool,
    limit: int | None,
    examples: int,
    place: ClusterPlace | None,
    wait: float,
    as_json: bool,
    archive: Path,
) -> int:
    """Re-extract the captured pages by today's rules, and compare with what is stored.

    --apply stores each story that changed as a new version, marked as re-extracted; what was
    read at the time stays. What the texts of all versions name (courts, cases, numbers) is
    found again in place. It can be stopped at any moment; the next one goes on.

    --local and --scheduler have it read by many, a task a range of stories. All workers must see
    the archive and its captured pages under this path; nobody should write it meanwhile. What
    --diff has read is there for --apply.
    """
    with held():
        from rich.console import Console

        from tradepress.commands.reextract_summary import print_report
        from tradepress.jobs.progress import JobProgress
        from tradepress.jobs.reextract import reextract as reread
        from tradepress.jobs.reextract_report import Report

    if all_versions and not is_diff:
        words = "--all-versions goes with --diff: only current versions are stored anew."
        raise click.UsageError(words)
    progress = JobProgress(Console(stderr=True))
    tell = partial(progress.show, "versions")
    counts = dict[str, object]()
    with progress.shown():
        if place is not None:
            from tradepress.cluster.cluster_reextract import ReextractJob, cluster_reextract

            job = ReextractJob(configuration=configured(), source_name=source_name)
            many = cluster_reextract(
                job,
                job.rereading(
                    archive,
                    every=all_versions,
                    again=again,
                    limit=limit,
                    report=Report(most_examples=examples),
                    tell=tell,
                ),
                place,
                apply=not is_diff,
                wait=wait,
                progress=progress,
            )
            report, code, left_out = many.report, many.exit_code, many.tasks.left_out
            counts = {**tasks_as_object(many.tasks), "damaged": many.damaged}
            counts["left_out"] = [asdict(one) for one in left_out]
        else:
            report = reread(
                archive,
                source=source_name,
                apply=not is_diff,
                all_versions=all_versions,
                again=again,
                limit=limit,
                examples=examples,
                wait=wait,
                progress=tell,
                configuration=configured(),
            )
            code = report.exit_code
    if as_json:
        print_json({**asdict(report), **counts})
    else:
        if place is not None:
            print_some(left_out_lines(left_out), err=True)
            print_some([*many.damaged], err=True)
            print_tasks(many.tasks)
        print_report(report)
    if place is not None and not is_diff:
        print_left_there(place)
    return code
