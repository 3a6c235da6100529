"""Opens archives for writing, one process at a time; ``read_only.py`` is for all others."""

import logging
import os
import sqlite3
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Self

from tradepress.archive.captures.folder import capture_folder
from tradepress.archive.captures.places import known_ends, refused_files
from tradepress.archive.captures.warc import WarcCaptures
from tradepress.archive.care.integrity import broken_references, full_text_problems
from tradepress.archive.care.snapshot import copy_before_migration
from tradepress.archive.database import Database
from tradepress.archive.disk import require_room, sync
from tradepress.archive.errors import (
    ArchiveError,
    DamagedArchive,
    archive_error,
)
from tradepress.archive.file import schema
from tradepress.archive.file.connection import Connection
from tradepress.archive.file.full_text import make_anew
from tradepress.archive.file.kept_log import log_of
from tradepress.archive.file.lock import WriteLock
from tradepress.archive.file.transaction import Transaction
from tradepress.archive.frontier.sources import SourceRow
from tradepress.archive.ledger.outcomes import RunKind
from tradepress.archive.read_only import (
    missing,
    require_known_version,
    require_ours,
    require_sqlite,
    require_whole,
    user_version,
)
from tradepress.archive.run import Run, end_killed_runs
from tradepress.archive.withdrawal.erased import Erased
from tradepress.archive.withdrawal.erasing import resume as resume_withdrawals
from tradepress.archive.withdrawal.withdrawn_people import resume_people

WRITER_CACHE = 64_000
"""Counts the KiB of pages that the writer keeps: the upper parts of a million stories' indexes."""
WRITER_LOG = 10_000
"""Counts the log's pages, 40 MB, before they are copied into the file: most come again soon."""
log = logging.getLogger("archive")
WRITER_TIMEOUT = 30.0
"""Counts the seconds to wait while another program (no writer of ours) has the file locked."""


class Archive:
    """Is an archive that this process alone writes into, made by :func:`open_archive`."""

    def __init__(
        self,
        transaction: Transaction,
        lock: WriteLock,
        *,
        command: str,
        is_new: bool,
        near_duplicates: bool,
    ) -> None:
        self.transaction = transaction
        self.db = transaction.db
        self.path = transaction.path
        self.captures = transaction.captures
        self.command = command
        """Is the command as it was typed; it is kept with each run."""
        self.erased_again: Erased | None = None
        """Is what opening it finished of withdrawals, or repeated of those that a copy brought
        back; None: nothing."""
        self._lock = lock
        self._is_new = is_new
        self._is_closed = False
        self._run: Run | None = None
        self._near_duplicates = near_duplicates

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def run(
        self,
        kind: RunKind,
        *,
        version: str = "",
        sources: Iterable[SourceRow | str] = (),
        is_part: bool = False,
        site_key: bytes = b"",
    ) -> Run:
        """Begins a run, lasting at once. A new archive goes again with a run that finds no story.

        :param version: of the program
        :param sources: that take part; a name alone is one that the archive knows already
        :param is_part: the archive will come into another one as a part of its run
        :param site_key: is the key of the memory of sites, if the archive has none; empty: any
        :raises MixedArchive: a sample paper for an archive of real ones, or the other way
        :raises ArchiveFull: the disk has no room for more
        """
        if self._run is not None and not self._run.is_ended:
            raise RuntimeError(f"run {self._run.ledger.run_id} has not ended")
        self.transaction.require_room()
        try:
            if self.captures is not None:
                self.captures.cut_torn_tails(known_ends(self.db))
        except OSError as error:
            raise archive_error(error, self.path) from error
        self._run = Run(
            self.transaction,
            kind,
            command=self.command,
            version=version,
            sources=tuple(sources),
            near_duplicates=self._near_duplicates,
            is_part=is_part,
            site_key=site_key,
            remove=self._remove if self._is_new else None,
        )
        return self._run

    def close(self) -> None:
        """Drops what was not committed and lets the next writer in."""
        if not self._is_closed:
            self._is_closed = True
            self.db.rollback()
            if self._run is not None and self._run.failure is None:
                with suppress(ArchiveError):  # it is a note, for which no run fails
                    self._run.note_cost()
            self.db.close()
            self._lock.release()
        if self.captures is not None:
            self.captures.close()

    def _remove(self) -> None:
        """Closes the archive and takes it away with all that stands beside it under its name."""
        self.db.rollback()
        self.db.close()
        for ending in ("", "-wal", "-shm", ".lock"):
            self.path.with_name(self.path.name + ending).unlink(missing_ok=True)
        self._is_closed = True
        self._lock.release()


