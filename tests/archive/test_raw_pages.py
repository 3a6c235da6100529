"""What of a visit is kept beside a raw page, where the index says that it lies, and who looks."""

import gzip
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from archive_rows import PAPER, SITE, Writer, open_writer, rows, save, story

from tradepress.archive.captures.members import MAGIC
from tradepress.archive.captures.places import known_ends, named_places
from tradepress.archive.captures.warc import WarcCaptures, read_capture
from tradepress.archive.care.verify import verify
from tradepress.story import METADATA_ONLY, Capture

PAGE = Capture(
    url=story()["url"],
    body=b"<p>The lantern mark stands.</p>" * 50,
    content_type="text/html",
    status=200,
    http_headers=(("ETag", '"7"'),),
    date_captured=datetime(2026, 11, 24, 9, tzinfo=UTC),
    request_headers=(("User-Agent", "tests"),),
    source="signet",
)
LATER = datetime(2026, 11, 25, 9, tzinfo=UTC)
AGAIN = replace(PAGE, date_captured=LATER)
NOT_MODIFIED = replace(AGAIN, body=b"", status=304, request_headers=(("If-None-Match", '"7"'),))


@pytest.fixture
def writer(tmp_path: Path) -> Iterator[Writer]:
    """An archive with one story, its raw page, and the request for that."""
    captures = WarcCaptures(tmp_path / "archive.captures")
    with open_writer(tmp_path / "archive.db", captures=captures) as writer:
        writer.save_source(PAPER)
        writer.start_run("tests", ["signet"], "0")
        save(writer, story(), capture=PAGE)
        yield writer
    captures.close()


def records(writer: Writer) -> list[dict[str, Any]]:
    return rows(writer, "SELECT * FROM capture_records ORDER BY id")


def faults(writer: Writer, *, quick: bool = False) -> list[str]:
    writer.commit()
    folder = writer.path.parent / "archive.captures"
    return [found.words for found in verify(writer.path, captures=folder, quick=quick).findings]


def warc(writer: Writer) -> Path:
    (file,) = (writer.path.parent / "archive.captures").iterdir()
    return file


def require_at(writer: Writer, record: dict[str, Any]) -> None:
    found = read_capture(warc(writer).parent, record["file"], record["offset"], record["length"])
    assert found.headers["WARC-Type"] == record["kind"]
    assert found.headers["WARC-Target-URI"] == PAGE.url


def test_the_request_of_a_page_is_named(writer: Writer) -> None:
    (request,) = records(writer)
    assert (request["capture_id"], request["kind"], request["run_id"]) == (1, "request", 1)
    assert request["date_captured"] == "2026-11-24T09:00:00Z"
    require_at(writer, request)


@pytest.mark.parametrize(
    ("kind", "visit"), [("unchanged", AGAIN), ("304", NOT_MODIFIED)], ids=["again", "304"]
)
def test_a_visit_that_finds_the_current_page_is_named(
    writer: Writer, kind: str, visit: Capture
) -> None:
    if kind == "304":
        writer.run.stories.keep_visit(1, visit)
    else:
        assert save(writer, story(), capture=visit).outcome == "unchanged"
    _, revisit = records(writer)
    assert (revisit["capture_id"], revisit["kind"]) == (1, "revisit")
    assert revisit["date_captured"] == "2026-11-25T09:00:00Z"
    require_at(writer, revisit)
    assert len(rows(writer, "SELECT * FROM captures")) == 1
    assert known_ends(writer.db) == {warc(writer).name: warc(writer).stat().st_size}
    assert [len(places) for places in named_places(writer.db).values()] == [3]
    assert faults(writer) == []


def test_so_is_one_that_finds_it_at_another_address(writer: Writer) -> None:
    other = f"{SITE}/print/orrin-vale-1"
    visit = replace(AGAIN, url=other)
    saved = save(writer, story() | {"url": other}, capture=visit, requested_url=other)
    assert saved.outcome == "duplicate"
    (revisit,) = records(writer)[1:]
    assert (revisit["capture_id"], revisit["kind"]) == (1, "revisit")


