"""Runs `tradepress resolve`: what stood at an address, and where it is now."""

from dataclasses import asdict
from pathlib import Path

import click

from tradepress.archive.read_only import read_archive
from tradepress.commands.options import archive_option, day_option, json_option
from tradepress.commands.printed import print_json
from tradepress.research.tracing.resolve_address import resolve_address


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
    if as_json:
        print_json(asdict(found))
        return 0
    click.echo(f"{found.ref}@{found.version}  {found.publisher}: {found.headline}")
    if found.is_later:
        click.echo(f"no version is known from {found.day} or before: this is the first")
    newest = f"; the newest is version {found.current_version}"
    seen = f"seen so since {found.stood_from}" if found.stood_from else "nobody knows since when"
    click.echo(
        f"{seen}, saved {found.date_archived}{newest * (found.version != found.current_version)}"
    )
    gone = f" (gone; noticed {found.gone_at[:10]})" if found.gone_at else ""
    click.echo(f"live      {found.live_url}{gone}")
    if found.has_capture:
        click.echo(f"captured  tradepress open {found.ref}@{found.version} --capture")
    if found.archived_url:
        click.echo(f"archived  {found.archived_url}")
    return 0
