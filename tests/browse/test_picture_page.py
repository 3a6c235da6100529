"""The page of pictures: what is counted, where bars lead, what can be taken away."""

import csv
import io
from pathlib import Path
from urllib.parse import parse_qsl, urlsplit

import pytest
from browsing import a_run, get, page, path, save, words
from lxml import etree

from tradepress.archive.read_only import read_archive
from tradepress.archive.search.chosen_stories import choose_versions
from tradepress.archive.search.story_query import StoryQuery
from tradepress.browse.addresses.result_address import read_address
from tradepress.research.counting.count_stories import count_stories, without_subject
from tradepress.story import Mention

__all__ = ["path"]


@pytest.fixture
def told(path: Path) -> Path:
    """Five stories at two papers."""
    mention = Mention(field="body", start=0, end=1, kind="court", value="CJEU")
    named = {"mentions": [mention]}
    with a_run(path) as writer:
        save(writer, "Lantern one", date_published="2016-03-04", section="Cases", **named)
        save(writer, "Lantern two", date_published="2016-05-06", authors=["=1+1"])
        save(writer, "Pewter", date_published="2017-05-06", source="makers", mentions=[mention])
        save(writer, "Pewter lantern", date_published="2017-06-06", source="makers")
        save(writer, "Pewter undated", access="open")
    return path


def titles(shown: object) -> list[str]:
    return shown.xpath("//*[local-name()='svg']//*[local-name()='title']/text()")  # type: ignore[attr-defined, no-any-return]


def test_stories_by_month_as_picture_and_table(told: Path) -> None:
    shown = page(told, "/stories/picture", q="lantern", since="2016", until="2016")
    drawn = titles(shown)
    assert [one for one in drawn if not one.endswith(" 0")] == ["2016-03: 1", "2016-05: 1"]
    assert len(drawn) == 12
    rows = [words(row) for row in shown.xpath("//table//tbody/tr")]
    assert rows == [one.replace(":", "") for one in drawn]


def test_every_bar_leads_to_what_it_counts(told: Path) -> None:
    db = read_archive(told)
    for by in ("month", "year", "day", "source", "section", "author", "court", "source,year"):
        shown = page(told, "/stories/picture", by=by, q="lantern OR pewter", court="CJEU")
        links = shown.xpath("//tbody/tr[th/a]")
        assert links or by in ("author", "court")
        for row in links:
            [link] = row.xpath("./th/a/@href")
            query = read_address(parse_qsl(urlsplit(link).query)).query
            assert len(choose_versions(db, query)) == int(words(row, "./td[last()]")), link
    db.close()


def test_days_of_many_years_are_in_the_file_and_not_drawn(path: Path) -> None:
    with a_run(path) as writer:
        for day in ("2010-03-04", "2016-05-06"):
            save(writer, f"Lantern of {day}", date_published=day)
    shown = page(path, "/stories/picture", by="day", q="lantern")
    assert not shown.xpath("//*[local-name()='svg']")
    [notice] = shown.xpath("//main//p[@class='notice']")
    assert words(notice).startswith("2,256 days are too many to be drawn: see them by month,")
    assert titles(page(path, *notice.xpath("a/@href")))[0] == "2010-03: 1"
    [file] = shown.xpath("//p[@class='exports']/a/@href")
    assert len([*csv.reader(io.StringIO(get(path, file).text))]) == 1 + 2256
    assert titles(page(path, "/stories/picture", by="day", q="lantern", since="2015"))


def test_copies_of_one_story_count_in_each_month_and_the_page_says_so(path: Path) -> None:
    body = " ".join(f"The {number}th lantern was held to be a lamp." for number in range(40))
    with a_run(path) as writer:
        save(writer, "Lantern one", body, date_published="2016-03-31")
        save(writer, "Lantern one", body, date_published="2016-04-01", source="makers")
    said = "A story counts once in each month that has a copy of it."
    for by, is_said in (("month", True), ("year", False)):
        shown = page(path, "/stories/picture", by=by, q="lantern")
        notes = [words(note) for note in shown.xpath("//ul[@class='notes']/li")]
        assert words(shown, "//p[@class='found']").endswith("lantern: 1 story")
        assert (said in notes) is is_said


def test_a_part_of_all(told: Path) -> None:
    shown = page(told, "/stories/picture", by="year", q="lantern", share="1")
    assert titles(shown) == ["2016: 100.0 % (2 of 2)", "2017: 50.0 % (1 of 2)"]
    # What is about nothing has no part to be asked for, whatever an old address says.
    whole = page(told, "/stories/picture", by="year", share="1")
    assert titles(whole) == ["2016: 2", "2017: 2"]
    assert not whole.xpath("//input[@name='share']")


def test_what_names_a_court_is_a_part_of_all_of_the_same_papers(told: Path) -> None:
    shown = page(told, "/stories/picture", by="year", court="CJEU", source="makers", share="1")
    assert titles(shown) == ["2017: 50.0 % (1 of 2)"]
    query = StoryQuery(words="lantern", court=("CJEU",), since="2016")
    assert without_subject(query) == StoryQuery(court=("CJEU",), since="2016")
    assert without_subject(without_subject(query)) == StoryQuery(since="2016")


