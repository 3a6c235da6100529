"""Lists stories that a back-fill from a site's own listings may ask for."""

import json
from collections.abc import Collection
from dataclasses import replace

from tradepress.archive.clock import utc_now
from tradepress.archive.file.transaction import Transaction
from tradepress.archive.frontier.addresses import Address

NEVER_READ = """
    source = :source AND fetched_at IS NULL AND article_id IS NULL
    AND (state = 'held' OR state = 'due' AND (next_due IS NULL OR next_due <= :now))
    AND NOT EXISTS (SELECT 1 FROM mementos WHERE url_id = urls.id)
    AND (date_listed IS NULL OR (:since IS NULL OR date_listed >= :since)
        AND (:until IS NULL OR substr(date_listed, 1, 10) <= :until))
"""
OF_A_BACKFILL = """
    (state = 'held' OR scheduled_run_id IN (SELECT id FROM runs WHERE kind = 'backfill'))
    AND listed_by IN (SELECT value FROM json_each(:listed_by))
"""


class NeverRead:
    """Selects addresses of table ``urls`` whose page was never read.

    Days, all of them ISO 8601 and inclusive, are those that listings give; where they give none an
    address is in every span.
    """

    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction

    def of(
        self, source: str, *, since: str | None = None, until: str | None = None, limit: int = -1
    ) -> list[Address]:
        """Lists a source's addresses that are held or due by now, as ones that are due: the newest
        story first (or the last changed, where no day is known), those without a day last.

        :param limit: -1: none
        """
        rows = self._transaction.rows(
            f"SELECT * FROM urls WHERE {NEVER_READ} "
            "ORDER BY coalesce(date_listed, lastmod) DESC, id LIMIT :limit",
            {"source": source, "now": utc_now(), "since": since, "until": until, "limit": limit},
        )
        return [replace(Address(**row), state="due") for row in rows]

    def are_left(
        self,
        source: str,
        listed_by: Collection[str],
        *,
        since: str | None = None,
        until: str | None = None,
    ) -> bool:
        """Did a back-fill find stories in such listings that it did not come to?"""
        return bool(
            self._transaction.value(
                f"SELECT EXISTS (SELECT 1 FROM urls WHERE {NEVER_READ} AND {OF_A_BACKFILL})",
                {
                    "source": source,
                    "now": utc_now(),
                    "since": since,
                    "until": until,
                    "listed_by": json.dumps(list(listed_by)),
                },
            )
        )
