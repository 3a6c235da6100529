"""The ranked search and the list of stories narrow alike: what of one the other can say."""

import json
import re
import string
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from urllib.parse import urlencode

from archive.search.find_stories import ACCESS
from browse.rendering import filter_words, names
from browse.searching import asks_for_more

OTHER_FORMS = "articles_stems"
"""Full-text index of the words' stems, as ``?_fts_table=`` of the list names it."""

_ONE_OF = ("source", "section", "language")
_DAYS = {"as_of": "as this archive held it on", "seen_on": "as the papers showed it on"}
_DATE = re.compile(r"[0-9]{4}(-[0-9]{2}(-[0-9]{2})?)?")
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_LOWER = str.maketrans(string.ascii_uppercase, string.ascii_lowercase)


@dataclass(frozen=True, kw_only=True, slots=True)
class Carried:
    """The filters of one view in the words of the other."""

    parameters: dict[str, str] = field(default_factory=dict)
    lost: list[str] = field(default_factory=list)
    """What the other view can't say, in words."""

    @property
    def query(self) -> str:
        return urlencode(self.parameters)

    def set(self, said: str, **parameters: str) -> None:
        """Take these over; if one has another value already, ``said``, the filter, is lost."""
        if any(self.parameters.get(name, value) != value for name, value in parameters.items()):
            self.lost.append(said)
        else:
            self.parameters.update(parameters)


def to_list(asked: Mapping[str, str], spellings: Mapping[str, Collection[str]]) -> Carried:
    """A search that can be made, as a list of stories.

    :param spellings: sections and languages of the archive: the search takes ``designs`` for
        ``Designs``, the list does not
    """
    there = Carried(parameters={"_search": asked.get("q", "")})
    given = {name: value for name, value in asked.items() if value}
    if asks_for_more(asked.get("q", "")):
        there.lost.append("by author:, section: or by exclusions alone")
    if "forms" in given:
        there.parameters["_fts_table"] = OTHER_FORMS
    for name in _ONE_OF:
        if name in given:
            there.parameters.update(_spelt(name, given[name], spellings.get(name, ())))
    if given.get("access") == "unknown":
        there.parameters["access__isnull"] = "1"
    elif "access" in given:
        there.parameters["access"] = given["access"]
    if since := given.get("since"):
        there.parameters["published_day__gte"] = since + "-01" * (2 - since.count("-"))
    if until := given.get("until"):
        # Day 31 sorts after any other of its month.
        there.parameters["published_day__lte"] = until + ("-12-31", "-31", "")[until.count("-")]
    there.lost.extend(f"{words} {given[name]}" for name, words in _DAYS.items() if name in given)
    return there


def to_search(
    selections: Iterable[tuple[str, str, str]],
    others: Iterable[tuple[str, str]],
    spellings: Mapping[str, Collection[str]],
) -> Carried:
    """A list of stories with words, as a search.

    :param selections: column, lookup and value of each filter
    :param others: all else that the address has
    """
    # The list shows a copy at another paper by itself.
    there = Carried(parameters={"all": "1"})
    for column, lookup, value in selections:
        said = filter_words(column, lookup, value)
        found = _in_search(column, lookup, value, spellings.get(column, ()))
        if found is None:
            there.lost.append(said)
        else:
            there.set(said, **found)
    for name, value in others:
        if name == "_search":
            there.set(f"the words {value}", q=value)
        elif (name, value) == ("_fts_table", OTHER_FORMS):
            there.set("other forms", forms="1")
        elif name.startswith(("_where", "_through", "_search", "_fts_")):
            there.lost.append(f"{name.lstrip('_')} {value}")
    return there


def _spelt(name: str, wanted: str, known: Collection[str]) -> dict[str, str]:
    alike = [value for value in known if value.translate(_LOWER) == wanted.translate(_LOWER)]
    if len(alike) > 1:
        return {f"{name}__in": json.dumps(sorted(alike), ensure_ascii=False)}
    return {name: alike[0] if alike else wanted}


def _in_search(
    column: str, lookup: str, value: str, known: Collection[str]
) -> dict[str, str] | None:
    """The parameters of the search for one filter of the list; None if it has none."""
    match column, lookup:
        case "source", "exact" if value:
            return {"source": value}
        case "section" | "language", "exact" if _spelt(column, value, known) == {column: value}:
            return {column: value} if value else None
        case "section" | "language", "in":
            wanted = next(iter(names(value)), "")
            is_same = _spelt(column, wanted, known) == {f"{column}__in": value}
            return {column: wanted} if is_same else None
        case "access", "exact" if value in ACCESS and value != "unknown":
            return {"access": value}
        case "access", "isnull":
            return {"access": "unknown"}
        case "published_day", "gte" if _DATE.fullmatch(value):
            return {"since": value}
        case "published_day", "lte" if _DAY.fullmatch(value):
            return {"until": value}
        case "published_day", "exact" if _DAY.fullmatch(value):
            return {"since": value, "until": value}
    return None
