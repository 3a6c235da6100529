"""The index of a Wayback Machine, in the dialects that there are."""

import json
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from urllib.parse import parse_qsl, urlsplit

import pytest

from tradepress.discovery.story_captures import NOTHING, CapturedPage, story_captures
from tradepress.discovery.wayback_index import (
    LINES,
    IndexPage,
    NotAnIndex,
    by_fewer_lines,
    fixed_start,
    index_queries,
    is_full,
    later_half,
    next_query,
    read_index,
    wayback_at,
)
from tradepress.source import Source

GAZETTE = Source(
    name="gazette",
    publisher="The Gazette",
    domains=("gazette.example",),
    language="en",
    timezone="UTC",
    article_url=r"/news/[a-z-]+-\d{4}",
)
ONE = "http://www.gazette.example:80/news/lantern-1001"
KEY = "example,gazette)/news/lantern-1001"
NAMES = ["urlkey", "timestamp", "original", "mimetype", "statuscode", "digest", "length"]
ROW = [KEY, "20170804120000", ONE, "text/html", "200", "ABC", "900"]
REVISIT = [KEY, "20180804120000", ONE, "warc/revisit", "-", "ABC", "500"]
OF_PYWB = {"url": ONE, "mime": "text/html", "status": "200", "digest": "sha1:ABC", "offset": "0"}

DIALECTS = {
    "archive.org": json.dumps([NAMES, ROW, REVISIT]),
    "pywb": "\n".join(
        json.dumps(
            {"urlkey": KEY, "timestamp": row[1], **OF_PYWB, "mime": row[3], "status": row[4]}
        )
        for row in (ROW, REVISIT)
    ),
    "CDXJ": "\n".join(
        f"{KEY} {row[1]} {json.dumps({**OF_PYWB, 'mime': row[3], 'status': row[4]})}"
        for row in (ROW, REVISIT)
    ),
    "CDX": "\n".join(
        [
            " CDX N b a m s k r M S V g",
            *(f"{' '.join(row[:6])} - - 900 0 x.warc.gz" for row in (ROW, REVISIT)),
        ]
    ),
    "CDX of seven fields": "\n".join(" ".join(row) for row in (ROW, REVISIT)),
}


def at(day: str) -> datetime:
    return datetime.fromisoformat(f"{day}T12:00:00+00:00")


@pytest.mark.parametrize("dialect", DIALECTS)
def test_each_dialect_gives_one_capture_and_how_long_it_stood(dialect: str) -> None:
    page = read_index(DIALECTS[dialect].encode(), GAZETTE)
    assert page == IndexPage(
        captures=(
            CapturedPage(
                url=ONE,
                date_captured=at("2017-08-04"),
                status=200,
                media_type="text/html",
                digest="ABC",
                seen_until=at("2018-08-04"),
            ),
        ),
        lines=2,
        resume_key=None,
        times=(at("2017-08-04"), at("2018-08-04")),
    )
    assert page.captures[0].original_url == "http://www.gazette.example/news/lantern-1001"


@pytest.mark.parametrize("answer", ["", "[]", "\n", "[[]]"])
def test_an_index_without_a_capture_is_none_the_less_one(answer: str) -> None:
    assert read_index(answer.encode(), GAZETTE).captures == ()


@pytest.mark.parametrize(
    "answer",
    ["<html><body>Busy</body></html>", "[[", '[["urlkey"],["a","b"]]', "one two", '{"a": ', "[1]"],
)
def test_what_is_no_index_is_said_to_be_none(answer: str) -> None:
    with pytest.raises(NotAnIndex):
        read_index(answer.encode(), GAZETTE)


def test_a_line_without_an_address_or_a_time_costs_no_other() -> None:
    times = ("2017", "2017080412000", "20170804250000", "2017-08-04T12:", None, 20170804120000)
    broken = [[KEY, time, ONE, "text/html", "200", "XYZ", "900"] for time in times]
    page = read_index(json.dumps([NAMES, *broken, ROW]).encode(), GAZETTE)
    assert [one.digest for one in page.captures] == ["ABC"]


def test_a_listing_goes_on_by_its_key() -> None:
    (query,) = index_queries("https://x.example/cdx", GAZETTE, since=None, until=None)
    page = read_index(json.dumps([NAMES, ROW, [], ["example,gazette)/ 2017"]]).encode(), GAZETTE)
    assert page.lines == 1
    following = next_query(query, query, page)
    assert following == f"{query}&resumeKey=example%2Cgazette%29%2F%202017"
    last = IndexPage(captures=(), lines=LINES, resume_key=None)
    assert next_query(query, following, last) is None
    assert next_query(query, following, page) is None, "it would be asked without end"


