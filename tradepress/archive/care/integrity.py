"""Is the database sound? SQLite's and FTS5's own checks, each problem a short line."""

import sqlite3
from itertools import groupby
from operator import itemgetter

from tradepress.archive.database import Database
from tradepress.archive.errors import error_code

MOST_LINES = 20
"""Limits the lines that SQLite gives of a damaged file."""
MAPPED = 1 << 40
"""Counts the bytes to map; SQLite takes less where its build allows less, 2 GB as a rule."""
CACHE = 64_000
"""Counts the KiB for what is not mapped."""


def map_copy(db: Database) -> None:
    """Have the pages of a copy looked at where the system keeps them, instead of read.

    Each check goes through the whole file, and its pages were written just now. Only for a file of
    our own: if a mapped one can't be read or is cut, the process dies without a word.
    """
    db.execute(f"PRAGMA mmap_size={MAPPED}")
    allow_memory(db)


def allow_memory(db: Database) -> None:
    """Have what is asked again kept: pages, and the keys that rows refer to.

    Keys come in no order; in a temporary file, of which SQLite keeps 2 MB, those of a million
    stories are written a thousand times over.
    """
    db.execute(f"PRAGMA cache_size=-{CACHE}")
    db.execute("PRAGMA temp_store=MEMORY")


def integrity_problems(db: Database, *, quick: bool = False) -> list[str]:
    """Returns how pages, tables and indexes don't agree with each other; not the full text.

    :param quick: leave out the free pages, and whether the indexes have what the tables have
    """
    checks = [f"integrity_check({MOST_LINES})"]
    if quick:  # of all at once it would go through the full text, too, in newer releases of SQLite
        tables = db.execute("SELECT name FROM sqlite_master WHERE type = 'table' AND rootpage > 0")
        checks = [f'quick_check("{name}")' for (name,) in tables.fetchall()]
    rows = [row for check in checks for row in db.execute(f"PRAGMA {check}")]
    lines = [line for (text,) in rows for line in str(text).splitlines()]
    # Newer releases of SQLite look at full-text indexes here, too, but not at the texts.
    return [line for line in lines if line != "ok" and "FTS5 table" not in line][:MOST_LINES]


def broken_references(db: Database) -> list[str]:
    """Counts rows that refer to a row that is not there, by table.

    SQLite's own ``foreign_key_check`` looks for each row in the other table; here all keys of that
    are listed once, as an index has them.
    """
    references = db.execute(
        "SELECT child.name, key.'table', key.'from', key.'to' FROM sqlite_master AS child "
        "JOIN pragma_foreign_key_list(child.name) AS key WHERE child.type = 'table' "
        "ORDER BY child.rowid, key.'table', key.id"
    )
    found = []
    for table, keys in groupby(references.fetchall(), itemgetter(0)):
        counts: dict[str, list[str]] = {}
        for _, parent, column, key in keys:
            # The plus keeps SQLite from looking for each of them after all.
            counts.setdefault(parent, []).append(
                f'coalesce(sum("{column}" IS NOT NULL AND "{column}" NOT IN '
                f'(SELECT +"{key}" FROM "{parent}" WHERE "{key}" IS NOT NULL)), 0)'
            )
        sums = ", ".join(" + ".join(columns) for columns in counts.values())
        counted = db.execute(f'SELECT {sums} FROM "{table}"').fetchone()
        found += [
            f"{count} rows of {table} refer to rows of {parent} that are not there"
            for parent, count in zip(counts, counted, strict=True)
            if count
        ]
    return found


def full_text_tables(db: Database) -> list[str]:
    """Returns the names of the full-text indexes."""
    return [
        name
        for (name,) in db.execute(
            "SELECT name FROM sqlite_master WHERE type = 'table' "
            "AND sql LIKE 'CREATE VIRTUAL TABLE % USING fts5%' ORDER BY name"
        )
    ]


def full_text_problems(db: Database) -> dict[str, str]:
    """Maps full-text indexes that differ from the texts they are made of to SQLite's words.

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
    """Returns all problems of a database, on a connection that may write."""
    return [
        *integrity_problems(db),
        *broken_references(db),
        *(f"the full-text index {name} is damaged" for name in full_text_problems(db)),
    ]
