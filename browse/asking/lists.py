"""Lists from indexes alone: of what Datasette asks, the wide rows are read of what a page shows.

A row of ``articles`` or ``versions`` holds a text, and reading through them costs most of a page.
"""

import re
import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

BY_ORDER = {
    ("articles", "published_day"): "articles_day",
    ("articles", "id"): "articles_narrow",
}
"""Indexes that have the rows of a list in its order."""
HOLDS_ALL = {"articles": "articles_listed", "versions": "versions_narrow"}
"""For each table the index of all that a list is narrowed or sorted by."""

_PAGE = re.compile(
    r"select (?P<columns>[^()]+) from (?P<table>\w+) (?P<where>where .*|)"
    r"order by (?P<order>(?P<first>\w+)(?: desc)?(?:, \w+)*)(?P<limit> limit \d+)",
    re.DOTALL,
)
_COUNT = re.compile(r"select count\(\*\) from articles (?:where .*)?", re.DOTALL)


def page_from_index(
    connection: sqlite3.Connection, sql: str, parameters: Mapping[str, Any], keys: Sequence[str]
) -> str:
    """The SQL of a table's page, its rows found by an index that holds all that it asks about.

    Rows that are equal in the order of the page come by the primary key. Datasette orders all pages
    so but the first: such rows would be on two pages, or on none.

    :param keys: of the table
    :returns: ``sql`` as it is, if it is no page or does not show the keys
    """
    page = _PAGE.fullmatch(sql)
    if page is None:
        return sql
    shown = {column.strip() for column in page["columns"].split(",")}
    if not keys or not shown.issuperset(keys):
        return sql
    order = ", ".join(dict.fromkeys([*page["order"].split(", "), *keys]))
    condition = page["where"]
    if page["first"] not in keys:
        condition = _where(condition.removeprefix("where ").strip())
    for index in _indexes(page["table"], page["first"]):
        found = (
            f"select id from {page['table']} indexed by {index} {condition}"
            f"order by {order}{page['limit']}"
        )
        if is_covered(connection, found, parameters, page["table"]):
            return (
                f"select {page['columns']} from {page['table']} where id in ({found}) "
                f"order by {order}"
            )
    return sql[: page.start("order")] + order + page["limit"]


def table_of_page(sql: str) -> str | None:
    """Whose page that SQL is; None if it is none."""
    page = _PAGE.fullmatch(sql)
    return page["table"] if page else None


def counts_stories(sql: str) -> bool:
    """Is it the count of a list of stories?"""
    return _COUNT.fullmatch(sql) is not None


def count_from_index(
    connection: sqlite3.Connection, sql: str, parameters: Mapping[str, Any]
) -> str:
    """The SQL of a count of stories, told from the index that holds all it asks about.

    :returns: ``sql`` as it is, if it asks about more
    """
    _, _, condition = sql.partition(" from articles ")
    condition = _where(condition.removeprefix("where ").strip())
    found = f"select count(*) from articles indexed by {HOLDS_ALL['articles']} {condition}"
    return found if is_covered(connection, found, parameters, "articles") else sql


def is_covered(
    connection: sqlite3.Connection, sql: str, parameters: Mapping[str, Any], table: str
) -> bool:
    """True if the rows of that table are told from an index alone."""
    try:
        plan = connection.cursor().execute(f"explain query plan {sql}", parameters).fetchall()
    except sqlite3.Error:
        return False  # Datasette says what is wrong with it
    return any(f"{table} USING COVERING INDEX" in step[3] for step in plan)


def _where(condition: str) -> str:
    """As an argument the condition is no part of the plan: the index is read in its order.

    By itself "after the last row of the page before" would make SQLite sort all that follows.
    """
    return f"where iif({condition}, 1, 0) " if condition else ""


def _indexes(table: str, first: str) -> Iterator[str]:
    yield from filter(None, [BY_ORDER.get((table, first)), HOLDS_ALL.get(table)])
