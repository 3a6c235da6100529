"""Serves one archive with Datasette: loopback only, live file, no page that takes seconds."""

import asyncio
import os
import socket
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from archive.read_only import read_archive
from browse.limits import limit_heap

if TYPE_CHECKING:
    from datasette.app import Datasette  # type: ignore[import-untyped]

HOST = "127.0.0.1"
DATABASE, PLUGIN = "archive", "tradepress"
"""What Datasette calls the archive, and the part of its configuration that is ours."""
HERE = Path(__file__).resolve().parent

SETTINGS: dict[str, int | bool] = {
    "allow_download": False,  # the texts are the publishers': handing them on is not for a visitor
    "suggest_facets": False,  # tries every column: by far the dearest part of a table page
    "facet_time_limit_ms": 1000,
    "sql_time_limit_ms": 2000,
    "default_page_size": 30,
    "default_facet_size": 20,
    "max_returned_rows": 1000,
    "max_csv_mb": 0,  # no limit: a CSV goes out row by row, and one that is cut is no archive's
    "truncate_cells_html": 200,  # a body in a table cell; the row's own page shows all of it
    "default_cache_ttl": 0,  # the archive is live: a reader who reloads must see the last crawl
}


class PortTaken(Exception):
    """Another program listens on the port."""


def open_datasette(archive: Path, *, public_hosts: Sequence[str] = ()) -> "Datasette":
    """Datasette over ``archive`` with our pages, queries and settings.

    Never immutable: such a reader of a file in WAL mode does not see what is not checkpointed.

    :param public_hosts: names under which others may ask for it; this machine always may
    """
    # Takes half a second: only who serves pays for it.
    from datasette.app import Datasette
    from datasette.utils import parse_metadata  # type: ignore[import-untyped]

    metadata = parse_metadata((HERE / "metadata.yml").read_text("utf-8"))
    return Datasette(
        [str(archive.resolve())],
        metadata=metadata | {"plugins": {PLUGIN: {"public_hosts": list(public_hosts)}}},
        template_dir=str(HERE / "templates"),
        plugins_dir=str(HERE / "plugins"),
        static_mounts=[("static", str(HERE / "static"))],
        settings=SETTINGS,
    )


def serve(
    archive: Path,
    *,
    port: int,
    listening: Callable[[str], None],
    public_hosts: Sequence[str] = (),
) -> None:
    """Serve ``archive`` on 127.0.0.1 until interrupted.

    :param port: 0: any that is free
    :param listening: told the address as soon as it can be opened
    :param public_hosts: as for :func:`open_datasette`
    :raises archive.errors.ArchiveError: missing, not ours, newer, older or damaged
    :raises PortTaken: ``port`` is in use
    """
    import uvicorn

    read_archive(archive).close()
    try:
        seed = socket.create_server((HOST, port))
    except OSError as error:
        # create_server adds the address to what the system said.
        said = os.strerror(error.errno) if error.errno else str(error)
        raise PortTaken(
            f"port {port} on {HOST} can't be used ({said}): choose another with --port"
        ) from error
    limit_heap()
    with seed, suppress(KeyboardInterrupt):
        datasette = open_datasette(archive, public_hosts=public_hosts)
        asyncio.run(datasette.invoke_startup())
        server = uvicorn.Server(uvicorn.Config(datasette.app()))
        listening(f"http://{HOST}:{seed.getsockname()[1]}/")
        server.run(sockets=[seed])
