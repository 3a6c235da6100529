"""Runs `tradepress browse`: the archive in Datasette, on this machine only."""

import os
import re
from pathlib import Path
from typing import TextIO

import click

from tradepress.archive.care.verify import look_over
from tradepress.archive.read_only import read_archive
from tradepress.archive.text_forms import one_line
from tradepress.browse import PortTaken, serve
from tradepress.browse.serving.password import Doorkeeper, hash_of
from tradepress.commands.options import archive_option, configured, whole_number
from tradepress.declared_sources import all_sources, declared_policies
from tradepress.research.release.files import DATABASE


def host_name(value: str) -> str:
    """Reads a host's name, as a type for options."""
    if not re.fullmatch(r"[A-Za-z0-9_-]+(\.[A-Za-z0-9_-]+)*", value):
        raise click.BadParameter(f"{value!r} is no host name; write press.library.example.")
    return value


def path_prefix(value: str) -> str:
    """Reads a path prefix, as a type for options."""
    if not re.fullmatch(r"/([A-Za-z0-9_-]+/)*", value):
        raise click.BadParameter(f"{value!r} is no path prefix; write /press/.")
    return value


@click.command()
@click.argument(
    "release",
    required=False,
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    metavar="[FOLDER]",
)
@click.option("--port", type=whole_number(0, 65535), metavar="N", default=8001, show_default=True)
@click.option(
    "--public-host",
    "public_hosts",
    type=host_name,
    multiple=True,
    metavar="NAME",
    help="Host name of a web server that passes requests on to this one; can be repeated.",
)
@click.option(
    "--public",
    "is_public",
    is_flag=True,
    help="Show headlines, days, papers and passages alone; all of sources with an open licence.",
)
@click.option(
    "--password",
    "asks_password",
    is_flag=True,
    help="Ask readers for a password: that of TRADEPRESS_PASSWORD, else one typed in here.",
)
@click.option(
    "--password-file",
    type=click.File(encoding="utf-8"),
    metavar="FILE",
    help="The same, with the password in the first line of FILE.",
)
@click.option(
    "--prefix",
    type=path_prefix,
    metavar="PATH",
    default="/",
    help="Path under which a web server passes requests on as they are: /press/.",
)
@click.option(
    "--save-queries",
    is_flag=True,
    help="Let readers from elsewhere save, run and remove queries, too; not with --public.",
)
@archive_option
def browse(
    release: Path | None,
    port: int,
    public_hosts: tuple[str, ...],
    is_public: bool,
    asks_password: bool,
    password_file: TextIO | None,
    prefix: str,
    save_queries: bool,
    archive: Path,
) -> int:
    """Serve the archive (or a release, by its FOLDER) at http://127.0.0.1:PORT/ until Ctrl-C.

    Only requests for 127.0.0.1, localhost or a --public-host are answered. Captured pages are shown
    at a second port, and to this machine alone: with --public-host or --public there are none.
    """
    has_password = asks_password or password_file is not None
    if is_public and has_password:
        raise click.UsageError(
            "--public is for everybody, and a password for few: give one of them, or serve the "
            "archive twice"
        )
    if is_public and save_queries:
        raise click.UsageError(
            "--public is for everybody, and saved queries are the library's: the public follows a "
            "result by its feed; leave out --save-queries, or give a --password instead of --public"
        )
    if public_hosts and not is_public and not has_password:
        click.echo(
            f"Whoever reaches {public_hosts[0]} reads all texts, unless your web server asks for a "
            "password: see --public and --password.",
            err=True,
        )
    if release is not None:
        archive = release / DATABASE
        with read_archive(archive, is_foreign=True) as db:  # whoever made it
            for _, words in look_over(db):
                click.echo(one_line(words), err=True)
    try:
        serve(
            archive,
            port=port,
            public_hosts=public_hosts,
            is_public=is_public,
            open_sources=[one.name for one in all_sources() if one.open_licence],
            doorkeeper=_doorkeeper(password_file) if has_password else None,
            prefix=prefix,
            policies=declared_policies(configured()),
            is_saving_for_all=save_queries,
            listening=tell,
        )
    except PortTaken as error:
        raise click.UsageError(str(error)) from error
    return 0


def _doorkeeper(file: TextIO | None) -> Doorkeeper:
    """Asks for the password; raises click.ClickException without one, or what can look at one."""
    password = file.readline().rstrip("\r\n") if file else os.environ.get("TRADEPRESS_PASSWORD")
    if password is None:
        password = click.prompt("Password for readers", hide_input=True, confirmation_prompt=True)
    if not password:
        raise click.ClickException("the password is empty: write one, best of several words")
    try:
        return Doorkeeper(password_hash=hash_of(password))
    except ImportError as error:
        raise click.ClickException(
            "datasette-auth-passwords is not installed: pip install 'tradepress[password]'"
        ) from error


def tell(address: str) -> None:
    click.echo(f"Open {address} in a browser; Ctrl-C ends.")
