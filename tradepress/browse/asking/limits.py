"""Limits what one query may take: anybody who can open a page can send SQL."""

import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import islice
from json.encoder import encode_basestring_ascii
from pathlib import Path
from typing import Any

from tradepress.archive.file import foreign
from tradepress.archive.file.full_text import ARTICLES, FORMER, FORMER_INDEXES, INDEXES
from tradepress.story_fields import PUBLIC

MOST_HEAP = 200_000_000
"""Limits the bytes that SQLite takes in the whole process, all connections together."""
MOST_RESULT = 64_000_000
"""Limits the letters of the rows of one query, as JSON or HTML writes them."""

TOO_MUCH = "the result takes too much memory: ask for fewer rows, or for less of long texts"

MOST_WORK = 4.0
"""Limits the seconds of CPU that one question of a page of ours takes: of a million stories a
former day takes half of it on an idle machine, and more where others use the machine's caches."""
LONGEST_WAIT = 30.0
"""Limits the seconds by the clock: of a disk that does not answer no CPU time tells."""
_STEPS = 20_000
"""Counts the steps of SQLite's machine between two looks at the time, a millisecond or two: each
look waits until no other thread runs Python."""

LIMITS = {
    **foreign.LIMITS,
    sqlite3.SQLITE_LIMIT_LIKE_PATTERN_LENGTH: 1000,  # the longest headline
    sqlite3.SQLITE_LIMIT_VARIABLE_NUMBER: 5000,  # Datasette looks up labels of a page's rows by it
}

_PRAGMAS = {
    *("data_version", "foreign_key_list", "function_list", "index_info", "index_list"),
    *("index_xinfo", "page_count", "page_size", "schema_version", "table_info", "table_list"),
    *("table_xinfo", "user_version"),
}
"""Lists what Datasette and FTS5 ask; others set something, or say where the file is."""
_TABLES = {"sqlite_dbpage", "sqlite_stmt"}
"""Lists tables of SQLite that give the file's own bytes, and what others ask."""
_FUNCTIONS = {"fts3_tokenizer", "load_extension"}
"""Lists functions that take and give addresses in memory, or code."""
NOT_SHOWN = frozenset({"withdrawn_people", "site_marks", "site_key", "log_leaves", "log_head"})
"""Lists tables that no query reads: whoever guesses a name or a text can tell by its hash whether
it is there, and a reason may hold it."""
_OF_STORIES = {
    # Of a table that is only counted no column is read; its key may be called ROWID.
    **dict.fromkeys(
        (*("articles", "versions", "version_rows"), *(ARTICLES, FORMER, "searched_texts")),
        PUBLIC | {"", "ROWID"},
    ),
    **{one: PUBLIC | {"", "ROWID", "rank", one} for one in (*INDEXES, *FORMER_INDEXES)},
}
"""Lists columns of stories, by table: of all others the public gets nothing, but of sources that
license it openly."""
_OF_OTHERS = {
    "links": frozenset({"text", "url", "url_key", "other_key"}),
    "quarantine": frozenset({"article", "error"}),
    "site_files": frozenset({"body"}),
    "urls": frozenset({"listed"}),
}
"""Lists other columns of which it gets nothing either, by table."""


class FrugalCursor(sqlite3.Cursor):
    """Counts rows as they come: a query that gives too much fails like any wrong one."""

    taken = 0

    def execute(self, *arguments: Any) -> "FrugalCursor":
        self.taken = 0
        try:
            super().execute(*arguments)
        except (MemoryError, OverflowError, sqlite3.DatabaseError) as error:
            raise _refusal(error) from error
        return self

    def __next__(self) -> Any:
        try:
            row = super().__next__()
        except (MemoryError, OverflowError, sqlite3.DatabaseError) as error:
            raise _refusal(error) from error
        for value in row:
            if isinstance(value, str | bytes):
                self.taken += letters_written(value)
        if self.taken > MOST_RESULT:
            raise sqlite3.OperationalError(TOO_MUCH)
        return row

    def fetchone(self) -> Any:
        return next(self, None)

    def fetchmany(self, size: int | None = 1) -> list[Any]:
        return list(islice(self, size))

    def fetchall(self) -> list[Any]:
        return list(self)


