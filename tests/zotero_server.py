"""Zotero's own translators, as a server that turns a file into what File > Import would make."""

import json
import os
import shutil
import socket
import subprocess
from collections.abc import Callable, Iterator
from threading import Thread
from typing import Any
from urllib.request import Request, urlopen

import needs
import pytest
from conftest import SHARED

TOOL = SHARED / "tools" / "zotero"
Import = Callable[[str], list[dict[str, Any]]]


@pytest.fixture(scope="module")
def zotero_import(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Import]:
    """The text of a file -> its items, without what is empty or made anew each time."""
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
        yield lambda text: _items(port, text)
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


def _items(port: int, text: str) -> list[dict[str, Any]]:
    address = f"http://127.0.0.1:{port}/import"
    request = Request(address, data=text.encode(), headers={"Content-Type": "text/plain"})
    with urlopen(request, timeout=60) as answer:
        items = json.load(answer)
    unsaid = ("key", "version", "parentItem")
    return [
        {name: value for name, value in item.items() if value and name not in unsaid}
        for item in items
    ]
