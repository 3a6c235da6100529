"""Joins addresses of another archive's frontier: what it knows of them comes into this one's."""

from dataclasses import fields
from datetime import UTC, datetime, timedelta

from tradepress.archive.clock import utc_text
from tradepress.archive.file.rows import Row
from tradepress.archive.file.transaction import Transaction
from tradepress.archive.frontier.addresses import Address, Addresses
from tradepress.archive.ledger.outcomes import HAD
from tradepress.archive.withdrawal.tombstones import has_tombstones, is_withdrawn

STATE = (
    *("state", "next_due", "tries", "etag", "last_modified"),
    *("fetched_at", "outcome", "reason", "article_id"),
)
"""Lists what a visit leaves behind."""
SAID = ("found_on", "date_listed", "listed_by", "listed", "lastmod")
"""Lists what listings say."""


def join_address(
    transaction: Transaction,
    addresses: Addresses,
    other: Address,
    memento: Row | None,
    *,
    is_last: bool = False,
) -> None:
    """Writes an address as another archive knows it; of one that is known here the later visit
    counts, and what leads to a story here goes on leading to it.

    :param other: with the ``article_id`` of this archive
    :param memento: what it is a capture of; ``original_url``, ``original_key``, ``date_captured``,
        ``seen_until`` and ``digest``
    :param is_last: the other archive was made of this one: what it says of an address that was not
        visited here since is the last word
    """
    if has_tombstones(transaction.db) and is_withdrawn(transaction.db, other.url_key):
        return
    known = addresses.known(other.url_key)
    if known is None:
        row = {one.name: getattr(other, one.name) for one in fields(other)}
        del row["id"], row["is_new"]
        row["scheduled_run_id"] = None
        url_id = transaction.insert("urls", row)
    else:
        url_id = known.id
        is_of_a_file = not (is_last or memento) and _is_of_a_file(other)
        if news := _news(known, other, is_last=is_last, is_of_a_file=is_of_a_file):
            transaction.update("urls", url_id, news)
    if memento is not None:
        transaction.write(
            """
            INSERT INTO mementos
                (url_id, original_url, original_key, date_captured, seen_until, digest)
            VALUES (:url_id, :original_url, :original_key, :date_captured, :seen_until, :digest)
            ON CONFLICT (url_id) DO UPDATE SET seen_until = max(seen_until, excluded.seen_until)
            """,
            {**memento, "url_id": url_id},
        )


def _is_of_a_file(address: Address) -> bool:
    """Did a file lead to its story? As `WITHOUT_VISIT` of next_visits.py."""
    is_visit = address.state != "done" or address.reason == "gone"
    return address.article_id is not None and not is_visit and address.outcome in (None, *HAD)


def _news(known: Address, other: Address, *, is_last: bool, is_of_a_file: bool) -> Row:
    """Returns what the other archive adds to an address that is known here."""
    news: Row = {
        name: getattr(other, name)
        for name in SAID
        if getattr(known, name) is None or (is_last and getattr(other, name) is not None)
    }
    news["found_at"] = min(known.found_at, other.found_at)
    there, here = other.fetched_at or "", known.fetched_at or ""
    is_later = (
        there >= here if is_last else here < there <= utc_text(datetime.now(UTC) + timedelta(1))
    )
    if is_of_a_file:
        news["article_id"] = known.article_id or other.article_id
    elif is_later and (known.article_id is None or other.article_id is not None):
        news |= {name: getattr(other, name) for name in STATE}
        if not is_last and known.article_id is not None and known.state == "due":
            del news["state"], news["next_due"]  # when it is asked for again is said here
    return {name: value for name, value in news.items() if value != getattr(known, name)}
