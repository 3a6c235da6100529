"""WARC files in every state of repair: what is whole is read, what is not is named."""

import gc
import gzip
import io
import random
import re
import zipfile
from collections.abc import Callable, Iterable
from pathlib import Path

import pytest
from fastwarc.stream_io import ZstdWriter

from tradepress.archive.captures.content_encoding import without_chunks
from tradepress.archive.captures.file_part import FilePart
from tradepress.jobs.files.file_page import FilePage, UnreadableFile
from tradepress.jobs.files.file_pages import read_pages
from tradepress.jobs.files.warc_pages import read_records

SITE = "https://lantern.example"


def a_page(number: int) -> bytes:
    words = random.Random(number)
    return b"<h1>Mark %d</h1><p>%s</p>" % (number, words.randbytes(900).hex().encode())


def a_record(
    number: int, *, kind: str = "response", page: bytes | None = None, headers: str = ""
) -> bytes:
    block = a_page(number) if page is None else page
    block_type = "text/html"
    if kind in ("response", "revisit"):
        block_type = "application/http; msgtype=response"
        http = f"HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\n{headers}\r\n"
        block = http.encode() + block
    head = (
        f"WARC/1.0\r\nWARC-Type: {kind}\r\nWARC-Target-URI: {SITE}/{number}\r\n"
        f"WARC-Date: 2019-03-14T09:15:00Z\r\nWARC-Record-ID: <urn:uuid:{number:032}>\r\n"
        f"Content-Type: {block_type}\r\nContent-Length: {len(block)}\r\n\r\n"
    )
    return head.encode() + block + b"\r\n\r\n"


PLAIN = [a_record(number) for number in range(6)]
PACKED = [gzip.compress(record) for record in PLAIN]
NO_ID = [gzip.compress(re.sub(rb"uuid:\d+", b"uuid:0", record)) for record in PLAIN]
HALF = len(PACKED[2]) // 2
START = len(b"".join(PACKED[:2]))
PLAIN_START = len(b"".join(PLAIN[:2]))


def with_third(record: bytes, records: Iterable[bytes] = PACKED) -> bytes:
    first, second, _, *others = records
    return b"".join([first, second, record, *others])


def read(path: Path, start: int = 0) -> tuple[list[FilePage], str]:
    """What is read, and what is said to be unreadable."""
    pages = []
    try:
        for page in read_pages(path, start=start):
            pages.append(page)
    except UnreadableFile as error:
        return pages, str(error)
    return pages, ""


def numbers(pages: Iterable[FilePage]) -> list[int]:
    return [int(str(page.url).rpartition("/")[2]) for page in pages]


ALL, OTHERS = [0, 1, 2, 3, 4, 5], [0, 1, 3, 4, 5]


@pytest.mark.parametrize(
    ("content", "expected", "words"),
    [
        pytest.param(b"".join(PACKED), ALL, "", id="whole"),
        pytest.param(b"".join(PLAIN), ALL, "", id="not packed"),
        pytest.param(b"".join(NO_ID), ALL, "", id="all of one ID"),
        pytest.param(gzip.compress(b"".join(PLAIN)), ALL, "", id="one member"),
        pytest.param(
            gzip.compress(b"".join(PLAIN[:3])) + gzip.compress(b"".join(PLAIN[3:])),
            ALL,
            "",
            id="two members",
        ),
        pytest.param(
            with_third(PACKED[2][:HALF] + bytes(24) + PACKED[2][HALF + 24 :]),
            OTHERS,
            f"1 of its records can't be read (at byte {START}: ",
            id="zeros within",
        ),
        pytest.param(
            with_third(PACKED[2][:-6] + bytes([PACKED[2][-6] ^ 255]) + PACKED[2][-5:]),
            OTHERS,
            f"at byte {START}: ",
            id="checksum",
        ),
        pytest.param(with_third(PACKED[2][:HALF]), OTHERS, f"at byte {START}: ", id="torn"),
        pytest.param(b"".join(PACKED[:3])[:-HALF], [0, 1], f"{START}: it is cut off", id="cut off"),
        pytest.param(b"".join(PACKED[:3])[:-5], [0, 1], f"{START}: it is cut off", id="last bytes"),
        pytest.param(with_third(b"no record"), OTHERS, f"at byte {START}: ", id="no gzip"),
        pytest.param(
            with_third(gzip.compress(b"no record")), OTHERS, f"at byte {START}: ", id="no WARC"
        ),
        pytest.param(with_third(gzip.compress(b"")), OTHERS, "", id="an empty member"),
        pytest.param(b"".join(PACKED) + bytes(100), ALL, "1 of its records", id="zeros behind"),
        pytest.param(
            with_third(gzip.compress(PLAIN[2].replace(b"Content-Length: ", b"Content-Length: 9"))),
            OTHERS,
            f"at byte {START}: it is cut off",
            id="says that it is longer",
        ),
        pytest.param(
            gzip.compress(b"".join(PLAIN[:3]))[:-HALF] + b"".join(PACKED[3:]),
            [0, 1, 3, 4, 5],
            "at byte 0: ",
            id="a torn member of three",
        ),
        pytest.param(
            b"".join([*PACKED[:2], gzip.compress(b"".join(PLAIN[2:4]))[:-9], *PACKED[4:]]),
            [0, 1, 2, 4, 5],
            f"at byte {START}: ",
            id="a torn member of two",
        ),
        pytest.param(
            b"".join(PLAIN)[:-300],
            [0, 1, 2, 3, 4],
            f"at byte {len(b''.join(PLAIN[:5]))}: it is cut off",
            id="not packed, cut off",
        ),
        pytest.param(
            with_third(PLAIN[2][:700], PLAIN),
            OTHERS,
            f"at byte {PLAIN_START}: it is cut off",
            id="not packed, torn",
        ),
        pytest.param(
            with_third(PLAIN[2] + b"no record", PLAIN),
            ALL,
            f"at byte {PLAIN_START + len(PLAIN[2])}: it is no record",
            id="not packed, something between",
        ),
        pytest.param(b"".join(PLAIN)[:-4], ALL, "", id="not packed, without its last line ends"),
        pytest.param(b"".join(PLAIN) + b"\r\n\r\n", ALL, "", id="not packed, more line ends"),
        pytest.param(b"", [], "it holds no whole record", id="nothing"),
        pytest.param(b"no record", [], "it holds no whole record", id="no archive"),
        pytest.param(PACKED[0][:60], [], "it holds no whole record", id="less than a record"),
    ],
)
def test_what_is_whole_is_read(
    tmp_path: Path, content: bytes, expected: list[int], words: str
) -> None:
    path = tmp_path / "crawl.warc.gz"
    path.write_bytes(content)
    pages, said = read(path)
    assert numbers(pages) == expected
    assert all(page.page == a_page(n) for page, n in zip(pages, expected, strict=True))
    assert words in said
    assert bool(words) == bool(said)


