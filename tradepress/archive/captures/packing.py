"""Packs a page as records of a WARC file (ISO 28500), each in a gzip member of its own."""

import hashlib
import io
import struct
import zlib
from base64 import b32encode
from dataclasses import replace
from datetime import UTC, datetime
from importlib.metadata import version
from urllib.parse import urlsplit

from fastwarc.warc import WarcRecord, WarcRecordType

from tradepress.archive.captures.members import MOST_HEADERS, fitting_headers
from tradepress.archive.clean import ArticleRowError
from tradepress.story import Capture, PackedPage

RECORD_END = b"\r\n\r\n"
SMALL_WINDOW = 12
SMALL = 1 << SMALL_WINDOW
"""Limits what is deflated in a small window: to make one of the usual size takes 50 µs."""
CONFORMS_TO = "http://iipc.github.io/warc-specifications/specifications/warc-format/warc-1.1/"
SAME_PAYLOAD = "http://netpreserve.org/warc/1.1/revisit/identical-payload-digest"
NOT_MODIFIED = "http://netpreserve.org/warc/1.1/revisit/server-not-modified"
"""Is one of the profiles of a revisit (ISO 28500, 6.7)."""


def pack(capture: Capture) -> PackedPage:
    """Packs the record of a page, and that of the request if it is known what we sent; a date that
    nobody knows is now. With a page that was rendered goes the answer of which it was made.

    :raises ArticleRowError: the address is too long for a record
    """
    record, block = page_record(capture)
    if capture.record_id is not None:
        record.headers["WARC-Concurrent-To"] = capture.record_id
    if capture.received is None:
        return _packed(capture, record, block)
    answer, answered = page_record(capture.received)
    record.headers["WARC-Refers-To"] = answer.headers["WARC-Record-ID"]
    received = _packed(capture.received, answer, answered)
    return replace(_packed(capture, record, block), received=received)


def _packed(capture: Capture, record: WarcRecord, block: bytes) -> PackedPage:
    is_compressed = any(name.lower() == "content-encoding" for name, _ in capture.http_headers)
    return PackedPage(
        member=_member(record, block, len(capture.body) if is_compressed else 0),
        digest=record.headers["WARC-Payload-Digest"],
        request=_pack_request(capture, record) if capture.request_headers else None,
    )


def page_record(capture: Capture) -> tuple[WarcRecord, bytes]:
    """Returns the record of a page without its block, and the block.

    :raises ArticleRowError: the address is too long for a record
    """
    if len(capture.url.encode()) + len((capture.content_type or "").encode()) > MOST_HEADERS:
        raise ArticleRowError(f"url: with the type of its page longer than {MOST_HEADERS:,} bytes")
    if capture.status is None or capture.received is not None:
        is_rendered = capture.received is not None
        kind = WarcRecordType.conversion if is_rendered else WarcRecordType.resource
        record = _record(kind, capture)
        record.headers["Content-Type"] = capture.content_type or "application/octet-stream"
        block = capture.body
    else:
        record = _record(WarcRecordType.response, capture)
        block = _answer(record, capture) + capture.body
    record.headers["WARC-Payload-Digest"] = payload_digest(capture.body)
    if capture.retrieved_from:  # as pywb names where its recorder has a page from
        record.headers["WARC-Source-URI"] = capture.retrieved_from
    return record, block


def _pack_request(capture: Capture, response: WarcRecord) -> bytes:
    record = _record(WarcRecordType.request, capture)
    record.record_date = response.record_date
    record.headers["Content-Type"] = "application/http; msgtype=request"
    record.headers["WARC-Concurrent-To"] = response.headers["WARC-Record-ID"]
    parts = urlsplit(capture.url)
    target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    headers = (("Host", parts.netloc.rpartition("@")[2]), *capture.request_headers)
    lines = [f"GET {target} HTTP/1.1", *(f"{name}: {value}" for name, value in headers), "", ""]
    return _member(record, "\r\n".join(lines).encode("latin-1", "replace"))


