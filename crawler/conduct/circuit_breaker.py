"""A host that turns us away, or breaks down, is not asked on and on."""

from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from archive.clock import utc_text
from archive.frontier.hosts import LONGEST_PAUSE, Hosts
from crawler.conduct.host_name import host_of

REFUSALS = ("http_401", "http_403", "http_451", "http_999")
WALLS = ("challenge", "consent")
BLOCKS = REFUSALS + WALLS
"""Reasons in the ledger by which a site says that it does not want us."""
BLOCKS_IN_A_ROW = 3
"""One story that is refused among others is that story's own affair."""
FIRST_PAUSE = timedelta(hours=24)

TROUBLES_IN_A_ROW = 5
"""Addresses without a good answer between them, after which a host counts as out of order."""
READ = ("read", "stored", "unchanged", "duplicate")
"""Outcomes by which it has let us in."""


class CircuitBreaker:
    """Follows what one crawl is answered, and how its addresses end.

    :param on_stop: told the host, the reason and when it may be asked again (None: next run)
    """

    def __init__(self, hosts: Hosts, on_stop: Callable[[str, str, datetime | None], None]) -> None:
        self.hosts = hosts
        self.on_stop = on_stop
        self.broken: dict[str, str] = {}
        """Hosts that are out of order in this run, and by which reason."""
        self._refusals: Counter[str] = Counter()
        self._walls: Counter[str] = Counter()
        self._troubles: dict[str, set[str]] = {}

    def answered(self, url: str, status: int) -> None:
        """The host has answered; what a page is will be seen later, maybe after later answers."""
        host = host_of(url)
        if status < 400:
            self._refusals[host] = 0
        if status == 429 or 500 <= status < 600:
            self.failed(url, f"http_{status}")
        else:
            self._troubles.pop(host, None)

    def failed(self, url: str, reason: str) -> None:
        """The host has not answered, or that it can't."""
        host = host_of(url)
        troubled = self._troubles.setdefault(host, set())
        troubled.add(url)
        if len(troubled) >= TROUBLES_IN_A_ROW and host not in self.broken:
            self.broken[host] = reason
            self.on_stop(host, reason, None)

    def note(self, url: str, outcome: str, reason: str | None) -> None:
        """An address has ended so."""
        host = host_of(url)
        if reason in BLOCKS:
            count = self._refusals if reason in REFUSALS else self._walls
            count[host] += 1
            self._look(host, reason, count[host])
        elif outcome in READ:
            self._walls[host] = 0
            self._let_in(host)

    def _look(self, host: str, reason: str, in_a_row: int) -> None:
        """Pause the host, if that was enough; once blocked, one more is enough."""
        known, now = self.hosts[host], datetime.now(UTC)
        is_paused = (known.paused_until or "") > utc_text(now)
        if is_paused or in_a_row < (1 if known.blocks else BLOCKS_IN_A_ROW):
            return
        until = now + min(FIRST_PAUSE * 2 ** min(known.blocks, 10), LONGEST_PAUSE)
        self.hosts.save(
            replace(
                known,
                paused_until=utc_text(until),
                reason=reason,
                blocks=known.blocks + 1,
                blocked_at=utc_text(now),
            )
        )
        self.on_stop(host, reason, until)

    def _let_in(self, host: str) -> None:
        known = self.hosts[host]
        if known.blocks and (known.paused_until or "") <= utc_text(datetime.now(UTC)):
            self.hosts.save(replace(known, paused_until=None, reason=None, blocks=0))
