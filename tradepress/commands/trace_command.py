"""Runs `tradepress trace`: where a sentence stands, who had it first, since when and until when."""

from dataclasses import asdict
from pathlib import Path

import click

from tradepress.archive.read_only import read_archive
from tradepress.commands.options import archive_option, json_option, whole_number
from tradepress.commands.printed import print_json
from tradepress.commands.printed_in_colour import Printed
from tradepress.commands.versions_words import marked
from tradepress.research.tracing.find_passage import MORE, FoundPassage, trace_passage
from tradepress.research.tracing.passages_alike import differing_words


@click.command()
@click.argument("text", nargs=-1, required=True, metavar="SENTENCE")
@click.option("--limit", type=whole_number(1, 1000), metavar="N", default=20, show_default=True)
@json_option
@archive_option
def trace(text: tuple[str, ...], limit: int, as_json: bool, archive: Path) -> int:
    """Find every story and version in which SENTENCE stands, or nearly does.

    Quotes, case, hyphens, spaces and accents don't count. Who had it first comes first.
    """
    passage = " ".join(text)
    with read_archive(archive) as db:
        traced = trace_passage(db, passage, limit=limit)
    if as_json:
        print_json(asdict(traced))
        return 0
    console = Printed()
    for one in traced.found:
        click.echo(f"{one.ref}@{one.version}  {one.publisher}: {one.headline}")
        click.echo(f"    {stood(one)}")
        if not one.is_exact:
            pieces = differing_words(passage, one.text)
            console.print_wrapped(marked(pieces, console), width=88, indent=4)
    if not traced.found:
        click.echo("No text here has it, word for word or nearly.", err=True)
    if traced.is_cut:
        click.echo(MORE, err=True)
    return 0


def stood(one: FoundPassage) -> str:
    """Says how a passage stands in a version, since when and until when."""
    how = "word for word" if one.is_exact else f"{one.similarity:.0%} of the words are the same"
    until = f"until {one.until[:10]}" if one.until else "not seen to go"
    gone = f", the story is gone since {one.gone_at[:10]}" if one.gone_at else ""
    return f"since {one.since}, {until}{gone}; {how}"