@pytest.mark.parametrize("seed", range(40))
@pytest.mark.parametrize("is_packed", [True, False])
def test_random_damage_costs_no_other_record(tmp_path: Path, seed: int, is_packed: bool) -> None:
    draw = random.Random(seed)
    records = list(PACKED if is_packed else PLAIN)
    hit = draw.randrange(6)
    record = bytearray(records[hit])
    at = draw.randrange(len(record))
    if draw.random() < 0.5 or not is_packed:
        del record[at:]
    else:
        record[at : at + 30] = draw.randbytes(30)
    records[hit] = bytes(record)
    path = tmp_path / "crawl.warc"
    path.write_bytes(b"".join(records))
    pages, said = read(path)
    assert [number for number in numbers(pages) if number != hit] == [
        number for number in ALL if number != hit
    ]
    assert hit in numbers(pages) or said or not record


@pytest.mark.parametrize("records", [PACKED, PLAIN], ids=["packed", "not packed"])
def test_reading_goes_on_from_any_page(tmp_path: Path, records: list[bytes]) -> None:
    path = tmp_path / "crawl.warc.gz"
    path.write_bytes(b"".join(records))
    pages, _ = read(path)
    for number, page in enumerate(pages):
        assert page.offset == len(b"".join(records[:number]))
        assert numbers(read(path, page.offset)[0]) == ALL[number:]


def test_pages_of_one_member_begin_where_it_does(tmp_path: Path) -> None:
    path = tmp_path / "crawl.warc.gz"
    path.write_bytes(PACKED[0] + gzip.compress(b"".join(PLAIN[1:])))
    assert {page.offset for page in read(path)[0]} == {0, len(PACKED[0])}


def test_a_file_in_another_packing_is_read_as_far_as_it_is_whole(tmp_path: Path) -> None:
    buffer = io.BytesIO()
    writer = ZstdWriter(buffer)
    for record in PLAIN:
        writer.write(record)
        writer.finish()
    writer.flush()
    path = tmp_path / "crawl.warc.zst"
    path.write_bytes(buffer.getvalue())
    assert (numbers(read(path)[0]), read(path)[1]) == (ALL, "")
    path.write_bytes(buffer.getvalue()[:-700])
    pages, said = read(path)
    assert numbers(pages) == [0, 1, 2, 3]
    assert "and what stands behind it" in said


def test_only_pages_are_read(tmp_path: Path) -> None:
    kinds = ("warcinfo", "request", "resource", "revisit", "metadata", "conversion")
    content = b"".join(gzip.compress(a_record(n, kind=kind)) for n, kind in enumerate(kinds))
    (tmp_path / "crawl.warc.gz").write_bytes(content)
    pages, said = read(tmp_path / "crawl.warc.gz")
    assert (numbers(pages), said) == ([2, 5], "")
    assert {page.status for page in pages} == {None}


def test_the_media_type_of_a_page_may_be_in_capitals(tmp_path: Path) -> None:
    record = a_record(1).replace(b"text/html;", b"Text/HTML;")
    (tmp_path / "crawl.warc").write_bytes(record)
    assert numbers(read(tmp_path / "crawl.warc")[0]) == [1]


