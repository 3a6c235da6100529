"""Erases the rows of withdrawn stories in one transaction."""

import json
import sqlite3
from collections.abc import Mapping, Sequence
from dataclasses import asdict

from tradepress.archive.care.integrity import broken_references
from tradepress.archive.file.full_text import FORMER_INDEXES, INDEXES
from tradepress.archive.file.rows import Row
from tradepress.archive.file.transaction import Transaction
from tradepress.archive.near_duplicates.pairs import forget_article, near_duplicates_of
from tradepress.archive.text_forms import HIDDEN
from tradepress.archive.withdrawal.captured_pages import mark_pages, mark_unnamed_pages
from tradepress.archive.withdrawal.erased import Erased
from tradepress.archive.withdrawal.keeping_out import hide_addresses
from tradepress.archive.withdrawal.links_to_withdrawn import hide_links
from tradepress.archive.withdrawal.other_pages import pages_of_others
from tradepress.archive.withdrawal.targets import Targets, find_targets
from tradepress.archive.withdrawal.tombstones import Tombstone, save_tombstones

OF_TARGETS = "article_id IN (SELECT value FROM json_each(?))"


def erase_rows(
    transaction: Transaction, stones: Sequence[Tombstone], sources: Mapping[str, Row]
) -> Erased:
    """Puts tombstones in the place of stories, and marks the raw pages that must go.

    In an open transaction, without foreign keys: with them on, each deleted row looks for its kin
    in tables that have no index for it.

    :param sources: rows of ``sources``, for tombstones whose source the archive doesn't know
    """
    db = transaction.db
    transaction.log.erase("withdrawal")
    for name, row in sources.items():
        if transaction.value("SELECT 1 FROM sources WHERE name = ?", [name]) is None:
            transaction.insert("sources", row)
    save_tombstones(transaction, stones)
    targets = find_targets(db, stones)
    erased = Erased(articles=len(targets.articles))
    loud = [stone for stone in targets.stones if stone.is_everywhere]
    shown_to = find_targets(db, loud) if loud else None
    others = pages_of_others(db, transaction.captures, shown_to) if shown_to else []
    erased.near_copies = _forget_near_duplicates(transaction, targets)
    ids = json.dumps(list(targets.articles))
    for table in ("links", "mentions", "mention_readings", "site_marks"):
        versions = f"SELECT id FROM versions WHERE {OF_TARGETS}"
        transaction.write(f"DELETE FROM {table} WHERE version_id IN ({versions})", [ids])
    erased.links = hide_links(transaction, targets)
    readable = [page for page in others if page.is_readable]
    erased.other_captures = mark_pages(transaction, targets, readable)
    erased.unreadable = mark_unnamed_pages(transaction, targets, shown_to)
    hide_addresses(transaction, targets.addresses)
    _hide_finds(transaction, targets)
    _empty_quarantine(transaction, targets)
    erased.versions = _delete_articles(transaction, ids)
    for table in (*INDEXES, *FORMER_INDEXES):
        # Merged into one, an index no longer holds what was deleted from it. FTS5's own
        # secure-delete would do, but then no SQLite before 3.42 could read the file.
        transaction.write(f"INSERT INTO {table} ({table}) VALUES ('optimize')")
    if transaction.value("SELECT 1 FROM sqlite_master WHERE name = 'sqlite_stat4'"):
        transaction.write("DELETE FROM sqlite_stat4")  # samples of the indexes, after an ANALYZE
    if broken := broken_references(db):
        raise sqlite3.IntegrityError(f"the withdrawal would break references: {broken[0]}")
    return erased


def _forget_near_duplicates(transaction: Transaction, targets: Targets) -> list[Row]:
    """Forgets the pairs of near-duplicates; returns the other articles, which stay."""
    refs = {stone.ref for stone in targets.articles.values()}
    found = [
        {**asdict(one), "copy_of": stone.ref}
        for article_id, stone in targets.articles.items()
        for one in near_duplicates_of(transaction.db, article_id)
        if one.ref not in refs
    ]
    for article_id in targets.articles:
        forget_article(transaction, article_id)
    return found


def _hide_finds(transaction: Transaction, targets: Targets) -> None:
    """Hides where a story's own page led to others, or was read as a listing."""
    for table, column, condition in (
        ("urls", "found_on", "found_on IS NOT NULL"),
        ("fetches", "url", "url_id IS NULL"),
    ):
        for row in transaction.rows(f"SELECT DISTINCT {column} FROM {table} WHERE {condition}"):
            if stone := targets.owner_of(row[column]):
                if table == "fetches":
                    where = f"{column} = ? AND {condition}"
                    runs = f"SELECT DISTINCT run_id FROM fetches WHERE {where}"
                    transaction.log.change_of("run", runs, [row[column]])
                transaction.write(
                    f"UPDATE {table} SET {column} = ? WHERE {column} = ? AND {condition}",
                    [HIDDEN + stone.ref, row[column]],
                )


def _empty_quarantine(transaction: Transaction, targets: Targets) -> None:
    for row in transaction.rows("SELECT id, source, url, article FROM quarantine"):
        if (
            row["source"] in targets.whole_sources
            or targets.owner_of(row["url"])
            or targets.traces.are_in(_plain(row["article"]))
        ):
            transaction.write("DELETE FROM quarantine WHERE id = ?", [row["id"]])


def _plain(quarantined: str) -> str:
    """Returns JSON without its escapes, as far as it is whole."""
    try:
        return json.dumps(json.loads(quarantined), ensure_ascii=False)
    except ValueError:
        return quarantined


def _delete_articles(transaction: Transaction, ids: str) -> int:
    """Deletes articles and all that is theirs.

    :param ids: a JSON array
    :returns: the number of their versions
    """
    for table in ("fetches", "urls"):
        transaction.write(f"UPDATE {table} SET article_id = NULL WHERE {OF_TARGETS}", [ids])
    for table in ("locations", "aliases", "sightings", "holdings"):
        transaction.write(f"DELETE FROM {table} WHERE {OF_TARGETS}", [ids])
    transaction.log.change_of("version", f"SELECT id FROM version_rows WHERE {OF_TARGETS}", [ids])
    # The triggers of the full-text indexes go by the article: former versions while it is
    # there, the current one after it.
    former = transaction.write(
        "DELETE FROM version_rows WHERE id IN (SELECT versions.id FROM versions JOIN articles "
        f"ON articles.id = article_id WHERE {OF_TARGETS} AND version_id <> versions.id)",
        [ids],
    )
    transaction.write("DELETE FROM articles WHERE id IN (SELECT value FROM json_each(?))", [ids])
    current = transaction.write(f"DELETE FROM version_rows WHERE {OF_TARGETS}", [ids])
    return former.rowcount + current.rowcount