def open_archive(
    path: str | Path,
    *,
    command: str = "a program",
    captures: WarcCaptures | None = None,
    create: bool = True,
    wait: float = 0.0,
    reserve: int | None = None,
    near_duplicates: bool = True,
) -> Archive:
    """Opens the archive for writing; nobody else writes until it is closed.

    A missing one is made, an older one is brought up to date, a run that a killed process left
    open is closed, and what an older copy brought back of withdrawn stories is erased again.

    :param command: as it was typed, for example ``crawl wipr``: said to others who would write
        meanwhile, and kept with a run
    :param captures: where raw pages go; None keeps none
    :param create: make a new archive where there is no file
    :param wait: seconds to wait for another writer
    :param reserve: bytes that stay free on the disk, as in
        :func:`tradepress.archive.disk.require_room`
    :param near_duplicates: fingerprint new texts and look for others like them
    :raises ArchiveError: busy, or as :func:`tradepress.archive.read_only.read_archive`; the file
        is untouched
    """
    require_sqlite()
    path = Path(path).resolve()
    is_new = not path.exists()
    if not is_new:
        require_ours(path)
    elif not create:
        raise missing(path)
    try:
        if is_new:
            require_room(path.parent, reserve)
        lock = WriteLock(path, command=command, wait=wait)
    except OSError as error:
        raise archive_error(error, path) from error
    try:
        _remove_leftovers(path)
        if not path.exists():
            _create(path)
        require_ours(path)
        db = _open_writable(path)
        try:
            transaction = Transaction(db, path, captures, reserve=reserve)
            end_killed_runs(transaction)
            if refused := refused_files(db, capture_folder(path)):
                words = "%s: nothing reads or writes some files of captured pages (%s, …): see %s"
                log.warning(words, path, refused[0], "`tradepress verify`")
            archive = Archive(
                transaction,
                lock,
                command=command,
                is_new=is_new,
                near_duplicates=near_duplicates,
            )
            resume_people(transaction)
            archive.erased_again = resume_withdrawals(transaction)
        except BaseException:
            db.close()
            raise
        return archive
    except (sqlite3.Error, OSError) as error:
        lock.release()
        raise archive_error(error, path) from error
    except BaseException:
        lock.release()
        raise


def _open_writable(path: Path) -> Database:
    connection = sqlite3.connect(
        f"{path.as_uri()}?mode=rw",
        uri=True,
        isolation_level=None,
        timeout=WRITER_TIMEOUT,
        factory=Connection,
    )
    try:
        db = Database(connection, execute_plugins=False)
        version = user_version(db)
        require_known_version(version, path)
        if version < schema.SCHEMA_VERSION:
            require_whole(db, path)
            _bring_up_to_date(db, path, version)
        require_whole(db, path)
        mode = connection.execute("PRAGMA journal_mode=WAL").fetchone()[0]
        if mode != "wal":
            raise ArchiveError(
                f"{path} can't use write-ahead logging (it stays in mode {mode}); "
                "keep the archive on a local disk"
            )
        connection.execute("PRAGMA synchronous=FULL")
        # What a statement might have to undo needs no file: a tenth of the time that a story takes.
        connection.execute("PRAGMA temp_store=MEMORY")
        connection.execute(f"PRAGMA cache_size=-{WRITER_CACHE}")
        connection.execute(f"PRAGMA wal_autocheckpoint={WRITER_LOG}")
        connection.execute("PRAGMA foreign_keys=ON")
        if make_anew(connection):
            log.warning(
                "%s was changed by another program: its full-text indexes were made anew", path
            )
    except BaseException:
        connection.close()
        raise
    return db


def _create(path: Path) -> None:
    """Makes a new archive, under its name only when it is whole and on the disk."""
    orphan = log_of(path)
    if orphan.exists() and orphan.stat().st_size:
        raise DamagedArchive(
            f"{orphan} belongs to an {path.name} that is gone: put that very file back, "
            f"or rename {orphan.name} before a backup or a new archive takes its place"
        )
    for ending in ("-wal", "-shm", "-journal"):
        path.with_name(path.name + ending).unlink(missing_ok=True)
    half_made = path.with_name(f"{path.name}.new-{os.getpid()}")
    connection = sqlite3.connect(half_made, isolation_level=None)
    try:
        _migrate(Database(connection, execute_plugins=False))
        # Written into the header; closing folds the log back in and removes it.
        connection.execute("PRAGMA journal_mode=WAL")
    finally:
        connection.close()
    sync(half_made)
    half_made.rename(path)
    sync(path.parent)


def _remove_leftovers(path: Path) -> None:
    for entry in path.parent.iterdir():
        if entry.name.startswith(path.name + ".new-"):
            entry.unlink()


def _bring_up_to_date(db: Database, path: Path, version: int) -> None:
    copy = copy_before_migration(db, path, schema.SCHEMA_VERSION)
    try:
        _migrate(db)
    except BaseException:
        copy.unlink(missing_ok=True)  # the archive is as it was
        raise
    log.warning(
        "%s is brought from schema %d to %d; as it was it is kept in %s",
        path,
        version,
        schema.SCHEMA_VERSION,
        copy,
    )


def _migrate(db: Database) -> None:
    """Applies all pending migrations and the marks in the header, in one transaction."""
    db.execute("PRAGMA foreign_keys=OFF")
    db.execute("BEGIN IMMEDIATE")
    try:
        schema.migrations.apply(db)
        db.execute(f"PRAGMA application_id={schema.APPLICATION_ID}")
        db.execute(f"PRAGMA user_version={schema.SCHEMA_VERSION}")
        if broken := [*broken_references(db), *full_text_problems(db)]:
            raise sqlite3.IntegrityError(f"the migration would break {', '.join(broken)}")
    except BaseException:
        db.rollback()
        raise
    db.execute("COMMIT")
