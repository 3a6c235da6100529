"""Backups: whole or not there, captures along, old ones let go, and put in place again."""

import errno
import hashlib
import json
import os
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from archive_rows import PAPER, SITE, Child, Writer, child, open_writer, save, story
from conftest import Tradepress

from tradepress.archive.captures.members import MAGIC
from tradepress.archive.captures.warc import WarcCaptures
from tradepress.archive.care import backup as backups
from tradepress.archive.care import snapshot
from tradepress.archive.care.backup import BackupResult, list_backups, newest_backup
from tradepress.archive.care.backup import backup as make_backup
from tradepress.archive.care.snapshot import locked_folder
from tradepress.archive.care.verify import verify
from tradepress.archive.errors import ArchiveBusy, ArchiveError, ArchiveFull, DamagedArchive
from tradepress.story import Capture

__all__ = ["child"]

NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)


def page(number: int, source: str = "signet") -> Capture:
    return Capture(
        url=f"{SITE}/trademark/orrin-vale-{number}",
        body=f"<p>Page {number}</p>".encode() * 100,
        content_type="text/html",
        status=200,
        date_captured=NOON,
        source=source,
    )


@pytest.fixture
def writer(tmp_path: Path) -> Iterator[Writer]:
    """A crawl that is going on, with three stories committed."""
    captures = WarcCaptures(tmp_path / "archive.captures")
    with open_writer(tmp_path / "archive.db", command="tests", captures=captures) as writer:
        writer.save_source(PAPER)
        writer.start_run("tests", ["signet"], "0")
        store(writer, 1, 2, 3)
        yield writer
    captures.close()


def store(writer: Writer, *numbers: int) -> None:
    for number in numbers:
        save(writer, story(number), capture=page(number))
    writer.commit()


def back_up(writer: Writer, days: float = 0, **options: Any) -> BackupResult:
    path = writer.path
    return make_backup(
        path,
        options.pop("folder", path.parent / "backups"),
        captures=path.parent / "archive.captures",
        now=lambda: NOON + timedelta(days=days),
        **options,
    )


def faults(path: Path, captures: Path) -> list[str]:
    found = verify(path, captures=captures)
    return [finding.words for finding in found.findings]


def count(path: Path) -> int:
    with closing(sqlite3.connect(f"{path.as_uri()}?immutable=1", uri=True)) as connection:
        return int(connection.execute("SELECT count(*) FROM articles").fetchone()[0])


def files(folder: Path) -> dict[str, str]:
    """Name to digest of everything in a folder, but for its lock."""
    return {
        str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and path.name != ".lock"
    }


def warc(folder: Path) -> Path:
    (file,) = folder.glob("signet-*.warc.gz")
    return file


def test_a_backup_is_a_whole_archive_with_its_captures(writer: Writer) -> None:
    result = back_up(writer)
    folder = writer.path.parent / "backups"
    assert result.path == folder / "archive-20261124T120000Z.db"
    assert result.problems == []
    assert result.size == result.path.stat().st_size
    assert list(files(folder)) == [
        "archive-20261124T120000Z.db",
        f"archive.captures/{warc(folder / 'archive.captures').name}",
    ]
    assert faults(result.path, folder / "archive.captures") == []
    assert count(result.path) == 3


def test_what_is_not_committed_is_not_in_it_and_the_crawl_goes_on(writer: Writer) -> None:
    save(writer, story(4), capture=page(4))
    result = back_up(writer)
    assert count(result.path) == 3
    writer.commit()
    assert count(back_up(writer, days=1).path) == 4


