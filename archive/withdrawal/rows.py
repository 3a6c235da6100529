"""The transaction that erases the rows of withdrawn stories."""

import json
import sqlite3
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from sqlite_utils import Database

from archive.capture_store import CaptureStore
from archive.full_text import FORMER_INDEXES, INDEXES
from archive.near_duplicates import forget_article, near_duplicates_of
from archive.rows import Row
from archive.withdrawal.erased import Erased
from archive.withdrawal.keeping_out import hide_addresses
from archive.withdrawal.pages import mark_pages
from archive.withdrawal.targets import Targets, find_targets
from archive.withdrawal.tombstones import (
    HIDDEN,
    HIDDEN_TEXT,
    Tombstone,
    headline_key,
    known_address_key,
    save_tombstones,
)

OF_TARGETS = "article_id IN (SELECT id FROM temp.targets)"


def erase_rows(
    db: Database,
    path: Path,
    captures: CaptureStore | None,
    stones: Sequence[Tombstone],
    sources: Mapping[str, Row],
) -> Erased:
    """Put tombstones in the place of stories, and mark the raw pages that must go.

    In the caller's transaction, without foreign keys: with them on, each deleted row looks for its
    kin in tables that have no index for it.

    :param path: the archive's
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
    db.execute("CREATE TEMP TABLE targets (id INTEGER PRIMARY KEY)")
    db.conn.executemany("INSERT INTO temp.targets VALUES (?)", [[key] for key in targets.articles])
    erased.near_copies = _forget_near_duplicates(db, targets)
    db.execute(
        f"DELETE FROM links WHERE version_id IN (SELECT id FROM versions WHERE {OF_TARGETS})"
    )
    erased.links, showing = _hide_links(db, targets)
    erased.other_captures = mark_pages(db, path, captures, targets, showing)
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


def _hide_links(db: Database, targets: Targets) -> tuple[int, set[int]]:
    """Take their words from other stories' links to the stories.

    :returns: how many, and the ``versions.id`` they stand in whose pages show what must go
    """
    hidden, showing = 0, set()
    for condition, parameters, stone in _links_to(db, targets):
        if stone.headline is None:
            showing |= {
                version_id
                for (version_id,) in db.execute(
                    f"SELECT version_id FROM links WHERE {condition}", parameters
                )
            }
        hidden += db.execute(
            f"UPDATE links SET text = '{HIDDEN_TEXT}', url = NULL, url_key = NULL, "
            f"target_id = NULL WHERE {condition}",
            parameters,
        ).rowcount
    return hidden, showing


def _links_to(db: Database, targets: Targets) -> list[tuple[str, list[Any], Tombstone]]:
    """Conditions on ``links``: by target, by address and by headline."""
    found: list[tuple[str, list[Any], Tombstone]] = [
        ("target_id = ?", [article_id], stone) for article_id, stone in targets.articles.items()
    ]
    for (key,) in db.execute("SELECT DISTINCT url_key FROM links WHERE url_key IS NOT NULL"):
        if stone := targets.owner.get(known_address_key(key)):
            found.append(("url_key = ?", [key], stone))
    by_name = "text = ? AND target_id IS NULL AND url_key IS NULL"
    sources = {stone.source for stone in targets.stones}
    for (text,) in db.execute(
        "SELECT DISTINCT text FROM links WHERE target_id IS NULL AND url_key IS NULL"
    ):
        for source in sources:
            key = headline_key(source, text)
            if key and (stone := targets.owner.get(key)):
                condition = (
                    f"{by_name} AND version_id IN (SELECT versions.id FROM versions "
                    "JOIN articles ON articles.id = article_id WHERE source = ?)"
                )
                found.append((condition, [text, source], stone))
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
