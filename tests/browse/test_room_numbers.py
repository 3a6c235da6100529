"""Every number that a page of the reading room shows is how many records the file of the stories
holds that stand behind it: pages and files as a reader gets them, files read by others' parsers."""

import asyncio
import csv
import io
import json
import re
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

import bibtexparser
import feedparser
import pytest
import rispy
from archive_rows import open_writer, save, story
from browsing import opened, words
from hypothesis import example, given, settings
from hypothesis import strategies as st
from lxml import html
from random_stories import PAST, QUERIES, random_archive

from tradepress.archive.read_only import read_archive
from tradepress.archive.search.story_query import StoryQuery
from tradepress.browse.addresses.counts_address import PICTURES
from tradepress.browse.addresses.named_kinds import KINDS
from tradepress.browse.addresses.result_address import ResultAddress
from tradepress.browse.facets import kept_index
from tradepress.browse.facets.facet_values import FILTERS
from tradepress.research.queries.saved_queries import SavedQueries
from tradepress.story import Mention

ENDINGS = ("csv", "jsonl", "ris", "bib", "csl.json")
Pairs = list[tuple[str, str]]


def records(ending: str, body: bytes) -> int:
    text = body.decode("utf-8-sig")
    if ending == "csv":
        return len([*csv.DictReader(io.StringIO(text, newline=""))])
    if ending == "jsonl":
        return len({json.loads(line)["ref"] for line in text.splitlines()})
    if ending == "ris":
        return len(rispy.loads(text))
    if ending == "bib":
        library = bibtexparser.parse_string(text)
        assert not library.failed_blocks
        return len(library.entries)
    return len(json.loads(text))


class Room:
    """A reading room that is asked for pages and files."""

    def __init__(self, archive: Path, loop: asyncio.Runner) -> None:
        self.archive = archive
        self._served = opened(archive)
        self._loop = loop
        self._held: dict[tuple[str, str], int] = {}
        loop.run(self._served.invoke_startup())

    def get(self, address: str) -> Any:
        answer = self._loop.run(self._served.client.get(address))
        if answer.status_code == 302:
            return self.get(answer.headers["location"])
        assert answer.status_code == 200, (address, answer.text)
        return answer

    def page(self, address: str) -> Any:
        return html.fromstring(self.get(address).text)

    def held(self, link: str, ending: str = "jsonl") -> int:
        """Records of the file of the result to which a link leads."""
        parts = urlsplit(link)
        assert parts.path == "/stories", link
        if (parts.query, ending) not in self._held:
            body = self.get(f"/stories.{ending}?{parts.query}").content
            self._held[parts.query, ending] = records(ending, body)
        return self._held[parts.query, ending]

    def wait(self) -> None:
        """Until what it counts by is there."""
        archive: Any = self._served.get_database("data")
        archive.facets.wait()

    def close(self) -> None:
        self._served.executor.shutdown()
        for database in self._served.databases.values():
            database.close()


@pytest.fixture(scope="module")
def room(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Room]:
    path = tmp_path_factory.mktemp("numbers") / "archive.db"
    with random_archive(path):
        pass
    with asyncio.Runner() as loop:
        room = Room(path, loop)
        yield room
        room.close()


def link_of(pairs: Pairs) -> str:
    return f"/stories?{urlencode(pairs)}"


def asked(query: StoryQuery, *, fold: bool = True) -> str:
    return link_of(ResultAddress(query=query, fold=fold).parameters())


def only(link: str, name: str, value: str) -> str:
    """The result with this value alone of a filter."""
    pairs = parse_qsl(urlsplit(link).query)
    return link_of([*(pair for pair in pairs if pair[0] != name), (name, value)])


def number(said: str) -> int:
    """The number at the beginning."""
    assert "about" not in said, "nothing writes"
    found = re.match(r"[\d,]+", said)
    return int(found[0].replace(",", "")) if found else {"No": 0, "One": 1}[said.split()[0]]


