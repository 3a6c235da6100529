"""Filters of a search as SQL: comparisons with one column, and their parameters."""

from typing import Any

import pytest
from archive_rows import asked

from tradepress.archive.errors import QueryError
from tradepress.archive.search.asked_days import with_days
from tradepress.archive.search.search_matches import (
    DOUBTFUL_BELOW,
    MOST_VALUES,
    conditions_of,
    end_of,
)
from tradepress.archive.search.story_query import StoryQuery


@pytest.mark.parametrize(
    ("query", "conditions", "parameters"),
    [
        ({}, [], {}),
        (
            {"source": ("signet", "makers")},
            ["(source = :source_0 OR source = :source_1)"],
            {"source_0": "signet", "source_1": "makers"},
        ),
        (
            {"section": ("News",), "language": ("en",)},
            ["(section COLLATE NOCASE = :section_0)", "(language COLLATE NOCASE = :language_0)"],
            {"section_0": "News", "language_0": "en"},
        ),
        (
            {"access": ("unknown", "open")},
            ["(access IS :access_0 OR access IS :access_1)"],
            {"access_0": None, "access_1": "open"},
        ),
        ({"source": ("unknown",)}, ["(source = :source_0)"], {"source_0": "unknown"}),
        (
            {"since": "2017", "until": "2017-08"},
            ["published_day >= :since", "published_day <= :until || '~'"],
            {"since": "2017", "until": "2017-08"},
        ),
        ({"until": "2017-08-04"}, ["published_day <= :until || '~'"], {"until": "2017-08-04"}),
        ({"undated": True}, ["published_day IS NULL"], {}),
        (
            {"source": ("signet",), "since": "2017-02", "doubtful": True},
            [
                "(source = :source_0)",
                "published_day >= :since",
                "(confidence < :doubtful_below OR stories.{key} IN ({doubted}))",
            ],
            {"source_0": "signet", "since": "2017-02", "doubtful_below": DOUBTFUL_BELOW},
        ),
    ],
)
def test_conditions(
    query: dict[str, Any], conditions: list[str], parameters: dict[str, Any]
) -> None:
    assert conditions_of(asked(**query)) == (conditions, parameters)


@pytest.mark.parametrize("name", ["since", "until"])
@pytest.mark.parametrize(
    "day",
    [
        "",
        "17",
        "2017-8",
        "2017-13",
        "2017-02-30",
        "2017-08-04-01",
        "2017-08-04T09",
        "20170804",
        "x",
    ],
)
def test_what_is_no_date_is_said_to_be_none(name: str, day: str) -> None:
    with pytest.raises(QueryError) as told:
        with_days(StoryQuery(**{name: day}))
    assert str(told.value).startswith(f"{day!r} is not a date")


@pytest.mark.parametrize("day", ["2017", "2017-08", "2017-08-04", "2016-02-29"])
def test_a_day_a_month_and_a_year_are_dates(day: str) -> None:
    assert conditions_of(StoryQuery(since=day))[1] == {"since": day}


def test_a_filter_has_so_many_values_at_most() -> None:
    values = tuple(f"paper {number}" for number in range(MOST_VALUES + 1))
    assert len(conditions_of(StoryQuery(source=values[1:]))[1]) == MOST_VALUES
    with pytest.raises(QueryError, match=f"^a query has {MOST_VALUES} values of source at most$"):
        conditions_of(StoryQuery(source=values))


def test_what_is_no_access_is_refused_with_those_that_are() -> None:
    with pytest.raises(QueryError, match=r"^'free' is no access; write one of open, .*unknown"):
        conditions_of(asked(access="free"))


def test_the_end_of_a_day_is_behind_all_its_times() -> None:
    assert "2017-08-04T23:59:59Z" < end_of("2017-08-04") < "2017-08-05"
