"""What Zotero's button saves of the reading room's pages, and its import makes of their files."""

from collections.abc import Iterable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread
from typing import Any
from urllib.request import urlopen

import archive_rows
import pytest
from browsing import a_run, browsing, save
from zotero_server import Item, Zotero, zotero

from tradepress.archive.clock import utc_now
from tradepress.archive.read_only import read_archive
from tradepress.archive.stories.story_record import Story, load_story

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
    "of a particle": {"authors": ["Jan van der Berg"]},
    "two authors": {"authors": ["Ann Holm", "Orrin Teo-Vale"]},
    "reserved": {"reservations": [{"term": "noai", "evidence": "meta", "value": "noai"}]},
    "of a firm": {"authors": ["The Lantern, Brass & Bell Company"]},
    "by many": {"authors": ["Jan van der Berg", "A. B. Smith", "Ida Bo", "דנה כהן", "王小明"]},
    "of another language": {"language": "de"},
    "unsaid language": {"language": None},
    "elsewhere": {},
}
MEMENTO = "https://web.archive.org/web/20190203040506id_/http://signet.example/x"
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
    stories: dict[str, Story]
    """What the archive holds."""

    @property
    def today(self) -> str:
        return utc_now()[:10]

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
        writer.write(
            "INSERT INTO captures (id, url, date_captured, origin, retrieved_from, digest, file, "
            "offset, length) VALUES (1, 'http://signet.example/x', '2019-02-03T04:05:06Z', "
            "'wayback', ?, '', '', 0, 0)",
            [MEMENTO],
        )
        writer.write(
            "UPDATE version_rows SET capture_id = 1 WHERE article_id = "
            "(SELECT id FROM articles WHERE ref = ?)",
            [refs["elsewhere"]],
        )
    with closing(read_archive(path)) as db:
        stories = {name: load_story(db, ref) for name, ref in refs.items()}
    with browsing(path) as served:
        yield Room(home=served.home, refs=refs, stories=stories)


def one(zotero: Zotero, room: Room, name: str) -> Item:
    item, note = zotero.saved(f"{room.home}/story/{room.refs[name]}")
    assert note["note"].endswith(f"Tradepress {room.stories[name].cited_name}</p>")
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
    assert (item["archive"], item["archiveLocation"]) == (
        "Tradepress",
        room.stories[name].cited_name,
    )
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
        room.stories["first version"].cited_name,
    )


@contextmanager
def without_unapi(room: Room, path: str) -> Iterator[str]:
    """The address of a page that other managers than Zotero see: of its head, the meta alone."""
    text = room.text(path).replace('rel="unapi-server"', 'rel="none"').encode()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.end_headers()
            self.wfile.write(text)

        def log_message(self, *_: object) -> None:
            pass

    with HTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}{path}"
        finally:
            server.shutdown()
            thread.join()


@pytest.mark.parametrize("name", [*HEADLINES, "two authors", "of a particle"])
def test_the_meta_of_a_page_say_what_ris_says(zotero: Zotero, room: Room, name: str) -> None:
    """But for the kind, which Highwire's words can't say: to Zotero unAPI does."""
    with without_unapi(room, f"/story/{room.refs[name]}") as address:
        (item,) = zotero.saved(address)
    told = one(zotero, room, name)
    assert item["itemType"] == "journalArticle"
    for field in ("title", "creators", "publicationTitle", "date", "language", "url"):
        assert item[field] == told[field], field


def facts_of(story: Story, *, commas: bool = True) -> Item:
    """What Zotero is to make of it, but for dates that it writes in its own way, and notes."""
    location = story.retrieved_from or story.cited_name
    facts: Item = {
        "title": " ".join(story.headline.split()),
        "creators": [name if commas else name.replace(",", "") for name in story.authors],
        "language": story.language,
        "url": story.url,
        "abstractNote": None if story.reservations else story.description,
    }
    if story.cited_as == "blog":
        facts |= {"itemType": "blogPost", "blogTitle": story.publisher}
    else:
        facts |= {
            "itemType": "newspaperArticle",
            "publicationTitle": story.publisher,
            "section": story.section,
            "archive": "Internet Archive" if story.retrieved_from else "Tradepress",
            "archiveLocation": location,
        }
    return {name: value for name, value in facts.items() if value}


