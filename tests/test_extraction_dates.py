"""Dates and date lines: read as printed, never invented."""

from datetime import UTC, datetime

import pytest

from crawler.extraction import extract_article
from crawler.extraction.dateline import read_dateline, read_section_line
from crawler.extraction.dates import find_date, is_plausible, parse_date, url_date
from crawler.newton_media import SECTION_NAMES


@pytest.mark.parametrize(
    ("printed", "value"),
    [
        ("4 August 2017", "2017-08-04"),
        ("26-09-2018", "2018-09-26"),
        ("09/05/2016", "2016-05-09"),
        ("7.3.2021", "2021-03-07"),
        ("05-Aug-2016", "2016-08-05"),
        ("April 22 2014", "2014-04-22"),
        ("Feb. 4, 2025, 3:47 PM UTC", "2025-02-04T15:47:00+00:00"),
        ("July 26, 2023, 2:10 PM EDT", "2023-07-26T14:10:00-04:00"),
        ("Tue, 05 Mar 2024 10:00:30 GMT", "2024-03-05T10:00:30+00:00"),
        ("2024-05-29T09:15:00+01:00", "2024-05-29T09:15:00+01:00"),
        ("2024-05-29T09:15:00.123Z", "2024-05-29T09:15:00+00:00"),
        ("2023-12-17T00:00:00-0500", "2023-12-17T00:00:00-05:00"),
        ("2024-05-29T09:15:00", "2024-05-29"),
        ("29 May 2024, 9.15am", "2024-05-29"),
        ("20230103T101500Z", "2023-01-03"),
        ("7. März 2021", "2021-03-07"),
        ("1er juin 2021", "2021-06-01"),
        ("19 de noviembre de 2020", "2020-11-19"),
        ("31-02-2017", None),
        ("2017-13-01", None),
        ("0000-00-00", None),
        ("29 February 2023", None),
        ("2024-05-29T99:99:00+99:99", "2024-05-29"),
    ],
)
def test_date_is_read_day_first_and_only_as_exactly_as_it_is_printed(
    printed: str, value: str | None
) -> None:
    found = parse_date(printed, day_first=True)
    assert found is not None
    assert found.value == value
    assert found.raw == printed


@pytest.mark.parametrize("words", ["", "12 Maybury 2020", "Mayhem 3, 2020", "class 25", "1-2-3"])
def test_no_date_is_found_where_there_is_none(words: str) -> None:
    assert find_date(words) is None


@pytest.mark.parametrize(
    ("day_first", "value"), [(True, None), (False, "2024-04-23"), (None, "2024-04-23")]
)
def test_impossible_order_is_only_turned_round_where_no_order_is_known(
    day_first: bool | None, value: str | None
) -> None:
    found = find_date("04/23/2024", day_first)
    assert found is not None
    assert found.value == value


def test_day_in_an_address() -> None:
    found = url_date("/2019/11/19/lantern")
    assert found is not None
    assert found.value == "2019-11-19"
    assert url_date("/news/lantern-2019-11") is None


def test_plausible_days() -> None:
    seen_at = datetime(2020, 1, 1, 12, tzinfo=UTC)
    assert is_plausible("2020-01-02", seen_at)
    assert not is_plausible("2020-01-04", seen_at)
    assert not is_plausible("1970-01-01", None)
    assert is_plausible("2099-01-01", None)


@pytest.mark.parametrize(
    ("line", "section", "authors"),
    [
        ("4 August 2017Trademarks", "Trademarks", ()),
        ("3 October 2016", None, ()),
        ("17 January 2020PatentsSarra Morrigan", "Patents", ("Sarra Morrigan",)),
        ("29 May 2024Patents ChannelMarit Woutering", "Patents", ("Marit Woutering",)),
        ("24 June 2020TrademarksCorin O'Hallow", "Trademarks", ("Corin O'Hallow",)),
        ("24 June 2020TrademarksEwart McGrannoch", "Trademarks", ("Ewart McGrannoch",)),
        ("24 June 2020Ewart McGrannoch", None, ("Ewart McGrannoch",)),
        ("15 October 2015AsiaGrantley Shoeford", "Asia", ("Grantley Shoeford",)),
        ("15 October 2015LicensingGrantley McShoe", "Licensing", ("Grantley McShoe",)),
        ("29 May 2024 | Patents | Amity Sandover", "Patents", ("Amity Sandover",)),
        ("13 September 2023 by Amity Sandover", None, ("Amity Sandover",)),
        ("Tressel Littlewick | April 22 2014", None, ("Tressel Littlewick",)),
        ("Philo Tarrow, 05-Aug-2016", None, ("Philo Tarrow",)),
    ],
)
def test_date_line_is_split_into_section_and_author(
    line: str, section: str | None, authors: tuple[str, ...]
) -> None:
    found = read_dateline(line, SECTION_NAMES, day_first=True)
    assert found is not None
    assert (found.section, found.authors) == (section, authors)


@pytest.mark.parametrize(
    "line",
    [
        "9 May 2016 Luxury brand Orsolo has left the guild in protest at a new member.",
        "Judgment was given on 3 May 2016.",
        "On 3 May 2016 the court said no, and that was that.",
        "Lantern makers settle over shade",
    ],
)
def test_prose_and_teasers_are_no_date_lines(line: str) -> None:
    assert read_dateline(line, SECTION_NAMES) is None


def test_update_is_told_from_publication() -> None:
    found = read_dateline("Last updated: 6 March 2022")
    assert found is not None
    assert found.is_modified


def test_section_without_a_date() -> None:
    found = read_section_line("Trademarks ChannelPetra Holm", SECTION_NAMES)
    assert found is not None
    assert (found.section, found.authors) == ("Trademarks", ("Petra Holm",))
    assert read_section_line("Trademarks are what this story is about", SECTION_NAMES) is None


STORY = "<p>A court has ruled that a lantern may be green, and that is the whole story.</p>" * 3


def test_publication_is_never_filled_from_modification() -> None:
    page = f"""<meta property="article:modified_time" content="2020-05-01T10:00:00+00:00">
        <h1>Lantern may be green</h1><time datetime="2020-05-02" class="updated">2 May</time>
        {STORY}"""
    article = extract_article(page)
    assert article.date_published is None
    assert article.date_modified == "2020-05-01T10:00:00+00:00"


def test_same_instant_on_the_clock_of_the_place_is_preferred() -> None:
    page = f"""<meta property="article:published_time" content="2023-12-23T03:22:07Z">
        <h1>Lantern may be green</h1><time datetime="2023-12-22T22:22:07-05:00">Dec 22</time>
        {STORY}"""
    assert extract_article(page).date_published == "2023-12-22T22:22:07-05:00"


def test_date_after_the_page_was_seen_is_not_believed() -> None:
    page = f'<meta property="article:published_time" content="2030-01-01"><h1>Lantern</h1>{STORY}'
    article = extract_article(page, seen_at=datetime(2020, 1, 1, tzinfo=UTC))
    assert article.date_published is None
    assert article.date_published_raw == "2030-01-01"
