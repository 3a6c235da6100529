"""Nothing is asked of a host that is left alone; its addresses are put off, not failed."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Self

from scrapy.exceptions import (
    CannotResolveHostError,
    DownloadConnectionRefusedError,
    DownloadTimeoutError,
    IgnoreRequest,
)
from scrapy.http import Request, Response
from scrapy.spidermiddlewares.httperror import HttpError

from archive.clock import utc_text
from archive.frontier.addresses import Address
from archive.frontier.hosts import Hosts
from archive.ledger.outcomes import Outcome
from crawler.conduct.circuit_breaker import BLOCKS, WALLS, CircuitBreaker
from crawler.conduct.host_name import host_of
from crawler.conduct.retry_after import BUSY, LONGEST_WAIT, retry_after
from crawler.context import context_of
from crawler.source import Source

if TYPE_CHECKING:
    from scrapy.crawler import Crawler

OUT_OF_ORDER = {
    CannotResolveHostError: "dns",
    DownloadConnectionRefusedError: "refused",
    DownloadTimeoutError: "timeout",
}


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


class HostPause:
    """Refuses requests to a paused host, and pauses one that answers 429 or 503.

    What is remembered of hosts is the ledger's: all crawlers of a run and the next run see it. How
    a request failed stands in its ``meta["failure"]``, and in that of its second try.
    """

    def __init__(self, crawler: "Crawler") -> None:
        self.crawler = crawler
        run = context_of(crawler).run
        # One page without an archive is remembered no longer than its crawl.
        self.hosts = run.hosts if run is not None else Hosts()
        self.breaker = CircuitBreaker(self.hosts, self.stopped)
        self.known_bad: set[str] = set()
        """Stories that gave no page when they were last asked for: once more is no news of the
        host, and they come due together."""
        if run is not None:
            run.ledger.on_outcome.append(self.note)

    @classmethod
    def from_crawler(cls, crawler: "Crawler") -> Self:
        return cls(crawler)

    def note(self, source: str, kind: str, url: str, outcome: str, reason: str | None) -> None:
        """An address of this run has ended so; each crawler follows those of its own source."""
        own: Source = self.crawler.spidercls.source  # type: ignore[attr-defined]
        # Many sites refuse these to everybody, and let everybody read.
        is_aside = kind in ("feed", "sitemap") and bool(own.sections)
        is_own_affair = url in self.known_bad or is_aside
        if source == own.name and not (reason in BLOCKS and is_own_affair):
            self.breaker.note(url, outcome, reason)

    def process_request(self, request: Request) -> None:
        self.require_open(request)
        address: Address | None = request.meta.get("address")
        if address is not None and (
            address.outcome == Outcome.FAILED or address.reason in (*WALLS, "http_503")
        ):
            self.known_bad.add(address.url)

    def require_open(self, request: Request) -> None:
        """
        :raises HostPaused: the request's host is left alone by now
        """
        host = host_of(request.url)
        known = self.hosts[host]
        if known.paused_until and known.paused_until > utc_text(datetime.now(UTC)):
            until = datetime.fromisoformat(known.paused_until)
            self.stopped(host, known.reason or "", until)
            raise HostPaused(host, known.reason or "", until)
        if host in self.breaker.broken:
            raise HostPaused(host, self.breaker.broken[host], None)

    def process_response(self, request: Request, response: Response) -> Response:
        if response.status >= 400:
            request.meta["failure"] = HttpError(response)
        if response.status < 400:
            for url in request.meta.get("redirect_urls", ()):
                self.breaker.answered(url, response.status)
        is_known_bad = _story_at(request) in self.known_bad
        if response.status < 500 or not is_known_bad:
            self.breaker.answered(request.url, response.status)
        # Some servers say 503 to a file that they don't have, or of one broken page.
        is_odd = (
            (request.meta.get("kind") == "tdmrep" or is_known_bad)
            and response.status == 503
            and "Retry-After" not in response.headers
        )
        if (
            response.status in BUSY
            and not is_odd
            and (wait := retry_after(response)) > timedelta(seconds=1)
        ):
            host = host_of(request.url)
            until, known = datetime.now(UTC) + wait, self.hosts[host]
            if (known.paused_until or "") < utc_text(until):
                reason = f"http_{response.status}"
                self.hosts.save(replace(known, paused_until=utc_text(until), reason=reason))
        return response

    def process_exception(self, request: Request, exception: Exception) -> None:
        if not isinstance(exception, IgnoreRequest):
            request.meta["failure"] = exception
        reason = OUT_OF_ORDER.get(type(exception))
        if reason is not None and _story_at(request) not in self.known_bad:
            self.breaker.failed(request.url, reason)

    def stopped(self, host: str, reason: str, until: datetime | None) -> None:
        """Into the run's report."""
        report = getattr(self.crawler.spider, "report", None)
        if report is not None:
            report.stops.setdefault(host, HostPaused(host, reason, until))


def _story_at(request: Request) -> str | None:
    """The address of the story that is asked for; None: it is no story."""
    address: Address | None = request.meta.get("address")
    return address.url if address is not None else None
