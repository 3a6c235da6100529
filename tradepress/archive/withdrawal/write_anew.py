"""Writes the database anew, so that nothing is left where no row is.

``secure_delete`` does not reach all of it: when a page is split, copies of rows that moved to
another page stay in its gap.
"""

import os
from pathlib import Path

from tradepress.archive.care.snapshot import database_size, require_space
from tradepress.archive.database import Database
from tradepress.archive.file.connection import file_of, settings

TEMPORARY = ("/var/tmp", "/usr/tmp", "/tmp", ".")
"""Are where SQLite puts a copy, unless SQLITE_TMPDIR or TMPDIR says (sqlite.org/tempfiles.html)."""


def require_room_to_rewrite(db: Database) -> None:
    """Requires room for the copy, and for the log, which holds each page once more.

    :raises ArchiveFull: it is not there
    """
    size = database_size(db)
    require_space(file_of(db).parent, 2 * size, "a withdrawal")
    given = (os.environ.get(name) for name in ("SQLITE_TMPDIR", "TMPDIR"))
    folders = (Path(name) for name in (*given, *TEMPORARY) if name)
    require_space(next(filter(Path.is_dir, folders)), size, "a withdrawal")


def write_anew(db: Database) -> bool:
    """Writes every page anew, and none of what they were; readers go on.

    :returns: False: a program that is in the middle of reading keeps the old pages in the file
    """
    with settings(db, temp_store="FILE"):  # else all of the copy would be in memory
        db.execute("VACUUM")
    busy, _, _ = db.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
    return not busy
