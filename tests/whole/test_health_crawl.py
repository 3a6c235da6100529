"""What a new layout does to a real crawl of a site, and what `tradepress health` says of it."""

import random
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from calm_paper import text
from conftest import Answer, Site, Tradepress, a_story, declare

pytestmark = pytest.mark.slow

STORIES = 26
CRAWL = ("crawl", "gazette", "--no-trial", "--contact", "tests@library.example")


def publish(site: Site, number: int) -> None:
    paragraphs = text(random.Random(number), 15).split("\n\n")
    body = "".join(f"<p>{paragraph}</p>" for paragraph in paragraphs)
    site.pages[f"/news/lantern-mark-{10000 + number}"] = Answer(
        a_story(f"Lantern mark {number} is cleared", words=body)
    )


def list_stories(site: Site) -> None:
    paths = sorted(path for path in site.pages if path.startswith("/news/"))
    links = "".join(f"<li><a href='{path}'>{path}</a>" for path in paths)
    site.pages["/trademark/"] = Answer(f"<html><body><ul>{links}</ul></body></html>")


def make_due(archive: Path, number: int) -> None:
    with closing(sqlite3.connect(archive)) as db, db:
        db.execute(
            "UPDATE urls SET next_due = '2020-01-01T00:00:00Z' WHERE id <= ?",
            [number],
        )


@pytest.fixture
def crawled(site: Site, spiders: Path, tradepress: Tradepress, tmp_path: Path) -> Path:
    """A young archive with some stories, one more that waits, and a few that are due."""
    declare(spiders, "gazette", site.home)
    site.pages["/robots.txt"] = Answer("User-agent: *\nAllow: /\n", headers={})
    for number in range(STORIES):
        publish(site, number)
    list_stories(site)
    assert tradepress(*CRAWL).returncode == 0
    publish(site, STORIES)
    list_stories(site)
    make_due(tmp_path / "archive.db", 4)
    return tmp_path / "archive.db"


def texts(archive: Path) -> list[tuple[str, str]]:
    with closing(sqlite3.connect(archive)) as db:
        return db.execute(
            "SELECT headline, body FROM articles WHERE id <= ? ORDER BY id", [STORIES]
        ).fetchall()


def test_a_crawl_of_the_same_layout_is_well(crawled: Path, tradepress: Tradepress) -> None:
    assert tradepress(*CRAWL).returncode == 0
    health = tradepress("health")
    assert health.returncode == 0
    assert health.stdout.startswith("learning  gazette ")


def test_stories_that_a_script_would_fill_in_are_reported_and_old_ones_stay(
    crawled: Path, tradepress: Tradepress, site: Site
) -> None:
    before = texts(crawled)
    for path, answer in site.pages.items():
        if path.startswith("/news/"):
            assert isinstance(answer.body, str)
            head, _, _ = answer.body.partition("<div class=body>")
            answer.body = f"{head}<div id=app></div></article></body></html>"
    tradepress(*CRAWL)
    health = tradepress("health")
    assert health.returncode == 1
    assert "pages of stories can't be read any more" in health.stdout
    assert "5 of 5, before 0 of 26; last run: script 5, 4 of them known stories" in health.stdout
    assert texts(crawled) == before


def test_a_listing_without_links_of_stories_is_reported(
    crawled: Path, tradepress: Tradepress, site: Site
) -> None:
    site.pages["/trademark/"] = Answer("<html><body><div id=app></div></body></html>")
    tradepress(*CRAWL)
    health = tradepress("health")
    assert health.returncode == 1
    assert "no listing leads to a story any more" in health.stdout


def test_a_sentence_in_every_body_is_reported(
    crawled: Path, tradepress: Tradepress, site: Site
) -> None:
    leak = "<p>Members of the Hallmark Circle read this briefing before everybody else does.</p>"
    for path, answer in site.pages.items():
        if path.startswith("/news/"):
            assert isinstance(answer.body, str)
            answer.body = answer.body.replace("</p><p>", f"</p>{leak}<p>", 1)
    tradepress(*CRAWL)
    health = tradepress("health")
    assert health.returncode == 1
    assert "the same sentence stands in many bodies: “Members of the Hallmark" in health.stdout
