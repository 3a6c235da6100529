"""Keeps the writer's open transaction: how it begins, what is written in it, and how it ends."""

import sqlite3
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn, TypeAlias, TypeVar

from tradepress.archive.clean import ArticleRowError
from tradepress.archive.database import Database
from tradepress.archive.disk import require_room
from tradepress.archive.errors import ArchiveError, ArchiveGone, archive_error
from tradepress.archive.file.full_text import index_texts
from tradepress.archive.file.kept_log import file_identity, fold_in, log_of, put_aside
from tradepress.archive.file.rows import Row, fetch_rows
from tradepress.archive.leaf_log.leaf_log import LOGGED, LeafLog

if TYPE_CHECKING:  # who only reads has no use for them, and they take a while to load
    import asyncio

    from tradepress.archive.captures.warc import WarcCaptures

ROW_ERRORS = (
    ArticleRowError,
    OverflowError,
    UnicodeError,
    sqlite3.IntegrityError,
    sqlite3.DataError,
    sqlite3.InterfaceError,
    sqlite3.ProgrammingError,
)
"""Lists errors where the row is at fault, not the file."""

Answer = TypeVar("Answer")
Parameters: TypeAlias = Sequence[object] | Mapping[str, object]
COMMIT_WITHIN = 1.0
"""Is how many seconds what was written waits for its commit."""
MOST_WAITING = 50
"""Limits the stories of one batch."""


