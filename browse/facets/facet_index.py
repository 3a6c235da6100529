"""Which stories have which values, in memory, so that any result is counted by all of them at once.

Of each value the numbers of its stories are a bitmap (Roaring). To count a result is to intersect
it with some thousand bitmaps: a few milliseconds, where SQL would read all that the stories name.
"""

import json
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Literal, get_args

from pyroaring import BitMap
from sqlite_utils import Database

from archive.search.named_values import fold
from archive.stories.stored_json import readable_names
from browse.facets.name_counts import NameCounter, NameCounts

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
"""``year`` and ``month`` of publication, ``2017`` and ``2017-08``, or UNDATED; ``mentions``: kinds
of what a story names."""
FACETS: tuple[Facet, ...] = get_args(Facet)
FILTERS = FACETS[FACETS.index("source") :]
"""Facets whose values are those of the filter of that name."""
UNDATED = "undated"
"""Among years and months."""

_LISTED = (
    "SELECT {0}, json_group_array(id) FROM articles INDEXED BY articles_listed "
    "WHERE {0} IS NOT NULL GROUP BY 1"
)
_MONTHS = (
    "SELECT substr(published_day, 1, 7), json_group_array(id) "
    "FROM articles INDEXED BY articles_day GROUP BY 1"
)
_CURRENT: dict[Facet, str] = {
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
_GROUPS = "SELECT id, duplicate_group FROM articles WHERE duplicate_group IS NOT NULL"
_FORMER = """
    SELECT article_id, source, versions.section, coalesce(versions.access, 'unknown'),
        versions.language, CASE WHEN length(versions.date_published) >= 10
            THEN substr(versions.date_published, 1, 7) END, versions.authors
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
    """One value of a facet, with the numbers of its stories (``articles.id``)."""

    name: str
    """As most of them have it."""
    stories: BitMap


Values = Mapping[Facet, Mapping[str, Value]]
"""By facet, then by what is equal for all names that the filter of that facet takes for one."""


@dataclass(frozen=True, kw_only=True, slots=True)
class StorySet:
    """Some stories."""

    current: BitMap
    """Those that are meant in their current version."""
    former: BitMap = field(default_factory=BitMap)
    """Those that are meant in a former one."""
    former_values: Values = field(default_factory=dict)
    """Of those, see :func:`former_values`."""

    @property
    def stories(self) -> BitMap:
        return self.current | self.former


class Copies:
    """Which stories have much the same text as others."""

    def __init__(self, db: Database) -> None:
        self._groups: dict[int, int] = dict(db.execute(_GROUPS).fetchall())
        self._stories = BitMap(self._groups)

    def among(self, stories: BitMap) -> int:
        """How many of these are left out where of each group one is shown."""
        grouped = stories & self._stories
        return len(grouped) - len({self._groups[story] for story in grouped})


@dataclass(frozen=True, kw_only=True, slots=True)
class FacetIndex:
    """All values of all stories in their current versions, as they stood when it was built."""

    values: Values
    copies: Copies
    names: NameCounts

    def count(
        self, found: StorySet, facets: Iterable[Facet] = FACETS, *, fold: bool
    ) -> dict[Facet, Counter[str]]:
        """How many of these stories have each value; values that none has are left out.

        :param fold: of stories with much the same text one counts for each value
        """
        return {
            facet: Counter(
                {
                    value.name: number - (self.copies.among(value.stories) if fold else 0)
                    for value in self._having(facet, found)
                    if (number := len(value.stories))
                }
            )
            for facet in facets
        }

    def narrowed(self, found: StorySet, facet: Facet, wanted: Iterable[str]) -> StorySet:
        """Those of the stories that have one of these values."""
        keys = {key_of(facet, name) for name in wanted}
        current, former = (
            BitMap.union(BitMap(), *(of[key].stories for key in keys if key in of))
            for of in (self.values[facet], found.former_values.get(facet, {}))
        )
        return StorySet(
            current=found.current & current,
            former=found.former & former,
            former_values=found.former_values,
        )

    def _having(self, facet: Facet, found: StorySet) -> Iterable[Value]:
        """The values of a facet with those of the stories that have them."""
        others = dict(found.former_values.get(facet, {}))
        for key, value in self.values[facet].items():
            stories = value.stories & found.current
            if other := others.pop(key, None):
                stories |= other.stories & found.former
            yield Value(name=value.name, stories=stories)
        for value in others.values():
            yield Value(name=value.name, stories=value.stories & found.former)


def build_index(db: Database) -> FacetIndex:
    """Read all that is counted by: a second of CPU for 100,000 stories, most of it in SQLite."""
    having, names = _Having(), NameCounter()
    for month, ids in db.execute(_MONTHS):
        having.add_month(month, BitMap(json.loads(ids)))
    for facet, sql in _CURRENT.items():
        for name, ids in db.execute(sql):
            having.add(facet, name, BitMap(json.loads(ids)))
    versions, stories = map(json.loads, db.execute(_CURRENT_VERSIONS).fetchone())
    story_of = dict(zip(versions, stories, strict=True))
    for kind, value, ids in db.execute(_MENTIONS):
        numbers = [story_of[one] for one in json.loads(ids) if one in story_of]
        having.add_mention(kind, value, BitMap(numbers))
        names.add_mention(kind, value, BitMap(numbers))
    values, copies = having.values(), Copies(db)
    for author in values["author"].values():
        names.add("author", author.name, author.stories)
    return FacetIndex(values=values, copies=copies, names=names.counted(copies.among))


def former_values(db: Database, versions: Iterable[int]) -> Values:
    """The values of these versions of stories, each of another story."""
    having, asked = _Having(), {"versions": json.dumps([*versions])}
    for story, source, section, access, language, month, authors in db.execute(_FORMER, asked):
        stories = BitMap([story])
        having.add("source", source, stories)
        having.add("section", section, stories)
        having.add("access", access, stories)
        having.add("language", language, stories)
        having.add_month(month, stories)
        having.add("author", authors, stories)
    for story, kind, value in db.execute(_FORMER_MENTIONS, asked):
        having.add_mention(kind, value, BitMap([story]))
    return having.values()


class _Having:
    """Gathers the stories of each name."""

    def __init__(self) -> None:
        self._found: dict[Facet, defaultdict[str, BitMap]] = {
            facet: defaultdict(BitMap) for facet in FACETS
        }

    def add(self, facet: Facet, name: str | None, stories: BitMap) -> None:
        """
        :param name: None: they have no value; of ``author`` a JSON list of names
        """
        names = readable_names(name) if facet == "author" else [name]
        for one in filter(None, names):
            self._found[facet][one] |= stories

    def add_month(self, month: str | None, stories: BitMap) -> None:
        self.add("month", month or UNDATED, stories)
        self.add("year", month[:4] if month else UNDATED, stories)

    def add_mention(self, kind: str, value: str, stories: BitMap) -> None:
        self.add("mentions", kind, stories)
        if kind == "court":
            self.add("court", value, stories)
        elif kind == "office":
            self.add("office", value, stories)

    def values(self) -> Values:
        return {facet: _alike(facet, names) for facet, names in self._found.items()}


def _alike(facet: Facet, names: Mapping[str, BitMap]) -> dict[str, Value]:
    spellings: dict[str, list[str]] = defaultdict(list)
    for name, stories in names.items():
        if stories:
            spellings[key_of(facet, name)].append(name)
    return {
        key: Value(
            name=max(alike, key=lambda name: (len(names[name]), name)),
            stories=BitMap.union(*(names[name] for name in alike)),
        )
        for key, alike in spellings.items()
    }


def key_of(facet: Facet, name: str) -> str:
    """Equal for names that the filter takes for one: sections and languages as SQLite's NOCASE
    compares, people, courts and offices without accents, too."""
    if facet in ("section", "language"):
        return "".join(sign.lower() if sign.isascii() else sign for sign in name)
    return fold(name) if facet in ("author", "court", "office") else name
