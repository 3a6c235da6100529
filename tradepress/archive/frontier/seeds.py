"""Remembers what is known of each listing, feed and sitemap (a seed) from one run to the next."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from tradepress.archive.clock import utc_now, utc_text
from tradepress.archive.file.transaction import Transaction
from tradepress.archive.text_forms import storable

HOLDS_FOR = timedelta(days=7)
"""Is how long a listing may go without being read in full, whatever its site says: servers err,
and a source's rules change."""


def fresh_span() -> tuple[str, str]:
    """Returns the times between which a listing must have been read in full to be known by now: a
    clock that was once ahead must not hide it until that day has come."""
    now = utc_now()
    return utc_text(datetime.fromisoformat(now) - HOLDS_FOR), now


@dataclass(frozen=True, kw_only=True, slots=True)
class Seed:
    """Is one row of table ``seeds``."""

    url: str
    source: str
    kind: str
    """Is ``section``, ``feed``, ``sitemap``, ``index`` or ``warc``."""
    etag: str | None
    last_modified: str | None
    fetched_at: str | None
    walked_at: str | None
    """Says when its pages were last walked to their end, or to a run's limit."""
    next_url: str | None
    """Is where its back-fill goes on; None: it is at its end, or was never begun."""
    is_fresh: bool
    """Was it read in full not too long ago?"""


class Seeds:
    """Keeps table ``seeds``."""

    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction

    def of(self, source: str) -> dict[str, Seed]:
        """Returns what is known of a source's seeds, by address."""
        since, now = fresh_span()
        rows = self._transaction.rows("SELECT * FROM seeds WHERE source = ?", [source])
        seeds = (Seed(**row, is_fresh=since <= (row["fetched_at"] or "") <= now) for row in rows)
        return {seed.url: seed for seed in seeds}

    def save(
        self,
        source: str,
        kind: str,
        url: str,
        *,
        etag: str | None = None,
        last_modified: str | None = None,
        is_walked: bool = False,
        next_url: str | None = None,
    ) -> None:
        """Saves that a listing was read in full; in the commit of the addresses that it gave.

        :param is_walked: its pages were walked to their end or to the run's limit
        :param next_url: where a back-fill of it goes on; of sections and sitemaps, which crawls
            read, too, :meth:`go_on_at` says that
        """
        now = utc_now()
        self._transaction.write(
            """
            INSERT INTO seeds
                (url, source, kind, etag, last_modified, fetched_at, walked_at, next_url)
            VALUES (:url, :source, :kind, :etag, :last_modified, :now, :walked_at, :next_url)
            ON CONFLICT (url) DO UPDATE SET source = excluded.source, kind = excluded.kind,
                etag = excluded.etag, last_modified = excluded.last_modified,
                fetched_at = excluded.fetched_at,
                next_url = CASE WHEN excluded.kind IN ('section', 'sitemap') THEN next_url
                    ELSE excluded.next_url END,
                walked_at = coalesce(excluded.walked_at,
                    CASE WHEN source = excluded.source THEN walked_at END)
            """,
            {
                "url": storable(url),
                "source": source,
                "kind": kind,
                "etag": etag and storable(etag),
                "last_modified": last_modified and storable(last_modified),
                "now": now,
                "walked_at": now if is_walked else None,
                "next_url": next_url and storable(next_url),
            },
        )

    def begin_walk(self, source: str, kind: str, urls: Iterable[str]) -> None:
        """Begins a back-fill anew: these listings and what they lead to are to be read."""
        self._transaction.write(
            "UPDATE seeds SET walked_at = NULL, next_url = NULL WHERE source = ? AND kind = ?",
            [source, kind],
        )
        for url in urls:
            self.go_on_at(source, kind, url, url)

    def go_on_at(self, source: str, kind: str, url: str, next_url: str | None) -> None:
        """Saves that a back-fill has read a page of a listing, or found a further listing; in the
        commit of the addresses that this gave.

        :param next_url: the page to ask for next; None: there is none, the listing was walked
        """
        self._transaction.write(
            """
            INSERT INTO seeds (url, source, kind, walked_at, next_url)
            VALUES (:url, :source, :kind, :walked_at, :next_url)
            ON CONFLICT (url) DO UPDATE SET source = excluded.source, kind = excluded.kind,
                walked_at = coalesce(excluded.walked_at, walked_at), next_url = excluded.next_url
            """,
            {
                "url": storable(url),
                "source": source,
                "kind": kind,
                "walked_at": utc_now() if next_url is None else None,
                "next_url": next_url and storable(next_url),
            },
        )

    def forget_walks(self, source: str, urls: Collection[str]) -> None:
        """Lets listings of a source count as never walked after new addresses came in, until
        their walks end again. Else a run that is killed now would hide what stands on their
        later pages."""
        self._transaction.write(
            "UPDATE seeds SET walked_at = NULL WHERE source = ? AND walked_at IS NOT NULL "
            f"AND url IN ({', '.join('?' * len(urls))})",
            [source, *urls],
        )
