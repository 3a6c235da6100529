"""Decides which version of which story a search finds, as SQL: query, filters, and day."""

import json
import math
from dataclasses import dataclass
from functools import partial
from typing import Any, Literal

from tradepress.archive.database import Database
from tradepress.archive.errors import QueryError
from tradepress.archive.file.schema import HAS_DOUBTS
from tradepress.archive.search.asked_days import with_days
from tradepress.archive.search.named_values import (
    MENTIONED,
    author_lists,
    find_named,
    is_name,
    mentioned_values,
)
from tradepress.archive.search.public_words import PublicArchive, for_strangers, tells_words
from tradepress.archive.search.query_language import Expression, parse_query
from tradepress.archive.search.query_sql import BY_AUTHOR, QuerySql, compile_query, ranked_terms
from tradepress.archive.search.story_query import StoryQuery
from tradepress.archive.search.word_variants import with_variants
from tradepress.archive.stories.articles import DOUBTFUL_BELOW
from tradepress.archive.stories.ref import find_at, is_address, is_ref, resolve_ref
from tradepress.archive.text_forms import storable
from tradepress.story import ASKED_KINDS, NUMBER_KINDS

Order = Literal["relevance", "date", "oldest", "doubt"]

ACCESS = ("open", "registration", "subscription", "unknown")
"""Lists the values of the filter; unknown: the page does not say."""

MOST_VALUES = 500
"""Limits the values of one filter: SQLite takes no condition more than 1,000 parts deep."""

ORDERS: dict[Order, str] = {
    "relevance": "score, id",
    "date": "day DESC, id DESC",
    "oldest": "day IS NULL, day, id",
    "doubt": "confidence, day DESC, id DESC",
}
"""Orders stories so that no two are equal, and pages never overlap."""


_EQUAL = {
    "source": "source = :{}",
    "section": "section COLLATE NOCASE = :{}",
    "language": "language COLLATE NOCASE = :{}",
    "access": "access IS :{}",
}
_MENTIONS = """stories.version_id IN (
    SELECT version_id FROM mentions
    WHERE kind IN ({kinds}) AND value COLLATE NOCASE IN (SELECT value FROM json_each(:{name}))
)"""
# "+": a story's few mentions are looked through; else all of the kind, once a story.
_MENTIONS_ANY = """EXISTS (
    SELECT 1 FROM mentions WHERE version_id = stories.version_id AND +kind IN ({names})
)"""
_CONDITIONS = {
    "since": "published_day >= :since",
    # "~" sorts after "-", so that a month or a year includes all its days.
    "until": "published_day <= :until || '~'",
}


KEYS = ", published_day AS day, confidence"
"""Names the columns that an order other than by relevance needs."""

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
# Where only a teaser was served, the whole text may have stood on.
_SHOWN = f"""
    {_NOT_GONE} AND stories.version_id = (
        SELECT version_id {_SEEN.format("stories")} ORDER BY version_id IN (
            SELECT id FROM version_rows WHERE article_id = sightings.article_id AND is_truncated = 1
        ), seen_at DESC LIMIT 1
    )
"""
_EXISTED = {
    "held": "EXISTS (SELECT 1 FROM versions WHERE article_id = articles.id "
    "AND date_archived <= :day_end)",
    "shown": f"EXISTS (SELECT 1 {_SEEN.format('articles')}) AND {_NOT_GONE}",
}


@dataclass(frozen=True, kw_only=True, slots=True)
class Side:
    """Names what the SQL of current or former versions asks: their full-text index, and their
    rows under the same names."""

    table: str
    stemmed_table: str
    key: str
    """Is the column of ``rows`` that is the rowid of the index."""
    rows: str
    """Stands in FROM, where it is called ``stories``."""
    texts: str
    """Is the table with all columns; its ``id`` is ``key``."""
    doubted: str
    """Selects the keys of those of which paragraphs are in doubt."""
    held: str
    """Is the condition that the archive held this version of its story at ``:day_end``."""
    shown: str
    """Is the condition that the paper showed it then."""

    def index(self, stemmed: bool) -> str:
        return self.stemmed_table if stemmed else self.table

    def fill(self, condition: str, stemmed: bool) -> str:
        """Fills a condition of :class:`tradepress.archive.search.query_sql.QuerySql` in for
        these rows."""
        return condition.format(
            key=self.key, index=self.index(stemmed), texts=self.texts, doubted=self.doubted
        )


