"""What lies beside the raw pages: who wrote a file, requests, and visits that found no change."""

import gzip
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from warcio.archiveiterator import ArchiveIterator

from tradepress.archive.captures.members import find_records
from tradepress.archive.captures.packing import pack
from tradepress.archive.captures.warc import WarcCaptures
from tradepress.story import Capture

MOMENT = datetime(2020, 1, 2, 3, 4, 5, 678_000, tzinfo=UTC)
PAGE = Capture(
    url="http://127.0.0.1:8000/trademark/lantern?page=1",
    body=gzip.compress(b"<p>The lantern mark stands."),
    content_type="text/html",
    status=200,
    http_headers=(
        ("Content-Type", "text/html"),
        ("Content-Encoding", "gzip"),
        ("ETag", '"7"'),
        ("Last-Modified", "Thu, 02 Jan 2020 00:00:00 GMT"),
    ),
    date_captured=MOMENT,
    request_headers=(("User-Agent", "Tradepress/1 (+archive@library.example)"), ("Accept", "*/*")),
    source="signet",
)
CONDITIONS = (("If-None-Match", '"7"'), ("If-Modified-Since", "Thu, 02 Jan 2020 00:00:00 GMT"))
LATER = MOMENT + timedelta(days=30)
AGAIN = replace(PAGE, date_captured=LATER)
NOT_MODIFIED = replace(
    AGAIN,
    body=b"",
    status=304,
    http_headers=(("ETag", '"7"'),),
    request_headers=(*PAGE.request_headers, *CONDITIONS),
)


@pytest.fixture
def captures(tmp_path: Path) -> Iterator[WarcCaptures]:
    captures = WarcCaptures(tmp_path / "archive.captures")
    yield captures
    captures.close()


def keep(captures: WarcCaptures, page: Capture = PAGE) -> dict[str, Any]:
    """As the archive's index has it."""
    return {"url": page.url, **captures.append(page)}


def records(captures: WarcCaptures) -> list[dict[str, Any]]:
    """Headers and blocks, read by another tool, which checks the digests."""
    captures.close()
    found = []
    for path in sorted(captures.folder.iterdir()):
        with path.open("rb") as stream:
            for record in ArchiveIterator(stream, check_digests=True, no_record_parse=True):
                block = record.raw_stream.read()
                found.append({**dict(record.rec_headers.headers), "block": block})
        checked = subprocess.run([sys.executable, "-m", "warcio.cli", "check", path], check=False)
        assert checked.returncode == 0
    return found


def test_a_file_begins_with_who_wrote_it_and_by_which_rules(captures: WarcCaptures) -> None:
    name = keep(captures)["file"]
    keep(captures)
    about, *pages = records(captures)
    assert [page["WARC-Type"] for page in pages] == ["response", "response"]
    assert (about["WARC-Type"], about["WARC-Filename"]) == ("warcinfo", name)
    fields = dict(line.split(": ", 1) for line in about["block"].decode().splitlines())
    assert fields["software"].startswith("Tradepress/")
    assert fields["format"] == "WARC File Format 1.1"
    assert fields["robots"] == "classic"


def test_so_does_one_whose_beginning_was_torn(captures: WarcCaptures) -> None:
    name = keep(captures)["file"]
    captures.close()
    path = captures.folder / str(name)
    path.write_bytes(path.read_bytes()[:40])
    captures.cut_torn_tails({})
    assert path.read_bytes() == b""
    keep(captures)
    assert [record["WARC-Type"] for record in records(captures)] == ["warcinfo", "response"]


def test_a_request_stands_behind_its_answer_as_it_was_sent(captures: WarcCaptures) -> None:
    packed = pack(PAGE)
    assert packed.request is not None
    captures.append(replace(PAGE, packed=packed))
    captures.append_record(packed.request, "signet")
    _, answer, request = records(captures)
    assert request["WARC-Type"] == "request"
    assert request["WARC-Concurrent-To"] == answer["WARC-Record-ID"] != request["WARC-Record-ID"]
    assert request["WARC-Date"] == answer["WARC-Date"]
    assert request["WARC-Target-URI"] == PAGE.url
    assert request["block"] == (
        b"GET /trademark/lantern?page=1 HTTP/1.1\r\nHost: 127.0.0.1:8000\r\n"
        b"User-Agent: Tradepress/1 (+archive@library.example)\r\nAccept: */*\r\n\r\n"
    )


