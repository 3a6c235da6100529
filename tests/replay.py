"""What replays WARC and WACZ files, on loopback: a real pywb, a real ReplayWeb.page (wabac.js)."""

import shutil
import socket
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import needs
from free_port import free_port

TOOLS = Path(__file__).parent.parent / ".venv-replay" / "bin"
COLLECTION = "press"
REPLAYWEB = Path(__file__).parent.parent / ".venv-zoo" / "node_modules" / "replaywebpage"
EMBEDDED = (
    '<!doctype html><link rel="icon" href="data:,"><script src="ui.js"></script>'
    '<replay-web-page source="{wacz}" url="{url}" ts="{moment}" replayBase="replay/">'
    "</replay-web-page>"
)


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
    raise AssertionError(f"{server.args} ended with {server.returncode}; see its log")


@contextmanager
def replayweb(folder: Path, wacz: Path, url: str, moment: str) -> Iterator[str]:
    """Serve a page that has one page of a WACZ embedded, as the makers of ReplayWeb.page show it;
    the address of that page.

    :param folder: empty; what is served comes into it
    :param moment: of the capture, as 14 digits
    """
    __tracebackhide__ = True
    if not REPLAYWEB.exists():
        needs.skip("`make .venv-zoo/node_modules` (npm)")
    (folder / "replay").mkdir()
    shutil.copy(REPLAYWEB / "ui.js", folder)
    shutil.copy(REPLAYWEB / "sw.js", folder / "replay")
    shutil.copy(wacz, folder)
    page = EMBEDDED.format(wacz=wacz.name, url=url, moment=moment)
    (folder / "index.html").write_text(page)
    port = free_port()
    listen = f"tcp:{port}:interface=127.0.0.1"
    command = [sys.executable, "-m", "twisted", "web", "--listen", listen, "--path", str(folder)]
    with (
        (folder.parent / "web.log").open("wb") as log,
        subprocess.Popen(command, stdout=log, stderr=log) as server,
    ):
        try:
            _wait_for(port, server)
            yield f"http://127.0.0.1:{port}/index.html"
        finally:
            server.kill()
