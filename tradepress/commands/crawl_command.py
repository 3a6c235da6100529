"""Runs `tradepress crawl`: fetch what is new from real sites."""

from collections.abc import Sequence
from dataclasses import asdict, replace
from datetime import timedelta
from functools import partial
from pathlib import Path

import click

from tradepress.archive.search.asked_days import days_of, read_time
from tradepress.cluster.dask_cluster import ClusterPlace
from tradepress.commands import completing
from tradepress.commands.cluster_options import cluster_options, run_as_object
from tradepress.commands.options import (
    archive_option,
    configured,
    contact_option,
    date_option,
    duration,
    is_debugging,
    json_option,
    no_captures_option,
    seconds,
    whole_number,
)
from tradepress.commands.printed import print_json
from tradepress.declared_sources import configured_sources, require_crawlable, source_named
from tradepress.interrupt import held
from tradepress.source import Source

SCHEDULED_WAIT = 600.0
"""Is how many seconds a scheduled crawl waits for another run."""


@click.command()
@click.argument("sources", nargs=-1, metavar="[SOURCE]...", shell_complete=completing.sources)
@contact_option
@date_option("--since", "Keep only stories published on this day or later.")
@click.option(
    "--limit",
    type=whole_number(),
    metavar="N",
    help="Ask each source for at most so many stories.",
)
@click.option("--no-trial", is_flag=True, help="Go on after a source's trial (remembered).")
@click.option(
    "--deadline",
    type=duration,
    metavar="TIME",
    help="End after 90m, 2h or so; what was not come to stays due.  [default: 3h]",
)
@no_captures_option
@click.option(
    "--scheduled",
    is_flag=True,
    help="For timers: only into an archive that is there, only sources whose trial is over and "
    "whose time has come (`every` of the configuration).",
)
@cluster_options
@click.option(
    "--wait",
    type=seconds,
    metavar="SECONDS",
    help="Wait so long for another run to end.  [default: 0; 600 with --scheduled]",
)
@json_option
@archive_option
def crawl(
    sources: tuple[str, ...],
    contact: str | None,
    since: str | None,
    limit: int | None,
    no_trial: bool,
    deadline: timedelta | None,
    no_captures: bool,
    scheduled: bool,
    place: ClusterPlace | None,
    wait: float | None,
    as_json: bool,
    archive: Path,
) -> int:
    """Crawl the named SOURCEs (those of the configuration, if none is named) into the archive.

    The first crawl of a source whose rules were never seen to work is a trial: at most 20
    requests, and a report of what it saw. --no-trial goes on from there.

    --local and --scheduler let many crawl, a task a site: sources that share a registered name, or
    a `group` of the configuration, are one, so that no host is asked by two. --shards is then a
    folder that all workers see, in which archives can be written; the deadline is that of each
    task, and of a trial one line is told.
    """
    with held():
        from tradepress.archive.ledger.parts import is_part_checked_out
        from tradepress.commands.crawl_at_terminal import at_terminal
        from tradepress.commands.crawl_summary import (
            print_done,
            print_problems,
            print_summary,
            print_trial,
        )
        from tradepress.jobs.crawl import problem_lines, run_crawl, trial_lines
        from tradepress.jobs.progress import JobProgress
        from tradepress.schedule.due import choose_due

    chosen = asked_sources(sources, scheduled=scheduled, no_trial=no_trial)
    command = " ".join(["crawl", *(one.name for one in chosen), *(["--scheduled"] * scheduled)])
    limits = configured().limits
    configuration = replace(
        configured(),
        contact=contact,
        captures=configured().captures and not no_captures,
        limits=replace(limits, deadline=deadline or limits.deadline),
    )
    if wait is None:
        wait = SCHEDULED_WAIT if scheduled else 0.0
    if scheduled:
        tell = partial(click.echo, err=as_json)
        chosen, exit_code = choose_due(
            chosen, configured(), archive, command=command, wait=wait, tell=tell
        )
        if not chosen and (place is None or not is_part_checked_out(archive)):
            if as_json:
                from tradepress.cluster.run_tasks import NO_TASKS

                nothing = run_as_object(None, NO_TASKS if place is not None else None)
                print_json({**nothing, "left_out": [], "notes": []})
            return exit_code
    first = days_of(read_time(since))[0].isoformat() if since else None
    if place is not None:
        from tradepress.cluster.cluster_crawl import CrawlJob, cluster_crawl
        from tradepress.cluster.crawl_process import CrawlHow

        how = CrawlHow(no_trial=no_trial, limit=limit, since=first, is_debugging=is_debugging())
        with (
            at_terminal(archive, wait) as told,
            JobProgress(told["console"]).shown() as progress,
        ):
            done = cluster_crawl(
                chosen,
                CrawlJob(configuration=configuration, how=how),
                place,
                archive=archive,
                command=command,
                wait=wait,
                progress=progress,
            )
        if as_json:
            left_out = [asdict(one) for one in done.left_out]
            run = run_as_object(done.sums, done.tasks)
            print_json({**run, "left_out": left_out, "notes": done.notes})
        else:
            print_done(done)
        return done.exit_code
    with at_terminal(archive, wait) as told:
        result = run_crawl(
            chosen,
            configuration,
            command=command,
            no_trial=no_trial,
            limit=limit,
            since=first,
            **told,
        )
    if as_json:
        notes = [*problem_lines(result.reports), *trial_lines(result.reports)]
        print_json({**run_as_object(result.sums), "left_out": [], "notes": notes})
        return result.exit_code
    print_summary(result)
    for report in result.reports:
        if report.is_trial and report.has_read_a_seed:
            print_trial(report)
    print_problems(result.reports)
    return result.exit_code


def asked_sources(names: Sequence[str], *, scheduled: bool, no_trial: bool) -> list[Source]:
    """Returns the sources that are asked for.

    :param names: none: those of the configuration
    :raises ConfigurationError: as it is set no source can be crawled
    :raises NoSuchSource: one of them is not declared
    :raises click.UsageError: one is the sample, or what is asked for can't be at once
    """
    if scheduled and no_trial:
        raise click.UsageError("A scheduled crawl starts no trial: give --no-trial without it.")
    require_crawlable(configured())
    chosen = configured_sources(configured())
    if names:
        chosen = [source_named(name) for name in dict.fromkeys(names)]
    for source in chosen:
        if source.sample:
            raise click.UsageError(
                f"{source.name} is the bundled sample; `tradepress demo` crawls it."
            )
    return chosen
