"""What another user of the machine can do to an archive where he may read or write its folder."""

import fcntl
import os
from pathlib import Path

import pytest
from archive_rows import PAPER, open_writer, save, story
from browsing import a_run, get
from browsing import save as save_headline

from tradepress.archive.errors import ArchiveBusy, ArchiveError
from tradepress.archive.open import open_archive


def test_a_link_in_the_place_of_the_lock_is_not_followed(tmp_path: Path) -> None:
    victim, path = tmp_path / "victim", tmp_path / "archive.db"
    victim.write_text("precious")
    (tmp_path / "archive.db.lock").symlink_to(victim)
    with pytest.raises((ArchiveError, OSError), match=r"archive\.db\.lock"):
        open_archive(path, command="tests")
    assert victim.read_text() == "precious"
    assert not path.exists()


def test_who_may_read_the_lock_can_hold_writers_up(tmp_path: Path) -> None:
    """Not defended: the kernel lets whoever can open a file lock it."""
    path = tmp_path / "archive.db"
    open_archive(path, command="tests").close()
    held = os.open(tmp_path / "archive.db.lock", os.O_RDONLY)
    try:
        fcntl.flock(held, fcntl.LOCK_EX)
        with pytest.raises(ArchiveBusy):
            open_archive(path, command="tests")
    finally:
        os.close(held)
    open_archive(path, command="tests").close()


def test_who_has_the_disk_reads_the_texts(tmp_path: Path) -> None:
    """Not defended: nothing in an archive is encrypted."""
    path = tmp_path / "archive.db"
    with open_writer(path, command="tests") as writer:
        writer.save_source(PAPER)
        writer.start_run("tests", ["signet"], "0")
        save(writer, story(1, body="The quilted lantern is no mark, said the tribunal."))
        writer.commit()
    assert any(b"quilted lantern" in file.read_bytes() for file in tmp_path.iterdir())


def test_who_uses_the_machine_reads_a_room_without_a_password(tmp_path: Path) -> None:
    """Not defended: an address of loopback is everybody's who is on the machine."""
    path = tmp_path / "archive.db"
    with a_run(path) as writer:
        save_headline(writer, "Lantern mark refused", "The quilted lantern.", site_id="1")
    answer = get(path, "/story/signet-1")
    assert (answer.status_code, "The quilted lantern." in answer.text) == (200, True)
