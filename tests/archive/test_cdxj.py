"""The index of a WACZ; tests/whole/test_wacz.py compares it with what other tools make."""

import gzip
import json

import pytest

from tradepress.archive.captures.cdxj import BLOCK, surt_key, zipnum


@pytest.mark.parametrize(
    ("url", "key"),
    [
        ("https://www.News.example:443/a//b/?z=2&y=1#top", "example,news)/a/b?y=1&z=2"),
        ("http://news.example:8080", "example,news:8080)/"),
        ("http://user:secret@news.example/x?", "example,news)/x"),
        ("http://news.example/%25C3%A9/../%41", "example,news)/a"),
        ("http://bücher.example/é", "example,xn--bcher-kva)/%c3%a9"),
        ("urn:uuid:1", "urn:uuid:1"),
        ("http://news.example:port/", "http://news.example:port/"),
    ],
)
def test_a_key_is_the_address_in_reverse(url: str, key: str) -> None:
    assert surt_key(url) == key


def test_an_index_in_blocks_is_found_by_their_first_lines() -> None:
    lines = [f"example,news)/{number:05} 20170804000000 {{}}" for number in range(BLOCK + 1)]
    parts = list(zipnum(lines, "index.cdx.gz"))
    index = b"".join(data for kind, data in parts if kind == "block")
    assert gzip.decompress(index).decode().splitlines() == lines
    meta, *places = [data.decode() for kind, data in parts if kind == "place"]
    assert json.loads(meta.removeprefix("!meta 0 "))["filename"] == "index.cdx.gz"
    assert len(places) == 2
    for place, first in zip(places, (lines[0], lines[BLOCK]), strict=True):
        key, _, where = place.partition(" {")
        assert f"{key} {{}}" == first
        found = json.loads("{" + where)
        block = index[found["offset"] : found["offset"] + found["length"]]
        assert gzip.decompress(block).decode().splitlines()[0] == first


def test_an_index_without_lines_has_no_block() -> None:
    assert [kind for kind, _ in zipnum([], "index.cdx.gz")] == ["place"]
