"""`tradepress backfill` from copies of Common Crawl and CC-NEWS: revisits show what stood then."""

import base64
import gzip
import hashlib
import json
import sqlite3
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from conftest import Tradepress, a_story

pytestmark = pytest.mark.slow

URL = "http://signetgazette.example/trademark/lantern-4711"
PAGE, OTHER = a_story("A lantern").encode(), a_story("A lantern relit").encode()
NOTHING = "3I42H3S6NNFQ2MSVX7XZKYAYSCX5QBYJ"
CONTACT = ("--contact", "a@library.example")
KINDS = ("warc/revisit", "text/html")
UNKNOWN = "http://signetgazette.example/trademark/lantern-4712"


def digest_of(page: bytes) -> str:
    return base64.b32encode(hashlib.sha1(page).digest()).decode()


def a_record(kind: str, year: int, status: int, page: bytes, *more: str, url: str = URL) -> bytes:
    block = f"HTTP/1.1 {status} X\r\nContent-Type: text/html\r\n\r\n".encode()
    block += page if kind == "response" else b""
    lines = [
        f"WARC/1.0\r\nWARC-Type: {kind}\r\nWARC-Target-URI: {url}",
        f"WARC-Date: {year}-06-01T12:00:00Z",
        f"WARC-Record-ID: <urn:uuid:00000000-0000-0000-0000-{year:012}>",
        "Content-Type: application/http; msgtype=response",
        f"Content-Length: {len(block)}",
        *more,
    ]
    return gzip.compress("\r\n".join([*lines, "", ""]).encode() + block + b"\r\n\r\n")


def same(year: int, page: bytes, url: str = URL) -> tuple[str, int, int, str, bytes]:
    said = f"WARC-Payload-Digest: sha1:{digest_of(page)}"
    record = a_record("revisit", year, 200, b"", said, url=url)
    return url, year, 200, digest_of(page), record


def unmodified(year: int, since: int, url: str = URL) -> tuple[str, int, int, str, bytes]:
    at = f"WARC-Refers-To-Date: {since}-06-01T12:00:00Z"
    target = f"WARC-Refers-To-Target-URI: {url}"
    return url, year, 304, NOTHING, a_record("revisit", year, 304, b"", target, at, url=url)


def captured(year: int, page: bytes) -> tuple[str, int, int, str, bytes]:
    return URL, year, 200, digest_of(page), a_record("response", year, 200, page)


VISITS = [
    captured(2015, PAGE),
    same(2016, PAGE),
    captured(2017, OTHER),
    unmodified(2018, 2017),
    same(2019, PAGE),
    same(2016, b"never seen", UNKNOWN),
    unmodified(2018, 2014, UNKNOWN),
]
SEEN = [("2015", 1), ("2016", 1), ("2017", 2), ("2018", 2), ("2019", 1)]


def write_index(folder: Path, visits: Sequence[tuple[str, int, int, str, bytes]]) -> None:
    name, data, lines = "crawl-data/x/warc/x.warc.gz", b"", []
    for url, year, status, digest, record in visits:
        fields = {
            "url": url,
            "mime": "text/html"
            if b"response\r\nWARC-T" in gzip.decompress(record)
            else "warc/revisit",
            "status": str(status),
            "digest": digest,
            "length": str(len(record)),
            "offset": str(len(data)),
            "filename": name,
        }
        lines.append(f"x {year}0601120000 {json.dumps(fields)}\n")
        data += record
    (folder / name).parent.mkdir(parents=True)
    (folder / name).write_bytes(data)
    (folder / "x.cdxj").write_text("".join(lines))


def write_news(folder: Path, visits: Sequence[tuple[str, int, int, str, bytes]]) -> None:
    for number in range(0, len(visits), 3):
        name = f"CC-NEWS-2020050{number + 1}010000-0000{number}.warc.gz"
        (folder / name).write_bytes(b"".join(one[-1] for one in visits[number : number + 3]))


def rows(folder: Path, query: str) -> list[tuple[Any, ...]]:
    with closing(sqlite3.connect(folder / "archive.db")) as db:
        return db.execute(query).fetchall()


@pytest.mark.parametrize("cluster", [(), ("--local", "1")], ids=["here", "cluster"])
@pytest.mark.parametrize(("way", "write"), [("commoncrawl", write_index), ("ccnews", write_news)])
def test_a_revisit_shows_the_version_that_it_refers_to(
    tradepress: Tradepress, tmp_path: Path, way: str, write: Any, cluster: tuple[str]
) -> None:
    (tmp_path / "crawls").mkdir()
    write(tmp_path / "crawls", VISITS)
    (tmp_path / "tradepress.toml").write_text(f'[backfill]\ncommoncrawl = "{tmp_path}/crawls"\n')
    days = ("--since", "2020-05", "--until", "2020-05") if way == "ccnews" else ()
    done = tradepress("backfill", "signet", "--from", way, "--yes", *CONTACT, *days, *cluster)
    assert done.returncode == 0, done.stderr + done.stdout
    assert (
        rows(
            tmp_path,
            "SELECT substr(seen_at, 1, 4), version FROM sightings JOIN versions "
            "ON versions.id = version_id ORDER BY 1",
        )
        == SEEN
    )
    assert rows(tmp_path, "SELECT count(*) FROM articles") == [(1,)]
    refused = rows(tmp_path, "SELECT reason FROM fetches WHERE outcome = 'rejected'")
    assert refused == [("revisit_of_no_page_here",)] * 2
    assert "the page that it repeats is not here: 2" in done.stdout
