"""Runs `tradepress release`: some stories as a frozen, checksummed data package."""

from dataclasses import asdict
from pathlib import Path
from typing import Any

import click

from tradepress.archive.care.snapshot import size_in_words
from tradepress.archive.read_only import read_archive
from tradepress.archive.search.why_nothing import why_nothing
from tradepress.archive.text_forms import counted
from tradepress.commands.options import (
    PIPE,
    archive_option,
    configured,
    json_option,
)
from tradepress.commands.printed import print_json
from tradepress.commands.query_options import (
    QueryCommand,
    given_texts,
    query_options,
    story_query,
    texts_options,
)
from tradepress.research.export.parquet_file import ParquetMissing
from tradepress.research.in_one_call import release as make_release
from tradepress.research.release.files import STORIES
from tradepress.research.release.verify_release import sign_release


@click.command(cls=QueryCommand)
@query_options
@click.option(
    "-o",
    "--output",
    "folder",
    type=click.Path(file_okay=False, path_type=Path),
    required=True,
    metavar="FOLDER",
    help="The folder to be made.",
)
@click.option("--title", metavar="TEXT", help="Of the data.  [default: from the query]")
@click.option(
    "--creator",
    "creators",
    multiple=True,
    metavar="NAME",
    help="Who made the collection, for CITATION.cff; can be repeated.  [default: the contact]",
)
@click.option(
    "--sign",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    metavar="KEY",
    help="Sign the checksums with an SSH key, such as ~/.ssh/id_ed25519.",
)
@texts_options
@json_option
@archive_option
def release(
    query: tuple[str, ...],
    folder: Path,
    title: str | None,
    creators: tuple[str, ...],
    sign: Path | None,
    metadata_only: bool,
    full: bool,
    as_json: bool,
    archive: Path,
    **filters: Any,
) -> int:
    """Make FOLDER, a data package that can be cited: SQLite, Parquet, CSV, coverage, checksums.

    QUERY and filters choose the stories as in `tradepress search`; all versions of each go along.
    Of stories whose publisher reserves them the metadata alone are given. The same archive gives
    the same bytes; `tradepress browse FOLDER` opens it.
    """
    texts = given_texts(metadata_only=metadata_only, full=full)
    if folder == PIPE:
        raise click.UsageError("A release can't be written to standard output: name a folder.")
    if folder.exists() and any(folder.iterdir()):
        raise click.UsageError(f"{folder} is there already: name a folder that is to be made.")
    if not folder.absolute().parent.is_dir():
        raise click.UsageError(f"{folder} can't be made: there is no folder {folder.parent}.")
    wanted = story_query(query, filters)
    try:
        made = make_release(
            archive,
            wanted,
            folder=folder,
            title=title,
            creators=creators,
            texts=texts,
            configuration=configured(),
        )
        if sign is not None:
            sign_release(folder, sign)
    except ParquetMissing as error:
        raise click.UsageError(f"{error}.") from error
    except ValueError as error:
        raise click.UsageError(str(error)) from error
    if not made.stories:
        with read_archive(archive) as db:
            for reason in why_nothing(db, wanted):
                click.echo(reason, err=True)
    if as_json:
        print_json(asdict(made))
        return 0
    click.echo(f"{folder}: {counted(made.stories, 'story', 'stories')}, {size_in_words(made.size)}")
    if made.without_text:
        click.echo(f"  {made.without_text} of them without their text (why_no_text in {STORIES})")
    click.echo(f"sha256 {made.result_hash}")
    click.echo(f"Look into it: tradepress browse {folder}")
    return 0
