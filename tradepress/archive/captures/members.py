"""Reads WARC records, each in a gzip member of its own: what is damaged costs only itself."""

import io
import os
import re
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from tradepress.archive.captures.file_part import FilePart
from tradepress.archive.captures.kept_file import open_kept

CHUNK = 1 << 20
PIECE = 1 << 14
"""Counts the bytes of a member that are read at once."""
STEP = 1 << 12
"""Counts the bytes unpacked at once: so many are lost before a damaged place."""
MAGIC = b"\x1f\x8b\x08"
UNWRITTEN = bytes(64)
"""Is what a disk has where nothing was written when the power went; nothing compressed has it."""
BLANK = b"\r\n\r\n"
MOST_HEADERS = 24 * 1024
"""Limits the bytes of an answer's headers in one record. Other tools give up at 32 KB."""
HEAD = 1 << 19
"""Limits the bytes of a record in which its headers end; more than the crawl takes."""
BEGINNING = 1024
"""Limits the bytes of a member in which it is seen to be a record."""
KIND = re.compile(rb"^WARC-Type:[ \t]*(\w+)", re.IGNORECASE | re.MULTILINE)
TARGET = re.compile(rb"^WARC-Target-URI:[ \t]*<?([^\s>]+)", re.IGNORECASE | re.MULTILINE)
DATE = re.compile(rb"^WARC-Date:[ \t]*(\S+)", re.IGNORECASE | re.MULTILINE)
DIGEST = re.compile(rb"^WARC-Payload-Digest:[ \t]*(\S+)", re.IGNORECASE | re.MULTILINE)
ARC_HEAD = re.compile(
    rb"(?P<url>(?:https?|ftp|gopher|news|nntp|mailto|dns|whois|filedesc|metadata|screenshot)"
    rb":[^\r\n]+) \S+ (?P<date>\d{12,17}) (?P<said>\S*)(?: \S+)* (?P<length>\d{1,18})\r?\n",
    re.IGNORECASE,
)
"""Matches the line with which a record of an ARC file begins, of its version 1 or 2."""


def fitting_headers(lines: Sequence[bytes]) -> list[bytes]:
    """Returns header lines as far as the WARC reader takes them: the longest are left out. What
    says how a page is to be read is short."""
    kept, size = set(), 0
    for number in sorted(range(len(lines)), key=lambda number: len(lines[number])):
        size += len(lines[number]) + 2
        if size > MOST_HEADERS:
            break
        kept.add(number)
    return [line for number, line in enumerate(lines) if number in kept]


class Member(io.RawIOBase):
    """Reads what one gzip member holds, as a stream; at its end it knows whether it was whole."""

    def __init__(
        self, stream: IO[bytes] | FilePart, start: int = 0, end: int | None = None
    ) -> None:
        self.start = start
        self.end = start
        """Is the first byte after the member, as far as it was read."""
        self.fault: str | None = None
        """Says why the member is not whole."""
        self._stream = stream
        self._limit = end
        self._inflate = zlib.decompressobj(wbits=31)
        self._compressed = b""
        self._given = 0
        stream.seek(start)

    def readable(self) -> bool:
        return True

    def read(self, size: int | None = -1) -> bytes:
        if size == 0:
            return b""
        text = self._inflated(None if size is None or size < 0 else size)
        self._given += len(text)
        return text

    def tell(self) -> int:
        """Returns how much was read, which the WARC reader asks."""
        return self._given

    def drain(self) -> None:
        """Reads the member to its end, whatever it holds."""
        while self.read(CHUNK):
            pass

    def _inflated(self, size: int | None) -> bytes:
        """Returns so many bytes, or all; fewer only where the member ends."""
        text = bytearray()
        while self.fault is None and not self._inflate.eof and (size is None or len(text) < size):
            if not self._compressed:
                self._compressed = self._stream.read(self._left())
            if not self._compressed:
                self.fault = "it is cut off"
                break
            before = len(self._compressed)
            try:
                text += self._inflate.decompress(
                    self._compressed, STEP if size is None else min(STEP, size - len(text))
                )
            except zlib.error as error:
                self.fault = str(error)
                break
            eof = self._inflate.eof
            self._compressed = self._inflate.unused_data if eof else self._inflate.unconsumed_tail
            self.end += before - len(self._compressed)
        return bytes(text)

    def _left(self) -> int:
        read = self.end - self.start + len(self._compressed)
        return PIECE if self._limit is None else min(PIECE, self._limit - self.start - read)


