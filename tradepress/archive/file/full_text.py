"""Writes the full-text indexes, once for each commit."""

import sqlite3
from collections.abc import Iterator

from tradepress.archive.searched_form import searched_form
from tradepress.story_fields import SEARCHED

INDEXES = ("articles_fts", "articles_stems")
FORMER_INDEXES = ("versions_fts", "versions_stems")
"""Names the indexes of former versions."""
ARTICLES, FORMER = "searched_articles", "former_versions"
"""Name the views of what is indexed."""
_NOTED = (
    ("articles_unindexed", ARTICLES, INDEXES),
    ("versions_unindexed", FORMER, FORMER_INDEXES),
)
"""Lists the tables in which triggers note what is to be indexed, each with the view of that and
its indexes."""

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

    Triggers take old texts out of the indexes and note the new ones in ``articles_unindexed`` and
    ``versions_unindexed``. FTS5 writes what it holds down at each savepoint, and for many texts at
    once that takes half the time.
    """
    columns = ", ".join(SEARCHED)
    for noted, view, indexes in _NOTED:
        if not _is_due(connection, noted):
            continue
        keep_searched_forms(connection, f"IN (SELECT id FROM {noted})", of=view)
        for index in indexes:
            connection.execute(
                f"INSERT INTO {index} (rowid, {columns}) SELECT id, {columns} FROM {view} "
                f"WHERE id IN (SELECT id FROM {noted})"
            )
        connection.execute(f"DELETE FROM {noted}")


def keep_searched_forms(
    connection: sqlite3.Connection, ids: str = "IS NOT NULL", *, of: str
) -> None:
    """Keeps the form of texts in which they are searched, where that is not as they stand.

    :param ids: is a condition on the ids of the view's rows
    :param of: is the view that is indexed
    """
    columns = ", ".join(SEARCHED)
    for version_id, forms in searched_forms(connection, ids, of=of):
        connection.execute("DELETE FROM searched_texts WHERE version_id = ?", [version_id])
        if any(form is not None for form in forms):
            connection.execute(
                f"INSERT INTO searched_texts (version_id, {columns}) "
                f"VALUES (?{', ?' * len(SEARCHED)})",
                [version_id, *forms],
            )


def searched_forms(
    connection: sqlite3.Connection, ids: str = "IS NOT NULL", *, of: str
) -> Iterator[tuple[int, tuple[str | None, ...]]]:
    """Yields ``versions.id`` and the forms of SEARCHED; None: the text is searched as it stands."""
    texts, version = ("articles", "version_id") if of == ARTICLES else ("versions", "id")
    rows = connection.execute(
        f"SELECT {version}, {', '.join(SEARCHED)} FROM {texts} WHERE id {ids}"
    )
    for version_id, *stored in rows:
        forms = (text and searched_form(text) for text in stored)
        apart = (None if form == text else form for form, text in zip(forms, stored, strict=True))
        yield version_id, tuple(apart)


def make_anew(connection: sqlite3.Connection) -> bool:
    """Makes the indexes anew after another program changed a text: nobody knows what is in them.

    In a transaction of its own; to be called before anything is written.

    :returns: False if there was nothing to do
    """
    if not any(_is_due(connection, noted) for noted, _, _ in _NOTED):
        return False
    connection.execute("BEGIN IMMEDIATE")
    try:
        for noted, view, indexes in _NOTED:
            keep_searched_forms(connection, f"IN (SELECT id FROM {noted})", of=view)
            for index in indexes:
                connection.execute(f"INSERT INTO {index} ({index}) VALUES ('rebuild')")
            connection.execute(f"DELETE FROM {noted}")
        connection.execute("COMMIT")
    except BaseException:
        connection.rollback()
        raise
    return True


def _is_due(connection: sqlite3.Connection, noted: str) -> bool:
    return connection.execute(f"SELECT 1 FROM {noted} LIMIT 1").fetchone() is not None
