"""Serves the list of stories that changed."""

from dataclasses import dataclass

from tradepress.archive.database import Database

_CHANGED = """
    SELECT ref, headline, sources.publisher, articles.published_day, articles.version,
        articles.date_archived
    FROM articles JOIN sources ON sources.name = source
    WHERE articles.id IN (
        SELECT id FROM articles INDEXED BY articles_listed WHERE version > 1
        ORDER BY date_archived DESC, id DESC LIMIT :limit OFFSET :offset
    )
    ORDER BY articles.date_archived DESC, articles.id DESC
"""
_HOW_MANY = "SELECT count(*) FROM articles INDEXED BY articles_listed WHERE version > 1"


@dataclass(frozen=True, kw_only=True, slots=True)
class ChangedStory:
    """Is a story of which more than one version is kept."""

    ref: str
    headline: str
    publisher: str
    published_day: str | None
    version: int
    """Is the number of the current version, from 2."""
    date_archived: str
    """Says when that was saved here (UTC)."""


def changed_stories(db: Database, *, limit: int, offset: int) -> list[ChangedStory]:
    """Lists the stories that changed, the latest change first."""
    return [ChangedStory(**row) for row in db.query(_CHANGED, {"limit": limit, "offset": offset})]


def count_changed(db: Database) -> int:
    count: int = db.execute(_HOW_MANY).fetchone()[0]
    return count