def members(stream: IO[bytes], start: int = 0, end: int | None = None) -> Iterator[Member]:
    """Yields the members from one's start up to ``end``; after a damaged one the next that holds
    a WARC record. A member is done with when the next is asked for."""
    at: int | None = start
    while at is not None and (end is None or at < end):
        stream.seek(at)
        if not stream.read(1):
            return
        member = Member(stream, at, end)
        yield member
        member.drain()
        at = next_member(stream, member, end)


def next_member(stream: IO[bytes] | FilePart, member: Member, end: int | None = None) -> int | None:
    """Returns where the member behind one begins, which was read to its end; behind a damaged
    one, the next that holds a WARC record. None: there is none."""
    if member.fault is None:
        return member.end
    return _next_record(stream, member.start + 1, end)


@dataclass(frozen=True, kw_only=True, slots=True)
class FoundRecord:
    """Is one record, as it says itself, or a stretch that can't be read."""

    offset: int
    length: int
    kind: str = ""
    """Is the WARC-Type; empty: it can't be read."""
    url: str | None = None
    """Is None if it is about no address, such as what a withdrawal leaves in a page's place."""
    digest: str = ""
    """Is the digest of the payload; empty: it says none."""
    date: str = ""
    """Says when the record was made, in UTC; empty: it says none."""
    fault: str | None = None
    is_hole: bool = False
    """Was a part of what can't be read never written?"""

    @property
    def is_page(self) -> bool:
        """Is it a captured page, none of the records that belong to one?"""
        return self.kind not in ("", "request", "revisit", "metadata", "warcinfo")


def find_records(path: Path, start: int = 0, end: int | None = None) -> Iterator[FoundRecord]:
    """Yields the records that lie between two bytes of a file, both at the border of a record."""
    damaged: Member | None = None
    with open_kept(path.parent, path.name) as stream:
        size = os.fstat(stream.fileno()).st_size if end is None else end
        for member in members(stream, start, end):
            if damaged is not None:
                yield _damage(stream, damaged, member.start)
            headers = member.read(HEAD).partition(BLANK)[0]
            member.drain()
            damaged = member if member.fault is not None else None
            if damaged is None:
                kind, target, digest, date = (
                    match and match[1].decode("utf-8", "replace")
                    for match in (part.search(headers) for part in (KIND, TARGET, DIGEST, DATE))
                )
                yield FoundRecord(
                    offset=member.start,
                    length=member.end - member.start,
                    kind=(kind or "").lower(),
                    url=target,
                    digest=digest or "",
                    date=date or "",
                )
        if damaged is not None:
            yield _damage(stream, damaged, size)


def _damage(stream: IO[bytes], member: Member, end: int) -> FoundRecord:
    part = FilePart(stream, member.start, end - member.start)
    is_hole = any(UNWRITTEN in piece for piece in iter(lambda: part.read(CHUNK), b""))
    return FoundRecord(offset=member.start, length=part.size, fault=member.fault, is_hole=is_hole)


def _next_record(stream: IO[bytes] | FilePart, start: int, end: int | None) -> int | None:
    """Finds where the next member begins that holds a WARC record."""
    stream.seek(start)
    position, data = start, b""
    while more := stream.read(CHUNK):
        data += more
        for match in re.finditer(re.escape(MAGIC), data):
            at = position + match.start()
            if end is not None and at >= end:
                return None
            if begins_record(data[match.start() : match.start() + BEGINNING]):
                return at
        position += len(data) - len(data[-BEGINNING:])
        data = data[-BEGINNING:]
    return None


def begins_record(data: bytes) -> bool:
    """Is this the beginning of a member that holds a record of a WARC or ARC file?"""
    text = Member(io.BytesIO(data)).read(BEGINNING)
    return text.startswith(b"WARC/") or ARC_HEAD.match(text) is not None
