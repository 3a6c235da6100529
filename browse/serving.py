"""Serves one archive with Datasette: loopback only, live file, no page that takes seconds."""

import asyncio
from collections.abc import Callable, Collection, Mapping, Sequence
from contextlib import ExitStack, suppress
from pathlib import Path
from typing import TYPE_CHECKING

from archive.read_only import read_archive
from archive.story import Policy
from browse.captures_server import serve_captures
from browse.datasette_settings import PLUGIN, SETTINGS
from browse.limits import limit_heap
from browse.listening import listen

if TYPE_CHECKING:
    from datasette.app import Datasette  # type: ignore[import-untyped]

HERE = Path(__file__).resolve().parent


def open_datasette(
    archive: Path,
    *,
    public_hosts: Sequence[str] = (),
    is_public: bool = False,
    open_sources: Collection[str] = (),
    prefix: str = "/",
    captures: str | None = None,
    policies: Mapping[str, Policy] | None = None,
    is_saving_for_all: bool = False,
) -> "Datasette":
    """Datasette over ``archive`` with our pages, queries and settings.

    Never immutable: such a reader of a file in WAL mode does not see what is not checkpointed.

    :param public_hosts: names under which others may ask for it; this machine always may
    :param is_public: nothing but headline, day, paper, passages and link of a story is shown, no
        table and no SQL
    :param open_sources: of a public room: those whose texts everybody may read
    :param prefix: under which a web server passes its requests on, as they are: ``/press/``
    :param captures: address of :func:`browse.captures_server.serve_captures`; None: no page links
        to a captured one
    :param policies: what source and operator ask for by now, by name of the source: what is taken
        away has no texts that may not be kept
    :param is_saving_for_all: may visitors write query files beside the archive though they come
        from elsewhere?
    """
    # Takes half a second: only who serves pays for it.
    from datasette.app import Datasette
    from datasette.utils import parse_metadata  # type: ignore[import-untyped]

    metadata = parse_metadata((HERE / "metadata.yml").read_text("utf-8"))
    ours = {
        "public_hosts": list(public_hosts),
        "is_public": is_public,
        "open_sources": list(open_sources),
        "captures": captures,
        "policies": policies or {},
        "is_saving_for_all": is_saving_for_all,
    }
    return Datasette(
        [str(archive.resolve())],
        metadata=metadata | {"plugins": {PLUGIN: ours}},
        template_dir=str(HERE / "templates"),
        plugins_dir=str(HERE / "plugins"),
        static_mounts=[("static", str(HERE / "static"))],
        settings=SETTINGS | {"base_url": prefix},
    )


def serve(
    archive: Path,
    *,
    port: int,
    listening: Callable[[str], None],
    public_hosts: Sequence[str] = (),
    policies: Mapping[str, Policy] | None = None,
    is_saving_for_all: bool = False,
) -> None:
    """Serve ``archive`` on 127.0.0.1 until interrupted, and its captured pages at a second port.

    With ``public_hosts`` no captured pages: showing them to others is for their publishers.

    :param port: 0: any that is free
    :param listening: told the address as soon as it can be opened
    :param public_hosts: as for :func:`open_datasette`, and so ``policies``
    :param is_saving_for_all: as for :func:`open_datasette`
    :raises archive.errors.ArchiveError: missing, not ours, newer, older or damaged
    :raises PortTaken: ``port`` is in use
    """
    import uvicorn

    read_archive(archive).close()
    seed, address = listen(port)
    limit_heap()
    with seed, suppress(KeyboardInterrupt), ExitStack() as stack:
        captures = None
        if not public_hosts:
            # The next port, so that whoever digs a tunnel knows both.
            following = (seed.getsockname()[1] + 1) % 65536
            captures = stack.enter_context(
                serve_captures(archive, port=following, reading_room=address)
            )
        datasette = open_datasette(
            archive,
            public_hosts=public_hosts,
            captures=captures,
            is_saving_for_all=is_saving_for_all,
            policies=policies,
        )
        asyncio.run(datasette.invoke_startup())
        server = uvicorn.Server(uvicorn.Config(datasette.app()))
        listening(f"{address}/")
        server.run(sockets=[seed])
