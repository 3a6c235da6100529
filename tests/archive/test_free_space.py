"""What no row holds is overwritten, wherever SQLite left it, and nothing else changes."""

import random
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from needs import skip
from sqlite_utils import Database

from archive.file.connection import file_of
from archive.withdrawal import free_space
from archive.withdrawal.free_space import overwrite_free_space

MARK = "zorblatt"
ROWS = 3000


@pytest.fixture
def db(tmp_path: Path) -> Iterator[Database]:
    """Rows of all lengths with an index, in disorder, changed and deleted, nothing overwritten."""
    with closing(sqlite3.connect(tmp_path / "rows.db", isolation_level=None)) as connection:
        database = Database(connection, execute_plugins=False)
        connection.execute("PRAGMA secure_delete=OFF")
        connection.execute("CREATE TABLE rows (id INTEGER PRIMARY KEY, name TEXT, body TEXT)")
        connection.execute("CREATE INDEX rows_name ON rows (name)")
        if not free_space._is_able(database):
            skip("an SQLite with dbstat and sqlite_dbpage")
        draws = random.Random(7)
        connection.execute("BEGIN")
        for number in draws.sample(range(ROWS), ROWS):
            body = f"{MARK} {number} " * draws.choice((1, 20, 600, 1500))
            name = f"{MARK}{draws.random()}"
            connection.execute("INSERT INTO rows VALUES (?, ?, ?)", [number, name, body])
        connection.execute("COMMIT")
        connection.execute("DELETE FROM rows WHERE id % 3 = 0")
        connection.execute(
            "UPDATE rows SET name = 'kept ' || id, body = substr('kept' || id, 1, 9)"
        )
        connection.execute("UPDATE rows SET body = hex(zeroblob(3000)) WHERE id % 7 = 0")
        yield database


def content(db: Database) -> bytes:
    return file_of(db).read_bytes()


def overwrite(db: Database) -> bool:
    db.execute("BEGIN IMMEDIATE")
    is_done = overwrite_free_space(db)
    db.execute("COMMIT")
    return is_done


def test_the_words_are_gone_and_the_rows_are_not(db: Database) -> None:
    before = list(db.query("SELECT * FROM rows"))
    assert content(db).count(MARK.encode()) > ROWS
    assert overwrite(db)
    assert MARK.encode() not in content(db)
    assert list(db.query("SELECT * FROM rows")) == before
    assert db.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    assert db.execute("PRAGMA freelist_count").fetchone()[0] > 0


def test_a_copy_that_a_split_page_kept_is_no_row_either(db: Database) -> None:
    """Hence all this: secure_delete alone leaves them."""
    db.execute("PRAGMA secure_delete=ON")
    db.execute("VACUUM")
    draws = random.Random(8)
    db.execute("BEGIN")
    for number in draws.sample(range(ROWS), ROWS):
        name = f"plumquat {draws.random()}"
        db.execute("INSERT OR REPLACE INTO rows VALUES (?, ?, '')", [number, name])
    db.execute("COMMIT")
    in_table_and_index = 2 * ROWS
    assert content(db).count(b"plumquat") > in_table_and_index
    assert overwrite(db)
    assert content(db).count(b"plumquat") == in_table_and_index


def test_behind_the_end_of_a_long_row_nothing_is_left(db: Database) -> None:
    overwrite(db)
    # So long that SQLite does not fill its second page.
    db.execute("UPDATE rows SET body = hex(zeroblob(2140)) WHERE id = 1")
    sql = "SELECT pageno FROM dbstat WHERE pagetype = 'overflow' AND unused > 8 LIMIT 1"
    (number,) = db.execute(sql).fetchone()
    with file_of(db).open("r+b") as stream:
        stream.seek(number * 4096 - len(MARK))
        stream.write(MARK.encode())
    with closing(sqlite3.connect(file_of(db), isolation_level=None)) as connection:
        assert overwrite(Database(connection, execute_plugins=False))
    assert MARK.encode() not in content(db)


def test_what_is_clean_is_not_written(db: Database) -> None:
    overwrite(db)
    changes = db.conn.total_changes
    assert changes > ROWS
    overwrite(db)
    assert db.conn.total_changes == changes


def test_what_is_rolled_back_was_not_done(db: Database) -> None:
    before = content(db)
    db.execute("BEGIN IMMEDIATE")
    assert overwrite_free_space(db)
    db.execute("ROLLBACK")
    assert content(db) == before


@pytest.mark.parametrize("setting", ["auto_vacuum=FULL", "auto_vacuum=INCREMENTAL"])
def test_a_file_with_pages_of_another_kind_is_left_alone(db: Database, setting: str) -> None:
    db.execute(f"PRAGMA {setting}")
    db.execute("VACUUM")
    before = content(db)
    assert not overwrite(db)
    assert content(db)[100:] == before[100:]


class WithoutTables(Database):
    """As an SQLite that was built without them."""

    def execute(self, sql: str, parameters: Any = None) -> sqlite3.Cursor:
        if "dbstat" in sql:
            raise sqlite3.OperationalError("no such table: dbstat")
        return super().execute(sql, parameters)


def test_without_the_tables_of_pages_nothing_is_done(db: Database) -> None:
    before = content(db)
    assert not overwrite(WithoutTables(db.conn, execute_plugins=False))
    assert content(db)[100:] == before[100:]


def page_of(db: Database, name: str) -> int:
    (number,) = db.execute("SELECT rootpage FROM sqlite_master WHERE name = ?", [name]).fetchone()
    return int(number)


@pytest.mark.parametrize(
    ("place", "words"),
    [
        ("trunk", "the list of free pages begins with a page of the table"),
        ("leaf", "the list of free pages names a page of the table"),
        ("content", "the cells begin behind the page"),
    ],
)
def test_no_page_of_a_damaged_file_is_overwritten(db: Database, place: str, words: str) -> None:
    path = file_of(db)
    table = page_of(db, "rows")
    trunk = int.from_bytes(content(db)[32:36], "big")
    db.conn.close()
    at = {"trunk": 32, "leaf": (trunk - 1) * 4096 + 8, "content": (table - 1) * 4096 + 5}[place]
    with path.open("r+b") as stream:
        stream.seek(at)
        stream.write(b"\x00\x01" if place == "content" else table.to_bytes(4, "big"))
    before = path.read_bytes()
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        with pytest.raises(sqlite3.DatabaseError) as caught:
            overwrite(Database(connection, execute_plugins=False))
        assert caught.value.sqlite_errorcode == sqlite3.SQLITE_CORRUPT, words
        connection.execute("ROLLBACK")
    assert path.read_bytes() == before
