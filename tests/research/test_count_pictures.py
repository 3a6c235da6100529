"""Counts as a picture and as lines: nothing is lost, nothing runs, and the same bytes each time."""

import re
import sys
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
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


def places_of_labels(svg: str) -> list[tuple[float, float]]:
    """Where the labels below the bars begin and end, at most: DejaVu Sans is the widest font."""
    labels = [
        text
        for text in ElementTree.fromstring(svg).iter(f"{SVG}text")
        if text.get("text-anchor") == "middle"
    ]
    halves = [7.64 * len(text.text or "") / 2 for text in labels]
    middles = [float(text.attrib["x"]) for text in labels]
    return [(x - half, x + half) for x, half in zip(middles, halves, strict=True)]


@pytest.mark.parametrize("number", [1, 7, 8, 9, 12, 13, 57, 58, 400, 799])
@pytest.mark.parametrize("key", ["day", "month", "year"])
def test_no_label_touches_another_or_leaves_the_picture(key: str, number: int) -> None:
    times = {
        "day": [date.fromordinal(735000 + n).isoformat() for n in range(number)],
        "month": [f"{1990 + n // 12}-{n % 12 + 1:02}" for n in range(number)],
        "year": [f"{1200 + n}" for n in range(number)],
    }
    places = places_of_labels(draw_counts(counted([row(1, one) for one in times[key]], key)))
    assert places
    assert places[0][0] > 0
    assert places[-1][1] < 900
    assert all(left[1] + 6 < right[0] for left, right in pairwise(places))


@pytest.mark.parametrize("name", ["ANNABEL VANDERBERGH-HOLLINGSWORTH", "商標局" * 10])
def test_wide_letters_have_their_room(name: str) -> None:
    [bar] = [
        one
        for one in ElementTree.fromstring(draw_counts(counted([row(1, name)], "author"))).iter()
        if one.get("class") == "bar"
    ]
    widest = sum(12 if one > "\u3000" else 8.7 for one in name)
    assert float(bar.attrib["x"]) - 8 - widest > 0


def test_a_picture_of_undated_stories_says_so() -> None:
    for counts, words in (
        (counted([row(3, None)], "year"), "Nothing to draw: all stories are undated."),
        (counted([row(0, "2016"), row(0, "2017")], "year"), "Nothing to draw: no story was found."),
    ):
        svg = draw_counts(counts)
        assert words in [*ElementTree.fromstring(svg).itertext()]
        assert 'class="line"' not in svg
    assert "Nothing to draw" not in draw_counts(MONTHS) + draw_counts(AUTHORS)


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
    words = "People are looked for only where the operator turns it on: `tradepress docs mentions`"
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


def test_a_notebook_shows_what_a_terminal_does() -> None:
    languages = counted([row(2, "he", of=4), row(1, "cs", of=0), row(0, None, of=1)], "language")
    html = replace(languages, of=5)._repr_html_()
    assert html.startswith("<table><caption>3 stories</caption><tr><th>language</th><th>stories")
    assert "<tr><td>Hebrew</td><td>2</td><td>4</td><td>50.0 %</td></tr>" in html
    assert "<tr><td>no language</td><td>0</td><td>1</td><td>0.0 %</td></tr>" in html
    two = counted([row(1, "makers", "2015"), row(2, "signet", None)], "source", "year")
    assert two._repr_html_() == (
        "<table><caption>3 stories</caption><tr><th>source</th><th>2015</th><th>undated</th></tr>"
        "<tr><td>makers</td><td>1</td><td></td></tr><tr><td>signet</td><td></td><td>2</td></tr>"
        "</table>"
    )
    assert counted([row(1, "a")], "author")._repr_html_().startswith("<table><caption>1 story<")


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
