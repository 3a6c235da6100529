"""Reads names/*.toml, the names that are data: courts, offices, firms, places, statutes.

Each file says at its top what its columns mean. Whoever needs it reads it at first use, as a
dataclass with a field a key.
"""

import tomllib
from collections.abc import Callable, Mapping
from dataclasses import fields
from pathlib import Path
from typing import Any, TypeVar

FOLDER = Path(__file__).with_name("names")

Words = frozenset[str]
"""Is in the file one text, its words parted by blanks."""
Names = tuple[str, ...]
Rows = Mapping[str, Names]
"""Maps a name to others that belong to it."""
Pairs = Mapping[str, str]

Shape = TypeVar("Shape")


class WrongNames(ValueError):
    """Says that a file of names breaks its form; the message names file and entry."""


def read_names(name: str, shape: type[Shape], *, folder: Path = FOLDER) -> Shape:
    """Reads the file of this name.

    :param shape: a dataclass whose fields are Words, Names, Rows or Pairs
    :raises WrongNames: a key is missing or unknown, stands there twice or holds something else
    """
    try:
        found = tomllib.loads((folder / f"{name}.toml").read_text("utf-8"))
        kinds = {field.name: field.type for field in fields(shape)}  # type: ignore[arg-type]
        for key in kinds.keys() ^ found.keys():
            raise WrongNames(f"{key}: {'missing' if key in kinds else 'unknown key'}")
        return shape(**{key: READERS[kinds[key]](key, found[key]) for key in kinds})
    except (tomllib.TOMLDecodeError, WrongNames) as error:
        raise WrongNames(f"tradepress/mentions/names/{name}.toml: {error}") from error


def _text(place: str, value: Any) -> str:
    if not isinstance(value, str) or not value.strip():
        raise WrongNames(f"{place}: {value!r} is no name in quotes")
    return value


def _names(place: str, value: Any) -> Names:
    if not isinstance(value, list):
        raise WrongNames(f"{place}: {value!r} is no list of names")
    for nth, one in enumerate(value):
        if _text(place, one) in value[:nth]:
            raise WrongNames(f"{place}: {one!r} stands there twice")
    return tuple(value)


def _words(place: str, value: Any) -> Words:
    return frozenset(_names(place, _text(place, value).split()))


def _table(place: str, value: Any, read: Callable[[str, Any], Any]) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise WrongNames(f"{place}: {value!r} is no table")
    return {_text(place, key): read(f"{place}: {key}", entry) for key, entry in value.items()}


READERS: Mapping[Any, Callable[[str, Any], Any]] = {
    Words: _words,
    Names: _names,
    Rows: lambda place, value: _table(place, value, _names),
    Pairs: lambda place, value: _table(place, value, _text),
}
