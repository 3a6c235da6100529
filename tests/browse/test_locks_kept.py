"""A writer leaves the log alone that the reading room reads: SQLite's locks on it last."""

from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import needs
import pytest
from browsing import a_run, path, save

from tradepress.archive.care.snapshot import backup_folder
from tradepress.archive.health.look_at import look_at
from tradepress.archive.open import open_archive
from tradepress.archive.read_only import read_archive
from tradepress.browse.facets.kept_index import KeptIndex

__all__ = ["path"]


def facets(path: Path) -> None:
    index = KeptIndex(path)
    index.current()
    index.close()


def health(path: Path) -> None:
    now, backups = datetime.now(UTC), backup_folder(path)
    look_at(path, now, sources=None, backups=backups, reserve=None)


def reading(path: Path) -> None:
    with closing(read_archive(path)) as other:
        other.execute("SELECT count(*) FROM articles").fetchone()


def writing(path: Path) -> None:
    open_archive(path).close()


@pytest.mark.parametrize("also", [facets, health, reading, writing])
def test_what_else_a_process_does_with_an_archive_ends_no_lock(path: Path, also: object) -> None:
    with a_run(path) as writer:
        save(writer, "Lantern mark refused")
    with read_archive(path) as db:
        db.execute("SELECT count(*) FROM articles").fetchone()
        assert _is_locked(path)
        assert callable(also)
        also(path)
        assert _is_locked(path)


def _is_locked(path: Path) -> bool:
    """As Linux says: does this process hold a lock on the file itself?"""
    locks = Path("/proc/locks")
    if not locks.exists():
        needs.skip("/proc/locks")
    number = f":{path.stat().st_ino}"
    return any(line.split()[5].endswith(number) for line in locks.read_text().splitlines())
