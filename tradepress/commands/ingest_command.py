"""`tradepress ingest`: stories from files, by the same extraction and the same pipelines."""

import json
from collections import Counter
from dataclasses import asdict
from pathlib import Path
from typing import Any

import click

from archive.text_forms import storable
from crawler.addon import project_settings
from crawler.declared_sources import source_named
from tradepress.commands.options import (
    archive_option,
    configured,
    json_option,
    no_captures_option,
    source_option,
    wait_option,
)
from tradepress.commands.printed import print_some
from tradepress.jobs.ingest import Ingest, ingest_files


@click.command()
@click.argument(
    "files", nargs=-1, required=True, type=click.Path(path_type=Path), metavar="FILE..."
)
@source_option("Whose pages these are.")
@click.option("--url", help="Address of the page, for a file that holds one page.")
@no_captures_option
@wait_option
@json_option
@archive_option
def ingest(
    files: tuple[Path, ...],
    source_name: str | None,
    url: str | None,
    no_captures: bool,
    wait: float,
    as_json: bool,
    archive: Path,
) -> int:
    """Store the stories of files: .html .html.gz .txt .warc .warc.gz .wacz .wet.gz.

    Extraction, pipelines and archive are the same as in a crawl. Without --source each page
    goes to the source whose site its address is on, without --url it stands where it says itself.
    """
    if url is not None and len(files) > 1:
        raise click.UsageError("--url names the address of one page; give one FILE with it.")
    source = source_named(source_name) if source_name else None
    if source and url and not source.owns(url):
        raise click.UsageError(f"{url} is not an address of {source.publisher}.")
    chosen: dict[str, Any] = {"TRADEPRESS_ARCHIVE": str(archive)}
    if no_captures:
        chosen["TRADEPRESS_CAPTURES"] = False
    settings = project_settings(configured(), chosen)
    done = ingest_files(files, settings, source=source, url=url, wait=wait)
    if as_json:
        click.echo(json.dumps([asdict(page) for page in done.pages], ensure_ascii=False))
    else:
        print_results(done)
    return done.exit_code


def print_results(done: Ingest) -> None:
    """A line a page (the first ones), then the sums."""
    print_some([storable(f"{page.outcome:<10}{page.words}   {page.url}") for page in done.pages])
    counts = Counter(page.outcome for page in done.pages)
    words = ", ".join(f"{outcome} {count}" for outcome, count in counts.items()) or "no page"
    click.echo(f"{len(done.pages)} pages: {words}")
    if done.sums is None:
        click.echo("No story was found, so no archive was made.")