def require_bars(room: Room, tree: Any) -> None:
    """Each row of each table of a picture, and each bar of a drawn one."""
    for row in tree.xpath("//table[@class='bars' or @class='bars names']//tbody/tr"):
        said = words(row.xpath("td[@class='number']")[0])
        of_share = re.fullmatch(r"[\d.]+ % \(([\d,]+) of [\d,]+\)", said)
        stories = number(of_share[1] if of_share else "0" if said == "–" else said)
        links = row.xpath("th/a/@href")
        if links:
            assert stories == room.held(links[0]), (words(row), links)
    for bar in tree.xpath("//*[name()='svg']/*[name()='a']"):
        said = words(bar, "./*[name()='title']").rpartition(": ")[2]
        if "%" not in said:
            assert number(said) == room.held(bar.get("href")), said


def require_take_away(room: Room, tree: Any, stories: int) -> None:
    """What the block says of each of its files is what that holds."""
    blocks = tree.xpath("//section[@class='take-away']")
    if not stories:
        assert not blocks
        return
    [block] = blocks
    said = re.findall(r"([\d,]+|One|this) (?:story|stories|citations?)", words(block))
    assert len(said) >= 5
    assert {1 if one == "this" else number(one) for one in said} == {stories}
    links = {urlsplit(link).path: link for link in block.xpath(".//a/@href")}
    for ending in ENDINGS:
        query = urlsplit(links[f"/stories.{ending}"]).query
        assert room.held(f"/stories?{query}", ending) == stories
    read = feedparser.parse(room.get(links["/stories.atom"]).content)
    assert not read.bozo
    assert len({entry.id for entry in read.entries}) == stories
    lines = room.get(links["/stories/cite"].replace("/cite", "/cite.txt")).text.splitlines()
    assert len(lines) == stories
    counted = list(
        csv.DictReader(io.StringIO(room.get(links["/stories/counts.csv"]).text.lstrip("\ufeff")))
    )
    assert sum(int(row["stories"]) for row in counted) >= stories  # copies of other months


@pytest.mark.slow
@settings(deadline=None, max_examples=15)
@given(query=QUERIES | PAST, fold=st.booleans())
@example(query=StoryQuery(), fold=True)  # which has copies
def test_the_numbers_of_a_result_are_those_of_its_files(
    room: Room, query: StoryQuery, fold: bool
) -> None:
    link = asked(query, fold=fold)
    tree = room.page(link)
    stories = number(words(tree, "//*[@class='found']//strong"))
    assert {room.held(link, ending) for ending in ENDINGS} == {stories}, link
    assert number(words(tree, "//title").removeprefix(f"{query.words}: ")) == stories
    if copies := re.search(
        r"([\d,]+|One) cop(?:y|ies) at (?:an)?other papers? (?:is|are) not counted",
        words(tree, "//*[@class='found']"),
    ):
        assert number(copies[1]) == room.held(asked(query, fold=False)) - stories
    elif fold:
        assert room.held(asked(query, fold=False)) == stories
    require_take_away(room, tree, stories)
    require_bars(room, tree)
    for item in tree.xpath("//aside//li[span[@class='count']]"):
        if not item.xpath("strong"):
            told = number(words(item, "span[@class='count']"))
            assert told == room.held(item.xpath("a/@href")[0]), words(item)
    for undated in tree.xpath("//p[@class='quiet']/a[contains(., 'without a day')]"):
        assert number(words(undated)) == room.held(undated.get("href"))
    for way in tree.xpath("//div[@class='notice']//li/a"):
        assert number(words(way)) == room.held(way.get("href"))


@pytest.mark.slow
@settings(deadline=None, max_examples=10)
@given(query=QUERIES | PAST, fold=st.booleans(), facet=st.sampled_from(FILTERS))
def test_the_numbers_of_all_values_are_those_of_their_files(
    room: Room, query: StoryQuery, fold: bool, facet: str
) -> None:
    link = asked(query, fold=fold)
    tree = room.page(f"/stories/values?facet={facet}&{urlsplit(link).query}")
    for item in tree.xpath("//form[@class='values']//li"):
        told = number(words(item, "span[@class='count']"))
        [value] = item.xpath("input/@value")
        assert told == room.held(item.xpath("a/@href")[0]), (words(item), link)
        assert told == room.held(only(link, facet, value)), (words(item), link)


