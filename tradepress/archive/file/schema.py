"""Makes the shape of the archive: at once by schema.sql, then brought on by migrations in order."""

import sqlite3
from collections.abc import Iterator, Sequence
from pathlib import Path

from sqlite_utils import Migrations

from tradepress.archive.database import Database
from tradepress.archive.errors import ArchiveError
from tradepress.archive.file.full_text import (
    ARTICLES,
    FORMER,
    FORMER_INDEXES,
    INDEXES,
    keep_searched_forms,
)
from tradepress.archive.leaf_log.leaf_log import LeafLog
from tradepress.archive.text_lengths import count_characters, count_words

APPLICATION_ID = 0x54504152
"""Is ``TPAR`` in the file header (PRAGMA application_id): this file is an archive of ours."""
FIRST_VERSION, SCHEMA_VERSION = 13, 25
"""Are the versions of the shape (PRAGMA user_version): of schema.sql, and with all migrations
below. A higher one in a file is refused, and so is a lower one than the first: 1 to 12 were
those of unpublished releases."""

OF_OTHER_TITLES = {
    "image_license,": "image_license, credit, also_titled,",
    "description, body": "description, body, also_titled",
    "old.description, old.body": "old.description, old.body, old.also_titled",
    "new.description, new.body": "new.description, new.body, new.also_titled",
    "OR old.body IS NOT new.body": (
        "OR old.body IS NOT new.body OR old.also_titled IS NOT new.also_titled"
    ),
}
"""Maps what views, triggers and indexes said of the texts to what they say since other titles are
of them."""
HAS_DOUBTS = "instr(evidence, '\"paragraphs\":') > 0"
"""Is what an index has of a version: are paragraphs of it in doubt?"""

ROWS_AT_ONCE = 10_000
"""Counts rows of an older archive that are held in memory while the log is begun."""

migrations = Migrations("tradepress")


@migrations()
def create_schema(db: Database) -> None:
    for statement in statements():  # executescript would end the transaction
        db.execute(statement)


@migrations()
def tell_costs(db: Database) -> None:
    for column in ("cpu_seconds REAL", "bytes_written INTEGER"):
        db.execute(f"ALTER TABLE runs ADD COLUMN {column}")


@migrations()
def keep_once(db: Database) -> None:
    for statement in statements("kept_once.sql"):
        db.execute(statement)


@migrations()
def let_fingerprints_wait(db: Database) -> None:
    db.execute(
        "CREATE TABLE fingerprints_waiting "
        "(article_id INTEGER PRIMARY KEY REFERENCES fingerprints(article_id)) STRICT"
    )


@migrations()
def remember_listings(db: Database) -> None:
    db.execute(
        "CREATE TABLE listings (url TEXT PRIMARY KEY, "
        "source TEXT NOT NULL REFERENCES sources(name), digest TEXT NOT NULL, "
        "found INTEGER NOT NULL, pages TEXT NOT NULL, read_at TEXT NOT NULL) STRICT, WITHOUT ROWID"
    )


@migrations()
def count_refused_entries(db: Database) -> None:
    db.execute("ALTER TABLE fetches ADD COLUMN refused INTEGER")


@migrations()
def keep_further_answers(db: Database) -> None:
    _allow(db, ["capture_records"], "'revisit')", "'revisit', 'response', 'data')")
    db.execute("ALTER TABLE capture_records ADD COLUMN digest TEXT")


@migrations()
def hold_for_this_archive_alone(db: Database) -> None:
    _allow(
        db,
        ["articles", "version_rows"],
        "policy IN ('store', ",
        "policy IN ('store', 'archive-only', ",
    )
    db.execute(
        "CREATE INDEX versions_archive_only ON version_rows (id) WHERE policy = 'archive-only'"
    )


@migrations()
def tell_credit_and_other_titles(db: Database) -> None:
    for table in ("articles", "version_rows"):
        for column in ("credit", "also_titled"):
            db.execute(f"ALTER TABLE {table} ADD COLUMN {column} TEXT NOT NULL DEFAULT '[]'")
    db.execute("CREATE INDEX articles_credit ON articles (credit)")
    made = db.execute(
        "SELECT type, name, sql FROM sqlite_schema WHERE type IN ('view', 'trigger') "
        "AND sql LIKE '%description%' OR sql LIKE '%USING fts5%' ORDER BY type = 'trigger', rowid"
    ).fetchall()
    for kind, name, _ in reversed(made):
        db.execute(f"DROP {kind} {name}")
    for _, _, sql in made:
        for old, new in OF_OTHER_TITLES.items():
            sql = sql.replace(old, new)
        db.execute(sql)  # a full text is filled by search_by_letters


