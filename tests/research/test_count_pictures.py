"""Counts as a picture and as lines: nothing is lost, nothing runs, and the same bytes each time."""

import re
import sys
from collections.abc import Sequence
from functools import partial
from itertools import pairwise
from xml.etree import ElementTree

import needs
import pytest
import resvg_py

from tradepress.archive.search.story_query import StoryQuery
from tradepress.commands.printed_counts import bar, list_of, table_of
from tradepress.research.counting.count_csv import csv_of_counts
from tradepress.research.counting.count_png import NoPainter, paint_counts
from tradepress.research.counting.count_stories import CountRow, StoryCounts
from tradepress.research.counting.count_svg import draw_counts, labelled, nice_steps
from tradepress.research.counting.count_words import notes_on

SVG = "{http://www.w3.org/2000/svg}"
ODD = 'Smith & <script>alert("1")</script>'


def counted(rows: Sequence[CountRow], *by: str, of: int | None = None) -> StoryCounts:
    return StoryCounts(
        query=StoryQuery(words="lantern & <mark>", source=("signet", "makers"), since="2015"),
        by=by,
        fold=True,
        rows=tuple(rows),
        total=sum(row.stories for row in rows),
        copies=0,
        of=of,
    )


def row(stories: int, *keys: str | None, of: int | None = None) -> CountRow:
    return CountRow(keys=keys, stories=stories, of=of)


MONTHS = counted([row(3, "2015-11"), row(0, "2015-12"), row(1, "2016-01"), row(2, None)], "month")
AUTHORS = counted([row(4, ODD), row(1, "Ann"), row(9, None)], "author")
SHARES = counted([row(1, "2015", of=4), row(0, "2016", of=2), row(0, "2017", of=0)], "year", of=6)


def bars(svg: str) -> list[tuple[str, float]]:
    """What each bar says, and how long it is."""
    return [
        (str(found.findtext(f"{SVG}title")), float(found.attrib["height"]))
        for found in ElementTree.fromstring(svg).iter(f"{SVG}rect")
        if found.get("class") == "bar"
    ]


def test_a_picture_says_all_it_shows_in_words() -> None:
    tree = ElementTree.fromstring(draw_counts(MONTHS))
    said = "Stories by month: lantern & <mark>; source signet, makers; since 2015"
    assert tree.findtext(f"{SVG}title") == said
    assert tree.findtext(f"{SVG}desc") == (
        "6 stories\n2015-11: 3\n2015-12: 0\n2016-01: 1\nundated: 2"
    )
    assert {"title", "description"} == set(tree.attrib["aria-labelledby"].split())
    shown = [text.text for text in tree.iter(f"{SVG}text")]
    assert shown[-2:] == ["undated: 2", "6 stories"]
    assert "2016-01" in shown


def test_bars_are_as_long_as_their_numbers() -> None:
    (first, high), (second, low) = bars(draw_counts(MONTHS))
    assert (first, second) == ("2015-11: 3", "2016-01: 1")
    assert high == pytest.approx(3 * low, abs=0.02)
    assert [words for words, _ in bars(draw_counts(SHARES))] == ["2015: 25.0 % (1 of 4)"]


def places(svg: str) -> list[tuple[str, float, float]]:
    """What each bar and each word above another says, and where it begins and ends, about."""
    tree = ElementTree.fromstring(svg)
    found = []
    for text in tree.iter(f"{SVG}text"):
        words, x = "".join(text.itertext()), float(text.attrib["x"])
        before = {"end": 1.0, "middle": 0.5}.get(text.get("text-anchor", ""), 0.0)
        wide = 6 * len(words)
        found.append((words, x - before * wide, x - before * wide + wide))
    for drawn in tree.iter(f"{SVG}rect"):
        x, wide = float(drawn.get("x", 0)), float(drawn.attrib["width"])
        found.append((drawn.findtext(f"{SVG}title") or "", x, x + wide))
    return found


def test_a_narrow_picture_has_it_all_within_its_edges() -> None:
    years = counted([row(n % 7, str(2000 + n)) for n in range(24)], "year")
    for counts in (years, AUTHORS, MONTHS, SHARES):
        narrow, wide = (draw_counts(counts, width=width) for width in (420, 900))
        assert wide == draw_counts(counts)
        assert [words for words, _ in bars(narrow)] == [words for words, _ in bars(wide)]
        assert all(start >= 0 and end <= 420 for _, start, end in places(narrow))
        tree = ElementTree.fromstring(narrow)
        assert (tree.get("width"), tree.get("viewBox", "").split()[2]) == ("420", "420")
    labels = [one for one in places(draw_counts(years, width=420)) if one[0].startswith("20")]
    labels = sorted(label for label in labels if ":" not in label[0])
    assert len(labels) == 5
    assert all(end < start for (_, _, end), (_, start, _) in pairwise(labels))


def test_names_of_others_stay_text() -> None:
    svg = draw_counts(AUTHORS)
    assert "<script" not in svg
    assert f"{ODD}: 4" in [words for words, _ in bars(svg)]
    assert "no author: 9" not in [words for words, _ in bars(svg)]
    assert "no author" in ElementTree.fromstring(svg).itertext()


def test_what_no_xml_may_hold_is_no_part_of_a_picture() -> None:
    """A section may have it, and so may what somebody searched for."""
    svg = draw_counts(counted([row(1, "Ca\ufffese\x01s")], "section"))
    assert "Ca\ufffdse\ufffds" in ElementTree.fromstring(svg).itertext()


