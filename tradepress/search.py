"""`tradepress search`: ranked full-text search with highlights."""

import json
import re
import textwrap
from dataclasses import asdict
from pathlib import Path
from typing import Any

import click
from rich.console import Console
from rich.text import Text

from archive.articles import DOUBTFUL_BELOW, is_doubtful
from archive.open import open_archive
from archive.search import MARK_END, MARK_START, EmptyQuery, Hit, count_hits
from archive.search import search as search_archive
from tradepress.options import archive_option, date_option, first_day, json_option, last_day


@click.command()
@click.argument("query", required=False)
@click.option("--source", metavar="NAME", help="Only this source.")
@date_option("--since", "Only stories published on this day (month, year) or later.")
@date_option("--until", "Only stories published on this day (month, year) or earlier.")
@click.option(
    "--doubtful",
    is_flag=True,
    help=f"Only stories with a confidence below {DOUBTFUL_BELOW}, the least sure first (not those "
    "without one); QUERY may be left out.",
)
@click.option("--limit", type=click.IntRange(1, 10_000), default=20, show_default=True)
@click.option("--offset", type=click.IntRange(0, 10**9), default=0, help="Skip so many stories.")
@click.option("--stemmed", is_flag=True, help="Match word families: oppose, opposed, opposing.")
@json_option
@archive_option
def search(
    query: str | None,
    source: str | None,
    since: str | None,
    until: str | None,
    doubtful: bool,
    limit: int,
    offset: int,
    stemmed: bool,
    as_json: bool,
    archive: Path,
) -> int:
    """Find stories: words, "a phrase", begin* and -not; best first.

    A word in the headline counts more than one in the body.
    """
    if query is None and not doubtful:
        raise click.UsageError("Missing argument 'QUERY'.")
    filters: dict[str, Any] = {
        "source": source,
        "since": first_day(since),
        "until": last_day(until),
        "doubtful": doubtful,
        "stemmed": stemmed,
    }
    db = open_archive(archive)
    try:
        names = [row["name"] for row in db.query("SELECT name FROM sources ORDER BY name")]
        if source is not None and source not in names:
            words = f"{archive} has no source {source!r}; it has: {', '.join(names)}."
            raise click.UsageError(words)
        hits = search_archive(db, query, **filters, limit=limit, offset=offset)
        found = count_hits(db, query, **filters)
    except EmptyQuery as error:
        words = f"Nothing to search for in {query!r}: give a word that must occur."
        raise click.UsageError(words) from error
    finally:
        db.close()
    if as_json:
        click.echo(json.dumps([hit_fields(hit) for hit in hits], ensure_ascii=False, indent=1))
    else:
        print_hits(hits, found, offset)
    return 0


def hit_fields(hit: Hit) -> dict[str, Any]:
    """One hit for a program: plain text, and the words that were found."""
    fields = asdict(hit)
    marked_text = fields.pop("headline_marked") + hit.passage
    fields["passage"] = hit.passage.replace(MARK_START, "").replace(MARK_END, "")
    found = (part.split(MARK_END)[0] for part in marked_text.split(MARK_START)[1:])
    fields["highlights"] = list(dict.fromkeys(found))
    return fields


def print_hits(hits: list[Hit], found: int, offset: int) -> None:
    """Hits for a person: day, ref, headline, passage; found words stand out, and so does doubt."""
    console = Console(highlight=False, soft_wrap=True)
    for hit in hits:
        line = Text(f"{hit.published_day or 'undated':<12}{hit.ref}  ")
        line.append_text(marked(hit.headline_marked, console))
        if is_doubtful(hit.confidence):
            line.append(f"  (confidence {hit.confidence:.2f})")
        console.print(line)
        for text in textwrap.wrap(" ".join(hit.passage.split()), 86):
            console.print(Text(" " * 12).append_text(marked(text, console)))
    stories = "story" if found == 1 else "stories"
    shown = f", {offset + 1} to {offset + len(hits)} shown" if 0 < len(hits) < found else ""
    console.print(f"{found} {stories}{shown}")


def marked(text: str, console: Console) -> Text:
    """Text with the found words in bold on a terminal and in [brackets] elsewhere."""
    if not console.is_terminal:
        return Text(text.replace(MARK_START, "[").replace(MARK_END, "]"))
    line = Text()
    for part in re.split(f"({MARK_START}[^{MARK_END}]*{MARK_END})", text):
        found = part.startswith(MARK_START)
        line.append(part.strip(MARK_START + MARK_END), style="bold yellow" if found else "")
    return line
