"""Headers have an end: an answer whose headers run on is given up, before it fills the memory."""

from scrapy.core.downloader.handlers.http11 import (
    _LenientHTTP11ClientFactory,
    _LenientHTTP11ClientProtocol,
    _LenientHTTPClientParser,
)
from twisted.internet.defer import Deferred
from twisted.internet.interfaces import IAddress
from twisted.web._newclient import Request
from twisted.web.iweb import IResponse

MOST = 256 * 1024
"""Bytes; Twisted bounds one line, and not how many there are."""


class EndlessHeaders(Exception):
    """The answer has more headers than any server sends."""


class BoundedParser(_LenientHTTPClientParser):
    received = 0

    def lineReceived(self, line: bytes) -> None:
        self.received += len(line)
        if self.received > MOST:
            raise EndlessHeaders(f"headers of more than {MOST:,} bytes")
        super().lineReceived(line)


class BoundedProtocol(_LenientHTTP11ClientProtocol):
    def request(self, request: Request) -> Deferred[IResponse]:
        answer = super().request(request)
        assert self._parser is not None
        self._parser.__class__ = BoundedParser  # as Scrapy puts its own in Twisted's place
        return answer


class BoundedFactory(_LenientHTTP11ClientFactory):
    """For the connection pool of the download handler."""

    def buildProtocol(self, addr: IAddress | None) -> BoundedProtocol:
        return BoundedProtocol(self._quiescentCallback)  # type: ignore[no-untyped-call]
