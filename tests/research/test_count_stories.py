"""Counts are those of the stories that search and export give, whatever is asked."""

from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import replace
from itertools import product
from typing import Any

import pytest
from archive_rows import asked
from hypothesis import given, settings
from hypothesis import strategies as st
from random_stories import QUERIES, WORDS, random_archive, some
from sqlite_utils import Database

from tradepress.archive.search.chosen_stories import stream_stories
from tradepress.archive.search.find_stories import count_hits, search
from tradepress.archive.search.named_values import fold as fold_name
from tradepress.archive.search.named_values import squeezed, tokens_of
from tradepress.archive.search.search_matches import find_matches
from tradepress.archive.search.story_query import StoryQuery
from tradepress.archive.stories.story_record import Story
from tradepress.research.counting.count_stories import (
    COUNTED_BY,
    TIMES,
    CountRow,
    StoryCounts,
    count_stories,
    grouped,
    times,
)
from tradepress.story import NUMBER_KINDS


@pytest.fixture(scope="module")
def db(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Database]:
    with random_archive(tmp_path_factory.mktemp("counted") / "archive.db") as db:
        yield db


def values_of(one: Story, key: str) -> set[str | None]:
    """As told by the story itself; of spellings that a filter takes for one the same."""
    day = one.published_day
    found: set[str | None]
    if key in TIMES:
        return {day and day[: {"day": 10, "month": 7, "year": 4}[key]]}
    if key == "author":
        found = {*one.authors}
    elif key in ("source", "section", "language", "access"):
        found = {getattr(one, key)}
    else:
        kinds = NUMBER_KINDS if key == "number" else (key,)
        found = {mention.value for mention in one.mentions if mention.kind in kinds}
    return {value and same(key, value) for value in found} or {None}


def same(key: str, value: str) -> str:
    if key in ("number", *NUMBER_KINDS):
        return squeezed(value)
    if key == "case":
        return " ".join(tokens_of(value))
    return fold_name(value) if key in ("author", "court", "office", "firm") else value.lower()


def one_by_one(db: Database, query: StoryQuery, by: list[str], fold: bool) -> Counter[Any]:
    groups: dict[Any, set[object]] = defaultdict(set)
    stories = [*stream_stories(db, query)]
    cases = {name for one in stories for name in values_of(one, "case") if name}
    for one in stories:
        name = (fold and one.duplicate_group) or one.ref
        values = [values_of(one, key) for key in by]
        if "case" in by:  # a case counts where it is named at greater length, too
            called = values[by.index("case")]
            called |= {case for case in cases if any(f" {case} " in f" {x} " for x in called)}
        for keys in product(*values):
            groups[keys].add(name)
    return Counter({keys: len(names) for keys, names in groups.items()})


def in_one_spelling(counts: StoryCounts) -> dict[Any, int]:
    """Rows in which there is something."""
    return {keys_of(counts, row): row.stories for row in counts.rows if row.stories}


def keys_of(counts: StoryCounts, row: CountRow) -> tuple[str | None, ...]:
    return tuple(value and same(key, value) for key, value in zip(counts.by, row.keys, strict=True))


KEYS = st.lists(some(COUNTED_BY), min_size=1, max_size=2, unique=True)


@settings(deadline=None, max_examples=30)
@given(query=QUERIES, by=KEYS, fold=st.booleans())
def test_counts_are_those_of_the_stories_themselves(
    db: Database, query: StoryQuery, by: list[str], fold: bool
) -> None:
    counts = count_stories(db, query, by, fold=fold)
    assert in_one_spelling(counts) == one_by_one(db, query, by, fold)
    assert counts.total == count_hits(db, query, fold=fold)
    exported = [one.ref for one in stream_stories(db, query)]
    assert counts.total + counts.copies == len(exported)
    found = [hit.ref for hit in search(db, query, fold=fold, limit=100)]
    assert counts.total == len(found)
    assert {*found} <= {*exported} if fold else sorted(found) == sorted(exported)
    assert counts.of is None


@settings(deadline=None, max_examples=30)
@given(query=QUERIES, words=some(WORDS), by=KEYS, fold=st.booleans())
def test_a_share_is_of_all_stories_of_the_same_filters(
    db: Database, query: StoryQuery, words: str, by: list[str], fold: bool
) -> None:
    counts = count_stories(db, replace(query, words=words), by, share=True, fold=fold)
    everything = replace(query, words=None)
    all_of = one_by_one(db, everything, by, fold)
    for row in counts.rows:
        assert row.of == all_of[keys_of(counts, row)]
        assert row.share is None if not row.of else row.share == row.stories / row.of
    assert counts.of == count_hits(db, everything, fold=fold)


