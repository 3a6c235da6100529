"""Stops a crawl: what is on the wire is finished, what still waits for its turn is put off."""

import asyncio
from collections.abc import Coroutine
from typing import TYPE_CHECKING, Any

from scrapy.core.downloader import Downloader
from scrapy.exceptions import IgnoreRequest
from twisted.python.failure import Failure

from tradepress.conduct.context import context_of

if TYPE_CHECKING:
    from scrapy.crawler import Crawler

LOOK_SECONDS = 0.1


class Stopped(IgnoreRequest):
    """Raised where the run ends before this address was asked for."""


def require_going(crawler: "Crawler", url: str) -> None:
    """Raises Stopped where the crawl ends, and the address is not asked for."""
    if context_of(crawler).is_stopping:
        raise Stopped(f"{url} was not asked for: the run stops")


async def finish(closing: Coroutine[Any, Any, object], crawler: "Crawler") -> None:
    """Closes a crawl without waiting for the turn of requests, which may take a minute each.

    :param closing: Scrapy's own closing, which waits for every request it has begun
    """
    context_of(crawler).is_stopping = True
    task = asyncio.ensure_future(closing)
    while not task.done():
        await asyncio.wait([task], timeout=LOOK_SECONDS)
        _drop_waiting(crawler.engine.downloader)
    await task


def _drop_waiting(downloader: Downloader) -> None:
    for slot in downloader.slots.values():
        while slot.queue:
            request, waiting = slot.queue.popleft()
            error = Stopped(f"{request.url} was not asked for: the run stops")
            waiting.errback(Failure(error))  # type: ignore[no-untyped-call]
