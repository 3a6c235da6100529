"""What Zotero's button saves of the reading room's pages, and its import makes of their files."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.request import urlopen

import archive_rows
import pytest
from browsing import a_run, browsing, save
from zotero_server import Item, Zotero, zotero

__all__ = ["zotero"]

pytestmark = pytest.mark.slow

HEADLINES = {
    "plain": "Lantern mark refused",
    "quotes": '“Lantern” isn’t a ‘mark’, "board" says',
    "markup": "<i>Vale</i> v <b>Holm</b>: a < b > c",
    "ampersand": "Orrin & Vale &amp; Co &copy; AT&T",
    "mathematics": "Why $x^2 + 1 = \\frac{a}{b}$ is 100% no mark",
    "Hebrew": "בית המשפט פסק: הסימן “פנס” נדחה",
    "a plus": "C++ is a mark + more",
    "100 KB": "Lantern mark " * 7_700 + "refused",
    "RIS": "TY - BOOK is no mark",
}
FIELDS: dict[str, dict[str, Any]] = {
    "unsigned": {"authors": []},
    "undated": {"date_published": None},
    "timed": {"date_published": "2017-08-04T23:30:00+01:00"},
    "of a month": {"date_published": "2017-08"},
    "no section": {"section": None},
    "two authors": {"authors": ["Ann Holm", "Orrin Teo-Vale"]},
    "reserved": {"reservations": [{"term": "noai", "evidence": "meta", "value": "noai"}]},
    "of a firm": {"authors": ["The Lantern, Brass & Bell Company"]},
}
COMMON: dict[str, Any] = {
    "authors": ["Ann Holm"],
    "date_published": "2017-08-04",
    "section": "Designs & marks",
    "language": "en",
    "description": "The office said no.",
}


@dataclass(frozen=True, kw_only=True)
class Room:
    home: str
    refs: dict[str, str]
    """By the name of the case."""

    def text(self, path: str) -> str:
        with urlopen(self.home + path, timeout=60) as answer:
            return str(answer.read().decode())


@pytest.fixture(scope="module")
def room(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Room]:
    path: Path = tmp_path_factory.mktemp("room") / "archive.db"
    refs: dict[str, str] = {}
    with a_run(path) as writer:
        blog = {**archive_rows.SISTER, "name": "makers", "cited_as": "blog"}
        writer.save_source(blog)
        for name, headline in HEADLINES.items():
            refs[name] = save(writer, headline, **COMMON)
        for name, fields in FIELDS.items():
            refs[name] = save(writer, f"A story that is {name}", **{**COMMON, **fields})
        refs["blog"] = save(writer, "A post", **{**COMMON, "source": "makers"})
        address = "http://signet.example/news?a=1&copy=2&x=<i>"
        refs["address"] = save(writer, "An odd address", **{**COMMON, "url": address})
        save(writer, "Changed", "One text.", url="http://signet.example/changed", **COMMON)
        changed = save(
            writer, "Changed since", "Other text.", url="http://signet.example/changed", **COMMON
        )
        refs["first version"] = f"{changed}@1"
    with browsing(path) as served:
        yield Room(home=served.home, refs=refs)


def one(zotero: Zotero, room: Room, name: str) -> Item:
    item, note = zotero.saved(f"{room.home}/story/{room.refs[name]}")
    ref = room.refs[name] if "@" in room.refs[name] else f"{room.refs[name]}@1"
    assert note["note"].endswith(f"Tradepress {ref}</p>")
    assert item["itemType"] == ("blogPost" if name == "blog" else "newspaperArticle")
    assert item["accessDate"]
    return item


@pytest.mark.parametrize("name", HEADLINES)
def test_the_button_saves_a_story(zotero: Zotero, room: Room, name: str) -> None:
    item = one(zotero, room, name)
    assert item["title"] == HEADLINES[name]
    assert item["creators"] == [
        {"creatorType": "author", "firstName": "Ann", "lastName": "Holm"},
    ]
    assert item["publicationTitle"] == "The Signet Gazette"
    assert item["date"] == "2017-08-04"
    assert item["section"] == "Designs & marks"
    assert item["language"] == "en"
    assert item["url"].startswith("http://signet.example/news/")
    assert (item["archive"], item["archiveLocation"]) == ("Tradepress", f"{room.refs[name]}@1")
    assert item["abstractNote"] == "The office said no."


def test_the_button_saves_no_more_than_is_known(zotero: Zotero, room: Room) -> None:
    assert "creators" not in one(zotero, room, "unsigned")
    assert "date" not in one(zotero, room, "undated")
    assert one(zotero, room, "timed")["date"] == "2017-08-04"
    assert one(zotero, room, "of a month")["date"] == "2017-08"
    assert "section" not in one(zotero, room, "no section")
    assert "abstractNote" not in one(zotero, room, "reserved")
    assert [two["lastName"] for two in one(zotero, room, "two authors")["creators"]] == [
        "Holm",
        "Teo-Vale",
    ]
    assert one(zotero, room, "address")["url"] == "http://signet.example/news?a=1&copy=2&x=<i>"
    post = one(zotero, room, "blog")
    assert post["blogTitle"] == "Marks & Makers"
    version = one(zotero, room, "first version")
    assert (version["title"], version["archiveLocation"]) == (
        "Changed",
        room.refs["first version"],
    )


def test_the_button_offers_the_stories_of_a_result(zotero: Zotero, room: Room) -> None:
    items = zotero.saved(f"{room.home}/stories?q=headline:mark&copies=apart")
    items = [item for item in items if item["itemType"] != "note"]
    assert {item["title"] for item in items} == {
        headline for headline in HEADLINES.values() if "mark" in headline
    }
    assert {item["itemType"] for item in items} == {"newspaperArticle"}


@pytest.mark.parametrize("ending", ["ris", "csl.json", "bib"])
def test_the_files_of_a_result_are_imported(zotero: Zotero, room: Room, ending: str) -> None:
    found = zotero.imported(room.text(f"/stories.{ending}?copies=apart"))
    items = [item for item in found if item["itemType"] != "note"]
    assert len(items) == len(room.refs)
    titles = {item["title"] for item in items}
    assert {HEADLINES["plain"], HEADLINES["quotes"], HEADLINES["Hebrew"]} <= titles
    if ending == "csl.json":
        assert {*HEADLINES.values()} <= titles
    kinds = {item["itemType"] for item in items}
    if ending == "bib":  # its import knows no newspaper article
        assert kinds == {"journalArticle", "document"}
    else:
        assert kinds == {"newspaperArticle", "blogPost"}
