"""Says why a request gave no page: exceptions and status codes in the ledger's words."""

import logging
from dataclasses import dataclass, replace
from datetime import timedelta
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
from twisted.internet.error import ConnectionClosed
from twisted.logger import globalLogBeginner

from tradepress.archive.captures.content_encoding import CutOff, TooLarge, Undecodable
from tradepress.conduct.host_pause import (
    BUSY,
    LONGEST_WAIT,
    HostPaused,
    is_of_one_capture,
    retry_after,
)
from tradepress.conduct.on_site import OffSite
from tradepress.conduct.private_addresses import refused
from tradepress.conduct.redirects import NotFollowed
from tradepress.conduct.request_budget import BudgetSpent
from tradepress.conduct.robots import ForbiddenByRobots, RobotsUnavailable
from tradepress.conduct.stop import Stopped
from tradepress.crawling.confined_browser import BrowserFailed, NoBrowser

# A refused certificate is an outcome and no defect; Twisted prints a traceback of it, on its own
# (until another log begins) and through logging.
globalLogBeginner.beginLoggingTo([], redirectStandardIO=False, discardBuffer=True)
logging.getLogger("twisted").addFilter(
    lambda record: "while verifying certificate" not in record.getMessage()
)

TLS_MARKS = ("SSL", "TLS", "certificate", "VerificationError")
TOO_MANY_REDIRECTS = "max redirections reached"
"""Is what Scrapy says then."""


Outcome = Literal["rejected", "failed", "deferred"]

OUTCOMES: dict[type[BaseException], tuple[Outcome, str, str]] = {
    Stopped: ("deferred", "interrupted", "{error}"),
    BudgetSpent: ("deferred", "trial", "{error}"),
    ForbiddenByRobots: ("rejected", "robots", "{error}"),
    OffSite: ("rejected", "offsite", "{error}"),
    NotFollowed: ("rejected", "not_followed", "{error}"),
    IgnoreRequest: ("rejected", "ignored", "{error}"),
    CannotResolveHostError: ("deferred", "dns", "no address found for {host}"),
    DownloadConnectionRefusedError: ("failed", "refused", "{host} refused the connection"),
    DownloadTimeoutError: ("failed", "timeout", "{host} did not answer in time"),
    DownloadCancelledError: ("rejected", "too_large", "{error}"),
    ResponseDataLossError: ("failed", "data_loss", "{host} broke off the answer"),
    TooLarge: ("rejected", "too_large", "{url}: {error}"),
    CutOff: ("failed", "data_loss", "{url}: {error}"),
    NoBrowser: ("deferred", "browser", "{error}"),
    BrowserFailed: ("failed", "browser", "the browser failed ({error})"),
    Undecodable: ("failed", "encoding", "{url}: {error}"),
}
"""Maps an exception, and those derived from it that are not here, to outcome, reason and words."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Failure:
    """Says how a URL without a page ends."""

    outcome: Outcome
    reason: str
    """Is a short code for the ledger, for example ``robots`` or ``http_403``."""
    words: str
    """Says what happened, for a person."""
    status: int | None = None
    wait: timedelta | None = None
    """Is how long to leave a deferred URL alone."""


def explain(error: BaseException, url: str) -> Failure:
    """Names the failure of a request for ``url``."""
    if isinstance(error, HttpError):
        return _explain_status(error.response)
    if isinstance(error, HostPaused):
        return Failure(outcome="deferred", reason=error.code, words=str(error), wait=error.wait)
    if isinstance(error, RobotsUnavailable):
        return _explain_robots(error)
    host = urlsplit(url).hostname or url
    if isinstance(error, CannotResolveHostError) and host in refused:
        words = f"{host} is at {refused[host]}, which is not a public address"
        return Failure(outcome="rejected", reason="private_address", words=words)
    if isinstance(error, IgnoreRequest) and str(error) == TOO_MANY_REDIRECTS:
        words = f"{url} is one of too many redirects"
        return Failure(outcome="failed", reason="redirects", words=words)
    for kind in type(error).__mro__:
        if kind in OUTCOMES:
            outcome, reason, words = OUTCOMES[kind]
            words = words.format(error=error, host=host, url=url)
            return Failure(outcome=outcome, reason=reason, words=words)
    return _explain_connection(error, host)


def _explain_status(response: Response) -> Failure:
    status = response.status
    request = response.request
    is_busy = status in BUSY and not (request and is_of_one_capture(request, response))
    outcome: Outcome = "failed"
    if is_busy:
        outcome = "deferred"
    elif status in (404, 410):
        outcome = "rejected"
    return Failure(
        outcome=outcome,
        reason=f"http_{status}",
        words=f"{urlsplit(response.url).hostname} answered {status}",
        status=status,
        wait=retry_after(response) if is_busy else None,
    )


def _explain_robots(error: RobotsUnavailable) -> Failure:
    if error.__cause__ is None:
        return Failure(
            outcome="deferred", reason="robots_unavailable", words=str(error), wait=LONGEST_WAIT
        )
    why = explain(error.__cause__, error.url)
    # What was not asked for has not failed.
    return replace(why, outcome="deferred") if why.outcome == "failed" else why


def _explain_connection(error: BaseException, host: str) -> Failure:
    """Names a failure that Scrapy has no exception for."""
    reasons = [why.type for why in getattr(error.__cause__, "reasons", ())]
    detail = f"{error!r} {error.__cause__!r}"
    if any(mark in detail for mark in TLS_MARKS):
        reason, words = "tls", f"the certificate or the TLS of {host} can't be trusted"
    elif reasons and not any(issubclass(why, ConnectionClosed) for why in reasons):
        reason, words = "protocol", f"what {host} answered is no HTTP"
    else:
        reason, words = "network", f"the connection to {host} broke off"
    return Failure(outcome="failed", reason=reason, words=words)
