"""Writes indexes by which players find a record: CDXJ lines under SURT keys, and ZipNum.

The keys are those of the Wayback Machine, which pywb and ReplayWeb.page make of an address that
they are asked for; ``tests/whole/test_wacz.py`` compares them.
"""

import json
import re
import zlib
from collections.abc import Iterable, Iterator
from contextlib import suppress
from itertools import islice
from typing import Literal
from urllib.parse import quote_from_bytes, unquote_to_bytes

from fastwarc.warc import WarcRecord, WarcRecordType

ADDRESS = re.compile(rb"(?:https?://)*(https?):/+([^/?#]*)([^?#]*)(?:\?([^#]*))?", re.IGNORECASE)
UNESCAPED = "!\"$&'()*+,-./:;<=>?@[\\]^_`{|}~"
SESSION = re.compile(
    rb"(?:(?:jsessionid|phpsessid|sid)=[0-9a-z]{32}|aspsessionid[a-z]{8}=[a-z]{24}"
    rb"|cfid=[^&]+&cftoken=[^&]+)(?:&|$)",
    re.IGNORECASE,
)
SESSION_STEP = re.compile(
    rb"/\((?:[0-9a-z]{24}|(?:[a-z]\([0-9a-z]{24}\))+)\)(?=/[^?]+\.aspx)", re.IGNORECASE
)
INDEXED = (WarcRecordType.response, WarcRecordType.resource, WarcRecordType.revisit)
"""Lists the records that players find."""
BLOCK = 1024
"""Counts the lines that are compressed together."""


def surt_key(url: str) -> str:
    """Returns the address in reverse, as indexes of web archives sort it; one that is no http(s)
    address as it stands.

    >>> surt_key("https://www.News.example:443/a//b/?z=2&y=1#top")
    'example,news)/a/b?y=1&z=2'
    """
    match = ADDRESS.fullmatch(re.sub(rb"[\r\n\t]|#.*", b"", url.encode().strip()))
    if match is None:
        return url
    scheme, place, path, query = match.groups()
    host, _, port = place.rpartition(b"@")[2].rstrip(b":").partition(b":")
    if port and not (port.isdigit() and int(port) < 65536):
        return url
    steps = re.sub(rb"^www\d*\.", b"", _host(host.lower())).split(b".")
    key = b",".join(reversed(steps))
    if port and int(port) != {b"http": 80, b"https": 443}[scheme.lower()]:
        key += b":%d" % int(port)
    return (key + b")" + _path(path) + _query(query or b"")).decode()


def _host(name: bytes) -> bytes:
    name = _unescaped(name)
    if not name.isascii():
        with suppress(UnicodeError):
            name = name.decode("utf-8", "ignore").encode("idna")
    return _escaped(name.replace(b"..", b".").strip(b".").lower())


def _path(path: bytes) -> bytes:
    """Returns a path with dot segments resolved, slashes joined, none at the end, lower case."""
    steps: list[bytes] = []
    for step in _unescaped(path).split(b"/"):
        if step == b".." and steps:
            steps.pop()
        elif step not in (b"", b"."):
            steps.append(step)
    return SESSION_STEP.sub(b"", _escaped(b"/" + b"/".join(steps)).lower())


def _query(query: bytes) -> bytes:
    """Returns a query in lower case and order, without a session's number; nothing of an empty
    one."""
    parts = SESSION.sub(b"", _escaped(query)).lower().split(b"&")
    parts.sort(key=lambda part: part.split(b"=", 1))
    ordered = b"&".join(parts)
    return b"?" + ordered if ordered else b""


def _unescaped(text: bytes) -> bytes:
    while (plain := unquote_to_bytes(text)) != text:
        text = plain
    return text


def _escaped(text: bytes) -> bytes:
    """Spells a text in one way, however often it was percent-encoded."""
    return quote_from_bytes(_unescaped(text), safe=UNESCAPED).encode()


def cdxj_line(record: WarcRecord, *, offset: int, length: int, filename: str) -> str:
    """Returns the line of a record in an index.

    :param record: a response, resource or revisit
    :param offset: bytes before it in its file
    :param length: of its gzip member
    """
    url = record.headers.get("WARC-Target-URI") or ""
    timestamp = re.sub(r"\D", "", record.headers.get("WARC-Date") or "")[:14]
    http = record.http_headers if record.is_http else None
    content_type = (record.headers if http is None else http).get("Content-Type") or ""
    if record.record_type == WarcRecordType.revisit:
        content_type = "warc/revisit"
    fields = {
        "url": url,
        "mime": re.split(r"[;\s]", content_type, maxsplit=1)[0],
        "status": str(http.status_code) if http is not None and http.status_code else "",
        "digest": record.headers.get("WARC-Payload-Digest") or "",
        "length": str(length),
        "offset": str(offset),
        "filename": filename,
    }
    known = {name: value for name, value in fields.items() if value}
    return f"{surt_key(url)} {timestamp} {json.dumps(known)}"


Part = tuple[Literal["block", "place"], bytes]


def zipnum(lines: Iterable[str], filename: str) -> Iterator[Part]:
    """Yields a compressed index in blocks, and the small index of these.

    :param lines: of CDXJ, sorted
    :param filename: of the compressed index
    :returns: each block of the one, followed by its line of the other
    """
    meta = json.dumps({"format": "cdxj-gzip-1.0", "filename": filename})
    yield "place", f"!meta 0 {meta}\n".encode()
    rest, offset = iter(lines), 0
    while block := list(islice(rest, BLOCK)):
        deflate = zlib.compressobj(wbits=31)
        data = deflate.compress("".join(f"{line}\n" for line in block).encode()) + deflate.flush()
        first = block[0].partition(" {")[0]
        yield "block", data
        yield "place", f"{first} {json.dumps({'offset': offset, 'length': len(data)})}\n".encode()
        offset += len(data)
