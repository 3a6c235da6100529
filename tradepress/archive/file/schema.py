"""Makes the shape of the archive: at once by schema.sql, then brought on by migrations in order."""

import sqlite3
from collections.abc import Iterator
from pathlib import Path

from sqlite_utils import Migrations

from tradepress.archive.database import Database

APPLICATION_ID = 0x54504152
"""Is ``TPAR`` in the file header (PRAGMA application_id): this file is an archive of ours."""
FIRST_VERSION, SCHEMA_VERSION = 13, 19
"""Are the versions of the shape (PRAGMA user_version): of schema.sql, and with all migrations
below. A higher one in a file is refused, and so is a lower one than the first: 1 to 12 were
those of unpublished releases."""

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
def keep_responses(db: Database) -> None:
    for statement in statements("kept_responses.sql"):
        db.execute(statement)


def statements(name: str = "schema.sql") -> Iterator[str]:
    """Yields the statements of a file beside this one, in order."""
    statement = ""
    for line in Path(__file__).with_name(name).read_text(encoding="utf-8").splitlines(True):
        statement += line
        if sqlite3.complete_statement(statement):
            yield statement
            statement = ""
