"""JSON Lines: an object a story, every column in it."""

import json
from collections.abc import Iterable
from typing import BinaryIO

from research.export.columns import values_of
from research.export.withheld_text import ExportRow


def write_jsonl(rows: Iterable[ExportRow], stream: BinaryIO) -> None:
    """UTF-8; unknown is null, lists are lists."""
    encode = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode
    for row in rows:
        stream.write(encode(values_of(row)).encode() + b"\n")
