"""A later release brings an archive up to date, after a checked copy, or leaves it as it was."""

import hashlib
import logging
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from types import SimpleNamespace

import pytest
from archive_rows import PAPER, Pages, article_of, find, open_writer, save, story
from sqlite_utils import Database, Migrations

from tradepress.archive.care import snapshot
from tradepress.archive.care.backup import backup as make_backup
from tradepress.archive.care.backup import list_backups
from tradepress.archive.care.integrity import full_text_tables, problems
from tradepress.archive.care.snapshot import locked_folder
from tradepress.archive.errors import (
    ArchiveBusy,
    ArchiveError,
    ArchiveFull,
    DamagedArchive,
    OlderArchive,
)
from tradepress.archive.file import schema
from tradepress.archive.file.foreign import require_our_schema
from tradepress.archive.read_only import read_archive
from tradepress.archive.search.small_index import MARK_END, MARK_START
from tradepress.archive.stories.story_record import load_story
from tradepress.story import Capture

MADE = schema.SCHEMA_VERSION
LINK = {"kind": "related", "text": "Orrin Vale loses", "url": None, "position": 0}


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """An archive of today's shape, with stories, a second version and a link."""
    path = tmp_path / "archive.db"
    with open_writer(path, command="tests", captures=Pages()) as writer:
        writer.save_source(PAPER)
        writer.start_run("tests", ["signet"], "0")
        for number in range(1, 6):
            save(writer, story(number, body=f"Quinces were named in case {number}."), links=[LINK])
        save(writer, story(1, body="Medlars decided it."))
        writer.end_run("done", 0)
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA journal_mode=DELETE")
    return path


@pytest.fixture
def migrations(monkeypatch: pytest.MonkeyPatch) -> Iterator[Migrations]:
    """A release to come whose migrations the test says."""
    to_come = Migrations("tradepress")
    for migration in schema.migrations._migrations:
        to_come()(migration.fn)
    monkeypatch.setattr(schema, "migrations", to_come)
    monkeypatch.setattr(schema, "SCHEMA_VERSION", MADE + 1)
    return to_come


@pytest.fixture
def release(path: Path, migrations: Migrations) -> None:
    """A release to come in which stories have a colour."""

    @migrations()
    def m001_colour(db: Database) -> None:
        db.execute("ALTER TABLE articles ADD COLUMN colour TEXT")


def sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def dump(path: Path) -> list[str]:
    with closing(sqlite3.connect(path)) as connection:
        return sorted(connection.iterdump())  # VACUUM INTO has an order of its own


def refs(db: Database, query: str) -> list[str]:
    return sorted(hit.ref for hit in find(db, query))


@pytest.mark.usefixtures("release")
def test_an_old_archive_is_refused_to_readers_and_untouched(path: Path) -> None:
    before = sha256(path)
    with pytest.raises(OlderArchive, match="brings it up to date"):
        read_archive(path)
    assert sha256(path) == before
    assert [file.name for file in path.parent.glob("archive.db*")] == [
        "archive.db",
        "archive.db.lock",
    ]


@pytest.mark.usefixtures("release")
def test_an_archive_is_brought_up_to_date_whole(path: Path) -> None:
    with open_writer(path, command="tests", captures=Pages()) as writer:
        assert writer.db.execute("PRAGMA user_version").fetchone()[0] == MADE + 1
        writer.start_run("tests", ["signet"], "0")
        assert save(writer, story(99, headline="Zirkon after the migration")).outcome == "stored"
        changed = save(writer, story(4, body="A damson was weighed in case 4, at length."))
        assert (changed.ref, changed.version) == ("signet-4", 2)
        again = story(5, body="Quinces were named in case 5.")
        assert save(writer, again).outcome == "unchanged"
        writer.end_run("done", 0)
        for name in full_text_tables(writer.db):
            writer.db.execute(f"INSERT INTO {name} ({name}) VALUES ('rebuild')")
        assert problems(writer.db) == []
    db = read_archive(path)
    assert db["articles"].columns_dict["colour"] is str
    assert load_story(db, "signet-1@1").body == "Quinces were named in case 1."
    assert refs(db, "medlars") == ["signet-1"]
    assert refs(db, "quinces") == ["signet-2", "signet-3", "signet-5"]
    assert (refs(db, "zirkon"), refs(db, "damson")) == (["signet-99"], ["signet-4"])
    db.close()


