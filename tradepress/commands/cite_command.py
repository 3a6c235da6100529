"""Runs `tradepress cite`: citations of stories, for a text, footnote or reference manager."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any, Literal

import click

from tradepress.archive.database import Database
from tradepress.archive.disk import stream_written_whole
from tradepress.archive.read_only import read_archive
from tradepress.archive.search.asked_days import read_day
from tradepress.archive.search.story_query import StoryQuery
from tradepress.archive.search.why_nothing import why_nothing
from tradepress.archive.text_forms import counted
from tradepress.commands.options import (
    PIPE,
    archive_option,
    day_option,
    force_option,
    new_file,
    output_option,
)
from tradepress.commands.query_options import QueryCommand, known_query, query_options, story_query
from tradepress.research.citation.asked_stories import asked_stories, is_story_name
from tradepress.research.citation.cited_story import Citation, citation_of
from tradepress.research.citation.style_names import (
    PROCESSORS,
    STYLE_NAMES,
    ProcessorName,
    StyleName,
    UnusableStyle,
)
from tradepress.research.citation.write_citations import (
    CITATION_FORMATS,
    DEFAULT_STYLE,
    IN_WORDS,
    CitationFormat,
    write_citations,
)
from tradepress.research.dossier.write_dossier import DocxMissing, docx_of
from tradepress.research.proven_story import prove_story, write_proof


class StyleType(click.ParamType[StyleName | Path]):
    """Takes the name of a style that comes with the program, or the file of one."""

    name = "style"

    def convert(self, value: Any, param: Any, context: Any) -> StyleName | Path:
        if isinstance(value, Path) or value in STYLE_NAMES:
            return value  # type: ignore[no-any-return]
        if Path(value).suffix != ".csl":
            named = f"{', '.join(STYLE_NAMES)}, or a file that ends in .csl"
            self.fail(f"{value!r} is no style: give one of {named}.", param, context)
        return Path(value)


@click.command(cls=QueryCommand)
@query_options
@click.option(
    "--format",
    "form",
    type=click.Choice((*CITATION_FORMATS, "docx")),
    default="text",
    show_default=True,
    help="For people, or for Zotero, EndNote and others.",
)
@click.option(
    "--style",
    type=StyleType(),
    help=f"Of what is in words: {', '.join(STYLE_NAMES)}, or FILE.csl.  [default: {DEFAULT_STYLE}]",
)
@click.option(
    "--processor",
    type=click.Choice(PROCESSORS),
    help="What carries out the style; pandoc, where it is installed.  [default: citeproc]",
)
@click.option(
    "--proof",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="And write a proof of the one REF that is cited, as `tradepress prove` does.",
)
@day_option("--accessed", "The day you looked at it.  [default: today, UTC]")
@output_option("Write into this file; - is standard output.", required=False)
@force_option
@archive_option
def cite(
    query: tuple[str, ...],
    form: CitationFormat | Literal["docx"],
    style: StyleName | Path | None,
    processor: ProcessorName | None,
    proof: Path | None,
    accessed: str | None,
    output: Path | None,
    force: bool,
    archive: Path,
    **filters: Any,
) -> int:
    """Cite stories: `cite wipr-14415 ipkat-1a2b3c`, or all that a query finds.

    QUERY is refs and addresses of stories, or else the words of a search as in `tradepress
    search`, which the filters narrow; a filter alone will do. What begins with the name of a
    source and a hyphen, ends in @ and a number, or has :// is a ref or an address; in double
    quotes it never is. wipr-14415@2 cites the second version as it stood.
    """
    if force and output is None:
        raise click.UsageError("--force goes with -o.")
    if (style or processor) and form not in (*IN_WORDS, "docx"):
        in_words = ", ".join((*IN_WORDS, "docx"))
        raise click.UsageError(
            f"--style and --processor go with --format {in_words}, not with {form}."
        )
    if form == "docx" and output in (None, PIPE):
        raise click.UsageError("--format docx goes with -o FILE.docx.")
    target = None if output in (None, PIPE) else new_file(output, force=force)
    with read_archive(archive) as db:
        prove(db, query, proof, force=force)
        asked = what_is_asked(db, query, filters)
        try:
            stories = asked_stories(db, asked)
        except ValueError as error:
            raise click.UsageError(str(error)) from error
        day = read_day(accessed or "today")
        cited = 0

        def citations() -> Iterator[Citation]:
            nonlocal cited
            for story in stories:
                cited += 1
                yield citation_of(story, day)

        try:
            written = "html" if form == "docx" else form
            parts = write_citations(citations(), written, style, processor or "citeproc")
            if target is None:
                for part in parts:
                    click.echo(part, nl=False)
            else:
                encoded = docx_of(parts) if form == "docx" else (part.encode() for part in parts)
                with stream_written_whole(target, archive=archive) as stream:
                    stream.writelines(encoded)
        except (UnusableStyle, DocxMissing) as error:
            raise click.UsageError(f"{error}.") from error
        reasons = why_nothing(db, asked) if isinstance(asked, StoryQuery) and not cited else []
    if target is not None or not cited:
        told = f"{target}: " if target is not None else ""
        click.echo(told + counted(cited, "story", "stories"), err=target is None)
    for reason in reasons:
        click.echo(reason, err=True)
    return 0


def prove(db: Database, query: tuple[str, ...], path: Path | None, *, force: bool) -> None:
    """Writes the proof of the one story that is cited, if it is asked for."""
    if path is None:
        return
    if len(query) != 1 or not is_story_name(db, query[0]):
        raise click.UsageError("--proof goes with one REF.")
    write_proof(prove_story(db, query[0]), new_file(path, force=force))


def what_is_asked(
    db: Database, words: tuple[str, ...], filters: dict[str, Any]
) -> tuple[str, ...] | StoryQuery:
    """Returns the stories that are named, or the query.

    :raises click.UsageError: nothing is asked for, names and a query together, or a source, section
        or language that the archive does not have
    """
    named = [word for word in words if is_story_name(db, word)]
    if not named:
        if not (words or any(filters.values())):
            raise click.UsageError("Name stories (wipr-14415), or give words or a filter.")
        query = story_query(words, filters)
        return known_query(db, query)
    if others := [word for word in words if word not in named]:
        raise click.UsageError(
            f"{named[0]} is the name of a story and {others[0]!r} is not: give names alone, or "
            "words alone, a name among them in quotes."
        )
    if any(filters.values()):
        raise click.UsageError(
            f"Filters go with a query, not with the name of a story: {named[0]}."
        )
    return words
