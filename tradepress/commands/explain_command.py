"""Runs `tradepress explain`: why a story has the headline, the date, the body that it has."""

from dataclasses import asdict
from pathlib import Path

import click

from tradepress.commands.options import archive_option, json_option
from tradepress.commands.printed import print_json
from tradepress.interrupt import held

MOST_PARAGRAPHS, LONGEST_SHOWN = 100, 100
"""Bound the paragraphs that are printed, and the letters of each."""


@click.command()
@click.argument("ref", metavar="REF[@N]")
@click.argument("field", default="headline", metavar="[FIELD]")
@json_option
@archive_option
def explain(ref: str, field: str, as_json: bool, archive: Path) -> int:
    """Say why a story has this FIELD (headline, date_published, authors, section, body, ...).

    It tells all that was read of it, by which evidence, what decided, where it stands in the
    captured page, and what other versions have. Of the body the page is read again by today's
    rules, to tell of each paragraph whether it was kept, and why.
    """
    with held():
        from tradepress.research.explaining.explain_field import NoSuchField
        from tradepress.research.press_archive import PressArchive

    try:
        with PressArchive(archive) as opened:
            told = opened.explain(ref, field)
    except NoSuchField as error:
        raise click.UsageError(f"{error}.") from error
    if as_json:
        print_json(asdict(told))
        return 0
    click.secho(f"{told.ref}@{told.version} {told.field}", bold=True)
    for name, words in told.told():
        if not (told.paragraphs and name.startswith("byte ")):
            click.echo(f"{name:<14}{words}")
    for one in told.paragraphs[:MOST_PARAGRAPHS]:
        at = [f"{place.offset:,}" for place in told.places if one.text.startswith(place.sought)]
        where = f", byte {' and '.join(at)}" if at else ""
        text = one.text if len(one.text) <= LONGEST_SHOWN else f"{one.text[:LONGEST_SHOWN]} …"
        click.echo(f"{'  kept' if one.is_kept else '  left out':<12}{one.why}{where}: {text}")
    if len(told.paragraphs) > MOST_PARAGRAPHS:
        click.echo(f"  … and {len(told.paragraphs) - MOST_PARAGRAPHS} more: see --json")
    return 0
