"""Runs `tradepress ingest`: stories from files, by the same extraction and the same pipelines."""

import json
import sys
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click
from rich.console import Console

from tradepress.archive.text_forms import storable
from tradepress.cluster.dask_cluster import ClusterPlace
from tradepress.commands.cluster_options import (
    cluster_options,
    left_out_lines,
    print_left_there,
    run_as_object,
)
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
from tradepress.commands.printed import MOST_SHOWN, print_json, print_some
from tradepress.jobs.files.address_list import NO_LIST, AddressList, read_address_list, read_time
from tradepress.jobs.files.file_page import UnreadableFile
from tradepress.jobs.ingest import PROBLEMS, READ_BEFORE, Ingest, Ingested, NotItsPage
from tradepress.jobs.ingest import ingest as ingest_files
from tradepress.jobs.progress import JobProgress

if TYPE_CHECKING:
    from tradepress.cluster.cluster_ingest import ClusterIngest


def instant(value: str) -> datetime:
    """Reads a day or an instant as ISO 8601 writes it, as a type for options."""
    try:
        return read_time(value)
    except ValueError as error:
        raise click.BadParameter(f"{error}.") from error


def address_list(
    _context: click.Context, _parameter: click.Parameter, path: Path | None
) -> AddressList:
    """Reads a list of addresses, as a callback; raises click.BadParameter where it can't be
    read."""
    try:
        return read_address_list(path) if path else NO_LIST
    except UnreadableFile as error:
        raise click.BadParameter(f"{shortened(str(path))}: {error}.") from error


@click.command()
@click.argument("files", nargs=-1, required=True, type=click.Path(), metavar="FILE...")
@source_option("Source of the pages.")
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
    help="Addresses of the pages: columns file, url and, if known, date_captured.",
)
@click.option(
    "--date-captured",
    type=instant,
    metavar="TIME",
    help="Capture time of pages that don't say it: 2017-08-04 or 2017-08-04T12:30:00Z.",
)
@click.option("--again", is_flag=True, help="Also files that were read before.")
@no_captures_option
@cluster_options
@wait_option
@json_option
@archive_option
def ingest(
    files: tuple[str, ...],
    source_name: str | None,
    url: str | None,
    addresses: AddressList,
    date_captured: datetime | None,
    again: bool,
    no_captures: bool,
    place: ClusterPlace | None,
    wait: float,
    as_json: bool,
    archive: Path,
) -> int:
    """Store the stories of files and folders: .html .mhtml .txt .warc .wacz .wet, gzipped or not.

    Extraction, pipelines and archive are the same as in a crawl. Without --source each page
    goes to the source whose site its address is on, without --url it stands where it says itself.
    It can be stopped at any moment; the next one goes on. --json gives an object a line.

    --local and --scheduler have WARC, WET and WACZ files read by many, a task a file: paths,
    folders, or addresses such as s3://bucket/file.warc.gz, which all workers must see. Then --json
    gives one object.
    """
    configuration = replace(configured(), captures=configured().captures and not no_captures)
    progress = JobProgress(Console(stderr=True, quiet=as_json and is_terminal(sys.stdout)))
    if place is not None:
        if url or date_captured or addresses is not NO_LIST:
            raise click.UsageError(
                "--url, --addresses and --date-captured are for files that --local and "
                "--scheduler don't take: of a page each."
            )
        from tradepress.cluster.cluster_ingest import IngestJob, cluster_ingest

        job = IngestJob(configuration=configuration, source_name=source_name)
        with progress.shown():
            many = cluster_ingest(
                files, job, place, archive=archive, again=again, wait=wait, progress=progress
            )
        print_left_there(place)
        if as_json:
            print_json(as_object(many))
        else:
            print_merged(many)
        return many.exit_code
    shown = FirstPages()
    try:
        with progress.shown():
            done = ingest_files(
                files,
                archive=archive,
                source=source_name,
                url=url,
                addresses=addresses,
                date_captured=date_captured,
                again=again,
                wait=wait,
                tell=print_line if as_json else shown.take,
                progress=lambda read, of: progress.show("MB", read // 10**6, of // 10**6),
                configuration=configuration,
            )
    except NotItsPage as error:
        raise click.UsageError(f"{error}.") from error
    if not as_json:
        print_results(done, shown, archive)
    return done.exit_code


def print_line(page: Ingested) -> None:
    click.echo(storable(json.dumps(asdict(page), ensure_ascii=False)))


@dataclass(kw_only=True, slots=True)
class FirstPages:
    """Holds the first pages, and the first of those that came to nothing."""

    pages: list[str] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)

    def take(self, page: Ingested) -> None:
        lines = self.problems if page.outcome in PROBLEMS else self.pages
        if len(lines) < MOST_SHOWN:
            lines.append(storable(f"{page.outcome:<10}{page.words}   {page.url}"))


def print_results(done: Ingest, shown: FirstPages, archive: Path) -> None:
    """Prints a line a page (the first ones), then the sums."""
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


def as_object(done: "ClusterIngest") -> dict[str, object]:
    """Returns what was done, for a program."""
    facts = {name: getattr(done, name) for name in ("merge_seconds", "read_before")}
    return {
        **run_as_object(done.sums, done.tasks),
        **facts,
        "seconds": done.tasks.seconds,
        "left_out": [asdict(one) for one in done.left_out],
        "counts": done.counts,
        "notes": done.notes,
    }


def print_merged(done: "ClusterIngest") -> None:
    """Prints the sums, then what came to nothing."""
    print_some([f"{one}: {READ_BEFORE}" for one in done.read_before])
    print_some([*done.notes], err=True)
    print_some(left_out_lines(done.left_out), err=True)
    if done.sums is None:
        is_new = bool(done.tasks.shards)
        click.echo(f"No {'story' if is_new else 'new file'} was found, so nothing was written.")
        return
    words = ", ".join(f"{outcome} {n}" for outcome, n in done.sums.outcomes.items() if n)
    times = f"{done.tasks.seconds:.1f} seconds, {done.merge_seconds:.1f} of them to merge"
    click.echo(f"{done.tasks.words}. {times}.")
    click.echo(f"{done.sums.urls} pages: {words or 'no story'}")
    click.echo(f"Run {done.sums.id}; `tradepress runs` lists it.")
