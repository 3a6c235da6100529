"""A real Scrapyd runs a source: Tradepress is a plain Scrapy project."""

import json
import os
import re
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlencode
from urllib.request import urlopen

import pytest
from conftest import ROOT, Answer, Site, a_story, declare
from free_port import free_port
from needs import reason

pytest.importorskip("scrapyd", reason=reason("scrapyd"))
pytestmark = pytest.mark.slow

(CONFIGURATION,) = (
    block
    for block in re.findall(
        r"^```ini\n(.*?)^```$",
        (ROOT / "docs" / "operator" / "operating.md").read_text(),
        re.M | re.S,
    )
    if "\n[scrapyd]\n" in block
)


@dataclass(frozen=True, kw_only=True, slots=True)
class Scrapyd:
    """A running one."""

    home: str
    folder: Path
    log: Iterator[str]

    def ask(self, question: str, **values: str) -> Any:
        """What it answers; values are posted."""
        data = urlencode(values).encode() if values else None
        with urlopen(f"{self.home}/{question}", data, timeout=300) as answer:
            return json.load(answer)

    def wait_for(self, words: str) -> str:
        """The next line of its log with these words."""
        before: list[str] = []
        for line in self.log:
            if words in line:
                return line
            before.append(line)
        raise AssertionError(f"Scrapyd ended without {words!r}:\n{''.join(before)}")


@pytest.fixture
def scrapyd(tmp_path: Path) -> Iterator[Scrapyd]:
    """With the configuration that the document shows, on a free port, and quicker to look."""
    (tmp_path / "scrapy.cfg").write_text(
        CONFIGURATION.replace("[scrapyd]\n", "[scrapyd]\npoll_interval = 0.2\n", 1)
    )
    port = free_port()
    # A further source, as if it stood in crawler/spiders.
    (tmp_path / "packages").mkdir()
    (tmp_path / "packages" / "sitecustomize.py").write_text(
        "import tradepress.spiders\n"
        f"tradepress.spiders.__path__.append({str(tmp_path / 'spiders')!r})\n"
    )
    inherited = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("TRADEPRESS_", "SCRAPY_"))
    }
    process = subprocess.Popen(
        [sys.executable, "-W", "ignore", "-m", "scrapyd"],
        cwd=tmp_path,
        env={
            **inherited,
            "PYTHONPATH": f"{tmp_path / 'packages'}{os.pathsep}{ROOT}",
            "SCRAPYD_HTTP_PORT": str(port),
            "TRADEPRESS_CONFIG": str(tmp_path / "tradepress.toml"),
        },
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    assert process.stdout is not None
    log = iter(process.stdout)
    try:
        running = Scrapyd(home=f"http://127.0.0.1:{port}", folder=tmp_path, log=log)
        running.wait_for("Site starting on")
        yield running
    finally:
        process.terminate()
        process.wait(30)
        process.stdout.close()


def test_a_job_stores_a_story(scrapyd: Scrapyd, site: Site, spiders: Path) -> None:
    declare(spiders, "gazette", site.home)
    site.pages["/robots.txt"] = Answer("User-agent: *\nAllow: /\n")
    site.pages["/trademark/"] = Answer(
        '<html><body><a href="/news/lantern-9001">L</a></body></html>'
    )
    site.pages["/news/lantern-9001"] = Answer(a_story("Lantern mark lost"))
    (scrapyd.folder / "tradepress.toml").write_text(
        'contact = "press@library.example"\nallow_addresses = ["127.0.0.1"]\n'
    )
    listed = scrapyd.ask("listspiders.json?project=tradepress")
    assert "gazette" in listed.get("spiders", ""), listed

    job = scrapyd.ask("schedule.json", project="tradepress", spider="gazette", no_trial="1")
    assert job["status"] == "ok", job
    ended = scrapyd.wait_for("Process finished")
    assert job["jobid"] in ended
    (finished,) = scrapyd.ask("listjobs.json?project=tradepress")["finished"]
    assert finished["id"] == job["jobid"]

    with closing(sqlite3.connect(scrapyd.folder / "archive.db")) as connection:
        stored = connection.execute("SELECT ref, headline FROM articles").fetchall()
        (run,) = connection.execute("SELECT command, state FROM runs").fetchall()
    assert stored == [("gazette-9001", "Lantern mark lost")]
    assert run == ("scrapy crawl gazette", "done")
