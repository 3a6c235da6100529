"""A source whose pages are rendered says what is missing where there is no browser."""

import sqlite3
from pathlib import Path

from conftest import Answer, Site, Tradepress, a_story, declare, inject

WITHOUT = """
import sys
sys.modules["playwright"] = None
"""
ENDS = """
from tradepress.crawling import news_spider
from tradepress.crawling.confined_browser import NoBrowser
class Ends:
    def __init__(self, crawler): pass
    async def require_browser(self): pass
    async def render(self, response): raise NoBrowser("chromium does not start (no memory).")
news_spider.PageRenderer = Ends
"""
LACKS = "the extra browser is missing: pip install 'tradepress[browser]'."
CONTACT = ("--contact", "me@library.example")


def test_a_crawl_goes_on_with_the_other_sources(
    tradepress: Tradepress, spiders: Path, site: Site
) -> None:
    path = "/trademark/lantern-case-1001"
    site.pages = {
        "/trademark/": Answer(f"<a href='{path}'>A story</a>"),
        path: Answer(a_story("Lantern mark lost")),
    }
    declare(spiders, "gazette", site.home, rendered=True, verified=None)
    declare(spiders, "courier", site.home)
    inject(spiders, "gazette", WITHOUT)
    done = tradepress("crawl", "gazette", "courier", "--no-trial", *CONTACT)
    assert done.returncode == 1
    assert f"gazette: its pages are rendered (drawn by their scripts), and for that {LACKS}" in (
        done.stderr
    )
    assert "stored        1" in done.stdout
    alone = tradepress("crawl", "gazette", "--no-trial", *CONTACT)
    assert alone.returncode == 4
    assert LACKS in alone.stderr
    assert "Traceback" not in done.stderr + alone.stderr


def test_a_browser_that_no_longer_starts_ends_the_crawl_of_its_source(
    tradepress: Tradepress, spiders: Path, site: Site
) -> None:
    paths = [f"/trademark/lantern-case-{number}" for number in range(1001, 1004)]
    site.pages = {path: Answer(a_story("Lantern mark lost")) for path in paths}
    links = "".join(f"<a href='{path}'>A story</a>" for path in paths)
    site.pages["/trademark/"] = Answer(links)
    declare(spiders, "gazette", site.home, rendered=True)
    inject(spiders, "gazette", ENDS)
    done = tradepress("crawl", "gazette", "--no-trial", *CONTACT)
    assert done.returncode == 1
    assert "gazette: chromium does not start (no memory)." in done.stderr
    assert "Traceback" not in done.stderr
    db = sqlite3.connect(spiders.parent / "archive.db")
    outcomes = db.execute("SELECT outcome, reason FROM urls").fetchall()
    db.close()
    assert set(outcomes) == {("deferred", "browser")}


def test_so_do_a_check_an_extraction_and_a_fetch(
    tradepress: Tradepress, spiders: Path, site: Site
) -> None:
    declare(spiders, "gazette", site.home, rendered=True)
    inject(spiders, "gazette", WITHOUT)
    address = f"{site.home}/trademark/lantern-case-1001"
    for words in (
        ("sources", "check", "gazette"),
        ("extract", address, "--source", "gazette"),
        ("fetch", address),
    ):
        told = tradepress(*words, *CONTACT)
        assert told.returncode == 2
        assert LACKS in told.stderr
        assert "Traceback" not in told.stderr
    assert site.requests == []
