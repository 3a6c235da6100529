"""Raw pages on disk: what is written can be read, by us and by another WARC tool."""

import gzip
import os
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from warcio.archiveiterator import ArchiveIterator

from tradepress.archive.captures.members import find_records
from tradepress.archive.captures.packing import payload_digest
from tradepress.archive.captures.warc import WarcCaptures, read_capture, read_warc
from tradepress.archive.clean import ArticleRowError
from tradepress.archive.file.rows import Row
from tradepress.story import Capture

MOMENT = datetime(2020, 1, 2, 3, 4, 5, tzinfo=UTC)


def a_response(number: int, body: bytes = b"<p>One paragraph.</p>") -> Capture:
    return Capture(
        url=f"http://signetgazette.example/trademark/{number}",
        body=body,
        content_type="text/html",
        status=200,
        http_headers=(("Content-Type", "text/html"), ("X-Name", "Müller")),
        date_captured=MOMENT,
        source="signet",
    )


def a_text() -> Capture:
    return Capture(
        url="http://signetgazette.example/news/1",
        body=b"A text capture.",
        content_type="text/plain",
        origin="file",
        source="signet",
    )


def test_a_record_is_found_at_the_place_the_index_names(tmp_path: Path) -> None:
    captures = WarcCaptures(tmp_path)
    rows = [captures.append(a_response(n, b"<p>%d" % n)) for n in range(3)]
    rows.append(captures.append(a_text()))
    captures.sync()
    captures.close()
    record = read_capture(tmp_path, rows[1]["file"], rows[1]["offset"], rows[1]["length"])
    assert record.reader.read() == b"<p>1"
    assert record.http_headers.status_code == 200
    assert record.http_headers.get("X-Name") == "Müller"
    assert record.headers.get("WARC-Target-URI") == "http://signetgazette.example/trademark/1"
    assert record.record_date == MOMENT
    text = read_capture(tmp_path, rows[3]["file"], rows[3]["offset"], rows[3]["length"])
    assert text.reader.read() == b"A text capture."


def test_another_warc_tool_reads_it_and_agrees_on_the_digests(tmp_path: Path) -> None:
    captures = WarcCaptures(tmp_path)
    row = captures.append(a_response(1, gzip.compress(b"<p>as received, still compressed")))
    captures.append(a_text())
    captures.close()
    with (tmp_path / row["file"]).open("rb") as stream:
        records = []
        for record in ArchiveIterator(stream, check_digests=True):
            record.content_stream().read()
            records.append((record.rec_type, record.digest_checker.passed))
    assert records == [("warcinfo", True), ("response", True), ("resource", True)]


def test_one_file_a_month_and_source(tmp_path: Path) -> None:
    captures = WarcCaptures(tmp_path)
    name = captures.append(a_response(1))["file"]
    captures.close()
    assert name == f"signet-{datetime.now(UTC):%Y-%m}.warc.gz"


def test_a_new_folder_has_its_name_for_good_before_a_row_names_its_files(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    synced: list[Path] = []
    monkeypatch.setattr("tradepress.archive.captures.warc.sync", synced.append)
    captures = WarcCaptures(tmp_path / "captures")
    captures.append(a_text())
    captures.close()
    assert {*synced} >= {tmp_path / "captures", tmp_path}


@pytest.mark.parametrize("known", [0, 1, 2])
@pytest.mark.parametrize("lost", [1, 9, 60, 10_000])
def test_a_torn_tail_is_cut_and_whole_records_stay(tmp_path: Path, known: int, lost: int) -> None:
    captures = WarcCaptures(tmp_path)
    rows = [captures.append(a_response(n)) for n in range(3)]
    captures.close()
    path = tmp_path / rows[0]["file"]
    whole = path.read_bytes()
    torn = max(len(whole) - lost, rows[2]["offset"])
    os.truncate(path, torn)
    WarcCaptures(tmp_path).cut_torn_tails({path.name: rows[known]["offset"]})
    assert path.read_bytes() == whole[: rows[2]["offset"]]


def test_garbage_after_the_last_record_is_cut(tmp_path: Path) -> None:
    captures = WarcCaptures(tmp_path)
    row = captures.append(a_response(1))
    captures.close()
    path = tmp_path / row["file"]
    whole = path.read_bytes()
    path.write_bytes(whole + b"\x00" * 512)
    WarcCaptures(tmp_path).cut_torn_tails({})
    assert path.read_bytes() == whole


def test_a_place_without_a_record_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "empty.warc.gz").write_bytes(b"")
    with pytest.raises(ValueError, match="no WARC record"):
        read_capture(tmp_path, "empty.warc.gz", 0, 100)


LONG = (("Content-Type", "text/html"), ("X-Long", "a" * 40_000), ("X-Name", "Müller"))
MANY = (("Content-Type", "text/html"), *((f"X-{n}", "b" * 990) for n in range(60)))


