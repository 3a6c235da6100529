"""A real browser, asked over its debugging pipe: what pages measure, without a script in them."""

import base64
import json
import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from typing import Any, BinaryIO

from needs import require_program

FLAGS = (
    *("--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"),
    *("--disable-sync", "--disable-background-networking", "--disable-component-update"),
    "--disable-features=IsolateSandboxedIframes",  # else a frame is a page of its own to the pipe
)


class Tab:
    """One page at a time."""

    def __init__(self, to_browser: BinaryIO, from_browser: BinaryIO) -> None:
        self._to_browser = to_browser
        self._from_browser = from_browser
        self._numbers = count(1)
        self._session: str | None = None
        [page] = [
            target
            for target in self._ask("Target.getTargets")["targetInfos"]
            if target["type"] == "page"
        ]
        attached = self._ask("Target.attachToTarget", targetId=page["targetId"], flatten=True)
        self._session = attached["sessionId"]
        self._ask("Page.enable")

    def open(self, address: str, *, width: int) -> None:
        """Show a page as wide as that, until it is loaded."""
        size = {"width": width, "height": 900, "deviceScaleFactor": 1, "mobile": width < 600}
        self._ask("Emulation.setDeviceMetricsOverride", **size)
        self._ask("Page.navigate", address, "Page.loadEventFired", url=address)

    def begin(self, address: str) -> None:
        """Ask for a page that may never be loaded."""
        self._ask("Page.navigate", address, url=address)

    def measure(self, expression: str) -> Any:
        """The value of a JavaScript expression."""
        answer = self._ask("Runtime.evaluate", expression=expression, returnByValue=True)
        return answer["result"]["value"]

    def words(self) -> str:
        """All text of the page and of the frames in it, be it seen or not."""
        return _text_of(self._ask("DOM.getDocument", depth=-1, pierce=True)["root"])

    def pages(self) -> list[str]:
        """Addresses of all that are open."""
        targets = self._ask("Target.getTargets")["targetInfos"]
        return [target["url"] for target in targets if target["type"] == "page"]

    def click(self, x: int, y: int) -> None:
        for what in ("mousePressed", "mouseReleased"):
            at = {"x": x, "y": y, "button": "left", "clickCount": 1}
            self._ask("Input.dispatchMouseEvent", type=what, **at)

    def press(self, key: str, code: int) -> None:
        """A key by its name and its number (``KeyboardEvent``)."""
        for what in ("keyDown", "keyUp"):
            known = {"key": key, "code": key, "windowsVirtualKeyCode": code}
            self._ask("Input.dispatchKeyEvent", type=what, **known)

    def picture(self, file: Path) -> None:
        taken = self._ask("Page.captureScreenshot", captureBeyondViewport=True)
        file.write_bytes(base64.b64decode(taken["data"]))

    def _ask(self, method: str, about: str = "", until: str | None = None, **values: Any) -> Any:
        """The result of a command; with ``until`` only after that event."""
        number = next(self._numbers)
        message = {"id": number, "method": method, "params": values}
        if self._session is not None:
            message["sessionId"] = self._session
        self._to_browser.write(json.dumps(message).encode() + b"\0")
        self._to_browser.flush()
        result = None
        while result is None or until is not None:
            told = json.loads(self._read())
            if told.get("id") == number:
                assert "error" not in told, (method, about, told)
                result = told["result"]
            elif told.get("method") == until:
                until = None
        return result

    def _read(self) -> bytes:
        message = bytearray()
        while (byte := self._from_browser.read(1)) != b"\0":
            assert byte, "the browser has ended"
            message += byte
        return bytes(message)


def _text_of(node: Any) -> str:
    inner = [*node.get("children", ()), node.get("contentDocument")]
    return node["nodeValue"] + " ".join(_text_of(child) for child in inner if child)


@contextmanager
def opened(profile: Path) -> Iterator[Tab]:
    """A browser without a window while the block lasts."""
    program = require_program("chromium", "chromium-browser")
    commands, to_browser = os.pipe()
    from_browser, answers = os.pipe()

    def connect() -> None:
        """It reads from 3 and writes to 4."""
        copies = os.dup(commands), os.dup(answers)
        os.dup2(copies[0], 3)
        os.dup2(copies[1], 4)

    process = subprocess.Popen(
        [
            *(program, *FLAGS, f"--user-data-dir={profile}"),
            *("--remote-debugging-pipe", "about:blank"),
        ],
        preexec_fn=connect,
        pass_fds=(3, 4),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    os.close(commands)
    os.close(answers)
    with os.fdopen(to_browser, "wb") as writing, os.fdopen(from_browser, "rb") as reading:
        try:
            yield Tab(writing, reading)
        finally:
            process.terminate()
            process.wait(timeout=300)
