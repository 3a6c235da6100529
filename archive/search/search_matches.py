"""Which version of which story a search finds, as SQL: the query, the filters, and the day."""

import math
import re
from dataclasses import dataclass
from typing import Any, Literal

from sqlite_utils import Database

from archive.search.search_query import (
    MATCHES_NOTHING,
    EmptyQuery,
    match_query,
    query_terms,
    require_no_operators,
)
from archive.search.story_query import StoryQuery
from archive.stories.articles import DOUBTFUL_BELOW
from archive.text_forms import storable

Order = Literal["relevance", "date", "doubt"]

ACCESS = ("open", "registration", "subscription", "unknown")
"""Values of the filter; unknown: the page does not say."""

ORDERS: dict[Order, str] = {
    "relevance": "score, id",
    "date": "day DESC, id DESC",
    "doubt": "confidence, day DESC, id DESC",
}
"""No two stories are equal in any of them, so that pages never overlap."""


_EQUAL = {
    "source": "source = :{}",
    "section": "section COLLATE NOCASE = :{}",
    "language": "language COLLATE NOCASE = :{}",
    "access": "access IS :{}",
}
_CONDITIONS = {
    "since": "published_day >= :since",
    # "~" sorts after "-", so that a month or a year includes all its days.
    "until": "published_day <= :until || '~'",
}


KEYS = ", published_day AS day, confidence"
"""Columns that an order other than by relevance needs."""

_NOT_GONE = "(gone_at IS NULL OR gone_at >= :day)"

# Of the versions that gave way after that day the first to do so was the current one then.
_GAVE_WAY = """
    stories.version_id = (
        SELECT version_id FROM holdings WHERE article_id = stories.id AND held_until > :day_end
        ORDER BY held_until LIMIT 1
    )
"""
# Of most stories none did, and nothing is to be asked of them.
_HELD_SINCE = f"""(
    stories.id NOT IN (SELECT article_id FROM holdings WHERE held_until > :day_end)
    OR {_GAVE_WAY}
)"""
_SEEN = """
    FROM sightings WHERE article_id = {}.id AND seen_at <= :day_end AND version_id IS NOT NULL
"""
_SHOWN = f"""
    {_NOT_GONE} AND stories.version_id = (
        SELECT version_id {_SEEN.format("stories")} ORDER BY seen_at DESC LIMIT 1
    )
"""
_EXISTED = {
    "held": "EXISTS (SELECT 1 FROM versions WHERE article_id = articles.id "
    "AND date_archived <= :day_end)",
    "shown": f"EXISTS (SELECT 1 {_SEEN.format('articles')}) AND {_NOT_GONE}",
}


@dataclass(frozen=True, kw_only=True, slots=True)
class Side:
    """Current or former versions: their full-text index, and their rows under the same names."""

    table: str
    stemmed_table: str
    key: str
    """Column of ``rows`` that is the rowid of the index."""
    rows: str
    """To stand in FROM; it is called ``stories``."""
    held: str
    """Condition: the archive held this version of its story at ``:day_end``."""
    shown: str
    """Condition: the paper showed it then."""

    def index(self, stemmed: bool) -> str:
        return self.stemmed_table if stemmed else self.table


CURRENT = Side(
    table="articles_fts",
    stemmed_table="articles_stems",
    key="id",
    rows="articles AS stories",
    held=f"stories.date_archived <= :day_end AND {_HELD_SINCE}",
    shown=f"stories.first_seen <= :day_end AND {_SHOWN}",
)
FORMER = Side(
    table="versions_fts",
    stemmed_table="versions_stems",
    key="version_id",
    rows="""(
        SELECT versions.id AS version_id, articles.id AS id, ref, source, versions.url,
            versions.headline, versions.description, versions.section, versions.language,
            versions.access, versions.completeness, versions.is_truncated, versions.confidence,
            versions.corrections,
            versions.policy, versions.reservations, versions.version, versions.date_captured,
            versions.date_archived, gone_at,
            duplicate_group, CASE WHEN length(versions.date_published) >= 10
                THEN substr(versions.date_published, 1, 10) END AS published_day,
            versions.body
        FROM versions JOIN articles INDEXED BY articles_narrow
            ON articles.id = article_id AND version_id <> versions.id
    ) AS stories""",
    held=f"stories.date_archived <= :day_end AND {_GAVE_WAY}",
    shown=_SHOWN,
)


