"""Runs `tradepress explain`: why a story has the headline, the date, the body that it has."""

from dataclasses import asdict
from pathlib import Path

import click

from tradepress.archive.text_forms import one_line
from tradepress.commands.options import archive_option, json_option
from tradepress.commands.printed import print_json
from tradepress.interrupt import held


@click.command()
@click.argument("ref", metavar="REF[@N]")
@click.argument("field", default="headline", metavar="[FIELD]")
@json_option
@archive_option
def explain(ref: str, field: str, as_json: bool, archive: Path) -> None:
    """Say why a story has this FIELD (headline, date_published, authors, section, body, …).

    It tells what was read and by which evidence, what decided, where it stands in the captured
    page, and what other versions have. For the body the page is read again by today's rules: each
    paragraph was kept, or left out by what.
    """
    with held():
        from tradepress.research.press_archive import PressArchive
    with PressArchive(archive) as opened:
        told = opened.explain(ref, field)
    if as_json:
        print_json(asdict(told))
    else:
        click.secho(f"{told.ref}@{told.version} {told.field}", bold=True)
        for name, words in told.told():
            click.echo(f"{name:<12}{one_line(words)}")
