"""The data that a page loads lie beside it: checked, read again, withdrawn and merged with it."""

import json
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from archive_rows import SITE, rows, save, story, withdraw
from libraries import FIRST, Library, here, there

from tradepress.archive.captures.folder import capture_folder
from tradepress.archive.captures.kept_page import read_kept_page
from tradepress.archive.captures.warc import WarcCaptures
from tradepress.archive.care.verify import verify
from tradepress.archive.ledger.outcomes import Outcome
from tradepress.archive.read_only import read_archive
from tradepress.archive.rereading import load_rereads
from tradepress.archive.stories.ref import resolve_ref
from tradepress.archive.withdrawal.request import tombstone_for
from tradepress.crawling.news_spider import NewsSpider
from tradepress.story import Capture

__all__ = ["here", "there"]
SHELL = b"<!doctype html><title>The Signet</title><div id=root></div>" * 9
WORD = "wobblegong"


def shell_and_data(number: int, words: str = "") -> Capture:
    fields = story(number)
    data = json.dumps({"title": fields["headline"], "body": f"{words} {fields['body']}"})
    page = Capture(
        url=fields["url"],
        body=SHELL,
        content_type="text/html",
        status=200,
        http_headers=(("ETag", '"shell"'),),
        date_captured=FIRST,
        request_headers=(("User-Agent", "tests"),),
        source="signet",
    )
    return replace(
        page,
        data=replace(
            page,
            url=f"{SITE}/api/{number}",
            body=data.encode(),
            content_type="application/json",
            http_headers=(("ETag", f'"{number}"'),),
        ),
    )


def keep(library: Library, *numbers: int, words: str = "") -> None:
    with library.open() as writer:
        for number in numbers:
            save(writer, story(number), capture=shell_and_data(number, words))
        writer.end_run("done", 0)


def folder_of(library: Library) -> Path:
    return capture_folder(library.path)


def in_warc(library: Library, word: str) -> bool:
    """Does the word stand in a page of the captures, or in its data?"""
    captures = WarcCaptures(folder_of(library))
    with read_archive(library.path) as db:
        places = [*db.query("SELECT * FROM captures"), *db.query("SELECT * FROM capture_records")]
    return any(word.encode() in (captures.page(place) or b"") for place in places)


def test_they_are_a_record_of_their_own_beside_the_page(here: Library) -> None:
    keep(here, 1)
    kinds = here.ask("SELECT kind, capture_id FROM capture_records ORDER BY id")
    assert kinds == [("request", 1), ("data", 1)]
    assert verify(here.path, captures=folder_of(here), history=True).findings == []


def test_the_next_visit_asks_by_the_validators_of_the_data(here: Library) -> None:
    keep(here, 1)
    assert here.ask("SELECT etag FROM urls WHERE article_id IS NOT NULL") == [('"1"',)]


@pytest.mark.parametrize(("completeness", "sent"), [("body", {b'"1"'}), ("teaser", set())])
def test_the_validators_of_a_teasers_page_are_not_sent_to_its_data(
    here: Library, completeness: str, sent: set[bytes]
) -> None:
    with here.open() as writer:
        save(writer, story(1) | {"completeness": completeness}, capture=shell_and_data(1))
        spider = SimpleNamespace(run=writer.run, parse_data=None, story_failed=None)
        asked: Any = NewsSpider.data_request
        address = writer.run.addresses.at(story(1)["url"])
        assert address.etag is not None
        request = asked(spider, f"{SITE}/api/1", address, None)
        assert set(request.headers.getlist("If-None-Match")) == sent
        writer.end_run("done", 0)


def test_they_are_found_when_the_page_is_read_again(here: Library) -> None:
    keep(here, 1)
    with read_archive(here.path) as db:
        (version,) = [id_ for (id_,) in db.execute("SELECT id FROM versions")]
        (read,) = load_rereads(db, [version])
    assert read.data is not None
    assert json.loads(read_kept_page(folder_of(here), read.data))["title"] == story(1)["headline"]


def test_a_page_without_data_has_none(here: Library) -> None:
    with here.open() as writer:
        save(writer, story(1), capture=replace(shell_and_data(1), data=None))
        writer.end_run("done", 0)
    with read_archive(here.path) as db:
        assert load_rereads(db, [1])[0].data is None


def test_damage_is_found(here: Library) -> None:
    keep(here, 1)
    (row,) = here.ask("SELECT file, \"offset\", length FROM capture_records WHERE kind = 'data'")
    file, offset, length = row
    with (folder_of(here) / file).open("r+b") as stream:
        stream.seek(offset + length // 2)
        stream.write(b"\0" * 20)
    (found,) = verify(here.path, captures=folder_of(here)).findings
    assert "the data of " in found.words


def withdraw_first(library: Library, *, everywhere: bool = False) -> None:
    captures = WarcCaptures(folder_of(library))
    with library.open(command="withdraw", captures=captures) as writer:
        article_id, _ = resolve_ref(writer.db, "signet-1")
        stone = tombstone_for(writer.db, article_id, reason="court order")
        erased = withdraw(writer, captures, [stone.everywhere() if everywhere else stone])
        assert erased.missing == []


def test_with_the_story_they_are_withdrawn(here: Library) -> None:
    keep(here, 1, words=WORD)
    keep(here, 2)
    assert in_warc(here, WORD)
    withdraw_first(here)
    assert not any(WORD.encode() in file.read_bytes() for file in here.path.parent.rglob("*.db"))
    assert not in_warc(here, WORD)
    assert in_warc(here, story(2)["headline"])
    assert verify(here.path, captures=folder_of(here), history=True).findings == []


def test_those_of_another_story_that_show_it_go_with_it(here: Library) -> None:
    keep(here, 1)
    keep(here, 2, words=f"See also: {story(1)['headline']}.")
    keep(here, 3)
    withdraw_first(here, everywhere=True)
    assert not in_warc(here, story(1)["headline"])
    assert in_warc(here, story(3)["headline"])


def test_a_withdrawn_shell_keeps_out_no_other_that_is_the_same(
    here: Library, there: Library
) -> None:
    keep(here, 1)
    withdraw_first(here)
    keep(there, 1, 2)
    merged = here.take(there)
    assert merged.stories[Outcome.STORED] == 1
    assert [(one.there, one.reason) for one in merged.told] == [("signet-1", "withdrawn")]
    assert here.ask("SELECT kind FROM capture_records ORDER BY id") == [("request",), ("data",)]
    assert in_warc(here, story(2)["headline"])


def test_data_that_come_back_by_a_copied_file_are_known(here: Library, tmp_path: Path) -> None:
    keep(here, 1, words=WORD)
    before = {file: file.read_bytes() for file in folder_of(here).iterdir()}
    withdraw_first(here)
    for file, data in before.items():
        file.write_bytes(data)
    words = [one.words for one in verify(here.path, captures=folder_of(here)).findings]
    assert any("holds a page again that was erased with signet-1" in one for one in words)


def test_a_merge_brings_them(here: Library, there: Library) -> None:
    keep(there, 1, words=WORD)
    here.take(there)
    assert in_warc(here, WORD)
    assert here.ask("SELECT kind FROM capture_records ORDER BY id") == [("request",), ("data",)]


def test_a_page_of_no_story_may_keep_its_data_too(here: Library) -> None:
    with here.open() as writer:
        writer.keep_page(replace(shell_and_data(9), url=f"{SITE}/about"))
        assert [row["kind"] for row in rows(writer, "SELECT kind FROM capture_records")] == [
            "request",
            "data",
        ]
