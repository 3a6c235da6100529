"""`tradepress cluster backfill`: copies of Common Crawl's files, read by many."""

from dataclasses import replace
from pathlib import Path

import click
from rich.console import Console
from scrapy.exceptions import UsageError
from scrapy.utils.log import configure_logging

from crawler.declared_sources import require_crawlable
from tradepress.cluster.cluster_backfill import cluster_backfill
from tradepress.commands.backfill_command import asked_backfill, command_words, print_result
from tradepress.commands.cluster_options import (
    chosen_place,
    place_options,
    print_dashboard,
    print_left_there,
    told_as_usage,
)
from tradepress.commands.options import (
    archive_option,
    configured,
    contact_option,
    date_option,
    is_debugging,
    no_captures_option,
    wait_option,
    whole_number,
)
from tradepress.jobs.backfill.backfill_plan import Way


@click.command("backfill")
@click.argument("source", metavar="SOURCE")
@click.option(
    "--from",
    "way",
    type=click.Choice([Way.COMMONCRAWL.value, Way.CCNEWS.value]),
    required=True,
    help="commoncrawl: a task a range of captures. ccnews: a task a file.",
)
@date_option("--since", "Only captures of this day (month, year) or later.")
@date_option("--until", "Only captures of this day (month, year) or earlier.")
@click.option(
    "--limit",
    type=whole_number(),
    metavar="N",
    help="Take in at most so many stories; files of CC-NEWS are looked through all the same, and "
    "what was found waits for the next time.",
)
@contact_option
@no_captures_option
@place_options
@wait_option
@archive_option
def cluster_backfill_source(
    source: str,
    way: str,
    since: str | None,
    until: str | None,
    limit: int | None,
    contact: str | None,
    no_captures: bool,
    scheduler: str | None,
    insecure: bool,
    local: int | None,
    shards: str | None,
    wait: float,
    archive: Path,
) -> int:
    """Read the past of a source from copies of Common Crawl.

    They lie in a folder that all workers see: `commoncrawl` under [backfill] of tradepress.toml.
    What `tradepress backfill` takes from this folder comes out. It can be stopped at any moment;
    shards that are done stay, and the next one goes on. Nobody is asked for anything: a site or a
    web archive is asked by one process, at its pace, which more of them can't quicken.
    """
    place = chosen_place(scheduler, local, shards, archive, insecure=insecure)
    require_crawlable(configured())
    configuration = replace(
        configured(), contact=contact, captures=configured().captures and not no_captures
    )
    level = "DEBUG" if is_debugging() else "CRITICAL"
    configure_logging({"LOG_LEVEL": level})
    try:
        with told_as_usage():
            done = cluster_backfill(
                asked_backfill(source, way, since, until, limit),
                configuration,
                place,
                archive=archive,
                command=f"cluster {command_words(source, way, since, until, limit)}",
                settings={"LOG_LEVEL": level},
                wait=wait,
                console=Console(stderr=True),
                tell=print_dashboard,
            )
    except UsageError as error:
        raise click.UsageError(str(error)) from error
    print_left_there(place.shards)
    if done.tasks.shards:
        click.echo(f"{done.tasks.words}.")
    print_result(source, done.result)
    return done.result.exit_code
