"""Runs `tradepress captures`: the raw pages, given on as a WACZ, and pruned on demand."""

from dataclasses import asdict, fields
from datetime import timedelta
from importlib.metadata import version
from pathlib import Path

import click

from tradepress.archive.captures.folder import capture_folder
from tradepress.archive.captures.other_index import NoIndex
from tradepress.archive.captures.warc import WarcCaptures
from tradepress.archive.care.prune import Prunable, find_prunable, prune
from tradepress.archive.care.snapshot import size_in_words
from tradepress.archive.open import open_archive
from tradepress.archive.read_only import read_archive
from tradepress.archive.search.find_stories import count_hits
from tradepress.archive.search.story_query import StoryQuery
from tradepress.archive.search.why_nothing import why_nothing
from tradepress.archive.text_forms import counted
from tradepress.commands.options import (
    archive_option,
    configured,
    date_option,
    force_option,
    json_option,
    new_file,
    output_option,
    wait_option,
    whole_number,
)
from tradepress.commands.printed import print_json, print_some
from tradepress.commands.query_options import QueryCommand, any_of, known_query
from tradepress.declared_sources import declared_policies
from tradepress.jobs.export_captures import Exported, NothingToExport, export_captures


@click.group()
def captures() -> None:
    """Give the captured pages on as a WACZ file, or free the disk of some."""


@captures.command("export", cls=QueryCommand)
@click.argument("query", required=False, metavar="[QUERY]")
@any_of("--ref", "REF", "Only this story, or this version of it (wipr-14415@2).")
@any_of("--source", "NAME", "Only this source.")
@date_option("--since", "Only stories published on this day (month, year) or later.")
@date_option("--until", "Only stories published on this day (month, year) or earlier.")
@click.option(
    "--not-in",
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    metavar="CDX",
    help="Leave out what this index of another archive names (CDX or CDXJ, gzipped or not).",
)
@click.option("--cdxj", is_flag=True, help="Write no WACZ but an index of the pages as they lie.")
@output_option("The file to be made; its name ends in .wacz (or .cdxj).", required=True)
@force_option
@json_option
@archive_option
def export(
    query: str | None,
    ref: tuple[str, ...],
    source: tuple[str, ...],
    since: str | None,
    until: str | None,
    not_in: Path | None,
    cdxj: bool,
    output: Path,
    force: bool,
    as_json: bool,
    archive: Path,
) -> int:
    """Write the captured pages of stories into a WACZ file.

    QUERY and filters choose the stories as in `tradepress search`; without any it is all of
    them. Every version of each goes along. ReplayWeb.page, pywb and `tradepress ingest` read the
    file. Left out, and counted, is what may be kept as metadata alone, and what can't be read
    (exit code 1).

    --cdxj writes an index by which a pywb replays the pages from the archive's own WARC files.
    """
    suffix = ".cdxj" if cdxj else ".wacz"
    if output.suffix != suffix:
        raise click.UsageError(f"{output} does not end in {suffix}, as players expect it.")
    if output.resolve().parent == capture_folder(archive).resolve():
        raise click.UsageError(f"{output.parent} has the raw pages alone: name another folder.")
    new_file(output, force=force)
    wanted = StoryQuery(words=query, source=source, since=since, until=until)
    try:
        with read_archive(archive) as db:
            wanted = known_query(db, wanted)
        exported = export_captures(
            archive,
            output,
            software=f"tradepress {version('tradepress')}",
            policies=declared_policies(configured()),
            query=wanted,
            refs=ref,
            not_in=not_in,
            as_index=cdxj,
        )
    except NoIndex as error:
        raise click.ClickException(str(error)) from error
    except NothingToExport as error:
        print_left_out(error.exported)
        if error.exported.known:
            click.echo("The other archive has them all: no file was written.")
            return 0
        words = "none of these stories has a captured page to give on; no file was written"
        with read_archive(archive) as db:
            if not (ref or count_hits(db, wanted)):
                reasons = why_nothing(db, wanted)
                words = "; ".join(["no story is found: nothing to export", *reasons])
        raise click.ClickException(words) from error
    if as_json:
        # Before Python 3.12 asdict takes a Counter for a list of pairs.
        facts = {one.name: getattr(exported, one.name) for one in fields(exported)}
        print_json({"file": output, **facts})
    else:
        of = f"{pages(exported.captures)} of {counted(exported.stories, 'story', 'stories')}"
        if not_in and exported.revisits:
            of += f", {counted(exported.revisits, 'visit', 'visits')} that found one unchanged"
        click.echo(f"{output}: {of}, {size_in_words(exported.size)}")
        print_left_out(exported)
    return 1 if exported.unreadable else 0


def print_left_out(exported: Exported) -> None:
    """Prints what is not in the file, and why."""
    for count, words in (
        (exported.metadata_only, "of which metadata alone may be kept or given on"),
        (exported.without_capture, "of which no page is kept"),
    ):
        if count:
            click.echo(f"left out: {counted(count, 'version', 'versions')} {words}", err=True)
    if exported.known:
        click.echo(f"left out: {pages(exported.known)} that the other archive has", err=True)
    reasons = sorted(exported.unreadable.items())
    print_some(
        [f"left out: {why}{f', {count} records' if count > 1 else ''}" for why, count in reasons],
        err=True,
    )
    if exported.unreadable:
        click.echo("`tradepress verify` looks at all of them, and says how to mend it.", err=True)


@captures.command("prune")
@click.option(
    "--older-than",
    "days",
    type=whole_number(1, 36_500),
    metavar="DAYS",
    required=True,
    help="Only what a run kept so many days ago or earlier.",
)
@click.option("--yes", is_flag=True, help="Do it; without it is only told what would go.")
@wait_option
@json_option
@archive_option
def prune_captures(days: int, yes: bool, wait: float, as_json: bool, archive: Path) -> int:
    """Free the disk of pages that belong to no version of a story.

    Those are pages that were refused as stories, kept so that better rules may find some in
    them after all (`tradepress ingest` of the WARC files). The page of a version never goes.
    Backups keep theirs as long as one of them names it.
    """
    folder, older_than = capture_folder(archive), timedelta(days=days)
    if yes:
        kept = WarcCaptures(folder)
        with open_archive(
            archive, command="captures prune", captures=kept, create=False, wait=wait
        ) as opened:
            found = prune(opened.transaction, kept, older_than)
    else:
        with read_archive(archive) as db:
            found = find_prunable(db, folder, older_than)
    if as_json:
        print_json({"pruned": yes, "files": [asdict(file) for file in found]})
    else:
        print_prunable(found, is_done=yes)
    return 0


def print_prunable(found: list[Prunable], *, is_done: bool) -> None:
    """Prints a line a file, and the sum."""
    for file in found:
        click.echo(
            f"{file.file}: {pages(file.captures)}, {size_in_words(file.size)} of "
            f"{size_in_words(file.file_size)}"
        )
    size = size_in_words(sum(file.size for file in found))
    what = f"{pages(sum(file.captures for file in found))}, {size}"
    if not found:
        click.echo("There is nothing to prune.")
    elif is_done:
        click.echo(f"Pruned: {what}.")
    else:
        click.echo(f"{what} in all; nothing was changed (--yes does it).")


def pages(count: int) -> str:
    return counted(count, "page", "pages")
