"""A real pywb on loopback, which replays WARC and WACZ files; in an environment of its own."""

import socket
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import needs
from free_port import free_port

TOOLS = Path(__file__).parent.parent / ".venv-replay" / "bin"
COLLECTION = "press"


def require_tool(name: str) -> str:
    """The path of a program of that environment; else the test is skipped."""
    __tracebackhide__ = True
    path = TOOLS / name
    if not path.exists():
        needs.skip("`make .venv-replay/installed`")
    return str(path)


def add_files(folder: Path, files: Sequence[Path], *options: str) -> None:
    """Put WARC or WACZ files into the collection of a pywb that keeps its data in a folder.

    :param options: of ``wb-manager add``, such as ``--unpack-wacz``
    """
    manager = require_tool("wb-manager")
    if not (folder / "collections" / COLLECTION).exists():
        folder.mkdir(parents=True, exist_ok=True)
        subprocess.run([manager, "init", COLLECTION], cwd=folder, check=True, capture_output=True)
    command = [manager, "add", *options, COLLECTION, *map(str, files)]
    subprocess.run(command, cwd=folder, check=True, capture_output=True)


@contextmanager
def pywb(folder: Path) -> Iterator[str]:
    """Serve the collection of :func:`add_files`; the address of its collection."""
    port = free_port()
    command = [require_tool("wayback"), "-b", "127.0.0.1", "-p", str(port)]
    with (
        (folder / "pywb.log").open("wb") as log,
        subprocess.Popen(command, cwd=folder, stdout=log, stderr=log) as server,
    ):
        try:
            _wait_for(port, server)
            yield f"http://127.0.0.1:{port}/{COLLECTION}"
        finally:
            server.kill()


def _wait_for(port: int, server: subprocess.Popen[bytes]) -> None:
    while server.poll() is None:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except ConnectionRefusedError:
            continue
        return
    raise AssertionError(f"pywb ended with {server.returncode}; see pywb.log")
