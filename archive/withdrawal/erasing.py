"""A withdrawal from beginning to end, so that a kill at any instant leaves it to be finished.

In this order: the tombstones are written into the file beside the archive; one transaction erases
the rows and marks the places of the raw pages; the raw pages are overwritten and their marks
dropped; the log is emptied and the database written anew; the file says that all is erased. Opening
the archive for writing takes up what is unfinished, and what an older copy of it brought back.
"""

import sqlite3
from collections.abc import Sequence

from archive.care.snapshot import database_size, require_space
from archive.errors import ArchiveError, archive_error
from archive.file.transaction import Transaction
from archive.withdrawal.captured_pages import erase_marked_pages
from archive.withdrawal.erase_rows import erase_rows
from archive.withdrawal.erased import Erased
from archive.withdrawal.tombstone_file import (
    TombstoneFile,
    read_tombstone_file,
    source_rows,
    write_tombstone_file,
)
from archive.withdrawal.tombstones import Tombstone, load_tombstones


def withdraw(transaction: Transaction, tombstones: Sequence[Tombstone]) -> Erased:
    """Erase these stories and keep them out from now on; lasting when it returns.

    :param transaction: of an archive without an open run
    :raises ArchiveError: it can't be finished now; the next opening for writing goes on
    """
    transaction.commit()
    # Written anew, the database and its log take their place once more.
    require_space(transaction.path.parent, 2 * database_size(transaction.db), "a withdrawal")
    content = read_tombstone_file(transaction.path)
    for stone in tombstones:
        content.add(stone)
    content.mark(tombstones, is_erased=False)
    content.sources |= source_rows(transaction.db, (stone.source for stone in tombstones))
    try:
        write_tombstone_file(transaction.path, content)
        return _carry_out(transaction, content, tombstones)
    except (sqlite3.Error, OSError) as error:
        raise archive_error(error, transaction.path) from error


def resume(transaction: Transaction) -> Erased | None:
    """Finish what a killed process left, and repeat what a restored copy does not know.

    :returns: None if there was nothing to do
    :raises ArchiveError: it can't be done; the archive must not be used before
    """
    captures, content = transaction.captures, read_tombstone_file(transaction.path)
    known = load_tombstones(transaction.db)
    if not content.tombstones and not known:
        return None
    before = dict(content.tombstones)
    for stone in known.values():  # it may have learned addresses since: see keep_out
        content.add(stone)
    if content.tombstones != before:
        content.sources |= source_rows(transaction.db, (stone.source for stone in known.values()))
        write_tombstone_file(transaction.path, content)
    known_keys = frozenset(key for stone in known.values() for key in stone.keys)
    pending = [
        stone
        for stone in content.tombstones.values()
        if stone.ref not in known
        or not stone.keys <= known_keys
        or (captures is not None and not stone.is_erased)
    ]
    if not pending:
        return None
    has_captures = transaction.db.execute("SELECT 1 FROM captures LIMIT 1").fetchone() is not None
    if captures is None and has_captures:
        raise ArchiveError(
            f"{transaction.path} holds stories again that were withdrawn from it, with their raw "
            "pages: run `tradepress withdraw` to erase them"
        )
    return _carry_out(transaction, content, pending)


def _carry_out(
    transaction: Transaction,
    content: TombstoneFile,
    stones: Sequence[Tombstone],
) -> Erased:
    captures, connection = transaction.captures, transaction.db.conn
    (before,) = connection.execute("PRAGMA secure_delete").fetchone()
    connection.execute("PRAGMA secure_delete=ON")
    connection.execute("PRAGMA foreign_keys=OFF")
    try:
        connection.execute("BEGIN IMMEDIATE")
        erased = erase_rows(transaction.db, captures, stones, content.sources)
        connection.execute("COMMIT")
        if captures is not None:
            erased.captures, erased.missing = erase_marked_pages(transaction.db, captures)
        erased.is_log_empty = _write_anew(connection)
        transaction.note_size()
    except BaseException:
        transaction.db.rollback()
        raise
    finally:
        connection.execute("PRAGMA foreign_keys=ON")
        connection.execute(f"PRAGMA secure_delete={before}")
    if captures is not None and erased.is_log_empty:
        for stone in load_tombstones(transaction.db).values():  # they know the erased pages now
            content.add(stone)
        content.mark(stones, is_erased=True)
        write_tombstone_file(transaction.path, content)
    return erased


def _write_anew(connection: sqlite3.Connection) -> bool:
    """Leave nothing in free pages, in the gaps of pages and in the log; is the log empty?"""
    if connection.execute("SELECT 1 FROM sqlite_master WHERE name = 'sqlite_stat4'").fetchone():
        connection.execute("DELETE FROM sqlite_stat4")  # samples of the indexes, after an ANALYZE
    (before,) = connection.execute("PRAGMA temp_store").fetchone()
    connection.execute("PRAGMA temp_store=FILE")  # else all of the copy would be in memory
    connection.execute("VACUUM")
    connection.execute(f"PRAGMA temp_store={before}")
    busy, _, _ = connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
    return not busy
