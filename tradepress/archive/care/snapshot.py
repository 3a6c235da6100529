"""Makes a verified copy of an archive: whole under its name, or not there at all."""

import os
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from stat import S_IMODE

from filelock import FileLock, Timeout

from tradepress.archive.captures.folder import PATTERNS
from tradepress.archive.care.integrity import map_copy, problems
from tradepress.archive.database import Database
from tradepress.archive.disk import UNFINISHED, sync
from tradepress.archive.errors import (
    ArchiveBusy,
    ArchiveFull,
    DamagedArchive,
    archive_error,
    error_code,
)
from tradepress.archive.file.connection import Connection, file_of


def backup_folder(archive: Path) -> Path:
    """Returns where the copies of an archive lie, unless the operator names another folder."""
    return archive.resolve().parent / "backups"


def shard_folder(archive: Path) -> Path:
    """Returns where a cluster's shards of an archive lie, unless the operator says otherwise."""
    archive = archive.resolve()
    return archive.with_name(f"{archive.name.removesuffix('.db')}.shards")


def query_folder(archive: Path) -> Path:
    """Returns where the saved queries of an archive lie, a file each."""
    return archive.resolve().with_name("queries")


def stamp(moment: datetime) -> str:
    """Returns ``20261124T091500Z``, a time as it stands in the names of copies."""
    return moment.astimezone(UTC).strftime("%Y%m%dT%H%M%SZ")


@contextmanager
def locked_folder(folder: Path) -> Iterator[None]:
    """Makes the folder if need be, and is the only one who writes copies into it.

    What a killed process left half written is removed.

    :raises ArchiveBusy: somebody else writes copies into it
    :raises OSError: it can't be made or written
    """
    folder.mkdir(parents=True, exist_ok=True)
    sync(folder.parent)
    try:
        held = FileLock(folder / ".lock", fallback_to_soft=False).acquire(blocking=False)
    except Timeout:
        raise ArchiveBusy(
            f"another backup is being written into {folder}; wait for it to end"
        ) from None
    with held:
        for place in ("", *(f"{pattern}/" for pattern in PATTERNS)):
            for leftover in folder.glob(f"{place}*{UNFINISHED}"):
                leftover.unlink()
        yield


def require_space(folder: Path, size: int, purpose: str) -> None:
    """Requires so much free room on the disk of a folder.

    :param size: bytes that are about to be written
    :param purpose: for the message, for example ``a backup``
    :raises ArchiveFull: so much is not free
    """
    free = shutil.disk_usage(folder).free
    if free < size:
        raise ArchiveFull(
            f"{purpose} needs {size_in_words(size)}, and on the disk of {folder} only "
            f"{size_in_words(free)} are free: free some space and run the command again"
        )


def size_in_words(size: int) -> str:
    """Returns ``1,204.5 MB``, and in kB what would be 0.0 MB."""
    return f"{size / 1e6:,.1f} MB" if size >= 5e4 else f"{size / 1e3:,.1f} kB"


def database_size(db: Database) -> int:
    """Counts the bytes of all pages of a database."""
    return int(
        db.execute(
            "SELECT page_count * page_size FROM pragma_page_count, pragma_page_size"
        ).fetchone()[0]
    )


def write_snapshot(db: Database, part: Path) -> None:
    """Copies the database as it stands; writers go on meanwhile.

    The copy is checked and forced to the disk; then it may get its name.

    :param part: ends with ``UNFINISHED``, in a folder of :func:`locked_folder`
    :raises DamagedArchive: the copy has faults, so the archive has
    :raises ArchiveError: it can't be written; nothing of it is left
    """
    try:
        # Whom the archive is kept from its copies are, from their first byte on.
        mode = S_IMODE(file_of(db).stat().st_mode)
        os.close(os.open(part, os.O_CREAT | os.O_WRONLY, mode))
        db.execute("VACUUM INTO CAST(? AS TEXT)", [os.fsencode(part)])  # of whatever bytes
        sync(part)
        _require_sound(part)
    except BaseException as error:
        for leftover in (part, part.with_name(part.name + "-journal")):
            leftover.unlink(missing_ok=True)
        if isinstance(error, sqlite3.Error):
            is_damaged = error_code(error) == sqlite3.SQLITE_CORRUPT
            source = file_of(db)
            raise archive_error(error, source if is_damaged else part.parent) from error
        raise


def _require_sound(path: Path) -> None:
    connection = sqlite3.connect(path, isolation_level=None, factory=Connection)
    with Database(connection, execute_plugins=False) as copy:
        map_copy(copy)
        found = problems(copy)
    if found:
        raise DamagedArchive(
            f"the copy {path.name} has faults, so it was not kept ({found[0]}); "
            "see `tradepress verify` for what is wrong with the archive"
        )


def copy_before_migration(db: Database, path: Path, version: int) -> Path:
    """Keeps the archive as it is, before a newer release changes its shape.

    :param version: of the schema that it is about to get
    :returns: the copy
    :raises ArchiveError: it can't be made; then nothing may be changed
    """
    folder = backup_folder(path)
    try:
        with locked_folder(folder):
            # The copy, the new tables beside the old ones, and the log that holds both.
            require_space(folder, 4 * database_size(db), "bringing the archive up to date")
            name = f"{path.stem}-pre-{version}-{stamp(datetime.now(UTC))}.db"
            part = folder / (name + UNFINISHED)
            write_snapshot(db, part)
            part.rename(folder / name)
            sync(folder)
            return folder / name
    except OSError as error:
        raise archive_error(error, folder) from error
