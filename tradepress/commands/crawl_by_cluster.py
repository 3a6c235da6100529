"""`tradepress cluster crawl`: what is new on many sites, fetched by many."""

from dataclasses import asdict, replace
from datetime import timedelta
from pathlib import Path

import click
from rich.console import Console
from scrapy.exceptions import UsageError

from archive.text_forms import one_line
from crawler.declared_sources import configured_sources, require_crawlable, source_named
from tradepress.cluster.cluster_crawl import ClusterCrawl, CrawlJob, cluster_crawl
from tradepress.commands.cluster_options import (
    chosen_place,
    left_out_lines,
    place_options,
    print_dashboard,
    told_as_usage,
)
from tradepress.commands.crawl_summary import print_sums
from tradepress.commands.options import (
    archive_option,
    configured,
    contact_option,
    duration,
    is_debugging,
    json_option,
    no_captures_option,
    wait_option,
)
from tradepress.commands.printed import print_json


@click.command("crawl")
@click.argument("sources", nargs=-1, metavar="[SOURCE]...")
@contact_option
@click.option("--no-trial", is_flag=True, help="Go on after a source's trial (remembered).")
@click.option(
    "--deadline",
    type=duration,
    metavar="TIME",
    help="End each task after 90m, 2h or so; the rest stays due.  [default: 3h]",
)
@no_captures_option
@place_options
@wait_option
@json_option
@archive_option
def cluster_crawl_sources(
    sources: tuple[str, ...],
    contact: str | None,
    no_trial: bool,
    deadline: timedelta | None,
    no_captures: bool,
    scheduler: str | None,
    local: int | None,
    shards: str | None,
    wait: float,
    as_json: bool,
    archive: Path,
) -> int:
    """Crawl SOURCEs, or those of the configuration: a task a site.

    Sources that share a registered name, or a `group` of the configuration, are one task, so that
    no host is asked by two. What `tradepress crawl` does comes out. Shards are archives that are
    written in their place: --shards is a folder that all workers see. It can be stopped at any
    moment; what was read comes in by the next one.
    """
    place = chosen_place(scheduler, local, shards, archive)
    require_crawlable(configured())
    chosen = configured_sources(configured())
    if sources:
        chosen = [source_named(name) for name in dict.fromkeys(sources)]
    for source in chosen:
        if source.sample:
            raise click.UsageError(
                f"{source.name} is the bundled sample; `tradepress demo` crawls it."
            )
    configuration = replace(
        configured(),
        contact=contact,
        captures=configured().captures and not no_captures,
        limits=replace(configured().limits, deadline=deadline or configured().limits.deadline),
    )
    try:
        with told_as_usage():
            done = cluster_crawl(
                chosen,
                CrawlJob(
                    configuration=configuration, no_trial=no_trial, is_debugging=is_debugging()
                ),
                place,
                archive=archive,
                command=" ".join(["cluster crawl", *(source.name for source in chosen)]),
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
        "run": done.sums and done.sums.id,
        "sums": done.sums and dict(done.sums.outcomes),
        "tasks": len(done.tasks.shards),
        "workers": done.tasks.workers,
        "retries": done.tasks.retries,
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
