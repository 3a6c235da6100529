"""Remembers how far files were read whose pages came in, so that none is read twice."""

import hashlib
import os
from pathlib import Path

from tradepress.archive.clock import utc_now
from tradepress.archive.file.transaction import Transaction


class PageFiles:
    """Keeps table ``page_files``, where a file is known by a hash: its name may be words of a
    story, and its folder is nobody's business.
    """

    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction

    def next_place(self, file_hash: str) -> int | None:
        """Returns the byte where reading goes on; 0: it was not read before; None: it was read
        whole.
        """
        rows = self._transaction.rows(
            "SELECT next_place FROM page_files WHERE file_hash = ?", [file_hash]
        )
        place: int | None = rows[0]["next_place"] if rows else 0
        return place

    def keep(self, file_hash: str, next_place: int | None) -> None:
        """Writes that the pages of a file up to there are in; in the commit of their stories.

        :param next_place: as :meth:`next_place` gives it
        """
        self._transaction.write(
            """
            INSERT INTO page_files (file_hash, next_place, read_at) VALUES (?, ?, ?)
            ON CONFLICT (file_hash) DO UPDATE
                SET next_place = excluded.next_place, read_at = excluded.read_at
            """,
            [file_hash, next_place, utc_now()],
        )

    def forget(self, file_hash: str) -> None:
        """Lets a file be read from its beginning again."""
        self._transaction.write("DELETE FROM page_files WHERE file_hash = ?", [file_hash])


def file_hash(path: Path, *said: object) -> str:
    """Hashes a file's path, size and time of change, and what was said of its pages.

    :raises OSError: there is no such file
    """
    state = path.stat()
    known = (os.fspath(path.resolve()), state.st_size, state.st_mtime_ns, *said)
    return hashlib.sha256(repr(known).encode("utf-8", "surrogateescape")).hexdigest()
