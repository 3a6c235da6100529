"""The transaction that erases the rows of withdrawn stories."""

import json
import sqlite3
from collections.abc import Mapping, Sequence

from sqlite_utils import Database

from archive.captures.warc import WarcCaptures
from archive.file.full_text import FORMER_INDEXES, INDEXES
from archive.file.rows import Row
from archive.near_duplicates.pairs import forget_article, near_duplicates_of
from archive.withdrawal.captured_pages import mark_pages, mark_unnamed_pages
from archive.withdrawal.erased import Erased
from archive.withdrawal.keeping_out import hide_addresses
from archive.withdrawal.links_to_withdrawn import hide_links
from archive.withdrawal.other_pages import pages_of_others
from archive.withdrawal.targets import Targets, find_targets
from archive.withdrawal.tombstones import (
    HIDDEN,
    Tombstone,
    save_tombstones,
)

OF_TARGETS = "article_id IN (SELECT id FROM temp.targets)"


def erase_rows(
    db: Database,
    captures: WarcCaptures | None,
    stones: Sequence[Tombstone],
    sources: Mapping[str, Row],
) -> Erased:
    """Put tombstones in the place of stories, and mark the raw pages that must go.

    In the caller's transaction, without foreign keys: with them on, each deleted row looks for its
    kin in tables that have no index for it.

    :param sources: rows of ``sources``, for tombstones whose source the archive doesn't know
    """
    for row in sources.values():
        names = ", ".join(row)
        db.execute(
            f"INSERT OR IGNORE INTO sources ({names}) VALUES ({', '.join('?' * len(row))})",
            list(row.values()),
        )
    save_tombstones(db, stones)
    targets = find_targets(db, stones)
    erased = Erased(articles=len(targets.articles))
    loud = [stone for stone in targets.stones if stone.is_everywhere]
    shown_to = find_targets(db, loud) if loud else None
    others = pages_of_others(db, captures, shown_to) if shown_to else []
    db.execute("CREATE TEMP TABLE targets (id INTEGER PRIMARY KEY)")
    db.conn.executemany("INSERT INTO temp.targets VALUES (?)", [[key] for key in targets.articles])
    erased.near_copies = _forget_near_duplicates(db, targets)
    db.execute(
        f"DELETE FROM links WHERE version_id IN (SELECT id FROM versions WHERE {OF_TARGETS})"
    )
    erased.links = hide_links(db, targets)
    erased.other_captures = mark_pages(db, targets, [page for page in others if page.is_readable])
    if captures is not None:
        erased.unreadable = mark_unnamed_pages(db, captures, targets, shown_to)
    hide_addresses(db, targets.addresses)
    _hide_finds(db, targets)
    _empty_quarantine(db, targets)
    erased.versions = _delete_articles(db)
    db.execute("DROP TABLE temp.targets")
    for table in (*INDEXES, *FORMER_INDEXES):
        # Merged into one, an index no longer holds what was deleted from it. FTS5's own
        # secure-delete would do, but then no SQLite before 3.42 could read the file.
        db.execute(f"INSERT INTO {table} ({table}) VALUES ('optimize')")
    if broken := db.execute("PRAGMA foreign_key_check").fetchall():
        raise sqlite3.IntegrityError(f"the withdrawal would break {len(broken)} references")
    return erased


def _forget_near_duplicates(db: Database, targets: Targets) -> list[Row]:
    """The articles with much the same text; they stay."""
    refs = {stone.ref for stone in targets.articles.values()}
    found = [
        {**row, "copy_of": stone.ref}
        for article_id, stone in targets.articles.items()
        for row in near_duplicates_of(db, article_id)
        if row["ref"] not in refs
    ]
    for article_id in targets.articles:
        forget_article(db.conn, article_id)
    return found


def _hide_finds(db: Database, targets: Targets) -> None:
    """Where a story's own page led to others, or was read as a listing."""
    for table, column, condition in (
        ("urls", "found_on", "found_on IS NOT NULL"),
        ("fetches", "url", "url_id IS NULL"),
    ):
        urls = db.execute(f"SELECT DISTINCT {column} FROM {table} WHERE {condition}").fetchall()
        for (url,) in urls:
            if stone := targets.owner_of(url):
                db.execute(
                    f"UPDATE {table} SET {column} = ? WHERE {column} = ? AND {condition}",
                    [HIDDEN + stone.ref, url],
                )


def _empty_quarantine(db: Database, targets: Targets) -> None:
    for row in list(db.query("SELECT id, source, url, article FROM quarantine")):
        if (
            row["source"] in targets.whole_sources
            or targets.owner_of(row["url"])
            or targets.traces.are_in(_plain(row["article"]))
        ):
            db.execute("DELETE FROM quarantine WHERE id = ?", [row["id"]])


def _plain(quarantined: str) -> str:
    """JSON without its escapes, as far as it is whole."""
    try:
        return json.dumps(json.loads(quarantined), ensure_ascii=False)
    except ValueError:
        return quarantined


def _delete_articles(db: Database) -> int:
    """The number of their versions."""
    for table in ("fetches", "urls"):
        db.execute(f"UPDATE {table} SET article_id = NULL WHERE {OF_TARGETS}")
    for table in ("locations", "aliases"):
        db.execute(f"DELETE FROM {table} WHERE {OF_TARGETS}")
    # The triggers of the full-text indexes go by the article: former versions while it is
    # there, the current one after it.
    former = db.execute(
        "DELETE FROM versions WHERE id IN (SELECT versions.id FROM versions JOIN articles "
        f"ON articles.id = article_id WHERE {OF_TARGETS} AND version_id <> versions.id)"
    ).rowcount
    db.execute("DELETE FROM articles WHERE id IN (SELECT id FROM temp.targets)")
    return former + db.execute(f"DELETE FROM versions WHERE {OF_TARGETS}").rowcount
