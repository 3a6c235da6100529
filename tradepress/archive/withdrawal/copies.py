"""Finds where else withdrawn stories stand: backups, other archives in the folder, kept logs."""

import sqlite3
from collections.abc import Collection
from pathlib import Path

from tradepress.archive.care.snapshot import backup_folder, shard_folder
from tradepress.archive.file.connection import reading
from tradepress.archive.file.kept_log import kept_logs
from tradepress.archive.file.schema import APPLICATION_ID
from tradepress.archive.withdrawal.tombstones import hash_key, known_address_key

NAMES = (
    ("SELECT ref FROM articles", hash_key),
    ("SELECT url_key FROM locations", known_address_key),
    ("SELECT url_key FROM urls", known_address_key),
    ("SELECT original_key FROM mementos", hash_key),
    ("SELECT DISTINCT url_key FROM links WHERE url_key IS NOT NULL", known_address_key),
)


def copies_that_hold(archive: Path, keys: Collection[str]) -> list[Path]:
    """Lists backups, archives, shards and kept logs that know these stories, and those that can't
    be read: they may.

    :param keys: as in ``Tombstone.keys``
    """
    shards = shard_folder(archive)
    found = [*_archives_beside(archive), *shards.rglob("*.db")]
    found += backup_folder(archive).glob("*.db")
    held = [path for path in found if _holds(path, keys)]
    return sorted([*held, *shards.glob("export-*"), *kept_logs(archive)])


def _archives_beside(archive: Path) -> list[Path]:
    """Lists other archives in the folder."""
    found = []
    for other in archive.parent.iterdir():
        if other == archive or not other.is_file():
            continue
        with other.open("rb") as stream:
            header = stream.read(100)
        is_database = header.startswith(b"SQLite format 3\x00")
        if is_database and int.from_bytes(header[68:72], "big") == APPLICATION_ID:
            found.append(other)
    return found


def _holds(copy: Path, keys: Collection[str]) -> bool:
    try:
        with reading(copy) as db:
            return any(key_of(name) in keys for sql, key_of in NAMES for (name,) in db.execute(sql))
    except sqlite3.DatabaseError:
        return True
