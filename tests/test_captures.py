"""Raw pages on disk: what is written can be read, by us and by another WARC tool."""

import gzip
import os
from datetime import UTC, datetime
from pathlib import Path

import pytest
from warcio.archiveiterator import ArchiveIterator

from crawler.captures.warc import WarcCaptures, read_capture
from crawler.items import Capture

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
    assert records == [("response", True), ("resource", True)]


def test_one_file_a_month_and_source(tmp_path: Path) -> None:
    captures = WarcCaptures(tmp_path)
    name = captures.append(a_response(1))["file"]
    captures.close()
    assert name == f"signet-{datetime.now(UTC):%Y-%m}.warc.gz"


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
