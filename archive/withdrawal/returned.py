"""Raw pages that were erased and are back, as a copy of their file brings them."""

import sqlite3
from typing import TYPE_CHECKING

from archive.captures.warc import WarcCaptures
from archive.errors import archive_error
from archive.withdrawal.captured_pages import erase_marked_pages, mark_unnamed_pages
from archive.withdrawal.erased import Erased
from archive.withdrawal.targets import find_targets
from archive.withdrawal.tombstones import load_tombstones

if TYPE_CHECKING:
    from archive.open import Archive


def erase_returned_pages(
    archive: "Archive", captures: WarcCaptures, *, everywhere: bool = False
) -> Erased:
    """Overwrite them again; no row of the archive knows of them.

    :param archive: without an open run
    :param everywhere: overwrite, too, what can't be read and no row names
    :raises ArchiveError: it can't be finished now; run it again
    """
    db, erased = archive.db, Erased()
    stones = list(load_tombstones(db).values())
    if not stones and not everywhere:
        return erased
    try:
        db.execute("BEGIN IMMEDIATE")
        try:
            targets = find_targets(db, stones)
            erased.unreadable = mark_unnamed_pages(db, captures, targets)
        except BaseException:
            db.rollback()
            raise
        db.execute("COMMIT")
        erased.captures, erased.missing = erase_marked_pages(db, captures)
        if everywhere:
            found, erased.unreadable = erased.unreadable, []
            for place in found:
                erased.unreadable += captures.erase([{**place, "digest": ""}])
            erased.captures += len(found) - len(erased.unreadable)
        return erased
    except (sqlite3.Error, OSError) as error:
        raise archive_error(error, archive.path) from error
