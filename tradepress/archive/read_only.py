"""Opens an archive for reading, without loading what a writer needs."""

import sqlite3
from collections.abc import Mapping
from contextlib import closing
from pathlib import Path

from tradepress.archive.captures.folder import capture_folder
from tradepress.archive.care.integrity import full_text_tables
from tradepress.archive.database import Database
from tradepress.archive.disk import MAGIC
from tradepress.archive.errors import (
    ArchiveMissing,
    DamagedArchive,
    NewerArchive,
    NotAnArchive,
    OlderArchive,
    SqliteTooOld,
    archive_error,
    damaged,
)
from tradepress.archive.file import schema
from tradepress.archive.file.connection import Connection
from tradepress.archive.file.foreign import LIMITS, require_our_schema
from tradepress.archive.file.kept_log import log_of

OLDEST_SQLITE = (3, 37, 0)
READER_TIMEOUT = 5.0
"""Counts the seconds to wait while another program has the file locked."""
HEADER = 100
"""Counts the bytes of the header of an SQLite file."""
ANOTHER = "name another file with --archive, or move this one away"
"""Says what to do about a file that is no archive, where that is where it was named."""


def read_archive(path: str | Path, *, another: str = ANOTHER, is_foreign: bool = False) -> Database:
    """Opens the archive for reading; it never blocks a writer and is never blocked by one.

    :param another: how to name another file instead, for the message
    :param is_foreign: somebody else may have crafted it
    :raises ArchiveError: missing, not ours, newer, older or damaged; the file is untouched
    """
    require_sqlite()
    path = Path(path).absolute()
    require_ours(path, another=another)
    return _open_read_only(path, another, is_foreign=is_foreign)


def require_sqlite() -> None:
    """Requires an SQLite that can open an archive.

    :raises SqliteTooOld: this Python's can't open an archive
    """
    if sqlite3.sqlite_version_info < OLDEST_SQLITE:
        oldest = ".".join(map(str, OLDEST_SQLITE))
        raise SqliteTooOld(
            f"this Python brings SQLite {sqlite3.sqlite_version}, and an archive needs {oldest} "
            "or newer: use a newer Python"
        )


def missing(path: Path) -> ArchiveMissing:
    """Returns the error that is raised where there is no file."""
    return ArchiveMissing(
        f"there is no archive at {path}: crawl or run the demo first, "
        "or name another file with --archive"
    )


def require_ours(path: Path, *, another: str = ANOTHER) -> None:
    """Judges by the header alone: SQLite itself might already write to a foreign file.

    :param another: as in :func:`read_archive`
    :raises ArchiveError: missing, not ours, newer, older or damaged
    """
    try:
        if (inner := path / "archive.db").is_file():
            raise NotAnArchive(f"{path} is a folder: name the archive in it, {inner}")
        if path.exists() and not path.is_file():
            raise NotAnArchive(f"{path} can't be read, for it is no file: {another}")
        size = path.stat().st_size
        identity = _identity(path) or _identity_in_bytes(path)
    except FileNotFoundError:
        raise missing(path) from None
    except OSError as error:
        raise NotAnArchive(f"{path} can't be read: {error.strerror}") from error
    if not size:
        raise NotAnArchive(f"{path} is empty (0 bytes), not an archive: {another}")
    if identity is None:
        raise NotAnArchive(f"{path} is not an SQLite database: {another}")
    if size < HEADER:
        raise DamagedArchive(f"{path} is cut off; put a backup in its place, or move it away")
    application, version = identity
    if application != schema.APPLICATION_ID:
        raise NotAnArchive(f"{path} is a database of another program: {another}")
    require_known_version(version, path, another=another)


def _identity(path: Path) -> tuple[int, int] | None:
    """Returns ``application_id`` and ``user_version``; None: SQLite can't tell.

    SQLite is asked and not the file, as to close a file ends all locks that SQLite holds on it for
    this process, in other connections, too (https://sqlite.org/howtocorrupt.html, 2.2). The next
    writer would then take the log away from under these, and they call the archive malformed.
    """
    try:
        with closing(sqlite3.connect(f"{path.as_uri()}?mode=ro&immutable=1", uri=True)) as db:
            # So that it doesn't mind pages that somebody else is about to write.
            db.execute("PRAGMA writable_schema=ON")
            (application,) = db.execute("PRAGMA application_id").fetchone()
            (version,) = db.execute("PRAGMA user_version").fetchone()
    except sqlite3.Error:
        return None
    return int(application), int(version)


