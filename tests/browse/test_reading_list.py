"""The reading list: ticked in pages, kept by the browser, told what became of its stories."""

import csv
import io
import json
from pathlib import Path
from urllib.parse import urlencode

import pytest
from archive_rows import open_writer, withdraw
from browsing import a_run, path, save
from forms import Reader, reading
from hypothesis import given
from hypothesis import strategies as st

from tradepress.archive.stories.ref import resolve_ref
from tradepress.archive.withdrawal.request import tombstone_for
from tradepress.browse.addresses.kept_refs import MOST_LETTERS, KeptRefs, cookie_name, refs_in

__all__ = ["path"]

ADD = "Add ticked stories to the reading list"
REFS = st.builds(
    "{}-{}{}".format,
    st.sampled_from(["wipr", "signet", "ipkat2"]),
    st.text("aZ09._-", min_size=1, max_size=12),
    st.sampled_from(["", "@1", "@27"]),
)


@given(st.lists(REFS, unique=True, max_size=30))
def test_a_cookie_gives_back_what_was_kept(refs: list[str]) -> None:
    kept = KeptRefs().adding(refs)
    assert kept.refs == tuple(refs)
    assert refs_in(kept.as_cookie()) == kept


@given(st.text())
def test_whatever_stands_in_a_cookie_is_refs_or_nothing(cookie: str) -> None:
    kept = refs_in(cookie)
    assert refs_in(kept.as_cookie()) == kept
    assert KeptRefs().adding(kept.refs) == kept or len(cookie) > MOST_LETTERS


def test_a_list_holds_some_250_stories_and_no_more_than_a_cookie() -> None:
    refs = [f"wipr-{number}" for number in range(14000, 15000)]
    kept = KeptRefs().adding(refs)
    assert 250 < len(kept.refs) < len(refs)
    assert kept.refs == tuple(refs[: len(kept.refs)])
    assert len(kept.as_cookie()) <= MOST_LETTERS
    assert kept.adding(["a-1"]).refs in (kept.refs, (*kept.refs, "a-1"))


def test_stories_are_moved() -> None:
    kept = KeptRefs(refs=("a-1", "b-2", "c-3"))
    assert kept.moved("b-2", -1).refs == ("b-2", "a-1", "c-3")
    assert kept.moved("b-2", 1).refs == ("a-1", "c-3", "b-2")
    assert kept.moved("a-1", -1) == kept
    assert kept.moved("c-3", 1) == kept
    assert kept.moved("d-4", 1) == kept
    assert kept.without(["b-2", "d-4"]).refs == ("a-1", "c-3")
    assert kept.adding(["b-2", "no ref", "d-4"]).refs == ("a-1", "b-2", "c-3", "d-4")


@pytest.fixture
def refs(path: Path) -> list[str]:
    with a_run(path) as writer:
        return [
            save(writer, "Lantern mark refused", date_published="2017-08-04"),
            save(writer, "Lantern mark granted", date_published="2016-02-01"),
            save(writer, "A lantern again", source="makers"),
        ]


def listed(reader: Reader) -> list[str]:
    return [one.get("id") for one in reader.page("/reading-list").xpath("//ol[@class='listed']/li")]


def said(tree: object) -> str:
    return " ".join(tree.xpath("string(//main)").split())  # type: ignore[attr-defined]


def test_ticked_stories_are_kept_in_their_order(path: Path, refs: list[str]) -> None:
    with reading(path) as reader:
        assert "Nothing is on your reading list" in said(reader.page("/reading-list"))
        tree = reader.page("/stories?q=lantern&order=date")
        boxes = tree.xpath("//input[@type='checkbox' and @form='ticks']/@value")
        assert sorted(boxes) == sorted(refs)
        answer = reader.press(tree, ADD, ref=refs[1:])
        assert answer.headers["location"] == "/stories?q=lantern&order=date"
        [cookie] = [one for one in reader.set_cookies if one.startswith("reading-list-")]
        assert cookie.startswith(f"{cookie_name(path)}={refs[1]}:{refs[2]};")
        for part in ("HttpOnly", "Path=/", "SameSite=strict"):
            assert part in cookie
        shown = reader.follow(answer)
        assert "2 stories added to your reading list. It holds 2 stories." in shown.text_content()
        assert shown.xpath("//input[@form='ticks']/@value") == refs[:1]
        assert "added to your" not in reader.page("/stories?q=lantern").text_content()  # said once
        reader.press(shown, ADD, ref=[refs[0]])
        assert listed(reader) == [refs[1], refs[2], refs[0]]


