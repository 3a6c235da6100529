"""Withdraws from beginning to end, so that a kill at any instant leaves it to be finished.

In this order: the tombstones are written into the file beside the archive; one transaction erases
the rows and marks the places of the raw pages; the raw pages are overwritten and their marks
dropped; the database is written anew and the log emptied; the file says that all is erased. Opening
the archive for writing takes up what is unfinished, and what an older copy of it brought back.
"""

import sqlite3
from collections.abc import Sequence

from tradepress.archive.disk import unfinished
from tradepress.archive.errors import ArchiveError, archive_error
from tradepress.archive.file.connection import settings
from tradepress.archive.file.transaction import Transaction
from tradepress.archive.withdrawal.captured_pages import erase_marked_pages, mark_unnamed_pages
from tradepress.archive.withdrawal.erase_rows import erase_rows
from tradepress.archive.withdrawal.erased import Erased
from tradepress.archive.withdrawal.targets import find_targets
from tradepress.archive.withdrawal.tombstone_file import (
    TombstoneFile,
    read_tombstone_file,
    write_tombstone_file,
)
from tradepress.archive.withdrawal.tombstones import Tombstone, load_tombstones
from tradepress.archive.withdrawal.write_anew import require_room_to_rewrite, write_anew


def withdraw(transaction: Transaction, tombstones: Sequence[Tombstone]) -> Erased:
    """Erases these stories and keeps them out from now on; lasting when it returns.

    :param transaction: of an archive without an open run
    :raises ArchiveError: it can't be finished now; the next opening for writing goes on
    """
    transaction.commit()
    require_room_to_rewrite(transaction.db)
    content = read_tombstone_file(transaction.path)
    content.add(transaction.db, tombstones)
    content.mark(tombstones, is_erased=False)
    try:
        write_tombstone_file(transaction.path, content)
        return _carry_out(transaction, content, tombstones)
    except (sqlite3.Error, OSError) as error:
        raise archive_error(error, transaction.path) from error


def resume(transaction: Transaction) -> Erased | None:
    """Finishes what a killed process left, and repeats what a restored copy does not know.

    :returns: None if there was nothing to do
    :raises ArchiveError: it can't be done; the archive must not be used before
    """
    captures, content = transaction.captures, read_tombstone_file(transaction.path)
    known = load_tombstones(transaction.db)
    before = dict(content.tombstones)
    content.add(transaction.db, known.values())  # they may know more addresses: see keep_out
    if content.tombstones != before:
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
    if captures is None and transaction.value("SELECT 1 FROM captures LIMIT 1"):
        raise ArchiveError(
            f"{transaction.path} holds stories again that were withdrawn from it, with their raw "
            "pages: run `tradepress withdraw` to erase them"
        )
    return _carry_out(transaction, content, pending)


def erase_returned_pages(transaction: Transaction, *, everywhere: bool = False) -> Erased:
    """Overwrites again the raw pages that were erased and are back, as a copy of their file brings
    them; no row of the archive knows of them.

    :param transaction: of an archive without an open run
    :param everywhere: overwrite, too, what can't be read and no row names
    :raises ArchiveError: it can't be finished now; run it again
    """
    erased, captures = Erased(), transaction.captures
    erased.unfinished = unfinished(transaction.path, remove=True)
    stones = list(load_tombstones(transaction.db).values())
    if captures is None or not (stones or everywhere):
        return erased
    try:
        with transaction.atomic():
            targets = find_targets(transaction.db, stones)
            erased.unreadable = mark_unnamed_pages(transaction, targets)
        transaction.commit()
        erased.captures, erased.missing = erase_marked_pages(transaction)
        if everywhere:
            found = [{**place, "digest": ""} for place in erased.unreadable]
            erased.unreadable = captures.erase(found)
            erased.captures += len(found) - len(erased.unreadable)
        return erased
    except (sqlite3.Error, OSError) as error:
        raise archive_error(error, transaction.path) from error


def _carry_out(
    transaction: Transaction, content: TombstoneFile, stones: Sequence[Tombstone]
) -> Erased:
    with settings(transaction.db, foreign_keys="OFF"):
        try:
            transaction.begin()
            erased = erase_rows(transaction, stones, content.sources)
            transaction.commit()
            erased.captures, erased.missing = erase_marked_pages(transaction)
            erased.is_log_empty = write_anew(transaction.db)
            erased.unfinished = unfinished(transaction.path, remove=True)
            transaction.note_size()
        except BaseException:
            transaction.rollback()
            raise
    if transaction.captures is not None and erased.is_log_empty:
        learned = load_tombstones(transaction.db).values()  # they know the erased pages, too
        content.add(transaction.db, learned)
        content.mark(stones, is_erased=True)
        write_tombstone_file(transaction.path, content)
    return erased
