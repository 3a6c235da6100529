"""`tradepress ingest`: stories from files, by the same extraction and the same pipelines."""

import json
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

import click
from rich.console import Console
from rich.live import Live

from archive.archived_address import unwrap
from archive.text_forms import storable
from crawler.addon import project_settings
from crawler.declared_sources import source_named
from tradepress.commands.options import (
    archive_option,
    configured,
    is_terminal,
    json_option,
    no_captures_option,
    page_address,
    shortened,
    source_option,
    wait_option,
)
from tradepress.commands.printed import MOST_SHOWN
from tradepress.jobs.files.address_list import NO_LIST, AddressList, read_address_list, read_time
from tradepress.jobs.files.file_page import UnreadableFile
from tradepress.jobs.ingest import PROBLEMS, Ingest, Ingested, ingest_files


def instant(value: str) -> datetime:
    """A type for options: a day or an instant as ISO 8601 writes it."""
    try:
        return read_time(value)
    except ValueError as error:
        raise click.BadParameter(f"{error}.") from error


def address_list(
    _context: click.Context, _parameter: click.Parameter, path: Path | None
) -> AddressList:
    """
    :raises click.BadParameter: it can't be read
    """
    try:
        return read_address_list(path) if path else NO_LIST
    except UnreadableFile as error:
        raise click.BadParameter(f"{shortened(str(path))}: {error}.") from error


@click.command()
@click.argument(
    "files", nargs=-1, required=True, type=click.Path(path_type=Path), metavar="FILE..."
)
@source_option("Whose pages these are.")
@click.option(
    "--url",
    type=page_address,
    metavar="URL",
    help="Address of the page, for a file that holds one page.",
)
@click.option(
    "--addresses",
    type=click.Path(path_type=Path),
    callback=address_list,
    metavar="CSV",
    help="Where the pages of files stood: columns file, url and, if known, date_captured.",
)
@click.option(
    "--date-captured",
    type=instant,
    metavar="TIME",
    help="When pages stood like this that don't say so: 2017-08-04 or 2017-08-04T12:30:00Z.",
)
@click.option("--again", is_flag=True, help="Also files that were read before.")
@no_captures_option
@wait_option
@json_option
@archive_option
def ingest(
    files: tuple[Path, ...],
    source_name: str | None,
    url: str | None,
    addresses: AddressList,
    date_captured: datetime | None,
    again: bool,
    no_captures: bool,
    wait: float,
    as_json: bool,
    archive: Path,
) -> int:
    """Store the stories of files and folders: .html .mhtml .txt .warc .wacz .wet, gzipped or not.

    Extraction, pipelines and archive are the same as in a crawl. Without --source each page
    goes to the source whose site its address is on, without --url it stands where it says itself.
    It can be stopped at any moment; the next one goes on. --json gives an object a line.
    """
    if url is not None and (len(files) > 1 or files[0].is_dir()):
        raise click.UsageError("--url names the address of one page; give one FILE with it.")
    source = source_named(source_name) if source_name else None
    archived = unwrap(url) if url else None
    if source and url and not source.owns(archived.url if archived else url):
        raise click.UsageError(f"{url} is not an address of {source.publisher}.")
    chosen: dict[str, Any] = {"TRADEPRESS_ARCHIVE": str(archive)}
    if no_captures:
        chosen["TRADEPRESS_CAPTURES"] = False
    settings = project_settings(configured(), chosen)
    shown = FirstPages()
    with progress(is_hidden=as_json and is_terminal(sys.stdout)) as show:
        done = ingest_files(
            files,
            settings,
            source=source,
            url=url,
            addresses=addresses,
            date_captured=date_captured,
            again=again,
            wait=wait,
            tell=print_line if as_json else shown.take,
            progress=show,
        )
    if not as_json:
        print_results(done, shown, archive)
    return done.exit_code


@contextmanager
def progress(*, is_hidden: bool) -> Iterator[Callable[[int, int], None] | None]:
    """What shows on a terminal how much is read; None where there is none."""
    console = Console(stderr=True)
    if is_hidden or not console.is_terminal:
        yield None
        return
    with Live(console=console, transient=True, redirect_stdout=False) as live:
        yield lambda read, of: live.update(f"Read: {read / 1e6:,.1f} of {of / 1e6:,.1f} MB")


def print_line(page: Ingested) -> None:
    click.echo(storable(json.dumps(asdict(page), ensure_ascii=False)))


@dataclass(kw_only=True, slots=True)
class FirstPages:
    """The first pages, and the first of those that came to nothing."""

    pages: list[str] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)

    def take(self, page: Ingested) -> None:
        lines = self.problems if page.outcome in PROBLEMS else self.pages
        if len(lines) < MOST_SHOWN:
            lines.append(storable(f"{page.outcome:<10}{page.words}   {page.url}"))


def print_results(done: Ingest, shown: FirstPages, archive: Path) -> None:
    """A line a page (the first ones), then the sums."""
    problems = sum(done.counts.get(outcome, 0) for outcome in PROBLEMS)
    pages = sum(done.counts.values())
    for lines, of in ((shown.pages, pages - problems), (shown.problems, problems)):
        for line in lines:
            click.echo(line)
        if of > len(lines):
            click.echo(f"… and {of - len(lines)} more (all with --json)")
    words = ", ".join(f"{outcome} {count}" for outcome, count in done.counts.items()) or "no page"
    click.echo(f"{pages} pages: {words}")
    if done.left_out:
        click.echo(f"{done.left_out} files of folders are no pages and were left out.")
    if done.sums is None:
        is_there = archive.exists()
        click.echo(
            "No new page was found, so nothing was written."
            if is_there
            else "No story was found, so no archive was made."
        )