def _identity_in_bytes(path: Path) -> tuple[int, int] | None:
    """Reads what :func:`_identity` does where the file is damaged (https://sqlite.org/fileformat2.html,
    1.3); None: it is no database at all.

    :raises OSError: it can't be read
    """
    with path.open("rb") as stream:
        header = stream.read(HEADER)
    if not header.startswith(MAGIC):
        return None
    return int.from_bytes(header[68:72], "big"), int.from_bytes(header[60:64], "big")


def require_known_version(version: int, path: Path, *, another: str = ANOTHER) -> None:
    """Requires a version of the schema that this release knows.

    :param version: of its schema
    :param another: as in :func:`read_archive`
    :raises ArchiveError: older than the first release, or newer than this one
    """
    if version < schema.FIRST_VERSION:
        raise OlderArchive(
            f"{path} was made before the first release (schema {version}), and can't be brought up "
            "to date: move it and its folder of captured pages (captures/ or "
            f"{capture_folder(path).name}/) away, then `tradepress ingest` their files "
            "(FOLDER/*.warc.gz) into a new archive"
        )
    if version > schema.SCHEMA_VERSION:
        raise NewerArchive(
            f"{path} was written by a newer Tradepress (schema {version}; this one knows "
            f"{schema.SCHEMA_VERSION}): upgrade Tradepress, or {another}"
        )


def _open_read_only(path: Path, another: str, *, is_foreign: bool) -> Database:
    try:
        connection = _connect_read_only(path, LIMITS if is_foreign else {})
        try:
            db = Database(connection, execute_plugins=False)
            version = user_version(db)
            require_known_version(version, path, another=another)
            if version < schema.SCHEMA_VERSION:
                raise OlderArchive(
                    f"{path} was made by an older Tradepress: the next crawl or ingest into it "
                    "brings it up to date"
                )
            if is_foreign:
                require_our_schema(db, path)
            require_whole(db, path)
            return db
        except BaseException:
            connection.close()
            raise
    except sqlite3.Error as error:
        raise archive_error(error, path) from error


def open_still(path: Path) -> Database:
    """Opens somebody else's file as it lies there: its log is not read, and none is made."""
    connection = _connect_read_only(path, LIMITS, "mode=ro&immutable=1")
    return Database(connection, execute_plugins=False)


def _connect_read_only(path: Path, limits: Mapping[int, int], *how: str) -> sqlite3.Connection:
    """Connects also on a read-only medium: there WAL's shared memory can't be made.

    Then nobody writes either, so the file is taken as it is (``immutable``) if its log is empty.
    """
    for option in how or ("mode=ro", "immutable=1"):
        connection = sqlite3.connect(
            f"{path.as_uri()}?{option}",
            uri=True,
            isolation_level=None,
            timeout=READER_TIMEOUT,
            factory=Connection,
        )
        for limit, value in limits.items():
            connection.setlimit(limit, value)
        if limits:  # somebody else may have crafted it
            connection.execute("PRAGMA trusted_schema=OFF")
        try:
            connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
            return connection
        except sqlite3.DatabaseError as error:
            connection.close()
            is_medium = isinstance(error, sqlite3.OperationalError) and option == "mode=ro"
            wal = log_of(path)
            if not is_medium or (wal.exists() and wal.stat().st_size):
                raise
    raise AssertionError("unreachable")


def user_version(db: Database) -> int:
    """Returns the version of a database's schema."""
    return int(db.execute("PRAGMA user_version").fetchone()[0])


def require_whole(db: Database, path: Path) -> None:
    """Requires, by a cheap look, that every table is there and its first page can be read.

    :raises DamagedArchive: a table is not
    :raises sqlite3.DatabaseError: a page can't be
    """
    tables = set(db.table_names())
    named = tables.union(db.view_names())
    if missing := {"articles", "versions", "urls", "fetches", "runs", "articles_fts"} - named:
        raise damaged(path, f"no table {min(missing)}")
    full_text = full_text_tables(db)
    for name in sorted(tables):
        # A full-text table may be empty and its texts many: SQLite would look through them all.
        few = "WHERE rowid = 0" if name in full_text else "LIMIT 1"
        db.execute(f'SELECT 1 FROM "{name}" {few}').fetchone()
