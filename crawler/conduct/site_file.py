"""Files in which a site speaks to crawlers: robots.txt and tdmrep.json."""

import asyncio
from collections.abc import Callable, Coroutine
from time import monotonic
from typing import TYPE_CHECKING, Any, Generic, TypeVar
from urllib.parse import urlsplit

from scrapy.http import Response

from archive.ledger.ledger import Fetched
from crawler.context import context_of
from crawler.source import Source

if TYPE_CHECKING:
    from scrapy.crawler import Crawler

T = TypeVar("T")

FRESH = 24 * 60 * 60.0
"""Seconds for which an answer counts (RFC 9309, 2.4)."""
UNAVAILABLE = 60 * 60.0
"""Seconds after which a file that can't be had is asked for again."""


class SiteFile(Generic[T]):
    """What each origin says in one file. Whoever needs it first asks; the others wait for that
    answer, and when it is no longer fresh the next one asks again.

    :param ask: asks an origin; what it says, and for how many seconds that counts
    """

    def __init__(self, ask: Callable[[str], Coroutine[Any, Any, tuple[T, float]]]) -> None:
        self._ask = ask
        self._answers: dict[str, asyncio.Future[T]] = {}
        self._fresh_until: dict[str, float] = {}

    async def at(self, url: str) -> T:
        """What the origin of this address says. Raises what ``ask`` raises; that is not kept."""
        origin = origin_of(url)
        if self._fresh_until.get(origin, 0.0) < monotonic():
            self._fresh_until[origin] = float("inf")  # until it is there
            self._answers[origin] = asyncio.ensure_future(self._answer(origin))
        return await self._answers[origin]

    async def _answer(self, origin: str) -> T:
        lasts = 0.0
        try:
            answer, lasts = await self._ask(origin)
            return answer
        finally:
            self._fresh_until[origin] = monotonic() + lasts


def origin_of(url: str) -> str:
    """Scheme, host and port (RFC 6454)."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"


def why_unavailable(response: Response, *, is_cut: bool) -> str | None:
    """Why an answer says neither what stands in the file nor that there is none (RFC 9309,
    2.3.1.4); None where it does.

    :param is_cut: the body, if it is the file's, may have broken off
    """
    is_there = 200 <= response.status < 300
    if is_there and is_cut:
        return "data_loss"
    if response.status == 429 or not (is_there or 400 <= response.status < 500):
        return f"http_{response.status}"
    return None


def note_answer(
    crawler: "Crawler",
    kind: str,
    url: str,
    response: Response | None = None,
    *,
    outcome: str,
    reason: str | None,
) -> None:
    """Into the ledger, if there is one, under the source of this crawl.

    :param kind: ``robots`` or ``tdmrep``
    """
    if (run := context_of(crawler).run) is None:
        return
    fetched = Fetched(kind=kind)
    if response is not None:
        fetched = Fetched(kind=kind, status=response.status, size=len(response.body))
    source: Source = crawler.spidercls.source  # type: ignore[attr-defined]
    run.ledger.record_listing(source.name, url, fetched, outcome=outcome, reason=reason)
