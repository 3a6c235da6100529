"""Captures of stories that web archives have (mementos, RFC 7089), and which are to be asked for.

Each is an address of the frontier: its state and its outcomes are those of any other.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from archive.clock import utc_now, utc_text
from archive.file.transaction import Transaction
from archive.frontier.addresses import Address, Addresses
from archive.ledger.ledger import Ledger
from archive.text_forms import storable
from archive.url_key import url_key
from archive.withdrawal.tombstones import has_tombstones, is_withdrawn


@dataclass(frozen=True, kw_only=True, slots=True)
class Memento:
    """One capture of a story's page."""

    url: str
    """Where the web archive has it."""
    original_url: str
    """Of the page that was captured."""
    date_captured: datetime
    """Aware UTC instant at which the page stood like this."""
    seen_until: datetime
    """Up to then it stood so by the index of the web archive."""
    digest: str | None = None
    """Of the payload, as the index has it."""


class Mementos:
    """Table ``mementos``."""

    def __init__(self, transaction: Transaction, ledger: Ledger, addresses: Addresses) -> None:
        self._transaction = transaction
        self._ledger = ledger
        self._addresses = addresses

    def add(self, source: str, mementos: Iterable[Memento], *, found_on: str | None) -> int:
        """Write captures into the frontier, each to be asked for once; those of withdrawn stories
        are left out, and so is what has no web address.

        :param found_on: the page of the index that names them
        :returns: how many were new
        """
        new = 0
        keeps_out = has_tombstones(self._transaction.db)
        for memento in mementos:
            try:
                key = url_key(memento.original_url)
            except ValueError:
                continue
            if keeps_out and is_withdrawn(self._transaction.db, key):
                continue
            for address in self._addresses.add(source, [(memento.url, found_on)]):
                new += address.is_new
                self._transaction.write(
                    """
                    INSERT INTO mementos
                        (url_id, original_url, original_key, date_captured, seen_until, digest)
                    VALUES (?, ?, ?, ?, ?, ?)
                    ON CONFLICT (url_id) DO UPDATE
                        SET seen_until = max(seen_until, excluded.seen_until)
                    """,
                    [
                        address.id,
                        storable(memento.original_url),
                        key,
                        utc_text(memento.date_captured),
                        utc_text(memento.seen_until),
                        memento.digest and storable(memento.digest),
                    ],
                )
        return new

    def due(
        self, source: str, archive_prefix: str, limit: int = -1
    ) -> list[tuple[Address, Memento]]:
        """Captures of a source's stories that are to be asked for by now and that this run has not
        scheduled: story by story, the oldest capture first.

        :param archive_prefix: with which addresses at the web archive begin
        :param limit: -1: none
        """
        rows = self._transaction.rows(
            """
            SELECT urls.*, original_url, date_captured, seen_until, digest
            FROM urls JOIN mementos ON url_id = urls.id
            WHERE source = ? AND state = 'due' AND (next_due IS NULL OR next_due <= ?)
                AND scheduled_run_id IS NOT ? AND substr(url, 1, ?) = ?
            ORDER BY original_key, date_captured, urls.id LIMIT ?
            """,
            [source, utc_now(), self._ledger.run_id, len(archive_prefix), archive_prefix, limit],
        )
        return [_due(row) for row in rows]


def _due(row: dict[str, object]) -> tuple[Address, Memento]:
    original, captured, until, digest = (
        row.pop(name) for name in ("original_url", "date_captured", "seen_until", "digest")
    )
    address = Address(**row)  # type: ignore[arg-type]
    return address, Memento(
        url=address.url,
        original_url=str(original),
        date_captured=datetime.fromisoformat(str(captured)),
        seen_until=datetime.fromisoformat(str(until)),
        digest=None if digest is None else str(digest),
    )
