"""Runs `tradepress search`: ranked full-text search with highlights."""

import re
from dataclasses import asdict
from functools import partial
from pathlib import Path
from typing import Any

import click
from rich.console import Console
from rich.text import Text

from tradepress.archive.read_only import read_archive
from tradepress.archive.search.find_stories import (
    MARK_END,
    MARK_START,
    Hit,
    Order,
    search_and_count,
    withdrawn_since,
)
from tradepress.archive.search.meant_names import has_alternatives
from tradepress.archive.search.spelling import offers_in_words, suggest
from tradepress.archive.search.why_nothing import why_nothing
from tradepress.archive.stories.articles import is_doubtful
from tradepress.archive.text_forms import left_out
from tradepress.archive.withdrawal.tombstones import PublicTombstone
from tradepress.commands.options import archive_option, json_option, whole_number
from tradepress.commands.printed import print_json
from tradepress.commands.printed_in_colour import Printed
from tradepress.commands.query_options import QueryCommand, known_query, query_options, story_query


@click.command(cls=QueryCommand)
@query_options
@click.option(
    "--order",
    type=click.Choice(["relevance", "date", "oldest"]),
    help="Best first, newest first or oldest first.  [default: relevance]",
)
@click.option(
    "--all",
    "show_all",
    is_flag=True,
    help="List each copy of a story at another paper by itself, not as “also at”.",
)
@click.option(
    "--limit",
    type=whole_number(1, 10_000),
    metavar="N",
    default=20,
    show_default=True,
    help="List so many.",
)
@click.option(
    "--offset", type=whole_number(0), metavar="N", default=0, help="Skip so many stories."
)
@json_option
@archive_option
def search(
    query: tuple[str, ...],
    order: Order | None,
    show_all: bool,
    limit: int,
    offset: int,
    as_json: bool,
    archive: Path,
    **filters: Any,
) -> int:
    """Find stories by words, filters, or their address; the best first.

    Words must all occur: lamp oil, "a phrase", begin*, lamp OR oil, -not, (…), lamp NEAR/5 oil,
    headline:lamp, author:holm, section:designs. Without any, the newest come first.
    """
    wanted = story_query(query, filters)
    with read_archive(archive) as db:
        find = partial(
            search_and_count, db, order=order, fold=not show_all, limit=limit, offset=offset
        )
        hits, count = find(wanted)
        if not count.stories or has_alternatives(wanted):
            meant = known_query(db, wanted)
            if meant != wanted:
                wanted = meant
                hits, count = find(wanted)
        found = count.stories
        reasons = offers_in_words(suggest(db, wanted)) if found else why_nothing(db, wanted)
        withdrawn = withdrawn_since(db, wanted)
    if as_json:
        stories = [hit_fields(hit) for hit in hits]
        print_json({"total": found, "copies_left_out": count.copies, "stories": stories})
    else:
        print_hits(hits, found, offset, with_version=bool(wanted.as_of or wanted.seen_on))
        if count.copies:
            click.echo(f"{left_out(count.copies)} (--all lists each)")
    for reason in reasons:
        click.echo(f"  {reason}", err=as_json)
    # Beside the JSON for a program, not in it: they are no hits, and nothing is left to search.
    for stone in withdrawn:
        click.echo(withdrawn_line(stone), err=as_json)
    return 0


def hit_fields(hit: Hit) -> dict[str, Any]:
    """Returns one hit for a program: plain text, and the words that were found."""
    fields = asdict(hit)
    marked_text = fields.pop("headline_marked") + hit.passage
    fields["passage"] = hit.passage.replace(MARK_START, "").replace(MARK_END, "")
    found = (part.split(MARK_END)[0] for part in marked_text.split(MARK_START)[1:])
    fields["highlights"] = list(dict.fromkeys(found))
    return fields


def print_hits(hits: list[Hit], found: int, offset: int, *, with_version: bool) -> None:
    """Prints hits for a person: day, ref, headline, passage; found words stand out, so does doubt.

    :param with_version: say which version of each story was found
    """
    console = Printed()
    for hit in hits:
        ref = f"{hit.ref}@{hit.version}" if with_version else hit.ref
        line = Text(f"{hit.published_day or 'undated':<12}{ref}  ")
        line.append_text(marked(hit.headline_marked, console))
        if is_doubtful(hit.confidence):
            line.append(f"  (confidence {hit.confidence:.2f})")
        console.print(line)
        # Wrapped when it is marked: a phrase that was hit may go on in the next line.
        passage = marked(" ".join(hit.passage.split()), console)
        console.print_wrapped(passage, width=86, indent=12)
        for copy in hit.also_at:
            place = f"{copy.publisher}, {copy.ref}, {copy.published_day or 'undated'}"
            console.print(Text(f"{' ' * 12}also at: {place}"))
    stories = "story" if found == 1 else "stories"
    shown = f", {offset + 1} to {offset + len(hits)} shown" if 0 < len(hits) < found else ""
    if found and not hits:
        shown = f", none from {offset + 1} on"
    console.print(f"{found} {stories}{shown}")


def withdrawn_line(stone: PublicTombstone) -> str:
    """Returns what is left of a story that the archive held on the day asked for."""
    ref = f"{stone.ref} (“{stone.headline}”)" if stone.headline else stone.ref
    return f"withdrawn since: {ref}, {stone.withdrawn_at[:10]}, {stone.reason}"


def marked(text: str, console: Console) -> Text:
    """Returns text with the found words in bold on a terminal and in [brackets] elsewhere."""
    if not console.is_terminal:
        return Text(text.replace(MARK_START, "[").replace(MARK_END, "]"))
    line = Text()
    for part in re.split(f"({MARK_START}[^{MARK_END}]*{MARK_END})", text):
        found = part.startswith(MARK_START)
        line.append(part.strip(MARK_START + MARK_END), style="bold yellow" if found else "")
    return line
