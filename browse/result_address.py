"""The address of a result: ``/stories?q=lantern&source=wipr&since=2016``, and what it asks for."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field, fields, replace
from typing import get_args
from urllib.parse import urlencode

from archive.search.find_stories import Order
from archive.search.story_query import StoryQuery, query_from_json
from mentions.asked_names import with_known_names

PAGE_SIZE = 25
MOST_PAGES = 4000

ORDERS: tuple[Order, ...] = get_args(Order)
_NAMES = {"words": "q", "stemmed": "forms"}
"""Fields of a query that an address calls otherwise."""
_FIELDS = {_NAMES.get(known.name, known.name): known for known in fields(StoryQuery)}


@dataclass(frozen=True, kw_only=True, slots=True)
class ResultAddress:
    """Which stories, in which order, and which page of them."""

    query: StoryQuery = field(default_factory=StoryQuery)
    order: Order | None = None
    """None: the best match first, or the newest if nothing ranks them."""
    fold: bool = True
    """Of stories with much the same text one is shown, and the others are named below it."""
    page: int = 1

    def parameters(self) -> list[tuple[str, str]]:
        """As the query string has them; equal for equal results."""
        given: list[tuple[str, str]] = []
        for name, of_query in _FIELDS.items():
            value = getattr(self.query, of_query.name)
            if isinstance(value, tuple):
                given += [(name, one) for one in value]
            elif value:
                given.append((name, "1" if value is True else value))
        if self.order is not None:
            given.append(("order", self.order))
        if not self.fold:
            given.append(("copies", "apart"))
        if self.page > 1:
            given.append(("page", str(self.page)))
        return given

    def __str__(self) -> str:
        """The query string, without its question mark."""
        return urlencode(self.parameters())

    def at(self, page: int) -> "ResultAddress":
        return replace(self, page=page)

    def adding(self, name: str, value: str) -> "ResultAddress":
        """Narrowed to one more value; of a filter that takes one only, to that instead.

        :param name: as an address has it
        """
        known = _FIELDS[name]
        before = getattr(self.query, known.name)
        if isinstance(before, tuple):
            return self._with(known.name, before if value in before else (*before, value))
        return self._with(known.name, True if isinstance(known.default, bool) else value)

    def without(self, name: str, value: str | None = None) -> "ResultAddress":
        """
        :param value: of a filter that takes several; None: without the filter
        """
        known = _FIELDS[name]
        before = getattr(self.query, known.name)
        if isinstance(before, tuple) and value is not None:
            return self._with(known.name, tuple(one for one in before if one != value))
        return self._with(known.name, known.default)

    def _with(self, name: str, value: object) -> "ResultAddress":
        return replace(self, query=replace(self.query, **{name: value}), page=1)  # type: ignore[arg-type]


def read_address(arguments: Iterable[tuple[str, str]]) -> ResultAddress:
    """
    :param arguments: names and values of the query string; those without a value count for nothing
    :raises ValueError: a name is none of a result's, or a value is not of its kind; says why
    """
    given: dict[str, str | bool | list[str]] = {}
    order: Order | None = None
    fold, page = True, 1
    for name, value in arguments:
        if not value.strip():
            continue
        if name == "order":
            order = next((one for one in ORDERS if one == value), None)
            if order is None:
                raise ValueError(f"{value!r} is no order; write one of {', '.join(ORDERS)}")
        elif name == "copies":
            fold = value != "apart"
        elif name == "page":
            page = int(value) if re.fullmatch("[0-9]{1,9}", value) else 1
        elif name not in _FIELDS:
            raise ValueError(f"a result has no {name!r}; it has {', '.join(_FIELDS)}")
        elif isinstance(default := _FIELDS[name].default, tuple):
            values = given.setdefault(_FIELDS[name].name, [])
            assert isinstance(values, list)
            if value not in values:
                values.append(value)
        else:
            given[_FIELDS[name].name] = True if isinstance(default, bool) else value
    return ResultAddress(
        query=with_known_names(query_from_json(given)),
        order=order,
        fold=fold,
        page=min(max(page, 1), MOST_PAGES),
    )