@pytest.mark.usefixtures("release")
def test_the_archive_as_it_was_is_kept(path: Path, caplog: pytest.LogCaptureFixture) -> None:
    before = dump(path)
    with caplog.at_level(logging.WARNING, "archive"):
        open_writer(path, command="tests").close()
    (copy,) = (path.parent / "backups").glob("*.db")
    assert copy.name.startswith(f"archive-pre-{MADE + 1}-20")
    assert caplog.messages == [
        f"{path} is brought from schema {MADE} to {MADE + 1}; as it was it is kept in {copy}"
    ]
    assert dump(copy) == before
    open_writer(path, command="tests").close()
    assert list((path.parent / "backups").glob("*.db")) == [copy]


@pytest.mark.usefixtures("release")
def test_an_old_archive_is_not_backed_up_in_silence(path: Path) -> None:
    folder = path.parent / "backups"
    with pytest.raises(OlderArchive):
        make_backup(path, folder, captures=path.parent / "captures")
    open_writer(path, command="tests").close()
    (entry,) = list_backups(folder, "archive")
    assert (entry.before_migration, entry.schema, entry.articles) == (True, MADE, 5)


@pytest.mark.usefixtures("release")
def test_the_copy_has_what_is_in_the_log_only(path: Path) -> None:
    with closing(sqlite3.connect(path)) as other:
        other.execute("PRAGMA journal_mode=WAL")
        other.execute("PRAGMA wal_autocheckpoint=0")
        other.execute("UPDATE articles SET section = 'Medlars' WHERE id = 1")
        other.commit()
        open_writer(path, command="tests").close()
    (copy,) = (path.parent / "backups").glob("*.db")
    with closing(sqlite3.connect(copy)) as kept:
        assert kept.execute("SELECT section FROM articles WHERE id = 1").fetchone() == ("Medlars",)


def refused(path: Path, error: type[ArchiveError], words: str) -> None:
    """Opening for writing fails, and nothing is changed or left behind."""
    before = sha256(path)
    with pytest.raises(error, match=words) as caught:
        open_writer(path, command="tests")
    assert "\n" not in str(caught.value)
    assert sha256(path) == before
    folder = path.parent / "backups"
    assert [file.name for file in folder.glob("*")] == [".lock"]
    with pytest.raises(OlderArchive):
        read_archive(path)


