"""What `tradepress verify` and `tradepress backup` ask of raw pages."""

import re
import zlib
from collections.abc import Iterator
from pathlib import Path

from crawler.captures.warc import CHUNK, payload_digest, read_capture

HEAD = 1 << 16
"""Bytes of a record that are looked at for its headers."""
TARGET = re.compile(rb"^WARC-Target-URI:[ \t]*<?([^\s>]+)", re.IGNORECASE | re.MULTILINE)
DIGEST = re.compile(rb"^WARC-Payload-Digest:[ \t]*(\S+)", re.IGNORECASE | re.MULTILINE)


class WarcReader:
    """Reads what :class:`crawler.captures.warc.WarcCaptures` wrote."""

    def digest(self, folder: Path, file: str, offset: int, length: int) -> str:
        """Of the payload of one record, computed anew: ``sha1:`` and base32.

        :raises OSError: it can't be read
        :raises ValueError: there is no whole record at that place
        """
        if len(list(_whole_members(folder / file, offset, offset + length))) != 1:
            raise ValueError("no whole record is there")
        return payload_digest(read_capture(folder, file, offset, length).reader.read())

    def pages(self, path: Path, start: int, end: int) -> Iterator[tuple[str, str]]:
        """Address and digest, as they say themselves, of whole records between two bytes.

        Records without an address are not pages: a withdrawal leaves such in the place of others.
        """
        for head in _whole_members(path, start, end):
            headers = head.partition(b"\r\n\r\n")[0]
            if target := TARGET.search(headers):
                digest = DIGEST.search(headers)
                yield target[1].decode("utf-8", "replace"), digest[1].decode() if digest else ""


def _whole_members(path: Path, start: int, end: int) -> Iterator[bytes]:
    """Beginnings of whole gzip members from a member's start on, up to ``end``."""
    with path.open("rb") as stream:
        stream.seek(start)
        left = end - start
        data = b""
        while True:
            member = zlib.decompressobj(wbits=31)
            head = b""
            try:
                while not member.eof:
                    if not data:
                        data = stream.read(min(CHUNK, left))
                        left -= len(data)
                    if not data:
                        return
                    head += member.decompress(data)[: HEAD - len(head)]
                    data = member.unused_data
            except zlib.error:
                return
            yield head