def test_papers_over_time_stand_under_each_other_on_one_scale(told: Path) -> None:
    shown = page(told, "/stories/picture", by="source,year")
    assert [words(one) for one in shown.xpath("//h2")] == [
        "The Signet Gazette 3 stories",
        "Marks & Makers 2 stories",
    ]
    assert titles(shown) == ["2016: 2", "2017: 0", "2016: 0", "2017: 2"]
    # A picture of two things is only in the page.
    assert not shown.xpath("//a[contains(@href, 'counts.svg')]")
    assert shown.xpath("//a[contains(@href, 'counts.csv?by=source%2Cyear')]")


def test_names_are_shown_as_papers_are_called_and_without_links_where_none_is(told: Path) -> None:
    shown = page(told, "/stories/picture", by="section")
    assert [words(row) for row in shown.xpath("//tbody/tr")] == ["Cases 1"]
    assert len(shown.xpath("//tbody//a")) == 1
    access = page(told, "/stories/picture", by="access")
    assert access.xpath("//tbody//a/@href") == ["/stories?access=open"]


def test_those_that_have_no_value_are_told_and_dwarf_no_bar(told: Path) -> None:
    """As a rule most stories name no court."""
    with a_run(told) as writer:
        mention = Mention(field="body", start=0, end=1, kind="court", value="General Court")
        for number in range(2):
            save(writer, f"Buckle {number}", date_published="2017-01-01", mentions=[mention])
            save(writer, f"Owl {number}", date_published="2016-01-01")
    told_by = {
        by: page(told, "/stories/picture", by=by)
        for by in ("court", "court,year", "access", "year")
    }
    shown = told_by["court"]
    assert words(shown, "//p[@class='found']") == "Of all stories: 9 stories"
    assert [words(row) for row in shown.xpath("//tbody/tr")] == ["CJEU 2", "General Court 2"]
    assert shown.xpath("//tbody//*[local-name()='rect']/@width") == ["100.0%", "100.0%"]
    assert words(shown, "//ul[@class='notes']/li[1]") == "5 stories without a court: in no bar."
    small = told_by["court,year"]
    assert [words(one) for one in small.xpath("//h2")] == [
        "CJEU 2 stories",
        "General Court 2 stories",
    ]
    assert words(small, "//ul[@class='notes']/li[1]") == "5 stories without a court: in no bar."
    for by, said, link in (
        ("access", "8 stories without a word on access: in no bar.", "/stories?access=unknown"),
        ("year", "1 story without a day of publication: in no bar.", "/stories?undated=1"),
    ):
        [note] = told_by[by].xpath("//ul[@class='notes']/li[1]")
        assert (words(note), note.xpath("a/@href")) == (said, [link])
    part = page(told, "/stories/picture", by="court", q="lantern", share="1")
    assert words(part, "//ul[@class='notes']/li[1]") == (
        "2 stories (40.0 % of 5) without a court: in no bar."
    )
    none = page(told, "/stories/picture", by="office")
    assert not none.xpath("//table")
    assert words(none, "//ul[@class='notes']/li[1]") == "9 stories without an office: in no bar."


def test_the_numbers_as_a_file_are_those_of_the_page(told: Path) -> None:
    answer = get(told, "/stories/counts.csv", by="author", q="lantern")
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    named = answer.headers["content-disposition"]
    assert named.startswith('attachment; filename="stories-by-author-lantern-2')
    assert answer.content.startswith(b"\xef\xbb\xbf")
    rows = [*csv.reader(io.StringIO(answer.content.decode("utf-8-sig")))]
    assert rows == [["author", "stories"], ["'=1+1", "1"], ["", "2"]]
    picture = get(told, "/stories/counts.svg", by="year", q="lantern", share="1")
    assert picture.headers["content-type"] == "image/svg+xml"
    assert etree.fromstring(picture.content).tag.endswith("svg")
    pixels = get(told, "/stories/counts.png", by="year")
    assert pixels.content.startswith(b"\x89PNG") or pixels.status_code == 404


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ({"by": "colour"}, "stories are not counted by 'colour'"),
        ({"q": '"'}, "could not be counted"),
        ({"colour": "red"}, "a result has no 'colour'"),
    ],
)
def test_what_can_not_be_counted_says_why(told: Path, query: dict[str, str], said: str) -> None:
    answer = get(told, "/stories/picture", **query)
    assert answer.status_code == 400
    assert said in answer.text.replace("&#39;", "'")
    assert get(told, "/stories/counts.csv", **query).status_code == 400


def test_two_things_have_no_picture_as_a_file(told: Path) -> None:
    answer = get(told, "/stories/counts.svg", by="source,year")
    assert answer.status_code == 400
    assert "by one thing" in answer.text


def test_a_share_of_what_is_about_nothing_is_refused_by_the_library(told: Path) -> None:
    db = read_archive(told)
    with pytest.raises(ValueError, match="give words to look for, or a court"):
        count_stories(db, StoryQuery(source=("signet",)), share=True)
    db.close()


def test_where_all_stories_are_undated_words_stand_for_the_picture(told: Path) -> None:
    for by in ("year", "source,month"):
        shown = page(told, "/stories/picture", by=by, q="undated")
        assert words(shown, "//main//p[@class='notice']") == (
            "Nothing to draw: all stories are undated."
        )
        assert not shown.xpath("//*[local-name()='svg' and @class='columns-drawn']")
    told_of = words(page(told, "/stories/picture", by="year", q="undated"), "//main//li")
    assert told_of == "1 story without a day of publication: in no bar."
    for by in ("year", "section"):
        assert not page(told, "/stories/picture", by=by, q="lantern").xpath(
            "//main//p[@class='notice']"
        )
