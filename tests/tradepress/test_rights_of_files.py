"""Who else on the machine may read what commands write: whom the operator's umask lets."""

import fcntl
import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from conftest import Tradepress, a_story

URL = "https://www.worldipreview.com/trademark/lantern-case-15002"


@pytest.fixture
def closed() -> Iterator[None]:
    before = os.umask(0o077)
    yield
    os.umask(before)


def test_where_nobody_else_may_read_nothing_is_for_others(
    here: Tradepress, tmp_path: Path, closed: None
) -> None:
    (tmp_path / "page.html").write_text(a_story("Lantern case"))
    for command in (
        ("ingest", "page.html", "--url", URL),
        ("query", "save", "names", "lantern"),
        ("backup",),
        ("export", "--format", "csv", "-o", "press.csv"),
        ("dossier", "lantern", "-o", "press.html"),
    ):
        assert here(*command).returncode == 0, command
    written = {path.name: path.stat().st_mode & 0o777 for path in tmp_path.rglob("*")}
    assert {"archive.db", "archive.db.lock", "names.json", "press.csv", "press.html"} <= {*written}
    assert {name: mode for name, mode in written.items() if mode & 0o077} == {}


def test_who_has_the_disk_reads_the_archive(here: Tradepress, tmp_path: Path) -> None:
    """Said in docs/explanation/threats.md: nothing of it is encrypted."""
    (tmp_path / "page.html").write_text(a_story("Lantern case"))
    assert here("ingest", "page.html", "--url", URL).returncode == 0
    assert b"the shape of a handle" in (tmp_path / "archive.db").read_bytes()


def test_a_link_in_place_of_the_lock_is_not_followed(here: Tradepress, tmp_path: Path) -> None:
    (tmp_path / "page.html").write_text(a_story("Lantern case"))
    victim = tmp_path / "victim.txt"
    victim.write_text("as it was")
    (tmp_path / "archive.db.lock").symlink_to(victim)
    result = here("ingest", "page.html", "--url", URL)
    assert (result.returncode, result.stderr.count("\n")) == (3, 1)
    assert "archive.db.lock" in result.stderr
    assert victim.read_text() == "as it was"


def test_who_may_read_the_lock_can_hold_writers_up(here: Tradepress, tmp_path: Path) -> None:
    """Said in docs/explanation/threats.md: the kernel lets whoever can open a file lock it."""
    (tmp_path / "page.html").write_text(a_story("Lantern case"))
    (tmp_path / "archive.db.lock").touch()
    held = os.open(tmp_path / "archive.db.lock", os.O_RDONLY)
    fcntl.flock(held, fcntl.LOCK_EX)
    result = here("ingest", "page.html", "--url", URL)
    os.close(held)
    assert (result.returncode, result.stderr.count("\n")) == (3, 1)
    assert "is being written by another process" in result.stderr
    assert here("ingest", "page.html", "--url", URL).returncode == 0
