"""Reads what stories are counted by: the values of each facet, and which stories have them."""

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Literal, get_args

from pyroaring import BitMap

from tradepress.archive.database import Database
from tradepress.archive.search.named_values import fold, name_key
from tradepress.archive.stored_json import readable_names
from tradepress.story import NUMBER_KINDS

Facet = Literal[
    "year",
    "month",
    "source",
    "section",
    "author",
    "access",
    "language",
    "court",
    "office",
    "mentions",
]
"""Is counted beside a result. ``year`` and ``month`` of publication, ``2017`` and ``2017-08``,
or UNDATED; ``mentions``: kinds of what a story names."""
FACETS: tuple[Facet, ...] = get_args(Facet)
FILTERS = FACETS[FACETS.index("source") :]
"""Lists the facets whose values are those of the filter of that name."""
Kept = Literal[Facet, "day", "case", "firm", "number", "mark", "statute", "nice-class"]
"""Is what stories can be counted by in memory. ``mark``: numbers of marks, ``number``: all
others, of cases and decisions."""
KEPT_AS: Mapping[str, Kept] = {
    **dict.fromkeys(NUMBER_KINDS, "number"),
    **dict.fromkeys(("registration", "application"), "mark"),
    "court": "court",
    "office": "office",
    "case": "case",
    "firm": "firm",
    "statute": "statute",
    "nice-class": "nice-class",
}
"""Maps kinds of mentions to what each is kept as; others are not."""
UNDATED = "undated"
"""Stands among years, months and days."""

_LISTED = (
    "SELECT {0}, json_group_array(id) FROM articles INDEXED BY articles_listed "
    "WHERE {0} IS NOT NULL GROUP BY 1"
)
_DAYS = (
    "SELECT published_day, json_group_array(id) FROM articles INDEXED BY articles_day GROUP BY 1"
)
_CURRENT: dict[Kept, str] = {
    "source": _LISTED.format("source"),
    "section": _LISTED.format("section"),
    "access": _LISTED.format("coalesce(access, 'unknown')"),
    "language": _LISTED.format("language"),
    "author": "SELECT authors, json_group_array(id) FROM articles GROUP BY authors",
}
_CURRENT_VERSIONS = "SELECT json_group_array(version_id), json_group_array(id) FROM articles"
_MENTIONS = (
    "SELECT kind, value, json_group_array(version_id) FROM mentions INDEXED BY mentions_value "
    "GROUP BY kind, value COLLATE NOCASE"
)
_FORMER = """
    SELECT article_id, source, versions.section, coalesce(versions.access, 'unknown'),
        versions.language, CASE WHEN length(versions.date_published) >= 10
            THEN substr(versions.date_published, 1, 10) END, versions.authors
    FROM json_each(:versions) AS wanted JOIN versions ON versions.id = wanted.value
    JOIN articles ON articles.id = article_id
"""
_FORMER_MENTIONS = """
    SELECT DISTINCT article_id, kind, mentions.value
    FROM json_each(:versions) AS wanted JOIN versions ON versions.id = wanted.value
    JOIN mentions ON version_id = versions.id
"""


@dataclass(frozen=True, kw_only=True, slots=True)
class Value:
    """Is one value of a facet, with the numbers of its stories (``articles.id``)."""

    name: str
    """Is the name as most of them have it."""
    stories: BitMap


Values = Mapping[Kept, Mapping[str, Value]]
"""Holds values by facet, then by what is equal for all names that its filter takes for one."""


def current_values(db: Database) -> Values:
    """Reads the values of all stories in their current versions: a second of CPU for 100,000 of
    them, most of it in SQLite."""
    having = _Having()
    for day, ids in db.execute(_DAYS):
        having.add_day(day, BitMap(json.loads(ids)))
    for kept, sql in _CURRENT.items():
        for name, ids in db.execute(sql):
            having.add(kept, name, BitMap(json.loads(ids)))
    versions, stories = map(json.loads, db.execute(_CURRENT_VERSIONS).fetchone())
    story_of = dict(zip(versions, stories, strict=True))
    for kind, value, ids in db.execute(_MENTIONS):
        numbers = [story_of[one] for one in json.loads(ids) if one in story_of]
        having.add_mention(kind, value, BitMap(numbers))
    return having.values()


def former_values(db: Database, versions: Iterable[int]) -> Values:
    """Reads the values of these versions of stories, each of another story."""
    having, asked = _Having(), {"versions": json.dumps([*versions])}
    for story, source, section, access, language, day, authors in db.execute(_FORMER, asked):
        stories = BitMap([story])
        having.add("source", source, stories)
        having.add("section", section, stories)
        having.add("access", access, stories)
        having.add("language", language, stories)
        having.add_day(day, stories)
        having.add("author", authors, stories)
    for story, kind, value in db.execute(_FORMER_MENTIONS, asked):
        having.add_mention(kind, value, BitMap([story]))
    return having.values()


class _Having:
    """Gathers the stories of each name."""

    def __init__(self) -> None:
        self._found: dict[Kept, defaultdict[str, BitMap]] = {
            kept: defaultdict(BitMap) for kept in get_args(Kept)
        }

    def add(self, kept: Kept, name: str | None, stories: BitMap) -> None:
        """Adds stories to the value of that name."""
        names = readable_names(name) if kept == "author" else [name]
        for one in filter(None, names):
            self._found[kept][one] |= stories

    def add_day(self, day: str | None, stories: BitMap) -> None:
        self.add("day", day or UNDATED, stories)
        self.add("month", day[:7] if day else UNDATED, stories)
        self.add("year", day[:4] if day else UNDATED, stories)

    def add_mention(self, kind: str, value: str, stories: BitMap) -> None:
        self.add("mentions", kind, stories)
        if kind in NUMBER_KINDS:
            self.add("mentions", "number", stories)
        if kind in KEPT_AS:
            self.add(KEPT_AS[kind], value, stories)

    def values(self) -> Values:
        return {kept: _alike(kept, names) for kept, names in self._found.items()}


def _alike(kept: Kept, names: Mapping[str, BitMap]) -> dict[str, Value]:
    spellings: dict[str, list[str]] = defaultdict(list)
    for name, stories in names.items():
        if stories:
            spellings[key_of(kept, name)].append(name)
    return {
        key: Value(
            name=max(alike, key=lambda name: (len(names[name]), name)),
            stories=BitMap.union(*(names[name] for name in alike)),
        )
        for key, alike in spellings.items()
    }


def key_of(kept: Kept, name: str) -> str:
    """Returns a key that is equal for names that the filter takes for one: sections and
    languages as SQLite's NOCASE compares, people, courts and offices without accents, cases by
    their words, numbers without what stands between letters and digits."""
    if kept in ("section", "language", "statute", "nice-class"):
        return "".join(sign.lower() if sign.isascii() else sign for sign in name)
    if kept in ("author", "court", "office"):
        return fold(name)
    if kept in ("case", "firm", "number", "mark"):
        return name_key("number" if kept == "mark" else kept, name)
    return name
