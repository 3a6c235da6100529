"""From the search to the list of stories and back: every filter comes along, or is named."""

import re
import sqlite3
from pathlib import Path
from urllib.parse import parse_qsl, urlsplit

import pytest
from browsing import a_run, page, path, save, words

__all__ = ["path"]

BUCKLES = [
    {"section": "Designs", "language": "en", "access": "open", "date_published": "2016-12-31"},
    {"section": "designs", "language": "en", "date_published": "2017-01-01"},
    {"section": "Trade marks & more", "language": "de", "access": "subscription"},
    {"section": "Designs", "language": "EN", "source": "makers", "date_published": "2017-06-30"},
    {"source": "makers", "access": "registration", "date_published": "2017-07-01"},
    {"source": "makers", "access": "open", "date_published": "2018-02-28T23:30:00-05:00"},
]


@pytest.fixture
def buckles(path: Path) -> Path:
    """Stories about buckles that differ in all that one can narrow by, and others."""
    with a_run(path) as writer:
        for number, fields in enumerate(BUCKLES):
            save(writer, f"Buckle {'refused' if number % 2 else 'opposed'} {number}", **fields)
            save(writer, f"Lantern refused {number}", **fields)
    return path


def stories(tree: object) -> int:
    """How many a page says that it found."""
    found = re.match(r"([\d,]+) stor(y|ies)\b", words(tree, "//p[@class='found']"))
    return int(found[1]) if found else 0


def link(tree: object, xpath: str = "//p[@class='found']/a[not(@class)]") -> str | None:
    return next(iter(tree.xpath(f"{xpath}/@href")), None)  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("asked", "count"),
    [
        ({}, 6),
        ({"source": "makers"}, 3),
        ({"section": "DESIGNS"}, 3),
        ({"section": "trade marks & More"}, 1),
        ({"language": "en"}, 3),
        ({"access": "open"}, 2),
        ({"access": "unknown"}, 2),
        ({"since": "2017"}, 4),
        ({"since": "2017-07"}, 2),
        ({"until": "2017"}, 4),
        ({"until": "2017-06"}, 3),
        ({"until": "2017-06-29"}, 2),
        ({"since": "2017-06-30", "until": "2017-07-01"}, 2),
        ({"q": "oppose", "forms": "1"}, 3),
        ({"source": "makers", "section": "Designs", "since": "2017", "language": "en"}, 1),
    ],
)
def test_every_filter_of_the_search_comes_to_the_list_and_back(
    buckles: Path, asked: dict[str, str], count: int
) -> None:
    found = page(buckles, "/archive/search", **{"q": "buckle", **asked, "all": "1"})
    assert stories(found) == count
    there = link(found)
    assert there is not None
    listed = page(buckles, there)
    assert stories(listed) == count
    back = link(listed)
    assert back is not None
    assert stories(page(buckles, back)) == count
    assert dict(parse_qsl(urlsplit(back).query)).keys() == {"q", "all", *asked}


@pytest.mark.parametrize(
    ("narrowed", "lost"),
    [
        ("headline__contains=1", "headline has 1"),
        ("published_day__isnull=1", "published day is not known"),
        ("published_day__lt=2017-01-01", "published day before 2017-01-01"),
        ("published_day__lte=2017", "published day up to 2017"),
        ("source=makers&source=signet", "source is signet"),
        ("section__isnull=1", "section is not known"),
        ("section=DESIGNS", "section is DESIGNS"),
        ("section=designs", "section is designs"),
        ("access__notnull=1", "access is known"),
        ("_where=id>3", "where id>3"),
        ("_searchmode=raw", "searchmode raw"),
        ("_fts_table=versions_fts", "fts_table versions_fts"),
    ],
)
def test_what_the_search_has_no_filter_for_is_named(
    buckles: Path, narrowed: str, lost: str
) -> None:
    listed = page(buckles, f"/archive/articles?_search=buckle&source=makers&{narrowed}")
    found = words(listed, "//p[@class='found']")
    assert "The search for the best match can’t narrow by:" in found
    assert lost in found
    assert link(listed) is None


@pytest.mark.parametrize(
    ("asked", "lost"),
    [
        ({"as_of": "2999-01-01"}, "as this archive held it on 2999-01-01"),
        ({"seen_on": "2999-01-01"}, "as the papers showed it on 2999-01-01"),
    ],
)
def test_what_the_list_has_no_filter_for_is_named(
    buckles: Path, asked: dict[str, str], lost: str
) -> None:
    if "seen_on" in asked:
        with sqlite3.connect(buckles) as db:
            for table in ("articles", "versions"):
                db.execute(f"UPDATE {table} SET date_captured = '2020-01-01T00:00:00Z'")
        db.close()
    found = page(buckles, "/archive/search", q="buckle", **asked)
    assert f"The list of stories can’t show them {lost}." in words(found, "//p[@class='found']")
    assert link(found) is None


def test_a_folded_search_says_that_the_list_has_copies(buckles: Path) -> None:
    found = page(buckles, "/archive/search", q="buckle")
    assert "copies at other papers stand by themselves" in words(found, "//p[@class='found']")


def test_the_list_marks_other_forms_of_the_words(buckles: Path) -> None:
    there = link(page(buckles, "/archive/search", q="oppose", forms="1", all="1"))
    assert there is not None
    listed = page(buckles, there)
    assert {mark.text for mark in listed.xpath("//mark")} == {"opposed"}
    assert "has the words oppose in any form" in words(listed, "//ul[@class='chosen']")
    [bare] = listed.xpath("//ul[@class='chosen']/li[1]/a/@href")
    assert "_fts_table" not in bare
