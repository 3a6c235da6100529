"""Headers have an end: an answer whose headers run on is given up, before it fills the memory."""

from tradepress.conduct.private_parts import Parser

MOST = 256 * 1024
"""Bytes; Twisted bounds one line, and not how many there are."""


class EndlessHeaders(Exception):
    """The answer has more headers than any server sends."""


class BoundedParser(Parser):
    """For the connections of the download handler."""

    received = 0

    def lineReceived(self, line: bytes) -> None:
        self.received += len(line)
        if self.received > MOST:
            raise EndlessHeaders(f"headers of more than {MOST:,} bytes")
        super().lineReceived(line)