def pack_revisit(visit: Capture, kept: WarcRecord) -> bytes:
    """Packs the record of a visit at which a page was as it is kept.

    :param visit: the answer, whose payload is left out: status 304, or the same payload; what
        nobody asked a server for (a page of a file) has neither status nor headers
    :param kept: the response record of the page
    """
    record = _record(WarcRecordType.revisit, visit)
    is_unmodified = visit.status == 304
    record.headers["WARC-Profile"] = NOT_MODIFIED if is_unmodified else SAME_PAYLOAD
    for name in ("WARC-Record-ID", "WARC-Target-URI", "WARC-Date"):
        record.headers[REFERS_TO[name]] = kept.headers[name]
    record.headers["WARC-Payload-Digest"] = kept.headers["WARC-Payload-Digest"]
    # The headers of a 304 are left out: pywb replays what is in the block, and no page behind it.
    has_headers = visit.status is not None and not is_unmodified
    return _member(record, _answer(record, visit) if has_headers else b"")


REFERS_TO = {
    "WARC-Record-ID": "WARC-Refers-To",
    "WARC-Target-URI": "WARC-Refers-To-Target-URI",
    "WARC-Date": "WARC-Refers-To-Date",
}


def pack_warcinfo(name: str) -> bytes:
    """Packs the record with which a file begins: who wrote it, and by which rules (ISO 28500, 6.2).

    :param name: of the file
    """
    record = WarcRecord()
    record.init_headers(record_type=WarcRecordType.warcinfo)
    record.record_date = datetime.now(UTC)
    record.headers["WARC-Filename"] = name
    record.headers["Content-Type"] = "application/warc-fields"
    fields = {
        "software": f"Tradepress/{version('tradepress')}",
        "format": "WARC File Format 1.1",
        "conformsTo": CONFORMS_TO,
        "robots": "classic",
    }
    return _member(record, "".join(f"{k}: {v}\r\n" for k, v in fields.items()).encode())


def _record(kind: WarcRecordType, capture: Capture) -> WarcRecord:
    record = WarcRecord()
    record.init_headers(record_type=kind)
    record.record_date = capture.date_captured or datetime.now(UTC)
    record.headers["WARC-Target-URI"] = capture.url
    return record


def _answer(record: WarcRecord, capture: Capture) -> bytes:
    """Returns status line and headers as far as readers take them; the record says what they
    are."""
    record.headers["Content-Type"] = "application/http; msgtype=response"
    lines = [f"{k}: {v}".encode("latin-1", "replace") for k, v in capture.http_headers]
    kept = fitting_headers(lines)
    if len(kept) < len(lines):
        record.headers["WARC-Truncated"] = "length"
    assert capture.status is not None
    return b"\r\n".join([b"HTTP/1.1 %d " % capture.status, *kept, b"", b""])


def _member(record: WarcRecord, block: bytes, compressed: int = 0) -> bytes:
    """Packs a record with this block into a gzip member.

    :param compressed: as in :func:`_gzip`
    """
    record.set_bytes_content(block)
    buffer = io.BytesIO()
    record.write(buffer, checksum_data=True)
    # fastwarc's own GzipWriter takes twice as long and more: it makes large buffers for each.
    return _gzip(buffer.getvalue(), compressed)


def _gzip(record: bytes, compressed: int) -> bytes:
    """Makes a gzip member (RFC 1952). A payload that came compressed goes in as it is: to deflate
    it again takes five times as long as all the rest, for little or nothing.

    :param compressed: bytes of the payload that the record ends with, before its last line ends
    """
    start = len(record) - (compressed + len(RECORD_END) if compressed else 0)
    if start > SMALL:
        deflate = zlib.compressobj(level=6, wbits=-zlib.MAX_WBITS)
    else:
        deflate = zlib.compressobj(level=6, wbits=-SMALL_WINDOW, memLevel=5)
    data = deflate.compress(record[:start])
    if compressed:
        store = zlib.compressobj(level=0, wbits=-SMALL_WINDOW, memLevel=5)
        data += deflate.flush(zlib.Z_FULL_FLUSH) + store.compress(record[start:]) + store.flush()
    else:
        data += deflate.flush()
    tail = struct.pack("<II", zlib.crc32(record), len(record) & 0xFFFFFFFF)
    return b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\xff" + data + tail


def payload_digest(payload: bytes | memoryview) -> str:
    """Returns a digest as WARC-Payload-Digest writes it: ``sha1:`` and base32."""
    return "sha1:" + b32encode(hashlib.sha1(payload, usedforsecurity=False).digest()).decode()
