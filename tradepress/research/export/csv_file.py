"""Writes CSV as RFC 4180 has it, that a spreadsheet opens and never runs."""

import json
from collections.abc import Iterable, Iterator, Sequence
from typing import BinaryIO

from tradepress.archive.text_forms import is_formula
from tradepress.research.export.columns import COLUMNS, ExportColumn, Value
from tradepress.research.export.withheld_text import ExportRow

BOM = b"\xef\xbb\xbf"
"""Tells a spreadsheet that it is UTF-8."""
_to_json = json.JSONEncoder(ensure_ascii=False).encode


def write_csv(rows: Iterable[ExportRow], stream: BinaryIO) -> None:
    """Writes all columns. Texts stand in quotes; unknown is nothing at all; lists are JSON."""
    stream.writelines(csv_lines(rows))


def csv_lines(rows: Iterable[ExportRow]) -> Iterator[bytes]:
    """Yields the lines of all columns."""
    yield csv_line([column.name for column in COLUMNS])
    for row in rows:
        yield csv_line([column.value(row) for column in COLUMNS])


def columns_written(
    rows: Iterable[ExportRow], columns: Sequence[ExportColumn], stream: BinaryIO
) -> Iterator[ExportRow]:
    """Writes some columns of each row, and yields the row for another file."""
    stream.write(csv_line([column.name for column in columns]))
    for row in rows:
        stream.write(csv_line([column.value(row) for column in columns]))
        yield row


def csv_line(values: Sequence[Value]) -> bytes:
    """Returns one record in UTF-8."""
    return (",".join(map(csv_cell, values)) + "\r\n").encode()


def csv_cell(value: Value) -> str:
    """Writes a value as a cell: unknown is nothing, and an empty text is two quotes."""
    if value is None:
        return ""
    if isinstance(value, str):
        text = inert(value)
    elif isinstance(value, tuple):
        text = _to_json(value) if value else "[]"
    elif isinstance(value, bool):
        return "true" if value else "false"
    else:
        return repr(value)
    text = text.replace('"', '""')
    return f'"{text}"'


def inert(text: str) -> str:
    """Puts an apostrophe before a text where a spreadsheet would run it, or where one stands
    already: whoever takes one apostrophe from the beginning of each text has what was there."""
    if text[:1].isalnum():
        return text  # most
    return "'" + text if text.startswith(("'", "\t", "\r", "\n")) or is_formula(text) else text
