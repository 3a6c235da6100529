"""Refuses what Datasette takes in an address and answers with a failure of its own if it is
silly."""

import re
from urllib.parse import parse_qsl

from tradepress.browse.words.rendering import has_texts, loaded

_NUMBERS = {"_timelimit", "_ttl"}
_VIEWS = ("/data/former_versions", "/data/searched_articles")
MOST_GIVEN = 100
"""Limits the facets of an address: each is a query with a second of its own."""
_YES_OR_NO = {"0", "1", "on", "off", "true", "false"}


def what_is_wrong(path: str, query: str) -> str | None:
    """Says why no page answers to this address; None if one does, or Datasette says why."""
    given = parse_qsl(query, keep_blank_values=True)
    if path == "/data.csv" and not any(name == "sql" and value for name, value in given):
        return "CSV is made of a table or a query: add /NAME.csv, or ?sql=…"
    if path.startswith("/data/") and len(given) > MOST_GIVEN:
        return f"The address of a table has at most {MOST_GIVEN} parameters."
    if path.startswith(_VIEWS) and not all(
        re.fullmatch("[0-9]{0,9}", value) for name, value in given if name == "_next"
    ):
        return "_next must be a whole number."
    return next(filter(None, (_wrong(name, value) for name, value in given)), None)


def _wrong(name: str, value: str) -> str | None:
    if name in _NUMBERS and not re.fullmatch(r"[0-9]{0,9}", value):
        return f"{name} must be a whole number."
    if name == "_facet_size" and not re.fullmatch(r"max|[0-9]{0,9}", value):
        return f"{name} must be a whole number, or max."
    if name == "_json_infinity" and value.lower() not in _YES_OR_NO:
        return f"{name} must be on or off."
    if name.startswith("_facet") and value.startswith("{"):
        return f"{name} must be the name of a column."
    if name == "_through" and not has_texts(loaded(value), "table", "column", "value"):
        return f"{name} must be a JSON object with table, column and value."
    if name.endswith(("__in", "__notin")) and value.startswith("[") and not _is_list(value):
        return f"{name} must be values with commas between them, or a JSON list."
    if value.isdigit() and not value.isdecimal() and "__" in name:
        return f"{name}: {value} is no number."
    return None


def _is_list(value: str) -> bool:
    listed = loaded(value)
    return isinstance(listed, list) and all(isinstance(one, str | int | float) for one in listed)
