"""What `tradepress verify` and `tradepress backup` ask of raw pages."""

import zlib
from pathlib import Path

from crawler.captures.warc import CHUNK, payload_digest, read_capture


class WarcReader:
    """Reads what :class:`crawler.captures.warc.WarcCaptures` wrote."""

    def digest(self, folder: Path, file: str, offset: int, length: int) -> str:
        """Of the payload of one record, computed anew: ``sha1:`` and base32.

        :raises OSError: it can't be read
        :raises ValueError: there is no whole record at that place
        """
        if self.count_members(folder / file, offset, offset + length) != 1:
            raise ValueError("no whole record is there")
        return payload_digest(read_capture(folder, file, offset, length).reader.read())

    def count_members(self, path: Path, start: int, end: int) -> int:
        """Whole gzip members from a member's start on, up to ``end``."""
        count = 0
        with path.open("rb") as stream:
            stream.seek(start)
            left = end - start
            data = b""
            while True:
                member = zlib.decompressobj(wbits=31)
                try:
                    while not member.eof:
                        if not data:
                            data = stream.read(min(CHUNK, left))
                            left -= len(data)
                        if not data:
                            return count
                        member.decompress(data)
                        data = member.unused_data
                except zlib.error:
                    return count
                count += 1
