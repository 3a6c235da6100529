"""`tradepress ingest` of revisit records: a page that was the same as before was seen then, too."""

import base64
import gzip
import hashlib
import io
import json
import sqlite3
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from conftest import Tradepress, a_story
from warcio.archiveiterator import ArchiveIterator

from tradepress.crawling.page_workers import PageWorkers

URL = "https://www.worldipreview.com/trademark/lantern-case-15001"
SAME = "http://netpreserve.org/warc/1.0/revisit/identical-payload-digest"
UNMODIFIED = "http://netpreserve.org/warc/1.0/revisit/server-not-modified"
PAGE = a_story("Lantern case", "4 August 2014").encode()
OTHER = a_story(
    "Lantern case", "4 August 2014", words="<p>" + "Another text of the same story. " * 20
).encode()
ID = "<urn:uuid:00000000-0000-0000-0000-000000002015>"


@pytest.fixture(autouse=True)
def in_this_process(monkeypatch: pytest.MonkeyPatch) -> None:
    """Pages are read without a process of their own: it is not the point, and takes a second."""

    async def run(_: PageWorkers, function: Any, *args: Any, **kwargs: Any) -> Any:
        return function(*args, **kwargs)

    monkeypatch.setattr(PageWorkers, "run", run)


def a_digest(page: bytes, kind: str = "sha1") -> str:
    value = hashlib.new(kind, page).digest()
    return f"{kind}:{base64.b32encode(value).decode() if kind == 'sha1' else value.hex()}"


def a_record(kind: str, year: int, block: bytes, *more: str, url: str = URL) -> bytes:
    lines = [
        "WARC/1.0",
        f"WARC-Type: {kind}",
        f"WARC-Target-URI: {url}",
        f"WARC-Date: {year}-06-01T12:00:00Z",
        "Content-Type: application/http; msgtype=response",
        f"Content-Length: {len(block)}",
        *more,
    ]
    return gzip.compress("\r\n".join([*lines, "", ""]).encode() + block + b"\r\n\r\n")


def a_capture(year: int, page: bytes = PAGE, *more: str, url: str = URL, head: str = "") -> bytes:
    block = f"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n{head}\r\n".encode() + page
    record_id = f"WARC-Record-ID: <urn:uuid:00000000-0000-0000-0000-{year:012}>"
    return a_record("response", year, block, record_id, *more, url=url)


def a_revisit(
    year: int,
    *more: str,
    url: str = URL,
    status: str = "200 OK",
    head: str = "",
    profile: str = SAME,
) -> bytes:
    block = f"HTTP/1.1 {status}\r\n{head}\r\n".encode()
    return a_record("revisit", year, block, f"WARC-Profile: {profile}", *more, url=url)


DIGEST = f"WARC-Payload-Digest: {a_digest(PAGE)}"
REFERS = f"WARC-Refers-To: {ID}"
TARGET = f"WARC-Refers-To-Target-URI: {URL}"
AT = "WARC-Refers-To-Date: 2015-06-01T12:00:00Z"
CHUNKED = b"%x\r\n%b\r\n0\r\n\r\n" % (len(PAGE), PAGE)
OF_CHUNKS = f"WARC-Payload-Digest: {a_digest(CHUNKED)}"
ORIGINAL = a_capture(2015, PAGE, DIGEST)


def seen(folder: Path) -> list[tuple[str, str, int | None]]:
    query = (
        "SELECT first_seen, last_seen, (SELECT count(*) FROM versions WHERE article_id = "
        "articles.id) FROM articles ORDER BY articles.id"
    )
    with closing(sqlite3.connect(folder / "archive.db")) as db:
        return [(first[:4], last[:4], count) for first, last, count in db.execute(query)]


def told(done: Any) -> list[dict[str, str]]:
    return [json.loads(line) for line in done.stdout.splitlines()]


