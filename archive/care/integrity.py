"""Is the database sound? SQLite's and FTS5's own checks, each problem a short line."""

import sqlite3

from sqlite_utils import Database

from archive.errors import error_code

MOST_LINES = 20
"""Lines that SQLite gives of a damaged file, at most."""


def integrity_problems(db: Database) -> list[str]:
    """Pages, tables and indexes that don't agree with each other; not the full text."""
    rows = db.execute(f"PRAGMA integrity_check({MOST_LINES})").fetchall()
    lines = [line for (text,) in rows for line in str(text).splitlines()]
    # Newer releases of SQLite look at full-text indexes here, too, but not at the texts.
    return [line for line in lines if line != "ok" and "FTS5 table" not in line][:MOST_LINES]


def broken_references(db: Database) -> list[str]:
    """Rows that refer to a row that is not there, counted by table."""
    counts: dict[tuple[str, str], int] = {}
    for table, _rowid, parent, _key in db.execute("PRAGMA foreign_key_check"):
        counts[table, parent] = counts.get((table, parent), 0) + 1
    return [
        f"{count} rows of {table} refer to rows of {parent} that are not there"
        for (table, parent), count in counts.items()
    ]


def full_text_tables(db: Database) -> list[str]:
    """Names of the full-text indexes."""
    return [
        name
        for (name,) in db.execute(
            "SELECT name FROM sqlite_master WHERE type = 'table' "
            "AND sql LIKE 'CREATE VIRTUAL TABLE % USING fts5%' ORDER BY name"
        )
    ]


def full_text_problems(db: Database) -> dict[str, str]:
    """Full-text indexes that differ from the texts they are made of, and SQLite's words.

    FTS5 answers only on a connection that may write, though it writes nothing.
    """
    problems = {}
    for name in full_text_tables(db):
        try:
            # 1: compare with the texts too, not only the index with itself
            db.execute(f"INSERT INTO {name} ({name}, rank) VALUES ('integrity-check', 1)")
        except sqlite3.DatabaseError as error:
            if error_code(error) != sqlite3.SQLITE_CORRUPT:
                raise
            problems[name] = str(error)
    return problems


def problems(db: Database) -> list[str]:
    """All of the above, on a connection that may write."""
    return [
        *integrity_problems(db),
        *broken_references(db),
        *(f"the full-text index {name} is damaged" for name in full_text_problems(db)),
    ]
