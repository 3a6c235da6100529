"""Table ``mentions``: what the text of a version names."""

from collections.abc import Iterable

from archive.file.transaction import Transaction
from archive.story import Mention


def save_mentions(transaction: Transaction, version_id: int, mentions: Iterable[Mention]) -> None:
    """Those of a new version, or of one whose former ones are gone."""
    transaction.write_many(
        'INSERT INTO mentions (version_id, field, "start", "end", kind, value) '
        "VALUES (?, ?, ?, ?, ?, ?)",
        [(version_id, one.field, one.start, one.end, one.kind, one.value) for one in mentions],
    )
