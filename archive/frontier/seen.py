"""When a kept story was last seen on its site, and that it is gone."""

from archive.clock import utc_now
from archive.file.transaction import Transaction


def touch(transaction: Transaction, article_id: int, seen_at: str, *, is_back: bool) -> None:
    """The story stood on the site at that time (at its main address, if ``is_back``)."""
    transaction.write(
        """
        UPDATE articles SET first_seen = min(first_seen, :seen), last_seen = max(last_seen, :seen),
            gone_at = CASE WHEN NOT :is_back OR gone_at > :seen THEN gone_at END
        WHERE id = :id
        """,
        {"id": article_id, "seen": seen_at, "is_back": is_back},
    )


def note_unchanged(
    transaction: Transaction, article_id: int, url_key: str, *, is_main: bool, is_gone: bool
) -> None:
    """Its site says that the story stands as it did, or that it is gone.

    :param url_key: of the address asked for
    :param is_main: is that the story's main address?
    """
    now = utc_now()
    if not is_gone:
        touch(transaction, article_id, now, is_back=is_main)
        transaction.write(
            "UPDATE locations SET last_seen = max(last_seen, ?) WHERE url_key = ?", [now, url_key]
        )
    elif is_main:
        transaction.write(
            "UPDATE articles SET gone_at = coalesce(gone_at, ?) WHERE id = ?", [now, article_id]
        )
