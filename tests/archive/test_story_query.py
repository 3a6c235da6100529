"""A query as one value, and as JSON."""

import json

import pytest

from tradepress.archive.search.story_query import (
    StoryQuery,
    query_as_json,
    query_from_json,
    query_in_words,
)

QUERIES = [
    StoryQuery(),
    StoryQuery(words='lantern OR "curved handle"'),
    StoryQuery(source=("signet", "makers"), since="2015", variants=True),
]


@pytest.mark.parametrize("query", QUERIES)
def test_a_query_comes_back_from_json(query: StoryQuery) -> None:
    assert query_from_json(json.loads(json.dumps(query_as_json(query)))) == query


def test_what_is_empty_is_left_out() -> None:
    assert query_as_json(StoryQuery()) == {}
    assert list(query_as_json(QUERIES[2])) == ["source", "since", "variants"]


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"sources": ["signet"]}, "a query has no 'sources'; it has words, source, "),
        ({"source": "signet"}, "source of a query is a list of texts, not 'signet'"),
        ({"source": [1]}, "is a list of texts"),
        ({"words": ["lantern"]}, "words of a query is a text"),
        ({"stemmed": "yes"}, "stemmed of a query is true or false"),
        ({"since": 2015}, "since of a query is a text, not 2015"),
    ],
)
def test_what_is_no_query_is_refused(given: dict[str, object], words: str) -> None:
    with pytest.raises(ValueError, match=words):
        query_from_json(given)


def test_in_words_a_language_has_its_name() -> None:
    assert query_in_words(StoryQuery(language=("he", "cs", "xx"))) == "language Hebrew, Czech, xx"
