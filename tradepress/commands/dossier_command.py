"""Runs `tradepress dossier`: the stories of a question as one document."""

from pathlib import Path
from typing import Any

import click

from tradepress.archive.read_only import read_archive
from tradepress.archive.search.asked_days import read_day
from tradepress.archive.search.story_query import StoryQuery
from tradepress.archive.search.why_nothing import why_nothing
from tradepress.archive.text_forms import counted
from tradepress.commands.cite_command import what_is_asked
from tradepress.commands.options import (
    archive_option,
    configured,
    day_option,
    force_option,
    new_file,
    output_option,
)
from tradepress.commands.query_options import QueryCommand, query_options
from tradepress.declared_sources import declared_policies
from tradepress.research.citation.style_names import STYLE_NAMES, StyleName
from tradepress.research.citation.write_citations import DEFAULT_STYLE
from tradepress.research.dossier.docx_form import DocxMissing
from tradepress.research.dossier.dossier import MOST_STORIES, make_dossier
from tradepress.research.dossier.write_dossier import require_form, write_dossier


@click.command(cls=QueryCommand)
@query_options
@click.option(
    "--style",
    type=click.Choice(STYLE_NAMES),
    default=DEFAULT_STYLE,
    show_default=True,
    help="Of the citations.",
)
@day_option("--accessed", "The day you looked at it.  [default: today, UTC]")
@output_option("Write into this file, which ends in .html or .docx.", required=True)
@force_option
@archive_option
def dossier(
    query: tuple[str, ...],
    style: StyleName,
    accessed: str | None,
    output: Path,
    force: bool,
    archive: Path,
    **filters: Any,
) -> int:
    """Make a dossier: contents, chronology, stories, citations, and what is not in it.

    QUERY is refs and addresses of stories, or else the words of a search, which the filters narrow,
    as in `tradepress cite`. A text that its publisher reserves is not in it. A .docx needs
    tradepress[docx].
    """
    try:
        require_form(output.suffix.removeprefix("."))
    except (ValueError, DocxMissing) as error:
        raise click.UsageError(f"{output}: {error}.") from error
    target = new_file(output, force=force)
    day, policies = read_day(accessed or "today"), declared_policies(configured())
    with read_archive(archive) as db:
        asked = what_is_asked(db, query, filters)
        try:
            made = make_dossier(db, asked, style=style, accessed=day, policies=policies)
        except ValueError as error:
            raise click.UsageError(str(error)) from error
        reasons: list[str] = []
        if isinstance(asked, StoryQuery) and not made.stories:
            reasons = why_nothing(db, asked)
    write_dossier(made, target, archive=archive)
    click.echo(f"{target}: {counted(len(made.stories), 'story', 'stories')}")
    for why, stories in made.without_text.items():
        click.echo(f"without text: {counted(len(stories), 'story', 'stories')} {why}", err=True)
    if made.too_many:
        click.echo(f"not in it: {made.too_many:,} more; it has {MOST_STORIES:,} at most", err=True)
    for reason in reasons:
        click.echo(reason, err=True)
    return 0
