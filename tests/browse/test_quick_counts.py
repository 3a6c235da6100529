"""What is counted in memory is what SQL counts."""

from collections.abc import Iterator
from dataclasses import replace

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from random_stories import QUERIES, random_archive
from sqlite_utils import Database

from tradepress.archive.search.find_stories import count_hits, count_with_copies
from tradepress.archive.search.story_query import StoryQuery
from tradepress.browse.facets.facet_index import FacetIndex, build_index
from tradepress.browse.facets.facet_values import key_of
from tradepress.browse.facets.quick_counts import (
    MENTIONED,
    NAMES,
    SPELT_ALIKE,
    count_quickly,
    is_quick,
)
from tradepress.browse.facets.result_counts import find_stories
from tradepress.research.counting.count_stories import StoryCounts, count_stories, without_subject


@pytest.fixture(scope="module")
def db(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Database]:
    with random_archive(tmp_path_factory.mktemp("quick") / "archive.db") as db:
        yield db


@pytest.fixture(scope="module")
def index(db: Database) -> FacetIndex:
    return build_index(db)


@settings(deadline=None, max_examples=60)
@given(
    query=QUERIES,
    by=st.lists(st.sampled_from(SPELT_ALIKE), min_size=1, max_size=2, unique=True),
    share=st.booleans(),
    fold=st.booleans(),
)
def test_the_same_numbers_in_the_same_order(
    db: Database, index: FacetIndex, query: StoryQuery, by: list[str], share: bool, fold: bool
) -> None:
    query = replace(query, as_of=None, seen_on=None)
    share = share and without_subject(query) != query
    keys = tuple(by)
    try:
        counts = count_stories(db, query, keys, share=share, fold=fold)
    except ValueError:
        assume(False)
    assert count_quickly(db, query, keys, index, find_stories, share=share, fold=fold) == counts


@settings(deadline=None, max_examples=100)
@given(query=QUERIES, by=st.sampled_from([*MENTIONED]), share=st.booleans(), fold=st.booleans())
def test_of_what_is_spelt_in_many_ways_the_same_numbers(
    db: Database, index: FacetIndex, query: StoryQuery, by: str, share: bool, fold: bool
) -> None:
    """Which spelling stands for all is the one that most stories have: of all, or of the result."""
    query = replace(query, as_of=None, seen_on=None)
    share = share and without_subject(query) != query

    def numbers(counts: StoryCounts) -> list[tuple[str, int, int | None]]:
        kept = MENTIONED[by][0]
        return sorted(
            (key_of(kept, row.keys[0]) if row.keys[0] else "", row.stories, row.of)
            for row in counts.rows
        )

    try:
        counts = count_stories(db, query, by, share=share, fold=fold)
    except ValueError:
        assume(False)
    quick = count_quickly(db, query, (by,), index, find_stories, share=share, fold=fold)
    assert numbers(quick) == numbers(counts)
    assert replace(quick, rows=()) == replace(counts, rows=())


@settings(deadline=None, max_examples=30)
@given(query=QUERIES, by=st.sampled_from(NAMES), fold=st.booleans())
def test_of_other_facets_a_number_is_that_of_the_result_which_it_leads_to(
    db: Database, index: FacetIndex, query: StoryQuery, by: str, fold: bool
) -> None:
    query = replace(query, as_of=None, seen_on=None, **{by: ()})
    try:
        whole = count_with_copies(db, query, fold=fold)
    except ValueError:
        assume(False)
    counts = count_quickly(db, query, (by,), index, find_stories, share=False, fold=fold)
    assert (counts.total, counts.copies) == (whole.stories, whole.copies)
    for row in counts.rows:
        if (name := row.keys[0]) is not None:
            assert row.stories == count_hits(db, replace(query, **{by: (name,)}), fold=fold)
    without = [row.stories for row in counts.rows if row.keys == (None,)]
    assert by == "author" or fold or sum(row.stories for row in counts.rows) == counts.total
    assert len(without) <= 1


def test_what_is_not_in_memory_and_former_days_are_for_sql() -> None:
    assert is_quick(StoryQuery(), ("source", "year"))
    assert is_quick(StoryQuery(), ("author",))
    assert not is_quick(StoryQuery(), ("year", "case"))
    assert not is_quick(StoryQuery(as_of="2020-01-01"), ("year",))
