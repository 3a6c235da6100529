"""Tells what somebody else's database must be before a row is read, and how much is read."""

import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from sys import getsizeof

from tradepress.archive.clean import LONGEST_TEXT
from tradepress.archive.database import Database
from tradepress.archive.errors import DamagedArchive
from tradepress.archive.file import schema
from tradepress.archive.file.rows import Row
from tradepress.story_fields import FIELDS

LIMITS = {
    sqlite3.SQLITE_LIMIT_LENGTH: 8 * LONGEST_TEXT,  # no value of an archive is longer
    sqlite3.SQLITE_LIMIT_SQL_LENGTH: 100_000,
    sqlite3.SQLITE_LIMIT_COLUMN: 300,  # a join of all tables has fewer
    sqlite3.SQLITE_LIMIT_EXPR_DEPTH: 200,
    sqlite3.SQLITE_LIMIT_COMPOUND_SELECT: 50,
    sqlite3.SQLITE_LIMIT_VDBE_OP: 25_000,
    sqlite3.SQLITE_LIMIT_ATTACHED: 0,
}
MISSING, CHANGED = "is missing", "was changed by another program"
FOREIGN = "was added by another program"
MOST_WEIGHT = 200_000_000
"""Limits the bytes that one story, or all rows of one question, may take in memory."""
_OF_A_ROW, _OF_A_PART = 600, 64
"""Count the bytes that a row takes beside its values, and each part of a list or object in JSON."""
_JSON = frozenset(one.name for one in FIELDS if one.tables and one.kind in ("texts", "objects"))


@contextmanager
def as_long_as_texts(db: Database) -> Iterator[None]:
    """Lets no value be read that is longer than any of a story that we let in, nor a row of a link
    with both its texts: SQLite fails with "string or blob too big".
    """
    before = db.conn.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, 3 * LONGEST_TEXT)
    try:
        yield
    finally:
        db.conn.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, before)


class Unfit(ValueError):
    """Says that something has not our form, or would take too much memory together."""


class Weight:
    """Sums what was read of one story, or by one question."""

    def __init__(self) -> None:
        self._left = MOST_WEIGHT

    def of(self, rows: Iterable[Row]) -> Iterator[Row]:
        """Yields rows as they come, and weighs them.

        :raises Unfit: all that was read together would take too much memory
        """
        names = None
        for row in rows:
            if names is None:  # of one question all have the same
                names = _JSON & row.keys()
            lists = [value for name in names if isinstance(value := row[name], str)]
            parts = sum(value.count(sign) for value in lists for sign in ",:[{")
            self._left -= _OF_A_ROW + _OF_A_PART * parts + sum(map(getsizeof, row.values()))
            if self._left < 0:
                raise Unfit(f"it would take more than {MOST_WEIGHT // 10**6} MB of memory")
            yield row


def require_no_bytes(row: Row) -> Row:
    """Returns its row. No column of ours holds bytes, and STRICT is a word of a schema that
    anybody can write.

    :raises Unfit: one does
    """
    if bytes in map(type, row.values()):
        wrong = next(name for name, value in row.items() if isinstance(value, bytes))
        raise Unfit(f"its {wrong} is no text")
    return row


def require_our_schema(db: Database, path: Path) -> None:
    """Requires tables where we have tables, and that no expression but ours reckons anything.

    :raises DamagedArchive: something is not as we make it, by name
    """
    for name, _, _ in schema_faults(db):
        raise DamagedArchive(
            f"{path}: {name} is not as Tradepress makes it, so nothing of it is read: "
            "ask whoever gave it for a copy that no other program has changed"
        )


def schema_faults(db: Database, version: int | None = None) -> Iterator[tuple[str, str, str]]:
    """Yields the name of all that is not as we make it, its kind (a table, a view …), and MISSING,
    CHANGED or FOREIGN.

    :param version: of the schema; None: this release's
    """
    with closing(sqlite3.connect(":memory:")) as empty:
        ours = Database(empty, execute_plugins=False)
        steps = [step.name for step in schema.migrations.pending(ours)]
        later = steps[version - schema.FIRST_VERSION + 1 :] if version else []
        schema.migrations.apply(ours, stop_before=later[:1])
        made, found = _statements(ours), _statements(db)
    for name in sorted(made.keys() | found.keys()):
        if made.get(name) != found.get(name):
            what = MISSING if name not in found else CHANGED if name in made else FOREIGN
            yield name, (made.get(name) or found[name]).partition(" ")[0], what


def _statements(db: Database) -> dict[str, str]:
    """Maps names to statements, each with its kind; of the tables in which FTS5 keeps an index
    no more than that they are tables: their form is its own."""
    rows = db.execute(
        "SELECT name, type, sql FROM sqlite_master WHERE name NOT LIKE '\\_sqlite%' ESCAPE '\\'"
    ).fetchall()
    said = {
        name: f"{kind} {' '.join((sql or '').split())}"
        for name, kind, sql in rows
        if name[:7] != "sqlite_"
    }
    virtual = "table CREATE VIRTUAL"
    indexes = tuple(f"{name}_" for name, sql in said.items() if sql.startswith(virtual))
    return {
        name: sql[: len("table CREATE TABLE")] if name.startswith(indexes) else sql
        for name, sql in said.items()
    }