WAYS: dict[str, tuple[bytes, bytes]] = {
    "by the digest": (ORIGINAL, a_revisit(2018, DIGEST)),
    "by the digest, in hexadecimal": (
        ORIGINAL,
        a_revisit(2018, f"WARC-Payload-Digest: sha1:{hashlib.sha1(PAGE).hexdigest()}"),
    ),
    "by address and date, with a digest of another kind": (
        a_capture(2015),
        a_revisit(2018, f"WARC-Payload-Digest: {a_digest(PAGE, 'sha256')}", TARGET, AT),
    ),
    "by the ID": (ORIGINAL, a_revisit(2018, REFERS)),
    "by address and date": (ORIGINAL, a_revisit(2018, TARGET, AT)),
    "by the date alone": (ORIGINAL, a_revisit(2018, AT)),
    "at another address": (ORIGINAL, a_revisit(2018, TARGET, AT, url=f"{URL}?print")),
    "not modified, by the ID": (
        ORIGINAL,
        a_revisit(2018, REFERS, status="304 Not Modified", profile=UNMODIFIED),
    ),
    "not modified, by address and date": (
        ORIGINAL,
        a_revisit(2018, TARGET, AT, status="304 Not Modified", profile=UNMODIFIED),
    ),
    "without a block": (
        ORIGINAL,
        a_record("revisit", 2018, b"", f"WARC-Profile: {SAME}", DIGEST),
    ),
}


@pytest.mark.parametrize("is_first", [True, False], ids=["original first", "revisit first"])
@pytest.mark.parametrize("is_apart", ["one file", "two files", "two commands"])
@pytest.mark.parametrize("way", WAYS)
def test_a_page_that_was_the_same_was_seen_then(
    here: Tradepress, tmp_path: Path, way: str, is_apart: str, is_first: bool
) -> None:
    records: Sequence[bytes] = WAYS[way] if is_first else WAYS[way][::-1]
    if is_apart == "one file":
        (tmp_path / "a.warc.gz").write_bytes(b"".join(records))
        done = here("ingest", "a.warc.gz")
    else:
        for name, record in zip("ab", records, strict=True):
            (tmp_path / f"{name}.warc.gz").write_bytes(record)
        if is_apart == "two files":
            done = here("ingest", "a.warc.gz", "b.warc.gz")
        else:
            done = here("ingest", "a.warc.gz")
            assert done.returncode == int(not is_first)
            done = here("ingest", ".")  # what found nothing is read again
    assert done.returncode == 0, done.stdout
    assert seen(tmp_path) == [("2015", "2018", 1)]
    assert "beside them" not in done.stdout


def test_what_refers_to_nothing_is_told(here: Tradepress, tmp_path: Path) -> None:
    (tmp_path / "a.warc.gz").write_bytes(a_revisit(2018, DIGEST) + a_revisit(2019, TARGET, AT))
    done = here("ingest", "a.warc.gz")
    assert done.returncode == 1
    assert "2 revisits of pages that are not here" in done.stdout
    assert "none of its records gave a page" in done.stdout
    (tmp_path / "b.warc.gz").write_bytes(a_capture(2020, OTHER))
    done = here("ingest", "a.warc.gz", "b.warc.gz", "--json")
    assert done.returncode == 1
    assert [(Path(one["file"]).name, one["outcome"]) for one in told(done)] == [
        ("b.warc.gz", "stored"),
        ("a.warc.gz", "left_out"),
        ("a.warc.gz", "failed"),
    ]
    assert seen(tmp_path) == [("2020", "2020", 1)]


def test_a_revisit_of_what_is_no_story_is_another_matter(here: Tradepress, tmp_path: Path) -> None:
    page = b"<html><title>Log in</title><h1>Log in</h1><p>Please.</p></html>"
    digest = f"WARC-Payload-Digest: {a_digest(page)}"
    picture = a_revisit(2018, DIGEST, head="Content-Type: image/png\r\n")
    (tmp_path / "a.warc.gz").write_bytes(
        ORIGINAL
        + a_capture(2016, page, digest, url=f"{URL}/log-in")
        + a_revisit(2018, digest, url=f"{URL}/log-in")
        + picture
        + a_revisit(2018, DIGEST, status="404 Not Found")
    )
    done = here("ingest", "a.warc.gz")
    words = "1 no HTML, 1 redirects and errors, 1 revisits of pages without a story"
    assert f"Records of files beside them: {words}." in done.stdout
    assert done.returncode == 1  # the page that is no story


