"""Writes vertical text (one token a line), as Sketch Engine and other corpus managers read it."""

import re
from collections.abc import Iterable, Iterator
from typing import BinaryIO

from tradepress.research.export.columns import COLUMNS, Value
from tradepress.research.export.withheld_text import ExportRow
from tradepress.research.export.xml_text import xml_attribute, xml_text

TOKEN = re.compile(r"\d+(?:[.,]\d+)+|\w+(?:[-'’‐‑]\w+)*|\S")
"""Matches a number, a word with what is in it, or one other character. Nothing is parted where a
language sets no spaces."""
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
    for row in rows:
        stream.write("".join(_document(row)).encode())


def _document(row: ExportRow) -> Iterator[str]:
    known = ((one.name, _attribute(one.value(row))) for one in VERTICAL_COLUMNS)
    attributes = (f' {name}="{value}"' for name, value in known if value)
    yield f"<doc{''.join(attributes)}>\n"
    yield from _structure("head", row.story.headline)
    for paragraph in PARAGRAPHS.split(row.story.body or ""):
        yield from _structure("p", paragraph)
    yield "</doc>\n"


def _structure(name: str, text: str) -> Iterator[str]:
    end = None
    for token in TOKEN.finditer(text):
        if end is None:
            yield f"<{name}>\n"
        elif token.start() == end:
            yield GLUE
        yield f"{xml_text(token[0])}\n"
        end = token.end()
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
