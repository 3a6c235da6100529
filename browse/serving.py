"""Serves one archive with Datasette: loopback only, live file, no page that takes seconds."""

import asyncio
from collections.abc import Callable, Collection, Mapping, Sequence
from contextlib import ExitStack, suppress
from pathlib import Path
from typing import TYPE_CHECKING, TypedDict, Unpack

from archive.read_only import read_archive
from archive.story import Policy
from browse.captures_server import serve_captures
from browse.datasette_settings import DATABASE, PLUGIN, SETTINGS
from browse.limits import limit_heap
from browse.listening import listen
from browse.password import Doorkeeper

if TYPE_CHECKING:
    from datasette.app import Datasette  # type: ignore[import-untyped]

HERE = Path(__file__).resolve().parent


class ServedAs(TypedDict, total=False):
    """How a room is served, and to whom."""

    public_hosts: Sequence[str]
    """Names under which others may ask for it; this machine always may."""
    is_public: bool
    """Nothing of a story is shown but headline, day, paper, section, passages and link; no table
    and no SQL."""
    open_sources: Collection[str]
    """Of a public room: the sources whose texts everybody may read."""
    doorkeeper: Doorkeeper | None
    """Who lets in those alone that have the password."""
    prefix: str
    """Under which a web server passes requests on, as they are: ``/press/``."""
    policies: Mapping[str, Policy]
    """What source and operator ask for by now, by name of the source: what is taken away has no
    texts that may not be kept."""
    is_saving_for_all: bool
    """May visitors write query files beside the archive though they come from elsewhere?"""


def open_datasette(
    archive: Path, *, captures: str | None = None, **served: Unpack[ServedAs]
) -> "Datasette":
    """Datasette over ``archive`` with our pages, queries and settings.

    Never immutable: such a reader of a file in WAL mode does not see what is not checkpointed.

    :param captures: address of :func:`browse.captures_server.serve_captures`; None: no page links
        to a captured one
    """
    # Takes half a second: only who serves pays for it.
    from datasette.app import Datasette
    from datasette.utils import parse_metadata  # type: ignore[import-untyped]

    metadata = parse_metadata((HERE / "metadata.yml").read_text("utf-8"))
    if served.get("is_public"):
        # Whatever leads to a table or to SQL: an index of the texts is a table, too.
        metadata["databases"][DATABASE]["allow"] = False
    return Datasette(
        [str(archive.resolve())],
        metadata=metadata | {"plugins": {PLUGIN: {**served, "captures": captures}}},
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
    """Serve ``archive`` on 127.0.0.1 until interrupted, and its captured pages at a second port.

    With ``public_hosts``, or if it is public, no captured pages: showing them to others is for
    their publishers.

    :param port: 0: any that is free
    :param listening: told the address as soon as it can be opened
    :raises archive.errors.ArchiveError: missing, not ours, newer, older or damaged
    :raises PortTaken: ``port`` is in use
    """
    import uvicorn

    read_archive(archive).close()
    seed, address = listen(port)
    room = address + served.get("prefix", "/").rstrip("/")
    limit_heap()
    with seed, suppress(KeyboardInterrupt), ExitStack() as stack:
        captures = None
        if not served.get("public_hosts") and not served.get("is_public"):
            # The next port, so that whoever digs a tunnel knows both.
            following = (seed.getsockname()[1] + 1) % 65536
            captures = stack.enter_context(
                serve_captures(
                    archive,
                    port=following,
                    reading_room=room,
                    doorkeeper=served.get("doorkeeper"),
                )
            )
        datasette = open_datasette(archive, captures=captures, **served)
        asyncio.run(datasette.invoke_startup())
        # What a web server in front says of scheme and reader is believed of this machine alone,
        # whatever the environment says.
        config = uvicorn.Config(datasette.app(), forwarded_allow_ips="127.0.0.1")
        listening(f"{room}/")
        uvicorn.Server(config).run(sockets=[seed])