def read_as(item: Item) -> Item:
    """The same of an item, with the names of its authors in one piece."""
    names = [
        " ".join(filter(None, (one.get("firstName"), one.get("lastName"), one.get("name"))))
        for one in item.get("creators", [])
    ]
    known = (
        *("title", "language", "url", "abstractNote", "itemType", "blogTitle"),
        *("publicationTitle", "section", "archive", "archiveLocation"),
    )
    facts = {name: item[name] for name in known if name in item}
    return {**facts, "creators": names} if names else facts


def current(room: Room, *names: str) -> list[Item]:
    """Facts of the stories in their current versions, in the order of their titles."""
    stories = [
        story
        for name, story in room.stories.items()
        if (not names or name in names) and name != "first version"
    ]
    return in_order(facts_of(story, commas=False) for story in stories)


def in_order(facts: Iterable[Item]) -> list[Item]:
    return sorted(facts, key=lambda one: str(one["title"]))


@pytest.mark.parametrize("name", FIELDS)
def test_the_button_saves_what_the_archive_holds(zotero: Zotero, room: Room, name: str) -> None:
    """But for commas in what is no name of a person: RIS parts names by them."""
    assert read_as(one(zotero, room, name)) == facts_of(room.stories[name], commas=False)


def many(zotero: Zotero, room: Room, path: str) -> list[Item]:
    return [item for item in zotero.saved(room.home + path) if item["itemType"] != "note"]


def test_the_button_offers_all_stories_of_a_result(zotero: Zotero, room: Room) -> None:
    items = many(zotero, room, "/stories?copies=apart")
    there = [item for item in items if item["title"] != "Changed since"]
    assert in_order(map(read_as, there)) == current(room)
    assert len({item["accessDate"][:10] for item in items}) == 1
    dates = {item["title"]: item.get("date") for item in items}
    assert dates["A story that is of a month"] == "2017-08"
    assert dates["A story that is undated"] is None
    assert dates["A story that is timed"] == "2017-08-04"


@pytest.mark.parametrize(
    ("path", "names"),
    [
        ("/author/Orrin%20Teo-Vale", ["two authors"]),
        ("/source/makers", ["blog"]),
        ("/reading-list?ref={blog}&ref={elsewhere}@1&ref=none-1", ["blog", "elsewhere"]),
    ],
)
def test_the_button_offers_the_stories_of_lists(
    zotero: Zotero, room: Room, path: str, names: list[str]
) -> None:
    items = many(zotero, room, path.format(**room.refs))
    assert in_order(map(read_as, items)) == current(room, *names)


@pytest.mark.parametrize("ending", ["ris", "csl.json", "bib"])
def test_the_files_of_a_result_are_imported(zotero: Zotero, room: Room, ending: str) -> None:
    found = zotero.imported(room.text(f"/stories.{ending}?copies=apart"))
    items = [item for item in found if item["itemType"] != "note"]
    assert len(items) == len(room.refs)
    if ending != "bib":
        lost = {HEADLINES[name] for name in ("markup", "ampersand")} if ending == "ris" else set()
        there = [
            facts_of(story, commas=ending != "ris")
            for name, story in room.stories.items()
            if name not in ("first version", "address") and story.headline not in lost
        ]
        read = {str(fact["title"]): fact for fact in map(read_as, items)}
        for facts in there:
            assert read[facts["title"]] == facts
        assert all(item["accessDate"][:10] == room.today for item in items)
    titles = {item["title"] for item in items}
    assert {HEADLINES["plain"], HEADLINES["quotes"], HEADLINES["Hebrew"]} <= titles
    if ending == "csl.json":
        assert {*HEADLINES.values()} <= titles
    kinds = {item["itemType"] for item in items}
    if ending == "bib":  # its import knows no newspaper article
        assert kinds == {"journalArticle", "document"}
    else:
        assert kinds == {"newspaperArticle", "blogPost"}
