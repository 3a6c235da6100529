"""Headers have an end: an answer whose headers run on is given up, before it fills the memory."""

from tradepress.conduct.private_parts import Parser

MOST = 256 * 1024
"""Is in bytes; Twisted bounds one line, and not how many there are."""


class EndlessHeaders(Exception):
    """The answer has more headers than any server sends."""


class BoundedParser(Parser):
    """Gives up an answer on a connection of the download handler as its headers run on."""

    received = 0

    def lineReceived(self, line: bytes) -> None:
        self.received += len(line)
        if self.received > MOST:
            raise EndlessHeaders(f"headers of more than {MOST:,} bytes")
        super().lineReceived(line)
