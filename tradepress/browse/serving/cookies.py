"""Decides which cookies of a browser are read: other servers of this machine set some for us,
too."""

import re
from collections.abc import Sequence

Header = tuple[bytes, bytes]

_PAIR = re.compile(rb"[A-Za-z0-9!#$%&'*+.^_`|~-]+=[!#-+\--:<-\[\]-~]*")
"""Matches RFC 6265, section 4.1.1, without quotes: at any other Python's parser fails or ends."""


def with_readable_cookies(headers: Sequence[Header]) -> list[Header]:
    """Returns the headers of a request with one line of cookies, those alone that can be read."""
    others = [(name, value) for name, value in headers if name != b"cookie"]
    lines = (value for name, value in headers if name == b"cookie")
    pairs = (pair.strip() for line in lines for pair in line.split(b";"))
    kept = [pair for pair in pairs if _PAIR.fullmatch(pair)]
    return [*others, (b"cookie", b"; ".join(kept))] if kept else others
