"""Writes vertical text (one token a line), as Sketch Engine and other corpus managers read it."""

import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator
from itertools import chain
from typing import BinaryIO

from tradepress.archive.searched_form import UNSPACED
from tradepress.research.export.columns import COLUMNS, Value
from tradepress.research.export.withheld_text import ExportRow
from tradepress.research.export.xml_text import xml_attribute, xml_text

MARKS = "".join(
    sign for sign in map(chr, range(0x300, 0xAC00)) if unicodedata.category(sign)[0] == "M"
)
"""Stand on letters, and are none for ``re``: most vowels from Arabic to Khmer."""
TOKEN = re.compile(rf"\d+(?:[.,]\d+)+|[\w{MARKS}]+(?:[-'’‐‑][\w{MARKS}]+)*|\S")
"""Matches a number, a word with what is in it, or one other character; what is written without
spaces as one, which is yet to be parted."""
RUN = re.compile(f"(?P<unspaced>[{UNSPACED}]+)|[^{UNSPACED}]+")
LETTER = re.compile(rf".(?:[{MARKS}]|(?<=[\u1039\u17d2])\w)*")
"""Matches a letter with what stands on it or, in Burmese and Khmer, below it."""
Words = Callable[[str], Iterable[str]]
"""Parts what is written without spaces."""
GLUE = "<g/>\n"
"""Stands between two tokens without a space."""
SEPARATOR = "|"
"""Stands between several values of an attribute (MULTISEP); in a value it becomes a slash."""
ATTRIBUTES = (
    *("ref", "version", "source", "publisher", "source_kind", "authors", "section"),
    *("published_day", "language", "keywords", "access", "has_text", "url"),
)
VERTICAL_COLUMNS = tuple(column for column in COLUMNS if column.name in ATTRIBUTES)
"""Lists the columns of each ``doc``."""
PARAGRAPHS = re.compile(r"\n{2,}")


def write_vertical(rows: Iterable[ExportRow], stream: BinaryIO) -> None:
    """Writes UTF-8. A ``doc`` a story, in it ``head`` and a ``p`` for each paragraph; what is
    unknown has no attribute. ``&``, ``<`` and ``>`` are entities, in tokens, too."""
    words = _words()
    for row in rows:
        stream.write("".join(_document(row, words)).encode())


def _words() -> Words:
    """Returns what parts a run of Han, Kana, Thai or their like: into words where ICU is installed,
    else into letters."""
    try:
        from icu4py.breakers import WordBreaker
    except ImportError:
        return LETTER.findall
    return lambda run: WordBreaker(run, "")


def _document(row: ExportRow, words: Words) -> Iterator[str]:
    known = ((one.name, _attribute(one.value(row))) for one in VERTICAL_COLUMNS)
    attributes = (f' {name}="{value}"' for name, value in known if value)
    yield f"<doc{''.join(attributes)}>\n"
    yield from _structure("head", row.story.headline, words)
    for paragraph in PARAGRAPHS.split(row.story.body or ""):
        yield from _structure("p", paragraph, words)
    yield "</doc>\n"


def _structure(name: str, text: str, words: Words) -> Iterator[str]:
    end = None
    for found in TOKEN.finditer(text):
        if end is None:
            yield f"<{name}>\n"
        elif found.start() == end:
            yield GLUE
        if (token := found[0]).isascii():
            yield f"{xml_text(token)}\n"
        else:
            runs = RUN.finditer(token)
            parts = (words(run[0]) if run["unspaced"] else (run[0],) for run in runs)
            yield GLUE.join(f"{xml_text(one)}\n" for one in chain.from_iterable(parts))
        end = found.end()
    if end is not None:
        yield f"</{name}>\n"


def _attribute(value: Value) -> str:
    """Returns one line; nothing of what is unknown."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, tuple):
        value = SEPARATOR.join(str(one).replace(SEPARATOR, "/") for one in value)
    return xml_attribute(" ".join(str(value).split()))
