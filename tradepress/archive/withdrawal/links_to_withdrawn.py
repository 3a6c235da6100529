"""Hides links of other stories to a withdrawn one, known by target, address or headline."""

from typing import Any

from tradepress.archive.database import Database
from tradepress.archive.file.transaction import Transaction
from tradepress.archive.withdrawal.targets import Targets
from tradepress.archive.withdrawal.tombstones import (
    HIDDEN_TEXT,
    Tombstone,
    headline_key,
    known_address_key,
)


def versions_linking(db: Database, targets: Targets) -> set[int]:
    """Returns ``versions.id`` of those with a link to a story whose headline is not kept."""
    return {
        version_id
        for condition, parameters, stone in _links_to(db, targets)
        if stone.headline is None
        for (version_id,) in db.execute(
            f"SELECT version_id FROM links WHERE {condition}", parameters
        )
    }


def hide_links(transaction: Transaction, targets: Targets) -> int:
    """Takes words and address from the links to the stories; returns how many."""
    return sum(
        transaction.write(
            f"UPDATE links SET text = '{HIDDEN_TEXT}', url = NULL, other_key = NULL, "
            f"target_id = NULL WHERE {condition}",
            parameters,
        ).rowcount
        for condition, parameters, _ in _links_to(transaction.db, targets)
    )


def _links_to(db: Database, targets: Targets) -> list[tuple[str, list[Any], Tombstone]]:
    """Returns conditions on ``links``, each with its parameters and the tombstone of the story."""
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
