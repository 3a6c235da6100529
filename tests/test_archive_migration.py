"""Old archives: one golden file of every schema is brought up to date, after a checked copy."""

import hashlib
import logging
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from types import SimpleNamespace

import pytest
from archive_rows import Pages, save, story
from sqlite_utils import Database, Migrations

from archive import schema
from archive.articles import load_article
from archive.care import snapshot
from archive.care.integrity import full_text_tables, problems
from archive.care.snapshot import locked_folder
from archive.care.verify import FoundPage, verify
from archive.errors import ArchiveBusy, ArchiveError, ArchiveFull, DamagedArchive, OlderArchive
from archive.open import open_archive, open_writer
from archive.search import search

GOLDEN = Path(__file__).parent / "archives"
VERSIONS = range(1, schema.SCHEMA_VERSION + 1)
OLD_VERSIONS = VERSIONS[:-1]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "archive.db"


def golden(path: Path, version: int) -> None:
    shutil.copy(GOLDEN / f"v{version}.db", path)


def sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def shape(path: Path) -> dict[str, str]:
    with closing(sqlite3.connect(path)) as connection:
        return dict(connection.execute("SELECT name, sql FROM sqlite_master WHERE sql NOT NULL"))


class Digests:
    """Says of every capture what the stories of the tests say of it."""

    def digest(self, folder: Path, file: str, offset: int, length: int) -> str:
        return "sha1:X"

    def pages(self, path: Path, start: int, end: int) -> list[FoundPage]:
        return []


def check(path: Path) -> list[str]:
    """Findings of a whole verification, with a file of captures long enough."""
    captures = path.parent / "archive.captures"
    captures.mkdir(exist_ok=True)
    (captures / "signet-2026-11.warc.gz").write_bytes(bytes(10_000))
    found = verify(path, captures=captures, reader=Digests())
    return [finding.words for finding in found.findings]


def refs(db: Database, query: str) -> list[str]:
    return sorted(hit.ref for hit in search(db, query))


def test_there_is_one_golden_archive_of_every_schema() -> None:
    assert sorted(file.name for file in GOLDEN.glob("*")) == [
        "make.py",
        *(f"v{version}.db" for version in VERSIONS),
    ]
    for version in VERSIONS:
        file = GOLDEN / f"v{version}.db"
        header = file.read_bytes()[:100]
        assert int.from_bytes(header[60:64], "big") == version
        assert header[18:20] == b"\x01\x01"  # one file, without a log beside it
        assert file.stat().st_size < 300_000


@pytest.mark.parametrize("version", OLD_VERSIONS)
def test_an_old_archive_is_refused_to_readers_and_untouched(path: Path, version: int) -> None:
    golden(path, version)
    before = sha256(path)
    with pytest.raises(OlderArchive, match="brings it up to date"):
        open_archive(path)
    assert sha256(path) == before
    assert [file.name for file in path.parent.iterdir()] == ["archive.db"]


@pytest.mark.parametrize("version", VERSIONS)
def test_a_golden_archive_is_brought_up_to_date_whole(
    path: Path, tmp_path: Path, version: int
) -> None:
    golden(path, version)
    with open_writer(path, command="tests") as writer:
        assert writer.db.execute("PRAGMA user_version").fetchone()[0] == schema.SCHEMA_VERSION
    open_writer(tmp_path / "new.db", command="tests").close()
    assert shape(path) == shape(tmp_path / "new.db")
    db = open_archive(path)
    counts = {name: db[name].count for name in ("articles", "versions", "links", "runs", "urls")}
    assert counts == {"articles": 14, "versions": 18, "links": 16, "runs": 2, "urls": 17}
    assert db["captures"].count == 13
    article = load_article(db, "signet-1")
    assert (article["version"], article["body"]) == (3, "Medlars decided it.")
    assert "Quinces were named in case 1." in load_article(db, "signet-1@2")["body"]
    assert load_article(db, "signet-2")["corrections"] == ["The date was wrong."]
    assert load_article(db, "signet-6")["gone_at"] is not None
    assert [link["kind"] for link in load_article(db, "signet-7")["related_links"]] == [
        "related",
        "in_text",
    ]
    assert refs(db, "quinces") == ["signet-2", "signet-3"]
    assert refs(db, "medlars") == ["signet-1"]
    db.close()
    assert check(path) == []


