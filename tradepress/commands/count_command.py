"""Runs `tradepress count`: how many stories, by month, source, author, court and so on."""

import sys
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import click

from tradepress.archive.disk import stream_written_whole
from tradepress.archive.search.story_query import query_as_json
from tradepress.commands.options import PIPE, archive_option, force_option, json_option, new_file
from tradepress.commands.printed import print_json
from tradepress.commands.printed_counts import print_counts
from tradepress.commands.query_options import QueryCommand, query_options, story_query
from tradepress.research.counting.count_stories import (
    COUNTED_BY,
    MOST_KEYS,
    StoryCounts,
)
from tradepress.research.counting.count_words import notes_on
from tradepress.research.press_archive import PressArchive


def _file(name: str, words: str) -> Callable[[Any], Any]:
    return click.option(name, type=click.Path(path_type=Path), metavar="FILE", help=words)


@click.command(cls=QueryCommand)
@query_options
@click.option(
    "--by",
    type=click.Choice(COUNTED_BY),
    metavar="WHAT",
    multiple=True,
    default=("month",),
    help=f"One of {', '.join(COUNTED_BY)}; or two, for a table.  [default: month]",
)
@click.option(
    "--compare",
    metavar="QUERY",
    multiple=True,
    help="Beside QUERY this one, with the same filters; up to three times.",
)
@click.option(
    "--share", is_flag=True, help="Beside each number that of all stories of the same filters."
)
@click.option(
    "--all",
    "count_all",
    is_flag=True,
    help="Count each copy of a story at another paper, as an export has them.",
)
@_file("--csv", "Write all rows as CSV; - is standard output.")
@_file("--svg", "Draw them; - as for --csv.")
@_file("--png", "Paint them (needs tradepress[plots]); - as for --csv.")
@force_option
@json_option
@archive_option
def count(
    query: tuple[str, ...],
    by: tuple[str, ...],
    compare: tuple[str, ...],
    share: bool,
    count_all: bool,
    csv: Path | None,
    svg: Path | None,
    png: Path | None,
    force: bool,
    as_json: bool,
    archive: Path,
    **filters: Any,
) -> int:
    """Count the stories that `search` finds with the same words and filters.

    Months, days and years without a story are shown as 0. Of stories with much the same text one
    counts, as in a search; --all counts each.
    """
    _require_keys(by, compare, is_drawn=bool(svg or png))
    is_piped = PIPE in (csv, svg, png)
    if (csv, svg, png, PIPE if as_json else None).count(PIPE) > 1:
        raise click.UsageError("Standard output takes one of CSV, SVG, PNG and JSON: name files.")
    files = new_files(csv, svg, png, force=force)
    wanted = story_query(query, filters)
    if share and wanted.words is None:
        raise click.UsageError(
            "--share needs a QUERY: the filters alone are all stories of theirs."
        )
    try:
        with PressArchive(archive) as opened:
            if compare:
                counts = opened.compare(wanted, compare, by[0], share=share, fold=not count_all)
            else:
                counts = opened.count(wanted, by, share=share, fold=not count_all)
            reasons = [] if counts.total else opened.why_nothing(wanted)
    except ValueError as error:
        raise click.UsageError(str(error)) from error
    write_files(counts, csv=csv, svg=svg, png=png)
    if as_json:
        print_json(as_fields(counts))
    elif is_piped:
        for note in notes_on(counts):
            click.echo(note, err=True)
    else:
        print_counts(counts)
    for reason in reasons:
        click.echo(f"  {reason}", err=as_json or is_piped)
    for file in files:
        click.echo(f"Written: {file}", err=as_json or is_piped)
    return 0


def _require_keys(by: tuple[str, ...], compare: tuple[str, ...], *, is_drawn: bool) -> None:
    """Requires what can be counted by together, and drawn."""
    if len(set(by)) < len(by) or len(by) > MOST_KEYS:
        raise click.UsageError("Give --by once, or twice with two different words.")
    if compare and len(by) > 1:
        raise click.UsageError("Queries are compared by one thing: give --by once.")
    if is_drawn and (compare or len(by) > 1):
        raise click.UsageError(
            "A picture shows counts by one thing: give --by once and no --compare, or --csv."
        )


def new_files(*asked: Path | None, force: bool) -> list[Path]:
    """Returns the files that are to be made, without standard output.

    :raises click.UsageError: one can't be, or two are one
    """
    files = [file for file in asked if file is not None and file != PIPE]
    if len({file.absolute() for file in files}) < len(files):
        raise click.UsageError("--csv, --svg and --png each need a file of their own.")
    return [new_file(file, force=force) for file in files]


def write_files(
    counts: StoryCounts, *, csv: Path | None, svg: Path | None, png: Path | None
) -> None:
    """Writes counts into the files that are asked for.

    :raises click.UsageError: what paints a PNG isn't there
    :raises ArchiveError: one can't be written
    """
    if png is not None:
        from tradepress.research.counting.count_png import NoPainter, paint_counts

        try:
            write(png, [paint_counts(counts)])
        except NoPainter as error:
            raise click.UsageError(str(error)) from error
    if svg is not None:
        from tradepress.research.counting.count_svg import draw_counts

        write(svg, [draw_counts(counts).encode()])
    if csv is not None:
        from tradepress.research.counting.count_csv import csv_of_counts

        write(csv, csv_of_counts(counts))


def write(file: Path, parts: Iterable[bytes]) -> None:
    """Writes into the file, or to standard output."""
    if file == PIPE:
        for part in parts:
            sys.stdout.buffer.write(part)
        return
    with stream_written_whole(file) as stream:
        stream.writelines(parts)


def as_fields(counts: StoryCounts) -> dict[str, Any]:
    """Returns counts, for a program."""
    with_share = counts.of is not None
    rows = [
        {
            **dict(zip(counts.by, row.keys, strict=True)),
            "stories": row.stories,
            **({"of": row.of, "share": row.share} if with_share else {}),
        }
        for row in counts.rows
    ]
    return {
        "query": query_as_json(counts.query),
        "by": counts.by,
        "total": counts.total,
        "copies_left_out": counts.copies,
        **({"of": counts.of, "share": counts.share} if with_share else {}),
        "rows": rows,
    }