@dataclass(frozen=True, kw_only=True, slots=True)
class Matches:
    """A search that is ready to run."""

    query: str | None
    """In FTS5's words; None: every story that passes the filters."""
    sides: tuple[Side, ...]
    stemmed: bool
    conditions: tuple[str, ...]
    """On columns of ``stories``."""
    parameters: dict[str, Any]
    day: Literal["held", "shown"] | None
    """Which version of each story is looked at; None: the current one."""
    existed: str
    """Condition on a row of articles: was there a version of it on that day?"""

    def select(self, order: Order | None) -> str:
        """SELECT of one row a story: ``id``, ``version_id`` (None: the current one), ``score``
        (None unless ordered by relevance), and the columns that the order needs.

        :param order: None: for counting. If anything narrows the query, all but those by date have
            ``duplicate_group``
        """
        selects = [self._current(order)]
        if FORMER in self.sides:
            selects.append(self._former(order))
        return " UNION ALL ".join(selects)

    @property
    def is_narrowed(self) -> bool:
        """Is more asked of a story than the query?"""
        return bool(self.conditions) or self.day is not None or self.query is None

    def _current(self, order: Order | None) -> str:
        index, conditions = CURRENT.index(self.stemmed), self._conditions(CURRENT)
        hits = f"{index} MATCH :query"
        if self.query is not None and (self.day is not None or order != "date"):
            # A look at the wide row of each hit would cost more than its rank.
            narrow = "articles AS stories INDEXED BY articles_narrow"
            is_joined = self.is_narrowed or order in ("date", "doubt")
            narrowed = f"CROSS JOIN {narrow} ON stories.id = {index}.rowid" if is_joined else ""
            score = f"{index}.rank" if order == "relevance" else "NULL"
            return (
                f"SELECT {index}.rowid AS id, NULL AS version_id, {score} AS score"
                f"{self._columns(order)} "
                f"FROM {index} {narrowed} WHERE {' AND '.join([hits, *conditions])}"
            )
        if self.query is not None:
            # "+": so that the stories are read in their order, until the page is full.
            conditions.append(f"+stories.id IN (SELECT rowid FROM {index} WHERE {hits})")
        narrow = "articles_day" if self.day is None and order == "date" else "articles_narrow"
        return (
            f"SELECT id, NULL AS version_id, NULL AS score{self._columns(order)} "
            f"FROM articles AS stories INDEXED BY {narrow} WHERE {' AND '.join(conditions) or '1'}"
        )

    def _former(self, order: Order | None) -> str:
        rows, conditions, score = FORMER.rows, self._conditions(FORMER), "NULL"
        if self.query is not None:
            index = FORMER.index(self.stemmed)
            rows = f"{index} CROSS JOIN {rows} ON stories.{FORMER.key} = {index}.rowid"
            conditions.append(f"{index} MATCH :query")
            if order == "relevance":
                score = f"{index}.rank * :former_scale"
        return (
            f"SELECT stories.id, stories.version_id, {score}{self._columns(order)} "
            f"FROM {rows} WHERE {' AND '.join(conditions)}"
        )

    def _columns(self, order: Order | None) -> str:
        if order == "date":
            return KEYS
        group = ", duplicate_group" if self.is_narrowed else ""
        return KEYS + group if order == "doubt" else group

    def _conditions(self, side: Side) -> list[str]:
        if self.day is None:
            return [*self.conditions]
        return [*self.conditions, side.held if self.day == "held" else side.shown]


