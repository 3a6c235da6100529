"""`tradepress backfill --from commoncrawl`: a server of indexes and ranges, and a folder."""

import json
import os
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from captured import Captured
from conftest import ROOT, WITH_SPIDERS, Tradepress, a_story, declare, inject
from crawl_server import Crawl, CrawlServer, served, write_crawl

pytestmark = pytest.mark.slow

HOME = "https://gazette.example"
WHOLE = ("backfill", "gazette", "--from", "commoncrawl", "--yes", "--contact", "a@library.example")
ONE, TWO, THREE = (f"{HOME}/trademark/lantern-{number}" for number in (1001, 1002, 1003))
CRAWLS = [
    Crawl(
        name="CC-MAIN-2021-10",
        pages=[Captured(url=ONE, at="2021-03-04T12:00:00", page=a_story("A lantern relit"))],
    ),
    Crawl(
        name="CC-MAIN-2019-30",
        pages=[
            Captured(url=f"{HOME}/about", at="2019-07-20T12:00:00", page=a_story("About us")),
            Captured(url=ONE, at="2019-07-20T13:00:00", page=a_story("A lantern")),
            Captured(url=TWO, at="2019-07-20T14:00:00", page=a_story("Two lanterns")),
            Captured(url=THREE, at="2019-07-20T15:00:00", page="gone", status=410),
            Captured(
                url="https://other.example/trademark/x-1001", at="2019-07-20T15:00:00", page="x"
            ),
            Captured(
                url=THREE,
                at="2019-07-21T15:00:00",
                page=a_story("Three lanterns"),
                headers={"X-Robots-Tag": "noarchive"},
            ),
        ],
    ),
    Crawl(
        name="CC-MAIN-2018-05",
        pages=[Captured(url=ONE, at="2018-02-01T12:00:00", page="gone", status=410)],
    ),
    Crawl(name="CC-MAIN-2017-51", pages=[]),
]
VERSIONS = [
    ("gazette-1001", 1, "2019-07-20T13:00:00Z", "A lantern", "store"),
    ("gazette-1001", 2, "2021-03-04T12:00:00Z", "A lantern relit", "store"),
    ("gazette-1002", 1, "2019-07-20T14:00:00Z", "Two lanterns", "store"),
    ("gazette-1003", 1, "2019-07-21T15:00:00Z", "Three lanterns", "metadata-only"),
]


def rows(folder: Path, query: str) -> list[tuple[Any, ...]]:
    with closing(sqlite3.connect(folder / "archive.db")) as db:
        return db.execute(query).fetchall()


def versions(folder: Path) -> list[tuple[Any, ...]]:
    return rows(
        folder,
        "SELECT ref, versions.version, versions.date_captured, versions.headline, versions.policy "
        "FROM versions JOIN articles ON articles.id = article_id ORDER BY 1, 2",
    )


def configure(folder: Path, place: str) -> None:
    (folder / "tradepress.toml").write_text(f'[backfill]\ncommoncrawl = "{place}"\n')


@pytest.fixture(autouse=True)
def declared(spiders: Path) -> None:
    declare(spiders, "gazette", HOME, domains=("gazette.example",))


@pytest.fixture
def server(tmp_path: Path) -> Iterator[CrawlServer]:
    with served(tmp_path / "crawls", CRAWLS) as server:
        configure(tmp_path, server.address)
        yield server