class FrugalConnection(sqlite3.Connection):
    def cursor(self, *_: Any, **__: Any) -> Any:
        return super().cursor(FrugalCursor)


def letters_written(value: str | bytes) -> int:
    """Counts the letters of a value in an answer: a control character takes six of JSON."""
    if isinstance(value, bytes):
        try:
            value = value.decode()  # as Datasette's JSON does
        except UnicodeDecodeError:
            return len(value) * 4 // 3
    return len(encode_basestring_ascii(value)) + sum(4 * value.count(sign) for sign in "<>&'\"")


def connect_frugally(path: Path, *, is_public: bool = False) -> sqlite3.Connection:
    """Opens a connection that only reads, and stays within LIMITS and MOST_RESULT.

    :param is_public: it holds no texts (:func:`hide_texts`)
    """
    connection = sqlite3.connect(
        f"{path.absolute().as_uri()}?mode=ro",
        uri=True,
        check_same_thread=False,
        factory=FrugalConnection,
    )
    for limit, value in LIMITS.items():
        connection.setlimit(limit, value)
    (hide_texts if is_public else show_texts)(connection)
    return connection


def hide_texts(connection: sqlite3.Connection) -> None:
    """Lets all that :func:`is_withheld` be read as NULL from now on, in whatever query: a page
    can't forget it."""
    connection.set_authorizer(_authorize_publicly)


def show_texts(connection: sqlite3.Connection) -> None:
    """Undoes :func:`hide_texts`: SQLite prepares all anew when the authorizer changes."""
    connection.set_authorizer(_authorize)


@contextmanager
def limited_work(connection: sqlite3.Connection) -> Iterator[None]:
    """Interrupts whatever this thread asks of it after MOST_WORK. What others do meanwhile
    doesn't count: on a busy machine an answer comes late, and comes."""
    most_work = time.thread_time() + MOST_WORK
    deadline = time.monotonic() + LONGEST_WAIT
    connection.set_progress_handler(
        lambda: time.thread_time() > most_work or time.monotonic() > deadline, _STEPS
    )
    try:
        yield
    finally:
        connection.set_progress_handler(None, _STEPS)


def limit_heap() -> None:
    """Holds SQLite to MOST_HEAP for the rest of the process's life."""
    sqlite3.connect(":memory:").execute(f"PRAGMA hard_heap_limit={MOST_HEAP}").close()


def is_withheld(table: str, column: str) -> bool:
    """Is a column withheld from the public?"""
    if table in _OF_STORIES:
        return column not in _OF_STORIES[table]
    return column in _OF_OTHERS.get(table, ())


def _authorize(action: int, name: str | None, other: str | None, *_: str | None) -> int:
    if action == sqlite3.SQLITE_PRAGMA and name not in _PRAGMAS:
        # Datasette asks for the list itself, and takes none for an answer.
        return sqlite3.SQLITE_IGNORE if name == "database_list" else sqlite3.SQLITE_DENY
    if action == sqlite3.SQLITE_FUNCTION and other in _FUNCTIONS:
        return sqlite3.SQLITE_DENY
    if action == sqlite3.SQLITE_READ and name in NOT_SHOWN | _TABLES:
        return sqlite3.SQLITE_DENY
    return sqlite3.SQLITE_OK


def _authorize_publicly(action: int, name: str | None, other: str | None, *_: str | None) -> int:
    if action == sqlite3.SQLITE_READ and name and is_withheld(name, other or ""):
        return sqlite3.SQLITE_IGNORE
    return _authorize(action, name, other)


def _refusal(error: Exception) -> Exception:
    """Returns an error as Datasette knows one of whoever wrote the SQL."""
    if isinstance(error, MemoryError):
        return sqlite3.OperationalError(TOO_MUCH)
    is_asked_wrongly = isinstance(error, sqlite3.ProgrammingError | OverflowError) or (
        getattr(error, "sqlite_errorcode", None) in (sqlite3.SQLITE_AUTH, sqlite3.SQLITE_TOOBIG)
    )
    return sqlite3.OperationalError(str(error)) if is_asked_wrongly else error