def find_matches(query: StoryQuery) -> Matches:
    """Whatever a person gave, checked and as SQL.

    :raises EmptyQuery: there are words, but nothing in them to search for
    :raises UnknownOperator: they have operators of other search engines
    :raises ValueError: a date is none, ``access`` is none of ACCESS, or two days are given
    """
    require_no_operators(query.words)
    conditions, parameters = conditions_of(query)
    matching = None
    if query.words is not None:
        matching = parameters["query"] = match_query(query.words)
    if matching == MATCHES_NOTHING:
        raise EmptyQuery(f"nothing to search for in {query.words!r}: give a word that must occur")
    if query.doubtful:
        conditions.append("confidence < :doubtful_below")
        parameters["doubtful_below"] = DOUBTFUL_BELOW
    if query.as_of is not None and query.seen_on is not None:
        raise ValueError("give as_of or seen_on, not both")
    day: Literal["held", "shown"] | None = None
    existed = "1"
    if query.as_of is not None:
        day, existed = "held", _EXISTED["held"]
        parameters |= {"day_end": end_of(query.as_of)}
    elif query.seen_on is not None:
        day, existed = "shown", _EXISTED["shown"]
        parameters |= {"day": query.seen_on, "day_end": end_of(query.seen_on)}
    return Matches(
        query=matching,
        sides=(CURRENT,) if day is None else (CURRENT, FORMER),
        stemmed=query.stemmed,
        conditions=tuple(conditions),
        parameters=parameters,
        day=day,
        existed=existed,
    )


def conditions_of(query: StoryQuery) -> tuple[list[str], dict[str, Any]]:
    """The filters that are comparisons with one column, and their parameters.

    :raises ValueError: a date is none, or ``access`` is none of ACCESS
    """
    conditions: list[str] = []
    parameters: dict[str, Any] = {}
    for name, condition in _EQUAL.items():
        values: list[str | None] = [storable(value) for value in getattr(query, name)]
        if name == "access":
            for value in values:
                if value not in ACCESS:
                    raise ValueError(f"{value!r} is no access; write one of {', '.join(ACCESS)}")
            values = [None if value == "unknown" else value for value in values]
        given = {f"{name}_{place}": value for place, value in enumerate(values)}
        if given:
            conditions.append(f"({' OR '.join(map(condition.format, given))})")
        parameters |= given
    for name, condition in _CONDITIONS.items():
        if (day := getattr(query, name)) is not None:
            parameters[name] = storable(day)
            conditions.append(condition)
    for name in ("since", "until"):
        if not re.fullmatch(r"\d{4}(-\d\d(-\d\d)?)?", parameters.get(name, "2017"), re.ASCII):
            words = f"{parameters[name]!r} is not a date; write 2017-08-04, 2017-08 or 2017"
            raise ValueError(words)
    return conditions, parameters


def end_of(day: str) -> str:
    """What sorts after all times of that day and before those of the next.

    :raises ValueError: not written as ``2017-08-04``
    """
    if not re.fullmatch(r"\d{4}-\d\d-\d\d", day, re.ASCII):
        raise ValueError(f"{day!r} is not a day; write 2017-08-04")
    return f"{day}~"


def former_scale(db: Database, query: str | None, stemmed: bool) -> float:
    """Brings the ranks of former versions to the scale of the current ones.

    BM25 weighs each word by how rare it is in its own index, and in that of the few former
    versions any word may be common. Exact for a query of one word or phrase.
    """
    wanted, _ = query_terms(query)
    current, former = (_rarity(db, side.index(stemmed), wanted) for side in (CURRENT, FORMER))
    return current / former


def _rarity(db: Database, index: str, terms: list[str]) -> float:
    """Sum of the inverse document frequencies as FTS5 reckons them."""
    (rows,) = db.execute(f"SELECT count(*) FROM {index}_docsize").fetchone()
    hits = (
        db.execute(f"SELECT count(*) FROM {index} WHERE {index} MATCH ?", [term]).fetchone()[0]
        for term in terms
    )
    return sum(max(math.log((rows - n + 0.5) / (n + 0.5)), 1e-6) for n in hits)
