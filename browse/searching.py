"""The search of `tradepress search` for SQL: a query reads its hits as JSON."""

import json
import re
from collections.abc import Mapping
from dataclasses import asdict
from typing import Any, cast

from sqlite_utils import Database

from archive.search.find_stories import Filters, Hit, Order, search_and_count, withdrawn_since
from archive.search.search_matches import find_matches

PAGE_SIZE, LARGEST_PAGE, MOST_PAGES = 25, 500, 4000

FILTERS = ("source", "section", "language", "access", "since", "until", "as_of", "seen_on")


def search_stories(db: Database, asked: object) -> str:
    """Page ``page`` of the stories that have the words ``q``, as a JSON array.

    :param asked: JSON object with ``q`` and perhaps ``page`` (from 1), ``size``, FILTERS, ``forms``
        (other forms of the words, too), ``order`` (relevance or date) and ``all`` (fold no copies);
        what is empty counts as left out
    :returns: :class:`archive.search.find_stories.Hit` with ``total``; none where
        :func:`what_is_wrong`
    """
    try:
        loaded = json.loads(str(asked))
        hits, total = _search(db, loaded if isinstance(loaded, dict) else {})
    except (ValueError, RecursionError):
        return "[]"
    return json.dumps([{**asdict(hit), "total": total} for hit in hits], ensure_ascii=False)


def what_is_wrong(db: Database, asked: Mapping[str, str]) -> str | None:
    """Why a search can't be made, in words; None if it can."""
    try:
        _search(db, asked)
    except ValueError as error:
        return str(error)
    return None


def what_is_wrong_in(words: str) -> str | None:
    """Why these words can't be searched for, without a search; None if they can."""
    try:
        find_matches(words, Filters())
    except ValueError as error:
        return str(error)
    return None


def _search(db: Database, asked: Mapping[str, Any]) -> tuple[list[Hit], int]:
    given = {name: str(value) for name, value in asked.items() if value not in (None, "")}
    query, fold, filters = given.get("q"), "all" not in given, _filters(given)
    size = page_size(given.get("size", ""))
    return search_and_count(
        db,
        query,
        order=cast(Order, given.get("order", "relevance")),
        fold=fold,
        limit=size,
        offset=size * (page_number(given.get("page", "")) - 1),
        **filters,
    )


def page_number(typed: str) -> int:
    """1 to MOST_PAGES, whatever was typed."""
    return _number(typed, 1, MOST_PAGES)


def page_size(typed: str) -> int:
    """Stories of one page: 1 to LARGEST_PAGE, whatever was typed."""
    return _number(typed, PAGE_SIZE, LARGEST_PAGE)


def _number(typed: str, usual: int, most: int) -> int:
    number = int(typed) if re.fullmatch(r"[0-9]{1,9}", typed) else usual
    return min(max(number, 1), most)


def withdrawn_meanwhile(db: Database, asked: Mapping[str, str]) -> list[dict[str, Any]]:
    """What the archive held on the day ``as_of`` and has erased since; none without such a day.

    :raises ValueError: a date is none
    """
    filters = _filters(asked)
    as_of = filters.get("as_of")
    if as_of is None:
        return []
    return withdrawn_since(
        db,
        as_of,
        source=filters.get("source"),
        since=filters.get("since"),
        until=filters.get("until"),
    )


def _filters(asked: Mapping[str, str]) -> Filters:
    given = {name: asked[name] for name in FILTERS if asked.get(name)}
    return cast(Filters, {**given, "stemmed": bool(asked.get("forms"))})