def test_all_that_the_copy_names_is_among_its_captures(
    writer: Writer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A crawl that stores on after the database was copied and before the pages are."""

    def write(step: str, done: int, of: int) -> None:
        if step == "captures":
            store(writer, 4, 5)

    result = back_up(writer, progress=write)
    copies = result.path.parent / "archive.captures"
    assert result.problems == []
    assert count(result.path) == 3
    found = verify(result.path, captures=copies, history=True)
    assert found.findings == []
    assert found.captures_unnamed == 2  # pages 4 and 5: newer than the database
    store(writer, 6)
    back_up(writer, days=1)
    assert faults(result.path, copies) == []


def test_only_what_is_new_is_copied(writer: Writer) -> None:
    first = back_up(writer)
    assert first.copied_bytes == warc(writer.path.parent / "archive.captures").stat().st_size
    assert back_up(writer, days=1).copied_bytes == 0
    store(writer, 4)
    length = writer.db.execute("SELECT length FROM captures ORDER BY id DESC").fetchone()[0]
    assert back_up(writer, days=2).copied_bytes == length


def test_a_torn_copy_is_completed(writer: Writer) -> None:
    back_up(writer)
    copies = writer.path.parent / "backups" / "archive.captures"
    os.truncate(warc(copies), warc(copies).stat().st_size - 7)
    assert back_up(writer, days=1).copied_bytes == 7
    assert files(copies) == files(writer.path.parent / "archive.captures")


def test_a_damaged_copy_is_made_anew(writer: Writer) -> None:
    back_up(writer)
    copies = writer.path.parent / "backups" / "archive.captures"
    content = bytearray(warc(copies).read_bytes())
    content[50] ^= 1
    warc(copies).write_bytes(content)
    assert back_up(writer, days=1).problems == []
    assert files(copies) == files(writer.path.parent / "archive.captures")


def test_captures_that_were_rewritten_are_copied_anew(writer: Writer) -> None:
    """As a withdrawal does it: a record is gone, and the others lie elsewhere."""
    back_up(writer)
    captures = writer.path.parent / "archive.captures"
    place = 'SELECT "offset", length FROM captures WHERE id = 1'
    (start, length) = writer.db.execute(place).fetchone()
    content = warc(captures).read_bytes()
    warc(captures).write_bytes(content[:start] + content[start + length :])
    writer.db.execute("UPDATE version_rows SET capture_id = NULL WHERE capture_id = 1")
    writer.db.execute("DELETE FROM captures WHERE id = 1")
    writer.db.execute('UPDATE captures SET "offset" = "offset" - ?', [length])
    writer.commit()
    result = back_up(writer, days=1)
    assert result.problems == []
    assert files(captures) == files(writer.path.parent / "backups" / "archive.captures")
    assert faults(result.path, writer.path.parent / "backups" / "archive.captures") == []


def shorten(file: Path) -> None:
    os.truncate(file, file.stat().st_size // 2)


def flip(file: Path) -> None:
    """In the first page, behind the record of the file itself."""
    content = bytearray(file.read_bytes())
    content[content.index(MAGIC, 1) + 50] ^= 1
    file.write_bytes(content)


@pytest.mark.parametrize("damage", [shorten, flip, Path.unlink])
def test_a_good_copy_never_gives_way_to_a_damaged_file(
    writer: Writer, damage: Callable[[Path], None]
) -> None:
    back_up(writer)
    copies = writer.path.parent / "backups" / "archive.captures"
    before = files(copies)
    damage(warc(writer.path.parent / "archive.captures"))
    result = back_up(writer, days=1)
    assert files(copies) == before
    assert str(warc(copies).name) in result.problems[0]
    assert faults(result.path, copies) == []


def test_a_damaged_page_is_named_and_the_others_are_backed_up(writer: Writer) -> None:
    flip(warc(writer.path.parent / "archive.captures"))
    result = back_up(writer)
    (problem,) = result.problems
    assert "orrin-vale-1 at byte " in problem
    assert count(result.path) == 3


def test_the_tombstones_go_along(writer: Writer) -> None:
    beside = writer.path.with_name("archive.db.withdrawn.json")
    beside.write_text('["first"]')
    back_up(writer)
    beside.write_text('["first", "second"]')
    back_up(writer, days=1)
    copy = writer.path.parent / "backups" / beside.name
    assert copy.read_text() == beside.read_text()


@pytest.mark.slow
def test_other_archives_beside_it_keep_their_backups(writer: Writer) -> None:
    folder = writer.path.parent / "backups"
    shutil.copy(back_up(writer, folder=folder).path, writer.path.parent / "archive-2.db")
    names = [f"archive-2-202001{day:02}T000000Z.db" for day in range(1, 20)]
    names += ["archive-pre-3-20200101T000000Z.db", "archive-old.db", "notes.txt"]
    for name in names:
        (folder / name).write_text("not ours to delete")
    for day in range(30):
        back_up(writer, days=day + 1)
    assert set(names) <= {path.name for path in folder.iterdir()}


# What may not happen


def nothing_is_left(folder: Path, before: dict[str, str]) -> None:
    assert files(folder) == before


def test_without_room_nothing_is_begun(writer: Writer, monkeypatch: pytest.MonkeyPatch) -> None:
    back_up(writer)
    folder = writer.path.parent / "backups"
    before = files(folder)
    with monkeypatch.context() as patch:
        patch.setattr(snapshot.shutil, "disk_usage", lambda _: SimpleNamespace(free=100_000))
        with pytest.raises(ArchiveFull, match=r"a backup needs .* only 0\.1 MB are free"):
            back_up(writer, days=1)
    nothing_is_left(folder, before)
    assert back_up(writer, days=1).problems == []


SMALL_DISK = """
import resource, signal, sys
from tradepress.command_line import run
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv[1]), int(sys.argv[1])))
sys.stderr = sys.stdout  # a pipe: the limit is on files
print(run(["backup", "--archive", sys.argv[2]]))
"""


@pytest.mark.parametrize("largest", [0, 4096, 100_000])
def test_a_disk_that_gives_out_leaves_no_half_file(
    writer: Writer, child: Callable[..., Child], largest: int
) -> None:
    back_up(writer)
    folder = writer.path.parent / "backups"
    before = files(folder)
    program = child(SMALL_DISK, largest, writer.path)
    assert program.line().startswith("Error: ")
    assert program.line() == "3"
    nothing_is_left(folder, before)


@pytest.mark.parametrize("first", [True, False])
def test_a_disk_that_is_full_before_the_captures_leaves_no_half_file(
    writer: Writer, monkeypatch: pytest.MonkeyPatch, first: bool
) -> None:
    folder = writer.path.parent / "backups"
    if not first:
        back_up(writer)
        store(writer, 4)
    before = files(folder) if folder.exists() else {}

    def full(*arguments: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(backups.shutil, "copyfile", full)
        patch.setattr(backups.shutil, "copyfileobj", full)
        with pytest.raises(ArchiveFull, match="no room left to write"):
            back_up(writer, days=1)
    nothing_is_left(folder, before)
    assert back_up(writer, days=1).problems == []


def test_a_killed_backup_is_cleared_away_by_the_next(writer: Writer) -> None:
    folder = writer.path.parent / "backups"
    (folder / "archive.captures").mkdir(parents=True)
    (folder / "archive-20261101T120000Z.db.part").write_text("half")
    (folder / "archive.captures" / "signet-2026-10.warc.gz.part").write_text("half")
    back_up(writer)
    assert not [name for name in files(folder) if name.endswith(".part")]


def test_two_backups_at_once_don_t_meet(writer: Writer) -> None:
    with (
        locked_folder(writer.path.parent / "backups"),
        pytest.raises(ArchiveBusy, match="another backup"),
    ):
        back_up(writer)
    back_up(writer)
    with pytest.raises(ArchiveError, match="this very second"):
        back_up(writer)


def test_a_damaged_archive_is_not_taken_for_a_backup(
    writer: Writer, monkeypatch: pytest.MonkeyPatch
) -> None:
    back_up(writer)
    folder = writer.path.parent / "backups"
    before = files(folder)
    writer.db.execute("DROP TRIGGER articles_bu")
    writer.db.execute("UPDATE articles SET body = 'Medlars' WHERE id = 1")
    with pytest.raises(DamagedArchive, match=r"articles_fts.*tradepress verify"):
        back_up(writer, days=1)
    nothing_is_left(folder, before)


def test_two_archives_of_one_name_don_t_share_a_folder(writer: Writer, tmp_path: Path) -> None:
    folder = writer.path.parent / "backups"
    back_up(writer, folder=folder)
    before = files(folder)
    path = tmp_path / "other" / "archive.db"
    path.parent.mkdir()
    with open_writer(path, command="tests") as other:
        back_up(other, folder=tmp_path / "empty")  # without a run of its own it may be any archive
        other.start_run("others", ["signet"], "0")
        other.commit()
        with pytest.raises(ArchiveError, match=r"backups of another archive\.db: .* -o"):
            back_up(other, days=1, folder=folder)
    nothing_is_left(folder, before)


def test_a_folder_that_can_t_be_made_is_named(writer: Writer) -> None:
    (writer.path.parent / "file").write_text("in the way")
    with pytest.raises(ArchiveError, match="file"):
        back_up(writer, folder=writer.path.parent / "file" / "backups")


# Rotation


def test_a_clock_that_is_years_ahead_costs_no_backup(writer: Writer) -> None:
    made = {back_up(writer, days=day).path for day in range(3)}
    for night in range(10):
        wrong = back_up(writer, days=2000 + night)
        assert wrong.doubtful_clock
        made.add(wrong.path)
    right = back_up(writer, days=3)
    assert right.doubtful_clock
    assert made | {right.path} == {
        backup.path for backup in list_backups(right.path.parent, "archive")
    }
    for path in made:
        if path.name > "archive-2027":
            path.unlink()
    assert not back_up(writer, days=4).doubtful_clock


def test_two_backups_of_a_day_both_stay(writer: Writer) -> None:
    first, second = back_up(writer), back_up(writer, days=0.1)
    assert second.deleted == []
    assert first.path.exists()


@pytest.mark.slow
def test_what_a_hand_made_or_renamed_stays_for_ever(writer: Writer) -> None:
    by_hand = back_up(writer, by_hand=True).path
    renamed = by_hand.with_name("archive-before-the-move.db")
    back_up(writer, days=0.1).path.rename(renamed)
    for day in range(1, 40):
        back_up(writer, days=day)
    assert by_hand.exists()
    assert renamed.exists()
    listed = list_backups(by_hand.parent, "archive")
    assert [backup.path for backup in listed if backup.by_hand] == [by_hand]
    assert len(listed) < 20


def test_a_backup_from_a_terminal_is_made_by_hand(
    writer: Writer, here: Tradepress, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.stdin", SimpleNamespace(isatty=lambda: True))
    assert "-by-hand.db: " in here("backup").stdout
    assert here("backup", "--list").stdout.endswith("-by-hand.db  by hand\n")


def test_a_folder_whose_name_is_no_text_is_backed_up(tmp_path: Path, here: Tradepress) -> None:
    folder = tmp_path / os.fsdecode(b"press \xe9\xff")
    folder.mkdir()
    path = folder / "archive.db"
    captures = WarcCaptures(folder / "archive.captures")
    with open_writer(path, command="tests", captures=captures) as writer:
        writer.save_source(PAPER)
        writer.start_run("tests", ["signet"], "0")
        store(writer, 1)
        writer.end_run("done", 0)
    captures.close()
    result = here("backup", "--archive", str(path))
    assert result.returncode == 0, result.stderr
    (backup,) = (folder / "backups").glob("*.db")
    assert count(backup) == 1
    assert here("verify", "--archive", str(path)).returncode == 0
    gone = here("withdraw", "signet-1", "--reason", "x", "--yes", "--archive", str(path))
    assert gone.returncode == 0, gone.stderr


def test_old_backups_are_let_go_unless_all_are_kept(writer: Writer) -> None:
    for day in range(-20, 0):
        back_up(writer, days=day, keep_all=True)
    folder = writer.path.parent / "backups"
    assert len(list_backups(folder, "archive")) == 20
    result = back_up(writer)
    left = [backup.path for backup in list_backups(folder, "archive")]
    assert result.path == left[0]
    assert not set(left) & set(result.deleted)
    assert len(left) + len(result.deleted) == 21
    assert [path.name[8:16] for path in left] == [
        *(f"202611{day}" for day in range(24, 17, -1)),
        "20261115",
        "20261108",
    ]


# The command line


def test_the_command_backs_up_lists_and_names_problems(writer: Writer, here: Tradepress) -> None:
    assert "There is no backup in" in here("backup", "--list").stdout
    result = here("backup")
    assert result.returncode == 0, result.stderr
    (path,) = (writer.path.parent / "backups").glob("*.db")
    assert result.stdout.startswith(f"{path}: ")
    assert "1 file of captures" in result.stdout
    listed = here("backup", "--list").stdout
    assert listed.count("\n") == 1
    assert "3 stories" in listed
    assert str(path) in listed
    elsewhere = writer.path.parent / "elsewhere"
    flip(warc(writer.path.parent / "archive.captures"))
    result = here("backup", "-o", str(elsewhere), "--json")
    assert result.returncode == 1
    assert len(json.loads(result.stdout)["problems"]) == 1
    (entry,) = json.loads(here("backup", "--list", "-o", str(elsewhere), "--json").stdout)
    assert entry["articles"] == 3
    assert datetime.fromisoformat(entry["made"]).tzinfo is not None


def test_backups_are_listed_where_the_archive_is_lost(writer: Writer, here: Tradepress) -> None:
    back_up(writer)
    (writer.path.parent / "backups" / "archive-20261125T120000Z.db").write_text("damaged")
    writer.close()
    writer.path.unlink()
    listed = here("backup", "--list").stdout.splitlines()
    assert "can't be read" in listed[0]
    assert "3 stories" in listed[1]


def test_a_file_named_for_a_day_that_never_was_is_no_backup(tmp_path: Path) -> None:
    for name in ("archive-20269999T000000Z.db", "archive-20260101T000000Z.db"):
        (tmp_path / name).write_bytes(b"")
    assert newest_backup(tmp_path, "archive") == datetime(2026, 1, 1, tzinfo=UTC)
    assert [backup.path.name for backup in list_backups(tmp_path, "archive")] == [
        "archive-20260101T000000Z.db"
    ]
