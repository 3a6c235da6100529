"""Runs `tradepress coverage`: the stories that are known of a paper, those held, and the rest."""

from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Literal

import click

from tradepress.archive.ledger.reason_words import reason_in_words
from tradepress.archive.read_only import read_archive
from tradepress.archive.search.story_query import StoryQuery
from tradepress.archive.text_forms import counted
from tradepress.commands import completing
from tradepress.commands.options import archive_option, json_option
from tradepress.commands.printed import print_json
from tradepress.commands.printed_counts import aligned
from tradepress.commands.query_options import known_query
from tradepress.research.known_stories import Coverage, MonthCoverage, find_coverage

COLUMNS = ("known", "held", "whole", "part", "without_text", "missing")
NAMES = {"part": "in part", "without_text": "no text"}


@click.command()
@click.argument("source", shell_complete=completing.sources)
@click.option(
    "--by",
    type=click.Choice(["month", "year"]),
    default="year",
    show_default=True,
    help="A line for each of these.",
)
@json_option
@archive_option
def coverage(source: str, by: Literal["month", "year"], as_json: bool, archive: Path) -> int:
    """Hold the known stories of SOURCE against those held, and say where the rest could be had.

    A story is known by a feed, a sitemap or a section of the site, by the index of a web archive
    that was asked, or by a link in another story. What none of these names is not counted.
    """
    with read_archive(archive) as db:
        (source,) = known_query(db, StoryQuery(source=(source,))).source
        found = find_coverage(db, source)
    if as_json:
        total = found.total
        sums = {name: getattr(total, name) for name in COLUMNS}
        print_json({**asdict(found), "total": sums})
    else:
        for line in coverage_lines(found, by):
            click.echo(line)
    return 0


def coverage_lines(found: Coverage, by: Literal["month", "year"]) -> Iterator[str]:
    """Yields the table, and in words what is missing and where it could be had."""
    rows = found.months if by == "month" else found.by_year()
    yield from aligned(
        [
            [by, *(row.month or "undated" for row in rows), "all"],
            *(_column(name, [*rows, found.total]) for name in COLUMNS),
        ]
    )
    for place in found.places:
        what = f"{counted(place.stories, 'story', 'stories')}, {_requests(place.requests)}"
        if place.host is None:
            yield f"To be had from the site: {what} (`tradepress crawl {found.source}`)"
        else:
            yield f"To be had from {place.host}: {what} (`tradepress backfill {found.source}`)"
    if found.linked:
        yield f"Known by links of other stories alone: {found.linked:,}"
    for reason, stories in found.reasons.items():
        yield f"Not to be had: {reason_in_words(reason)}: {stories:,}"
    if found.withdrawn:
        yield f"Withdrawn, and not counted: {found.withdrawn:,}"
    if found.no_story:
        yield f"No story, and not counted: {counted(found.no_story, 'page', 'pages')}"
    for gap in found.gaps:
        yield (
            f"Of the numbers {gap.after:,} to {gap.before:,} in addresses none is known between: "
            f"{gap.numbers:,} numbers, {gap.since or 'undated'} to {gap.until or 'undated'}"
        )
    if found.asked:
        yield f"Asked for what they have of it: {', '.join(found.asked)}"
    else:
        yield (
            "No web archive was asked what it has of it: "
            f"`tradepress backfill {found.source} --from wayback`"
        )


def _column(name: str, rows: list[MonthCoverage]) -> list[str]:
    return [NAMES.get(name, name), *(f"{getattr(row, name):,}" for row in rows)]


def _requests(count: int) -> str:
    return counted(count, "request", "requests")
