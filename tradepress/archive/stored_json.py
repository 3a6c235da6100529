"""Reads what is stored of a story as JSON, from a file that anybody may have damaged."""

import json
from collections.abc import Mapping
from typing import Any

from tradepress.story import ARCHIVE_ONLY, Reading, Reservation
from tradepress.story_fields import LISTS

UNREADABLE = "what is stored here can’t be read: this place of the archive is damaged"
"""Stands in the place of evidence."""


def json_value(stored: str) -> object:
    """Reads the JSON of a column.

    :raises ValueError: it is no JSON, or has half a sign, which no page can write
    """
    try:
        value: object = json.loads(stored)
        if "\\u" in stored:
            json.dumps(value, ensure_ascii=False).encode()
    except RecursionError as error:
        raise ValueError("it is nested too deeply") from error
    return value


def stored_names(stored: str | None) -> tuple[str, ...]:
    """Reads authors, keywords or corrections; none of NULL, where a reader may not see them.

    :raises ValueError: it is no list of texts
    """
    if stored in (None, "", "[]"):  # most
        return ()
    names = json_value(stored)
    if not isinstance(names, list) or not all(isinstance(one, str) for one in names):
        raise ValueError("it is no list of texts")
    return tuple(names)


def readable_names(stored: str | None) -> tuple[str, ...]:
    """Reads names among many stories: a damaged one has none, and the others are shown."""
    try:
        return stored_names(stored)
    except ValueError:
        return ()


def read_reservations(stored: str) -> tuple[Reservation, ...]:
    """Reads what the publisher reserves.

    :raises ValueError: it is no list of reservations
    """
    if stored == "[]":  # most
        return ()
    return tuple(Reservation(**one) for one in _objects(json_value(stored), Reservation))


def stored_reservations(stored: str) -> tuple[Reservation, ...]:
    """Reads reservations; what can't be read is no permission: as if the site's file was not
    had."""
    try:
        return read_reservations(stored)
    except ValueError:
        return (Reservation(term="tdm-reservation", evidence=UNREADABLE, value="unknown"),)


def read_evidence(stored: str, row: Mapping[str, Any]) -> Mapping[str, tuple[Reading, ...]]:
    """Reads what the readings of each field were.

    :param row: of the version: a reading without a value has that of the field's column
    :raises ValueError: it has no readings by field
    """
    evidence = json_value(stored)
    if not isinstance(evidence, dict):
        raise ValueError("it has no fields")
    return {
        name: tuple(
            Reading(**one) for one in _objects(_whole(readings, row, name), Reading, but="value")
        )
        for name, readings in evidence.items()
    }


def stored_evidence(row: Mapping[str, Any]) -> Mapping[str, tuple[Reading, ...]]:
    """Reads readings by field; what can't be read is a reading that says so, for the story
    itself is none the worse.

    :param row: of ``versions``
    """
    try:
        return read_evidence(row["evidence"] or "{}", row)
    except ValueError:
        return {"evidence": (Reading(value=None, evidence=UNREADABLE),)}


def stored_basis(row: Mapping[str, Any]) -> str | None:
    """Says on what a text is held for this archive alone; None: it is not, or that can't be read.

    :param row: of ``versions``
    """
    found = stored_evidence(row).get("policy", ()) if row["policy"] == ARCHIVE_ONLY else ()
    return found[0].evidence if found else None


def _whole(listed: object, row: Mapping[str, Any], name: str) -> object:
    """Returns readings, each with its value."""
    if not isinstance(listed, list) or all(
        isinstance(one, dict) and "value" in one for one in listed
    ):
        return listed
    own = [*stored_names(row.get(name))] if name in LISTS else row.get(name)
    return [{"value": own, **one} if isinstance(one, dict) else one for one in listed]


def _objects(listed: object, of: type, but: str = "") -> list[dict[str, str]]:
    """Returns JSON objects that have the fields of a class, all of them texts ``but`` one.

    :raises ValueError: they have others
    """
    if not isinstance(listed, list):
        raise ValueError("it is no list")
    names = of.__annotations__.keys()
    for one in listed:
        if not isinstance(one, dict) or one.keys() != names:
            raise ValueError(f"it is no {of.__name__}")
        if not all(isinstance(value, str) for name, value in one.items() if name != but):
            raise ValueError(f"its {of.__name__} is no text")
    return listed
