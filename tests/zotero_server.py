"""Zotero's own translators, as a server that makes what File > Import and the button would."""

import json
import os
import shutil
import socket
import subprocess
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from threading import Thread
from typing import Any
from urllib.error import HTTPError
from urllib.request import Request, urlopen

import needs
import pytest
from conftest import SHARED

TOOL = SHARED / "tools" / "zotero"
Item = dict[str, Any]
Import = Callable[[str], list[Item]]


@dataclass(frozen=True, kw_only=True)
class Zotero:
    """A server that runs; items come without what is empty or made anew each time."""

    port: int

    def imported(self, text: str) -> list[Item]:
        """What File > Import makes of a file."""
        return without_keys(self._answer("import", text.encode(), "text/plain"))

    def saved(self, address: str) -> list[Item]:
        """What the button saves of a page; where it offers several, all of them."""
        answer = self._answer("web", address.encode(), "text/plain")
        if isinstance(answer, dict):
            chosen = json.dumps(answer).encode()
            answer = self._answer("web", chosen, "application/json")
        return without_keys(answer)

    def _answer(self, endpoint: str, data: bytes, kind: str) -> Any:
        address = f"http://127.0.0.1:{self.port}/{endpoint}"
        request = Request(address, data=data, headers={"Content-Type": kind})
        try:
            with urlopen(request, timeout=120) as answer:
                return json.load(answer)
        except HTTPError as error:
            if error.code != 300:  # it asks which of several
                raise
            with error:
                return json.load(error)


@pytest.fixture(scope="module")
def zotero_import(zotero: Zotero) -> Import:
    return zotero.imported


@pytest.fixture(scope="module")
def zotero(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Zotero]:
    if not TOOL.is_dir():
        needs.skip("../shared")
    node, npm = needs.require_program("node"), needs.require_program("npm")
    folder = tmp_path_factory.mktemp("zotero") / "server"
    shutil.copytree(TOOL, folder, copy_function=shutil.copyfile)
    for path in (folder, *folder.rglob("*")):
        path.chmod(0o755)
    install = [npm, "install", "--omit=dev", "--no-audit", "--no-fund"]
    subprocess.run(install, cwd=folder, check=True, capture_output=True)
    port = 20_000 + os.getpid() % 10_000  # below those that the kernel gives away meanwhile
    server = subprocess.Popen(
        [node, "src/server.js"],
        cwd=folder,
        env={**os.environ, "NODE_CONFIG": json.dumps({"port": port, "host": "127.0.0.1"})},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    assert server.stdout is not None
    log: Thread | None = None
    try:
        assert any("Listening" in line for line in server.stdout), "the server does not start"
        log = Thread(target=server.stdout.read)  # else it waits for somebody to read it
        log.start()
        _wait_for(server, port)  # it says so before it listens
        yield Zotero(port=port)
    finally:
        server.kill()
        server.wait()
        if log is not None:
            log.join()
        server.stdout.close()


def _wait_for(server: subprocess.Popen[str], port: int) -> None:
    while server.poll() is None:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except ConnectionRefusedError:
            continue
        return
    raise AssertionError("the server ended before it listened")


def without_keys(items: list[Item]) -> list[Item]:
    unsaid = ("key", "version", "parentItem")
    return [
        {name: value for name, value in item.items() if value and name not in unsaid}
        for item in items
    ]
