"""Encodings are undone whole or not at all, within a limit."""

import gzip
import io
import tracemalloc
import zlib

import pytest
from conftest import quick_first
from fastwarc.stream_io import BrotliWriter, ZstdWriter

from tradepress.archive.captures.content_encoding import CutOff, TooLarge, Undecodable, decode
from tradepress.conduct.decompression import is_broken_off

PAGE = b"<!doctype html><html><body>" + b"<p>A lantern may be green.</p>" * 40 + b"</body></html>"


def compress(name: str, body: bytes) -> bytes:
    if name == "gzip":
        return gzip.compress(body)
    if name == "deflate":
        return zlib.compress(body)
    if name == "raw deflate":
        stream = zlib.compressobj(wbits=-15)
        return stream.compress(body) + stream.flush()
    file = io.BytesIO()
    with (BrotliWriter if name == "br" else ZstdWriter)(file) as writer:
        writer.write(body)
    return file.getvalue()


NAMES = ("gzip", "deflate", "raw deflate", "br", "zstd")


@pytest.mark.parametrize("name", NAMES)
def test_a_body_is_decoded_whole_and_no_part_of_it_is(name: str) -> None:
    encoding = name.removeprefix("raw ")
    whole = compress(name, PAGE)
    assert decode(whole, encoding) == PAGE
    for end in range(1, len(whole)):
        with pytest.raises(Undecodable):
            decode(whole[:end], encoding)


@pytest.mark.parametrize("name", ["gzip", "zstd"])
def test_what_was_compressed_in_pieces_is_whole(name: str) -> None:
    pieces = compress(name, PAGE[:50]) + compress(name, PAGE[50:])
    assert decode(pieces, name) == PAGE
    with pytest.raises(Undecodable):
        decode(pieces[:-1], name)


def test_what_follows_gzip_is_ignored() -> None:
    assert decode(gzip.compress(PAGE) + b"\0\0\r\n", "gzip") == PAGE


@pytest.mark.parametrize("encoding", [None, "", "identity", " Identity ", "identity, identity"])
def test_no_encoding(encoding: str | None) -> None:
    assert decode(PAGE, encoding) == PAGE


def test_encodings_are_undone_from_the_last_to_the_first() -> None:
    body = compress("br", gzip.compress(PAGE))
    assert decode(body, "GZIP, br") == PAGE
    with pytest.raises(Undecodable):
        decode(body, "br, gzip")


def test_an_empty_body_is_in_no_encoding() -> None:
    assert decode(b"", "gzip") == b""


@pytest.mark.parametrize(
    ("body", "encoding", "error", "words"),
    [
        (PAGE, "gzip", Undecodable, "header"),
        (gzip.compress(PAGE, mtime=0)[:-6] + b"123456", "gzip", Undecodable, "check"),
        (gzip.compress(PAGE, mtime=0)[:-1], "gzip", CutOff, "ends before its end"),
        (PAGE, "lantern", Undecodable, "unknown Content-Encoding 'lantern'"),
        (PAGE, "gzip, gzip, gzip, gzip", Undecodable, "4 encodings"),
        (gzip.compress(b"", mtime=0) * 101, "gzip", Undecodable, "100 gzip members"),
    ],
)
def test_what_can_not_be_decoded_says_why(
    body: bytes, encoding: str, error: type[Undecodable], words: str
) -> None:
    with pytest.raises(error, match=words):
        decode(body, encoding)


@pytest.mark.parametrize("name", quick_first(NAMES, 2))
def test_a_bomb_is_put_out_before_it_fills_the_memory(name: str) -> None:
    encoding = name.removeprefix("raw ")
    piece = compress(name, bytes(5_000_000))
    bomb = piece * 40 if name in ("gzip", "zstd") else compress(name, bytes(200_000_000))
    tracemalloc.start()
    try:
        with pytest.raises(TooLarge):
            decode(bomb, encoding, 1_000_000)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < 10_000_000


OPEN = PAGE.removesuffix(b"</body></html>")


@pytest.mark.parametrize(
    ("page", "is_vouched_for", "broken"),
    [
        (PAGE, False, False),
        (PAGE.upper() + b"\n<!-- made in 0.2 s -->\n", False, False),
        (b"\xef\xbb\xbf" + PAGE, False, False),
        (OPEN, False, True),
        (OPEN[:-8], False, True),
        (b"<p>A lantern", False, True),
        (b"<?xml version='1.0'?><rss><channel></channel></rss>\n", False, False),
        (b"<?xml version='1.0'?><rss><channel>", False, True),
        (b"<sitemapindex></sitemapindex>", False, False),
        # The end tags of HTML may be left out.
        (OPEN, True, False),
        (OPEN + b" \r\n", True, False),
        (OPEN[:-8], True, True),
        (OPEN[:-2], True, True),
        # A piece that never was a document has no end that could be missed.
        (b"<p>A lantern", True, False),
        (b"User-agent: *\nDisallow: /a", False, False),
        (b'{"items": [', False, False),
        (b"", False, False),
    ],
)
def test_a_document_that_breaks_off(page: bytes, is_vouched_for: bool, broken: bool) -> None:
    assert is_broken_off(page, is_vouched_for=is_vouched_for) is broken
