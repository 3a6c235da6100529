"""The days that people ask for: every text is read as days that exist, or refused."""

import re
from datetime import date, timedelta

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from tradepress.archive.errors import QueryError
from tradepress.archive.search.asked_days import days_of, read_day, read_time, with_days
from tradepress.archive.search.story_query import StoryQuery

TODAY = date(2027, 3, 31)
DAYS = st.dates()
PIECES = st.sampled_from(
    ["2017", "08", "8", "13", "30", "00", "-", "/", ".", " ", "ago", "days", "last", "year", "٢"]
)
TEXTS = st.one_of(
    st.text(max_size=20),
    st.lists(PIECES, max_size=6).map("".join),
    st.from_regex(r"[0-9]{1,6} (day|week|month|year)s? ago", fullmatch=True),
    st.from_regex(r"[0-9]{4}-[0-9]{2}(-[0-9]{2})?", fullmatch=True),
)


@given(TEXTS, DAYS)
@example("29 February", TODAY)
@example("9999-12", TODAY)
@example("2023-02-00", TODAY)
@example("1 year ago", date(2024, 2, 29))
@example("999999 weeks ago", TODAY)
def test_a_text_is_days_that_exist_or_refused_in_one_line(text: str, today: date) -> None:
    for read in (read_time, read_day):
        time, refusal = "", ""
        try:
            time = read(text, today)
        except QueryError as error:
            refusal = str(error)
        if refusal:
            assert len(refusal.splitlines()) == 1
            continue
        first, last = days_of(time)
        assert first.isoformat().startswith(time)
        assert last.isoformat().startswith(time)
        if last < date.max:
            assert not (last + timedelta(1)).isoformat().startswith(time)
        assert read is read_time or first == last
        assert read(time, today) == time


@given(DAYS)
def test_what_iso_8601_writes_is_read(day: date) -> None:
    for length in (4, 7, 10):
        assert read_time(day.isoformat()[:length]) == day.isoformat()[:length]


@pytest.mark.parametrize(
    ("asked", "time"),
    [
        ("today", "2027-03-31"),
        ("Yesterday", "2027-03-30"),
        ("this month", "2027-03"),
        (" last  month ", "2027-02"),
        ("this year", "2027"),
        ("last year", "2026"),
        ("0 days ago", "2027-03-31"),
        ("1 day ago", "2027-03-30"),
        ("30 days ago", "2027-03-01"),
        ("2 weeks ago", "2027-03-17"),
        ("1 month ago", "2027-02-28"),
        ("6 months ago", "2026-09-30"),
        ("3 years ago", "2024-03-31"),
        ("2026 years ago", "0001-03-31"),
    ],
)
def test_words_are_told_from_today(asked: str, time: str) -> None:
    assert read_time(asked, TODAY) == time


@pytest.mark.parametrize(
    ("asked", "why"),
    [
        ("2023-13", "'2023-13' is not a date: the months are 01 to 12; write 2017-08-04, 2017-08,"),
        ("2023-02-30", ": the days of February 2023 are 01 to 28; write"),
        ("0000", ": no year is 0; write"),
        ("9999 years ago", ": no calendar goes back so far; write"),
        ("999999 days ago", ": no calendar goes back so far; write"),
        ("2017-8-4", "'2017-8-4' is not a date; write 2017-08-04$"),
        ("2017/08/04", "; write 2017-08-04$"),
        ("20170804", "; write 2017-08-04$"),
        ("08/2017", "; write 2017-08$"),
        ("25.12.2017", "; write 2017-12-25$"),
        ("4. 4. 2017", "; write 2017-04-04$"),
        ("04.08.2017", "; write 2017-08-04 or 2017-04-08, whichever is meant$"),
        ("8/4/2017", "; write 2017-04-08 or 2017-08-04, whichever is meant$"),
        ("31.02.2017", "; write 2017-08-04, 2017-08, 2017, last year or 30 days ago$"),
        ("04.08.17", "; write 2017-08-04, 2017-08, 2017, last year or 30 days ago$"),
        ("last week", "; write 2017-08-04, 2017-08, 2017, last year or 30 days ago$"),
        ("9" * 999, f"'{'9' * 60}…' is not a date; write"),
    ],
)
def test_a_refusal_shows_what_would_be_read(asked: str, why: str) -> None:
    with pytest.raises(QueryError, match=why):
        read_time(asked, TODAY)


@pytest.mark.parametrize("asked", ["2016", "2016-03", "last year", "this month", "08/2017"])
def test_a_month_is_no_day(asked: str) -> None:
    words = f"{asked!r} is not a day; write 2017-08-04, yesterday or 30 days ago"
    with pytest.raises(QueryError, match=f"^{re.escape(words)}$"):
        read_day(asked, TODAY)


def test_a_query_is_left_as_it_is_but_for_its_days() -> None:
    asked = StoryQuery(words="lamp", since="last year", until="2027-03", as_of="yesterday")
    read = StoryQuery(words="lamp", since="2026", until="2027-03", as_of="2027-03-30")
    assert with_days(asked, TODAY) == read == with_days(read, TODAY)
    assert with_days(StoryQuery(), TODAY) == StoryQuery()
