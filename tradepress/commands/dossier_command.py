"""Runs `tradepress dossier`: the stories of a question as one document."""

from pathlib import Path
from typing import Any

import click

from tradepress.archive.search.story_query import StoryQuery
from tradepress.archive.text_forms import counted
from tradepress.commands.cite_command import StyleType, what_is_asked
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
from tradepress.research.dossier.write_dossier import DocxMissing
from tradepress.research.press_archive import PressArchive


@click.command(cls=QueryCommand)
@query_options
@click.option(
    "--style",
    type=StyleType(),
    help=f"Of the citations: {', '.join(STYLE_NAMES)}, or FILE.csl.  [default: {DEFAULT_STYLE}]",
)
@day_option("--accessed", "The day you looked at it.  [default: today, UTC]")
@output_option("Write into this file, which ends in .html or .docx.", required=True)
@force_option
@archive_option
def dossier(
    query: tuple[str, ...],
    style: StyleName | Path | None,
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
    target, reasons = new_file(output, force=force), list[str]()
    with PressArchive(archive) as opened:
        asked = what_is_asked(opened.db, query, filters)
        policies = declared_policies(configured())
        try:
            made = opened.dossier(
                asked, path=target, style=style, accessed=accessed, policies=policies
            )
        except (ValueError, DocxMissing) as error:
            raise click.UsageError(f"{error}.") from error
        if isinstance(asked, StoryQuery) and not made.stories:
            reasons = opened.why_nothing(asked)
    stories = counted(len(made.stories), "story", "stories")
    click.echo(f"{target}: {stories}, {made.with_text:,} with text")
    if made.is_cut:
        click.echo("There are more: a dossier has no more. Ask for one part at a time.", err=True)
    for reason in reasons:
        click.echo(reason, err=True)
    return 0
