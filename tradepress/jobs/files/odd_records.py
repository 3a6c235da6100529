"""Reads records that fastwarc doesn't: those of ARC files, and WARC records whose headers end with
bare line feeds or are named in other letters; each is written as usual, and read."""

import io
import re
from collections.abc import Iterator

from fastwarc.stream_io import ZstdReader
from fastwarc.warc import ArchiveIterator, WarcRecord, WarcRecordType

from tradepress.archive.captures.content_encoding import LARGEST
from tradepress.archive.captures.file_part import FilePart
from tradepress.archive.captures.members import ARC_HEAD, BLANK, CHUNK, HEAD, PIECE, Member

VERSION = re.compile(rb"WARC/\d\.\d+[ \t]*\r?\n")
FIELDS = re.compile(rb"(.*?\n)\r?\n", re.DOTALL)
FIELD = re.compile(rb"([\w-]+)[ \t]*:[ \t]*([^\r\n]*)\r?\n")
FOLD = re.compile(rb"\r?\n[ \t]+")
LENGTH = re.compile(rb"^Content-Length: (\d{1,18})[ \t]*\r", re.MULTILINE)

AT_ONCE = 512
"""Counts the bytes unpacked at once: so many are lost before a damaged place."""


class CutOffRecord(OSError):
    """Raised where the file ends within a record, or it is not as long as it says."""


class OddRecords:
    """Reads records one after the other.

    :param stream: a file from a record on, or what a gzip member holds
    """

    def __init__(self, stream: FilePart | Member | ZstdReader) -> None:
        self.read = 0
        """Counts the bytes up to the end of the last record, with the line ends behind it."""
        self._stream = stream
        self._data = b""
        self._fault: OSError | None = None

    def __iter__(self) -> Iterator[WarcRecord]:
        """Yields them.

        :raises OSError: something is no record, not whole, or can't be read
        """
        while self._skip_line_ends():
            arc = ARC_HEAD.match(self._data)
            head = self._of_arc(arc) if arc else self._of_warc()
            said = LENGTH.search(head)
            if said is None:
                raise CutOffRecord("it does not say how long it is")
            length = int(said[1])
            block = self._take(min(length, 2 * LARGEST))
            left = length - len(block)
            while left and (more := self._take(min(left, CHUNK))):
                left -= len(more)
            if left:
                raise CutOffRecord("it is cut off")
            ends = b"\n" if arc else (BLANK, b"\n\n")
            is_border = self._have(len(BLANK)).startswith(ends)
            if self._skip_line_ends() and not is_border and not VERSION.match(self._data):
                raise CutOffRecord("it is cut off")
            head = LENGTH.sub(b"Content-Length: %d\r" % len(block), head)
            yield next(ArchiveIterator(io.BytesIO(head + b"\r\n" + block), parse_http=False))
        if self._fault is not None:
            raise self._fault

    def _more(self) -> bytes:
        """Reads on; returns nothing at the end, or where no more can be read, which is told when
        all that came before it was read."""
        try:
            return b"" if self._fault else self._stream.read(AT_ONCE)
        except OSError as error:
            self._fault = error
            return b""

    def _have(self, size: int) -> bytes:
        """Returns what is at hand: so many bytes or more, but at the end."""
        while len(self._data) < size and (more := self._more()):
            self._data += more
        return self._data

    def _take(self, size: int) -> bytes:
        pieces, self._data = [self._data[:size]], self._data[size:]
        left = size - len(pieces[0])
        while left and (more := self._more()):
            pieces.append(more[:left])
            self._data = more[left:]
            left -= len(pieces[-1])
        self.read += size - left
        return b"".join(pieces)

    def _skip_line_ends(self) -> bytes:
        """Returns what is at hand behind them; nothing: that is the end."""
        while self._take(len(data := self._have(PIECE)) - len(data.lstrip(b"\r\n"))):
            pass
        return self._data

    def _of_arc(self, line: re.Match[bytes]) -> bytes:
        kind = b"warcinfo" if line["url"].lower().startswith(b"filedesc:") else b"response"
        self._take(line.end())
        return (
            b"WARC/1.0\r\nWARC-Type: %b\r\nWARC-Target-URI: %b\r\nWARC-Date: %b\r\n"
            b"Content-Type: %b\r\nContent-Length: %b\r\n"
        ) % (kind, *line.group("url", "date", "said", "length"))

    def _of_warc(self) -> bytes:
        version = VERSION.match(self._data)
        if version is None:
            raise OSError("it is no record")
        fields = FIELDS.match(self._data, version.end())
        fields = fields or FIELDS.match(self._have(HEAD), version.end())
        if fields is None or VERSION.search(fields[1]):
            raise CutOffRecord("it has no whole headers")
        self._take(fields.end())
        named = FIELD.findall(FOLD.sub(b" ", fields[1]))
        names = (name.title().replace(b"Warc-", b"WARC-") for name, _ in named)
        lines = (b"%b: %b\r\n" % (name, said) for name, (_, said) in zip(names, named, strict=True))
        return b"WARC/1.0\r\n" + b"".join(lines)


def is_odd(record: WarcRecord) -> bool:
    """Did fastwarc perhaps not see what a record says of itself?"""
    said = record.headers.get("Content-Length") or "0"
    is_seen = said.isdecimal() and int(said[:18]) == record.content_length
    return record.record_type == WarcRecordType.unknown or not is_seen
