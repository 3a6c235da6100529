"""The stories that words mean together with authors or sections: SQL would look at each story of
the archive for ``author:vale OR lamp``."""

import json
from functools import reduce
from operator import and_, or_

from pyroaring import BitMap
from sqlite_utils import Database

from archive.search.named_values import fold, has_words, tokens_of
from archive.search.query_language import AllOf, EitherOf, Expression, Named, Not
from archive.search.query_sql import compile_query, full_text
from archive.search.search_matches import CURRENT, read_words
from archive.search.story_query import StoryQuery
from browse.facets.facet_index import FacetIndex


def find_words(db: Database, query: StoryQuery, index: FacetIndex) -> BitMap | None:
    """None: more is asked than words, or the full text alone can tell.

    :param index: that of the archive as it is now
    :raises QueryError: the words can't be read
    """
    alone = StoryQuery(words=query.words, stemmed=query.stemmed, variants=query.variants)
    expression = read_words(db, query) if query == alone else None
    if expression is None or not compile_query(expression, lambda _: ()).conditions:
        return None
    table = CURRENT.index(query.stemmed)
    asked = f"SELECT json_group_array(rowid) FROM {table} WHERE {table} MATCH ?"

    def stories(expression: Expression) -> BitMap:
        if (words := full_text(expression)) is not None:
            return BitMap(json.loads(db.execute(asked, [words]).fetchone()[0]))
        match expression:
            case Named():
                return _named(index, expression)
            case Not(part=part):
                return index.stories - stories(part)
            case AllOf(parts=parts):
                return reduce(and_, map(stories, parts))
            case EitherOf(parts=parts):
                return reduce(or_, map(stories, parts))
        raise AssertionError(expression)  # words and NEAR are always full text

    return stories(expression)


def _named(index: FacetIndex, wanted: Named) -> BitMap:
    """Those of the sections or authors that have these words side by side."""
    values = index.values["author" if wanted.field == "author" else "section"].values()
    words = tokens_of(wanted.text)
    found = BitMap()
    for value in values:
        folded = fold(value.name)  # to look for the words side by side takes ten times as long
        if all(word in folded for word in words) and has_words(
            value.name, wanted.text, is_prefix=wanted.is_prefix
        ):
            found |= value.stories
    return found
