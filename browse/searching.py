"""The search of `tradepress search` for SQL: a query reads its hits as JSON."""

import json
import re
from collections.abc import Mapping
from dataclasses import asdict
from typing import Any, cast

from sqlite_utils import Database

from archive.search.find_stories import Hit, HitCount, Order, search_and_count, withdrawn_since
from archive.search.query_language import QueryError, parse_query
from archive.search.query_sql import full_text
from archive.search.story_query import StoryQuery, query_from_json
from archive.search.why_nothing import why_nothing
from archive.withdrawal.tombstones import PublicTombstone

PAGE_SIZE, LARGEST_PAGE, MOST_PAGES = 25, 500, 4000

FILTERS = ("source", "section", "language", "access")
DAYS = ("since", "until", "as_of", "seen_on")


def search_stories(db: Database, asked: object) -> str:
    """Page ``page`` of the stories that have the words ``q``, as a JSON array.

    :param asked: JSON object with ``q`` and perhaps ``page`` (from 1), ``size``, FILTERS, DAYS,
        ``forms`` (other forms of the words, too), ``order`` (relevance or date) and ``all`` (fold
        no copies); what is empty counts as left out
    :returns: :class:`archive.search.find_stories.Hit` with ``total``; none where
        :func:`what_is_wrong`
    """
    try:
        loaded = json.loads(str(asked))
        hits, count = _search(db, loaded if isinstance(loaded, dict) else {})
    except (ValueError, RecursionError):
        return "[]"
    return json.dumps([{**asdict(hit), "total": count.stories} for hit in hits], ensure_ascii=False)


def what_is_wrong(db: Database, asked: Mapping[str, str]) -> str | None:
    """Why a search can't be made, in words; None if it can."""
    try:
        _search(db, asked)
    except ValueError as error:
        return str(error)
    return None


def why_nothing_found(db: Database, asked: Mapping[str, str]) -> list[str]:
    """Why a search that can be made finds no story."""
    return why_nothing(db, _query(asked))


def what_is_wrong_in(words: str) -> str | None:
    """Why the full text alone can't tell which stories have these words; None if it can."""
    try:
        parse_query(words)
    except QueryError as error:
        return str(error)
    if asks_for_more(words):
        return "author:, section: and exclusions alone are for the search, not for a list"
    return None


def asks_for_more(words: str) -> bool:
    """Can they be read, and is there more in them than the full text can tell?"""
    try:
        return full_text(parse_query(words)) is None
    except QueryError:
        return False


def _search(db: Database, asked: Mapping[str, Any]) -> tuple[list[Hit], HitCount]:
    given = {name: str(value) for name, value in asked.items() if value not in (None, "")}
    size = page_size(given.get("size", ""))
    return search_and_count(
        db,
        _query(given),
        order=cast(Order | None, given.get("order")),
        fold="all" not in given,
        limit=size,
        offset=size * (page_number(given.get("page", "")) - 1),
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


def withdrawn_meanwhile(db: Database, asked: Mapping[str, str]) -> list[PublicTombstone]:
    """What the archive held on the day ``as_of`` and has erased since; none without such a day.

    :raises ValueError: a date is none
    """
    return withdrawn_since(db, _query(asked))


def _query(asked: Mapping[str, str]) -> StoryQuery:
    one_of = {name: [asked[name]] for name in FILTERS if asked.get(name)}
    days = {name: asked[name] for name in DAYS if asked.get(name)}
    words = {"words": asked["q"]} if asked.get("q") else {}
    return query_from_json({**words, **one_of, **days, "stemmed": bool(asked.get("forms"))})
