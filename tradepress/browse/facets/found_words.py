"""Finds the stories that words mean out of sets: of the full text, of authors, of a former day.

SQL would look at each story for ``author:vale OR lamp``, and at each that has the words for whether
it stood so on a day.
"""

import json
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import reduce
from operator import and_, or_

from pyroaring import BitMap

from tradepress.archive.database import Database
from tradepress.archive.search.named_values import fold, has_words, tokens_of
from tradepress.archive.search.public_words import PublicArchive
from tradepress.archive.search.query_language import AllOf, EitherOf, Expression, Named, Not
from tradepress.archive.search.query_sql import compile_query, full_text
from tradepress.archive.search.search_matches import CURRENT, FORMER, read_words
from tradepress.archive.search.story_query import StoryQuery
from tradepress.browse.facets.facet_index import FacetIndex, StorySet
from tradepress.browse.facets.facet_values import Values


def find_words(
    db: Database,
    query: StoryQuery,
    index: FacetIndex,
    find: Callable[[Database, StoryQuery], StorySet],
) -> StorySet | None:
    """Finds stories; None if more is asked than words and a day, or SQL can ask the full text
    alone.

    :param index: that of the archive as it is now
    :param find: gives the stories of a former day
    :raises QueryError: the words can't be read
    """
    every = StorySet(current=index.all_stories)
    if query == StoryQuery():
        return every
    day = StoryQuery(as_of=query.as_of, seen_on=query.seen_on)
    alone = replace(day, words=query.words, stemmed=query.stemmed, variants=query.variants)
    expression = read_words(db, query) if query == alone else None
    if expression is None:
        return None
    is_told = not compile_query(expression, lambda _: ()).conditions
    # Strangers have no authors to ask for, and passages are asked for by SQL.
    if (is_told and day == StoryQuery()) or (not is_told and isinstance(db, PublicArchive)):
        return None
    whole = every if day == StoryQuery() else find(db, day)
    current = _Side(
        stories=whole.current,
        values=index.values,
        with_words=lambda words: _matching(db, CURRENT.index(query.stemmed), words),
    )
    if not whole.former:
        return replace(whole, current=current.having(expression))
    story_of = {version: story for story, version in whole.version_of.items()}
    versions = BitMap(story_of)

    def former_with(words: str) -> BitMap:
        found = _matching(db, FORMER.index(query.stemmed), words) & versions
        return BitMap([story_of[version] for version in found])

    former = _Side(stories=whole.former, values=whole.former_values, with_words=former_with)
    return replace(whole, current=current.having(expression), former=former.having(expression))


@dataclass(frozen=True, kw_only=True, slots=True)
class _Side:
    """Holds stories in their current versions, or in former ones."""

    stories: BitMap
    values: Values
    with_words: Callable[[str], BitMap]
    """Takes FTS5's words; may find others, too."""

    def having(self, expression: Expression) -> BitMap:
        """Returns the stories that an expression means."""
        if (words := full_text(expression)) is not None:
            return self.stories & self.with_words(words)
        match expression:
            case Named():
                return self.stories & self._named(expression)
            case Not(part=part):
                return self.stories - self.having(part)
            case AllOf(parts=parts):
                return reduce(and_, map(self.having, parts))
            case EitherOf(parts=parts):
                return reduce(or_, map(self.having, parts))
        raise AssertionError(expression)  # words and NEAR are always full text

    def _named(self, wanted: Named) -> BitMap:
        """Finds the sections or authors that have these words side by side."""
        words = tokens_of(wanted.text)
        found = BitMap()
        for value in self.values["author" if wanted.field == "author" else "section"].values():
            folded = fold(value.name)  # to look for words side by side takes ten times as long
            if all(word in folded for word in words) and has_words(
                value.name, wanted.text, is_prefix=wanted.is_prefix
            ):
                found |= value.stories
        return found


def _matching(db: Database, table: str, words: str) -> BitMap:
    sql = f"SELECT json_group_array(rowid) FROM {table} WHERE {table} MATCH ?"
    return BitMap(json.loads(db.execute(sql, [words]).fetchone()[0]))
