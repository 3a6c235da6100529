"""Puts what refers to another part of data in its place, and reads JSON that stands in strings."""

import json
from collections.abc import Mapping
from contextlib import suppress
from typing import Any
from urllib.parse import unquote

LEAST_NESTED, MOST_NESTED = 10, 8_000_000
MOST_NODES = 100_000
OPENINGS = ("{", "[", "%7B", "%5B")


def resolve(data: object, rows: Mapping[str, object] | None = None) -> object:
    """Returns data with each reference resolved: the flattened lists of Nuxt, SvelteKit and Remix,
    Apollo's ``__ref``, and ``$1a`` for one of the ``rows`` of Next. They may go in circles then."""
    around: Any = [data]
    waiting = [around]
    seen: set[int] = set()
    caches: dict[str, object] = {}
    references = []
    left = MOST_NESTED
    while waiting and len(seen) <= MOST_NODES:
        holder = waiting.pop()
        if id(holder) in seen:
            continue
        seen.add(id(holder))
        if isinstance(holder, dict) and "ROOT_QUERY" in holder:
            caches |= holder
        for key, value in [*(holder.items() if isinstance(holder, dict) else enumerate(holder))]:
            if isinstance(value, str) and rows and value.startswith("$"):
                value = rows.get(value.lstrip("$L@"), value.removeprefix("$D"))
            elif isinstance(value, str) and LEAST_NESTED < len(value) < left:
                left -= len(value) if value.lstrip().startswith(OPENINGS) else 0
                value = _nested(value)
            if isinstance(value, list) and _is_flat(value):
                value = _unfolded(value)
            elif isinstance(value, dict):
                is_named = value.get("type") == "id" or "__ref" in value
                if is_named and isinstance(name := value.get("__ref", value.get("id")), str):
                    references.append((holder, key, name))
            holder[key] = value
            if isinstance(value, dict | list):
                waiting.append(value)
    for holder, key, name in references:
        holder[key] = caches.get(name)
    return around[0]


def _nested(words: str) -> object:
    text = words.lstrip()
    if text.startswith(OPENINGS):
        with suppress(ValueError, RecursionError):
            text = unquote(text) if text.startswith("%") else text
            return json.JSONDecoder(strict=False).raw_decode(text)[0]
    return words


def _is_flat(values: list[Any]) -> bool:
    """Are they the parts of a graph, each object's fields the places of other parts?"""
    objects = [value for value in values if isinstance(value, dict)]
    return (
        len(values) > 1
        and isinstance(values[0], dict | list)
        and any(objects)
        and all(type(place) is int for value in objects for place in value.values())
    )


def _unfolded(values: list[Any]) -> object:
    made: list[Any] = []
    for value in values:
        is_date = isinstance(value, list) and value[:1] in (["Date"], ["D"])
        empty: Any = {} if isinstance(value, dict) else [] if isinstance(value, list) else value
        made.append(value[-1] if is_date else empty)

    def at(place: object) -> Any:
        return made[place] if isinstance(place, int) and 0 <= place < len(made) else None

    for value, new in zip(values, made, strict=True):
        if isinstance(value, dict):
            for name, place in value.items():
                is_place = name[:1] == "_" and name[1:].isdecimal() and len(name) < 10
                key = at(int(name[1:])) if is_place else name
                new |= {key: at(place)} if isinstance(key, str) else {}
        elif isinstance(new, list):
            new += [at(place) for place in value if isinstance(place, int)]
    return made[0]
