"""A page on which our own rules fail as nobody foresaw has failed, and keeps no other page out."""

import json
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from captured import Captured
from conftest import Tradepress, a_story, declare
from crawl_server import Crawl, write_crawl

GAZETTE, HERALD = "https://gazette.example", "https://herald.example"
PATH = "/trademark/lantern-1001"
FAULT = "defect: TypeError: "


@pytest.fixture(autouse=True)
def declared(spiders: Path) -> None:
    """The rules of one of them can't be used: no look at a declaration can see everything."""
    declare(spiders, "gazette", GAZETTE, domains=("gazette.example",), section_names=(3,))
    declare(spiders, "herald", HERALD, domains=("herald.example",))


def rows(folder: Path, query: str) -> list[tuple[Any, ...]]:
    with closing(sqlite3.connect(folder / "archive.db")) as db:
        return db.execute(query).fetchall()


def save(folder: Path) -> Path:
    pages = folder / "pages"
    pages.mkdir()
    for name, home in (("a.html", GAZETTE), ("b.html", HERALD)):
        origin = f"<!-- saved from url=(0000){home}{PATH} -->"
        (pages / name).write_text(f"{origin}\n{a_story('A lantern')}")
    return pages


@pytest.mark.slow
def test_files_behind_it_are_stored(tradepress: Tradepress, tmp_path: Path) -> None:
    result = tradepress("ingest", str(save(tmp_path)))
    assert result.returncode == 1
    assert "stored    herald-1001" in result.stdout
    assert "Traceback" not in result.stderr
    assert FAULT in result.stdout + result.stderr
    (failed,) = rows(tmp_path, "SELECT state, outcome, reason FROM urls WHERE source = 'gazette'")
    assert failed[:2] == ("due", "failed")
    assert failed[2].startswith(FAULT)


def test_one_page_is_told(tradepress: Tradepress, tmp_path: Path) -> None:
    page = str(save(tmp_path) / "a.html")
    told = tradepress("extract", page)
    assert told.returncode == 1
    assert told.stderr.startswith(f"Error: {page} could not be read: {FAULT}")
    refused = json.loads(tradepress("extract", page, "--json").stdout)["refused"]
    assert refused["reason"] == "defect"


@pytest.mark.slow
def test_a_back_fill_goes_on_behind_it_and_says_so(tradepress: Tradepress, tmp_path: Path) -> None:
    pages = [
        Captured(url=f"{GAZETTE}{PATH}", at="2019-07-20T13:00:00", page=a_story("A lantern")),
        Captured(url=f"{GAZETTE}/trademark/lamp-1002", at="2019-07-21T13:00:00", page="no page"),
    ]
    crawl = Crawl(name="CC-MAIN-2019-30", pages=pages)
    write_crawl(tmp_path / "copies", crawl)
    (tmp_path / "tradepress.toml").write_text('[backfill]\ncommoncrawl = "copies"\n')
    asked = ("backfill", "gazette", "--from", "commoncrawl", "--yes")
    result = tradepress(*asked, "--contact", "a@library.example")
    assert result.returncode == 1, result.stdout + result.stderr
    assert "Traceback" not in result.stderr
    found = rows(tmp_path, "SELECT outcome, reason, state FROM urls ORDER BY url")
    assert [(one[0], one[2]) for one in found] == [("failed", "due")] * 2
    assert all(one[1].startswith(FAULT) for one in found)


@pytest.mark.slow
def test_stored_pages_behind_it_are_read_again(
    tradepress: Tradepress, tmp_path: Path, spiders: Path
) -> None:
    declare(spiders, "gazette", GAZETTE, domains=("gazette.example",))
    assert tradepress("ingest", str(save(tmp_path))).returncode == 0
    declare(spiders, "gazette", GAZETTE, domains=("gazette.example",), section_names=(3,))
    result = tradepress("reextract", "--json", "--again")
    assert result.returncode == 1, result.stderr
    report = json.loads(result.stdout)
    (problem,) = report["problems"]
    assert (problem["ref"], problem["outcome"], problem["reason"]) == (
        "gazette-1001@1",
        "failed",
        "defect",
    )
    assert problem["words"].startswith(FAULT)
    assert {name: tally["read"] for name, tally in report["sources"].items()} == {
        "gazette": 1,
        "herald": 1,
    }
