"""Lets values into the archive by one gate: they become what SQLite can hold, or are refused."""

import json
import math
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import TypeAlias, TypeVar

from tradepress.archive.text_forms import storable

Value: TypeAlias = str | int | float | None
"""Is what a column holds."""
Changed = TypeVar("Changed")
LONGEST_TEXT = 2_000_000
"""Limits the bytes of a text in UTF-8; a longer one is not a story."""
DEEPEST = 20
"""Limits the levels of lists and objects in one value."""

_to_json = json.JSONEncoder(ensure_ascii=False).encode


class ArticleRowError(ValueError):
    """Says that a value can't be stored, which and why."""


def clean(value: object, depth: int = 0) -> object:
    """Cleans strings, numbers, None, lists and objects of them, all the way down.

    :raises ArticleRowError: too long, too deep, beyond 64 bits, not a number, or of no such type
    """
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, str):
        text = storable(value)
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
        return tuple(clean(entry, depth + 1) for entry in value)
    if isinstance(value, Mapping):
        return {storable(str(name)): clean(entry, depth + 1) for name, entry in value.items()}
    raise ArticleRowError(f"a {type(value).__name__} can't be stored")


def each(change: Callable[[object], Changed], fields: Mapping[str, object]) -> dict[str, Changed]:
    """Changes each field by :func:`clean` or :func:`column_value`; a refusal names its field.

    :raises ArticleRowError: one can't be stored
    """
    changed = {}
    for name, value in fields.items():
        try:  # not naming(): that would cost a tenth of a story's way into the archive
            changed[name] = change(value)
        except ArticleRowError as error:
            raise ArticleRowError(f"{name}: {error}") from None
    return changed


@contextmanager
def naming(field: str) -> Iterator[None]:
    """Lets a refusal within the block name its field."""
    try:
        yield
    except ArticleRowError as error:
        raise ArticleRowError(f"{field}: {error}") from None


def fitting_number(value: int | None) -> int | None:
    """Returns None for a number beyond 64 bits, such as the status of a forged answer."""
    return value if value is None or -(2**63) <= value < 2**63 else None


def column_value(value: object) -> Value:
    """Returns a cleaned value as a column: lists and objects become JSON, true and false 1 and 0.

    :raises ArticleRowError: a list or object longer than a text may be, or of another type
    """
    if isinstance(value, bool):
        return int(value)
    if value is None or isinstance(value, str | int | float):
        return value
    text = _to_json(value)
    if _is_too_long(text):
        raise ArticleRowError(f"longer than {LONGEST_TEXT:,} bytes as JSON")
    return text


def _is_too_long(text: str) -> bool:
    return len(text) * 4 > LONGEST_TEXT and len(text.encode()) > LONGEST_TEXT
