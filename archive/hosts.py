"""Hosts that are left alone for a while, remembered from run to run."""

from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from archive.clock import utc_text
from archive.rows import fetch_rows
from archive.transaction import Transaction

Note = Callable[[Callable[[Transaction], None]], None]

LONGEST_PAUSE = timedelta(days=30)
"""A longer one was noted by a clock that went wrong, and does not count."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Host:
    """What is known of one host (with its port, if it is no usual one)."""

    host: str
    paused_until: str | None = None
    """UTC; nothing is asked of it before."""
    reason: str | None = None
    """Why: the outcome's reason in the ledger (``http_403``, ``challenge``, ``http_429``, …)."""
    blocks: int = 0
    """How many times in a row it was found to turn us away; 0 after it let us in."""
    blocked_at: str | None = None
    """When it last was."""


class Hosts:
    """The rows of table ``hosts``, shared by all crawlers of a run.

    :param note: has a row written now, or as soon as there is an archive
    """

    def __init__(self, note: Note) -> None:
        self._note = note
        self._known: dict[str, Host] = {}

    def load(self, transaction: Transaction) -> None:
        """What earlier runs remembered, under what this one has seen itself."""
        rows = fetch_rows(
            transaction.db,
            "SELECT host, CASE WHEN paused_until <= ? THEN paused_until END AS paused_until, "
            "reason, blocks, blocked_at FROM hosts",
            [utc_text(datetime.now(UTC) + LONGEST_PAUSE)],
        )
        self._known = {**{row["host"]: Host(**row) for row in rows}, **self._known}

    def __getitem__(self, host: str) -> Host:
        return self._known.get(host) or Host(host=host)

    def save(self, host: Host) -> None:
        """Remember this."""
        self._known[host.host] = host
        row: dict[str, Any] = asdict(host)

        def write(transaction: Transaction) -> None:
            transaction.write(
                f"INSERT OR REPLACE INTO hosts ({', '.join(row)}) "
                f"VALUES ({', '.join(f':{name}' for name in row)})",
                row,
            )

        self._note(write)
