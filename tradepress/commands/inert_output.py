"""Lets nothing reach a terminal that steers it, whoever wrote the words that are printed."""

import io
import re
import sys

from tradepress.archive.text_forms import CONTROLS

COLOURS, OF_BARS = r"\x1b\[[0-79;]*m", r"\x1b\[(?:[\d;]*m|\d*A|2K|\?25[hl])|\r"
"""Match what may be printed: of results colours alone, since a cursor that moves (also by ``CR``)
hides what was said before, and 8 what is said."""


class InertOutput(io.TextIOWrapper):
    """Writes as the stream does in whose place it stands."""

    def __init__(self, stream: io.TextIOWrapper, kept: str) -> None:
        when = stream.line_buffering, stream.write_through
        super().__init__(stream.buffer, stream.encoding, "replace", None, *when)
        self._of = stream  # which closes what it writes to as it goes
        self._steering = re.compile(rf"({kept}|\r\n)|[{CONTROLS}\v\f\r]")

    def write(self, words: str, /) -> int:
        super().write(self._steering.sub(r"\1", words))
        return len(words)


def print_inert() -> None:
    """Sets both streams of this process for the rest of its life."""
    for name, kept in (("stdout", COLOURS), ("stderr", OF_BARS)):
        if isinstance(stream := getattr(sys, name), io.TextIOWrapper):
            setattr(sys, name, InertOutput(stream, kept))
