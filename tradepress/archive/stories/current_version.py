"""Chooses which version of a story is its current one: by what was seen when, not by what came in
last, so that archives with the same captures show the same story."""

from collections.abc import Iterator
from contextlib import suppress
from itertools import groupby

from tradepress.archive.database import Database
from tradepress.archive.file.rows import Row, fetch_rows
from tradepress.archive.stories.kept import article_of
from tradepress.archive.stories.texts_alike import is_teaser_of

VERSIONS = """
    SELECT versions.*, (
        SELECT max(seen_at) FROM sightings
        WHERE sightings.article_id = :id AND version_id = versions.id
    ) AS stood
    FROM versions WHERE article_id = :id
    ORDER BY coalesce(capture_id, -id), is_reread, version
"""


def current_version(db: Database, article_id: int) -> Row:
    """Returns the row of the version that was seen last, of those that no other has more of.

    Of the readings of one page the last stands for all. What came without a date gives way to what
    was seen on a day; of several such the one that says it was modified last counts.
    """
    rows = fetch_rows(db, VERSIONS, {"id": article_id})
    read: list[Row] = []
    for _, readings in groupby(rows, key=lambda row: row["capture_id"] or -row["id"]):
        page = [*readings]
        seen = max(row["stood"] or "" for row in page)
        read.append({**page[-1], "stood": seen})
    texts = {row["id"]: article_of(row) for row in read}
    latest_first = sorted(
        read,
        key=lambda row: (row["stood"], row["date_modified"] or "", row["content_hash"]),
        reverse=True,
    )
    # Mostly the first is it: a page that is written on for a day has hundreds of versions.
    for row in latest_first:
        others = (text for one, text in texts.items() if one != row["id"])
        if not any(is_teaser_of(text, texts[row["id"]]) for text in others):
            return row
    return latest_first[0]


def showing_another(db: Database) -> Iterator[str]:
    """Yields the refs of stories that show another version than their current one, as far as what
    is stored can be read."""
    several = "id IN (SELECT article_id FROM versions WHERE version > 1)"
    stories = db.execute(f"SELECT id, ref, version_id FROM articles WHERE {several}").fetchall()
    for article_id, ref, version_id in stories:
        with suppress(ValueError, TypeError):  # no list, or no JSON
            if current_version(db, article_id)["id"] != version_id:
                yield ref
