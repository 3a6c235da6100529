"""Looks at an archive and at what lies around it: all that `tradepress health` tells of it."""

import sqlite3
from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path

from tradepress.archive.captures.folder import capture_folder
from tradepress.archive.captures.places import known_ends
from tradepress.archive.care.backup import newest_backup
from tradepress.archive.database import Database
from tradepress.archive.disk import BEING_WRITTEN, room, size_of, unfinished
from tradepress.archive.errors import archive_error
from tradepress.archive.file.lock import is_being_written
from tradepress.archive.health.check import SourceState, examine
from tradepress.archive.health.finding import Finding
from tradepress.archive.health.whole_checks import Surroundings
from tradepress.archive.read_only import read_archive
from tradepress.story import Policy


def look_at(
    archive: Path,
    now: datetime,
    *,
    sources: Sequence[str] | None,
    backups: Path,
    reserve: int | None,
    policies: Mapping[str, Policy] | None = None,
) -> tuple[list[Finding], list[SourceState]]:
    """Returns what is wrong with an archive, and the state of its sources.

    :param sources: None: all that were ever crawled
    :param backups: the folder of its backups
    :param reserve: bytes that stay free on its disk; None: as usual
    :param policies: what source and operator ask to be kept; None: all
    :raises ArchiveError: it can't be read
    """
    try:
        with read_archive(archive) as db:
            around = surroundings(db, archive, backups, reserve)
            return examine(db, now, sources=sources, surroundings=around, policies=policies)
    except (sqlite3.DatabaseError, OSError) as error:
        raise archive_error(error, archive) from error


def surroundings(db: Database, archive: Path, backups: Path, reserve: int | None) -> Surroundings:
    """Returns what lies around an archive that can be read."""
    parts = unfinished(archive, remove=False)
    captures, ends = capture_folder(archive), known_ends(db)
    folders = [archive.resolve().parent, captures]
    rooms = [room(folder, reserve) for folder in folders if folder.exists()]
    return Surroundings(
        newest_backup=newest_backup(backups, archive.stem),
        room=min((free for free in rooms if free is not None), default=None),
        is_being_written=is_being_written(archive.resolve()),
        missing_captures=tuple(name for name in ends if size_of(captures / name) < ends[name]),
        dead_parts=tuple(part for part, why in parts.items() if why != BEING_WRITTEN),
    )
