"""Runs `tradepress backfill`: the past of a source, from web archives or its own listings."""

import sys
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import click

from tradepress.cluster.dask_cluster import ClusterPlace
from tradepress.commands import completing
from tradepress.commands.cluster_options import cluster_options, print_left_there, print_tasks
from tradepress.commands.options import (
    archive_option,
    configured,
    contact_option,
    date_option,
    duration,
    is_terminal,
    json_option,
    no_captures_option,
    wait_option,
    whole_number,
)
from tradepress.commands.printed import print_json
from tradepress.declared_sources import require_crawlable
from tradepress.interrupt import held
from tradepress.jobs.backfill.way import Way


@click.command()
@click.argument("source", metavar="SOURCE", shell_complete=completing.sources)
@click.option(
    "--from",
    "way",
    type=click.Choice([way.value for way in Way]),
    required=True,
    help="wayback: the Wayback Machine, or a pywb (`[backfill] wayback` of the configuration). "
    "commoncrawl: pages of Common Crawl (`[backfill] commoncrawl`). "
    "ccnews: its daily crawl of news, hundreds of GB a month, of the days given. "
    "sections, sitemap: those of the paper itself, to their last page.",
)
@date_option("--since", "Only captures, or stories, of this day (month, year) or later.")
@date_option("--until", "Only captures, or stories, of this day (month, year) or earlier.")
@click.option("--limit", type=whole_number(), metavar="N", help="Fetch at most so many stories.")
@click.option(
    "--deadline",
    type=duration,
    metavar="TIME",
    help="End after 90m, 8h or so; what was not come to stays due.",
)
@click.option("--yes", is_flag=True, help="Don't ask; needed without a terminal.")
@contact_option
@no_captures_option
@cluster_options
@wait_option
@json_option
@archive_option
def backfill(
    source: str,
    way: str,
    since: str | None,
    until: str | None,
    limit: int | None,
    deadline: timedelta | None,
    yes: bool,
    contact: str | None,
    no_captures: bool,
    place: ClusterPlace | None,
    wait: float,
    as_json: bool,
    archive: Path,
) -> int:
    """Fetch the past of SOURCE: from a web archive every version of every story that it has,
    from the paper's own sections or sitemaps every story that was never read.

    First the index or the listings are read; then you are told how many captures or stories there
    are and how long they take, and asked. A back-fill that was stopped goes on where it was when
    the command is run again. A web archive that wants a rest is waited for, as long as --deadline
    allows. The requests keep the pace of the configuration (at a web archive
    `[backfill] delay`), and obey the robots.txt and the limits of who is asked.

    --local and --scheduler have copies of Common Crawl's files read by many, from a folder that all
    workers see (`[backfill] commoncrawl`): a task a file, or a range of captures. Nobody is asked
    for anything; with --limit files are looked through all the same.
    """
    with held():
        from tradepress.commands.backfill_summary import as_object, plan_words, print_result
        from tradepress.commands.crawl_at_terminal import at_terminal
        from tradepress.jobs.backfill.backfill import backfill as fetch_past
        from tradepress.jobs.backfill.backfill_plan import BackfillPlan, asked_backfill

    require_crawlable(configured())
    if deadline is not None and place is not None:
        raise click.UsageError("--deadline is for a back-fill without --local and --scheduler.")
    if not yes and place is None and not is_terminal(sys.stdin):
        raise click.UsageError("Nobody is there to be asked: say --yes to fetch what is found.")
    configuration = replace(
        configured(), contact=contact, captures=configured().captures and not no_captures
    )

    def is_wanted(plan: BackfillPlan) -> bool:
        click.echo(f"{source}: {plan_words(plan)}", err=as_json)
        try:
            return yes or click.confirm("Fetch them?", err=True)
        except click.Abort:
            click.echo(err=True)
            return False

    tasks = None
    with at_terminal(archive, wait) as told:
        if place is not None:
            from tradepress.cluster.cluster_backfill import cluster_backfill

            asked = asked_backfill(source, way, since=since, until=until, limit=limit)
            result, tasks = cluster_backfill(
                asked, configuration, place, command=asked.command, **told
            )
            print_left_there(place)
        else:
            result = fetch_past(
                source,
                way,
                since=since,
                until=until,
                limit=limit,
                deadline=deadline,
                configuration=configuration,
                confirm=is_wanted,
                **told,
            )
    if as_json:
        print_json(as_object(result, tasks))
        return result.exit_code
    if tasks is not None:
        print_tasks(tasks)
    print_result(source, result)
    return result.exit_code