class Transaction:
    """Is one connection that writes, from one thread; nothing is lasting before a commit.

    In a running event loop what was written is committed by itself: within ``COMMIT_WITHIN``
    seconds, or when so many stories wait for it that more would be one batch too long.
    After a failed commit everything since the last one is gone, and :attr:`rollbacks` has risen.
    """

    def __init__(
        self,
        db: Database,
        path: Path,
        captures: "WarcCaptures | None",
        *,
        reserve: int | None = None,
    ) -> None:
        self.db = db
        self.path = path
        self.captures = captures
        self.reserve = reserve
        """Counts the bytes that stay free on the disk
        (:func:`tradepress.archive.disk.require_room`)."""
        self.log = LeafLog(db.conn)
        self.is_part = False
        """Will it come into another archive? Texts are indexed and vouched for there."""
        self.failure: ArchiveError | None = None
        """Says why the archive can't or shouldn't be written any more; whoever writes must stop."""
        self.on_failure: list[Callable[[], None]] = []
        """Lists what is called once when that happens."""
        self.rollbacks = 0
        self._file = file_identity(path)
        self._log = file_identity(log_of(path))
        self._batch: _Batch | None = None
        self.note_size()

    # Begin and commit

    def begin(self) -> None:
        """Opens a transaction if none is.

        :raises ArchiveError: the file is locked or can't be written
        """
        if self.db.conn.in_transaction:
            return
        self._ask(self.db.conn.execute, "BEGIN IMMEDIATE")
        if self._batch is None:
            self._batch = _Batch.of_running_loop(self)

    def commit(self) -> None:
        """Makes everything so far lasting; raw pages reach the disk first.

        :raises ArchiveError: nothing since the last commit is kept; who waits is told the same
        """
        batch, self._batch = self._batch, None
        try:
            self._commit()
            if batch is not None:
                batch.require_whole()
        except ArchiveError as error:
            self._note_failure(error)
            if batch is not None:
                batch.end(error)
            raise
        if batch is not None:
            batch.end(None)
        try:
            self.require_room()
        except ArchiveError as error:
            self._note_failure(error)

    async def committed(self) -> None:
        """Waits until what was written so far is lasting.

        :raises ArchiveError: nothing of the batch is kept
        """
        if self._batch is None:
            return self.commit()
        waiting = self._batch.wait()
        if self._batch.is_full:
            with suppress(ArchiveError):  # whoever waits is told
                self.commit()
        await waiting

    def _commit(self) -> None:
        if not self.db.conn.in_transaction:
            return
        try:
            self._require_file()
            if self.captures is not None:
                self.captures.sync()
            if not self.is_part:
                index_texts(self.db.conn)
                self.log.write()
            self.db.conn.execute("COMMIT")
        except (sqlite3.Error, OSError, ArchiveGone) as error:
            self.fail(error)
        except BaseException:  # half indexed, it must not be committed by whoever tidies up
            self.rollback()
            raise

    def rollback(self) -> None:
        """Drops everything since the last commit."""
        self.db.rollback()
        self.log.forget()
        self.rollbacks += 1

    # What can go wrong with the file

    def require_room(self) -> None:
        """Requires room for more on the disk.

        :raises ArchiveFull: the disk has no room for more
        """
        folders = [self.path.parent, *([self.captures.folder] if self.captures else [])]
        try:
            for folder in folders:
                if folder.exists():
                    require_room(folder, self.reserve)
        except OSError as error:
            raise archive_error(error, self.path) from error

    def note_size(self) -> None:
        """Notes the size of the file, which never becomes smaller but by a VACUUM."""
        self._size = self.path.stat().st_size

    def _require_file(self) -> None:
        """Requires that the file has its name: SQLite writes on into one that has none any more.

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

    # Statements

    def write(self, sql: str, parameters: Parameters = ()) -> sqlite3.Cursor:
        """Runs one statement.

        :raises ArchiveError: the file can't be written; ROW_ERRORS as they are
        """
        self.begin()
        return self._ask(self.db.conn.execute, sql, parameters)

    def write_many(self, sql: str, rows: Iterable[Parameters]) -> None:
        """Runs one statement for many rows; raises what :meth:`write` raises."""
        self.begin()
        self._ask(self.db.conn.executemany, sql, rows)

    def insert(self, table: str, row: Mapping[str, object]) -> int:
        """Inserts a new row and returns its id; raises what :meth:`write` raises."""
        names = '", "'.join(row)
        cursor = self.write(
            f'INSERT INTO {table} ("{names}") VALUES ({", ".join("?" * len(row))})',
            list(row.values()),
        )
        assert cursor.lastrowid is not None
        if table in LOGGED:
            self.log.add(LOGGED[table], cursor.lastrowid)
        return cursor.lastrowid

    def update(self, table: str, row_id: int, row: Mapping[str, object]) -> None:
        """Updates a row to new values; raises what :meth:`write` raises."""
        columns = ", ".join(f'"{name}" = ?' for name in row)
        if table in LOGGED:
            self.log.change(LOGGED[table], row_id)
        self.write(f"UPDATE {table} SET {columns} WHERE id = ?", [*row.values(), row_id])

    def rows(self, sql: str, parameters: Parameters = ()) -> list[Row]:
        """Returns all rows of a question.

        :raises ArchiveError: the file can't be read
        """
        return self._ask(fetch_rows, self.db, sql, parameters)

    def value(self, sql: str, parameters: Parameters = ()) -> Any:
        """Returns the first column of the first row, or None. Raises what :meth:`rows` raises."""
        row = self._ask(lambda: self.db.conn.execute(sql, parameters).fetchone())
        return row and row[0]

    @contextmanager
    def reading(self) -> Iterator[Database]:
        """Lends the database for questions that others ask of the file.

        :raises ArchiveError: it can't be read
        """
        try:
            yield self.db
        except sqlite3.DatabaseError as error:
            self._fail_statement(error)

    @contextmanager
    def atomic(self) -> Iterator[None]:
        """Writes what is written within whole, or not at all.

        :raises ArchiveError: the file can't be written; ROW_ERRORS as they are
        """
        self.begin()
        try:
            with self.db.atomic():
                yield
        except ROW_ERRORS as error:
            if not self.db.conn.in_transaction:
                self.fail(error)
            raise
        except (sqlite3.Error, OSError) as error:
            self.fail(error, keep_batch=True)

    def _ask(self, call: Callable[..., Answer], *arguments: object) -> Answer:
        """Returns what a call of SQLite gives; no context manager, which for each statement of a
        story would cost a twentieth of its way into the archive."""
        try:
            return call(*arguments)
        except sqlite3.DatabaseError as error:
            self._fail_statement(error)

    def _fail_statement(self, error: sqlite3.DatabaseError) -> NoReturn:
        """Raises what a failed statement means: a person is told, and whoever writes must stop."""
        if isinstance(error, ROW_ERRORS):
            raise error
        self.fail(error, keep_batch=True)

    def fail(self, error: Exception, *, keep_batch: bool = False) -> NoReturn:
        """Rolls back and says why in words for a person.

        :param keep_batch: only one statement failed, and what came before it stands
        """
        if not (keep_batch and self.db.conn.in_transaction):
            self.rollback()
        if not isinstance(error, sqlite3.Error | OSError):
            raise error
        failure = archive_error(error, self.path)
        self._note_failure(failure)
        raise failure from error

    def _note_failure(self, failure: ArchiveError) -> None:
        if self.failure is None:
            self.failure = failure
            for call in self.on_failure:
                call()


class _Batch:
    """Holds what is written until the next commit, and who waits for that."""

    def __init__(self, transaction: Transaction, loop: "asyncio.AbstractEventLoop") -> None:
        self._transaction = transaction
        self._rollbacks = transaction.rollbacks
        self._waiting = 0
        self._committed: asyncio.Future[None] = loop.create_future()
        self._timer = loop.call_later(COMMIT_WITHIN, self._commit)

    @classmethod
    def of_running_loop(cls, transaction: Transaction) -> "_Batch | None":
        """Returns None if no loop runs, and whoever writes commits."""
        from asyncio import get_running_loop

        try:
            return cls(transaction, get_running_loop())
        except RuntimeError:
            return None

    @property
    def is_full(self) -> bool:
        return self._waiting >= MOST_WAITING

    def wait(self) -> "asyncio.Future[None]":
        from asyncio import shield

        self._waiting += 1
        # Shielded: one waiter that is cancelled must not take the others along.
        return shield(self._committed)

    def require_whole(self) -> None:
        """Requires that all of the batch was in the commit that came to its end.

        :raises ArchiveError: the commit came to its end, but not all of the batch was in it
        """
        if self._transaction.rollbacks != self._rollbacks:
            raise ArchiveError(f"{self._transaction.path}: the batch was rolled back")

    def end(self, failure: ArchiveError | None) -> None:
        self._timer.cancel()
        if self._committed.done():
            return
        if failure is None:
            self._committed.set_result(None)
        else:
            self._committed.set_exception(failure)
            self._committed.exception()  # read once, or asyncio complains where nobody waits

    def _commit(self) -> None:
        with suppress(ArchiveError):  # whoever waits is told, and whoever writes must stop
            self._transaction.commit()
