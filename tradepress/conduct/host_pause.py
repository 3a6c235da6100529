"""Decides when a host is left alone, and until when; its addresses are put off, not failed.

It asks for that (429, 503), turns us away several times in a row, or is out of order.
"""

from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from scrapy.exceptions import (
    CannotResolveHostError,
    DownloadConnectionRefusedError,
    DownloadTimeoutError,
    IgnoreRequest,
)
from scrapy.http import Request, Response
from scrapy.spidermiddlewares.httperror import HttpError

from tradepress.archive.clock import utc_text
from tradepress.archive.frontier.addresses import Address
from tradepress.archive.frontier.hosts import LONGEST_PAUSE, Host, Hosts
from tradepress.archive.ledger.outcomes import Outcome
from tradepress.conduct.middleware import ConductMiddleware

if TYPE_CHECKING:
    from scrapy.crawler import Crawler

BUSY = (429, 503)
LONGEST_WAIT = timedelta(hours=1)
"""Limits what a Retry-After may ask, and is the wait where there is none that makes sense."""

REFUSALS = ("http_401", "http_403", "http_451", "http_999")
WALLS = ("challenge", "consent")
BLOCKS = REFUSALS + WALLS
"""Lists the reasons in the ledger by which a site says that it does not want us."""
BLOCKS_IN_A_ROW = 3
"""Is more than one, since one story that is refused among others is that story's own affair."""
FIRST_PAUSE = timedelta(hours=24)

OUT_OF_ORDER = {
    CannotResolveHostError: "dns",
    DownloadConnectionRefusedError: "refused",
    DownloadTimeoutError: "timeout",
}
TROUBLES_IN_A_ROW = 5
"""Is how many addresses in a row without a good answer make a host count as out of order."""
READ = ("read", "stored", "unchanged", "duplicate")
"""Lists the outcomes by which a host has let us in."""


def retry_after(response: Response) -> timedelta:
    """Tells how long a busy host wants to be left alone (RFC 9110, 10.2.3), up to the cap."""
    raw = (response.headers.get("Retry-After") or b"").decode("latin-1").strip()
    if raw.isascii() and raw.isdigit():
        return timedelta(seconds=min(float(raw), LONGEST_WAIT.total_seconds()))
    try:
        date = parsedate_to_datetime(raw)
        # An HTTP date is always GMT; Python reads "-0000" as no zone at all.
        wait = date.replace(tzinfo=date.tzinfo or UTC) - datetime.now(UTC)
    except (ValueError, TypeError, OverflowError):
        return LONGEST_WAIT
    return min(wait, LONGEST_WAIT) if wait > timedelta() else LONGEST_WAIT


def is_of_one_capture(request: Request, response: Response) -> bool:
    """Is it one capture alone that a web archive can't give? pywb says 503 of a lost or damaged
    WARC file, and of a revisit without its original."""
    is_hole = response.status == 503 and "Retry-After" not in response.headers
    return is_hole and request.meta.get("kind") == "memento"


def host_of(url: str) -> str:
    """Returns the host as it is remembered: lower case, with the port if one is given."""
    return urlsplit(url).netloc.rpartition("@")[2].lower()


class HostPaused(IgnoreRequest):
    """The host is left alone: it asked for that, turns us away or is out of order."""

    def __init__(self, host: str, reason: str, until: datetime | None) -> None:
        when = f"until {until:%Y-%m-%d %H:%M} UTC" if until else "for the rest of this run"
        if until is None:
            self.code, why = "host_down", "gave no good answer several times in a row"
        elif reason in BLOCKS:
            self.code, why = "host_blocked", "turned us away"
        else:
            self.code, why = "host_paused", "asked for fewer requests"
        super().__init__(f"{host} {why} ({reason}) and is left alone {when}")
        self.reason = reason
        self.wait = until - datetime.now(UTC) if until else LONGEST_WAIT


