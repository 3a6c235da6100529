"""A writer leaves the log alone that the reading room reads: SQLite's locks on it last."""

from contextlib import closing
from pathlib import Path

import needs
import pytest
from browsing import a_run, path, save

from archive.read_only import read_archive, reopen_archive
from browse.facets.kept_index import KeptIndex

__all__ = ["path"]


@pytest.mark.parametrize("what", ["facets", "files and health"])
def test_what_the_room_reads_beside_its_pages_ends_no_lock(path: Path, what: str) -> None:
    with a_run(path) as writer:
        save(writer, "Lantern mark refused")
    with read_archive(path) as db:
        db.execute("SELECT count(*) FROM articles").fetchone()
        if what == "facets":
            index = KeptIndex(path)
            index.current()
            index.close()
        else:
            with closing(reopen_archive(path)) as other:
                other.execute("SELECT count(*) FROM articles").fetchone()
        assert _is_locked(path)


def _is_locked(path: Path) -> bool:
    """As Linux says: does this process hold a lock on the file itself?"""
    locks = Path("/proc/locks")
    if not locks.exists():
        needs.skip("/proc/locks")
    number = f":{path.stat().st_ino}"
    return any(line.split()[5].endswith(number) for line in locks.read_text().splitlines())
