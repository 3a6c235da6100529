"""One page as one record of a WARC file (ISO 28500), in a gzip member of its own."""

import hashlib
import io
import struct
import zlib
from base64 import b32encode
from datetime import UTC, datetime

from fastwarc.warc import WarcRecord, WarcRecordType

from archive.captures.members import MOST_HEADERS, fitting_headers
from archive.clean import ArticleRowError
from archive.story import Capture, PackedPage

RECORD_END = b"\r\n\r\n"


def pack(capture: Capture) -> PackedPage:
    """The record of a page; a date that nobody knows is now.

    :raises ArticleRowError: the address is too long for a record
    """
    if len(capture.url.encode()) + len((capture.content_type or "").encode()) > MOST_HEADERS:
        raise ArticleRowError(f"url: with the type of its page longer than {MOST_HEADERS:,} bytes")
    record = WarcRecord()
    if capture.status is None:
        record.init_headers(record_type=WarcRecordType.resource)
        record.headers["Content-Type"] = capture.content_type or "application/octet-stream"
        block = capture.body
    else:
        record.init_headers(record_type=WarcRecordType.response)
        record.headers["Content-Type"] = "application/http; msgtype=response"
        lines = [f"{k}: {v}".encode("latin-1", "replace") for k, v in capture.http_headers]
        kept = fitting_headers(lines)
        if len(kept) < len(lines):
            record.headers["WARC-Truncated"] = "length"
        status = b"HTTP/1.1 %d " % capture.status
        block = b"\r\n".join([status, *kept, b"", b""]) + capture.body
    digest = payload_digest(capture.body)
    record.record_date = capture.date_captured or datetime.now(UTC)
    record.headers["WARC-Target-URI"] = capture.url
    record.headers["WARC-Payload-Digest"] = digest
    record.set_bytes_content(block)
    buffer = io.BytesIO()
    record.write(buffer, checksum_data=True)
    # fastwarc's own GzipWriter takes twice as long and more: it makes large buffers for each.
    is_compressed = any(name.lower() == "content-encoding" for name, _ in capture.http_headers)
    member = _gzip(buffer.getvalue(), len(capture.body) if is_compressed else 0)
    return PackedPage(member=member, digest=digest)


def _gzip(record: bytes, compressed: int) -> bytes:
    """One gzip member (RFC 1952). A payload that came compressed goes in as it is: to deflate it
    again takes five times as long as all the rest, for little or nothing.

    :param compressed: bytes of the payload that the record ends with, before its last line ends
    """
    deflate, store = (zlib.compressobj(level, wbits=-zlib.MAX_WBITS) for level in (6, 0))
    start = len(record) - compressed - len(RECORD_END)
    data = deflate.compress(record[:start]) + deflate.flush(zlib.Z_FULL_FLUSH)
    data += store.compress(record[start:]) + store.flush()
    tail = struct.pack("<II", zlib.crc32(record), len(record) & 0xFFFFFFFF)
    return b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\xff" + data + tail


def payload_digest(payload: bytes) -> str:
    """As WARC-Payload-Digest writes it: ``sha1:`` and base32."""
    return "sha1:" + b32encode(hashlib.sha1(payload, usedforsecurity=False).digest()).decode()
