"""Remembers from run to run the hosts that are left alone for a while."""

from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta

from tradepress.archive.clock import utc_text
from tradepress.archive.file.transaction import Transaction

LONGEST_PAUSE = timedelta(days=30)
"""Limits a pause: a longer one was noted by a clock that went wrong, and does not count."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Host:
    """Holds what is known of one host (with its port, if it is no usual one)."""

    host: str
    paused_until: str | None = None
    """Is a time in UTC; nothing is asked of the host before."""
    reason: str | None = None
    """Is the outcome's reason in the ledger (``http_403``, ``challenge``, ``http_429``, …)."""
    blocks: int = 0
    """Counts how many times in a row it was found to turn us away; 0 after it let us in."""
    blocked_at: str | None = None
    """Says when it last turned us away."""


class Hosts:
    """Keeps table ``hosts``, shared by all crawlers of a run.

    :param transaction: None: nothing is remembered, as for one page without an archive
    """

    def __init__(self, transaction: Transaction | None = None) -> None:
        self._transaction = transaction
        self._known: dict[str, Host] = {}
        if transaction is not None:
            rows = transaction.rows(
                "SELECT host, CASE WHEN paused_until <= ? THEN paused_until END AS paused_until, "
                "reason, blocks, blocked_at FROM hosts",
                [utc_text(datetime.now(UTC) + LONGEST_PAUSE)],
            )
            self._known = {row["host"]: Host(**row) for row in rows}

    def __getitem__(self, host: str) -> Host:
        return self._known.get(host) or Host(host=host)

    def save(self, host: Host) -> None:
        """Remembers what is known of this host."""
        self._known[host.host] = host
        if self._transaction is not None:
            row = asdict(host)
            self._transaction.write(
                f"INSERT OR REPLACE INTO hosts ({', '.join(row)}) "
                f"VALUES ({', '.join(f':{name}' for name in row)})",
                row,
            )