def test_nothing_ticked_is_said(path: Path, refs: list[str]) -> None:
    with reading(path) as reader:
        tree = reader.page("/stories?q=lantern")
        shown = reader.follow(reader.press(tree, ADD))
        assert "No story was ticked" in said(shown)
        reader.press(tree, ADD, ref=refs)
        again = reader.follow(reader.press(tree, ADD, ref=refs[:2]))
        assert "0 stories added to your reading list, 2 on it already" in said(again)


def test_a_full_list_says_so(path: Path, refs: list[str]) -> None:
    full = KeptRefs().adding(f"makers-{number}" for number in range(14000, 15000))
    with reading(path) as reader:
        reader.cookies[cookie_name(path)] = full.as_cookie()
        tree = reader.page("/stories?q=lantern")
        shown = reader.follow(reader.press(tree, ADD, ref=refs))
        assert "3 not added, as the list is at capacity" in said(shown)
        assert f"It holds {len(full.refs)} stories." in said(shown)


def test_a_list_is_put_in_order(path: Path, refs: list[str]) -> None:
    with reading(path) as reader:
        reader.press(reader.page("/stories?q=lantern"), ADD, ref=refs)
        page = reader.page("/reading-list")
        moved = reader.press(page, "Move up: Lantern mark granted")
        assert moved.headers["location"] == f"/reading-list#{refs[1]}"
        assert listed(reader) == [refs[1], refs[0], refs[2]]
        reader.press(reader.page("/reading-list"), "Move down: Lantern mark granted")
        assert listed(reader) == refs
        reader.press(reader.page("/reading-list"), "Sort by day")
        assert listed(reader) == [refs[1], refs[0], refs[2]]  # the undated last
        reader.press(reader.page("/reading-list"), "Remove: A lantern again")
        assert listed(reader) == [refs[1], refs[0]]
        reader.press(reader.page("/reading-list"), "Empty it")
        assert cookie_name(path) not in reader.cookies
        assert listed(reader) == []


def test_an_address_holds_a_list(path: Path, refs: list[str]) -> None:
    with reading(path) as giver:
        giver.press(giver.page("/stories?q=lantern"), ADD, ref=[refs[2], refs[0]])
        [address] = giver.page("/reading-list").xpath("//a[.='The address of this list']/@href")
    assert address == "/reading-list?" + urlencode([("ref", refs[2]), ("ref", refs[0])])
    with reading(path) as taker:
        given = taker.page(address)
        assert [one.get("id") for one in given.xpath("//ol/li")] == [refs[2], refs[0]]
        assert not given.xpath("//button[@name='remove']")
        assert listed(taker) == []
        taker.press(given, "Add these to my reading list", ref=[refs[2], refs[0]])
        assert listed(taker) == [refs[2], refs[0]]


def test_what_became_of_a_story_is_told(path: Path, refs: list[str]) -> None:
    with open_writer(path) as writer:
        article_id, _ = resolve_ref(writer.db, refs[0])
        stone = tombstone_for(writer.db, article_id, reason="court order", keep_headline=True)
        withdraw(writer, None, [stone])
        writer.write(
            "INSERT INTO aliases (ref, article_id, first_version, last_version, merged_at) "
            "SELECT 'signet-old', id, 1, 1, '2026-01-01T00:00:00Z' FROM articles WHERE ref = ?",
            [refs[1]],
        )
        writer.commit()
    with reading(path) as reader:
        kept = KeptRefs(refs=(refs[0], "signet-old", f"{refs[1]}@1", "signet-none", "signet-old@2"))
        reader.cookies[cookie_name(path)] = kept.as_cookie()
        page = reader.page("/reading-list")
    items = [" ".join(one.text_content().split()) for one in page.xpath("//ol/li")]
    assert "Lantern mark refused" in items[0]
    assert "This story was withdrawn: court order." in items[0]
    assert f"put here as signet-old; it was merged into {refs[1]}" in items[1]
    assert "Lantern mark granted" in items[2]
    assert "notice" not in items[2]
    assert "This archive has no story signet-none." in items[3]
    assert "This archive has no story signet-old@2." in items[4]  # it never had a second version
    assert page.xpath("//ol/li/h2/a/@href") == [f"/story/{refs[1]}", f"/story/{refs[1]}@1"]
    assert "5 stories, of which 2 are here" in said(page)
    assert page.xpath("string(//title)") == "Reading list: 2 stories"


