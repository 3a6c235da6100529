"""Lets files leave whole, or with a name that says which part it is."""

import re
from contextvars import ContextVar
from dataclasses import dataclass
from urllib.parse import parse_qsl, urlencode

from tradepress.browse.datasette_settings import SETTINGS

_TABLE_CSV = re.compile(r"/data/[^/]+\.csv")
_BARE = ("array", "arrayfirst", "object")
"""Lists shapes of JSON with rows alone: they have no ``truncated``."""
_ROWS_AT_ONCE = 200


@dataclass(frozen=True, kw_only=True, slots=True)
class Given:
    """Says what the last query of a request gave."""

    rows: int
    is_cut: bool


LAST_GIVEN: ContextVar[Given | None] = ContextVar("LAST_GIVEN", default=None)
"""Is what the last query of this request gave: Datasette's CSV does not say that it had more
rows."""


def asked_whole(path: str, query: str) -> str:
    """Returns the query string of a file's address, so that it gives all rows unless it names a
    part."""
    given = dict(parse_qsl(query, keep_blank_values=True))
    if not _TABLE_CSV.fullmatch(path) or given.keys() & {"_size", "_next", "_stream"}:
        return query
    added = {"_stream": "on", "_size": min(_ROWS_AT_ONCE, int(SETTINGS["max_returned_rows"]))}
    return "&".join(filter(None, [query, urlencode(added)]))


def name_of_part(path: str, query: str, given: Given | None) -> str | None:
    """Returns ``articles-one-page.csv``, the name of a file that isn't whole; None: it is, or
    says so."""
    asked = dict(parse_qsl(query, keep_blank_values=True))
    stem, _, ending = path.rpartition("/")[2].rpartition(".")
    if ending != "csv" and not (ending == "json" and asked.get("_shape") in _BARE):
        return None
    if _TABLE_CSV.fullmatch(path):
        return None if asked.get("_stream") else f"{stem}-one-page.{ending}"
    if given is not None and given.is_cut and path.startswith("/data."):
        return f"{stem}-first-{given.rows}-rows.{ending}"
    return None
