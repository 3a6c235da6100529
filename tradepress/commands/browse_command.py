"""`tradepress browse`: the archive in Datasette, on this machine only."""

import re
from pathlib import Path

import click

from browse import PortTaken, serve
from research.release.files import DATABASE
from tradepress.commands.options import archive_option, declared_policies, whole_number


def host_name(value: str) -> str:
    """A type for options."""
    if not re.fullmatch(r"[A-Za-z0-9_-]+(\.[A-Za-z0-9_-]+)*", value):
        raise click.BadParameter(f"{value!r} is no host name; write press.library.example.")
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
    "--save-queries",
    is_flag=True,
    help="Let readers who come from elsewhere save, run and remove queries, too.",
)
@archive_option
def browse(
    release: Path | None,
    port: int,
    public_hosts: tuple[str, ...],
    save_queries: bool,
    archive: Path,
) -> int:
    """Serve the archive (or a release, by its FOLDER) at http://127.0.0.1:PORT/ until Ctrl-C.

    Only requests for 127.0.0.1, localhost or a --public-host are answered. Captured pages are shown
    at a second port, and to this machine alone: with --public-host there are none.
    """
    if release is not None:
        archive = release / DATABASE
    try:
        serve(
            archive,
            port=port,
            public_hosts=public_hosts,
            policies=declared_policies(),
            is_saving_for_all=save_queries,
            listening=tell,
        )
    except PortTaken as error:
        raise click.UsageError(str(error)) from error
    return 0


def tell(address: str) -> None:
    click.echo(f"Open {address} in a browser; Ctrl-C ends.")
