"""What Common Crawl answers, and which of the world's addresses are stories of a paper."""

import gzip
import json
from datetime import UTC, date, datetime

import pytest

from tradepress.discovery.common_crawl import (
    crawl_queries,
    is_of_days,
    is_story_of,
    news_months,
    read_crawl_index,
    read_indexes,
    read_page_count,
    read_paths,
)
from tradepress.discovery.wayback_index import NotAnIndex
from tradepress.source import Source

GAZETTE = Source(
    name="gazette",
    publisher="The Gazette",
    domains=("gazette.example",),
    language="en",
    timezone="UTC",
    article_url=r"/news/[a-z-]+-\d+",
)
INDEXES = json.dumps(
    [
        {"id": name, "cdx-api": f"https://index.example/{name}-index"}
        for name in ("CC-MAIN-2024-10", "CC-MAIN-2020-05", "CC-MAIN-2019-51", "CC-MAIN-2012")
    ]
).encode()
URL = "https://www.gazette.example/news/lantern-1"


def a_line(*, head: str = "", **fields: str) -> bytes:
    line = {
        "url": URL,
        "timestamp": "20200117101500",
        "status": "200",
        "mime": "text/html",
        "digest": "ABC",
        "filename": "crawl-data/CC-MAIN-2020-05/one.warc.gz",
        "offset": "700",
        "length": "90",
        **fields,
    }
    return f"{head}{json.dumps(line)}".encode()


@pytest.mark.parametrize(
    ("since", "until", "years"),
    [
        (None, None, ["2012", "2019-51", "2020-05", "2024-10"]),
        (date(2020, 1, 1), date(2020, 1, 31), ["2012", "2019-51", "2020-05"]),
        (date(2021, 1, 1), None, ["2012", "2024-10"]),
        (None, date(2019, 1, 1), ["2012"]),
    ],
)
def test_days_choose_the_indexes(since: date | None, until: date | None, years: list[str]) -> None:
    found = read_indexes(INDEXES, since=since, until=until)
    assert [index.name.removeprefix("CC-MAIN-") for index in found] == years


def test_an_index_is_asked_for_the_part_of_a_site_that_has_the_stories() -> None:
    (index, *_) = read_indexes(INDEXES, since=None, until=None)
    (query,) = crawl_queries(index, GAZETTE, since=date(2020, 1, 1), until=None)
    assert query.startswith(
        "https://index.example/CC-MAIN-2012-index?url=gazette.example%2Fnews%2F&matchType=prefix"
        "&from=20200101&filter=~status%3A200%7C304&"
    )


def test_a_line_names_the_place_of_a_page() -> None:
    lines = [
        a_line(),
        b"",
        a_line(url="https://www.gazette.example/about"),
        a_line(url="https://other.example/news/lantern-1"),
        a_line(url="https://www.gazette.example/news/kettle-2", status="404"),
        a_line(mime="application/pdf", url="https://www.gazette.example/news/fox-3"),
    ]
    (page,) = read_crawl_index(b"\n".join(lines), GAZETTE)
    assert (page.url, page.file, page.offset, page.length) == (
        URL,
        "crawl-data/CC-MAIN-2020-05/one.warc.gz",
        700,
        90,
    )
    assert page.date_captured == datetime(2020, 1, 17, 10, 15, tzinfo=UTC)
    (same,) = read_crawl_index(a_line(head="example,gazette)/news 20200117101500 "), GAZETTE)
    assert same == page


@pytest.mark.parametrize(
    "answer",
    [
        b"<html>gazette.example is busy</html>",
        a_line(offset="many"),
        a_line(timestamp="2020"),
        a_line()[:-9],
        b'["gazette.example"]',
    ],
)
def test_what_is_no_index_is_told(answer: bytes) -> None:
    with pytest.raises(NotAnIndex, match="no list of captures"):
        read_crawl_index(answer, GAZETTE)


@pytest.mark.parametrize("answer", [b"", b"<html>", b"[1]", b"{}", b'{"pages": "x"}', b"null"])
def test_other_answers_that_are_none_are_told(answer: bytes) -> None:
    with pytest.raises(NotAnIndex):
        read_indexes(answer, since=None, until=None)
    with pytest.raises(NotAnIndex):
        read_page_count(answer)
    with pytest.raises(NotAnIndex):
        read_paths(answer)


def test_a_list_of_files() -> None:
    assert read_paths(gzip.compress(b"crawl-data/one.warc.gz\ncrawl-data/two.warc.gz\n")) == [
        "crawl-data/one.warc.gz",
        "crawl-data/two.warc.gz",
    ]


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        (URL, True),
        ("http://gazette.example:80/news/lantern-1?utm_source=x", True),
        ("https://gazette.example/about", False),
        ("https://other.example/?from=gazette.example/news/lantern-1", False),
        ("https://other.example/news/lantern-1", False),
        ("http://[gazette.example/news/lantern-1", False),
        ("", False),
    ],
)
def test_of_all_the_world_only_our_stories(url: str, expected: bool) -> None:
    assert is_story_of(GAZETTE)(url) is expected


def test_months_of_news() -> None:
    today = date(2020, 3, 5)
    assert list(news_months(date(2019, 12, 31), date(2020, 2, 1), today)) == [
        "2019/12",
        "2020/01",
        "2020/02",
    ]
    assert list(news_months(date(2020, 2, 1), None, today)) == ["2020/02", "2020/03"]
    assert next(news_months(None, None, today)) == "2016/08"


@pytest.mark.parametrize(
    ("day", "expected"),
    [("20200430", True), ("20200501", True), ("20200503", True), ("20200504", False)],
)
def test_files_of_news_by_their_names(day: str, expected: bool) -> None:
    file = f"crawl-data/CC-NEWS/2020/05/CC-NEWS-{day}013455-01234.warc.gz"
    assert is_of_days(file, date(2020, 5, 1), date(2020, 5, 3)) is expected
    assert not is_of_days(file, date(2021, 1, 1), None)
    assert is_of_days("another.warc.gz", date(2021, 1, 1), None)
