"""Outputs that a kill leaves unfinished: without a name, or known by name."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest
from archive_rows import Child, child

from tradepress.archive import disk
from tradepress.archive.disk import (
    BEING_WRITTEN,
    folder_written_whole,
    unfinished,
    written_whole,
)

__all__ = ["child"]
WORDS = "lantern"

WHOLE = """
import sys
from pathlib import Path
from tradepress.archive.disk import folder_written_whole, written_whole
target, archive = map(Path, sys.argv[1:])
how = folder_written_whole if target.name == "folder" else written_whole
with how(target, archive=archive) as part:
    (part / "story.txt" if how is folder_written_whole else part).write_text("lantern")
    print(part, flush=True)
    sys.stdin.readline()
"""


@pytest.fixture
def archive(tmp_path: Path) -> Path:
    """Its file; nobody looks at what is in it here."""
    path = tmp_path / "kept" / "press.db"
    path.parent.mkdir()
    path.touch()
    return path


def removed(archive: Path) -> dict[str, str | None]:
    return unfinished(archive, remove=True)


def names_below(folder: Path) -> list[str]:
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*"))


def test_a_file_has_no_name_before_it_is_whole(tmp_path: Path, archive: Path) -> None:
    target = tmp_path / "out.csv"
    target.write_text("former")
    with written_whole(target, archive=archive) as part:
        part.write_text(WORDS)
        assert names_below(tmp_path)[-1] == "out.csv"
        assert target.read_text() == "former"
        (note,) = archive.parent.glob("press.db.*.part")
        assert note.read_text().startswith(f"{target}.")
    assert target.read_text() == WORDS
    assert names_below(tmp_path) == ["kept", "kept/press.db", "out.csv"]


@pytest.mark.parametrize("is_there", [False, True])
def test_a_file_has_the_rights_that_any_file_has(tmp_path: Path, is_there: bool) -> None:
    (tmp_path / "plain").touch()
    with written_whole(tmp_path / "whole") as part:
        part.write_text(WORDS)
    assert (tmp_path / "whole").stat().st_mode == (tmp_path / "plain").stat().st_mode


def test_nothing_is_left_of_a_file_whose_making_failed(tmp_path: Path, archive: Path) -> None:
    with (
        pytest.raises(ValueError, match="no more"),
        written_whole(tmp_path / "out", archive=archive),
    ):
        raise ValueError("no more")
    assert names_below(tmp_path) == ["kept", "kept/press.db"]


def without_unnamed_files(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delattr(disk.os, "O_TMPFILE")


def test_where_there_are_no_unnamed_files_a_part_is_known(
    tmp_path: Path, archive: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    without_unnamed_files(monkeypatch)
    with written_whole(tmp_path / "out.csv", archive=archive) as part:
        part.write_text(WORDS)
        assert removed(archive) == {str(part): BEING_WRITTEN}
        assert part.exists()
    assert names_below(tmp_path) == ["kept", "kept/press.db", "out.csv"]


def killed(child: Callable[..., Child], target: Path, archive: Path) -> Path:
    """The part that a process had begun as it was killed."""
    process = child(WHOLE, target, archive)
    part = Path(process.line())
    assert [*removed(archive).values()] == [BEING_WRITTEN]
    process.kill()
    return part


def test_a_killed_process_leaves_no_file(
    tmp_path: Path, archive: Path, child: Callable[..., Child]
) -> None:
    killed(child, tmp_path / "out.csv", archive)
    (left,) = set(names_below(tmp_path)) - {"kept", "kept/press.db"}
    assert left.endswith(".part")
    assert WORDS not in (tmp_path / left).read_text()
    removed(archive)
    assert names_below(tmp_path) == ["kept", "kept/press.db"]


def test_a_folder_that_a_killed_process_left_is_known_and_removed(
    tmp_path: Path, archive: Path, child: Callable[..., Child]
) -> None:
    part = killed(child, tmp_path / "folder", archive)
    assert (part / "story.txt").read_text() == WORDS
    assert unfinished(archive, remove=False) == {str(part): None}
    assert removed(archive) == {str(part): None}
    assert names_below(tmp_path) == ["kept", "kept/press.db"]


def test_the_next_output_removes_what_the_last_one_left(
    tmp_path: Path, archive: Path, child: Callable[..., Child]
) -> None:
    killed(child, tmp_path / "folder", archive)
    with written_whole(tmp_path / "out.csv", archive=archive) as part:
        part.write_text(WORDS)
    assert names_below(tmp_path) == ["kept", "kept/press.db", "out.csv"]


def test_a_part_on_a_disk_that_is_away_is_told(
    tmp_path: Path, archive: Path, child: Callable[..., Child]
) -> None:
    (tmp_path / "stick").mkdir()
    part = killed(child, tmp_path / "stick" / "folder", archive)
    (tmp_path / "stick").rename(tmp_path / "away")
    (note,) = archive.parent.glob("*.part")
    why = f"its folder is not there; if that is gone for good, delete {note}"
    assert removed(archive) == {str(part): why}
    (tmp_path / "away").rename(tmp_path / "stick")
    assert removed(archive) == {str(part): None}
    assert names_below(tmp_path) == ["kept", "kept/press.db", "stick"]


def test_a_folder_that_was_to_be_replaced_is_there_again(tmp_path: Path, archive: Path) -> None:
    """Killed after it had given its name away, and before the new one had it."""
    part, former = (tmp_path / f"folder.0a1b2c3d.{end}" for end in ("part", "former"))
    for folder in (part, former):
        folder.mkdir()
        (folder / "story.txt").write_text(folder.suffix)
    archive.with_name("press.db.0a1b2c3d.part").write_bytes(os.fsencode(part))
    removed(archive)
    assert (tmp_path / "folder" / "story.txt").read_text() == ".former"
    assert names_below(tmp_path) == ["folder", "folder/story.txt", "kept", "kept/press.db"]


@pytest.mark.parametrize(
    "named", ["thesis.doc", "thesis.part", "thesis.0a1b2c3e.part", "../kept/press.db", "press.db"]
)
def test_a_note_that_somebody_else_wrote_removes_nothing(
    tmp_path: Path, archive: Path, named: str
) -> None:
    (tmp_path / "thesis.0a1b2c3e.part").touch()
    (tmp_path / "thesis.doc").touch()
    archive.with_name("press.db.0a1b2c3d.part").write_bytes(os.fsencode(tmp_path / named))
    before = names_below(tmp_path)
    assert removed(archive) == {}
    assert names_below(tmp_path) == [name for name in before if not name.endswith("2c3d.part")]


def test_a_link_is_removed_and_not_what_it_leads_to(tmp_path: Path, archive: Path) -> None:
    (tmp_path / "years").mkdir()
    (tmp_path / "years" / "thesis.doc").touch()
    part = tmp_path / "folder.0a1b2c3d.part"
    part.symlink_to(tmp_path / "years")
    archive.with_name("press.db.0a1b2c3d.part").write_bytes(os.fsencode(part))
    removed(archive)
    assert names_below(tmp_path) == ["kept", "kept/press.db", "years", "years/thesis.doc"]


@pytest.mark.parametrize("said", ["", "/elsewh"])
def test_a_note_of_nothing_goes(tmp_path: Path, archive: Path, said: str) -> None:
    """Killed before it had said what would be begun; one without a word may be about to say it."""
    note = archive.with_name("press.db.0a1b2c3d.part")
    note.write_text(said)
    if not said:
        assert removed(archive) == {}
        assert note.exists()
    os.utime(note, (0, 0))
    assert unfinished(archive, remove=False) == removed(archive) == {}
    assert names_below(tmp_path) == ["kept", "kept/press.db"]


def test_who_can_leave_no_note_writes_all_the_same(
    tmp_path: Path, archive: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refused(*_: object) -> None:
        raise OSError(37, "No locks available")

    monkeypatch.setattr(disk.fcntl, "flock", refused)
    with folder_written_whole(tmp_path / "folder", archive=archive) as part:
        (part / "story.txt").write_text(WORDS)
    assert names_below(tmp_path) == ["folder", "folder/story.txt", "kept", "kept/press.db"]
