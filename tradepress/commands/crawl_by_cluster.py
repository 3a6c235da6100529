"""`tradepress cluster crawl`: what is new on many sites, fetched by many."""

from dataclasses import asdict
from datetime import timedelta
from functools import partial
from pathlib import Path

import click
from rich.console import Console
from scrapy.exceptions import UsageError

from archive.text_forms import one_line
from tradepress.cluster.cluster_crawl import (
    ClusterCrawl,
    CrawlJob,
    cluster_crawl,
    is_part_away,
)
from tradepress.cluster.crawl_process import CrawlHow
from tradepress.cluster.run_tasks import NO_TASKS
from tradepress.commands.cluster_options import (
    chosen_place,
    left_out_lines,
    place_options_with,
    print_dashboard,
    run_as_object,
    told_as_usage,
)
from tradepress.commands.crawl_command import (
    asked_configuration,
    asked_sources,
    asked_wait,
    command_words,
    crawl_options,
)
from tradepress.commands.crawl_summary import print_sums
from tradepress.commands.options import (
    archive_option,
    configured,
    first_day,
    is_debugging,
    json_option,
)
from tradepress.commands.printed import print_json
from tradepress.schedule.due import choose_due


@click.command("crawl")
@click.argument("sources", nargs=-1, metavar="[SOURCE]...")
@crawl_options
@place_options_with("a folder that all workers see, in which archives can be written")
@json_option
@archive_option
def cluster_crawl_sources(
    sources: tuple[str, ...],
    contact: str | None,
    since: str | None,
    limit: int | None,
    no_trial: bool,
    deadline: timedelta | None,
    no_captures: bool,
    scheduled: bool,
    scheduler: str | None,
    insecure: bool,
    local: int | None,
    shards: str | None,
    wait: float | None,
    as_json: bool,
    archive: Path,
) -> int:
    """Crawl SOURCEs, or those of the configuration: a task a site.

    Sources that share a registered name, or a `group` of the configuration, are one task, so that
    no host is asked by two. What `tradepress crawl` does comes out; of a trial, one line in place
    of its report. Shards are archives that are written in their place. The deadline is that of each
    task. It can be stopped at any moment; what was read comes in by the next one.
    """
    place = chosen_place(scheduler, local, shards, archive, insecure=insecure)
    chosen = asked_sources(sources, scheduled=scheduled, no_trial=no_trial)
    command = command_words("cluster crawl", chosen, scheduled=scheduled)
    wait = asked_wait(wait, scheduled=scheduled)
    if scheduled:
        tell = partial(click.echo, err=as_json)
        chosen, exit_code = choose_due(
            chosen, configured(), archive, command=command, wait=wait, tell=tell
        )
        if not (chosen or is_part_away(archive)):
            if as_json:
                nothing = ClusterCrawl(
                    tasks=NO_TASKS, left_out=(), notes=(), exit_code=exit_code, sums=None
                )
                print_json(as_object(nothing))
            return exit_code
    job = CrawlJob(
        configuration=asked_configuration(contact, no_captures=no_captures, deadline=deadline),
        how=CrawlHow(
            no_trial=no_trial,
            limit=limit,
            since=first_day(since) if since else None,
            is_debugging=is_debugging(),
        ),
    )
    try:
        with told_as_usage():
            done = cluster_crawl(
                chosen,
                job,
                place,
                archive=archive,
                command=command,
                wait=wait,
                console=Console(stderr=True),
                tell=print_dashboard,
            )
    except UsageError as error:
        raise click.UsageError(str(error)) from error
    if as_json:
        print_json(as_object(done))
    else:
        print_done(done)
    return done.exit_code


def as_object(done: ClusterCrawl) -> dict[str, object]:
    """For a program."""
    return {
        **run_as_object(done.sums, done.tasks),
        "left_out": [asdict(one) for one in done.left_out],
        "notes": done.notes,
    }


def print_done(done: ClusterCrawl) -> None:
    """The ledger's sums, then what is amiss."""
    click.echo(f"{done.tasks.words}.")
    if done.sums is not None:
        click.echo(f"Run {done.sums.id}: {done.sums.urls} URLs")
        print_sums(done.sums)
    for line in [*done.notes, *left_out_lines(done.left_out)]:  # as of `tradepress crawl`, all
        click.echo(one_line(line), err=True)
