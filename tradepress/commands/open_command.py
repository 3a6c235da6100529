"""Runs `tradepress open`: a story where it stands, or its captured page, in the browser."""

import re
import webbrowser
from contextlib import suppress
from pathlib import Path
from threading import Event

import click

from tradepress.archive.read_only import read_archive
from tradepress.archive.stories.captured_version import captured_version
from tradepress.archive.stories.story_record import load_story
from tradepress.commands.options import archive_option

WEB_ADDRESS = re.compile(r"https?://[^\s/]\S*", re.IGNORECASE)


@click.command("open")
@click.argument("ref", metavar="REF|URL")
@click.option(
    "--capture",
    is_flag=True,
    help="The page as it was captured, without scripts and without the network, until Ctrl-C.",
)
@archive_option
def open(ref: str, capture: bool, archive: Path) -> int:
    """Open the story REF (wipr-14415, or wipr-14415@2), or that of an address, in the browser."""
    with read_archive(archive) as db:
        if capture:
            version = captured_version(db, ref)
            return show_capture(archive, f"{version.ref}@{version.version}")
        return open_address(load_story(db, ref).url)


def show_capture(archive: Path, name: str) -> int:
    """Serves the captured page of a version on this machine until Ctrl-C.

    :param name: ``wipr-14415@2``
    """
    from tradepress.browse import (
        serve_captures,  # whoever opens the original does not wait for a server
    )

    with serve_captures(archive) as address, suppress(KeyboardInterrupt):
        url = f"{address}/{name}"
        click.echo(f"{url} shows the captured page; Ctrl-C ends.")
        webbrowser.open(url)
        Event().wait()
    return 0


def open_address(url: str) -> int:
    """Opens an address; raises click.ClickException: it is none of the web, or no browser is
    there."""
    if not WEB_ADDRESS.fullmatch(url):
        raise click.ClickException(f"{url} is no web address, and is not opened")
    if not webbrowser.open(url):
        raise click.ClickException(f"no browser can be started here: open {url} yourself")
    click.echo(url)
    return 0
