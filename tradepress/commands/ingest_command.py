"""Runs `tradepress ingest`: stories from files, by the same extraction and the same pipelines."""

import sys
from dataclasses import replace
from datetime import datetime
from functools import partial
from pathlib import Path

import click

from tradepress.cluster.dask_cluster import ClusterPlace
from tradepress.commands.cluster_options import cluster_options, print_left_there
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
from tradepress.commands.printed import print_json
from tradepress.interrupt import held
from tradepress.jobs.files.address_list import NO_LIST, AddressList, read_address_list, read_time
from tradepress.jobs.files.file_page import UnreadableFile


def instant(value: str) -> datetime:
    """Reads a day or an instant as ISO 8601 writes it, as a type for options."""
    try:
        return read_time(value)
    except ValueError as error:
        raise click.BadParameter(f"{error}.") from error


def named_basis(value: str) -> str:
    """Reads the basis on which texts are held, as a type for options."""
    from tradepress.steps.apply_policy import as_basis  # for who gives one alone

    try:
        return as_basis(value)
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


basis_option = click.option(
    "--basis",
    type=named_basis,
    metavar="WORDS",
    help='On what you may hold texts that are reserved, as "§ 60d UrhG": for this archive alone.',
)
only_sources_option = click.option(
    "--only-sources", is_flag=True, help="Leave out pages of sites that no declared source has."
)


@click.command()
@click.argument("files", nargs=-1, type=click.Path(), metavar="FILE...")
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
@click.option(
    "--mirror",
    type=click.Path(path_type=Path, exists=True, file_okay=False),
    metavar="DIR",
    help="Folder of `wget --mirror`, in place of FILEs: its names say where the pages stood.",
)
@click.option("--again", is_flag=True, help="Also files that were read before.")
@basis_option
@only_sources_option
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
    mirror: Path | None,
    again: bool,
    basis: str | None,
    only_sources: bool,
    no_captures: bool,
    place: ClusterPlace | None,
    wait: float,
    as_json: bool,
    archive: Path,
) -> int:
    """Store the stories of files and folders: .html .mhtml .txt .warc .arc .wacz .wet, packed or
    not.

    Extraction, pipelines and archive are the same as in a crawl. Without --source each page
    goes to the source whose site its address is on; of a site that no source has, to one that is
    made of its host (`sources list` names it). Without --url it stands where it says itself.
    It can be stopped at any moment; the next one goes on. --json gives an object a line.

    A page of --mirror counts as seen at the time of change of its file, which wget takes from the
    site; --date-captured is for a copy that has lost these.

    --local and --scheduler have WARC, ARC, WET and WACZ files read by many, a task a file: paths,
    folders, or addresses such as s3://bucket/file.warc.gz, which all workers must see. Then --json
    gives one object.
    """
    with held():
        from rich.console import Console

        from tradepress.commands.ingest_summary import (
            FirstPages,
            as_object,
            print_line,
            print_merged,
            print_reserved,
            print_results,
        )
        from tradepress.jobs.files.mirror import read_mirror
        from tradepress.jobs.ingest import NotItsPage
        from tradepress.jobs.ingest import ingest as ingest_files
        from tradepress.jobs.progress import JobProgress

    configuration = replace(configured(), captures=configured().captures and not no_captures)
    left_out = 0
    if not files and mirror is None:
        raise click.UsageError("Missing argument 'FILE...', or --mirror and its folder.")
    if mirror is not None:
        if files or url or addresses is not NO_LIST or place is not None:
            raise click.UsageError("--mirror says itself where its pages stood: give it alone.")
        addresses, left_out = read_mirror(mirror, date_captured)
        files = tuple(map(str, addresses.lines))
    progress = JobProgress(Console(stderr=True, quiet=as_json and is_terminal(sys.stdout)))
    if place is not None:
        if url or date_captured or addresses is not NO_LIST:
            raise click.UsageError(
                "--url, --addresses and --date-captured are for files that --local and "
                "--scheduler don't take: of a page each."
            )
        from tradepress.cluster.cluster_ingest import IngestJob, cluster_ingest

        job = IngestJob(
            configuration=configuration,
            source_name=source_name,
            basis=basis,
            only_sources=only_sources,
        )
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

    def show(step: str, read: int, of: int) -> None:
        progress.show(step, read // 10**6, of // 10**6)

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
                basis=basis,
                only_sources=only_sources,
                wait=wait,
                before=partial(print_reserved, basis=basis),
                looked=partial(show, "MB looked at"),
                tell=print_line if as_json else shown.take,
                progress=partial(show, "MB"),
                configuration=configuration,
            )
    except NotItsPage as error:
        raise click.UsageError(f"{error}.") from error
    if not as_json:
        done = replace(done, left_out=done.left_out + left_out)
        print_results(done, shown, archive)
    return done.exit_code
