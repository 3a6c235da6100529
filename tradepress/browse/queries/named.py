"""Serves the page of a court, a case, an author: their stories, and what these name beside it."""

import json
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from pyroaring import BitMap

from tradepress.archive.database import Database
from tradepress.archive.search.named_values import (
    MENTIONED,
    close_names,
    fold,
    has_words,
    is_name,
    known_names,
    mentioned_values,
)
from tradepress.archive.search.story_query import StoryQuery
from tradepress.browse.addresses.named_kinds import Named
from tradepress.browse.facets.facet_index import FacetIndex, StorySet
from tradepress.browse.facets.facet_values import UNDATED
from tradepress.browse.facets.kept_index import KeptIndex
from tradepress.browse.facets.result_counts import ResultCounts, find_stories
from tradepress.mentions.asked_names import with_known_names

NEWEST = 2000
"""Limits the stories looked through for what they name; of the month of the last of them all
are."""
MOST_ALIKE = 12

_DAYS = """
    SELECT min(published_day), max(published_day)
    FROM json_each(:stories) AS found
    CROSS JOIN articles INDEXED BY articles_narrow ON articles.id = found.value
"""
_BESIDE = """
    SELECT kind, max(named COLLATE BINARY) AS name FROM (
        SELECT DISTINCT stories.id, kind, mentions.value AS named
        FROM json_each(:newest) AS newest
        CROSS JOIN articles AS stories INDEXED BY articles_narrow ON stories.id = newest.value
        CROSS JOIN mentions ON mentions.version_id = stories.version_id
        WHERE kind IN ('case', 'firm', 'person')
    )
    GROUP BY kind, named COLLATE NOCASE ORDER BY count(*) DESC, name
"""
_KINDS = """
    SELECT DISTINCT kind FROM mentions INDEXED BY mentions_value
    WHERE kind IN ({kinds}) AND value COLLATE NOCASE IN (SELECT value FROM json_each(:values))
"""


@dataclass(frozen=True, kw_only=True, slots=True)
class NamedFacts:
    """Holds what the archive has of one name."""

    counts: ResultCounts
    """Counts facets of the stories, be it by this name or another."""
    first_day: str | None
    last_day: str | None
    """Is None if all are undated."""
    beside: Mapping[str, Sequence[str]]
    """Maps ``case``, ``firm``, ``person`` to what the newest stories name most often."""


@dataclass(frozen=True, kw_only=True, slots=True)
class KnownAs:
    """Says who or what is meant by a name."""

    name: str
    """Is what it is called today, or most stories write."""
    others: Sequence[str]
    """Holds other names that are taken for the same."""
    kinds: Sequence[str] = ()
    """Holds the kinds of a number: ``registration``, ``cjeu``."""


def query_of(named: str, name: str) -> StoryQuery:
    """Asks for all stories of that name.

    :param named: a filter that takes several names
    """
    return with_known_names(replace(StoryQuery(), **{named: (name,)}))  # type: ignore[arg-type]


def known_as(db: Database, named: Named, name: str, index: FacetIndex | None) -> KnownAs:
    if named == "author":
        known = index.values["author"].get(fold(name)) if index else None
        return KnownAs(name=known.name if known else name, others=())
    (today,) = getattr(query_of(named, name), named)
    there = mentioned_values(db, named, [today])
    if named in ("court", "office", "firm"):
        from tradepress.mentions.known_names import other_names  # large tables

        known_name = next(iter(there), today)
        return KnownAs(name=known_name, others=other_names(known_name))
    shown = next((one for one in there if is_name(one, name)), name if named == "case" else None)
    shown = shown or next(iter(there), name)
    alike = [one for one in there if one != shown]
    if named == "case":
        return KnownAs(name=shown, others=alike)
    sql = _KINDS.format(kinds=", ".join(map(repr, MENTIONED["number"])))
    kinds = db.execute(sql, {"values": json.dumps(there)})
    return KnownAs(name=shown, others=alike, kinds=sorted(kind for (kind,) in kinds))


def named_facts(db: Database, query: StoryQuery, known: KeptIndex) -> NamedFacts:
    found = known.found(db, query)
    index, is_true = (found.index, found.is_true) if found else (None, False)
    stories = (found.stories if found else find_stories(db, query)).current
    copies = (index.copies if index and is_true else known.copies_now(db)).among(stories)
    facets = index.count(StorySet(current=stories), fold=True) if index else None
    newest, edges = _by_month(index, stories) if index else (BitMap(), stories)
    first_day, last_day = db.execute(_DAYS, {"stories": json.dumps([*edges])}).fetchone()
    beside: dict[str, list[str]] = defaultdict(list)
    for kind, name in db.execute(_BESIDE, {"newest": json.dumps([*newest])}):
        beside[kind].append(name)
    return NamedFacts(
        counts=ResultCounts(
            stories=len(stories) - copies, copies=copies, facets=facets, is_about=not is_true
        ),
        first_day=first_day,
        last_day=last_day,
        beside=beside,
    )


def _by_month(index: FacetIndex, stories: BitMap) -> tuple[BitMap, BitMap]:
    """Returns the newest of these, as many as are looked through; and the first and the last
    month's."""
    months = index.values["month"]
    times = sorted(time for time in months if months[time].stories & stories)
    dated = [time for time in times if time != UNDATED]
    newest, edges = BitMap(), BitMap()
    for time in [*reversed(dated), UNDATED]:
        if time in months and len(newest) < NEWEST:
            newest |= months[time].stories & stories
    for time in dated[:1] + dated[-1:]:
        edges |= months[time].stories & stories
    return newest, edges


def like_name(db: Database, named: Named, name: str) -> Sequence[str]:
    """Finds names of the archive that have these words, and others that are like it."""
    known = known_names(db, named)
    with_words = [one for one in known if has_words(one, name, is_prefix=True)]
    found = [*with_words[:MOST_ALIKE], *close_names(name, known)]
    return [*Counter(found)][:MOST_ALIKE]
