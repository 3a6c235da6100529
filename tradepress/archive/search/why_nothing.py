"""Says why a query finds no story, in words for whoever asked."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from tradepress.archive.database import Database
from tradepress.archive.search.asked_days import with_days
from tradepress.archive.search.find_stories import count_hits
from tradepress.archive.search.named_values import find_named, known_names, like
from tradepress.archive.search.query_language import (
    AllOf,
    Expression,
    Named,
    Not,
    Words,
    as_typed,
    inner_parts,
    join,
    parse_query,
)
from tradepress.archive.search.query_sql import full_text
from tradepress.archive.search.search_matches import CURRENT, FORMER, as_searched, end_of
from tradepress.archive.search.story_query import StoryQuery, query_as_json, query_from_json
from tradepress.archive.stories.ref import is_address, is_ref
from tradepress.archive.text_forms import counted

MOST_REASONS = 5


@dataclass(frozen=True, kw_only=True, slots=True)
class WayOut:
    """Says what a query would find without some of its filters, or what its words exclude."""

    names: tuple[str, ...] = ()
    """Names the filters left out: one, or all that there are."""
    excluded: str = ""
    """Is the part of the words left out: ``-trump``."""
    query: StoryQuery
    """Is the query without them."""
    stories: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Nothing:
    """Holds what keeps a query from finding anything, the plainest first."""

    reasons: Sequence[str]
    """Lists one line each, without a full stop; empty if there is nothing to say."""
    ways_out: Sequence[WayOut]


def why_nothing(db: Database, query: StoryQuery) -> list[str]:
    """Says in words what keeps a query from finding anything; call it where it found nothing.

    :returns: as ``Nothing.reasons``, with the ways out among them
    :raises QueryError: the query can't be read
    """
    nothing = explain_nothing(db, query)
    ways_out = [_in_words(query, way) for way in nothing.ways_out]
    return list(dict.fromkeys([*nothing.reasons, *ways_out]))[:MOST_REASONS]


def explain_nothing(db: Database, query: StoryQuery, *, fold: bool = True) -> Nothing:
    """Says, as values, what keeps a query from finding anything.

    :param fold: of stories with much the same text one counts
    :raises QueryError: the query can't be read
    """
    query = with_days(query)
    if db.execute("SELECT 1 FROM articles LIMIT 1").fetchone() is None:
        return Nothing(reasons=["the archive holds no stories yet"], ways_out=())
    if found := [*_of_days(db, query)]:
        return Nothing(reasons=found, ways_out=())
    ways_out = [*_ways_out(db, query, fold=fold)]
    if query.words is not None and is_address(query.words):
        found = [f"no story is kept from {query.words.strip()}"]
    elif query.words is not None and not is_ref(db, query.words):
        expression = parse_query(query.words)
        found = [*_of_words(db, query, expression)]
        ways_out += _with_excluded(db, query, expression, fold=fold)
        if not found and not ways_out and " " in query.words.strip():
            found = ["no story fits the words as they are put together"]
    return Nothing(reasons=found, ways_out=ways_out)


def _of_days(db: Database, query: StoryQuery) -> Iterator[str]:
    since, until = query.since, query.until
    if since and until and since > f"{until}~":
        yield f"since {since} lies after until {until}: no day is both"
        return
    marks = ", ".join("?" * len(query.source))
    of_sources = f"WHERE source IN ({marks})" if query.source else ""
    first, last = db.execute(
        f"SELECT min(published_day), max(published_day) FROM articles {of_sources}",
        [*query.source],
    ).fetchone()
    whose = f" of {', '.join(query.source)}" if query.source else ""
    if until and first and f"{until}~" < first:
        yield f"the stories{whose} begin on {first}, later than {until}"
    if since and last and since > last:
        yield f"the stories{whose} end on {last}, earlier than {since}"
    for name, sql in (
        ("as_of", "SELECT min(date_archived) FROM versions"),
        ("seen_on", "SELECT min(seen_at) FROM sightings"),
    ):
        day = getattr(query, name)
        (begin,) = db.execute(sql).fetchone() if day else (None,)
        if begin and end_of(day) < begin:
            held = "held its first story" if name == "as_of" else "knows of the first page seen"
            yield f"the archive {held} on {begin[:10]}, later than {day}"


def _of_words(db: Database, query: StoryQuery, expression: Expression) -> Iterator[str]:
    """Yields words that no story has, whatever else is asked of it."""
    with_former = bool(query.as_of or query.seen_on)
    for part in _wanted(expression):
        if isinstance(part, Named):
            if not find_named(db, part, with_former=with_former):
                mend = like(part.text, known_names(db, part.field))
                yield f"no {part.field} has “{part.text}” in the name: {mend.removesuffix('.')}"
        elif isinstance(part, Words):
            sides = (CURRENT, FORMER) if with_former else (CURRENT,)
            if is_ref(db, part.text):
                yield f"“{part.text}” is the name of a story, and a name stands alone"
                continue
            meant = full_text(as_searched(db, part, variants=query.variants))
            # What asks for passages that strangers may read is no query of the full text.
            if meant and not any(_occurs(db, side.index(query.stemmed), meant) for side in sides):
                star = "*" if part.is_prefix else ""
                yield f"no {part.field or 'story'} has “{part.text}{star}”"


def _wanted(expression: Expression) -> Iterator[Expression]:
    """Yields the parts that are not excluded."""
    if isinstance(expression, Not):
        return
    yield expression
    for part in inner_parts(expression):
        yield from _wanted(part)


def _occurs(db: Database, index: str, match: str | None) -> bool:
    sql = f"SELECT 1 FROM {index} WHERE {index} MATCH ? LIMIT 1"
    return db.execute(sql, [match]).fetchone() is not None


def _ways_out(db: Database, query: StoryQuery, *, fold: bool) -> Iterator[WayOut]:
    given = query_as_json(query)
    filters = tuple(name for name in given if name not in ("words", "stemmed", "variants"))
    is_alone = False
    for left_out in [*((name,) for name in filters), filters]:
        if left_out == filters and is_alone:
            return
        rest = query_from_json({name: given[name] for name in given if name not in left_out})
        if left_out and (stories := count_hits(db, rest, fold=fold)):
            is_alone = True
            yield WayOut(names=left_out, query=rest, stories=stories)


def _with_excluded(
    db: Database, query: StoryQuery, expression: Expression, *, fold: bool
) -> Iterator[WayOut]:
    """Yields what would be found without one of the parts that exclude, or else without any."""
    parts = expression.parts if isinstance(expression, AllOf) else (expression,)
    excluded = [part for part in parts if isinstance(part, Not)]
    is_alone = False
    for left_out in [*([part] for part in excluded[:MOST_REASONS]), excluded]:
        if left_out == excluded and (is_alone or not excluded):
            return
        kept = [part for part in parts if part not in left_out]
        rest = replace(query, words=as_typed(join(AllOf, kept)) if kept else None)
        if stories := count_hits(db, rest, fold=fold):
            is_alone = True
            typed = " ".join(map(as_typed, left_out))
            yield WayOut(excluded=typed, query=rest, stories=stories)


def _in_words(query: StoryQuery, way: WayOut) -> str:
    whole = way.excluded or "any of the filters"
    if len(way.names) == 1:
        whole = _said(query, way.names[0])
    return f"without {whole}: {counted(way.stories, 'story', 'stories')}"


def _said(query: StoryQuery, name: str) -> str:
    value = getattr(query, name)
    if isinstance(value, tuple):
        value = " or ".join(value)
    return name.replace("_", " ") if value is True else f"{name.replace('_', ' ')} {value}"
