"""What other users of the machine may not read of an archive they may not read of its copies."""

import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from stat import S_IMODE

import pytest
from archive_rows import PAPER, SITE, open_writer, save, story

from tradepress.archive.captures.warc import WarcCaptures
from tradepress.archive.care.backup import backup
from tradepress.archive.care.snapshot import copy_before_migration
from tradepress.archive.file import schema
from tradepress.archive.read_only import read_archive
from tradepress.story import Capture


@pytest.fixture(autouse=True)
def usual_umask() -> Iterator[None]:
    before = os.umask(0o022)
    yield
    os.umask(before)


def an_archive(folder: Path) -> Path:
    """An archive with a story and its raw page, as this process's umask makes them."""
    path = folder / "archive.db"
    captures = WarcCaptures(folder / "archive.captures")
    with open_writer(path, command="tests", captures=captures) as writer:
        writer.save_source(PAPER)
        writer.start_run("tests", ["signet"], "0")
        page = Capture(
            url=f"{SITE}/trademark/orrin-vale-1",
            body=b"<p>A page</p>",
            content_type="text/html",
            status=200,
            date_captured=datetime(2026, 11, 24, 12, tzinfo=UTC),
            source="signet",
        )
        save(writer, story(1), capture=page)
        writer.commit()
    captures.close()
    return path


def modes(folder: Path) -> dict[str, int]:
    return {str(one.relative_to(folder)): S_IMODE(one.stat().st_mode) for one in folder.rglob("*")}


def test_copies_are_for_nobody_for_whom_the_archive_is_not(tmp_path: Path) -> None:
    path = an_archive(tmp_path)
    [pages] = tmp_path.glob("archive.captures/*.warc.gz")
    path.chmod(0o600)
    pages.chmod(0o600)
    pages.parent.chmod(0o700)
    made = backup(path).path
    with read_archive(path) as db:
        before = copy_before_migration(db, path, schema.SCHEMA_VERSION + 1)
    with closing(sqlite3.connect(made)) as copy:
        assert copy.execute("SELECT count(*) FROM articles").fetchone() == (1,)
    for private in (made, before, made.parent / "archive.captures" / pages.name):
        assert S_IMODE(private.stat().st_mode) == 0o600, private
    assert S_IMODE((made.parent / "archive.captures").stat().st_mode) == 0o700


def test_a_copy_is_for_no_more_than_the_umask_says(tmp_path: Path) -> None:
    path = an_archive(tmp_path)
    os.umask(0o077)
    backup(path)
    assert [name for name, mode in modes(tmp_path / "backups").items() if mode & 0o077] == []
