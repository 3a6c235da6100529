"""`tradepress search`: ranked full-text search with highlights."""

import re
import shlex
from collections.abc import Callable, Sequence
from dataclasses import asdict
from difflib import get_close_matches
from pathlib import Path
from typing import Any

import click
from rich.console import Console
from rich.text import Text
from sqlite_utils import Database

from archive.read_only import read_archive
from archive.search.find_stories import (
    ACCESS,
    MARK_END,
    MARK_START,
    EmptyQuery,
    Hit,
    Order,
    UnknownOperator,
    search_and_count,
    withdrawn_since,
)
from archive.search.story_query import StoryQuery
from archive.stories.articles import DOUBTFUL_BELOW, is_doubtful
from tradepress.commands.options import (
    archive_option,
    date_option,
    day_option,
    json_option,
    whole_number,
)
from tradepress.commands.printed import print_json
from tradepress.commands.printed_in_colour import Printed


class QueryCommand(click.Command):
    """Takes ``-word …`` for the query and not for options that there aren't."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        return super().parse_args(ctx, query_last(args, self.get_params(ctx)))


def query_last(arguments: list[str], parameters: Sequence[click.Parameter]) -> list[str]:
    """The arguments with a query such as ``-court mark`` behind ``--``.

    What begins with two dashes and what follows an option that takes a value stay where they are.
    """
    if "--" in arguments:
        return arguments
    names = {
        name: isinstance(parameter, click.Option) and not parameter.is_flag
        for parameter in parameters
        for name in parameter.opts
    }
    queries = [
        word
        for before, word in zip(["", *arguments], arguments, strict=False)
        if re.match(r"-[^-]", word) and word not in names and not names.get(before, False)
    ]
    others = [word for word in arguments if word not in queries]
    return [*others, "--", *queries] if queries else arguments


def any_of(name: str, metavar: str, words: str) -> Callable[[Any], Any]:
    """A filter that may be given several times: any of the values will do."""
    words = f"{words.removesuffix('.')}; can be repeated."
    return click.option(name, metavar=metavar, multiple=True, help=words)


@click.command(cls=QueryCommand)
@click.argument("query", nargs=-1, metavar="[QUERY]")
@any_of("--source", "NAME", "Only this source.")
@any_of("--section", "NAME", "Only this section, in the paper's own word.")
@any_of("--language", "CODE", "Only this language: en, de, …")
@click.option(
    "--access",
    type=click.Choice(ACCESS),
    multiple=True,
    help="Only stories whose page says so of itself (unknown: it says nothing); can be repeated.",
)
@date_option("--since", "Only stories published on this day (month, year) or later.")
@date_option("--until", "Only stories published on this day (month, year) or earlier.")
@day_option("--as-of", "Search what the archive held at the end of this day (UTC).")
@day_option("--seen-on", "Search what the papers showed on this day (UTC), as far as it is known.")
@click.option(
    "--doubtful",
    is_flag=True,
    help=f"Only stories with a confidence below {DOUBTFUL_BELOW}, the least sure first (not those "
    "without one); QUERY may be left out.",
)
@click.option("--stemmed", is_flag=True, help="Match word families: oppose, opposed, opposing.")
@click.option(
    "--order",
    type=click.Choice(["relevance", "date"]),
    help="Best first or newest first.  [default: relevance]",
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
    """Find stories: words, "a phrase", begin* and -not; best first.

    A word in the headline counts more than one in the body.
    """
    if len(query) > 1:
        words = shlex.quote(" ".join(query))
        raise click.UsageError(f"QUERY is one argument, so put it in quotes: {words}")
    typed = query[0] if query else None
    if typed is None and not filters["doubtful"]:
        raise click.UsageError("Missing argument 'QUERY'.")
    wanted = StoryQuery(words=typed, **filters)
    if wanted.as_of and wanted.seen_on:
        raise click.UsageError("Give --as-of or --seen-on, not both.")
    if order == "relevance" and typed is None:
        raise click.UsageError("--order relevance needs a QUERY.")
    try:
        with read_archive(archive) as db:
            hits, found = search_and_count(
                db, wanted, order=order, fold=not show_all, limit=limit, offset=offset
            )
            for name in ("source", "section", "language"):
                values = filters[name]
                if values and (not found or len(values) > 1):
                    require_known(db, name, values)
            withdrawn = withdrawn_since(db, wanted)
    except EmptyQuery as error:
        words = f"Nothing to search for in {typed!r}: give a word that must occur."
        raise click.UsageError(words) from error
    except UnknownOperator as error:
        raise click.UsageError(str(error)) from error
    if as_json:
        answer = {"total": found, "stories": [hit_fields(hit) for hit in hits]}
        print_json(answer)
    else:
        print_hits(hits, found, offset, with_version=bool(wanted.as_of or wanted.seen_on))
    # Beside the JSON for a program, not in it: they are no hits, and nothing is left to search.
    for stone in withdrawn:
        click.echo(withdrawn_line(stone), err=as_json)
    return 0


def require_known(db: Database, name: str, values: Sequence[str]) -> None:
    """Refuse a value that no story of the archive has: its search would look like one without hits.

    :param name: ``source``, ``section`` or ``language``
    :raises click.UsageError: it names what there is, or what is like it
    """
    table, column = ("sources", "name") if name == "source" else ("versions", name)
    rows = db.query(f"SELECT DISTINCT {column} AS value FROM {table} WHERE {column} IS NOT NULL")
    known = sorted(row["value"] for row in rows)
    by_fold = {one.casefold(): one for one in known}
    for value in values:
        if value in known or (name != "source" and value.casefold() in by_fold):
            continue
        close = [by_fold[one] for one in get_close_matches(value.casefold(), by_fold)]
        mend = f"did you mean {' or '.join(close)}?" if close else f"it has {enumerated(known)}."
        raise click.UsageError(f"The archive has no {name} {value!r}: {mend}")


def enumerated(names: list[str], most: int = 12) -> str:
    """The first of them, and that there are more."""
    return ", ".join(names[:most]) + (" …" if len(names) > most else "") or "none"


def hit_fields(hit: Hit) -> dict[str, Any]:
    """One hit for a program: plain text, and the words that were found."""
    fields = asdict(hit)
    marked_text = fields.pop("headline_marked") + hit.passage
    fields["passage"] = hit.passage.replace(MARK_START, "").replace(MARK_END, "")
    found = (part.split(MARK_END)[0] for part in marked_text.split(MARK_START)[1:])
    fields["highlights"] = list(dict.fromkeys(found))
    return fields


def print_hits(hits: list[Hit], found: int, offset: int, *, with_version: bool) -> None:
    """Hits for a person: day, ref, headline, passage; found words stand out, and so does doubt.

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
    console.print(f"{found} {stories}{shown}")


def withdrawn_line(stone: dict[str, Any]) -> str:
    """What is left of a story that the archive held on the day asked for."""
    ref = f"{stone['ref']} (“{stone['headline']}”)" if stone["headline"] else stone["ref"]
    return f"withdrawn since: {ref}, {stone['withdrawn_at'][:10]}, {stone['reason']}"


def marked(text: str, console: Console) -> Text:
    """Text with the found words in bold on a terminal and in [brackets] elsewhere."""
    if not console.is_terminal:
        return Text(text.replace(MARK_START, "[").replace(MARK_END, "]"))
    line = Text()
    for part in re.split(f"({MARK_START}[^{MARK_END}]*{MARK_END})", text):
        found = part.startswith(MARK_START)
        line.append(part.strip(MARK_START + MARK_END), style="bold yellow" if found else "")
    return line