class CircuitBreaker:
    """Follows what one crawl is answered, and how its addresses end.

    :param hosts: remembers pauses from run to run
    :param on_stop: told the host, the reason and when it may be asked again (None: next run)
    """

    def __init__(self, hosts: Hosts, on_stop: Callable[[str, str, datetime | None], None]) -> None:
        self.hosts = hosts
        self.on_stop = on_stop
        self._broken: dict[str, str] = {}
        """Holds the hosts that are out of order in this run, and by which reason."""
        self._refusals: Counter[str] = Counter()
        self._walls: Counter[str] = Counter()
        self._troubles: dict[str, set[str]] = {}

    def require_open(self, host: str) -> None:
        """Raises HostPaused where the host is left alone by now."""
        known = self.hosts[host]
        if known.paused_until and _is_paused(known):
            until = datetime.fromisoformat(known.paused_until)
            self.on_stop(host, known.reason or "", until)
            raise HostPaused(host, known.reason or "", until)
        if host in self._broken:
            raise HostPaused(host, self._broken[host], None)

    def asked_to_wait(self, host: str, reason: str, wait: timedelta) -> None:
        """The host is busy; what is a moment only is not worth a pause."""
        known, until = self.hosts[host], utc_text(datetime.now(UTC) + wait)
        if wait > timedelta(seconds=1) and (known.paused_until or "") < until:
            self.hosts.save(replace(known, paused_until=until, reason=reason))

    def answered(self, url: str, status: int) -> None:
        """The host has answered. Whether that is a story or a wall, :meth:`note` is told, maybe
        after the next answers."""
        host = host_of(url)
        if status < 400:
            self._refusals[host] = 0
        if status == 429 or 500 <= status < 600:
            self.failed(url, f"http_{status}")
        else:
            self._troubles.pop(host, None)

    def failed(self, url: str, reason: str) -> None:
        """The host did not answer, or said that it is out of order."""
        host = host_of(url)
        troubled = self._troubles.setdefault(host, set())
        troubled.add(url)
        if len(troubled) >= TROUBLES_IN_A_ROW and host not in self._broken:
            self._broken[host] = reason
            self.on_stop(host, reason, None)

    def note(self, url: str, outcome: str, reason: str | None) -> None:
        """An address of a host has ended with this outcome."""
        host = host_of(url)
        if reason in BLOCKS:
            count = self._refusals if reason in REFUSALS else self._walls
            count[host] += 1
            self._turned_away(host, reason, count[host])
        elif outcome in READ:
            self._walls[host] = 0
            known = self.hosts[host]
            if known.blocks and not _is_paused(known):
                self.hosts.save(replace(known, paused_until=None, reason=None, blocks=0))

    def _turned_away(self, host: str, reason: str, in_a_row: int) -> None:
        """Pauses the host, if that was enough; once blocked, one more is enough."""
        known, now = self.hosts[host], datetime.now(UTC)
        if _is_paused(known) or in_a_row < (1 if known.blocks else BLOCKS_IN_A_ROW):
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


def _is_paused(known: Host) -> bool:
    return (known.paused_until or "") > utc_text(datetime.now(UTC))


class HostPause(ConductMiddleware):
    """Refuses requests to a host that is left alone, and tells the circuit breaker of the others.

    What is remembered of hosts is the ledger's: all crawlers of a run and the next run see it. How
    a request failed stands in its ``meta["failure"]``, and in that of its second try.
    """

    def __init__(self, crawler: "Crawler") -> None:
        super().__init__(crawler)
        # One page without an archive is remembered no longer than its crawl.
        hosts = self.run.hosts if self.run is not None else Hosts()
        self.breaker = CircuitBreaker(hosts, self.stopped)
        self.known_bad: set[str] = set()
        """Holds the stories that gave no page when they were last asked for: once more is no news
        of the host, and they come due together."""
        if self.run is not None:
            self.run.ledger.on_outcome[self.source.name].append(self.note)

    def note(self, kind: str, url: str, outcome: str, reason: str | None) -> None:
        """Follows how an address of its own source has ended in this run."""
        # Many sites refuse these to everybody, and let everybody read.
        is_aside = kind in ("feed", "sitemap") and bool(self.source.sections)
        is_own_affair = url in self.known_bad or is_aside
        if not (reason in BLOCKS and is_own_affair):
            self.breaker.note(url, outcome, reason)

    def process_request(self, request: Request) -> None:
        self.require_open(request)
        address: Address | None = request.meta.get("address")
        if address is not None and (
            address.outcome == Outcome.FAILED or address.reason in (*WALLS, "http_503")
        ):
            self.known_bad.add(address.url)

    def require_open(self, request: Request) -> None:
        """Raises HostPaused where the request's host is left alone by now."""
        self.breaker.require_open(host_of(request.url))

    def process_response(self, request: Request, response: Response) -> Response:
        status = response.status
        is_known_bad = _story_at(request) in self.known_bad
        if status >= 400:
            request.meta["failure"] = HttpError(response)
        else:
            for url in request.meta.get("redirect_urls", ()):
                self.breaker.answered(url, status)
        is_hole = is_of_one_capture(request, response)
        if status < 500 or not (is_known_bad or is_hole):
            self.breaker.answered(request.url, status)
        # Some servers say 503 to a file that they don't have, or of one broken page.
        is_odd = is_hole or (
            status == 503
            and "Retry-After" not in response.headers
            and (is_known_bad or request.meta.get("kind") == "tdmrep")
        )
        if status in BUSY and not is_odd:
            host = host_of(request.url)
            self.breaker.asked_to_wait(host, f"http_{status}", retry_after(response))
        return response

    def process_exception(self, request: Request, exception: Exception) -> None:
        if not isinstance(exception, IgnoreRequest):
            request.meta["failure"] = exception
        reason = OUT_OF_ORDER.get(type(exception))
        if reason is not None and _story_at(request) not in self.known_bad:
            self.breaker.failed(request.url, reason)

    def stopped(self, host: str, reason: str, until: datetime | None) -> None:
        """Writes the stop into the run's report."""
        if self.report is not None:
            self.report.stops.setdefault(host, HostPaused(host, reason, until))


def _story_at(request: Request) -> str | None:
    """Returns the address of the story that is asked for; None: it is no story."""
    address: Address | None = request.meta.get("address")
    return address.url if address is not None else None
