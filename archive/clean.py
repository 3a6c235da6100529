"""The one gate into the archive: values become what SQLite can hold, or are refused."""

import json
import math
import re
from collections.abc import Container, Mapping
from typing import Any

LONGEST_TEXT = 2_000_000
"""Bytes in UTF-8; a longer text is not a story."""
DEEPEST = 20
"""Levels of lists and objects in one value."""

_to_json = json.JSONEncoder(ensure_ascii=False).encode
_SURROGATES = re.compile("[\ud800-\udfff]")
_LINE_ENDS = re.compile("\r\n?|[\x85\u2028\u2029]")
_SPACES = re.compile("[\t\v\f]")
_CONTROLS = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f]")


class ArticleRowError(ValueError):
    """A value that can't be stored; says which and why."""


def clean_text(text: str) -> str:
    """Without control characters (line feeds stay) and with lone surrogates as U+FFFD."""
    if text.replace("\n", "").isprintable():
        return text
    if _SURROGATES.search(text):
        text = text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
    text = _LINE_ENDS.sub("\n", text)
    if _CONTROLS.search(text):
        text = _CONTROLS.sub("", _SPACES.sub(" ", text))
    return text


def clean(value: Any, depth: int = 0) -> Any:
    """Strings, numbers, None, lists and objects of them, cleaned all the way down.

    :raises ArticleRowError: too long, too deep, beyond 64 bits, not a number, or of no such type
    """
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, str):
        text = clean_text(value)
        if _is_too_long(text):
            raise ArticleRowError(f"longer than {LONGEST_TEXT:,} bytes")
        return text
    if isinstance(value, int):
        if fitting_number(value) is None:
            raise ArticleRowError("a number beyond 64 bits")
        return value
    if isinstance(value, float):
        if not math.isfinite(value):
            raise ArticleRowError(f"{value} is not a number")
        return value
    if depth == DEEPEST:
        raise ArticleRowError(f"nested deeper than {DEEPEST} levels")
    if isinstance(value, list | tuple):
        return [clean(entry, depth + 1) for entry in value]
    if isinstance(value, Mapping):
        return {clean_text(str(name)): clean(entry, depth + 1) for name, entry in value.items()}
    raise ArticleRowError(f"a {type(value).__name__} can't be stored")


def clean_fields(fields: Mapping[str, Any]) -> dict[str, Any]:
    """Each value cleaned; a refusal names its field.

    :raises ArticleRowError: as :func:`clean`
    """
    cleaned = {}
    for name, value in fields.items():
        try:
            cleaned[name] = clean(value)
        except ArticleRowError as error:
            raise ArticleRowError(f"{name}: {error}") from None
    return cleaned


def fitting_number(value: int | None) -> int | None:
    """None for a number beyond 64 bits, such as the status of a forged answer."""
    return value if value is None or -(2**63) <= value < 2**63 else None


def require_types(
    fields: Mapping[str, Any], *, lists: Container[str], numbers: Container[str]
) -> None:
    """A list holds texts, a number is one, and anything else is a text; None is always right.

    :raises ArticleRowError: names the field
    """
    for name, value in fields.items():
        if name in lists:
            is_right = isinstance(value, list) and all(isinstance(entry, str) for entry in value)
            wanted = "list of texts"
        elif name in numbers:
            is_right, wanted = isinstance(value, int | float), "number"
        else:
            is_right, wanted = isinstance(value, str), "text"
        if value is not None and not is_right:
            raise ArticleRowError(f"{name}: not a {wanted}")


def column_values(fields: Mapping[str, Any]) -> dict[str, str | int | float | None]:
    """Cleaned fields as columns: lists and objects become JSON, true and false 1 and 0.

    :raises ArticleRowError: a list or object longer than a text may be
    """
    row: dict[str, str | int | float | None] = {}
    for name, value in fields.items():
        if isinstance(value, list | dict):
            text = _to_json(value)
            if _is_too_long(text):
                raise ArticleRowError(f"{name}: longer than {LONGEST_TEXT:,} bytes as JSON")
            row[name] = text
        else:
            row[name] = int(value) if isinstance(value, bool) else value
    return row


def _is_too_long(text: str) -> bool:
    return len(text) * 4 > LONGEST_TEXT and len(text.encode()) > LONGEST_TEXT