@pytest.mark.slow
@pytest.mark.parametrize("by", PICTURES)
@settings(deadline=None, max_examples=4)
@given(query=QUERIES | PAST, fold=st.booleans(), share=st.booleans())
def test_the_numbers_of_a_picture_are_those_of_its_files(
    room: Room, by: str, query: StoryQuery, fold: bool, share: bool
) -> None:
    link = urlsplit(asked(query, fold=fold)).query
    tree = room.page(f"/stories/picture?by={by}&{'share=1&' if share else ''}{link}")
    require_bars(room, tree)
    for found in tree.xpath("//p[@class='found']/a/@href"):
        assert room.held(found) == room.held(f"/stories?{link}")


@pytest.mark.slow
@pytest.mark.parametrize("path", [kind.path for kind in KINDS])
def test_the_number_of_a_name_is_that_of_its_page_and_files(room: Room, path: str) -> None:
    rows = room.page(f"/{path}").xpath("//table//tbody/tr")
    assert rows
    for row in rows:
        tree = room.page(row.xpath("th/a/@href")[0])
        stories = number(words(row.xpath("td")[0]))
        assert number(words(tree, "//p[@class='lead']/strong")) == stories, words(row)
        [all_of_it] = tree.xpath("//a[@class='more']/@href")
        assert room.held(all_of_it) == stories
        require_take_away(room, tree, stories)
        require_bars(room, tree)
        for beside in tree.xpath("//aside//li/a[@class='count']"):
            assert number(words(beside)) == room.held(beside.get("href")), words(beside.getparent())


@pytest.mark.slow
@pytest.mark.parametrize("path", ["/source/signet", "/source/makers", "/"])
def test_the_numbers_of_a_source_and_of_the_front_are_those_of_files(room: Room, path: str) -> None:
    tree = room.page(path)
    require_bars(room, tree)
    for said in tree.xpath("//span[@class='count'][preceding-sibling::a]"):
        link = said.xpath("preceding-sibling::a[1]/@href")[0]
        if link.startswith("/stories"):
            assert number(words(said)) == room.held(link), link
    stories = number(words(tree, "//p[@class='lead']//strong[1]"))
    for row in tree.xpath("//table[@class='rows']//tbody/tr[th/a]"):
        assert number(words(row, "td[1]")) == room.held(row.xpath("th/a/@href")[0]), words(row)
    for link in tree.xpath("//a[@class='more'][starts-with(@href, '/stories')]"):
        assert room.held(link.get("href")) == stories, link.get("href")


@settings(deadline=None, max_examples=10)
@given(
    listed=st.lists(
        st.tuples(st.integers(0, 3), st.sampled_from(["", "@1", "@2", "@9"])), min_size=1
    )
)
def test_the_numbers_of_a_reading_list_are_those_of_its_files(
    room: Room, listed: list[tuple[int, str]]
) -> None:
    lines = room.get("/stories.jsonl?q=lantern").text.splitlines()
    refs = [json.loads(line)["ref"] for line in lines]
    query = urlencode([("ref", refs[place] + version) for place, version in listed])
    blocks = room.page(f"/reading-list?{query}").xpath("//section[@class='take-away moves']")
    assert blocks or all(version in ("@2", "@9") for _, version in listed)
    for block in blocks:
        said = re.findall(r"([\d,]+|One|this) (?:story|stories|citations?)", words(block))
        assert len(said) == 6
        for link in block.xpath(".//a/@href"):
            if "dossier.html" in link:
                held = room.get(link).text.count("<article ")
                assert {1 if one == "this" else number(one) for one in said} == {held}, link
            ending = urlsplit(link).path.removeprefix("/reading-list.")
            if ending in ENDINGS:
                held = records(ending, room.get(link).content)
                assert {1 if one == "this" else number(one) for one in said} == {held}, link


