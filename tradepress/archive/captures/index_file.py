"""Writes an index of captured pages where they lie, for a pywb beside the archive.

It is made on demand and never lies among the raw pages: what is withdrawn later stays named in it.
"""

import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

from fastwarc.warc import WarcRecord

from tradepress.archive.captures.cdxj import INDEXED, cdxj_line
from tradepress.archive.disk import written_whole


class IndexWriter:
    """Is an index that :func:`write_index` makes. What grows with it is kept on the disk."""

    def __init__(self, notes: sqlite3.Connection) -> None:
        self._notes = notes
        self._notes.executescript(
            "CREATE TABLE lines (line TEXT); CREATE TABLE refs (ref TEXT PRIMARY KEY)"
        )

    def add_record(self, place: Mapping[str, Any], member: bytes, record: WarcRecord) -> None:
        """Adds the line of a record.

        :param place: its ``file``, ``offset``, ``length``
        :param member: its gzip member
        :param record: the same, read
        """
        if record.record_type in INDEXED:
            line = cdxj_line(
                record, offset=place["offset"], length=len(member), filename=place["file"]
            )
            self._notes.execute("INSERT INTO lines VALUES (?)", [line])

    def add_page(self, page: dict[str, str], *, rank: int, place: str) -> None:
        """Counts the story of a page."""
        self._notes.execute("INSERT OR IGNORE INTO refs VALUES (?)", [page["id"]])

    def write(self, file: Path) -> None:
        with file.open("w", encoding="utf-8", newline="\n") as stream:
            for (line,) in self._notes.execute("SELECT line FROM lines ORDER BY line"):
                stream.write(f"{line}\n")

    def finish(self) -> int:
        """Returns the number of stories."""
        (found,) = self._notes.execute("SELECT count(*) FROM refs").fetchone()
        return int(found)


@contextmanager
def write_index(path: Path, *, archive: Path) -> Iterator[IndexWriter]:
    """Writes a new CDXJ file, under its name only when it is whole and on the disk; a file of that
    name gives way then. If the block raises nothing is left.

    :param archive: whose pages it names
    :raises OSError: it can't be written
    """
    # A database without a name is a file that SQLite removes; a small one stays in memory.
    with written_whole(path, archive=archive) as part, closing(sqlite3.connect("")) as notes:
        writer = IndexWriter(notes)
        yield writer
        writer.write(part)