@pytest.mark.usefixtures("release")
def test_without_room_for_the_copy_nothing_is_migrated(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(snapshot.shutil, "disk_usage", lambda _: SimpleNamespace(free=200_000))
        refused(path, ArchiveFull, r"up to date needs \d\.\d MB.* only 0\.2 MB are free")
    open_writer(path, command="tests").close()


@pytest.mark.usefixtures("release")
def test_while_another_backup_is_made_nothing_is_migrated(path: Path) -> None:
    with locked_folder(path.parent / "backups"):
        refused(path, ArchiveBusy, "another backup")
    open_writer(path, command="tests").close()


@pytest.mark.usefixtures("release")
def test_an_archive_with_faults_is_not_migrated(path: Path) -> None:
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("UPDATE links SET version_id = 999 WHERE id = 1")
        connection.commit()
    refused(path, DamagedArchive, "1 rows of links refer to rows of version_rows")


@pytest.mark.parametrize(
    ("statement", "words"),
    [
        (
            "DELETE FROM version_rows WHERE id IN (SELECT version_id FROM articles)",
            "of version_rows",
        ),
        ("INSERT INTO articles_fts (articles_fts) VALUES ('delete-all')", "articles_fts"),
        (
            "INSERT INTO versions_stems (rowid, headline) "
            "SELECT id, 'Medlar' FROM versions ORDER BY id LIMIT 1",
            "versions_stems",
        ),
        ("CREATE TABLE half (id INTEGER PRIMARY KEY); SELECT nonsense", "nonsense"),
    ],
)
def test_a_migration_that_breaks_something_changes_nothing(
    path: Path, migrations: Migrations, statement: str, words: str
) -> None:
    @migrations()
    def m001_breaks(db: Database) -> None:
        for part in statement.split(";"):
            db.execute(part)

    refused(path, ArchiveError, words)
    assert not any("half" in line for line in dump(path))


def say_as_before(connection: sqlite3.Connection) -> None:
    """Puts the CHECKs as archives have them that were made before schema.sql said more."""
    connection.execute("PRAGMA writable_schema=ON")
    for said, before in (
        ("'archive-only', ", ""),
        (", 'response', 'data'", ""),
        ("word_count INTEGER ", "word_count INTEGER NOT NULL "),
    ):
        changed = connection.execute(
            "UPDATE sqlite_schema SET sql = replace(sql, ?1, ?2) WHERE instr(sql, ?1)",
            [said, before],
        )
        assert changed.rowcount
    connection.execute("PRAGMA writable_schema=RESET")


def forbid_writable_schema(connection: sqlite3.Connection) -> None:
    """Makes it as one of an SQLite that is defensive from the start, as Apple's."""
    refused = (sqlite3.SQLITE_UPDATE, "sqlite_master")
    connection.set_authorizer(
        lambda *what: sqlite3.SQLITE_DENY if what[:2] == refused else sqlite3.SQLITE_OK
    )


def test_a_new_archive_writes_no_schema_by_hand() -> None:
    with closing(sqlite3.connect(":memory:", isolation_level=None)) as connection:
        statements: list[str] = []
        connection.set_trace_callback(statements.append)
        schema.migrations.apply(Database(connection, execute_plugins=False))
        assert not [one for one in statements if "writable_schema" in one]


def test_an_older_archive_says_what_to_do_where_that_is_forbidden() -> None:
    with closing(sqlite3.connect(":memory:", isolation_level=None)) as connection:
        db = Database(connection, execute_plugins=False)
        schema.migrations.apply(db)
        say_as_before(connection)
        forbid_writable_schema(connection)
        with pytest.raises(ArchiveError, match="with another Python"):
            schema.keep_further_answers(db)


def test_a_check_that_is_not_there_is_not_replaced_in_silence() -> None:
    with closing(sqlite3.connect(":memory:", isolation_level=None)) as connection:
        db = Database(connection, execute_plugins=False)
        db.execute("CREATE TABLE capture_records (kind TEXT CHECK (kind = 'request')) STRICT")
        with pytest.raises(ArchiveError, match="capture_records is not as Tradepress makes it"):
            schema.keep_further_answers(db)


def as_of_schema_14(path: Path, target: Path) -> None:
    """The same archive as the release before made it: each current text twice."""
    with closing(sqlite3.connect(target, isolation_level=None)) as connection:
        former = Migrations("tradepress")
        for migration in schema.migrations._migrations[:2]:
            former()(migration.fn)
        former.apply(Database(connection, execute_plugins=False))
        say_as_before(connection)
        connection.execute("ATTACH ? AS new", [str(path)])
        there = connection.execute("SELECT name FROM pragma_table_list WHERE schema = 'main'")
        tables = [name for (name,) in there if "_fts" not in name and "_stems" not in name]
        is_current = "id IN (SELECT version_id FROM new.articles)"
        for table, where in (
            ("versions", is_current),
            *((table, "TRUE") for table in sorted({*tables} - {"versions", "former_versions"})),
            ("versions", f"NOT {is_current}"),
        ):
            if "sqlite" in table or table == "articles_unindexed":
                continue
            names = connection.execute("SELECT name FROM pragma_table_info(?)", [table])
            columns = ", ".join(f'"{name}"' for (name,) in names)
            connection.execute(
                f"INSERT INTO main.{table} ({columns}) SELECT {columns} FROM new.{table} "
                f"WHERE {where}"
            )
        for name in ("articles_fts", "articles_stems"):
            connection.execute(f"INSERT INTO {name} ({name}) VALUES ('rebuild')")
        connection.execute("DELETE FROM articles_unindexed")
        connection.execute("DETACH new")
        connection.execute(f"PRAGMA application_id={schema.APPLICATION_ID}")
        connection.execute("PRAGMA user_version=14")


def test_what_schema_14_kept_twice_is_kept_once_and_found_where_it_was(path: Path) -> None:
    former = path.with_name("former.db")
    as_of_schema_14(path, former)
    asked = [
        "SELECT * FROM versions ORDER BY id",
        "SELECT id, url, url_key, text FROM links ORDER BY id",
    ]

    def answers() -> list[list[dict[str, object]]]:
        with closing(sqlite3.connect(former)) as connection:
            return [list(Database(connection).query(sql)) for sql in asked]

    before = answers()
    assert sum(row["body"] is not None for row in before[0]) == 6
    with open_writer(former, command="tests") as writer:
        twice = "FROM version_rows JOIN articles ON version_id = version_rows.id"
        assert {row["body"] for row in writer.rows(f"SELECT version_rows.body {twice}")} == {None}
        assert problems(writer.db) == []
        writer.start_run("tests", ["signet"], "0")
        assert save(writer, story(2, body="Medlars again.")).version == 2
        writer.end_run("done", 0)
    since = {"credit": "[]", "also_titled": "[]"}
    assert answers()[0][:6] == [{**row, **since} for row in before[0]]
    assert answers()[1] == before[1]
    with closing(read_archive(former)) as db:
        assert refs(db, "medlars") == ["signet-1", "signet-2"]
        assert load_story(db, "signet-2@1").body == "Quinces were named in case 2."
        require_our_schema(db, former)


def test_other_titles_are_found_in_an_archive_of_before(path: Path) -> None:
    former = path.with_name("former.db")
    as_of_schema_14(path, former)
    with open_writer(former, command="tests", captures=Pages()) as writer:
        writer.start_run("tests", ["signet"], "0")
        titled = {"also_titled": ("Why a zirkon is no lamp",), "credit": ("Reuters",)}
        save(writer, story(7, **titled))
        save(writer, story(2, body="Medlars again.", **titled))
        save(writer, story(2, body="Sloes for once."))
        writer.end_run("done", 0)
        assert problems(writer.db) == []
    with closing(read_archive(former)) as db:
        assert refs(db, "zirkon") == ["signet-7"]
        assert refs(db, "headline:zirkon") == ["signet-7"]
        assert load_story(db, "signet-2@2").also_titled == titled["also_titled"]
        assert load_story(db, "signet-7").credit == ("Reuters",)
        former_titles = db.execute(
            "SELECT rowid FROM versions_fts WHERE versions_fts MATCH 'zirkon'"
        )
        assert len(former_titles.fetchall()) == 1
        (hit,) = find(db, "zirkon")
        assert hit.passage == f"Why a {MARK_START}zirkon{MARK_END} is no lamp"


def test_lengths_are_told_anew_of_stories_kept_before(path: Path) -> None:
    with open_writer(path, command="tests", captures=Pages()) as writer:
        writer.start_run("tests", ["signet"], "0")
        save(writer, story(8, body="特許庁は、ランタンの商標を取り消した。"))
        save(writer, story(9, body=None))
        writer.end_run("done", 0)
    former = path.with_name("former.db")
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        lengths = "SELECT ref, word_count, character_count FROM articles ORDER BY ref"
        told = connection.execute(lengths).fetchall()
        connection.execute("UPDATE articles SET word_count = 1 WHERE word_count IS NULL")
    as_of_schema_14(path, former)
    with open_writer(former, command="tests") as writer:
        require_our_schema(writer.db, former)
        assert writer.db.execute(lengths).fetchall() == told
        assert told[-2:] == [("signet-8", None, 19), ("signet-9", 0, 0)]
        assert problems(writer.db) == []


def test_schema_18_refuses_a_policy_that_an_upgraded_archive_knows(path: Path) -> None:
    former = path.with_name("former.db")
    with closing(sqlite3.connect(former, isolation_level=None)) as connection:
        made = Migrations("tradepress")
        for migration in schema.migrations._migrations[:6]:
            made()(migration.fn)
        made.apply(Database(connection, execute_plugins=False))
        say_as_before(connection)
        connection.execute(f"PRAGMA application_id={schema.APPLICATION_ID}")
        connection.execute("PRAGMA user_version=18")
    held = story(1, policy="archive-only")
    with open_writer(former, command="tests", captures=Pages()) as writer:
        require_our_schema(writer.db, former)
        writer.save_source(PAPER)
        writer.start_run("tests", ["signet"], "0")
        capture = Capture(url=held["url"], body=b"", origin="file", source="signet")
        saved = writer.run.stories.save(article_of({**held, "capture": capture}), extractor="t 1")
        assert saved.outcome == "stored"
        with pytest.raises(sqlite3.IntegrityError, match="CHECK"):
            writer.db.execute("UPDATE version_rows SET policy = 'whatever'")
        writer.end_run("done", 0)
        assert problems(writer.db) == []
    with closing(read_archive(former)) as db:
        assert load_story(db, "signet-1").policy == "archive-only"