@settings(deadline=None, max_examples=10)
@given(query=QUERIES | PAST, fold=st.booleans())
def test_as_many_citations_are_shown_as_are_found(
    room: Room, query: StoryQuery, fold: bool
) -> None:
    link = asked(query, fold=fold)
    address, shown = link.replace("/stories", "/stories/cite"), 0
    while address:
        tree = room.page(address)
        shown += len(tree.xpath("//ol[@class='citations']/li"))
        address = next(iter(tree.xpath("//a[@rel='next']/@href")), "")
    assert shown == room.held(link)
    if shown:
        of = re.search(r"of ([\d,]+)|(One|\d+) citation", words(tree, "//p[@class='found']"))
        assert of
        assert number(of[1] or of[2]) == shown


@settings(deadline=None, max_examples=5)
@given(query=QUERIES)
def test_a_saved_query_counts_what_its_files_hold(room: Room, query: StoryQuery) -> None:
    with closing(read_archive(room.archive)) as db:
        queries = SavedQueries(db, room.archive)
        queries.save("random", query)
        queries.run("random")
        [line] = room.page("/saved").xpath("//ul[@class='plain saved']/li")
        [now] = line.xpath(".//p[@class='byline']//a")
        [link] = room.page("/saved/random").xpath("//p[@class='original']/a[contains(., 'stor')]")
        for said in (words(now), words(link).removeprefix("All ")):
            assert number(said) == room.held(link.get("href")) == room.held(now.get("href"))
        queries.remove("random")


@pytest.mark.slow
def test_beside_a_writer_each_number_is_true_or_about(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of a large archive, whose index is built beside the pages and kept for a while."""
    monkeypatch.setattr(kept_index, "_IS_SMALL", "SELECT 0")
    monkeypatch.setattr(kept_index, "PAUSE", 1e9)
    monkeypatch.setattr(kept_index, "AT_ONCE", 0)
    path = tmp_path / "archive.db"
    with random_archive(path):
        pass
    with asyncio.Runner() as loop:
        room = Room(path, loop)
        room.page("/stories")
        room.wait()
        assert "about" not in words(room.page("/stories"), "//aside")
        with open_writer(path) as writer:
            writer.start_run("tests", ["signet"], "0")
            court = Mention(field="body", start=0, end=1, kind="court", value="Hill Court")
            save(writer, story(100, section="Designs", mentions=[court]))
            writer.commit()
            told = [*said_beside_links(room)]
        for said, link in told:
            assert said.startswith("about ") or number(said) == room.held(link), link
        assert len({said.startswith("about ") for said, _ in told}) == 2
        room.close()


def said_beside_links(room: Room) -> Iterator[tuple[str, str]]:
    """Numbers of pages, and the results to which they belong."""
    for address in ("/stories?court=Hill+Court&copies=apart", "/stories?q=lantern"):
        tree = room.page(address)
        yield words(tree, "//*[@class='found']//strong"), address
        yield from beside_links(tree.xpath("//aside//li[not(strong)]"))
        yield from beside_links(tree.xpath("//table[@class='bars']//tbody/tr"))
    values = room.page("/stories/values?facet=court&copies=apart")
    yield from beside_links(values.xpath("//form[@class='values']//li"))
    court = room.page("/court/Hill%20Court")
    yield words(court, "//p[@class='lead']/strong"), "/stories?court=Hill+Court"
    yield from beside_links(court.xpath("//table[@class='bars']//tbody/tr"))
    yield from beside_links(room.page("/source/signet").xpath("//tbody/tr"))
    for by in ("month", "court", "author"):
        picture = room.page(f"/stories/picture?by={by}&copies=apart")
        yield from beside_links(picture.xpath("//table[@class='bars']//tbody/tr"))
    for row in room.page("/courts").xpath("//tbody/tr"):
        yield words(row.xpath("td")[0]), asked(StoryQuery(court=(words(row.xpath("th")[0]),)))


def beside_links(rows: list[Any]) -> Iterator[tuple[str, str]]:
    for row in rows:
        links = row.xpath(".//a[starts-with(@href, '/stories?')]/@href")
        counts = row.xpath("span[@class='count'] | td[@class='number']")
        if links and counts:
            yield words(counts[0]), links[0]
