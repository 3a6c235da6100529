"""Why a request gave no page: exceptions and status codes in the ledger's words."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Literal
from urllib.parse import urlsplit

from scrapy.exceptions import (
    CannotResolveHostError,
    DownloadCancelledError,
    DownloadConnectionRefusedError,
    DownloadTimeoutError,
    IgnoreRequest,
    ResponseDataLossError,
)
from scrapy.http import Response
from scrapy.spidermiddlewares.httperror import HttpError

from crawler.conduct.on_site import OffSite
from crawler.conduct.private_addresses import refused
from crawler.conduct.request_budget import BudgetSpent
from crawler.conduct.robots import ForbiddenByRobots, RobotsUnavailable

LONGEST_WAIT = timedelta(hours=1)
"""Cap for what a Retry-After may ask."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Failure:
    """How a URL without a page ends."""

    outcome: Literal["rejected", "failed", "deferred"]
    reason: str
    """Short code for the ledger, for example ``robots`` or ``http_403``."""
    words: str
    """What happened, for a person."""
    status: int | None = None
    wait: timedelta | None = None
    """For a deferred URL: how long to leave it alone."""


def explain(error: BaseException, url: str) -> Failure:
    """Name the failure of a request for ``url``."""
    if isinstance(error, HttpError):
        return _explain_status(error.response)
    if isinstance(error, BudgetSpent):
        return Failure(outcome="deferred", reason="trial", words=str(error))
    if isinstance(error, ForbiddenByRobots):
        return Failure(outcome="rejected", reason="robots", words=str(error))
    if isinstance(error, RobotsUnavailable):
        if error.__cause__ is not None:
            return explain(error.__cause__, url)
        return Failure(
            outcome="deferred", reason="robots_unavailable", words=str(error), wait=LONGEST_WAIT
        )
    host = urlsplit(url).hostname or url
    if isinstance(error, CannotResolveHostError):
        if host in refused:
            words = f"{host} is at {refused[host]}, which is not a public address"
            return Failure(outcome="rejected", reason="private_address", words=words)
        return Failure(outcome="failed", reason="dns", words=f"no address found for {host}")
    if isinstance(error, DownloadConnectionRefusedError):
        return Failure(outcome="failed", reason="refused", words=f"{host} refused the connection")
    if isinstance(error, DownloadTimeoutError):
        return Failure(outcome="failed", reason="timeout", words=f"{host} did not answer in time")
    if isinstance(error, DownloadCancelledError):
        return Failure(outcome="rejected", reason="too_large", words=str(error))
    if isinstance(error, ResponseDataLossError):
        return Failure(outcome="failed", reason="data_loss", words=f"{host} broke off the answer")
    if isinstance(error, OffSite):
        return Failure(outcome="rejected", reason="offsite", words=str(error))
    if isinstance(error, IgnoreRequest):
        return Failure(outcome="rejected", reason="ignored", words=str(error))
    code = "tls" if "SSL" in str(error) or "certificate" in str(error) else "network"
    return Failure(outcome="failed", reason=code, words=f"{host}: {error or type(error).__name__}")


def _explain_status(response: Response) -> Failure:
    status = response.status
    host = urlsplit(response.url).hostname
    code = f"http_{status}"
    words = f"{host} answered {status}"
    if status in (429, 503):
        return Failure(
            outcome="deferred", reason=code, words=words, status=status, wait=_retry_after(response)
        )
    if status in (404, 410):
        return Failure(outcome="rejected", reason=code, words=words, status=status)
    return Failure(outcome="failed", reason=code, words=words, status=status)


def _retry_after(response: Response) -> timedelta:
    """Retry-After (RFC 9110 section 10.2.3), seconds or HTTP date, between 0 and the cap."""
    raw = (response.headers.get("Retry-After") or b"").decode("latin-1").strip()
    if raw.isascii() and raw.isdigit():
        return min(timedelta(seconds=int(raw[:9])), LONGEST_WAIT)
    try:
        wait = parsedate_to_datetime(raw) - datetime.now(UTC)
    except (ValueError, TypeError):
        return LONGEST_WAIT
    return min(max(wait, timedelta(0)), LONGEST_WAIT)
