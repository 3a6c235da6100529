"""Names of files in a package that lead out of it: nothing is unpacked there."""

import gzip
import zipfile
from pathlib import Path

from conftest import Tradepress, a_story

URL = "https://www.worldipreview.com/trademark/lantern-case-15002"


def record(url: str) -> bytes:
    page = a_story("Lantern case").encode()
    head = f"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: {len(page)}\r\n\r\n"
    answer = head.encode() + page
    about = (
        "WARC/1.0\r\nWARC-Type: response\r\n"
        "WARC-Record-ID: <urn:uuid:00000000-0000-0000-0000-000000000001>\r\n"
        f"WARC-Target-URI: {url}\r\nWARC-Date: 2020-01-01T00:00:00Z\r\n"
        "Content-Type: application/http; msgtype=response\r\n"
        f"Content-Length: {len(answer)}\r\n\r\n"
    )
    return gzip.compress(about.encode() + answer + b"\r\n\r\n")


def test_no_package_writes_beside_the_archive(here: Tradepress, tmp_path: Path) -> None:
    inner = tmp_path / "inner"
    inner.mkdir()
    outside = tmp_path / "absolute.warc.gz"
    with zipfile.ZipFile(inner / "a.wacz", "w") as package:
        package.writestr("datapackage.json", "{}")
        package.writestr("archive/../../../evil.warc.gz", record(URL))
        package.writestr(str(outside), record(URL))
    result = here("ingest", "inner/a.wacz", "--archive", "inner/archive.db")
    assert result.returncode == 0, result.stderr
    assert "stored 1" in result.stdout + result.stderr
    assert [path.name for path in tmp_path.iterdir()] == ["inner"]
    assert {path.name.partition(".db")[0] for path in inner.iterdir()} == {
        *("a.wacz", "archive", "archive.captures")
    }


def test_no_record_is_of_a_file_of_ours(here: Tradepress, tmp_path: Path) -> None:
    (tmp_path / "a.warc.gz").write_bytes(record("file:///etc/passwd"))
    result = here("ingest", "a.warc.gz")
    assert "1 of no web address" in result.stdout + result.stderr
    assert not (tmp_path / "archive.db").exists()