@pytest.mark.parametrize("options", [[], ["--no-captures"]])
def test_pages_that_changed_nothing_are_referred_to(
    here: Tradepress, tmp_path: Path, options: list[str]
) -> None:
    """Only the first of two pages of the same text is kept; a revisit refers to the second."""
    (tmp_path / "a.warc.gz").write_bytes(ORIGINAL)
    assert here("ingest", "a.warc.gz", *options).returncode == 0
    second = PAGE + b"<!-- another advertisement -->"
    digest = f"WARC-Payload-Digest: {a_digest(second)}"
    (tmp_path / "b.warc.gz").write_bytes(a_revisit(2018, digest) + a_capture(2017, second, digest))
    done = here("ingest", "b.warc.gz", *options)
    assert (done.returncode, seen(tmp_path)) == (0, [("2015", "2018", 1)])


def test_a_text_that_came_back_is_the_version_that_it_was(here: Tradepress, tmp_path: Path) -> None:
    pages = [ORIGINAL, a_capture(2016, OTHER)]
    (tmp_path / "a.warc.gz").write_bytes(b"".join(pages) + a_revisit(2018, DIGEST))
    assert here("ingest", "a.warc.gz").returncode == 0
    (tmp_path / "b.warc.gz").write_bytes(b"".join([*pages, a_capture(2018)]))
    other = tmp_path / "other"
    other.mkdir()
    assert here("ingest", "b.warc.gz", "--archive", "other/archive.db").returncode == 0
    assert seen(tmp_path) == seen(other) == [("2015", "2018", 2)]


def test_a_revisit_between_two_versions_shows_the_first(here: Tradepress, tmp_path: Path) -> None:
    (tmp_path / "a.warc.gz").write_bytes(
        ORIGINAL + a_revisit(2017, DIGEST) + a_capture(2018, OTHER)
    )
    assert here("ingest", "a.warc.gz").returncode == 0
    assert seen(tmp_path) == [("2015", "2018", 2)]
    with closing(sqlite3.connect(tmp_path / "archive.db")) as db:
        shown = db.execute(
            "SELECT substr(seen_at, 1, 4), version FROM sightings JOIN versions "
            "ON versions.id = version_id ORDER BY 1"
        ).fetchall()
    assert shown == [("2015", 1), ("2017", 1), ("2018", 2)]


def test_a_revisit_shows_the_version_of_its_text(here: Tradepress, tmp_path: Path) -> None:
    pages = [ORIGINAL, a_capture(2017, OTHER), a_capture(2019, PAGE, DIGEST)]
    (tmp_path / "a.warc.gz").write_bytes(b"".join(pages))
    assert here("ingest", "a.warc.gz").returncode == 0
    (tmp_path / "b.warc.gz").write_bytes(a_revisit(2016, DIGEST) + a_revisit(2020, DIGEST))
    assert here("ingest", "b.warc.gz").returncode == 0
    with closing(sqlite3.connect(tmp_path / "archive.db")) as db:
        query = "SELECT version FROM sightings JOIN versions ON versions.id = version_id ORDER BY "
        assert db.execute(f"{query} seen_at").fetchall() == [(1,), (1,), (2,), (1,), (1,)]


def test_a_file_is_known_once_its_revisits_are_settled(here: Tradepress, tmp_path: Path) -> None:
    pages = [ORIGINAL, a_capture(2016, OTHER), a_revisit(2018, DIGEST)]
    (tmp_path / "a.warc.gz").write_bytes(b"".join(pages))
    assert here("ingest", "a.warc.gz").returncode == 0
    done = here("ingest", "a.warc.gz", "--json")
    assert [one["outcome"] for one in told(done)] == ["known"]


