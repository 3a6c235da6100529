"""Raw pages on disk: one WARC file a month and source, one gzip member per record (ISO 28500)."""

import fcntl
import hashlib
import io
import os
import zlib
from base64 import b32encode
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, Any

from fastwarc.stream_io import GzipWriter
from fastwarc.warc import ArchiveIterator, WarcRecord, WarcRecordType

from archive.disk import sync
from crawler.items import Capture

CHUNK = 1 << 20


class WarcCaptures:
    """The folder ``captures/`` beside an archive; append-only."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._open: dict[str, IO[bytes]] = {}
        self._known_ends: Mapping[str, int] = {}

    def append(self, capture: Capture) -> dict[str, Any]:
        """Write one record at the end of its file.

        :returns: ``file`` (name in the folder), ``offset``, ``length`` (bytes of the gzip
            member), ``digest`` (``sha1:`` and base32 of the payload, as WARC writes it)
        """
        now = datetime.now(UTC)
        name = self._free_name(f"{capture.source or 'unknown'}-{now:%Y-%m}")
        member, digest = _gzip_member(capture, now)
        file = self._file(name)
        # Another archive of this folder may write into the same file.
        fcntl.flock(file, fcntl.LOCK_EX)
        try:
            offset = file.seek(0, os.SEEK_END)
            file.write(member)
            file.flush()
        finally:
            fcntl.flock(file, fcntl.LOCK_UN)
        return {"file": name, "offset": offset, "length": len(member), "digest": digest}

    def sync(self) -> None:
        """Force what was written to the disk; called before the rows that name it commit."""
        for file in self._open.values():
            file.flush()
            os.fsync(file.fileno())

    def close(self) -> None:
        for file in self._open.values():
            file.close()
        self._open.clear()

    def cut_torn_tails(self, known_ends: Mapping[str, int]) -> None:
        """Cut what a killed run left half written.

        :param known_ends: file name to the first byte after its last record in the archive's
            index; whole records after that point are kept
        """
        self._known_ends = dict(known_ends)
        for path in self.folder.glob("*.warc.gz"):
            end = known_ends.get(path.name, 0)
            if path.stat().st_size <= end:
                continue
            with path.open("rb+") as file:
                fcntl.flock(file, fcntl.LOCK_EX)
                whole = last_whole_member(path, end)
                if whole < path.stat().st_size:
                    file.truncate(whole)

    def _free_name(self, stem: str) -> str:
        """The file to append to: a new one where the index knows more than the file holds.

        That happens when somebody moved the captures away; their places stay theirs.
        """
        name, number = f"{stem}.warc.gz", 1
        while self._known_ends.get(name, 0) > self._size(name):
            number += 1
            name = f"{stem}-{number}.warc.gz"
        return name

    def _size(self, name: str) -> int:
        try:
            return (self.folder / name).stat().st_size
        except FileNotFoundError:
            return 0

    def _file(self, name: str) -> IO[bytes]:
        if name not in self._open:
            self.folder.mkdir(parents=True, exist_ok=True)
            path = self.folder / name
            is_new = not path.exists()
            self._open[name] = path.open("ab")
            if is_new:
                sync(self.folder)
        return self._open[name]


def read_capture(folder: Path, file: str, offset: int, length: int) -> WarcRecord:
    """The record at one place of the index, payload as received.

    :raises OSError: the file is missing
    :raises ValueError: there is no whole record at that place
    """
    with (folder / file).open("rb") as stream:
        stream.seek(offset)
        member = stream.read(length)
    for record in read_warc(io.BytesIO(member)):
        return record
    raise ValueError(f"no WARC record in {file} at byte {offset}")


def read_warc(stream: IO[bytes]) -> Iterator[WarcRecord]:
    """All records of a WARC stream, gzipped or not, HTTP headers parsed."""
    yield from ArchiveIterator(stream, parse_http=True)


def _gzip_member(capture: Capture, now: datetime) -> tuple[bytes, str]:
    record = WarcRecord()
    if capture.status is None:
        record.init_headers(record_type=WarcRecordType.resource)
        record.headers["Content-Type"] = capture.content_type or "application/octet-stream"
        block = capture.body
    else:
        record.init_headers(record_type=WarcRecordType.response)
        record.headers["Content-Type"] = "application/http; msgtype=response"
        lines = [f"HTTP/1.1 {capture.status} ", *(f"{k}: {v}" for k, v in capture.http_headers)]
        block = "\r\n".join([*lines, "", ""]).encode("latin-1", "replace") + capture.body
    payload = hashlib.sha1(capture.body, usedforsecurity=False).digest()
    digest = "sha1:" + b32encode(payload).decode()
    record.record_date = capture.date_captured or now
    record.headers["WARC-Target-URI"] = capture.url
    record.headers["WARC-Payload-Digest"] = digest
    record.set_bytes_content(block)
    buffer = io.BytesIO()
    writer = GzipWriter(buffer, compression_level=6)
    record.write(writer, checksum_data=True)
    writer.finish()
    return buffer.getvalue(), digest


def last_whole_member(path: Path, start: int = 0) -> int:
    """First byte after the last complete gzip member, looking from a member's start on."""
    whole = start
    with path.open("rb") as stream:
        stream.seek(start)
        data = stream.read(CHUNK)
        while data:
            member = zlib.decompressobj(wbits=31)
            read = 0
            try:
                while data and not member.eof:
                    member.decompress(data)
                    read += len(data) - len(member.unused_data)
                    data = member.unused_data if member.eof else stream.read(CHUNK)
            except zlib.error:
                break
            if not member.eof:
                break
            whole += read
            data = data or stream.read(CHUNK)
    return whole
