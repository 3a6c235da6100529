"""Where the raw pages of an archive lie."""

import sqlite3
from contextlib import closing
from pathlib import Path

from archive.connection import Connection

FORMER = "captures"
"""The folder of all archives beside it, in the first release."""
ENDING = ".captures"


def capture_folder(archive: Path) -> Path:
    """``press.captures/`` beside ``press.db``: each archive has a folder of its own.

    An archive of the first release stays with ``captures/``, until somebody renames that.
    """
    archive = archive.resolve()
    own = archive.with_name(archive.name.removesuffix(".db") + ENDING)
    former = archive.with_name(FORMER)
    is_former = not own.exists() and former.exists() and _has_captures(archive)
    return former if is_former else own


def _has_captures(archive: Path) -> bool:
    """Does it know any? One that can't be read may."""
    if not archive.exists():
        return False
    try:
        with closing(
            sqlite3.connect(f"{archive.as_uri()}?mode=ro", uri=True, factory=Connection)
        ) as db:
            return db.execute("SELECT 1 FROM captures LIMIT 1").fetchone() is not None
    except sqlite3.DatabaseError:
        return True
