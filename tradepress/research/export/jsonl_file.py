"""Writes JSON Lines: an object a story, every column in it."""

import json
from collections.abc import Iterable, Iterator
from typing import BinaryIO

from tradepress.research.export.columns import values_of
from tradepress.research.export.withheld_text import ExportRow


def write_jsonl(rows: Iterable[ExportRow], stream: BinaryIO) -> None:
    """Writes the lines in UTF-8; unknown is null, lists are lists."""
    stream.writelines(jsonl_lines(rows))


def jsonl_lines(rows: Iterable[ExportRow]) -> Iterator[bytes]:
    """Yields the lines, one a story."""
    encode = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode
    for row in rows:
        yield encode(values_of(row)).encode() + b"\n"
