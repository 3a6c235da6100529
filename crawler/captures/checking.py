"""What `tradepress verify` and `tradepress backup` ask of raw pages."""

from collections.abc import Iterator
from pathlib import Path

from archive.captures.members import Found, find_pages
from archive.captures.warc import payload_digest, read_capture


class WarcReader:
    """Reads what :class:`archive.captures.warc.WarcCaptures` wrote."""

    def digest(self, folder: Path, file: str, offset: int, length: int) -> str:
        """Of the payload of one record, computed anew: ``sha1:`` and base32.

        :raises OSError: it can't be read
        :raises ValueError: there is no whole record at that place
        """
        try:
            record = read_capture(folder, file, offset, length)
        except ValueError as error:
            raise ValueError("no whole record is there") from error
        return payload_digest(record.reader.read())

    def pages(self, path: Path, start: int, end: int) -> Iterator[Found]:
        """See :func:`archive.captures.members.find_pages`."""
        return find_pages(path, start, end)
