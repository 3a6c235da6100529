"""The writer's open transaction: how it begins, what is written in it, and how its failures end."""

import sqlite3
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, NoReturn

from sqlite_utils import Database

from archive.capture_store import CaptureStore
from archive.clean import ArticleRowError
from archive.errors import ArchiveGone, archive_error
from archive.full_text import index_texts
from archive.kept_log import file_identity, fold_in, log_of, put_aside
from archive.rows import Row, fetch_rows

ROW_ERRORS = (
    ArticleRowError,
    OverflowError,
    UnicodeError,
    sqlite3.IntegrityError,
    sqlite3.DataError,
    sqlite3.InterfaceError,
    sqlite3.ProgrammingError,
)
"""The row is at fault, not the file."""

Parameters = Sequence[Any] | Mapping[str, Any]


class Transaction:
    """One connection that writes, from one thread; nothing is lasting before :meth:`commit`.

    After a failed commit everything since the last one is gone, and :attr:`rollbacks` has risen.
    """

    def __init__(self, db: Database, path: Path, captures: CaptureStore | None) -> None:
        self.db = db
        self.path = path
        self.rollbacks = 0
        self._captures = captures
        self._file = file_identity(path)
        self._log = file_identity(log_of(path))
        self.note_size()

    def begin(self) -> None:
        """Open a transaction if none is.

        :raises ArchiveError: the file is locked or can't be written
        """
        if not self.db.conn.in_transaction:
            try:
                self.db.conn.execute("BEGIN IMMEDIATE")
            except sqlite3.Error as error:
                raise archive_error(error, self.path) from error

    def commit(self) -> None:
        """Make everything so far lasting; raw pages reach the disk first.

        :raises ArchiveError: nothing since the last commit is kept
        """
        if not self.db.conn.in_transaction:
            return
        try:
            self._require_file()
            if self._captures is not None:
                self._captures.sync()
            index_texts(self.db.conn)
            self.db.conn.execute("COMMIT")
        except (sqlite3.Error, OSError, ArchiveGone) as error:
            self.fail(error)
        except BaseException:  # half indexed, it must not be committed by whoever tidies up
            self.db.rollback()
            self.rollbacks += 1
            raise

    def note_size(self) -> None:
        """The file is as large as it should be: it never becomes smaller but by a VACUUM."""
        self._size = self.path.stat().st_size

    def _require_file(self) -> None:
        """SQLite writes on into a file that has no name any more.

        Its log would be laid over the next file of that name, so it is put aside.

        :raises ArchiveGone: what is written would be lost
        :raises OSError: the log can't be put aside
        """
        if file_identity(self.path) == self._file:
            self._require_size()
            return
        self.db.rollback()
        is_whole = fold_in(self.db.conn)
        kept = put_aside(self.path, self._log)
        advice = ""
        if kept is not None:
            advice = (
                f"; its log is kept as {kept.name}: name it {log_of(self.path).name} again if "
                f"that very file comes back{' from another disk' if is_whole else ''}, "
                "and never beside a backup"
            )
        raise ArchiveGone(
            f"{self.path} is gone, or another file stands in its place, and nothing more is "
            f"written: put it or a backup there and run the command again{advice}"
        )

    def _require_size(self) -> None:
        before = self._size
        self.note_size()
        if self._size < before:
            raise ArchiveGone(
                f"{self.path} has become smaller: another program cut or overwrote it, and "
                "nothing more is written: run `tradepress verify`, and if it names a fault "
                f"move it and {log_of(self.path).name} away before you put a backup there"
            )

    def write(self, sql: str, parameters: Parameters = ()) -> sqlite3.Cursor:
        """Run one statement.

        :raises ArchiveError: the file can't be written; ROW_ERRORS as they are
        """
        self.begin()
        try:
            return self.db.conn.execute(sql, parameters)
        except sqlite3.DatabaseError as error:
            if isinstance(error, ROW_ERRORS):
                raise
            self.fail(error, keep_batch=True)

    def insert(self, table: str, row: Row) -> int:
        """A new row; its id. Raises what :meth:`write` raises."""
        names = '", "'.join(row)
        cursor = self.write(
            f'INSERT INTO {table} ("{names}") VALUES ({", ".join("?" * len(row))})',
            list(row.values()),
        )
        assert cursor.lastrowid is not None
        return cursor.lastrowid

    def rows(self, sql: str, parameters: Parameters = ()) -> list[Row]:
        """All rows of a question."""
        return fetch_rows(self.db, sql, parameters)

    def value(self, sql: str, parameters: Parameters = ()) -> Any:
        """The first column of the first row, or None."""
        row = self.db.conn.execute(sql, parameters).fetchone()
        return row and row[0]

    def fail(self, error: Exception, *, keep_batch: bool = False) -> NoReturn:
        """Roll back and say why in words for a person.

        :param keep_batch: only one statement failed, and what came before it stands
        """
        if not (keep_batch and self.db.conn.in_transaction):
            self.db.rollback()
            self.rollbacks += 1
        if isinstance(error, sqlite3.Error | OSError):
            raise archive_error(error, self.path) from error
        raise error
