"""Keeps raw pages on disk: a WARC file a month and source, a gzip member a record (ISO 28500)."""

import io
import logging
import os
import re
import struct
import zlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, Any
from uuid import uuid4

from fastwarc.warc import ArchiveIterator, WarcRecord

from tradepress.archive.captures.content_encoding import decode
from tradepress.archive.captures.kept_file import RefusedFile, open_kept, refusal
from tradepress.archive.captures.members import HEAD, FoundRecord, Member, find_records
from tradepress.archive.captures.packing import pack, pack_revisit, pack_warcinfo, payload_digest
from tradepress.archive.disk import size_of, sync
from tradepress.archive.errors import ArchiveGone
from tradepress.story import Capture

log = logging.getLogger("archive")
VALIDATORS = (("if-none-match", "ETag"), ("if-modified-since", "Last-Modified"))
"""Pairs a header of a request with that of an answer that it asks about (RFC 9110, 13.1)."""


class WarcCaptures:
    """Writes into the folder of raw pages beside an archive; append-only."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._open: dict[str, IO[bytes]] = {}
        self._unsynced: set[str] = set()
        """Names the files that were written since they were forced to the disk."""
        self._known_ends: Mapping[str, int] = {}

    def append(self, capture: Capture) -> dict[str, str | int]:
        """Writes the record of a page.

        :returns: as :meth:`append_record`, and ``digest``
        :raises ArticleRowError: the address is too long for a record
        """
        packed = capture.packed or pack(capture)
        return {**self.append_record(packed.member, capture.source), "digest": packed.digest}

    def append_record(self, member: bytes, source: str | None) -> dict[str, str | int]:
        """Writes one record at the end of its file.

        :param source: name of the Source that it belongs to
        :returns: ``file`` (name in the folder), ``offset``, ``length`` (bytes of the gzip member)
        """
        stem = re.sub(r"^\.|[^A-Za-z0-9._-]", "_", source or "unknown")[:200]
        name = self._free_name(f"{stem}-{datetime.now(UTC):%Y-%m}")
        file = self._file(name)
        self._unsynced.add(name)
        return {"file": name, "offset": _append(file, member), "length": len(member)}

    def append_revisit(
        self, visit: Capture, kept: Mapping[str, Any]
    ) -> dict[str, str | int] | None:
        """Writes that a page was still as it is kept, if the answer proves that: it has the same
        payload, or it is "not modified" (304) since the very answer that is kept.

        :param visit: the answer, with the request that it answers
        :param kept: ``url``, ``file``, ``offset``, ``length`` and ``digest`` of the page
        :returns: as :meth:`append_record`; None: that is not proven, or the page can't be read
        """
        try:
            record = read_capture(self.folder, kept["file"], kept["offset"], kept["length"])
        except (OSError, ValueError):
            return None
        if not record.is_http or record.headers.get("WARC-Payload-Digest") != kept["digest"]:
            return None
        if visit.status == 304:
            asked = {name.lower(): value for name, value in visit.request_headers}
            is_same = visit.url == kept["url"] and all(
                asked.get(condition) == record.http_headers.get(validator)
                for condition, validator in VALIDATORS
            )
        else:
            is_same = _digest_of(visit) == kept["digest"]
        return self.append_record(pack_revisit(visit, record), visit.source) if is_same else None

    def sync(self) -> None:
        """Forces what was written to the disk; called before the rows that name it commit.

        :raises ArchiveGone: a file was deleted, or another one has its name
        """
        for name, file in self._open.items():
            path = self.folder / name
            written = os.fstat(file.fileno())
            if not (path.exists() and os.path.samestat(path.stat(), written)):
                raise ArchiveGone(
                    f"{path} was deleted or moved while captured pages were written into it, and "
                    "no story is stored without its page: put it back, from a backup if need be, "
                    "and run the command again"
                )
            if name in self._unsynced:
                os.fsync(file.fileno())
                self._unsynced.remove(name)

    def close(self) -> None:
        for file in self._open.values():
            file.close()
        self._open.clear()

    def cut_torn_tails(self, known_ends: Mapping[str, int]) -> None:
        """Cuts what a killed run left half written. What a loss of power left unwritten between
        whole records becomes a record that says so.

        :param known_ends: file name to the first byte after its last record in the archive's
            index; nothing before it is touched, and whole records after it are kept
        """
        self._known_ends = dict(known_ends)
        named = {file: [(0, end)] for file, end in known_ends.items()}
        found = [*unnamed_records(self.folder, named)]
        for path, record in ((path, record) for path, record, is_torn in found if is_torn):
            with open_kept(self.folder, path.name, "r+b", 0) as file:
                if record.offset + record.length >= os.fstat(file.fileno()).st_size:
                    file.truncate(record.offset)
                elif _overwrite(file, record.offset, record.length, b"lost"):
                    words = "%s: never written, as after a loss of power: %d bytes from byte %d on"
                    log.warning(words, path, record.length, record.offset)

    def page(self, place: Mapping[str, Any]) -> bytes | None:
        """Returns the decoded payload of one record; None if it can't be read.

        :param place: ``file``, ``offset``, ``length``
        """
        try:
            record = read_capture(self.folder, place["file"], place["offset"], place["length"])
            encoding = record.http_headers.get("Content-Encoding") if record.is_http else None
            return decode(record.reader.read(), encoding)
        except (OSError, ValueError):
            return None

    def unnamed(self, named: Mapping[str, Sequence[tuple[int, int]]]) -> Iterator[dict[str, Any]]:
        """Yields records of pages that no index names, as a kill leaves them; what is torn is cut.

        :param named: file name to offset and length of the records that are named
        :returns: ``file``, ``is_page``, and the fields of :class:`FoundRecord`
        """
        ends = {file: max(o + n for o, n in places) for file, places in named.items() if places}
        self.cut_torn_tails(ends)
        for path, record, _ in unnamed_records(self.folder, named):
            yield {"file": path.name, "is_page": record.is_page, **asdict(record)}

    def erase(self, places: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
        """Overwrites records for good, each with one of its length that says so; they have reached
        the disk when this returns.

        All other records keep their places, so that indexes made before stay right. What a killed
        process left half overwritten is overwritten again.

        :param places: ``file``, ``offset``, ``length``, ``digest``
        :returns: ``file``, ``offset`` and ``length`` of those that were not there
        """
        missing = []
        for place in places:
            try:
                with open_kept(self.folder, place["file"], "r+b", 0) as stream:
                    is_erased = _is_there(stream, place) and _overwrite(
                        stream, place["offset"], place["length"], b"withdrawn"
                    )
                    os.fsync(stream.fileno())
            except (FileNotFoundError, RefusedFile):
                is_erased = False
            if not is_erased:
                missing.append({name: place[name] for name in ("file", "offset", "length")})
        return missing

    def _free_name(self, stem: str) -> str:
        """Returns the file to append to: a new one where the index knows more than the file holds,
        or where no file of ours lies.

        That happens when somebody moved the captures away; their places stay theirs.
        """
        name, number = f"{stem}.warc.gz", 1
        while refusal(self.folder, name) or self._known_ends.get(name, 0) > size_of(
            self.folder / name
        ):
            number += 1
            name = f"{stem}-{number}.warc.gz"
        return name

    def _file(self, name: str) -> IO[bytes]:
        if name not in self._open:
            self.folder.mkdir(parents=True, exist_ok=True)
            path = self.folder / name
            is_new = not path.exists()
            # Unbuffered: what a full disk did not take must not come after all, at the close.
            self._open[name] = open_kept(self.folder, name, "ab", 0)
            if is_new:
                sync(self.folder)
                sync(self.folder.parent)  # which may have got the folder just now
        if self._open[name].seek(0, os.SEEK_END) == 0:
            _append(self._open[name], pack_warcinfo(name))
        return self._open[name]


def unnamed_records(
    folder: Path, named: Mapping[str, Sequence[tuple[int, int]]]
) -> Iterator[tuple[Path, FoundRecord, bool]]:
    """Yields records about an address that no index names, and what can't be read, in all files of
    a folder.

    :param named: file name to offset and length of the records that are named
    :returns: the file, what was found, and whether that is a torn end, or a hole in what was
        written last: it is being written, or was when a run was killed, and the next one mends it
    """
    for path in sorted(folder.glob("*.warc.gz")):
        if why := refusal(folder, path.name):
            if path.name not in named:
                yield path, FoundRecord(offset=0, length=path.lstat().st_size, fault=why), False
            continue
        start, size = 0, path.stat().st_size
        for offset, length in (*sorted(named.get(path.name, ())), (size, 0)):
            if start < offset:
                for record in find_records(path, start, offset):
                    is_last = record.offset + record.length >= size
                    is_torn = is_last or (offset == size and record.is_hole)
                    if record.url is not None or record.fault is not None:
                        yield path, record, record.fault is not None and is_torn
            start = max(start, offset + length)


def read_capture(folder: Path, file: str, offset: int, length: int) -> WarcRecord:
    """Reads the record at one place of the index, payload as received.

    :raises OSError: the file is missing
    :raises ValueError: there is no whole record at that place
    """
    with open_kept(folder, file) as stream:
        return _read_at(stream, file, offset, length)


def _read_at(stream: IO[bytes], file: str, offset: int, length: int) -> WarcRecord:
    stream.seek(offset)
    # A damaged index may say any length: no more is asked for than the file can have.
    size = os.fstat(stream.fileno()).st_size
    member = Member(io.BytesIO(stream.read(max(0, min(length, size)))))
    text = member.read()
    fault = member.fault or (member.end != length and f"it has {member.end} bytes") or "no headers"
    if member.fault is None and member.end == length:
        for record in read_warc(io.BytesIO(text)):
            return record
    raise ValueError(f"no WARC record in {file} at byte {offset} ({fault})")


def read_warc(stream: IO[bytes] | Member) -> Iterator[WarcRecord]:
    """Reads all records of a WARC stream, gzipped or not, HTTP headers parsed."""
    yield from ArchiveIterator(stream, parse_http=True, max_header_len=HEAD)


def _digest_of(capture: Capture) -> str:
    return capture.packed.digest if capture.packed else payload_digest(capture.body)


def _append(file: IO[bytes], member: bytes) -> int:
    """Appends all of a member, or nothing; returns where it begins."""
    offset = file.seek(0, os.SEEK_END)
    try:
        _write(file, member)
    except OSError:
        file.truncate(offset)
        raise
    return offset


def _write(file: IO[bytes], member: bytes) -> None:
    """Writes all of a member; an unbuffered file may take less at once."""
    rest = memoryview(member)
    while rest:
        rest = rest[file.write(rest) :]


def _is_there(stream: IO[bytes], place: Mapping[str, Any]) -> bool:
    """Does this page lie there, or what nobody can read any more?"""
    offset, length = place["offset"], place["length"]
    if not 0 <= offset < offset + length <= os.fstat(stream.fileno()).st_size:
        return False
    try:
        record = _read_at(stream, place["file"], offset, length)
    except (OSError, ValueError):
        return True
    return record.headers.get("WARC-Payload-Digest") in (None, place["digest"])


def _overwrite(stream: IO[bytes], offset: int, length: int, words: bytes) -> bool:
    """Puts a record of that length there, which stands for what was; False: none is so short."""
    try:
        filler = _filler(length, words)
    except ValueError:
        return False
    stream.seek(offset)
    _write(stream, filler)
    return True


def _filler(length: int, text: bytes) -> bytes:
    """Makes a gzip member of this length with a WARC record that stands for another one."""
    record = (
        f"WARC/1.1\r\nWARC-Type: metadata\r\nWARC-Record-ID: {uuid4().urn}\r\n"
        f"WARC-Date: {datetime.now(UTC):%Y-%m-%dT%H:%M:%SZ}\r\nContent-Type: text/plain\r\n"
        f"Content-Length: {len(text)}\r\n\r\n"
    ).encode() + b"%b\r\n\r\n" % text
    deflate = zlib.compressobj(9, wbits=-15)
    data = deflate.compress(record) + deflate.flush()
    # RFC 1952: the header may hold a comment of any length, ended by a zero byte.
    head = b"\x1f\x8b\x08\x10\x00\x00\x00\x00\x00\xff"
    tail = b"\x00" + data + struct.pack("<II", zlib.crc32(record), len(record))
    padding = length - len(head) - len(tail)
    if padding < 0:
        raise ValueError(f"a record of {length} bytes is too short to be one of ours")
    return head + b" " * padding + tail