@migrations()
def remember_sites(db: Database) -> None:
    db.execute(
        "CREATE TABLE site_marks (version_id INTEGER PRIMARY KEY, "
        "hashes BLOB NOT NULL, told BLOB NOT NULL, places TEXT NOT NULL) STRICT"
    )
    db.execute(
        "CREATE TABLE site_key (id INTEGER PRIMARY KEY CHECK (id = 1), key BLOB NOT NULL) STRICT"
    )
    db.execute(f"CREATE INDEX versions_doubtful ON version_rows ({HAS_DOUBTS}, article_id)")


@migrations()
def tell_teasers(db: Database) -> None:
    db.execute("CREATE INDEX versions_cut ON version_rows (article_id) WHERE is_truncated = 1")


@migrations()
def search_by_letters(db: Database) -> None:
    for statement in statements("letters.sql"):
        db.execute(statement)
    for view, indexes in ((ARTICLES, INDEXES), (FORMER, FORMER_INDEXES)):
        keep_searched_forms(db.conn, of=view)
        for index in indexes:
            for order in (
                "'rank', 'bm25(10.0, 4.0, 1.0, 8.0)'",
                "'automerge', 32",
                "'crisismerge', 32",
            ):
                db.execute(f"INSERT INTO {index} ({index}, rank) VALUES ({order})")
            db.execute(f"INSERT INTO {index} ({index}) VALUES ('rebuild')")
    db.execute("DELETE FROM articles_unindexed")
    _tell_lengths(db)


@migrations()
def vouch_for_rows(db: Database) -> None:
    for statement in statements("log.sql"):
        db.execute(statement)
    LeafLog(db.conn).begin(lambda table: _ids(db, table))


def _ids(db: Database, table: str) -> Iterator[list[int]]:
    rows = db.execute(f"SELECT id FROM {table} ORDER BY id")
    while some := rows.fetchmany(ROWS_AT_ONCE):
        yield [row_id for (row_id,) in some]


def _tell_lengths(db: Database) -> None:
    """Counts characters beside words, and words only where there are spaces between them."""
    _allow(db, ["articles"], "word_count INTEGER NOT NULL DEFAULT", "word_count INTEGER DEFAULT")
    db.execute("ALTER TABLE articles ADD COLUMN character_count INTEGER NOT NULL DEFAULT 0")
    for count in (count_words, count_characters):
        db.conn.create_function(count.__name__, 1, count, deterministic=True)
    db.execute(
        "UPDATE articles SET word_count = count_words(body), "
        "character_count = count_characters(body) WHERE body <> ''"
    )


def _allow(db: Database, tables: Sequence[str], old: str, new: str) -> None:
    """Replaces what a CHECK or NOT NULL says, where an archive was made before schema.sql said it:
    it is no part of the rows, and SQLite has no ALTER for it (lang_altertable.html).

    :raises ArchiveError: this SQLite forbids that
    """
    former = []
    for table in tables:
        sql = "SELECT sql FROM sqlite_schema WHERE type = 'table' AND name = ?"
        said = "".join(words for (words,) in db.execute(sql, [table]))
        if new in said:
            continue
        if old not in said:
            raise ArchiveError(
                f"{table} is not as Tradepress makes it (it lacks {old!r}): take a copy of the "
                "archive that no other program has changed"
            )
        former.append(table)
    if not former:
        return
    db.execute("PRAGMA writable_schema=ON")
    for table in former:
        try:
            db.execute(
                "UPDATE sqlite_schema SET sql = replace(sql, ?, ?) "
                "WHERE type = 'table' AND name = ?",
                [old, new, table],
            )
        except sqlite3.DatabaseError as error:
            raise ArchiveError(
                f"this archive is of an earlier Tradepress, and the SQLite of this Python lets no "
                f"program bring it up to date ({error}): do that once with another Python, or on "
                "another machine"
            ) from error
    db.execute("PRAGMA writable_schema=RESET")


def statements(name: str = "schema.sql") -> Iterator[str]:
    """Yields the statements of a file beside this one, in order."""
    statement = ""
    for line in Path(__file__).with_name(name).read_text(encoding="utf-8").splitlines(True):
        statement += line
        if sqlite3.complete_statement(statement):
            yield statement
            statement = ""