@pytest.mark.parametrize("headers", [LONG, MANY])
def test_headers_that_no_reader_takes_are_left_out_and_the_record_says_so(
    tmp_path: Path, headers: tuple[tuple[str, str], ...]
) -> None:
    captures = WarcCaptures(tmp_path)
    rows = [
        captures.append(page)
        for page in (a_response(0), replace(a_response(1), http_headers=headers), a_response(2))
    ]
    captures.close()
    path = tmp_path / rows[0]["file"]
    with path.open("rb") as stream:
        records = list(read_warc(stream))  # in one go, as other tools do
    truncated = [record.headers.get("WARC-Truncated") for record in records]
    assert truncated == [None, None, "length", None]
    record = read_capture(tmp_path, rows[1]["file"], rows[1]["offset"], rows[1]["length"])
    assert set(record.http_headers.items()) < set(headers)
    assert record.http_headers.get("Content-Type") == "text/html"
    assert record.reader.read() == b"<p>One paragraph.</p>"
    with path.open("rb") as stream:
        for entry in ArchiveIterator(stream, check_digests=True):
            entry.content_stream().read()
            assert entry.digest_checker.passed


def test_an_address_that_no_reader_takes_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ArticleRowError, match="url"):
        WarcCaptures(tmp_path).append(replace(a_text(), url="http://a.example/" + "a" * 40_000))
    assert list(tmp_path.iterdir()) == []


@pytest.fixture
def three(tmp_path: Path) -> list[Row]:
    captures = WarcCaptures(tmp_path)
    rows = [captures.append(a_response(n, b"<p>%d" % n)) for n in range(3)]
    captures.close()
    return rows


def damage(path: Path, row: Row) -> None:
    """In the midst of a record, so that its beginning looks sound."""
    with path.open("r+b") as stream:
        stream.seek(row["offset"] + row["length"] // 2)
        stream.write(bytes(24))


def test_a_damaged_record_costs_itself_alone(tmp_path: Path, three: list[Row]) -> None:
    path = tmp_path / three[0]["file"]
    damage(path, three[1])
    about, *found = find_records(path)
    assert (about.kind, about.url, about.fault) == ("warcinfo", None, None)
    assert [(record.offset, record.length) for record in found] == [
        (row["offset"], row["length"]) for row in three
    ]
    assert [record.fault is None for record in found] == [True, False, True]
    assert [record.url and record.url[-1] for record in found] == ["0", None, "2"]
    for row, is_sound in zip(three, (True, False, True), strict=True):
        place = row["file"], row["offset"], row["length"]
        if is_sound:
            assert payload_digest(read_capture(tmp_path, *place).reader.read()) == row["digest"]
        else:
            with pytest.raises(ValueError, match="no WARC record"):
                read_capture(tmp_path, *place)
    captures = WarcCaptures(tmp_path)
    assert [captures.page(row) for row in three] == [b"<p>0", None, b"<p>2"]
    whole = path.read_bytes()
    assert [row["url"] and row["url"][-1] for row in captures.unnamed({})] == ["0", None, "2"]
    assert path.read_bytes() == whole  # the last record is no torn tail


def test_records_of_the_first_release_with_too_long_headers_are_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It wrote all that a server sent; other tools give up on them."""
    captures = WarcCaptures(tmp_path)
    with monkeypatch.context() as first_release:
        first_release.setattr(
            "tradepress.archive.captures.packing.fitting_headers", lambda lines: lines
        )
        rows = [
            captures.append(replace(a_response(n), http_headers=headers))
            for n, headers in enumerate([LONG[:1], LONG, MANY, LONG[:1]])
        ]
    captures.close()
    path = tmp_path / rows[0]["file"]
    for row in rows:
        place = row["file"], row["offset"], row["length"]
        assert payload_digest(read_capture(tmp_path, *place).reader.read()) == row["digest"]
        assert captures.page(row) == b"<p>One paragraph.</p>"
    assert [record.length for record in find_records(path)][1:] == [row["length"] for row in rows]


def test_only_files_that_were_written_are_forced_to_the_disk(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    captures = WarcCaptures(tmp_path)
    forced: list[str] = []
    monkeypatch.setattr(
        "tradepress.archive.captures.warc.os.fsync",
        lambda number: forced.append(Path(f"/proc/self/fd/{number}").readlink().name),
    )
    for source in ("signet", "makers"):
        captures.append(replace(a_response(1), source=source))
    forced.clear()  # those of the folder
    captures.sync()
    assert sorted(name.partition("-")[0] for name in forced) == ["makers", "signet"]
    captures.append(replace(a_response(2), source="makers"))
    forced.clear()
    captures.sync()
    captures.sync()
    assert [name.partition("-")[0] for name in forced] == ["makers"]
    captures.close()
