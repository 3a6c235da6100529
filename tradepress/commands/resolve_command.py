"""Runs `tradepress resolve`: what stood at an address, and where it is now."""

from pathlib import Path

import click

from tradepress.archive.read_only import read_archive
from tradepress.commands.options import archive_option, day_option, json_option
from tradepress.commands.printed import print_json
from tradepress.research.tracing.resolve_address import resolve_address
from tradepress.story import METADATA_ONLY

TOLD = (
    *("ref", "version", "current_version", "headline", "publisher", "published_day", "gone_at"),
    *("cited_at", "date_archived", "retrieved_from", "has_capture"),
)
"""Names what a program is told of the version."""


@click.command()
@click.argument("url", metavar="URL")
@day_option("--date", "The version that stood on this day.")
@json_option
@archive_option
def resolve(url: str, date: str | None, as_json: bool, archive: Path) -> int:
    """Find the story of an address, whatever has become of it.

    Also a former address, one for telephones or printers, one at a web archive (then the version of
    that capture's day), and one with what says how a reader came.
    """
    with read_archive(archive) as db:
        found = resolve_address(db, url, date)
    one, live = found.story, found.now.url
    if as_json:
        facts = {name: getattr(one, name) for name in TOLD}
        print_json(facts | {"url": live, "day": found.day, "is_later": found.is_later})
        return 0
    click.echo(f"{one.ref}@{one.version}  {one.publisher}: {one.headline}")
    if found.is_later:
        click.echo(f"no version is known from {found.day} or before: this is the first")
    seen = f"seen so since {one.cited_at}" if one.cited_at else "nobody knows since when"
    newest = "" if one.is_current else f"; the newest is version {one.current_version}"
    click.echo(f"{seen}, saved {one.date_archived}{newest}")
    click.echo(
        f"live      {live}" + (f" (gone; noticed {one.gone_at[:10]})" if one.gone_at else "")
    )
    if one.has_capture and one.policy != METADATA_ONLY:
        click.echo(f"captured  tradepress open {one.ref}@{one.version} --capture")
    if one.retrieved_from:
        click.echo(f"archived  {one.retrieved_from}")
    return 0
