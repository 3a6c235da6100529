"""A paper whose stories stand behind a wall: what its listing knows, what is kept, and what becomes
of it when the whole text comes."""

import json
import sqlite3
from pathlib import Path

import pytest
from conftest import Answer, Site, Tradepress, a_story, declare

pytestmark = pytest.mark.slow

DEK = "Vale & Holm will pay for both instances, and keep the green glass."
LISTING = f"""<ul><li><span>Designs</span><h3>
<a href="/news/lantern-case-4711">Lantern case</a></h3>
<p>{DEK}</p><p class=author>Ena Quill</p><p>20 January 2022</p></li>
<li><h3><a href="/news/bell-case-4712">Bell case</a></h3></li></ul>"""
WALLED = "<html><head><title>{0}</title></head><body><h1>{0}</h1><a href=/login>Log in</a></body>"


def make_all_due(archive: Path) -> None:
    db = sqlite3.connect(archive)
    with db:
        db.execute("UPDATE urls SET state = 'due', next_due = '2026-01-01T00:00:00Z'")
    db.close()


def test_a_teaser_is_kept_marked_and_filled_up(
    tmp_path: Path, site: Site, tradepress: Tradepress, spiders: Path
) -> None:
    declare(
        spiders,
        "gazette",
        site.home,
        completeness="headline",
        section_names=("Designs",),
        from_listings=("date_published", "authors", "section", "description"),
    )
    site.pages["/robots.txt"] = Answer("User-agent: *\nAllow: /")
    site.pages["/trademark/"] = Answer(LISTING)
    site.pages["/news/lantern-case-4711"] = Answer(WALLED.format("Lantern case"))
    site.pages["/news/bell-case-4712"] = Answer(WALLED.format("Bell case"))

    def story(ref: str) -> dict[str, object]:
        found: dict[str, object] = json.loads(tradepress("show", ref, "--json").stdout)
        return found

    crawl = ("crawl", "gazette", "--no-trial", "--contact", "a@library.example")
    done = tradepress(*crawl)
    assert done.returncode == 0, done.stdout + done.stderr
    one = story("gazette-4711")
    assert (one["completeness"], one["body"], one["description"]) == ("teaser", None, DEK)
    assert (one["date_published"], one["authors"], one["section"]) == (
        "2022-01-20",
        ["Ena Quill"],
        "Designs",
    )
    assert story("gazette-4712")["completeness"] == "headline"
    assert "(Only this summary was served.)" in tradepress("show", "gazette-4711").stdout
    assert "(Only the headline was served.)" in tradepress("show", "gazette-4712").stdout
    assert "gazette-4711" in tradepress("search", "instances").stdout
    again = tradepress("reextract", "--again")
    assert "2 stay as they are" in again.stdout, again.stdout

    make_all_due(tmp_path / "archive.db")
    site.pages["/news/lantern-case-4711"] = Answer(a_story("Lantern case", "20 January 2022"))
    assert tradepress(*crawl).returncode == 0
    one = story("gazette-4711")
    assert (one["version"], one["completeness"], one["section"]) == (2, "body", "Designs")
    assert str(one["body"]).startswith("A maker of lanterns has lost its appeal")

    make_all_due(tmp_path / "archive.db")
    site.pages["/news/lantern-case-4711"] = Answer(WALLED.format("Lantern case"))
    assert tradepress(*crawl).returncode == 0
    assert story("gazette-4711")["version"] == 2
