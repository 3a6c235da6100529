"""Runs `tradepress show --capture`: the page that a version was read from, as captured."""

import re
import sys
from dataclasses import asdict
from pathlib import Path

import click

from tradepress.archive.captures.folder import capture_folder
from tradepress.archive.captures.kept_page import UnreadablePage, read_kept_page
from tradepress.archive.read_only import read_archive
from tradepress.archive.stories.captured_version import captured_version
from tradepress.archive.text_forms import storable
from tradepress.commands.options import is_terminal

TEXT = re.compile(r"text/|application/(?:xhtml\+xml|xml|json)\b", re.IGNORECASE)


def write_page(ref: str, archive: Path, output: Path | None) -> int:
    """Writes its bytes without Content-Encoding into a file or on stdout; on a terminal as inert
    text.

    :raises NoSuchArticle: no such ref or version, or no page of it is kept
    :raises click.ClickException: the page can't be read, or is nothing for a terminal
    """
    with read_archive(archive) as db:
        version = captured_version(db, ref)
    try:
        page = read_kept_page(capture_folder(archive), asdict(version))
    except UnreadablePage as error:
        words = f"{error}: put the file back from a backup (`tradepress verify`)"
        raise click.ClickException(words) from error
    if output is not None:
        output.write_bytes(page)
        when = version.date_captured or "at an unknown time"
        click.echo(f"{output}: {len(page):,} bytes of {version.url}, captured {when}")
    elif not is_terminal(sys.stdout):
        click.echo(page, nl=False)
    elif TEXT.match(version.content_type or ""):
        click.echo(storable(page.decode(errors="replace")))
    else:
        words = f"a page of type {version.content_type or 'unknown'} is nothing for a terminal"
        raise click.ClickException(f"{words}: write it into a file with -o")
    return 0