def test_the_longest_list_is_cut_and_says_so() -> None:
    many = counted([*(row(1, f"Ann {n}") for n in range(30)), row(5, None)], "author")
    svg = draw_counts(many)
    assert len(bars(svg)) == 20
    assert "and 10 more" in ElementTree.fromstring(svg).itertext()
    assert "Ann 29: 1" in svg
    lines = list_of(many, None)
    assert (len(lines), lines[-1]) == (1 + 20 + 1 + 1, "and 10 more")
    assert lines[-2].split() == ["no", "author", "5"]


@pytest.mark.parametrize("counts", [counted([], "month"), counted([], "author"), SHARES])
def test_a_picture_of_nothing_is_one(counts: StoryCounts) -> None:
    ElementTree.fromstring(draw_counts(counts))


def test_a_picture_needs_nothing_from_elsewhere_and_is_always_the_same() -> None:
    svg = draw_counts(MONTHS)
    assert svg == draw_counts(MONTHS)
    assert set(re.findall(r"https?://[^\s\"]+", svg)) == {"http://www.w3.org/2000/svg"}
    assert not re.search(r"<script|href|url\(|@import|\son\w+=", svg)
    assert "@media screen and (prefers-color-scheme: dark)" in svg


def test_two_things_are_no_picture() -> None:
    with pytest.raises(ValueError, match="one thing"):
        draw_counts(counted([row(1, "a", "2015")], "source", "year"))


def test_a_png_is_the_same_picture() -> None:
    try:
        png = paint_counts(MONTHS)
    except NoPainter:
        needs.skip("a font")
    assert png.startswith(b"\x89PNG\r\n")
    assert png == paint_counts(MONTHS)
    assert png != paint_counts(AUTHORS)


def test_what_is_missing_for_a_png_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as without_fonts:
        bare = partial(resvg_py.svg_to_bytes, skip_system_fonts=True)
        without_fonts.setattr(resvg_py, "svg_to_bytes", bare)
        with pytest.raises(NoPainter, match="needs a font, and this machine has none of Helvetica"):
            paint_counts(MONTHS)
    monkeypatch.setitem(sys.modules, "resvg_py", None)
    with pytest.raises(NoPainter, match=r"install tradepress\[plots\]"):
        paint_counts(MONTHS)


@pytest.mark.parametrize(
    ("highest", "found"),
    [(0, (1, 1)), (1, (1, 1)), (3, (1, 3)), (6, (2, 3)), (312, (100, 4)), (9000, (2000, 5))],
)
def test_a_scale_has_round_numbers(highest: float, found: tuple[float, int]) -> None:
    assert nice_steps(highest) == found
    step, steps = nice_steps(0.034)
    assert step * steps >= 0.034 > step * (steps - 1)


def test_of_many_months_those_that_begin_a_year_are_named() -> None:
    months = [f"{2012 + n // 12}-{n % 12 + 1:02}" for n in range(2, 170)]
    every, first = labelled("month", months)
    assert {month[5:] for month in months[first::every]} == {"01"}
    assert labelled("year", ["2015", "2016"]) == (1, 0)


@pytest.mark.parametrize(
    ("length", "drawn"), [(0, ""), (0.01, "▏"), (0.5, "▌"), (1, "█"), (2.25, "██▎")]
)
def test_a_bar_is_drawn_to_an_eighth(length: float, drawn: str) -> None:
    assert bar(length) == drawn


def test_bars_fill_the_terminal_and_no_more() -> None:
    assert list_of(MONTHS, 40) == [
        "month    stories",
        "2015-11        3  █████████████████████",
        "2015-12        0  ",
        "2016-01        1  ███████",
        "undated        2  ",
    ]
    assert all(len(line) <= 40 for line in list_of(MONTHS, 40))
    assert "█" not in "".join([*list_of(MONTHS, None), *list_of(MONTHS, 20)])


def test_a_share_stands_beside_its_number() -> None:
    assert list_of(SHARES, None)[1:] == [
        "2015        1   4  25.0 %",
        "2016        0   2   0.0 %",
        "2017        0   0       –",
    ]
    assert notes_on(SHARES) == ["1 story, 16.7 % of 6"]


def test_where_no_people_are_it_is_said_why() -> None:
    words = (
        "People are looked for only where the operator turns it on (docs/researcher/mentions.md)."
    )
    assert notes_on(counted([row(2, None)], "person"))[-1] == words
    assert words not in notes_on(counted([row(2, "Petra Holm"), row(1, None)], "person"))
    assert words not in notes_on(counted([row(2, None)], "court"))


def test_two_things_are_a_table_whose_longer_side_goes_down() -> None:
    table = counted(
        [row(1, "makers", "2015"), row(0, "makers", "2016"), row(12, "signet", "2015"),
         row(1000, "signet", "2016"), row(2, "signet", None)],
        "source",
        "year",
    )  # fmt: skip
    assert table_of(table, None) == [
        "year     makers  signet",
        "2015          1      12",
        "2016          0   1,000",
        "undated               2",
    ]
    assert table_of(table, 17)[-1] == "and 1 more to the right: --csv has all"


def test_as_csv_all_rows_are_there() -> None:
    assert b"".join(csv_of_counts(SHARES)).decode().splitlines() == [
        '"year","stories","of","share"',
        '"2015",1,4,0.25',
        '"2016",0,2,0.0',
        '"2017",0,0,',
    ]
    assert b"".join(csv_of_counts(MONTHS)).decode().splitlines()[-1] == ",2"
    formula = counted([row(1, "=HYPERLINK()")], "author")
    assert b"".join(csv_of_counts(formula)).decode().splitlines()[-1] == '"\'=HYPERLINK()",1'
