"""Bars as values: where they stand, what is below them, and where they lead."""

import pytest

from tradepress.browse.addresses.result_address import read_address
from tradepress.browse.words.pictures import (
    ABOVE,
    HEIGHT,
    Bar,
    ColumnPicture,
    RowPicture,
    drawn_times,
    within,
)


def months(*stories: int, start: int = 1) -> list[Bar]:
    return [
        Bar(name=f"{2015 + place // 12}-{place % 12 + 1:02}", value=some, words=f"{some:,}")
        for place, some in enumerate(stories, start - 1)
    ]


def test_bars_fill_the_width_and_the_scale() -> None:
    marks = [*ColumnPicture(key="month", bars=months(4, 0, 2)).marks]
    assert [(mark.x, mark.width) for mark in marks] == [
        (0, 33.333),
        (33.333, 33.333),
        (66.667, 33.333),
    ]
    assert [(mark.y, mark.height) for mark in marks] == [
        (ABOVE, HEIGHT),
        (ABOVE + HEIGHT, 0),
        (ABOVE + HEIGHT / 2, HEIGHT / 2),
    ]
    assert [mark.label for mark in marks] == ["2015-01", "2015-02", "2015-03"]


def test_pictures_with_one_scale_can_be_compared() -> None:
    low = ColumnPicture(key="month", bars=months(5), highest=10, unit=" %")
    assert [mark.height for mark in low.marks] == [HEIGHT / 2]
    assert [line.words for line in low.lines] == ["0 %", "2 %", "4 %", "6 %", "8 %", "10 %"]


def test_of_many_months_the_januaries_have_their_year_below_them() -> None:
    marks = [*ColumnPicture(key="month", bars=months(*range(150), start=5)).marks]
    labelled = {mark.bar.name: mark.label for mark in marks if mark.label}
    assert labelled == {f"{year}-01": str(year) for year in range(2016, 2028, 2)}
    assert sum(not mark.is_minor for mark in marks if mark.label) == 2


def test_a_picture_of_nothing_is_drawn() -> None:
    empty = ColumnPicture(key="year", bars=[])
    assert [*empty.marks] == []
    assert [line.words for line in empty.lines] == ["0", "1"]
    assert RowPicture(key="source", bars=[]).bars == []


def test_the_longest_row_is_as_wide_as_there_is_room() -> None:
    rows = RowPicture(key="source", bars=months(8, 2, 0))
    assert [rows.width(bar) for bar in rows.bars] == [100, 25, 0]


def test_a_bar_leads_to_no_more_than_it_counts() -> None:
    address = read_address([("q", "lantern"), ("since", "2016-03-15"), ("until", "2017")])
    assert str(within(address, "2016-03")) == "q=lantern&since=2016-03-15&until=2016-03"
    assert str(within(address, "2016-04")) == "q=lantern&since=2016-04&until=2016-04"
    assert str(within(address, "2017")) == "q=lantern&since=2017&until=2017"
    until = read_address([("until", "2017-08-04"), ("page", "3")])
    assert str(within(until, "2017-08")) == "since=2017-08&until=2017-08-04"


@pytest.mark.parametrize(
    ("months", "most", "drawn"),
    [
        ([], 3, ("month", [])),
        (["2016-12", "2017-02"], 3, ("month", ["2016-12", "2017-01", "2017-02"])),
        (["2016-12", "2018-02"], 3, ("year", ["2016", "2017", "2018"])),
        (["0217-08", "2017-08", "2019-01"], 3, ("year", ["0217", "2017", "2019"])),
        (["2017-13", "undated", "2017-08"], 3, ("month", ["2017-08"])),
    ],
)
def test_a_long_time_is_drawn_in_years_and_a_slip_makes_no_thousand_bars(
    months: list[str], most: int, drawn: tuple[str, list[str]]
) -> None:
    assert drawn_times(months, most) == drawn