CURRENT = Side(
    table="articles_fts",
    stemmed_table="articles_stems",
    key="id",
    texts="articles",
    rows="articles AS stories",
    doubted="SELECT articles.id FROM version_rows CROSS JOIN articles INDEXED BY articles_narrow "
    f"ON articles.id = article_id AND version_id = version_rows.id WHERE ({HAS_DOUBTS}) = 1",
    held=f"stories.date_archived <= :day_end AND {_HELD_SINCE}",
    shown=f"stories.first_seen <= :day_end AND {_SHOWN}",
)
FORMER = Side(
    table="versions_fts",
    stemmed_table="versions_stems",
    key="version_id",
    texts="versions",
    doubted=f"SELECT id FROM version_rows WHERE ({HAS_DOUBTS}) = 1",
    rows="""(
        SELECT versions.id AS version_id, articles.id AS id, ref, source, versions.url,
            versions.headline, versions.description AS description, versions.section,
            versions.language,
            versions.access, versions.completeness, versions.is_truncated, versions.confidence,
            versions.authors AS authors, versions.corrections AS corrections,
            versions.policy, versions.reservations, versions.version, versions.date_captured,
            versions.date_archived, gone_at,
            duplicate_group, CASE WHEN length(versions.date_published) >= 10
                THEN substr(versions.date_published, 1, 10) END AS published_day,
            versions.body AS body
        FROM versions JOIN articles INDEXED BY articles_narrow
            ON articles.id = article_id AND version_id <> versions.id
    ) AS stories""",
    held=f"stories.date_archived <= :day_end AND {_GAVE_WAY}",
    shown=_SHOWN,
)


