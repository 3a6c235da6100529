"""Serves one archive with Datasette: loopback only, live file, no page that takes seconds."""

import asyncio
from collections.abc import Callable
from contextlib import ExitStack, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Unpack

from tradepress.archive.read_only import read_archive
from tradepress.browse.asking.limits import limit_heap
from tradepress.browse.datasette_settings import (
    DATABASE,
    PLUGIN,
    SETTINGS,
    ServedAs,
    described_archive,
)
from tradepress.browse.serving.captures_server import serve_captures
from tradepress.browse.serving.gate import App
from tradepress.browse.serving.listening import listen

if TYPE_CHECKING:
    from datasette.app import Datasette  # type: ignore[import-untyped]
    from uvicorn import Server

HERE = Path(__file__).resolve().parent


def open_datasette(archive: Path, **served: Unpack[ServedAs]) -> "Datasette":
    """Opens Datasette over ``archive`` with our pages, queries and settings.

    Never immutable: such a reader of a file in WAL mode does not see what is not checkpointed.
    """
    # Takes half a second: only who serves pays for it.
    from datasette.app import Datasette

    metadata = described_archive()
    for table in metadata["databases"][DATABASE]["tables"].values():
        # By their key alone: rows that another column calls equal Datasette shows on two pages, or
        # on none.
        table["sortable_columns"] = [table["sort_desc"]] if "sort_desc" in table else []
    if served.get("is_public"):
        # Whatever leads to a table or to SQL: an index of the texts is a table, too.
        metadata["databases"][DATABASE]["allow"] = False
    return Datasette(
        [str(archive.resolve())],
        metadata=metadata | {"plugins": {PLUGIN: served}},
        template_dir=str(HERE / "templates"),
        plugins_dir=str(HERE / "plugins"),
        static_mounts=[("static", str(HERE / "static"))],
        settings=SETTINGS | {"base_url": served.get("prefix", "/")},
    )


def serve(
    archive: Path,
    *,
    port: int,
    listening: Callable[[str], None],
    **served: Unpack[ServedAs],
) -> None:
    """Serves ``archive`` on 127.0.0.1 until interrupted, and its captured pages at a second port.

    With ``public_hosts``, or if it is public, no captured pages: showing them to others is for
    their publishers.

    :param port: 0: any that is free
    :param listening: told the address as soon as it can be opened
    :raises archive.errors.ArchiveError: missing, not ours, newer, older or damaged
    :raises PortTaken: ``port`` is in use
    """
    read_archive(archive).close()
    seed, address = listen(port)
    room = address + served.get("prefix", "/").rstrip("/")
    limit_heap()
    with seed, suppress(KeyboardInterrupt), ExitStack() as stack:
        if not served.get("public_hosts") and not served.get("is_public"):
            # The next port, so that whoever digs a tunnel knows both.
            following = (seed.getsockname()[1] + 1) % 65536
            served["captures"] = stack.enter_context(
                serve_captures(
                    archive,
                    port=following,
                    reading_room=room,
                    doorkeeper=served.get("doorkeeper"),
                )
            )
        datasette = open_datasette(archive, **served)
        asyncio.run(datasette.invoke_startup())
        # So that the first reader of a large archive finds numbers and pictures, and passages.
        datasette.get_database(DATABASE).facets.current()
        if served.get("is_public"):
            datasette.get_database(DATABASE).passages.current()
        listening(f"{room}/")
        server_of(datasette.app()).run(sockets=[seed])


def server_of(app: App) -> "Server":
    """Makes a server: of scheme and reader a web server in front is believed on this machine
    alone, whatever the environment says."""
    import uvicorn

    return uvicorn.Server(uvicorn.Config(app, forwarded_allow_ips="127.0.0.1"))
