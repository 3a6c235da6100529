"""Opens connections to SQLite: their settings, their errors, also where it quotes what is no
text."""

import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

from tradepress.archive.database import Database


class Connection(sqlite3.Connection):
    """Raises SQLite's own error where it quotes a broken name or definition as it stands.

    Where that is no UTF-8, Python raises UnicodeDecodeError in place of SQLite's error; what is
    bound to a statement can't be the reason.
    """

    def execute(self, sql: str, parameters: Any = (), /) -> sqlite3.Cursor:
        """Executes SQL as ever.

        :raises sqlite3.DatabaseError: with SQLITE_CORRUPT, if a name in the schema is no text
        """
        try:
            return super().execute(sql, parameters)
        except UnicodeDecodeError:
            error = sqlite3.DatabaseError("its schema holds what is no text")
            error.sqlite_errorcode = sqlite3.SQLITE_CORRUPT
            raise error from None


@contextmanager
def reading(path: Path) -> Iterator[Connection]:
    """Opens a file for a look at it, whatever it is (`read_archive` asks that).

    :param path: absolute
    :raises sqlite3.DatabaseError: it can't be read
    """
    with closing(sqlite3.connect(f"{path.as_uri()}?mode=ro", uri=True, factory=Connection)) as db:
        yield db


def file_of(db: Database) -> Path:
    """Returns the file that a database is open on; its name may be no text."""
    sql = "SELECT CAST(file AS BLOB) FROM pragma_database_list WHERE name = 'main'"
    return Path(os.fsdecode(db.execute(sql).fetchone()[0]))


@contextmanager
def settings(db: Database, **pragmas: str) -> Iterator[None]:
    """Changes SQLite's settings for a while; then they are as before."""
    before = {name: db.execute(f"PRAGMA {name}").fetchone()[0] for name in pragmas}
    try:
        for name, value in pragmas.items():
            db.execute(f"PRAGMA {name}={value}")
        yield
    finally:
        for name, value in before.items():
            db.execute(f"PRAGMA {name}={value}")
