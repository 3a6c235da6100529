"""Takes the pictures of README and browsing.md: `make screenshots`. The demo, in Chromium."""

import re
import subprocess
import sys
from pathlib import Path
from shutil import which
from tempfile import TemporaryDirectory

from playwright.sync_api import ViewportSize, sync_playwright

PICTURES = Path(__file__).parents[1] / "docs" / "pictures"
SHOWN = {
    "result": "/stories?q=mark",
    "story": "/story/makers-6497",
}
"""Maps the name of the file to what it shows."""
SIZE = ViewportSize(width=1100, height=760)


def main() -> None:
    program = which("chromium") or which("chromium-browser")
    if program is None:
        sys.exit("Chromium takes the pictures, and there is none: install it")
    PICTURES.mkdir(exist_ok=True)
    with TemporaryDirectory() as folder:
        command = [sys.executable, "-m", "tradepress"]
        for options in ((), ("--later",)):
            subprocess.run([*command, "demo", *options], cwd=folder, check=True)
        served = subprocess.Popen(
            [*command, "browse", "--port=0"], cwd=folder, stdout=subprocess.PIPE, text=True
        )
        try:
            assert served.stdout is not None
            found = re.search(r"http://[\d.]+:\d+", served.stdout.readline())
            assert found is not None
            take(program, found[0])
        finally:
            served.terminate()
            served.wait()


def take(program: str, home: str) -> None:
    """Takes the pictures of the pages at an address.

    :param home: ``http://127.0.0.1:PORT``
    """
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program)
        page = browser.new_page(viewport=SIZE, color_scheme="light")
        for name, address in SHOWN.items():
            page.goto(home + address)
            page.screenshot(path=PICTURES / f"{name}.png")
        browser.close()


if __name__ == "__main__":
    main()
