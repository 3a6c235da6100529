"""Why a request gave no page: exceptions and status codes in the ledger's words."""

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

from crawler.captures.content_encoding import CutOff, TooLarge, Undecodable
from crawler.conduct.host_pause import BUSY, LONGEST_WAIT, HostPaused, retry_after
from crawler.conduct.on_site import OffSite
from crawler.conduct.private_addresses import refused
from crawler.conduct.redirects import NotFollowed
from crawler.conduct.request_budget import BudgetSpent
from crawler.conduct.robots import ForbiddenByRobots, RobotsUnavailable
from crawler.conduct.stop import Stopped

# A refused certificate is an outcome and no defect; Twisted prints a traceback of it, on its own
# (until another log begins) and through logging.
globalLogBeginner.beginLoggingTo([], redirectStandardIO=False, discardBuffer=True)
logging.getLogger("twisted").addFilter(
    lambda record: "while verifying certificate" not in record.getMessage()
)

TLS_MARKS = ("SSL", "TLS", "certificate", "VerificationError")
TOO_MANY_REDIRECTS = "max redirections reached"
"""What Scrapy says then."""


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
    if isinstance(error, Stopped):
        return Failure(outcome="deferred", reason="interrupted", words=str(error))
    if isinstance(error, BudgetSpent):
        return Failure(outcome="deferred", reason="trial", words=str(error))
    if isinstance(error, ForbiddenByRobots):
        return Failure(outcome="rejected", reason="robots", words=str(error))
    if isinstance(error, RobotsUnavailable):
        if error.__cause__ is not None:
            why = explain(error.__cause__, error.url)
            # What was not asked for has not failed.
            return replace(why, outcome="deferred") if why.outcome == "failed" else why
        return Failure(
            outcome="deferred", reason="robots_unavailable", words=str(error), wait=LONGEST_WAIT
        )
    host = urlsplit(url).hostname or url
    if isinstance(error, CannotResolveHostError):
        if host in refused:
            words = f"{host} is at {refused[host]}, which is not a public address"
            return Failure(outcome="rejected", reason="private_address", words=words)
        return Failure(outcome="deferred", reason="dns", words=f"no address found for {host}")
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
    if isinstance(error, HostPaused):
        return Failure(outcome="deferred", reason=error.code, words=str(error), wait=error.wait)
    if isinstance(error, NotFollowed):
        return Failure(outcome="rejected", reason="not_followed", words=str(error))
    if isinstance(error, TooLarge):
        return Failure(outcome="rejected", reason="too_large", words=f"{url}: {error}")
    if isinstance(error, CutOff):
        return Failure(outcome="failed", reason="data_loss", words=f"{url}: {error}")
    if isinstance(error, Undecodable):
        return Failure(outcome="failed", reason="encoding", words=f"{url}: {error}")
    if isinstance(error, IgnoreRequest):
        if str(error) == TOO_MANY_REDIRECTS:
            words = f"{url} is one of too many redirects"
            return Failure(outcome="failed", reason="redirects", words=words)
        return Failure(outcome="rejected", reason="ignored", words=str(error))
    detail = f"{error!r} {error.__cause__!r}"
    if any(mark in detail for mark in TLS_MARKS):
        words = f"the certificate or the TLS of {host} can't be trusted"
        return Failure(outcome="failed", reason="tls", words=words)
    reasons = [why.type for why in getattr(error.__cause__, "reasons", ())]
    if reasons and not any(issubclass(why, ConnectionClosed) for why in reasons):
        words = f"what {host} answered is no HTTP"
        return Failure(outcome="failed", reason="protocol", words=words)
    return Failure(outcome="failed", reason="network", words=f"the connection to {host} broke off")


def _explain_status(response: Response) -> Failure:
    status = response.status
    host = urlsplit(response.url).hostname
    code = f"http_{status}"
    words = f"{host} answered {status}"
    if status in BUSY:
        return Failure(
            outcome="deferred", reason=code, words=words, status=status, wait=retry_after(response)
        )
    if status in (404, 410):
        return Failure(outcome="rejected", reason=code, words=words, status=status)
    return Failure(outcome="failed", reason=code, words=words, status=status)
