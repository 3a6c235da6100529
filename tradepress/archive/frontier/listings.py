"""Remembers what pages of listings were when they were last read: the same is not read again."""

import json
from dataclasses import dataclass

from tradepress.archive.clock import utc_now
from tradepress.archive.file.transaction import Transaction
from tradepress.archive.frontier.seeds import fresh_span
from tradepress.archive.text_forms import storable


@dataclass(frozen=True, kw_only=True, slots=True)
class ReadListing:
    """Holds what a page of a listing gave."""

    found: int
    """Is the number of its links to stories."""
    pages: tuple[str, ...]
    """Holds the addresses of further pages that it leads to."""


class Listings:
    """Keeps table ``listings``: pages of sections, feeds and sitemaps that were read whole."""

    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction

    def same(self, source: str, url: str, digest: str) -> ReadListing | None:
        """Returns what a listing gave that is as it was; None: it is another one, or was not read
        for long.

        :param source: that reads it: of what another one reads there, this one knows nothing
        :param digest: of its bytes, and of the rules by which they are read
        """
        rows = self._transaction.rows(
            "SELECT found, pages FROM listings "
            "WHERE url = ? AND source = ? AND digest = ? AND read_at BETWEEN ? AND ?",
            [storable(url), source, digest, *fresh_span()],
        )
        if not rows:
            return None
        return ReadListing(found=rows[0]["found"], pages=tuple(json.loads(rows[0]["pages"])))

    def save(self, source: str, url: str, digest: str, read: ReadListing) -> None:
        """Saves that it was read; in the commit of the addresses that it gave."""
        pages = json.dumps([*map(storable, read.pages)])
        self._transaction.write(
            "INSERT OR REPLACE INTO listings (url, source, digest, found, pages, read_at) "
            "VALUES (?, ?, ?, ?, ?, ?)",
            [storable(url), source, digest, read.found, pages, utc_now()],
        )
