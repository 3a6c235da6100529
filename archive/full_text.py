"""The full-text indexes of the articles' current texts: written once for each commit."""

import sqlite3

INDEXES = ("articles_fts", "articles_stems")


def index_texts(connection: sqlite3.Connection) -> None:
    """Index the texts that are new or changed; part of the caller's transaction.

    Triggers take old texts out of the indexes and note the new ones in ``articles_unindexed``.
    FTS5 writes what it holds down at each savepoint, and for many texts at once that takes half
    the time.
    """
    if connection.execute("SELECT 1 FROM articles_unindexed LIMIT 1").fetchone() is None:
        return
    for index in INDEXES:
        connection.execute(
            f"INSERT INTO {index} (rowid, headline, description, body) "
            "SELECT id, headline, description, body FROM articles "
            "WHERE id IN (SELECT id FROM articles_unindexed)"
        )
    connection.execute("DELETE FROM articles_unindexed")