def test_what_wget_writes_of_itself_is_no_failure(here: Tradepress, tmp_path: Path) -> None:
    log = a_record("resource", 2018, b"a log", url="metadata://gnu.org/software/wget/log")
    (tmp_path / "a-meta.warc.gz").write_bytes(log)
    done = here("ingest", "a-meta.warc.gz")
    assert (done.returncode, "1 of no web address" in done.stdout) == (0, True)


def test_chunks_count_in_what_a_tool_has_digested(here: Tradepress, tmp_path: Path) -> None:
    """wget digests a payload with its chunks, which the archive does not keep."""
    original = a_capture(2015, CHUNKED, OF_CHUNKS, head="Transfer-Encoding: chunked\r\n")
    (tmp_path / "a.warc.gz").write_bytes(a_revisit(2018, OF_CHUNKS) + original)
    assert here("ingest", "a.warc.gz").returncode == 0
    assert seen(tmp_path) == [("2015", "2018", 1)]


def test_a_withdrawn_story_is_not_seen_again(here: Tradepress, tmp_path: Path) -> None:
    (tmp_path / "a.warc.gz").write_bytes(ORIGINAL)
    (tmp_path / "b.warc.gz").write_bytes(a_revisit(2018, DIGEST))
    assert here("ingest", "a.warc.gz").returncode == 0
    assert here("withdraw", URL, "--reason", "a court", "--yes").returncode == 0
    done = here("ingest", "b.warc.gz")
    assert (done.returncode, seen(tmp_path)) == (1, [])


def test_nothing_is_written_of_a_withdrawn_address(here: Tradepress, tmp_path: Path) -> None:
    """Nor by way of a page that is kept of another story."""
    withdrawn = URL.replace("15001", "15002")
    pages = [ORIGINAL, a_capture(2016, OTHER.replace(b"Lantern", b"Beacon"), url=withdrawn)]
    (tmp_path / "a.warc.gz").write_bytes(b"".join(pages))
    assert here("ingest", "a.warc.gz").returncode == 0
    assert here("withdraw", "--yes", "wipr-15002", "--reason", "court order").returncode == 0
    (tmp_path / "b.warc.gz").write_bytes(a_revisit(2018, TARGET, AT, url=withdrawn))
    assert "rejected  withdrawn" in here("ingest", "b.warc.gz").stdout
    with closing(sqlite3.connect(tmp_path / "archive.db")) as db:
        assert db.execute("SELECT url FROM urls WHERE url LIKE '%case-15002%'").fetchall() == []
    assert seen(tmp_path) == [("2015", "2015", 1)]


def test_a_saved_file_with_the_same_page_again_is_a_revisit_too(
    here: Tradepress, tmp_path: Path
) -> None:
    """Nobody knows what a server said with it: its record has no HTTP headers."""
    (tmp_path / "a.warc.gz").write_bytes(ORIGINAL)
    (tmp_path / "page.html").write_bytes(PAGE)
    (tmp_path / "addresses.csv").write_text(
        f"file,url,date_captured\npage.html,{URL},2018-06-01T12:00:00Z\n"
    )
    assert here("ingest", "a.warc.gz").returncode == 0
    assert here("ingest", "page.html", "--addresses", "addresses.csv").returncode == 0
    assert seen(tmp_path) == [("2015", "2018", 1)]
    written = b"".join(file.read_bytes() for file in sorted(tmp_path.glob("archive*/**/*.warc.gz")))
    kinds = [
        (record.rec_type, record.http_headers is not None)
        for record in ArchiveIterator(io.BytesIO(written))
    ]
    assert kinds == [
        ("warcinfo", False),
        ("response", True),
        ("revisit", False),
    ]
    assert here("verify").returncode == 0
