"""Finds where words stand in a captured page, byte by byte, however the page writes them."""

import json
import re
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from html.entities import codepoint2name

from tradepress.archive.text_forms import one_line

SPACE = rb"(?:\s|\xc2?\xa0|&nbsp;|&#160;|\\[nrt]|\\u00a0)+"
CHARSET = re.compile(rb"charset=[\"']?([\w-]{1,40})", re.I)
HEAD, AROUND, LONGEST = 4096, 60, 80
"""Are bytes in which a page names its encoding, bytes shown around a place, letters sought."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Place:
    """Is where words stand in a page as captured, but for its Content-Encoding."""

    sought: str
    offset: int
    """Is the first byte, from 0."""
    length: int
    around: str
    """Holds them as they stand there, with what is around."""


def find_places(page: bytes, words: Sequence[str], content_type: str, most: int) -> Iterator[Place]:
    """Yields the first places of each of these words, at most so many: literally, with entities, or
    as JSON escapes them; white space is as good as any other."""
    named = CHARSET.search(content_type.encode() + b";" + page[:HEAD])
    encoding = named[1].decode() if named else "utf-8"
    for sought in words:
        parts = [b"".join(_form(letter, encoding) for letter in one) for one in sought.split()]
        found = re.finditer(SPACE.join(parts), page) if parts else iter(())
        for _, at in zip(range(most), found, strict=False):
            start, end = at.span()
            around = page[max(start - AROUND, 0) : end + AROUND].decode("utf-8", "replace")
            length = end - start
            yield Place(sought=sought, offset=start, length=length, around=one_line(around))


def _form(letter: str, encoding: str) -> bytes:
    """Returns a pattern of all that a page may write for a letter."""
    if letter.isascii() and letter.isalnum():
        return letter.encode()
    number, escaped = ord(letter), json.dumps(letter)[1:-1]
    forms = {escaped, f"\\u{number:04x}", f"\\{letter}", f"&#{number};", f"&#x{number:x};"}
    forms |= {f"&{codepoint2name.get(number, 'apos' if letter == chr(39) else '#0')};"}
    written = {letter.encode(), *(form.encode() for form in forms if form.isascii())}
    for one in (encoding, "cp1252"):
        with suppress(LookupError, UnicodeError):
            written.add(letter.encode(one))
    return b"(?i:" + b"|".join(map(re.escape, sorted(written, key=len, reverse=True))) + b")"
