"""A number of the result page is how many stories the link beside it finds and an export holds."""

from collections.abc import Iterator
from dataclasses import replace
from urllib.parse import parse_qsl

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from random_stories import QUERIES, random_archive
from sqlite_utils import Database

from tradepress.archive.search.chosen_stories import choose_versions, latest_first
from tradepress.archive.search.find_stories import search
from tradepress.archive.search.story_query import StoryQuery
from tradepress.browse.addresses.result_address import ORDERS, ResultAddress, read_address
from tradepress.browse.facets.facet_index import FacetIndex, build_index
from tradepress.browse.facets.facet_values import FACETS
from tradepress.browse.facets.result_counts import ResultCounts, count_result
from tradepress.browse.pages.result_page import (
    MOST_VALUES,
    chips_of,
    choices_of,
    facet_choices,
    picture_of,
    undated_of,
)
from tradepress.browse.words.result_words import FACET_TITLES

Counted = tuple[Database, FacetIndex]


@pytest.fixture(scope="module")
def counted(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Counted]:
    with random_archive(tmp_path_factory.mktemp("numbers") / "archive.db") as db:
        yield db, build_index(db)


def exported(db: Database, address: ResultAddress) -> int:
    """How many stories its file has."""
    return len(choose_versions(db, address.query, fold=address.fold))


def counts_of(counted: Counted, address: ResultAddress) -> ResultCounts:
    db, index = counted
    return count_result(db, address.query, index, fold=address.fold, is_true=True)


@settings(deadline=None, max_examples=40)
@given(query=QUERIES, fold=st.booleans())
def test_every_number_is_what_its_link_finds(
    counted: Counted, query: StoryQuery, fold: bool
) -> None:
    db, _ = counted
    address = ResultAddress(query=query, fold=fold)
    counts = counts_of(counted, address)
    assert not counts.is_about
    assert counts.stories == exported(db, address)
    assert counts.stories == len(search(db, query, fold=fold, limit=200))
    for facet in FACET_TITLES:
        for choice in facet_choices(address, facet, counts, {}):
            assert choice.stories == exported(db, address.only(facet, choice.value)), choice
            if not choice.is_chosen:
                assert choice.address == address.only(facet, choice.value)
    if undated := undated_of(address, counts):
        assert undated.stories == exported(db, undated.address)
    if picture := picture_of(address, counts, str):
        for bar in picture.bars:
            if bar.address is None:
                assert bar.value == 0
            else:
                assert bar.value == exported(db, read_address(parse_qsl(bar.address))), bar


@settings(deadline=None, max_examples=60)
@given(query=QUERIES, fold=st.booleans(), most=st.integers(1, 100))
def test_the_latest_versions_are_those_of_the_file(
    counted: Counted, query: StoryQuery, fold: bool, most: int
) -> None:
    db, _ = counted
    latest = latest_first(db, query, fold=fold, most=200)
    in_file = choose_versions(db, query, fold=fold)
    assert sorted(one.id for one in latest if not one.is_copy) == sorted(in_file)
    archived = [one.date_archived for one in latest]
    assert archived == sorted(archived, reverse=True)
    assert latest_first(db, query, fold=fold, most=most) == latest[:most]


@settings(deadline=None)
@given(
    query=QUERIES,
    order=st.sampled_from([None, *ORDERS]),
    fold=st.booleans(),
    page=st.integers(1, 4000),
)
def test_an_address_is_read_as_what_it_was_made_of(
    query: StoryQuery, order: str | None, fold: bool, page: int
) -> None:
    address = ResultAddress(query=query, order=order, fold=fold, page=page)  # type: ignore[arg-type]
    assert read_address(parse_qsl(str(address))) == address


@settings(deadline=None)
@given(query=QUERIES)
def test_each_chip_takes_one_filter_out_until_nothing_is_asked(query: StoryQuery) -> None:
    address = ResultAddress(query=query)
    for _ in range(50):
        chips = chips_of(address, {})
        if not chips:
            break
        assert len({chip.words for chip in chips}) == len(chips)
        assert len(chips_of(chips[-1].without, {})) == len(chips) - 1
        address = chips[-1].without
    assert address == ResultAddress()


def test_the_archive_of_these_tests_has_what_they_are_about(counted: Counted) -> None:
    """Else they could not fail."""
    db, index = counted
    address = ResultAddress()
    counts = counts_of(counted, address)
    assert counts.copies > 2
    assert all(len(counts.of(facet)) > 1 for facet in FACETS)
    former = count_result(db, StoryQuery(as_of="2020-06-01"), index, fold=True, is_true=True)
    assert former.of("month") != counts.of("month")
    assert undated_of(address, counts)
    assert picture_of(address, counts, str)


def test_what_is_chosen_is_shown_beside_the_most_frequent(counted: Counted) -> None:
    address = ResultAddress(query=StoryQuery(author=("Nobody at all",)))
    counts = counts_of(counted, address)
    [authors] = [one for one in choices_of(address, counts, {}) if one.facet == "author"]
    assert [one.value for one in authors.shown if one.is_chosen] == ["Nobody at all"]
    assert counts.stories == 0
    many = ResultAddress(query=StoryQuery(author=tuple(f"Nobody {n}" for n in range(20))))
    [authors] = [
        one for one in choices_of(many, counts_of(counted, many), {}) if one.facet == "author"
    ]
    assert len(authors.shown) > MOST_VALUES
    assert authors.more == 0


def test_words_that_go_take_their_order_along() -> None:
    ranked = ResultAddress(query=StoryQuery(words="lantern"), order="relevance")
    assert ranked.without("q") == ResultAddress()
    newest = replace(ranked, order="date")
    assert newest.without("q") == ResultAddress(order="date")
