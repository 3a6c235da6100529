"""Serves addresses that have the number of a row: the story that it is of."""

from tradepress.archive.database import Database

_OF_VERSION = (
    "SELECT ref FROM versions JOIN articles ON articles.id = article_id WHERE versions.id = ?"
)


def ref_of_story(db: Database, number: str) -> str | None:
    """Returns the ref of a story; None if there is no such row of ``articles``."""
    return _first(db, "SELECT ref FROM articles WHERE id = ?", number)


def ref_of_version(db: Database, number: str) -> str | None:
    """Returns the ref without the version; None: there is no such row of ``versions``."""
    return _first(db, _OF_VERSION, number)


def _first(db: Database, sql: str, number: str) -> str | None:
    found = db.execute(sql, [number]).fetchone()
    return found[0] if found else None
