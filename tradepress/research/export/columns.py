"""Tells of a story, in every export, what the table of fields has (archive/story_fields.py).

The header of a CSV, the schema of Parquet, the keys of JSON and the data dictionary follow from it.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from operator import attrgetter
from typing import Any, TypeAlias

from tradepress.research.export.withheld_text import ExportRow
from tradepress.story_fields import FIELDS, GIVEN, Kind, StoryField

Scalar: TypeAlias = str | int | float | bool | None
Value: TypeAlias = Scalar | tuple[str, ...] | tuple[dict[str, Scalar], ...]
"""Is a value of a column: ``date`` and ``time`` are texts; ``texts`` and ``objects`` are tuples."""
_Parts: TypeAlias = tuple[tuple[str, Kind], ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class ExportField:
    """Is what the dictionary says of one field."""

    name: str
    kind: Kind
    format: str
    """Says unit or form of its values, where the kind does not say it."""
    meaning: str


@dataclass(frozen=True, kw_only=True, slots=True)
class ExportColumn(ExportField):
    """Is one thing that is told of a story."""

    value: Callable[[ExportRow], Value]
    """Returns its value; None if it is unknown, or left out."""
    parts: _Parts = ()
    """Lists names and kinds of the parts of each object."""


def _evidence(row: ExportRow) -> tuple[dict[str, Scalar], ...]:
    readings: Mapping[str, Any] = row.story.evidence
    return tuple(
        {"field": name, "evidence": found[0].evidence} for name, found in readings.items() if found
    )


def _objects(of: str, parts: _Parts) -> Callable[[ExportRow], Value]:
    """Reads a list of dataclasses of the story, of which these fields are told."""
    found = attrgetter(f"story.{of}")

    def value(row: ExportRow) -> Value:
        return tuple({name: getattr(one, name) for name, _ in parts} for one in found(row))

    return value


def _parts(**kinds: Kind) -> _Parts:
    return tuple(kinds.items())


_PARTS: Mapping[str, _Parts] = {
    "reservations": _parts(term="text", evidence="text", value="text"),
    "versions": _parts(
        version="integer",
        date_captured="time",
        date_archived="time",
        content_hash="text",
        is_reread="boolean",
    ),
    "related_links": _parts(
        kind="text", position="integer", text="text", url="text", target="text"
    ),
    "mentions": _parts(field="text", start="integer", end="integer", kind="text", value="text"),
    "evidence": _parts(field="text", evidence="text"),
}
"""Lists names and kinds of the parts of each object in a list."""
_VALUES: Mapping[str, Callable[[ExportRow], Value]] = {
    **{name: _objects(name, _PARTS[name]) for name in ("reservations", "versions", "mentions")},
    "related_links": _objects("links", _PARTS["related_links"]),
    "evidence": _evidence,
    **{name: attrgetter(name) for name in ("word_count", "character_count", "why_no_text")},
    "has_text": lambda row: not row.why_no_text,
}
"""Reads what is not simply a field of the story."""


def _column(field: StoryField) -> ExportColumn:
    parts = _PARTS.get(field.name, ())
    objects = f"list of objects with {', '.join(dict(parts))}; in CSV a JSON list"
    return ExportColumn(
        name=field.name,
        kind=field.kind,
        meaning=field.meaning,
        format=objects if parts else field.format,
        value=_VALUES.get(field.name) or attrgetter(f"story.{field.name}"),
        parts=parts,
    )


COLUMNS = tuple(_column(one) for one in FIELDS if one.is_exported and one.name in GIVEN)
"""Lists the columns of every export in their order. New ones come last, so that no program's
place changes."""


def values_of(row: ExportRow) -> dict[str, Value]:
    """Maps names to values, in order."""
    return {column.name: column.value(row) for column in COLUMNS}
