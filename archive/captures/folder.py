"""Where the raw pages of an archive lie."""

import sqlite3
from pathlib import Path

from archive.file.connection import reading

FORMER = "captures"
"""The folder of all archives beside it, in the first release."""
PATTERNS = (FORMER, "*.captures", "*-captures")
"""All names that such a folder may have."""


def capture_folder(archive: Path) -> Path:
    """``press.captures/`` beside ``press.db``, ``press-captures/`` beside ``press``.

    The endings differ, so that no two archives share a folder, whatever their names.
    An archive of the first release stays with ``captures/``, until somebody renames that.
    """
    archive = archive.resolve()
    stem = archive.name.removesuffix(".db")
    own = archive.with_name(f"{stem}.captures" if stem != archive.name else f"{stem}-captures")
    former = archive.with_name(FORMER)
    is_former = not own.exists() and former.exists() and _has_captures(archive)
    return former if is_former else own


def _has_captures(archive: Path) -> bool:
    """Does it know any? One that can't be read may."""
    if not archive.exists():
        return False
    try:
        with reading(archive) as db:
            return db.execute("SELECT 1 FROM captures LIMIT 1").fetchone() is not None
    except sqlite3.DatabaseError:
        return True