@dataclass(frozen=True, kw_only=True, slots=True)
class Matches:
    """Is a search that is ready to run."""

    query: str | None
    """Is in FTS5's words; it ranks. None: every story that passes the conditions."""
    marks: str | None
    """Says what is marked in what was found, in FTS5's words."""
    terms: tuple[str, ...]
    """Holds the words and phrases that may occur, each in FTS5's words."""
    sides: tuple[Side, ...]
    stemmed: bool
    conditions: tuple[str, ...]
    """Ask columns of ``stories``; see :meth:`Side.fill`."""
    by_mentions: bool
    """Is one of them by what a version mentions?"""
    parameters: dict[str, Any]
    day: Literal["held", "shown"] | None
    """Says which version of each story is looked at; None: the current one."""
    existed: str
    """Is the condition on a row of articles that there was a version of it on that day."""

    def select(self, order: Order | None) -> str:
        """Selects one row a story: ``id``, ``version_id`` (None: the current one), ``score`` (None
        unless ordered by relevance), and the columns that the order needs.

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
            is_joined = self.is_narrowed or order in ("date", "oldest", "doubt")
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
        in_order = self.day is None and order == "date" and not self.by_mentions
        narrow = "articles_day" if in_order else "articles_narrow"
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
        return KEYS + group if order in ("oldest", "doubt") else group

    def _conditions(self, side: Side) -> list[str]:
        found = [side.fill(condition, self.stemmed) for condition in self.conditions]
        if self.day is not None:
            found.append(side.held if self.day == "held" else side.shown)
        return found


def read_words(db: Database, query: StoryQuery) -> Expression | None:
    """Reads the words of a query; None: it has none, or they name one story by its ref or address.

    :raises QueryError: they can't be read
    """
    if query.words is None or is_address(query.words) or is_ref(db, query.words):
        return None
    return as_searched(db, parse_query(query.words), variants=query.variants)


def as_searched(db: Database, expression: Expression, *, variants: bool) -> Expression:
    """Returns an expression with the spellings that it stands for, and without what this archive
    may not be asked."""
    expression = with_variants(expression) if variants else expression
    if not isinstance(db, PublicArchive):
        return expression
    return for_strangers(expression, of_texts=tells_words(db))


def can_rank(db: Database, query: StoryQuery) -> bool:
    """Are there words that tell a better match from another?

    :raises QueryError: as :func:`read_words`
    """
    expression = read_words(db, query)
    return expression is not None and compile_query(expression, lambda _: ()).match is not None


def find_matches(db: Database, query: StoryQuery) -> Matches:
    """Checks whatever a person gave, and puts it as SQL.

    :raises QueryError: the words can't be read, or there is nothing in them to search for; a date
        is none, ``access`` is none of ACCESS, or two days are given
    """
    query = with_days(query)
    conditions, parameters = conditions_of(query)
    if query.as_of is not None and query.seen_on is not None:
        raise QueryError("give as_of or seen_on, not both")
    day: Literal["held", "shown"] | None = None
    existed = "1"
    if query.as_of is not None:
        day, existed = "held", _EXISTED["held"]
        parameters |= {"day_end": end_of(query.as_of)}
    elif query.seen_on is not None:
        day, existed = "shown", _EXISTED["shown"]
        parameters |= {"day": query.seen_on, "day_end": end_of(query.seen_on)}
    words, terms = QuerySql(), []
    if (expression := read_words(db, query)) is None and query.words is not None:
        words = QuerySql(conditions=("stories.id = :named",))
        parameters["named"] = _story_named(db, query.words)
    elif expression is not None:
        words = compile_query(
            expression,
            partial(find_named, db, with_former=day is not None),
            (lambda words: db.find_passages(words, query.stemmed))
            if isinstance(db, PublicArchive)
            else lambda _: (),
        )
        terms = ranked_terms(expression)
    if words.match is not None:
        parameters["query"] = words.match
    named, names = _named_conditions(db, query, with_former=day is not None)
    return Matches(
        query=words.match,
        marks=words.marks,
        terms=tuple(terms),
        sides=(CURRENT,) if day is None else (CURRENT, FORMER),
        stemmed=query.stemmed,
        conditions=(*conditions, *named, *words.conditions),
        by_mentions=any(getattr(query, name) for name in MENTIONED),
        parameters=parameters | names | words.parameters,
        day=day,
        existed=existed,
    )


def _story_named(db: Database, words: str) -> int | None:
    """Finds the story of one address, or of one ref, with a version or without."""
    if not is_address(words):
        return resolve_ref(db, words.strip().partition("@")[0])[0]
    try:
        return find_at(db, words)
    except ValueError as error:
        raise QueryError(str(error)) from error


def _named_conditions(
    db: Database, query: StoryQuery, *, with_former: bool
) -> tuple[list[str], dict[str, str]]:
    """Returns the filters by authors and by what is mentioned, and their parameters."""
    conditions: list[str] = []
    parameters: dict[str, str] = {}
    if query.author:

        def is_wanted(author: str) -> bool:
            return any(is_name(author, one) for one in query.author)

        conditions.append(BY_AUTHOR.format("author"))
        lists = author_lists(db, is_wanted, with_former=with_former)
        parameters["author"] = json.dumps(lists)
    for name, kinds in MENTIONED.items():
        wanted: tuple[str, ...] = getattr(query, name)
        if wanted:
            conditions.append(_MENTIONS.format(kinds=", ".join(map(repr, kinds)), name=name))
            parameters[name] = json.dumps(mentioned_values(db, name, wanted))
    return conditions, parameters


def conditions_of(query: StoryQuery) -> tuple[list[str], dict[str, Any]]:
    """Returns the filters that are comparisons with one column, and their parameters.

    :param query: with its days read
    :raises QueryError: ``access`` is none of ACCESS
    """
    conditions: list[str] = []
    parameters: dict[str, Any] = {}
    for name, condition in _EQUAL.items():
        if len(getattr(query, name)) > MOST_VALUES:
            raise QueryError(f"a query has {MOST_VALUES} values of {name} at most")
        values: list[str | None] = [storable(value) for value in getattr(query, name)]
        if name == "access":
            for value in values:
                if value not in ACCESS:
                    raise QueryError(f"{value!r} is no access; write one of {', '.join(ACCESS)}")
            values = [None if value == "unknown" else value for value in values]
        given = {f"{name}_{place}": value for place, value in enumerate(values)}
        if given:
            conditions.append(f"({' OR '.join(map(condition.format, given))})")
        parameters |= given
    for name, condition in _CONDITIONS.items():
        if (day := getattr(query, name)) is not None:
            parameters[name] = day
            conditions.append(condition)
    others, given = _other_conditions(query)
    return [*conditions, *others], parameters | given


def _other_conditions(query: StoryQuery) -> tuple[list[str], dict[str, Any]]:
    """Returns what is asked of a story beside values of its columns.

    :raises QueryError: a kind of mention is none
    """
    conditions: list[str] = []
    parameters: dict[str, Any] = {}
    kinds: list[str] = []
    for kind in query.mentions:
        if kind not in ASKED_KINDS:
            raise QueryError(f"nothing is a {kind!r}; write one of {', '.join(ASKED_KINDS)}")
        kinds += NUMBER_KINDS if kind == "number" else [kind]
    if kinds:
        parameters |= {f"mentions_{place}": kind for place, kind in enumerate(kinds)}
        names = ", ".join(f":mentions_{place}" for place in range(len(kinds)))
        conditions.append(_MENTIONS_ANY.format(names=names))
    if query.undated:
        conditions.append("published_day IS NULL")
    if query.doubtful:
        conditions.append("(confidence < :doubtful_below OR stories.{key} IN ({doubted}))")
        parameters["doubtful_below"] = DOUBTFUL_BELOW
    return conditions, parameters


def end_of(day: str) -> str:
    """Returns a time that sorts after all of that day and before those of the next."""
    return f"{day}~"


def former_scale(db: Database, matches: Matches) -> float:
    """Brings the ranks of former versions to the scale of the current ones.

    BM25 weighs each word by how rare it is in its own index, and in that of the few former
    versions any word may be common. Exact for a query of one word or phrase; of several, also in
    brackets, with OR or NEAR, it is the mean over all that may occur, so a former version that has
    only the rarer ones ranks a little too low, and one that has only the common ones too high.
    What is excluded, and authors and sections, have no part in a rank.
    """
    current, former = (
        _rarity(db, side.index(matches.stemmed), matches.terms) for side in (CURRENT, FORMER)
    )
    return current / former


def _rarity(db: Database, index: str, terms: tuple[str, ...]) -> float:
    """Sums the inverse document frequencies as FTS5 reckons them."""
    (rows,) = db.execute(f"SELECT count(*) FROM {index}_docsize").fetchone()
    hits = (
        db.execute(f"SELECT count(*) FROM {index} WHERE {index} MATCH ?", [term]).fetchone()[0]
        for term in terms
    )
    return sum(max(math.log((rows - n + 0.5) / (n + 0.5)), 1e-6) for n in hits)