def test_plain_lines_have_their_key_behind_an_empty_one() -> None:
    page = read_index(f"{' '.join(ROW)}\n\nkey+to+go\n".encode(), GAZETTE)
    assert (page.lines, page.resume_key) == (1, "key+to+go")


@pytest.mark.slow
def test_a_service_without_keys_is_asked_for_fewer_days_at_once() -> None:
    """An index of a million lines has no answer that is larger than ten times the usual one."""
    (query,) = index_queries(
        "https://x.example/cdx", GAZETTE, since=date(2010, 1, 1), until=date(2019, 12, 31)
    )
    busy = date(2015, 6, 1)
    days = [date(2010, 1, 1) + timedelta(number) for number in range(3652)]
    on_day = {day: 60_000 if day == busy else 260 for day in days}
    asked: str | None = query
    listed, requests = [], 0
    while asked is not None:
        given = dict(parse_qsl(urlsplit(asked).query))
        assert given["url"] == "gazette.example/news/"
        span = [day for day in days if given["from"] <= f"{day:%Y%m%d}" <= given["to"]]
        lines = min(sum(on_day[day] for day in span), int(given["limit"]))
        assert lines <= 10 * LINES
        if lines < int(given["limit"]):
            listed += span
        requests += 1
        asked = next_query(query, asked, IndexPage(captures=(), lines=lines, resume_key=None))
    assert listed == days
    assert requests < 3 * sum(on_day.values()) / LINES


@pytest.mark.parametrize("most", [9, 50])
@pytest.mark.parametrize("apart", [timedelta(seconds=7), timedelta(days=20)])
def test_an_index_that_gives_fewer_lines_than_asked_for_gives_all_by_and_by(
    most: int, apart: timedelta
) -> None:
    (query,) = index_queries("https://x.example/cdx", GAZETTE, since=None, until=None)
    all_times = [at("2017-08-04") + apart * number for number in range(142)]

    def answer(asked: str) -> IndexPage:
        given = dict(parse_qsl(urlsplit(asked).query))
        first = given.get("from", "").ljust(14, "0")
        last = f"{given.get('to', '9' * 14)}235959"[:14]
        times = [one for one in all_times if first <= f"{one:%Y%m%d%H%M%S}" <= last]
        kept = tuple(times[: min(int(given["limit"]), most)])
        return IndexPage(captures=(), lines=len(kept), resume_key=None, times=kept)

    whole = answer(query)
    half = later_half(query, whole)
    assert half is not None
    assert sum(one >= half[1] for one in answer(half[0]).times) > len(whole.times) // 2 + 1
    asked = by_fewer_lines(query, whole)
    listed: list[datetime] = []
    requests = 0
    while asked is not None:
        page = answer(asked)
        requests += 1
        if not is_full(asked, page):
            listed += page.times
        asked = next_query(query, asked, page)
    assert listed == all_times
    assert requests < 150


def test_an_index_that_gave_all_is_known_by_its_later_half() -> None:
    (query,) = index_queries("https://x.example/cdx", GAZETTE, since=None, until=date(2020, 1, 1))
    times = tuple(at(day) for day in ("2017-08-04", "2018-08-04", "2019-08-04"))
    page = IndexPage(captures=(), lines=3, resume_key=None, times=times)
    half = later_half(query, page)
    assert half is not None
    asked = dict(parse_qsl(urlsplit(half[0]).query))
    assert (asked["from"], asked["to"], half[1]) == ("20180804120000", "20200101", times[1])
    assert later_half(query, replace(page, resume_key="on")) is None
    assert later_half(query, replace(page, lines=LINES)) is None
    assert later_half(query, replace(page, times=(), lines=0)) is None


def test_without_days_a_listing_without_keys_begins_with_the_first_of_all_captures() -> None:
    (query,) = index_queries("https://x.example/cdx", GAZETTE, since=None, until=None)
    full = IndexPage(captures=(), lines=LINES, resume_key=None)
    few = replace(full, lines=LINES - 1)
    assert next_query(query, query, few) is None
    half = next_query(query, query, full)
    assert half is not None
    assert dict(parse_qsl(urlsplit(half).query))["from"] == "19960101"
    rest = next_query(query, half, few)
    assert rest is not None
    assert next_query(query, rest, few) is None


