"""Runs `tradepress reextract`: today's rules over the stored pages."""

from collections.abc import Mapping
from dataclasses import asdict
from functools import partial
from pathlib import Path
from typing import Any

import click
from rich.console import Console

from tradepress.archive.rereading import FIELDS
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
from tradepress.commands.printed import MOST_SHOWN, print_json, print_some
from tradepress.jobs.progress import JobProgress
from tradepress.jobs.reextract import reextract as reread
from tradepress.jobs.reextract_report import MentionTally, Report, SourceTally


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


def print_report(report: Report) -> None:
    """Prints the sums and fields of each source, then what could not be read."""
    for name, tally in report.sources.items():
        print_source(name, tally, "would get" if report.run is None else "got")
    if not report.sources:
        click.echo("There is no story to read again.")
    print_mentions(report.mentions, is_diff=report.run is None)
    for problem in report.problems[:MOST_SHOWN]:
        click.echo(f"{problem.ref}: {problem.reason} ({problem.words})", err=True)
    if more := report.problems[MOST_SHOWN:]:
        click.echo(f"… and {len(more)} more (all with --json)", err=True)
    if report.problems:
        click.echo("What could not be read keeps what it has.", err=True)
    if report.run is not None:
        click.echo(f"Run {report.run}; `tradepress runs` lists it.")
    elif any(tally.new for tally in report.sources.values()):
        click.echo("Nothing was written; --apply stores the new versions.")
    elif report.mentions.changed:
        click.echo("Nothing was written; --apply stores the mentions.")


def print_mentions(tally: MentionTally, *, is_diff: bool) -> None:
    """Prints what the texts name by today's rules; nothing, if they were all looked through by
    these."""
    if not tally.due:
        return
    done = counts_in_words(
        (tally.changed, "would get other mentions" if is_diff else "got other mentions"),
        (tally.looked_through - tally.changed, "stay as they are"),
    )
    words = f"{tally.looked_through} of {tally.texts} texts looked through again: {done}"
    click.echo(f"mentions: {words}")
    if tally.changed:
        click.echo(f"  {counts_in_words((tally.found, 'found'), (tally.lost, 'lost'))}")
    for example in tally.examples:
        print_example(example)


def print_source(name: str, tally: SourceTally, get: str) -> None:
    if not tally.is_declared:
        click.echo(f"{name}: no such source is declared any more; its pages stay as read")
        return
    done = counts_in_words(
        (tally.new, f"{get} a new version"),
        (tally.same, "stay as they are"),
        (tally.not_read, "can't be read"),
    )
    if tally.read:
        click.echo(f"{name}: {tally.read} of {tally.versions} read again: {done}")
    else:
        click.echo(f"{name}: none of {tally.versions} read again")
    left = counts_in_words(
        (tally.read_before, "were read by these rules before"),
        (tally.no_capture, "have no capture"),
    )
    if left:
        click.echo(f"  left out: {left}")
    for field in (field for field in FIELDS if field in tally.fields):
        sums = tally.fields[field]
        words = counts_in_words(
            (sums.changed, "changed"), (sums.filled, "filled"), (sums.lost, "lost")
        )
        click.echo(f"  {field:<20}{words}")
        for example in sums.examples:
            print_example(example)


def counts_in_words(*counts: tuple[int, str]) -> str:
    """Returns ``2 changed, 1 lost``: those that are not zero."""
    return ", ".join(f"{count} {words}" for count, words in counts if count)


def print_example(example: Mapping[str, Any]) -> None:
    """Prints old and new of one field of one version."""
    words = ""
    if "words_gone" in example:
        words = f"  {example['words_gone']} words gone, {example['words_added']} added"
    if "old" in example:
        old, new = ("nothing" if example[end] is None else example[end] for end in ("old", "new"))
        words = f"  {old} → {new}"
    click.echo(f"      {example['ref']}{words}")
    for sign, side in (("-", "gone"), ("+", "added")):
        for text in example.get(side, ()):
            click.echo(f"          {sign} {text}")
