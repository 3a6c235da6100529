"""How the clock's last runs ended, where no scheduler remembers: as the archive tells."""

import sqlite3
from datetime import datetime
from pathlib import Path

from archive.care.backup import newest_backup
from archive.care.snapshot import backup_folder
from archive.errors import ArchiveError, archive_error
from archive.file.lock import is_being_written
from archive.file.rows import Row, fetch_row
from archive.read_only import read_archive
from tradepress.schedule.plan import local

LAST_CRAWL = "SELECT * FROM runs WHERE command LIKE 'crawl % --scheduled' ORDER BY id DESC LIMIT 1"


def last_crawl(archive: Path) -> str:
    """One line, also where the archive can't be read."""
    try:
        with read_archive(archive) as db:
            row = fetch_row(db, LAST_CRAWL, [])
    except ArchiveError as error:
        return f"last one unknown ({error})"
    except sqlite3.DatabaseError as error:
        return f"last one unknown ({archive_error(error, archive)})"
    if row is None:
        return "none has run yet"
    return _ended(row, archive)


def _ended(row: Row, archive: Path) -> str:
    started = local(datetime.fromisoformat(row["started"]))
    if row["state"] == "running":
        if is_being_written(archive.resolve()):
            return f"runs now, since {started}"
        return f"last one: ended without a word, begun {started}"
    code = "" if row["exit_code"] is None else f", exit code {row['exit_code']}"
    return f"last one: {row['state']}{code}, {local(datetime.fromisoformat(row['ended']))}"


def last_backup(archive: Path) -> str:
    """One line."""
    made = newest_backup(backup_folder(archive), archive.stem)
    return f"last one: {local(made)}" if made else "none has been made yet"