@pytest.mark.parametrize("version", [None, 1])
def test_so_is_one_from_a_file_once(writer: Writer, version: int | None) -> None:
    if version is not None:  # which is not the current one any more
        save(writer, story(headline="Another"), capture=AGAIN)
    again = replace(AGAIN, date_captured=datetime(2026, 11, 24, 12, tzinfo=UTC))
    for _ in range(2):
        assert save(writer, story(), capture=again, kind="file").outcome == "unchanged"
    kept = [record for record in records(writer) if record["kind"] == "revisit"]
    assert [record["capture_id"] for record in kept] == [1]
    require_at(writer, kept[0])


@pytest.mark.parametrize("why", ["other payload", "new version", "undated", "may not be kept"])
def test_other_visits_are_not(writer: Writer, why: str) -> None:
    if why == "other payload":
        changed = replace(AGAIN, body=PAGE.body + b"<p>Weather: fair</p>")
        assert save(writer, story(), capture=changed).outcome == "unchanged"
    elif why == "new version":
        assert save(writer, story(headline="Another"), capture=AGAIN).outcome == "stored"
    elif why == "undated":
        undated = replace(AGAIN, date_captured=None)
        assert save(writer, story(), capture=undated, kind="file").outcome == "unchanged"
    else:
        without_text = story(policy=METADATA_ONLY) | {"body": None}
        assert save(writer, without_text, capture=AGAIN).outcome != "stored"
    assert [record["kind"] for record in records(writer) if record["kind"] == "revisit"] == []


def test_without_raw_pages_nothing_is_kept_of_a_visit(writer: Writer) -> None:
    writer.transaction.captures = None
    writer.run.stories.keep_visit(1, NOT_MODIFIED)
    assert len(records(writer)) == 1


def test_a_damaged_record_is_named(writer: Writer) -> None:
    (request,) = records(writer)
    writer.commit()
    content = bytearray(warc(writer).read_bytes())
    assert content[request["offset"] :].startswith(MAGIC)
    content[request["offset"] + 60] ^= 0xFF
    warc(writer).write_bytes(content)
    (words,) = faults(writer)
    assert f"the request of {PAGE.url} at byte {request['offset']} can't be read" in words


def test_a_record_in_the_place_of_another_is_named(writer: Writer) -> None:
    save(writer, story(), capture=AGAIN)
    writer.db.execute("UPDATE capture_records SET kind = 'request'")
    (words,) = faults(writer)
    assert f"the request of {PAGE.url} at byte " in words
    assert "is not the request that was saved" in words


def test_records_behind_the_end_of_a_file_and_of_a_lost_file_are_named(writer: Writer) -> None:
    (request,) = records(writer)
    content = warc(writer).read_bytes()
    warc(writer).write_bytes(content[:-1])
    (words,) = faults(writer, quick=True)
    assert f"at byte {request['offset']} lies behind the end of the file" in words
    warc(writer).unlink()
    (words,) = faults(writer, quick=True)
    assert "is missing, with 1 capture and 1 further records" in words


def test_what_a_killed_run_left_of_a_visit_stays_and_is_no_page(writer: Writer) -> None:
    save(writer, story(), capture=AGAIN)
    size = warc(writer).stat().st_size
    writer.db.execute("DELETE FROM capture_records WHERE kind = 'revisit'")
    writer.commit()
    found = verify(writer.path, captures=warc(writer).parent)
    assert (found.findings, found.captures, found.captures_unnamed) == ([], 1, 0)
    with warc(writer).open("ab") as file:
        file.write(gzip.compress(b"WARC/1.1\r\n")[:9])
    WarcCaptures(warc(writer).parent).cut_torn_tails(known_ends(writer.db))
    assert warc(writer).stat().st_size == size
