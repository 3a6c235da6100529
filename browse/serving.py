"""Starts Datasette on one archive: loopback only, live file, no page that takes seconds."""

import socket
from pathlib import Path

from archive.open import open_archive

HOST = "127.0.0.1"
HERE = Path(__file__).resolve().parent

SETTINGS: dict[str, int | str] = {
    "allow_download": "off",  # the texts are the publishers': handing them on is not for a visitor
    "suggest_facets": "off",  # tries every column: by far the dearest part of a table page
    "facet_time_limit_ms": 1000,
    "sql_time_limit_ms": 2000,
    "default_page_size": 30,
    "default_facet_size": 20,
    "max_returned_rows": 1000,
    "max_csv_mb": 100,
    "truncate_cells_html": 200,  # a body in a table cell; the row's own page shows all of it
    "default_cache_ttl": 0,  # the archive is live: a reader who reloads must see the last crawl
}


class PortTaken(Exception):
    """Another program listens on the port."""


def datasette_arguments(archive: Path, *, port: int) -> list[str]:
    """The arguments after ``datasette`` that serve ``archive`` on the loopback address.

    Never ``-i``: an immutable reader of a file in WAL mode does not see what is not checkpointed.
    """
    return [
        "serve",
        str(archive.resolve()),
        *("--host", HOST),
        *("--port", str(port)),
        *("--metadata", str(HERE / "metadata.yml")),
        *("--template-dir", str(HERE / "templates")),
        *("--plugins-dir", str(HERE / "plugins")),
        *("--static", f"static:{HERE / 'static'}"),
        *(part for name, value in SETTINGS.items() for part in ("--setting", name, str(value))),
    ]


def serve(archive: Path, *, port: int) -> None:
    """Serve ``archive`` on 127.0.0.1 until interrupted.

    :raises archive.errors.ArchiveError: missing, not ours, newer, older or damaged
    :raises PortTaken: ``port`` is in use
    """
    # Takes half a second: only who serves pays for it.
    from datasette.cli import cli  # type: ignore[import-untyped]

    open_archive(archive).close()
    try:
        socket.create_server((HOST, port)).close()
    except OSError as error:
        raise PortTaken(
            f"port {port} on {HOST} can't be used ({error.strerror}): choose another with --port"
        ) from error
    cli.main(datasette_arguments(archive, port=port), prog_name="datasette", standalone_mode=False)
