"""Writes the full-text indexes of the articles' current texts, once for each commit."""

import sqlite3

from tradepress.story_fields import SEARCHED

INDEXES = ("articles_fts", "articles_stems")
FORMER_INDEXES = ("versions_fts", "versions_stems")
"""Names the former indexes of former versions, kept by triggers alone."""

INDEXED_AT_ONCE = 32_000_000
"""Counts the bytes of an index in memory; FTS5 writes each million down and merges them later."""


def hold_more(connection: sqlite3.Connection) -> None:
    """Lets this connection, and no other, hold more of the indexes in memory until it commits."""
    for index in (*INDEXES, *FORMER_INDEXES):
        connection.execute(
            f"INSERT INTO {index} ({index}, rank) VALUES ('hashsize', {INDEXED_AT_ONCE})"
        )
        connection.execute(f"DELETE FROM {index}_config WHERE k = 'hashsize'")


def index_texts(connection: sqlite3.Connection) -> None:
    """Indexes the texts that are new or changed; part of the caller's transaction.

    Triggers take old texts out of the indexes and note the new ones in ``articles_unindexed``.
    FTS5 writes what it holds down at each savepoint, and for many texts at once that takes half
    the time.
    """
    if not _is_due(connection):
        return
    columns = ", ".join(SEARCHED)
    for index in INDEXES:
        connection.execute(
            f"INSERT INTO {index} (rowid, {columns}) SELECT id, {columns} FROM articles "
            "WHERE id IN (SELECT id FROM articles_unindexed)"
        )
    connection.execute("DELETE FROM articles_unindexed")


def make_anew(connection: sqlite3.Connection) -> bool:
    """Makes the indexes anew after another program changed a text: nobody knows what is in them.

    In a transaction of its own; to be called before anything is written.

    :returns: False if there was nothing to do
    """
    if not _is_due(connection):
        return False
    connection.execute("BEGIN IMMEDIATE")
    try:
        for index in INDEXES:
            connection.execute(f"INSERT INTO {index} ({index}) VALUES ('rebuild')")
        connection.execute("DELETE FROM articles_unindexed")
        connection.execute("COMMIT")
    except BaseException:
        connection.rollback()
        raise
    return True


def _is_due(connection: sqlite3.Connection) -> bool:
    found = connection.execute("SELECT 1 FROM articles_unindexed LIMIT 1")
    return found.fetchone() is not None
