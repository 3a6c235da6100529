"""What is taken away from a result: whole, as many as the page counts, in nobody's way."""

import asyncio
import csv
import io
import json
import re
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from html import escape
from http.client import IncompleteRead
from pathlib import Path
from typing import Any
from urllib.parse import urlencode
from urllib.request import urlopen

import bibtexparser
import feedparser
import pytest
import rispy
from browsing import a_run, answers, ask, browsing, get, opened, page, path, save, words
from citations import cited_names
from datasette.utils.asgi import Request, Response
from hypothesis import Phase, settings
from hypothesis import given as given_by
from hypothesis import strategies as st
from lxml import html

from tradepress.browse import downloads
from tradepress.browse.downloads import Download, file_name
from tradepress.browse.page_visit import PageVisit
from tradepress.browse.pages import cite_page
from tradepress.research.queries import query_feed

__all__ = ["path"]

SECTIONS = (None, "Designs", "Trademarks")


@pytest.fixture(scope="module")
def many(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """60 stories of three years, sections and groups of copies."""
    archive = tmp_path_factory.mktemp("many") / "archive.db"
    with a_run(archive) as writer:
        for number in range(60):
            save(
                writer,
                f"{'Buckle' if number % 3 else 'Lantern'} ruling {number}",
                f"{'Clasp' if number % 2 else 'Lamp'} {number} was judged by the tribunal.",
                source="makers" if number % 5 == 0 else "signet",
                section=SECTIONS[number % 3],
                date_published=f"201{number % 4}-08-04" if number % 7 else None,
                authors=[f"Ann Holm {number % 4}"],
            )
    with sqlite3.connect(archive) as db:
        db.execute("UPDATE articles SET duplicate_group = 900 + id % 4 WHERE id % 10 < 4")
    db.close()
    return archive


def rows(path: Path, address: str) -> list[dict[str, str]]:
    answer = get(path, address)
    assert answer.status_code == 200, answer.text
    return list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"))))


def counted(tree: Any) -> int:
    """The number of stories that a page of results says."""
    said = words(tree, "//*[@class='found']//strong")
    number = re.match(r"[\d,]+", said)
    return int(number[0].replace(",", "")) if number else {"No": 0, "One": 1}[said.split()[0]]


ADDRESSES = st.fixed_dictionaries(
    {},
    optional={
        "q": st.sampled_from(["buckle", "lantern OR clasp", "lamp NOT buckle", "zebra"]),
        "source": st.sampled_from(["signet", "makers"]),
        "section": st.sampled_from(["Designs", "trademarks"]),
        "author": st.sampled_from(["Ann Holm 1", "ann holm 3"]),
        "since": st.sampled_from(["2011", "2012-08"]),
        "until": st.sampled_from(["2011", "2012-08-04"]),
        "as_of": st.sampled_from(["2000-01-01", "2200-01-01"]),
        "copies": st.just("apart"),
    },
)


@given_by(st.lists(ADDRESSES, min_size=10, max_size=10))
@settings(max_examples=3, deadline=None, phases=[Phase.generate])
def test_a_file_holds_what_the_page_counts(many: Path, asked: list[dict[str, str]]) -> None:
    """Ten results of one room: to open it takes longer than to ask."""
    queries = ["?" + urlencode(one) for one in asked]
    pages = answers(many, [f"/stories{query}" for query in queries])
    files = answers(many, [f"/stories.jsonl{query}" for query in queries])
    for query, shown, file in zip(queries, pages, files, strict=True):
        refs = [json.loads(line)["ref"] for line in file.text.splitlines()]
        assert len({*refs}) == len(refs) == counted(html.fromstring(shown.text)), query


def test_all_pages_are_in_every_file_in_one_order(many: Path) -> None:
    query = "?q=ruling&copies=apart&page=2&order=date"
    told = rows(many, f"/stories.csv{query}")
    assert len(told) == 60
    days = [row["published_day"] or "~" for row in told]
    assert days == sorted(days)
    refs = [row["ref"] for row in told]
    names = cited_names(many, refs)
    keys = [name.replace("@", "-") for name in names]
    loaded = [json.loads(line) for line in get(many, f"/stories.jsonl{query}").text.splitlines()]
    assert [one["ref"] for one in loaded] == refs
    assert all("mentions" in one for one in loaded)
    records = rispy.loads(get(many, f"/stories.ris{query}").text)
    assert [record["id"] for record in records] == keys
    library = bibtexparser.parse_string(get(many, f"/stories.bib{query}").text)
    assert not library.failed_blocks
    assert [entry.key for entry in library.entries] == keys
    assert [item["id"] for item in get(many, f"/stories.csl.json{query}").json()] == keys
    lines = get(many, f"/stories/cite.txt{query}&style=oscola").text.splitlines()
    assert [line.rstrip("]").rpartition(" ")[2] for line in lines] == names


def test_of_copies_the_first_in_that_order_is_there(many: Path) -> None:
    apart = rows(many, "/stories.csv?copies=apart")
    firsts: dict[str, str] = {}
    for row in apart:
        firsts.setdefault(row["duplicate_group"] or row["ref"], row["ref"])
    folded = [row["ref"] for row in rows(many, "/stories.csv")]
    assert folded == list(firsts.values())
    assert len(folded) == 60 - 24 + 4


def test_a_spreadsheet_knows_utf_8_and_runs_nothing(path: Path) -> None:
    with a_run(path) as writer:
        save(writer, "=HYPERLINK(1) für Wörter", authors=["@SUM(1)"])
    answer = get(path, "/stories.csv")
    assert answer.content.startswith(b"\xef\xbb\xbf")
    [row] = csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig")))
    assert row["headline"] == "'=HYPERLINK(1) für Wörter"


def test_what_is_reserved_is_left_out(path: Path) -> None:
    noai = {"term": "noai", "evidence": "meta", "value": "noai"}
    with a_run(path) as writer:
        save(writer, "Free story", "Plain words of it.", description="Plain.")
        kept = {"description": "Secret.", "reservations": [noai]}
        save(writer, "Kept story", "Secret words of it.", **kept)
    for ending in ("csv", "jsonl", "ris", "bib", "csl.json", "atom"):
        text = get(path, f"/stories.{ending}").text
        assert "Kept story" in text
        assert "Secret" not in text
        assert "Plain" in text
    [free, reserved] = rows(path, "/stories.csv?q=story")
    assert (free["has_text"], reserved["why_no_text"]) == ("true", "noai")


def test_the_operator_may_have_asked_for_less(path: Path) -> None:
    with a_run(path) as writer:
        save(writer, "A story", "Plain words of it.")
    [answer] = ask(path, ("GET", "/stories.csv", {}), policies={"signet": "metadata-only"})
    assert "Plain words" not in answer.text


@pytest.mark.parametrize(
    ("asked", "name"),
    [
        ("lantern; source wipr; since 2016", "stories-lantern-source-wipr-since-2016-2026-11-28.x"),
        ('“Größe” — 商标\r\n"; x=1', "stories-groe-x-1-2026-11-28.x"),
        ("a" * 300, f"stories-{'a' * 80}-2026-11-28.x"),
        ("商标", "stories-2026-11-28.x"),
    ],
)
def test_the_name_tells_query_and_day(
    monkeypatch: pytest.MonkeyPatch, asked: str, name: str
) -> None:
    monkeypatch.setattr(downloads, "utc_now", lambda: "2026-11-28T09:00:00Z")
    assert file_name(asked, "x") == name
    assert re.fullmatch(r"[a-z0-9.-]+", name)


@pytest.mark.parametrize("ending", ["csv", "jsonl", "ris", "bib", "csl.json"])
def test_a_file_is_saved_under_its_name(path: Path, ending: str) -> None:
    with a_run(path) as writer:
        ref = save(writer, "Buckle ruling")
    address = f"/stories.{ending}?q=buckle&source=signet"
    whole, head = ask(path, ("GET", address, {}), ("HEAD", address, {}))
    named = whole.headers["content-disposition"]
    assert re.fullmatch(
        rf'attachment; filename="stories-buckle-source-signet-[0-9-]{{10}}\.{re.escape(ending)}"',
        named,
    )
    assert (head.status_code, head.headers["content-disposition"]) == (200, named)
    assert head.content == b""
    assert head.headers["content-type"] == whole.headers["content-type"]
    if ending not in ("csv", "jsonl"):
        one = get(path, f"/story/{ref}@1.{ending}")
        assert one.text == whole.text
        (name,) = cited_names(path, [ref])
        assert f'filename="{name.replace("@", "-")}.{ending}"' in one.headers["content-disposition"]
        assert get(path, f"/story/{ref}9.{ending}").status_code == 404


@pytest.mark.parametrize("ending", [".csv", ".jsonl", ".ris", ".atom", "/cite", "/cite.txt"])
def test_what_cant_be_asked_is_told(path: Path, ending: str) -> None:
    with a_run(path) as writer:
        save(writer, "Buckle ruling")
    for method in ("GET", "HEAD"):
        [answer] = ask(path, (method, f"/stories{ending}?since=soon", {}))
        assert answer.status_code == 400
    assert "is not a date" in get(path, f"/stories{ending}?since=soon").text
    assert get(path, f"/stories{ending}?colour=red").status_code == 400


def test_more_files_than_can_be_made_at_once_wait(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tradepress.browse.asking.archive_file.MOST_DOWNLOADS", 1)
    with a_run(path) as writer:
        save(writer, "Buckle ruling")
    first, second = ask(path, *[("GET", "/stories.csv", {})] * 2)
    assert (first.status_code, second.status_code) == (200, 200)  # one after the other
    monkeypatch.setattr("tradepress.browse.asking.archive_file.MOST_DOWNLOADS", 0)
    answer = get(path, "/stories.csv")
    assert answer.status_code == 503
    assert "Ask for this one again" in answer.text
    assert "content-disposition" not in answer.headers


Message = dict[str, Any]


def sent(
    path: Path,
    parts: Callable[[Any], Iterator[bytes]],
    receive: Callable[[], Any],
    send: Callable[[Message], Any],
) -> bool:
    """Send a file as a server would; is its place free afterwards?"""
    served = opened(path)

    async def download() -> bool:
        await served.invoke_startup()
        visit = PageVisit(datasette=served, request=Request({"method": "GET"}, receive))
        slots = visit.archive.downloads
        while slots.acquire(blocking=False):
            pass
        slots.release()
        file = Download(visit=visit, name="x.csv", content_type="text/csv", parts=parts, busy=never)
        try:
            await file.asgi_send(send)
        finally:
            free = await asyncio.to_thread(slots.acquire, timeout=30)
        return bool(free)

    try:
        return asyncio.run(download())
    finally:
        served.executor.shutdown()
        for database in served.databases.values():
            database.close()


async def never() -> Response:
    raise AssertionError("there is a place")


def an_archive(path: Path) -> Path:
    with a_run(path) as writer:
        save(writer, "Buckle ruling")
    return path


def test_a_reader_who_goes_away_ends_it(path: Path) -> None:
    made: list[int] = []
    messages: list[Message] = []
    going = asyncio.Event()

    def parts(_db: Any) -> Iterator[bytes]:
        for number in range(1000):
            made.append(number)
            yield b"x" * downloads.SENT_AT_ONCE

    async def receive() -> Message:
        await going.wait()
        return {"type": "http.disconnect"}

    async def send(message: Message) -> None:
        messages.append(message)
        if len(messages) == 5:
            going.set()
        await asyncio.sleep(0)

    assert sent(an_archive(path), parts, receive, send)
    assert len(made) < 20
    assert messages[-1].get("more_body")  # it was never said to be whole


async def stays() -> Message:
    await asyncio.Event().wait()
    raise AssertionError


def test_what_breaks_on_the_way_never_ends_as_a_whole_file(
    path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    messages: list[Message] = []

    async def send(message: Message) -> None:
        messages.append(message)

    def parts(_db: Any) -> Iterator[bytes]:
        yield b"x" * downloads.SENT_AT_ONCE
        raise sqlite3.DatabaseError("disk I/O error")

    assert sent(an_archive(path), parts, stays, send)
    assert [message.get("more_body") for message in messages] == [None, True]
    assert "x.csv broke off" in caplog.text
    assert "disk I/O error" in caplog.text


def test_nothing_is_begun_that_breaks_at_once(path: Path) -> None:
    messages: list[Message] = []

    async def send(message: Message) -> None:
        messages.append(message)

    def parts(_db: Any) -> Iterator[bytes]:
        raise sqlite3.DatabaseError("disk I/O error")
        yield b""

    with pytest.raises(sqlite3.DatabaseError):
        sent(an_archive(path), parts, stays, send)
    assert messages == []


def test_a_reader_who_takes_nothing_is_not_waited_for(
    path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(downloads, "STALLED", 0)

    async def send(message: Message) -> None:
        if message["type"] == "http.response.body":
            await asyncio.Event().wait()

    assert sent(an_archive(path), lambda _db: iter([b"x"]), stays, send)
    assert "TimeoutError" in caplog.text


def test_the_block_says_how_many_each_holds(many: Path) -> None:
    [block] = page(many, "/stories?q=ruling").xpath("//section[@class='take-away']")
    assert words(block, ".//h2") == "Cite or download these 40 stories"
    said = words(block)
    assert "CSV, 40 stories" in said
    assert "CSL-JSON, 40 citations each" in said
    assert "Copies at other papers are left out" in said
    for href in block.xpath(".//a/@href"):
        assert get(many, href).status_code == 200
        assert "q=ruling" in href
    assert not page(many, "/stories?q=zebra").xpath("//section[@class='take-away']")


def test_citations_to_copy_are_paged_and_lead_to_the_text(many: Path) -> None:
    first = page(many, "/stories/cite?q=ruling")
    assert "Citations 1 to 25 of 40" in words(first, "//p[@class='found']")
    [following] = first.xpath("//a[@rel='next']/@href")
    second = page(many, following)
    assert len(first.xpath("//ol[@class='citations']/li")) == cite_page.CITED_AT_ONCE
    assert second.xpath("//ol[@class='citations']/@start") == ["26"]
    assert len(second.xpath("//ol[@class='citations']/li")) == 15
    [text] = second.xpath("//p[@class='found']/a/@href")
    lines = get(many, text).text.splitlines()
    shown = [words(one) for tree in (first, second) for one in tree.xpath("//ol/li[@dir]")]
    assert lines == shown
    assert "the first of them" in words(page(many, "/stories/cite?q=ruling&page=9"), "//main")
    assert "nothing to cite" in words(page(many, "/stories/cite?q=zebra"), "//main")


def test_too_many_citations_are_a_file(many: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cite_page, "MOST_CITED", 39)
    tree = page(many, "/stories/cite?q=ruling&style=apa")
    assert not tree.xpath("//ol[@class='citations']")
    assert "40 citations are more" in words(tree, "//main")
    [text, _] = tree.xpath("//p[@class='notice']/a/@href")
    assert len(get(many, text).text.splitlines()) == 40


def test_each_style_is_a_link_and_the_present_one_says_so(many: Path) -> None:
    tree = page(many, "/stories/cite?q=ruling&style=oscola")
    [current] = tree.xpath("//nav[@class='styles']//a[@aria-current='page']")
    assert words(current) == "OSCOLA, 4th edition"
    for href in tree.xpath("//nav[@class='styles']//a/@href"):
        assert "40" in words(page(many, href), "//p[@class='found']")
    assert "give one of" in get(many, "/stories/cite?style=mla").text


def test_a_result_is_followed_by_a_feed(many: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    read = feedparser.parse(get(many, "/stories.atom?q=ruling&section=Designs").content)
    assert not read.bozo
    assert len(read.entries) == counted(page(many, "/stories?q=ruling&section=Designs"))
    assert read.feed.title == "Tradepress: ruling; section Designs"
    links = {link.rel: link.href for link in read.feed.links}
    assert links["self"] == "http://localhost/stories.atom?q=ruling&section=Designs"
    assert links["alternate"] == "http://localhost/stories?q=ruling&section=Designs"
    entry = read.entries[0]
    assert get(many, entry.link.removeprefix("http://localhost")).status_code < 400
    assert re.fullmatch(r"http://(signet|makers)\.example/news/.+", entry.links[1].href)
    everything = feedparser.parse(get(many, "/stories.atom").content).entries
    monkeypatch.setattr(query_feed, "MOST_ENTRIES", 3)
    monkeypatch.setattr(query_feed, "LOOKED_AT_FIRST", 5)
    assert feedparser.parse(get(many, "/stories.atom").content).entries == everything[:3]


def test_a_button_can_ask_what_a_story_is(path: Path) -> None:
    awkward = "“Lamp” & <i>Vale</i> where 2 < 3 &amp; $x^2$: בית &copy; 'x'"
    with a_run(path) as writer:
        ref = save(writer, awkward, url="http://signet.example/news?a=1&copy=2")
    tree = page(path, "/stories")
    [server] = tree.xpath("//head/link[@rel='unapi-server']/@href")
    [asked] = tree.xpath("//abbr[@class='unapi-id']/@title")
    assert asked == f"{ref}@1"
    listed = get(path, server)
    assert (listed.status_code, 'name="ris"' in listed.text) == (200, True)
    assert get(path, server, id=asked).status_code == 300
    assert get(path, server, id=asked, format="mods").status_code == 406
    assert get(path, server, id="signet-999", format="ris").status_code == 404
    answer = get(path, server, id=asked, format="ris").text
    [record] = rispy.loads(answer)
    assert record["type_of_reference"] == "NEWS"
    assert record["title"] == escape(awkward, quote=False)  # Zotero reads values as HTML
    assert "UR  - http://signet.example/news?a=1&amp;copy=2\r\n" in answer
    assert rispy.loads(get(path, f"/story/{ref}.ris").text)[0]["title"] == awkward


@pytest.mark.slow
def test_a_transfer_that_breaks_is_seen_to_break(path: Path) -> None:
    """By a real server: what a browser then calls a failed download."""
    with a_run(path) as writer:
        for number in range(150):
            save(writer, f"Buckle ruling {number}", "A long text. " * 200)
    with closing(sqlite3.connect(path)) as db, db:
        db.execute(
            "UPDATE version_rows SET authors = '{' WHERE id = (SELECT max(id) FROM versions)"
        )
    with browsing(path) as served:
        with urlopen(f"{served.home}/stories.csv?q=buckle", timeout=60) as answer:
            assert answer.status == 200
            with pytest.raises(IncompleteRead):
                answer.read()
        with urlopen(f"{served.home}/stories?q=buckle", timeout=60) as answer:
            assert answer.status == 200
