"""Foreign bytes gone wrong: small valid examples, cut, flipped, doubled, nested, re-coded."""

import gzip
import re
from collections.abc import Sequence

from hypothesis import strategies as st

DEEP = 100_000
"""So many brackets within one another."""
DIGITS = b"9" * 5_000
"""More than Python makes a number of."""
MOST = 4_000_000
"""Bytes of an example: what doubles must end somewhere."""
NASTY = (
    *(b"", b"\0", b"\xff\xfe", b"\xef\xbb\xbf", b"\r\n\r\n", b"\x1f\x8b\x08", b"PK\3\4", b"\x85"),
    *(DIGITS, b"-" + DIGITS, b"1e999", b"-1", b"0", b"1" + b"0" * 30, b"NaN", b"true", b"null"),
    *("²".encode(), "٣٤".encode(), "\u202e".encode(), "İ".encode(), "😀".encode()),
    *(
        b"\xed\xa0\x80",
        b"\\ud800",
        b"&#xd800;",
        b"&#99999999;",
        b"&#0;",
        b"%00",
        b"%ff",
        b"\\u0000",
    ),
    *(b"9999-12-31T23:59:59-14:00", b"0001-01-01T00:00:00+14:00", b"99991231235959"),
    *(b"00010101000000", b"Fri, 31 Dec 9999 23:59:59 -2359", b"31 February 2017", b"0000-00-00"),
    *(b"2017-08-04T10:00:00+24:00", b"2017-W60-8", b"10000-01-01", b"1969-12-31 +9999"),
    *(b"http://[", b"http://x:99999999/", b"http://x:y:z/", b"//", b"http://\xc2\xa0/", b"data:,"),
    *(b"https://xn--\xff/", b"https://%/", b"http://[::1%25]/", b"https://p.example/../%2e%2e/"),
    *(b"[" * DEEP, b'{"a":' * DEEP, b"(" * DEEP, b"<a>" * DEEP, b"a." * DEEP, b"[x]\n" * 1000),
    *(b'<!DOCTYPE a [<!ENTITY b "bbbbbbbb"><!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;">]>', b"&c;&b;"),
    *(b'<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]>', b"&x;", b"]]>", b"<![CDATA["),
    *(
        b'"',
        b"'",
        b"\\",
        b"/",
        b"..",
        b"../../x",
        b"/etc/passwd",
        b"*",
        b"$",
        b"{}",
        b"[]",
        b"[[]]",
    ),
    *(b"=?utf-7?b?!!!?=", b"=?x?q?=zz?=", b"boundary=", b"x" * 200_000, b"x,\n" * 5_000),
)
"""What some reader or other has fallen over."""
TOKEN = re.compile(rb'"[^"\n]*"|[0-9]+|[^\s<>"=:,;{}\[\]()]+')
CODES = ("utf-16", "utf-16-le", "utf-32", "utf-7", "latin-1", "cp037")
WAYS = ("token", "cut", "end", "double", "move", "flip", "insert", "zero", "code", "pack", "splice")
WEIGHED = ("token",) * 6 + ("insert",) * 3 + ("flip",) * 2 + WAYS
"""What keeps the form of a file goes deepest into its reader."""
PLACES = st.integers(0, 1_000_000)

Wound = tuple[str, int, int, bytes]


def wounded(data: bytes, wounds: Sequence[Wound]) -> bytes:
    """The data after all of it, one after the other.

    Each wound is a way, two places in millionths of the whole, and bytes that it may need.
    """
    for way, one, two, scrap in wounds:
        data = _wounded(data, way, one, two, scrap)[:MOST]
    return data


def _wounded(data: bytes, way: str, one: int, two: int, scrap: bytes) -> bytes:
    start, end = sorted((one * len(data) // 1_000_000, two * len(data) // 1_000_000))
    piece = data[start:end]
    match way:
        case "token":
            if (token := TOKEN.search(data, start)) is None:
                return data + scrap
            quoted = b'"' if token[0].startswith(b'"') and two % 2 else b""
            return data[: token.start()] + quoted + scrap + quoted + data[token.end() :]
        case "cut":
            return data[:start] + data[end:]
        case "end":
            return data[:end]
        case "double":
            return data[:end] + piece[:5_000] * 20 + data[end:]
        case "move":
            return piece + data[:start] + data[end:]
        case "flip":
            return data[:start] + bytes(255 - byte for byte in piece[:8]) + data[start + 8 :]
        case "insert":
            return data[:start] + scrap + data[start:]
        case "zero":
            return data[:start] + bytes(len(piece)) + data[end:]
        case "code":
            return data.decode("utf-8", "replace").encode(CODES[one % len(CODES)], "replace")
        case "pack":
            return gzip.compress(data, 1, mtime=0)
        case _:
            return data[:start] + scrap + piece


def wounds(
    scraps: Sequence[bytes], most: int = 6, longest: int = MOST
) -> st.SearchStrategy[list[Wound]]:
    """
    :param scraps: of the form at hand, beside what is nasty everywhere
    :param longest: bytes that are taken of each
    """
    short = [scrap[:longest] for scrap in (*scraps, *NASTY)]
    scrap = st.sampled_from(short) | st.binary(max_size=8)
    return st.lists(st.tuples(st.sampled_from(WEIGHED), PLACES, PLACES, scrap), max_size=most)


def mutants(
    seeds: Sequence[bytes], scraps: Sequence[bytes] = (), longest: int = MOST
) -> st.SearchStrategy[bytes]:
    """Examples made of the seeds."""
    ends = (seed[-300:] for seed in seeds)
    return st.builds(wounded, st.sampled_from(seeds), wounds((*scraps, *ends), longest=longest))