def test_hostile_refs_are_nobodys(path: Path, refs: list[str]) -> None:
    with reading(path) as reader:
        reader.cookies[cookie_name(path)] = "<script>:..:signet-1*x:a%3Cb:" + "x" * 300
        assert "<script>" not in reader.ask("GET", "/reading-list").text
        page = reader.page("/reading-list?" + urlencode([("ref", "<script>"), ("ref", refs[0])]))
        assert [one.get("id") for one in page.xpath("//ol/li")] == refs[:1]
        many = urlencode([("ref", f"signet-{number}") for number in range(600)])
        assert "too many for one page" in said(reader.page(f"/reading-list?{many}"))


def test_a_list_is_taken_away_in_its_order(path: Path, refs: list[str]) -> None:
    kept = KeptRefs(refs=(refs[2], f"{refs[0]}@1", "signet-none", refs[0]))
    with reading(path) as reader:
        reader.cookies[cookie_name(path)] = kept.as_cookie()
        page = reader.page("/reading-list")
        files = page.xpath("//section[contains(@class, 'take-away')]//a/@href")
        assert [one.partition("?")[0] for one in files] == [
            f"/reading-list{ending}"
            for ending in (
                *(".ris", ".bib", ".csl.json", "/cite"),
                *("/dossier.html", "/dossier.docx", ".csv", ".jsonl"),
            )
        ]
        answers = {one.partition("?")[0]: reader.ask("GET", one) for one in files}
        assert all(answer.status_code == 200 for answer in answers.values())
        table = [
            *csv.DictReader(io.StringIO(answers["/reading-list.csv"].content.decode("utf-8-sig")))
        ]
        # A story and the version of it that is the current one are one line.
        assert [row["headline"] for row in table] == ["A lantern again", "Lantern mark refused"]
        lines = [json.loads(line) for line in answers["/reading-list.jsonl"].text.splitlines()]
        assert [line["headline"] for line in lines] == [row["headline"] for row in table]
        cited = reader.page(files[3]).xpath("//ol[@class='citations']/li")
        assert ["again" in cited[0].text_content(), "refused" in cited[1].text_content()] == [
            True
        ] * 2
        [text] = reader.page(files[3]).xpath("//a[contains(@href, 'cite.txt')]/@href")
        assert len(reader.ask("GET", text).text.splitlines()) == 2
        assert reader.ask("GET", "/reading-list/cite?style=none").status_code == 400
        assert "nothing to cite" in said(reader.page("/reading-list/cite?ref=none-1"))


def test_a_long_list_is_cited_page_by_page(path: Path) -> None:
    with a_run(path) as writer:
        refs = [save(writer, f"Lantern number {number}") for number in range(60)]
    address = "/reading-list/cite?" + urlencode([("ref", ref) for ref in refs])
    found = []
    with reading(path) as reader:
        while address:
            page = reader.page(address)
            found += [
                one.text_content().lower() for one in page.xpath("//ol[@class='citations']/li")
            ]
            [address] = page.xpath("//a[@rel='next']/@href") or [""]
        assert [f"lantern number {number}" in line for number, line in enumerate(found)] == [
            True
        ] * 60
        last = reader.page(page.xpath("//a[@rel='prev']/@href")[0])
        assert "Citations 26 to 50 of 60" in said(last)
        odd = reader.page(f"/reading-list/cite?page=99999&ref={refs[0]}")
        assert "There is only 1 citation: the first of them" in said(odd)


def test_a_story_is_kept_from_its_own_page(path: Path, refs: list[str]) -> None:
    with reading(path) as reader:
        for name in (refs[0], f"{refs[0]}@1"):
            address = f"/story/{name}?from=q%3Dlantern"
            answer = reader.press(reader.page(address), "Add to the reading list")
            assert answer.headers["location"] == address
            shown = reader.follow(answer)
            assert "1 story added" in said(shown)
            assert shown.xpath("//form[@class='keep']/a[.='On your reading list']")
        assert listed(reader) == [refs[0], f"{refs[0]}@1"]
        page = reader.page(f"/story/{refs[0]}")
        reader.press(page, "Remove from the reading list")
        assert listed(reader) == [f"{refs[0]}@1"]
