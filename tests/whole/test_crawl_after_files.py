"""A crawl goes on as if no file had come in: an ingest, a merge or a restore is no visit."""

import shutil
import sqlite3
from pathlib import Path

import pytest
from conftest import Site, Tradepress, declare
from test_crawl import CONTACT, a_site, rows

pytestmark = pytest.mark.slow

STORIES = 12
SCHEDULE = "SELECT url, state, next_due, tries, etag, last_modified, fetched_at FROM urls"
DUE = "UPDATE urls SET next_due = '2026-01-01T00:00:00Z' WHERE state = 'due'"


@pytest.fixture
def crawled(site: Site, spiders: Path, tradepress: Tradepress, tmp_path: Path) -> Path:
    """An archive of twelve stories."""
    a_site(site, stories=STORIES)
    for path, page in site.pages.items():
        page.headers["ETag"] = f'"{path}"'
    declare(spiders, "gazette", site.home)
    crawl(tradepress, "--no-trial")
    return tmp_path / "archive.db"


def crawl(tradepress: Tradepress, *arguments: str) -> None:
    done = tradepress("crawl", "gazette", *CONTACT, *arguments)
    assert done.returncode == 0, done.stderr


def stories_asked(site: Site, since: int) -> int:
    return len({path for path in site.paths()[since:] if "lantern" in path})


def ingest(tradepress: Tradepress, folder: Path, *arguments: str) -> None:
    warcs = [str(path) for path in sorted(folder.glob("*.warc.gz"))]
    done = tradepress("ingest", *warcs, "--source", "gazette", *arguments)
    assert done.returncode == 0, done.stdout


def test_what_an_ingest_or_a_merge_knows_too_is_visited_as_before(
    site: Site, tradepress: Tradepress, crawled: Path, tmp_path: Path
) -> None:
    before = rows(crawled, SCHEDULE)
    assert all(state == "due" and next_due for _, state, next_due, *_ in before)
    ingest(tradepress, tmp_path / "archive.captures")
    assert rows(crawled, SCHEDULE) == before
    ingest(tradepress, tmp_path / "archive.captures", "--archive", "other.db", "--again")
    done = tradepress("merge", "other.db")
    assert done.returncode == 0, done.stderr
    assert rows(crawled, SCHEDULE) == before
    with sqlite3.connect(crawled) as db:
        db.execute(DUE)
    asked = len(site.requests)
    crawl(tradepress)
    assert stories_asked(site, asked) == STORIES
    assert len([path for path in site.conditional if "lantern" in path]) == STORIES


def test_an_archive_that_was_made_again_of_its_pages_is_crawled_on(
    site: Site, tradepress: Tradepress, crawled: Path, tmp_path: Path
) -> None:
    """Those that the section lists are visited at once, the others when it is their time."""
    lost = tmp_path / "lost"
    lost.mkdir()
    crawled.rename(lost / "archive.db")
    shutil.move(tmp_path / "archive.captures", lost / "archive.captures")
    ingest(tradepress, lost / "archive.captures")
    assert {row[1:4] for row in rows(crawled, SCHEDULE)} == {("done", None, 0)}
    assert rows(crawled, "SELECT count(*) FROM urls WHERE fetched_at IS NULL") == [(STORIES,)]
    a_site(site, stories=STORIES - 1)
    asked = len(site.requests)
    crawl(tradepress, "--no-trial")
    assert stories_asked(site, asked) == STORIES - 1
    waiting = "SELECT state, next_due > '2026' FROM urls WHERE fetched_at IS NULL"
    assert rows(crawled, waiting) == [("due", 1)]
    assert tradepress("health").stdout.count("next visit") == 0
