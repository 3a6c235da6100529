"""Keeps from the terminal what would steer it, whatever an archive or a site holds."""

import io
import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager

_STEERS = re.compile(
    r"\x1b(?!\[(?:[0129;]|3[1-7])*m)|[\0-\x08\x0b-\x0c\x0e-\x1a\x1c-\x1f\x7f-\x9f]|\r(?!\n)"
)
"""Matches all control characters but tabs, line ends, and the colours that we print."""


class InertText(io.TextIOWrapper):
    """Is a stream of text whose reader may be a terminal: no window is renamed, no line written
    over, no answer typed."""

    def write(self, text: str) -> int:
        super().write(_STEERS.sub("", text))
        return len(text)


@contextmanager
def inert_output() -> Iterator[None]:
    """Lets all that is printed to standard output while the block lasts be inert."""
    before = sys.stdout
    if not isinstance(before, io.TextIOWrapper):
        yield
        return
    before.flush()
    lines = before.line_buffering
    inert = InertText(before.buffer, before.encoding, "replace", line_buffering=lines)
    sys.stdout = inert
    try:
        yield
    finally:
        sys.stdout = before
        inert.detach()
