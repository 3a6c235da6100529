"""Opening: what is refused and left untouched, the lock, creation, migration."""

import hashlib
import json
import os
import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from archive_rows import PAPER, Child, child, opened, save, story
from conftest import quick_first

from tradepress.archive.errors import (
    ArchiveBusy,
    ArchiveError,
    ArchiveMissing,
    DamagedArchive,
    NewerArchive,
    NotAnArchive,
    OlderArchive,
    SqliteTooOld,
)
from tradepress.archive.file import schema
from tradepress.archive.read_only import read_archive

__all__ = ["child"]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "archive.db"


def make(path: Path) -> None:
    with opened(path, command="tests") as writer:
        writer.save_source(PAPER)
        writer.start_run("tests", ["signet"], "0")
        save(writer, story())
        writer.end_run("done", 0)


def change_header(path: Path, pragma: str) -> None:
    connection = sqlite3.connect(path)
    connection.execute(f"PRAGMA {pragma}")
    connection.commit()
    connection.close()


def foreign(path: Path) -> None:
    connection = sqlite3.connect(path)
    connection.execute("PRAGMA journal_mode=WAL")
    connection.execute("CREATE TABLE articles (id INTEGER PRIMARY KEY)")
    connection.commit()
    connection.close()


def newer(path: Path) -> None:
    make(path)
    change_header(path, f"user_version={schema.SCHEMA_VERSION + 1}")