def test_a_page_of_a_web_archive_has_no_request_and_says_where_it_is_from(
    captures: WarcCaptures,
) -> None:
    memento = f"https://web.archive.example/web/20200102030405id_/{PAGE.url}"
    page = replace(PAGE, origin="wayback", retrieved_from=memento, request_headers=())
    assert pack(page).request is None
    captures.append(page)
    _, record = records(captures)
    assert record["WARC-Source-URI"] == memento
    assert record["WARC-Target-URI"] == PAGE.url


@pytest.mark.parametrize(
    ("visit", "profile"),
    [(AGAIN, "identical-payload-digest"), (NOT_MODIFIED, "server-not-modified")],
)
def test_a_visit_that_finds_the_kept_page_names_it(
    captures: WarcCaptures, visit: Capture, profile: str
) -> None:
    kept = keep(captures)
    place = captures.append_revisit(visit, kept)
    assert place is not None
    assert place["offset"] == kept["offset"] + kept["length"]
    _, answer, revisit = records(captures)
    assert revisit["WARC-Type"] == "revisit"
    assert revisit["WARC-Profile"] == f"http://netpreserve.org/warc/1.1/revisit/{profile}"
    assert revisit["WARC-Date"] == "2020-02-01T03:04:05.678000Z"
    assert revisit["WARC-Target-URI"] == PAGE.url
    assert revisit["WARC-Payload-Digest"] == answer["WARC-Payload-Digest"] == kept["digest"]
    assert revisit["WARC-Refers-To"] == answer["WARC-Record-ID"]
    assert revisit["WARC-Refers-To-Target-URI"] == answer["WARC-Target-URI"]
    assert revisit["WARC-Refers-To-Date"] == answer["WARC-Date"]
    lines = [f"{name}: {value}\r\n" for name, value in PAGE.http_headers]
    headers = f"HTTP/1.1 200 \r\n{''.join(lines)}\r\n".encode()
    assert revisit["block"] == (headers if visit is AGAIN else b"")


@pytest.mark.parametrize(
    "visit",
    [
        replace(AGAIN, body=gzip.compress(b"<p>The lantern mark falls.")),
        replace(NOT_MODIFIED, request_headers=PAGE.request_headers),
        replace(NOT_MODIFIED, request_headers=CONDITIONS[:1]),
        replace(NOT_MODIFIED, request_headers=(("If-None-Match", '"8"'), CONDITIONS[1])),
        replace(NOT_MODIFIED, url=f"{PAGE.url}2"),
    ],
    ids=["other payload", "no condition", "half of it", "since another answer", "other address"],
)
def test_a_visit_that_does_not_prove_the_kept_page_is_no_record(
    captures: WarcCaptures, visit: Capture
) -> None:
    kept = keep(captures)
    assert captures.append_revisit(visit, kept) is None
    assert [record["WARC-Type"] for record in records(captures)] == ["warcinfo", "response"]


def test_nor_is_one_to_a_page_that_cannot_be_read(captures: WarcCaptures) -> None:
    kept = keep(captures)
    assert captures.append_revisit(AGAIN, {**kept, "offset": 0}) is None
    assert captures.append_revisit(AGAIN, {**kept, "digest": "sha1:X"}) is None
    captures.erase([kept])
    assert captures.append_revisit(NOT_MODIFIED, kept) is None


def test_the_shortest_of_them_can_be_overwritten(captures: WarcCaptures) -> None:
    page = replace(PAGE, url="http://a.b/", http_headers=(), request_headers=(("A", "b"),))
    packed = pack(page)
    assert packed.request is not None
    kept = keep(captures, replace(page, packed=packed))
    places = [kept, captures.append_record(packed.request, "signet")]
    place = captures.append_revisit(page, kept)
    assert place is not None
    places.append(place)
    assert captures.erase({"digest": kept["digest"], **place} for place in places) == []
    assert [record["WARC-Type"] for record in records(captures)] == [
        "warcinfo",
        *3 * ["metadata"],
    ]
    (path,) = captures.folder.iterdir()
    assert b"/a.b" not in gzip.decompress(path.read_bytes())


def test_only_pages_are_pages_among_what_no_index_names(captures: WarcCaptures) -> None:
    packed = pack(PAGE)
    assert packed.request is not None
    kept = keep(captures, replace(PAGE, packed=packed))
    captures.append_record(packed.request, "signet")
    captures.append_revisit(AGAIN, kept)
    found = list(captures.unnamed({}))
    assert [(one["kind"], one["is_page"]) for one in found] == [
        ("response", True),
        ("request", False),
        ("revisit", False),
    ]
    assert {one["url"] for one in found} == {PAGE.url}
    (path,) = captures.folder.iterdir()
    assert [record.kind for record in find_records(path)] == [
        "warcinfo",
        *(one["kind"] for one in found),
    ]
