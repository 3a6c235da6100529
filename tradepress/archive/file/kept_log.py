"""Keeps the log of an archive that went while it was written, where no other file gets it."""

import sqlite3
from contextlib import suppress
from pathlib import Path

from tradepress.archive.clock import utc_now

FileIdentity = tuple[int, int]


def file_identity(path: Path) -> FileIdentity | None:
    """Returns which file has that name; None: no file."""
    try:
        found = path.stat()
    except FileNotFoundError:
        return None
    return found.st_dev, found.st_ino


def log_of(archive: Path) -> Path:
    """Returns the write-ahead log, which SQLite lays over whatever file has the archive's name."""
    return archive.with_name(archive.name + "-wal")


def kept_logs(archive: Path) -> list[Path]:
    """Lists logs that were put aside; stories are in them."""
    start = log_of(archive).name + ".gone-"
    return [entry for entry in archive.parent.iterdir() if entry.name.startswith(start)]


def fold_in(connection: sqlite3.Connection) -> bool:
    """Copies the log into the file that it belongs to, wherever that is by now.

    The log stays as it is: a file that was moved to another disk is a copy, and is not reached.

    :returns: is that file whole without its log?
    """
    with suppress(sqlite3.Error):
        (is_busy, _, _) = connection.execute("PRAGMA wal_checkpoint(FULL)").fetchone()
        return not is_busy
    return False


def put_aside(archive: Path, log: FileIdentity | None) -> Path | None:
    """Renames the log of a file that is gone.

    :param log: which one is its
    :returns: where it is kept; None: it went along with its file
    :raises OSError: it can't be renamed
    """
    path = log_of(archive)
    if log is None or file_identity(path) != log:
        return None
    stamp = utc_now().replace("-", "").replace(":", "")
    kept = path.rename(path.with_name(f"{path.name}.gone-{stamp}"))
    archive.with_name(archive.name + "-shm").unlink(missing_ok=True)  # only an index of the log
    return kept