def cut(path: Path) -> None:
    make(path)
    os.truncate(path, path.stat().st_size // 2)


def overwritten(path: Path) -> None:
    make(path)
    content = bytearray(path.read_bytes())
    content[100:4096] = b"\xa5" * 3996
    path.write_bytes(content)


def without_table(path: Path) -> None:
    make(path)
    change_header(path, "foreign_keys=OFF")
    connection = sqlite3.connect(path)
    connection.execute("DROP TABLE fetches")
    connection.commit()
    connection.close()


@pytest.mark.parametrize("open_it", [read_archive, lambda path: opened(path, command="t")])
@pytest.mark.parametrize(
    ("break_it", "error", "words"),
    [
        (lambda path: path.write_bytes(b""), NotAnArchive, "empty"),
        (lambda path: path.write_text("<html>" * 100), NotAnArchive, "not an SQLite"),
        (lambda path: path.mkdir(), NotAnArchive, "can't be read"),
        (foreign, NotAnArchive, "another program"),
        (newer, NewerArchive, "upgrade Tradepress"),
        (cut, DamagedArchive, "damaged"),
        (overwritten, DamagedArchive, "damaged"),
        (without_table, DamagedArchive, "no table fetches"),
        (lambda path: path.write_bytes(b"SQLite format 3\x00junk"), DamagedArchive, "cut off"),
    ],
)
def test_what_is_no_sound_archive_is_refused_and_left_untouched(
    path: Path, open_it: Any, break_it: Any, error: type[ArchiveError], words: str
) -> None:
    break_it(path)
    before = None if path.is_dir() else hashlib.sha256(path.read_bytes()).digest()
    with pytest.raises(error, match=words) as caught:
        open_it(path)
    assert str(path) in str(caught.value)
    assert "\n" not in str(caught.value)
    assert before is None or hashlib.sha256(path.read_bytes()).digest() == before


def test_a_foreign_folder_gets_no_file_of_ours(path: Path) -> None:
    foreign(path)
    with pytest.raises(NotAnArchive):
        opened(path, command="tests")
    assert [entry.name for entry in path.parent.iterdir()] == ["archive.db"]


def test_a_missing_archive_is_not_made_by_looking(path: Path) -> None:
    with pytest.raises(ArchiveMissing, match="--archive"):
        read_archive(path)
    with pytest.raises(ArchiveMissing):
        opened(path, command="tests", create=False)
    assert list(path.parent.iterdir()) == []


def test_a_folder_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(ArchiveError, match="nowhere"):
        opened(tmp_path / "nowhere" / "archive.db", command="tests")


@pytest.mark.parametrize("open_it", [read_archive, lambda path: opened(path, command="t")])
def test_an_old_sqlite_is_refused(
    path: Path, open_it: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sqlite3, "sqlite_version_info", (3, 36, 0))
    with pytest.raises(SqliteTooOld, match=r"3\.37"):
        open_it(path)


def test_a_new_archive_is_whole_marked_and_alone(path: Path) -> None:
    with opened(path, command="tests") as writer:
        pragmas = {
            name: writer.db.execute(f"PRAGMA {name}").fetchone()[0]
            for name in ("application_id", "user_version", "journal_mode", "synchronous")
        }
        assert writer.db.execute("PRAGMA foreign_keys").fetchone()[0] == 1
        assert writer.db.execute("PRAGMA busy_timeout").fetchone()[0] >= 1000
    assert pragmas == {
        "application_id": schema.APPLICATION_ID,
        "user_version": schema.SCHEMA_VERSION,
        "journal_mode": "wal",
        "synchronous": 2,
    }
    assert sorted(entry.name for entry in path.parent.iterdir()) == [
        "archive.db",
        "archive.db.lock",
    ]


def test_every_table_is_strict_and_the_version_counts_the_migrations(path: Path) -> None:
    make(path)
    db = read_archive(path)
    loose = [
        name
        for name, kind, is_strict in db.execute(
            "SELECT name, type, strict FROM pragma_table_list WHERE schema = 'main'"
        )
        if kind == "table" and not is_strict and not name.startswith(("sqlite_", "_sqlite_"))
    ]
    assert loose == []
    assert len(schema.migrations.applied(db)) == schema.SCHEMA_VERSION - schema.FIRST_VERSION + 1
    db.close()


def test_names_that_mean_something_in_an_address_are_just_names(tmp_path: Path) -> None:
    path = tmp_path / "100% ?mode=rw#é.db"
    make(path)
    db = read_archive(path)
    assert db["articles"].count == 1
    db.close()


def test_a_reader_can_not_write(path: Path) -> None:
    make(path)
    db = read_archive(path)
    with pytest.raises(sqlite3.OperationalError, match="readonly"):
        db.execute("DELETE FROM articles")
    db.close()


def test_a_reader_is_not_blocked_and_sees_what_is_committed(path: Path) -> None:
    make(path)
    with opened(path, command="tests") as writer:
        writer.start_run("tests", ["signet"], "0")
        save(writer, story(2))
        db = read_archive(path)
        assert db["articles"].count == 1
        writer.commit()
        assert db["articles"].count == 2
        db.close()


def test_a_second_writer_is_refused_and_told_who_writes(path: Path) -> None:
    with opened(path, command="crawl signet"):
        with pytest.raises(ArchiveBusy, match="crawl signet") as caught:
            opened(path, command="ingest")
        assert caught.value.pid == os.getpid()
        assert caught.value.command == "crawl signet"
        assert caught.value.started is not None
        assert caught.value.started in str(caught.value)
    opened(path, command="ingest").close()


def test_a_lock_file_with_nonsense_in_it_does_no_harm(path: Path) -> None:
    lock = path.with_name("archive.db.lock")
    lock.write_text("{nonsense")
    with opened(path, command="tests"):
        lock.write_bytes(b"\xff")
        with pytest.raises(ArchiveBusy, match="another process"):
            opened(path, command="ingest")
    opened(path, command="tests").close()


def test_a_deleted_lock_file_does_not_let_two_in(path: Path) -> None:
    with opened(path, command="first"):
        path.with_name("archive.db.lock").unlink()
        opened(path, command="second").close()
        second = opened(path, command="third")
        with pytest.raises(ArchiveBusy, match="third"):
            opened(path, command="fourth")
        second.close()


WAITER = """
import sys
from archive_rows import opened
print("waiting", flush=True)
opened(sys.argv[1], command="waiter", wait=60).close()
print("done", flush=True)
"""


def test_who_waits_gets_its_turn(path: Path, child: Callable[..., Child]) -> None:
    with opened(path, command="tests"):
        waiter = child(WAITER, path)
        assert waiter.line() == "waiting"
    assert waiter.line() == "done"


WITH_WORKER = """
import os, sys
from archive_rows import opened
writer = opened(sys.argv[1], command="parent")
worker = os.fork()
if worker == 0:
    os.write(1, b"worker\\n")  # at once: print() may let the other's line into its own
    sys.stdin.readline()  # lives on until the test ends
    os._exit(0)
os.write(1, b"%d\\n" % worker)
os.waitpid(worker, 0)
"""


@pytest.mark.slow
def test_a_worker_that_outlives_its_killed_parent_does_not_keep_the_lock(
    path: Path, child: Callable[..., Child]
) -> None:
    parent = child(WITH_WORKER, path)
    worker, word = sorted([parent.line(), parent.line()])
    assert word == "worker"
    with pytest.raises(ArchiveBusy, match="parent"):
        opened(path, command="tests")
    parent.process.kill()
    parent.process.wait()
    os.kill(int(worker), 0)  # the worker is alive
    opened(path, command="tests").close()
    os.kill(int(worker), 0)


CREATOR = """
import sys
from pathlib import Path
from tradepress.archive import open as opening
from tradepress.archive.file import schema

def stop_at(step):
    print(step, flush=True)
    sys.stdin.readline()

def with_stops(holder, name, step):
    real = getattr(holder, name)
    def wrapped(*args, **kwargs):
        stop_at("before " + step)
        result = real(*args, **kwargs)
        stop_at("after " + step)
        return result
    setattr(holder, name, wrapped)

of_file, real_statements = schema.statements, list(schema.statements())
def statements(name="schema.sql"):
    if name != "schema.sql":
        yield from of_file(name)
        return
    for number, statement in enumerate(real_statements):
        if number in (1, len(real_statements) - 1):
            stop_at(f"statement {number}")
        yield statement
schema.statements = statements
with_stops(opening, "_migrate", "migrate")
with_stops(opening, "sync", "sync")
with_stops(Path, "rename", "rename")
with_stops(opening, "_open_writable", "open")
opening.open_archive(sys.argv[1], command="creator").close()
print("end", flush=True)
sys.stdin.readline()
"""
STEPS = [
    "before migrate",
    "statement 1",
    f"statement {len(list(schema.statements())) - 1}",
    "after migrate",
    "before sync",
    "after sync",
    "before rename",
    "after rename",
    "before sync",
    "after sync",
    "before open",
    "after open",
    "end",
]


@pytest.mark.parametrize("kill_at", quick_first(range(len(STEPS)), 3))
def test_a_kill_during_creation_leaves_a_whole_archive_or_none(
    path: Path, child: Callable[..., Child], kill_at: int
) -> None:
    creator = child(CREATOR, path)
    for step in STEPS[:kill_at]:
        assert creator.line() == step
        creator.go_on()
    assert creator.line() == STEPS[kill_at]
    creator.kill()
    assert path.exists() == (kill_at >= STEPS.index("after rename"))
    if path.exists():
        db = read_archive(path)
        assert db["articles"].count == 0
        db.close()
    make(path)
    assert sorted(entry.name for entry in path.parent.iterdir()) == [
        "archive.db",
        "archive.db.lock",
    ]


def test_the_log_of_a_deleted_archive_is_not_read_into_a_new_one(path: Path) -> None:
    orphan = path.with_name("archive.db-wal")
    orphan.write_bytes(b"committed stories")
    with pytest.raises(DamagedArchive, match=r"or rename archive\.db-wal before a backup"):
        opened(path, command="tests")
    assert orphan.read_bytes() == b"committed stories"
    assert not path.exists()
    orphan.write_bytes(b"")
    opened(path, command="tests").close()


@pytest.mark.parametrize("version", [1, schema.FIRST_VERSION - 1])
def test_an_archive_from_before_the_first_release_is_refused(path: Path, version: int) -> None:
    make(path)
    change_header(path, f"user_version={version}")
    before = path.read_bytes()
    for opening in (read_archive, lambda path: opened(path, command="tests")):
        with pytest.raises(OlderArchive, match=r"`tradepress ingest` their files \(FOLDER"):
            opening(path)
    assert path.read_bytes() == before


def test_the_lock_file_says_who_writes(path: Path) -> None:
    with opened(path, command="crawl signet"):
        holder = json.loads(path.with_name("archive.db.lock").read_text())
    assert holder["pid"] == os.getpid()
    assert holder["command"] == "crawl signet"
