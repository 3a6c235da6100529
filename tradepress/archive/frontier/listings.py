"""Remembers what pages of listings were when they were last read: the same is not read again."""

import json
from collections.abc import Iterable
from datetime import datetime

from tradepress.archive.clock import utc_now, utc_text
from tradepress.archive.file.transaction import Transaction
from tradepress.archive.frontier.seeds import HOLDS_FOR
from tradepress.archive.text_forms import storable


class Listings:
    """Keeps table ``listings``: pages of sections, feeds and sitemaps that were read whole."""

    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction

    def pages_of_same(self, source: str, url: str, digest: str) -> tuple[str, ...] | None:
        """Returns the further pages of a listing that is as it was; None: it is another one, or
        was not read for long.

        :param source: that reads it: of what another one reads there, this one knows nothing
        :param digest: of its bytes, and of the rules by which they are read
        """
        now = utc_now()
        since = utc_text(datetime.fromisoformat(now) - HOLDS_FOR)
        pages = self._transaction.value(
            "SELECT pages FROM listings "
            "WHERE url = ? AND source = ? AND digest = ? AND read_at BETWEEN ? AND ?",
            [storable(url), source, digest, since, now],
        )
        return None if pages is None else tuple(json.loads(pages))

    def save(self, source: str, url: str, digest: str, pages: Iterable[str]) -> None:
        """Saves that it was read; in the commit of the addresses that it gave."""
        self._transaction.write(
            "INSERT OR REPLACE INTO listings (url, source, digest, pages, read_at) "
            "VALUES (?, ?, ?, ?, ?)",
            [storable(url), source, digest, json.dumps([*map(storable, pages)]), utc_now()],
        )
