"""Writes tables ``mentions`` and ``mention_readings``: what the text of a version names, and by
which rules that was found."""

from collections.abc import Iterable

from tradepress.archive.database import Database
from tradepress.archive.file.transaction import Transaction
from tradepress.archive.withdrawal.withdrawn_people import without_withdrawn
from tradepress.story import Mention


def load_mentions(db: Database, version_id: int) -> list[Mention]:
    """Loads the mentions of a version, field by field, each in the order of its text."""
    rows = db.query(
        'SELECT field, "start", "end", kind, value FROM mentions WHERE version_id = ?',
        [version_id],
    )
    return sorted(Mention(**row) for row in rows)


def save_mentions(
    transaction: Transaction, version_id: int, mentions: Iterable[Mention], rules: str | None
) -> None:
    """Saves the mentions of a new version; people who were withdrawn are left out, and what names
    one thing twice at one place counts once.

    :param rules: that found them; None: nobody looked for any
    """
    transaction.write_many(
        'INSERT OR IGNORE INTO mentions (version_id, field, "start", "end", kind, value) '
        "VALUES (?, ?, ?, ?, ?, ?)",
        [
            (version_id, one.field, one.start, one.end, one.kind, one.value)
            for one in without_withdrawn(transaction.db, mentions)
        ],
    )
    if rules is not None:
        transaction.write(
            "INSERT INTO mention_readings (version_id, rules) VALUES (?, ?)", [version_id, rules]
        )


def replace_mentions(
    transaction: Transaction, version_id: int, mentions: Iterable[Mention], rules: str
) -> None:
    """Replaces the mentions of a version whose texts were looked through again."""
    for table in ("mentions", "mention_readings"):
        transaction.write(f"DELETE FROM {table} WHERE version_id = ?", [version_id])
    save_mentions(transaction, version_id, mentions, rules)
