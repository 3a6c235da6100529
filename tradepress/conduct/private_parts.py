"""Holds what we use of Scrapy and Twisted that is not public: here alone, each part with a test.

A release of theirs may move any of it; then tests/conduct/test_private_parts.py says which.
"""

import asyncio
from contextlib import suppress
from typing import TYPE_CHECKING, Any, cast

from scrapy.core.downloader.handlers.http11 import (
    HTTP11DownloadHandler,
    _LenientHTTP11ClientFactory,
    _LenientHTTP11ClientProtocol,
    _LenientHTTPClientParser,
)
from twisted.internet.defer import Deferred
from twisted.internet.interfaces import IAddress
from twisted.web._newclient import Request
from twisted.web.iweb import IResponse

if TYPE_CHECKING:
    from scrapy.crawler import Crawler


class Parser(_LenientHTTPClientParser):
    """Reads one answer, line by line, as Scrapy's does."""


def set_parser(handler: HTTP11DownloadHandler, parser: type[Parser]) -> None:
    """Makes the connections of a download handler read their answers by this class.

    A connection comes back to the pool just after its answer, and the next request is earlier: one
    more than Scrapy's number is kept.
    """

    class Connection(_LenientHTTP11ClientProtocol):
        def request(self, request: Request) -> Deferred[IResponse]:
            answer = super().request(request)
            assert self._parser is not None
            self._parser.__class__ = parser  # as Scrapy puts its own in Twisted's place
            return answer

    class Connections(_LenientHTTP11ClientFactory):
        def buildProtocol(self, addr: IAddress | None) -> Connection:
            return Connection(self._quiescentCallback)  # type: ignore[no-untyped-call]

    handler._pool._factory = Connections
    handler._pool.maxPersistentPerHost += 1


def pages_in_hand(crawler: "Crawler") -> int:
    """Returns how many answers came whose stories are not stored yet."""
    slot = crawler.engine.scraper.slot if crawler.engine is not None else None
    return len(slot.queue) + len(slot.active) if slot is not None else 0


def event_loop_of(reactor: object) -> asyncio.AbstractEventLoop:
    """Returns asyncio's loop in which Twisted's reactor runs."""
    return cast("asyncio.AbstractEventLoop", cast("Any", reactor)._asyncioEventloop)


def end_threads(reactor: object) -> None:
    """The interpreter would wait for the reactor's threads at its end; later work starts others."""
    with suppress(AssertionError):  # there are none
        cast("Any", reactor)._stopThreadPool()
