"""Runs `tradepress fetch`: single pages, under the full conduct of a crawl."""

from dataclasses import asdict, replace
from pathlib import Path
from typing import TextIO

import click

from tradepress.commands.options import (
    archive_option,
    configured,
    contact_option,
    json_option,
    no_captures_option,
    wait_option,
)
from tradepress.commands.printed import print_json
from tradepress.interrupt import held


@click.command()
@click.argument("urls", nargs=-1, metavar="URL...")
@click.option(
    "--addresses",
    type=click.File(encoding="utf-8-sig"),
    metavar="FILE",
    help="File with an address a line; - is standard input.",
)
@contact_option
@no_captures_option
@wait_option
@json_option
@archive_option
def fetch(
    urls: tuple[str, ...],
    addresses: TextIO | None,
    contact: str | None,
    no_captures: bool,
    wait: float,
    as_json: bool,
    archive: Path,
) -> int:
    """Ask for single pages, each once, and keep their stories.

    robots.txt, reservations, pace and refusals are those of a crawl. A page that is kept is asked
    for again: what has changed is a version. On the site of a declared source its rules hold; any
    other site gets a source that is made of its host.
    """
    with held():
        from tradepress.archive.ledger.reason_words import reason_in_words
        from tradepress.archive.text_forms import storable
        from tradepress.commands.crawl_at_terminal import at_terminal
        from tradepress.jobs.fetch import NotAnAddress
        from tradepress.jobs.fetch import fetch as fetch_pages

    try:
        listed = [line.strip() for line in addresses or () if line.strip()]
    except UnicodeDecodeError as error:
        raise click.UsageError("The list of --addresses is not UTF-8: save it in UTF-8.") from error
    if not (urls or listed):
        raise click.UsageError("Give an address, or a file of them by --addresses.")
    captures = configured().captures and not no_captures
    configuration = replace(configured(), contact=contact, captures=captures)
    try:
        with at_terminal(archive, wait) as told:
            done = fetch_pages([*urls, *listed], configuration=configuration, **told)
    except NotAnAddress as error:
        raise click.UsageError(f"{error}.") from error
    if as_json:
        print_json(asdict(done))
        return done.exit_code
    for page in done.pages:
        words = " ".join(filter(None, (page.ref, page.reason and reason_in_words(page.reason))))
        click.echo(storable(f"{page.outcome:<10}{words}   {page.url}"))
    return done.exit_code