@pytest.mark.parametrize("version", VERSIONS)
def test_a_migrated_archive_takes_and_finds_new_stories(path: Path, version: int) -> None:
    golden(path, version)
    with open_writer(path, command="tests", captures=Pages()) as writer:
        writer.start_run("tests", ["signet"], "0")
        assert save(writer, story(99, headline="Zirkon after the migration")).outcome == "stored"
        changed = save(writer, story(7, body="A damson was weighed in case 7, at length."))
        assert (changed.ref, changed.version) == ("signet-7", 2)
        assert save(writer, story(8)).outcome == "unchanged"
        curly = story(13, headline="“Vale’s” lamp – again", body="It’s “over” – or isn’t it?")
        assert save(writer, curly).outcome == "unchanged"
        writer.end_run("done", 0)
    db = open_archive(path)
    assert refs(db, "zirkon") == ["signet-99"]
    assert refs(db, "damson") == ["signet-7"]
    assert "signet-7" not in refs(db, '"case 7" lantern')
    former = db.execute(
        "SELECT ref, version FROM versions_fts JOIN versions ON versions.id = versions_fts.rowid "
        "JOIN (SELECT id, ref FROM articles) AS a ON a.id = article_id "
        "WHERE versions_fts MATCH 'lantern AND \"case 7\"'"
    ).fetchall()
    assert former == [("signet-7", 1)]
    db.close()
    assert check(path) == []


@pytest.mark.parametrize("version", VERSIONS)
def test_every_full_text_index_can_be_made_anew(path: Path, version: int) -> None:
    golden(path, version)
    with open_writer(path, command="tests") as writer:
        tables = full_text_tables(writer.db)
        assert len(tables) == 4
        for name in tables:
            writer.db.execute(f"INSERT INTO {name} ({name}) VALUES ('rebuild')")
        assert problems(writer.db) == []


@pytest.mark.parametrize("version", OLD_VERSIONS)
def test_the_archive_as_it_was_is_kept(
    path: Path, version: int, caplog: pytest.LogCaptureFixture
) -> None:
    golden(path, version)
    with caplog.at_level(logging.WARNING, "archive"):
        open_writer(path, command="tests").close()
    (copy,) = (path.parent / "backups").glob("*.db")
    assert copy.name.startswith(f"archive-pre-{schema.SCHEMA_VERSION}-20")
    assert caplog.messages == [
        f"{path} is brought from schema {version} to {schema.SCHEMA_VERSION}; "
        f"as it was it is kept in {copy}"
    ]
    with (
        closing(sqlite3.connect(copy)) as kept,
        closing(sqlite3.connect(GOLDEN / f"v{version}.db")) as old,
    ):
        assert list(kept.iterdump()) == list(old.iterdump())
    open_writer(path, command="tests").close()
    assert list((path.parent / "backups").glob("*.db")) == [copy]


def test_the_copy_has_what_is_in_the_log_only(path: Path) -> None:
    golden(path, 2)
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
        open_archive(path)


def test_without_room_for_the_copy_nothing_is_migrated(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    golden(path, 2)
    with monkeypatch.context() as patch:
        patch.setattr(snapshot.shutil, "disk_usage", lambda _: SimpleNamespace(free=200_000))
        refused(path, ArchiveFull, r"up to date needs 0\.4 MB.* only 0\.2 MB are free")
    open_writer(path, command="tests").close()


def test_while_another_backup_is_made_nothing_is_migrated(path: Path) -> None:
    golden(path, 2)
    with locked_folder(path.parent / "backups"):
        refused(path, ArchiveBusy, "another backup")
    open_writer(path, command="tests").close()


def test_an_archive_with_faults_is_not_migrated(path: Path) -> None:
    golden(path, 2)
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("UPDATE links SET version_id = 999 WHERE id = 1")
        connection.commit()
    refused(path, DamagedArchive, "1 rows of links refer to rows of versions")


@pytest.fixture
def migrations(monkeypatch: pytest.MonkeyPatch) -> Iterator[Migrations]:
    """A release to come whose migrations the test says."""
    to_come = Migrations("tradepress")
    for migration in schema.migrations._migrations:
        to_come()(migration.fn)
    monkeypatch.setattr(schema, "migrations", to_come)
    monkeypatch.setattr(schema, "SCHEMA_VERSION", schema.SCHEMA_VERSION + 1)
    return to_come


@pytest.mark.parametrize(
    ("statement", "words"),
    [
        ("DELETE FROM versions WHERE id IN (SELECT version_id FROM articles)", "of versions"),
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
    def m_breaks(db: Database) -> None:
        for part in statement.split(";"):
            db.execute(part)

    golden(path, VERSIONS[-1])
    refused(path, ArchiveError, words)
    assert "half" not in shape(path)
