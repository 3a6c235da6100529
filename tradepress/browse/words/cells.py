"""Says how a cell of a table reads: amounts, names of things that have a page, lists as words."""

import re
from collections.abc import Callable
from urllib.parse import quote

from markupsafe import Markup, escape

from tradepress.archive.search.find_stories import MARK_END, MARK_START
from tradepress.browse.words.rendering import (
    fields,
    is_web_address,
    marked,
    names,
    reservations,
    web_link,
)

Path = Callable[[str], str]
"""Returns an address of the room as a link has it."""

LONGEST_CELL = 10_000
"""Limits the letters that a cell shows with marks or links; Datasette shortens what is longer."""

_PAGES = {
    "source": "source/{}",
    "run_id": "run/{}",
    "scheduled_run_id": "run/{}",
    "article_id": "data/articles/{}",
    "other_id": "data/articles/{}",
    "target_id": "data/articles/{}",
    "version_id": "data/versions/{}",
    "capture_id": "data/captures/{}",
    "url_id": "data/urls/{}",
}
"""Maps columns with the key of something to its page. That of a row of articles: its story."""
_NO_AMOUNTS = re.compile(
    r"(.*_)?(id|year|month|day|version|status|pid|exit_code|offset|start|end|position"
    r"|duplicate_group|blob|key)|is_.*"
)
"""Matches columns whose numbers count nothing."""
_NAME = re.compile(r"[a-z0-9][a-z0-9_-]{0,60}")
"""Matches the name of a source."""


def is_amount(value: object, column: str) -> bool:
    """Is it a number of a table that is read by its size, and not a key, a year or a yes?"""
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    return is_number and _NO_AMOUNTS.fullmatch(column) is None


def cell(column: str, value: object, path: Path) -> Markup | None:
    """Shows one table cell; None leaves it to Datasette, which escapes and shortens it.

    :param value: of a foreign key whose label Datasette knows a dict of ``value`` and ``label``
    """
    key, label = _key_and_label(value)
    if (page := _PAGES.get(column)) and (
        isinstance(key, int) or (isinstance(key, str) and _NAME.fullmatch(key))
    ):
        is_name = isinstance(label, str) and label and not is_web_address(label)
        shown = str(label) if is_name else str(key)
        return Markup('<a href="{}">{}</a>').format(path(page.format(key)), shown)
    if is_amount(value, column):
        shown = f"{value:,}" if isinstance(value, int) else str(value)
        return Markup('<span class="amount">{}</span>').format(shown)
    if not isinstance(value, str) or len(value) > LONGEST_CELL:
        return None
    if MARK_START in value or MARK_END in value:
        return marked(value)
    if column == "ref" and value:
        story = path(f"story/{quote(value, safe='@')}")
        return Markup('<a href="{}">{}</a>').format(story, value)
    if is_web_address(value):
        return web_link(value, value if len(value) <= 80 else value[:79] + "…")
    return _listed(column, value)


def _key_and_label(value: object) -> tuple[object, object]:
    if isinstance(value, dict):
        return value.get("value"), value.get("label")
    return value, None


def _listed(column: str, value: str) -> Markup | None:
    """Shows a JSON list or object as words."""
    if column == "reservations" and (value == "[]" or reservations(value)):
        return escape("; ".join(reservations(value)) or "–")
    if value.startswith("["):
        return escape("; ".join(names(value)) or "–") if value == "[]" or names(value) else None
    if value.startswith("{") and fields(value):
        return escape("; ".join(f"{name}: {words}" for name, words in fields(value).items()))
    return None