def test_a_killed_one_goes_on_without_asking_for_a_page_twice(
    server: CrawlServer, tradepress: Tradepress, tmp_path: Path, spiders: Path
) -> None:
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "TRADEPRESS_ALLOW_ADDRESSES": "127.0.0.1"}
    command = [sys.executable, "-c", WITH_SPIDERS, str(spiders), *WHOLE]
    with subprocess.Popen(command, cwd=tmp_path, env=environment) as process:
        server.before_range = lambda number: process.kill() if number == 3 else None
        process.wait()
    server.before_range = lambda number: None
    assert process.returncode == -9
    assert len(versions(tmp_path)) == 2
    result = tradepress(*WHOLE)
    assert (result.returncode, result.stderr) == (0, "")
    assert versions(tmp_path) == VERSIONS
    # The request that the kill broke off is made again, no other.
    assert len(server.ranges) == len(VERSIONS) + 1
    assert len(set(server.ranges)) == len(VERSIONS)
    assert sum("showNumPages" in one for one in server.asked) == len(CRAWLS)
    (kept, *_) = rows(tmp_path, "SELECT url, origin, retrieved_from FROM captures ORDER BY id")
    assert kept[:2] == (ONE, "commoncrawl")
    assert kept[2].startswith(f"{server.address}/crawl-data/CC-MAIN-2019-30/warc/")

    asked = len(server.asked)
    again = tradepress(*WHOLE)
    assert again.returncode == 0
    assert "no capture that is not fetched already" in again.stdout
    assert server.asked[asked:] == ["/robots.txt", "/collinfo.json"]


def test_days_choose_the_indexes_and_the_captures(
    server: CrawlServer, tradepress: Tradepress, tmp_path: Path
) -> None:
    result = tradepress(*WHOLE, "--since", "2019-07-20", "--until", "2019-07-20")
    assert (result.returncode, result.stderr) == (0, "")
    assert versions(tmp_path) == [VERSIONS[0], VERSIONS[2]]
    assert {one[1:16] for one in server.asked if "-index" in one} == {"CC-MAIN-2019-30"}


def test_a_folder_with_copies_is_read_in_its_place(tradepress: Tradepress, tmp_path: Path) -> None:
    for crawl in CRAWLS:
        write_crawl(tmp_path / "crawls", crawl)
    configure(tmp_path, str(tmp_path / "crawls"))
    result = tradepress(*WHOLE, "--json")
    assert result.returncode == 0
    assert result.stderr == (
        "gazette: 4 captures of 3 stories in 2 files at hand: about 0 seconds\n"
    )
    told = json.loads(result.stdout)
    plan = {"captures": 4, "stories": 3, "files": 2, "are_copies": True, "requests": 0}
    assert plan.items() <= told["plan"].items()
    assert (told["run"], told["sums"]["stored"], told["notes"]) == (1, 4, [])
    assert versions(tmp_path) == VERSIONS
    (kept, *_) = rows(tmp_path, "SELECT retrieved_from FROM captures ORDER BY id")
    assert kept[0].startswith("https://data.commoncrawl.org/crawl-data/CC-MAIN-2019-30/warc/")


# In the process of a back-fill: none starts that could read a page.
NO_WORKERS = """
from multiprocessing import resource_tracker, spawn

resource_tracker.ensure_running()
spawn._python_exe = b"/bin/false"
"""


def test_pages_that_nothing_could_read_are_taken_by_the_next_run(
    tradepress: Tradepress, tmp_path: Path, spiders: Path
) -> None:
    for crawl in CRAWLS:
        write_crawl(tmp_path / "crawls", crawl)
    configure(tmp_path, str(tmp_path / "crawls"))
    inject(spiders, "gazette", NO_WORKERS)
    result = tradepress(*WHOLE)
    assert result.returncode == 1
    assert "the processes that read pages don't work" in result.stderr
    assert rows(tmp_path, "SELECT url FROM fetches WHERE reason = 'data_loss'") == []
    inject(spiders, "gazette", "")
    result = tradepress(*WHOLE)
    assert (result.returncode, result.stderr) == (0, "")
    assert versions(tmp_path) == VERSIONS


def test_a_folder_without_an_index_and_a_file_that_is_away_are_told(
    tradepress: Tradepress, tmp_path: Path
) -> None:
    configure(tmp_path, str(tmp_path))
    result = tradepress(*WHOLE)
    assert result.returncode == 4
    assert "no *.cdxj or *.cdxj.gz or cdx-*.gz is in it" in result.stderr
    write_crawl(tmp_path / "crawls", CRAWLS[0])
    for file in (tmp_path / "crawls").rglob("*.warc.gz"):
        file.unlink()
    result = tradepress(*WHOLE)
    assert result.returncode == 1
    assert rows(tmp_path, "SELECT outcome, reason FROM fetches WHERE kind = 'memento'") == [
        ("failed", "data_loss")
    ]