def test_the_index_is_asked_for_the_folder_of_the_stories_and_the_days() -> None:
    (query,) = index_queries(
        "https://x.example/cdx", GAZETTE, since=date(2017, 8, 4), until=date(2018, 1, 31)
    )
    asked = dict(parse_qsl(urlsplit(query).query))
    assert (asked["url"], asked["matchType"]) == ("gazette.example/news/", "prefix")
    assert (asked["from"], asked["to"]) == ("20170804", "20180131")


@pytest.mark.parametrize(
    ("pattern", "start"),
    [
        (r"/news/[a-z-]+-\d{4}", "/news"),
        (r"/news/ip-law/[a-z]+/?", "/news/ip-law"),
        (r"/news/(?:a|b)/[a-z]+/?", "/news"),
        (r"/news/a|/blog/b", ""),
        (r"/(?:news|blog)/b", ""),
        (r"/news/?[a-z]+", ""),
        (r"(?i:/news/a)", ""),
        (r"/\d{4}/[\w|]+\.html", ""),
    ],
)
def test_a_pattern_begins_with_these_folders(pattern: str, start: str) -> None:
    assert fixed_start(pattern) == start


def test_an_address_without_a_path_is_laid_out_as_that_of_archive_org() -> None:
    own, theirs = wayback_at("https://pywb.library.example/press"), wayback_at("https://w.example")
    assert (own.index, own.captures) == (
        "https://pywb.library.example/press/cdx",
        "https://pywb.library.example/press/",
    )
    assert (theirs.index, theirs.captures) == (
        "https://w.example/cdx/search/cdx",
        "https://w.example/web/",
    )


def captured(day: str, digest: str | None, url: str = ONE, **fields: object) -> CapturedPage:
    given = {"status": 200, "media_type": "text/html", **fields}
    return CapturedPage(url=url, date_captured=at(day), digest=digest, **given)  # type: ignore[arg-type]


def test_each_change_is_a_capture_and_a_return_to_the_old_text_is_one() -> None:
    found = story_captures(
        [
            captured("2019-01-01", "B"),
            captured("2017-01-01", "A"),
            captured("2018-01-01", "A", "https://gazette.example/news/lantern-1001/"),
            captured("2020-01-01", "A", status=None, media_type="warc/revisit"),
            captured("2020-06-01", "C", status=301),
            captured("2021-01-01", "C", status=None, media_type="warc/revisit"),
            captured("2021-02-01", NOTHING, status=None, media_type="warc/revisit"),
            captured("2021-03-01", "D", status=301, media_type="warc/revisit"),
            captured("2022-01-01", None),
            captured("2023-01-01", None),
        ],
        replace(GAZETTE, article_url=r"/news/[a-z-]+-\d{4}/?"),
    )
    assert [(one.date_captured.year, one.digest) for one in found] == [
        (2017, "A"),
        (2019, "B"),
        (2020, "A"),
        (2022, None),
        (2023, None),
    ]
    assert found[0].seen_until == datetime(2018, 1, 1, 12, tzinfo=UTC)
    assert found[1].seen_until is None


def test_what_repeats_a_page_of_before_the_days_asked_for_stands_for_it() -> None:
    repeated = {"status": None, "media_type": "warc/revisit"}
    pages = [
        captured("2017-01-01", "A"),
        captured("2018-01-01", "A", **repeated),
        captured("2019-01-01", "A", **repeated),
    ]
    (found,) = story_captures(pages, GAZETTE, since=date(2018, 1, 1))
    assert (found.date_captured, found.seen_until) == (at("2018-01-01"), at("2019-01-01"))


def test_what_is_no_page_of_a_story_is_left_out() -> None:
    assert not story_captures(
        [
            captured("2017-01-01", "A", status=301),
            captured("2017-01-01", "A", media_type="application/pdf"),
            captured("2017-01-01", "A", "http://gazette.example/about"),
            captured("2017-01-01", "A", "http://other.example/news/lantern-1001"),
            captured("2017-01-01", "A", "dns:gazette.example"),
        ],
        GAZETTE,
    )


def test_only_captures_of_the_days_asked_for_are_taken() -> None:
    pages = [captured("2017-08-03", "A"), captured("2017-08-04", "B"), captured("2017-08-05", "C")]
    day = date(2017, 8, 4)
    assert [one.digest for one in story_captures(pages, GAZETTE, since=day, until=day)] == ["B"]