def test_of_the_records_of_others_only_the_frame_is_read(tmp_path: Path) -> None:
    """bench/warc_files.py does it with 100,000; these could not be decoded."""
    path = tmp_path / "news.warc.gz"
    strange = "Content-Encoding: lantern\r\n"
    with path.open("wb") as stream:
        for number in range(600):
            is_ours = number % 200 == 7
            record = a_record(number, headers="" if is_ours else strange)
            stream.write(gzip.compress(record, 1))
    asked = []

    def wanted(url: str) -> bool:
        asked.append(url)
        return url.endswith(("/7", "/207", "/407"))

    with path.open("rb") as stream:
        assert numbers(read_records(FilePart(stream), wanted)) == [7, 207, 407]
    assert len(set(asked)) == 600


@pytest.mark.slow
def test_no_page_is_kept_behind_the_reader(tmp_path: Path) -> None:
    path = tmp_path / "crawl.warc.gz"
    path.write_bytes(b"".join(PACKED * 30))
    gc.collect()  # those that other tests have left
    before = page_count()
    counts = [
        page_count() - before
        for number, _ in enumerate(read_pages(path))
        if number % 30 == 29  # to count takes a while
    ]
    assert len(counts) == 6
    assert 0 < max(counts) < 6


def page_count() -> int:
    return sum(isinstance(one, FilePage) for one in gc.get_objects())


def in_chunks(page: bytes) -> bytes:
    pieces = [page[at : at + 700] for at in range(0, len(page), 700)]
    return b"".join(b"%x;x=1\r\n%b\r\n" % (len(piece), piece) for piece in pieces) + b"0\r\n\r\n"


@pytest.mark.parametrize(
    ("headers", "send", "kept"),
    [
        ("Transfer-Encoding: chunked\r\n", in_chunks, bytes),
        ("Transfer-Encoding: chunked\r\n", bytes, bytes),
        ("Content-Encoding: gzip\r\n", gzip.compress, gzip.compress),
        ("Content-Encoding: gzip\r\n", bytes, bytes),
        (
            "Transfer-Encoding: chunked\r\nContent-Encoding: gzip\r\n",
            lambda page: in_chunks(gzip.compress(page)),
            gzip.compress,
        ),
    ],
)
def test_pages_as_they_were_sent_and_as_tools_leave_them(
    tmp_path: Path,
    headers: str,
    send: Callable[[bytes], bytes],
    kept: Callable[[bytes], bytes],
) -> None:
    page = a_page(7)
    record = a_record(7, headers=headers, page=send(page))
    (tmp_path / "crawl.warc.gz").write_bytes(gzip.compress(record))
    ((found,), said) = read(tmp_path / "crawl.warc.gz")
    assert (found.page, said) == (page, "")
    assert len(found.raw) == len(kept(page))
    names = {name.lower() for name, _ in found.http_headers}
    assert "transfer-encoding" not in names
    assert ("content-encoding" in names) == (kept is gzip.compress)


@pytest.mark.parametrize(
    "body", [b"", b"5\r\nabc", b"x\r\nabc\r\n0\r\n\r\n", b"3\r\nabcd\r\n0\r\n\r\n", b"<p>\r\n"]
)
def test_what_is_in_no_chunks(body: bytes) -> None:
    assert without_chunks(body) is None


def test_a_page_in_an_unknown_encoding_is_named(tmp_path: Path) -> None:
    strange = a_record(2, headers="Content-Encoding: lantern\r\n", page=b"\x00\x01")
    (tmp_path / "crawl.warc.gz").write_bytes(with_third(gzip.compress(strange)))
    pages, said = read(tmp_path / "crawl.warc.gz")
    assert numbers(pages) == OTHERS
    assert f"at byte {START}: unknown Content-Encoding 'lantern'" in said


def test_a_package_of_something_else_is_told(tmp_path: Path) -> None:
    path = tmp_path / "pages.wacz"
    with zipfile.ZipFile(path, "w") as package:
        package.writestr("pages/a.html", a_page(1))
    assert read(path) == ([], "it is no WACZ file: no WARC file is in its folder archive/")


@pytest.mark.parametrize("form", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED])
def test_a_damaged_file_of_a_package_costs_no_other_file(tmp_path: Path, form: int) -> None:
    path = tmp_path / "crawl.wacz"
    with zipfile.ZipFile(path, "w", form) as package:
        package.writestr("archive/one.warc.gz", b"".join(PACKED[:2])[:-9])
        package.writestr("pages/pages.jsonl", "{}")
        package.writestr("archive/two.warc.gz", b"".join(PACKED[2:]))
    pages, said = read(path)
    assert numbers(pages) == [0, 2, 3, 4, 5]
    assert said.startswith("archive/one.warc.gz: 1 of its records")
    if form == zipfile.ZIP_STORED:
        assert numbers(read(path, pages[2].offset or 0)[0]) == [3, 4, 5]
    else:
        assert {page.offset for page in pages} == {None}
