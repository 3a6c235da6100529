"""Reads the address of a result: ``/stories?q=lantern&source=wipr&since=2016``."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, fields, replace
from typing import get_args
from urllib.parse import urlencode

from tradepress.archive.search.asked_days import DAYS, with_days
from tradepress.archive.search.find_stories import Order
from tradepress.archive.search.story_query import StoryQuery, query_from_json
from tradepress.browse.facets.facet_values import FILTERS, Facet
from tradepress.mentions.asked_names import with_known_names

PAGE_SIZE = 25
MOST_PAGES = 4000
MOST_FILTERS = 100
LONGEST = 8000
"""Limits the letters of an address, as web servers do: each of a page's links may be as long."""

ORDERS: tuple[Order, ...] = get_args(Order)
_OF_PAGE = ("order", "copies", "page")
_NAMES = {"words": "q", "stemmed": "forms"}
"""Maps fields of a query to what an address calls them otherwise."""
_FIELDS = {_NAMES.get(known.name, known.name): known for known in fields(StoryQuery)}


@dataclass(frozen=True, kw_only=True, slots=True)
class ResultAddress:
    """Says which stories, in which order, and which page of them."""

    query: StoryQuery = field(default_factory=StoryQuery)
    order: Order | None = None
    """Is None for the best match first, or the newest if nothing ranks them."""
    fold: bool = True
    """Tells whether of stories with much the same text one is shown, and the others named below."""
    page: int = 1
    said: tuple[tuple[str, str, str], ...] = ()
    """Lists fields of the query, their days, and the words that they were: ``30 days ago``."""

    @property
    def typed(self) -> StoryQuery:
        """Returns the query in the words that were typed, for whoever asks it another day."""
        query = self.query
        for name, day, words in self.said:
            if getattr(query, name) == day:
                query = replace(query, **{name: words})  # type: ignore[arg-type]
        return query

    @property
    def dated(self) -> "ResultAddress":
        """Returns the address that means the same days whenever it is asked."""
        return replace(self, said=())

    def parameters(self) -> list[tuple[str, str]]:
        """Returns what the query string has; equal for equal results."""
        typed, given = self.typed, list[tuple[str, str]]()
        for name, of_query in _FIELDS.items():
            value = getattr(typed, of_query.name)
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
        """Returns the query string, without its question mark."""
        return urlencode(self.parameters())

    @property
    def whole(self) -> "ResultAddress":
        """Returns the address of the same stories, whatever their order, and all of them."""
        return replace(self, order=None, page=1)

    def at(self, page: int) -> "ResultAddress":
        return replace(self, page=page)

    def adding(self, name: str, value: str) -> "ResultAddress":
        """Returns the address with this value beside others of a filter that takes several.

        :param name: as an address has it
        """
        before = getattr(self.query, _FIELDS[name].name)
        return self._with(_FIELDS[name].name, tuple(dict.fromkeys([*before, value])))

    def only(self, name: str, value: str) -> "ResultAddress":
        """Returns the address narrowed to this value, in place of others of that filter.

        :param name: as an address has it
        """
        known = _FIELDS[name]
        kinds: dict[type, object] = {tuple: (value,), bool: True}
        return self._with(known.name, kinds.get(type(known.default), value))

    def without(self, name: str, value: str | None = None) -> "ResultAddress":
        """Returns the address without a filter, or without one of its values.

        :param value: of a filter that takes several; None: without the filter
        """
        known = _FIELDS[name]
        before = getattr(self.query, known.name)
        if isinstance(before, tuple) and value is not None:
            return self._with(known.name, tuple(one for one in before if one != value))
        return self._with(known.name, known.default)

    def _with(self, name: str, value: object) -> "ResultAddress":
        query = replace(self.query, **{name: value})  # type: ignore[arg-type]
        # Nothing is left to rank by.
        order = None if self.order == "relevance" and query.words is None else self.order
        return replace(self, query=query, order=order, page=1)


@dataclass(frozen=True, kw_only=True, slots=True)
class ValuesAddress:
    """Asks for all values of one facet of a result: ``/stories/values?facet=court&q=lantern``."""

    facet: Facet
    result: ResultAddress
    """Is the result that is narrowed; its page is that of the list of values."""
    by_name: bool = False
    """Is the list in the order of the alphabet? Else the most frequent comes first."""

    def __str__(self) -> str:
        """Returns the query string, without its question mark."""
        own = [("facet", str(self.facet)), *([("sort", "name")] if self.by_name else [])]
        return urlencode([*own, *self.result.parameters()])

    def at(self, page: int) -> "ValuesAddress":
        return replace(self, result=self.result.at(page))

    def sorted(self, *, by_name: bool) -> "ValuesAddress":
        return replace(self, result=self.result.at(1), by_name=by_name)


def read_values_address(arguments: Iterable[tuple[str, str]]) -> ValuesAddress:
    """Reads the address of a facet's values.

    :raises ValueError: as :func:`read_address`, or there is no such facet
    """
    given = list(arguments)
    own = dict(given)
    facet = next((one for one in FILTERS if one == own.get("facet")), None)
    if facet is None:
        raise ValueError(f"facet is one of {', '.join(FILTERS)}")
    return ValuesAddress(
        facet=facet,
        by_name=own.get("sort") == "name",
        result=read_address(pair for pair in given if pair[0] not in ("facet", "sort")),
    )


def readable_part(arguments: Iterable[tuple[str, str]]) -> ResultAddress:
    """Returns what can be read of an address that :func:`read_address` refuses."""
    kept = [(name, value) for name, value in arguments if name in _FIELDS]
    return ResultAddress() if _is_too_long(kept) else _read(kept)


def read_address(arguments: Iterable[tuple[str, str]]) -> ResultAddress:
    """Reads the address of a result.

    :param arguments: names and values of the query string; those without a value count for nothing
    :raises ValueError: a name is none of a result's, a value is not of its kind, a day is none, or
        there are more than MOST_FILTERS or LONGEST; says why
    """
    address = _read(list(arguments))
    query = with_days(address.query)
    both = ((name, getattr(query, name), getattr(address.query, name)) for name in DAYS)
    said = tuple(one for one in both if one[1] and one[1] != one[2].strip())
    return replace(address, query=query, said=said)


def _read(arguments: Sequence[tuple[str, str]]) -> ResultAddress:
    """Reads an address, and leaves its days as they were typed."""
    if _is_too_long(arguments):
        raise ValueError(
            f"it has more than {MOST_FILTERS} filters, or {LONGEST:,} letters: ask for less"
        )
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
            names = ", ".join([*_FIELDS, *_OF_PAGE])
            raise ValueError(f"a result has no {name!r}; it has {names}")
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


def _is_too_long(arguments: Sequence[tuple[str, str]]) -> bool:
    return len(arguments) > MOST_FILTERS or len(urlencode(arguments)) > LONGEST
