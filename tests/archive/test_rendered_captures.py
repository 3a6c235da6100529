"""A page that a browser has rendered is kept beside the answer of which it was made."""

import gzip
import json
import zipfile
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from archive_rows import PAPER, open_writer, save, story, withdraw
from fastwarc.warc import WarcRecord
from libraries import Library, here, there

from tradepress.archive.captures.folder import capture_folder
from tradepress.archive.captures.kept_page import read_kept_page
from tradepress.archive.captures.warc import WarcCaptures, read_capture
from tradepress.archive.care.verify import verify
from tradepress.archive.read_only import read_archive
from tradepress.archive.search.story_query import StoryQuery
from tradepress.archive.stories.ref import resolve_ref
from tradepress.archive.withdrawal.request import tombstone_for
from tradepress.jobs.export_captures import export_captures
from tradepress.story import Capture

__all__ = ["here", "there"]

SHELL, DRAWN = b"<div id=root></div><script src=/a.js></script>", b"<h1>Orrin Vale loses</h1>"
RECEIVED = Capture(
    url=story()["url"],
    body=SHELL,
    content_type="text/html",
    status=200,
    http_headers=(("Content-Type", "text/html"),),
    date_captured=datetime(2026, 11, 24, 9, tzinfo=UTC),
    request_headers=(("User-Agent", "tests"),),
    source="signet",
)
RENDERED = replace(
    RECEIVED,
    body=DRAWN,
    content_type="text/html; charset=utf-8",
    http_headers=(),
    request_headers=(),
    received=RECEIVED,
)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """An archive with one story that was read from a rendered page."""
    path = tmp_path / "archive.db"
    captures = WarcCaptures(tmp_path / "archive.captures")
    with open_writer(path, captures=captures) as writer:
        writer.save_source(PAPER)
        writer.start_run("tests", ["signet"], "0")
        save(writer, story(), capture=RENDERED)
        writer.end_run("done", 0)
    captures.close()
    return path


def kept(path: Path) -> dict[str, WarcRecord]:
    """The records that the index names, by what it calls them."""
    with read_archive(path) as db:
        places = [
            *db.query("SELECT 'page' AS kind, * FROM captures"),
            *db.query("SELECT * FROM capture_records"),
        ]
    return {
        row["kind"]: read_capture(capture_folder(path), row["file"], row["offset"], row["length"])
        for row in places
    }


def test_what_was_rendered_is_a_conversion_of_the_response(path: Path) -> None:
    records = kept(path)
    kinds = {kind: record.headers["WARC-Type"] for kind, record in records.items()}
    assert kinds == {"page": "conversion", "response": "response", "request": "request"}
    assert records["page"].headers["WARC-Refers-To"] == records["response"].record_id
    assert records["request"].headers["WARC-Concurrent-To"] == records["response"].record_id
    assert {record.headers["WARC-Target-URI"] for record in records.values()} == {RECEIVED.url}
    assert records["page"].headers["Content-Type"] == "text/html; charset=utf-8"
    assert records["response"].reader.read() == SHELL


def test_what_is_read_again_is_what_was_rendered(path: Path) -> None:
    with read_archive(path) as db:
        (place,) = db.query("SELECT * FROM captures")
    assert read_kept_page(capture_folder(path), place) == DRAWN
    assert (place["status"], place["content_type"]) == (200, "text/html; charset=utf-8")


def test_the_response_is_verified_too(path: Path) -> None:
    assert verify(path, captures=capture_folder(path), history=True).findings == []
    with open_writer(path, captures=WarcCaptures(capture_folder(path))) as writer:
        writer.write("UPDATE capture_records SET digest = 'sha1:X' WHERE kind = 'response'")
        writer.commit()
    (found,) = verify(path, captures=capture_folder(path)).findings
    assert f"the response of {RECEIVED.url}" in found.words
    assert "is not the page that was saved" in found.words


def test_a_withdrawal_overwrites_all_three(path: Path) -> None:
    captures = WarcCaptures(capture_folder(path))
    with open_writer(path, command="withdraw", captures=captures) as writer:
        article_id, _ = resolve_ref(writer.db, "signet-1")
        erased = withdraw(writer, captures, [tombstone_for(writer.db, article_id, reason="x")])
    assert (erased.captures, erased.missing) == (1, [])
    (file,) = capture_folder(path).iterdir()
    text = gzip.decompress(file.read_bytes())
    assert text.count(b"withdrawn") == 3
    assert RECEIVED.url.encode() not in text


def test_a_merge_copies_them(here: Library, there: Library) -> None:
    with there.open() as writer:
        save(writer, story(), capture=RENDERED)
        writer.end_run("done", 0)
    assert here.take(there).unreadable == []
    assert [*kept(here.path)] == ["page", "response", "request"]


def test_an_export_says_which_is_which(path: Path, tmp_path: Path) -> None:
    target = tmp_path / "press.wacz"
    export_captures(path, target, software="tests", policies={}, query=StoryQuery())
    with zipfile.ZipFile(target) as package:
        page = json.loads(package.read("pages/pages.jsonl").splitlines()[1])
        (line,) = gzip.decompress(package.read("indexes/index.cdx.gz")).decode().splitlines()
        warc = gzip.decompress(
            package.read("archive/" + json.loads(line[line.index("{") :])["filename"])
        )
    assert (page["ref"], page["record"]) == ("signet-1@1", "conversion")
    types = [line.split()[1] for line in warc.splitlines() if line.startswith(b"WARC-Type")]
    assert types == [b"warcinfo", b"conversion", b"response", b"request"]
    assert '"status": "200"' in line  # of the response, which players show
