"""Writes the ledger of a run: what was asked for, how each address ended, and sums that add up."""

import json
import os
import socket
from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from tradepress.archive.clean import fitting_number
from tradepress.archive.clock import utc_now
from tradepress.archive.file.transaction import Transaction
from tradepress.archive.ledger.outcomes import OUTCOMES, READ, Outcome, RunKind, RunState
from tradepress.archive.text_forms import storable

OnOutcome = Callable[[str, str, str, str | None], None]
"""Is told the kind, the address, the outcome and its reason."""
SUBRESOURCE = "subresource"
"""Is the kind of what a page asks for while it is rendered (Fetch Standard)."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Fetched:
    """Holds what is known of an answer."""

    kind: str = "article"
    """Says what was asked. ``article``: asked of the site just now; ``file``: a page of a
    file; ``memento``: one of a web archive; ``section``, ``feed``, ``sitemap``, ``index`` (of a web
    archive), ``robots``, ``tdmrep``, ``subresource`` (what a rendered page asks for).
    """
    status: int | None = None
    """Is the HTTP status."""
    size: int | None = None
    """Counts bytes received."""


class Ledger:
    """Writes tables ``runs`` and ``fetches``, for the run that is open."""

    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction
        self.run_id = 0
        """Is ``runs.id`` of the open run; 0: none has begun."""
        self.counts: defaultdict[str, Counter[str]] = defaultdict(Counter)
        """Counts the outcomes by source, for whoever watches; the sums come from the file."""
        self.on_outcome: defaultdict[str, list[OnOutcome]] = defaultdict(list)
        """Holds, by source, what is told of each address, listing, feed or sitemap as it ends."""

    def begin(self, kind: RunKind, command: str, sources: Sequence[str], version: str) -> None:
        """Opens a run, which is lasting at once.

        :param version: of the program
        """
        self.run_id = self._transaction.insert(
            "runs",
            {
                "kind": kind,
                "command": storable(command),
                "sources": json.dumps(list(sources)),
                "version": version,
                "pid": os.getpid(),
                "host": socket.gethostname(),
                "started": utc_now(),
            },
        )
        self._transaction.commit()

    def close(
        self,
        run_id: int,
        state: RunState,
        exit_code: int | None,
        reason: str | None,
        stopped_by: str | None = None,
    ) -> None:
        """Writes the sums of a run whose addresses have all ended; they are not committed."""
        sums = dict.fromkeys(OUTCOMES, 0)
        for row in self._transaction.rows(
            "SELECT outcome, count(*) AS addresses FROM fetches "
            "WHERE run_id = ? AND url_id IS NOT NULL GROUP BY outcome",
            [run_id],
        ):
            sums[row["outcome"]] = row["addresses"]
        urls = self._transaction.value(
            "SELECT count(*) FROM urls WHERE scheduled_run_id = ?", [run_id]
        )
        if urls != sum(sums.values()):
            state = RunState.FAILED
            reason = f"{urls} URLs, but {sum(sums.values())} outcomes"
        if exit_code == 0 and (state == RunState.FAILED or sums[Outcome.FAILED]):
            exit_code = 1
        ended = utc_now() if run_id == self.run_id else None  # nobody knows when one was killed
        ends: dict[str, object] = {
            "state": state,
            "ended": ended,
            "exit_code": exit_code,
            "reason": reason and storable(reason),
            "stopped_by": stopped_by and storable(stopped_by),
        }
        self._transaction.update(
            "runs",
            run_id,
            ends | {"urls": urls} | {outcome.value: count for outcome, count in sums.items()},
        )

    def record_listing(
        self,
        source: str | None,
        url: str,
        fetched: Fetched,
        *,
        outcome: str = READ,
        reason: str | None = None,
        found: int | None = None,
        refused: int | None = None,
    ) -> None:
        """Writes how a listing, feed, sitemap or robots.txt ended; it counts as no address.

        :param found: story addresses on it
        :param refused: entries of a feed that ``article_url`` takes for no stories
        """
        row = self.row(fetched, outcome, reason) | {"found": found, "refused": refused}
        self._transaction.insert("fetches", {**row, "source": source, "url": storable(url)})
        if source is not None and fetched.kind not in ("robots", "tdmrep", SUBRESOURCE):
            self.tell(source, fetched.kind, url, outcome, reason)

    def tell(self, source: str, kind: str, url: str, outcome: str, reason: str | None) -> None:
        """Tells whoever watches that this has ended so."""
        for call in self.on_outcome[source]:
            call(kind, url, outcome, reason)

    def row(self, fetched: Fetched, outcome: str, reason: str | None) -> dict[str, object]:
        """Returns a row of table ``fetches``, but for what was asked for."""
        return {
            "run_id": self.run_id,
            "kind": fetched.kind,
            "at": utc_now(),
            "status": fitting_number(fetched.status),
            "bytes": fitting_number(fetched.size),
            "outcome": outcome,
            "reason": reason and storable(reason),
        }