def test_the_archive_of_these_tests_has_what_they_are_about(db: Database) -> None:
    """Else they could not fail."""
    everything = count_stories(db, StoryQuery(), "author")
    assert everything.copies > 2
    assert sum(row.stories for row in everything.rows) > everything.total
    assert everything.rows[-1].keys == (None,)
    then = count_stories(db, StoryQuery(as_of="2020-06-01"), "month").rows
    assert then != count_stories(db, StoryQuery(), "month").rows


def test_times_have_no_gap_and_the_undated_come_last(db: Database) -> None:
    years = count_stories(db, StoryQuery(), "year", fold=False).rows
    assert [row.keys[0] for row in years] == ["2015", "2016", "2017", "2018", "2019", None]
    assert [row.stories == 0 for row in years] == [False, False, True, True, False, False]


def test_times_reach_as_far_as_was_asked(db: Database) -> None:
    query = StoryQuery(words="nowhere", since="2014-11", until="2015")
    months = count_stories(db, query).rows
    assert [row.keys[0] for row in months] == [
        "2014-11",
        "2014-12",
        *times("month", ["2015-01"], until="2015"),
    ]
    assert len(months) == 14
    assert {row.stories for row in months} == {0}
    assert count_stories(db, StoryQuery(words="nowhere")).rows == ()


@pytest.mark.parametrize(
    ("key", "since", "until", "first", "last", "number"),
    [
        ("day", "2016-02", "2016-02", "2016-02-01", "2016-02-29", 29),
        ("day", "2016", "2016-03-01", "2016-01-01", "2016-03-01", 61),
        ("month", "2016-02-17", "2016", "2016-02", "2016-12", 11),
        ("month", "2015", "2016-02-29", "2015-01", "2016-02", 14),
        ("year", "2015-12-31", "2017-01-01", "2015", "2017", 3),
        ("day", "9999-12", "9999", "9999-12-01", "9999-12-31", 31),
        ("month", "0001", "0001", "0001-01", "0001-12", 12),
    ],
)
def test_a_period_begins_and_ends_with_its_days(
    key: str, since: str, until: str, first: str, last: str, number: int
) -> None:
    found = times(key, [], since=since, until=until)
    assert (found[0], found[-1], len(found)) == (first, last, number)


def test_of_two_things_times_alone_are_filled_up(db: Database) -> None:
    rows = count_stories(db, StoryQuery(words="beacon"), ["section", "year"]).rows
    of_designs = [row.keys[1] for row in rows if row.keys[0] == "Designs"]
    assert of_designs[:5] == ["2015", "2016", "2017", "2018", "2019"]
    assert all(row.stories for row in count_stories(db, StoryQuery(), ["author", "court"]).rows)


@pytest.mark.parametrize(
    ("by", "share", "words"),
    [
        ("colour", False, "'colour' can't be counted by; write day, month"),
        (["month", "month"], False, "one thing, or by two"),
        (["month", "source", "year"], False, "one thing, or by two"),
        ([], False, "one thing, or by two"),
        ("month", True, "give words to look for"),
    ],
)
def test_what_can_not_be_counted_says_why(db: Database, by: Any, share: bool, words: str) -> None:
    with pytest.raises(ValueError, match=words):
        count_stories(db, StoryQuery(), by, share=share)


@pytest.mark.parametrize("query", [StoryQuery(), asked("lantern"), asked(as_of="2020-06-01")])
@pytest.mark.parametrize("by", [("month",), ("source", "access"), ("court",), ("number", "year")])
def test_no_wide_row_is_read_and_no_table_of_mentions_looked_through(
    db: Database, query: StoryQuery, by: tuple[str, ...]
) -> None:
    matches = find_matches(db, query)
    sql = grouped(matches, by, fold=True)
    plan = [row["detail"] for row in db.query(f"EXPLAIN QUERY PLAN {sql}", matches.parameters)]
    of_stories = [step for step in plan if " stories " in step]
    assert of_stories
    assert all("COVERING INDEX" in step for step in of_stories)
    of_mentions = [step for step in plan if " of_" in step]
    assert len(of_mentions) == (0 if by[0] in ("month", "source") else len(matches.sides))
    assert all("USING PRIMARY KEY (version_id=?)" in step for step in of_mentions)


@pytest.mark.parametrize("by", ["author", "case", "firm", "number"])
@pytest.mark.parametrize("fold", [False, True])
def test_a_name_counts_all_that_its_filter_finds(db: Database, by: str, fold: bool) -> None:
    """In whatever spelling, and a case at whatever length."""
    rows = count_stories(db, StoryQuery(), by, fold=fold).rows
    named = {row.keys[0]: row.stories for row in rows if row.keys[0] is not None}
    assert len(named) > 1
    for name, stories in named.items():
        assert stories == count_hits(db, asked(None, **{by: name}), fold=fold), name
    for row in count_stories(db, asked("lantern"), by, share=True, fold=fold).rows:
        assert row.of in {one.stories for one in rows}
        assert row.stories <= row.of
