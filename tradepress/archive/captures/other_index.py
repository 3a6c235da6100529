"""Reads the index of another web archive: CDXJ (pywb, WACZ), or CDX with its letters
(iipc.github.io/warc-specs/specifications/cdx-format/cdx-2015)."""

import gzip
import json
import re
from collections.abc import Iterator
from pathlib import Path

from tradepress.archive.captures.cdxj import surt_key

USUAL = ["N", "b", "a", "m", "s", "k", "r", "M", "S", "V", "g"]
"""Lists the letters of the fields of a file that does not say them."""
TIME = re.compile(r"\d{14}|\d{17}")
Held = tuple[str, str]
"""Is the key of an address and 14 digits of the time at which it was captured."""


class NoIndex(Exception):
    """Says that a file is no index of captures."""


def captures_in(file: Path) -> Iterator[Held]:
    """Yields the captures that an index names.

    :param file: of lines, gzipped or not; a WACZ's ``index.cdx.gz`` is one
    :raises OSError: it can't be read
    :raises NoIndex: a line is none of an index; names it
    """
    letters = USUAL
    with file.open("rb") as stream:
        is_packed = stream.read(2) == b"\x1f\x8b"
    with (gzip.open if is_packed else Path.open)(file, "rt", encoding="utf-8") as lines:
        for number, line in enumerate(lines, 1):
            words = line.split()
            if words[:1] == ["CDX"]:
                letters = words[1:]
            elif words and not line.startswith("!"):
                yield _held(words, letters, line) or _refuse(file, number)


def _held(words: list[str], letters: list[str], line: str) -> Held | None:
    if len(words) < 3 or TIME.fullmatch(words[1]) is None:
        return None
    if words[2].startswith("{"):
        try:
            fields = json.loads(line.split(" ", 2)[2])
            url = fields.get("url")
        except (ValueError, AttributeError):
            return None
    else:
        url = dict(zip(letters, words, strict=False)).get("a")
    return (surt_key(url) if isinstance(url, str) else words[0]), words[1][:14]


def _refuse(file: Path, number: int) -> Held:
    raise NoIndex(f"{file}: line {number} is none of an index of captures (CDX or CDXJ)")
