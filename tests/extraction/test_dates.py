"""Dates and date lines: read as printed, never invented."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import pytest
from conftest import a_story
from hypothesis import given
from hypothesis import strategies as st

from tradepress.extraction import extract_article
from tradepress.extraction.date_choice import choose_date
from tradepress.extraction.dateline import read_dateline, read_section_line
from tradepress.extraction.dates import (
    MONTHS,
    Found,
    find_date,
    inline_date,
    is_day_first,
    lengthen,
    named_years,
    parse_date,
    relative_date,
    slug_date,
    url_date,
)
from tradepress.extraction.plausible import is_plausible
from tradepress.families.newton import SECTION_NAMES
from tradepress.source import Furniture, Source


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
        ("22 décembre 2023 à 10h15", "2023-12-22"),
        ("Freitag, 22. Dezember 2023, 10:15 Uhr MEZ", "2023-12-22T10:15:00+01:00"),
        ("22 dicembre 2023 alle 10:15", "2023-12-22"),
        ("5 out. 2023", "2023-10-05"),
        ("9 maart 2023 om 08:00", "2023-03-09"),
        ("3 października 2023", "2023-10-03"),
        ("3 listopada 2023", "2023-11-03"),
        ("3. listopada 2023.", "2023-10-03"),
        ("7 февраля 2023 г.", "2023-02-07"),
        ("29 ARALIK 2023", "2023-12-29"),
        ("2 NİSAN 2023", "2023-04-02"),
        ("2023年12月5日", "2023-12-05"),
        ("Mon Jan 04 09:34:10 CET 2021", "2021-01-04"),
        ("令和6年5月1日", "2024-05-01"),
        ("平成元年１２月３日", "1989-12-03"),
        ("中華民國113年5月1日", "2024-05-01"),
        ("5 พฤษภาคม 2567", "2024-05-05"),
        ("令和六年三月十五日", "2024-03-15"),
        ("2024（令和6）年3月5日", "2024-03-05"),
        ("平成31（2019）年4月30日", "2019-04-30"),
        ("二〇二四年十二月三日", "2024-12-03"),
        ("發布日期：113-05-06", "2024-05-06"),
        ("١٧ كانون الأول ٢٠٢٤", "2024-12-17"),
        ("3 كانون الثاني/يناير 2024 م", "2024-01-03"),
        ("۲۵ اسفند ۱۴۰۲", "2024-03-15"),
        ("۳۰ اسفند ۱۳۹۹", "2021-03-20"),
        ("1403/01/01", "2024-03-20"),
        ("۳۱ مهر ۱۴۰۲", None),
        ("5 مهر 9999", None),
        ("16 tháng 12 năm 2024", "2024-12-16"),
        ("7 października 2022 r.", "2022-10-07"),
        ("5 d’abril de 2024", "2024-04-05"),
        ("2024 m. gegužės 5 d.", "2024-05-05"),
        ("5. toukokuuta 2024 klo 9.15", "2024-05-05"),
        ("12 Μαΐου 2024", "2024-05-12"),
        ("5 במאי 2024", "2024-05-05"),
        ("2023년 12월 5일", "2023-12-05"),
        ("2023. 12. 5.", "2023-12-05"),
        ("Published: Dec. 22, 2023, 5:00 a.m.", "2023-12-22"),
        ("2024-05-29T09:15-05:00", "2024-05-29T09:15:00-05:00"),
        ("13 апр. 2019 10:34", "2019-04-13"),
        ("Субота, 13 Квітень 2019", "2019-04-13"),
        ("13 ΑΠΡΙΛΙΟΥ 2019", "2019-04-13"),
        ("10:34, 13 Απρ 2019", "2019-04-13"),
        ("13 เม.ย. 2562 10:34 น.", "2019-04-13"),
        ("วันที่ 13 เมษายน พ.ศ. 2562", "2019-04-13"),
        ("13 सितम्बर 2019", "2019-09-13"),
        ("13 फ़रवरी 2019", "2019-02-13"),
        ("Tháng Mười Một 13, 2019", "2019-11-13"),
        ("２０１９．４．１３", "2019-04-13"),
        ("２０１９／０４／１３", "2019-04-13"),
        ("السبت ١٣ / ٠٤ / ٢٠١٩", "2019-04-13"),
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


@pytest.mark.parametrize("day", ["2024-05-29", "2024-02-30", "1999-12-31", "2024-00-10"])
@pytest.mark.parametrize("clock", ["09:15:00", "24:00:00", "23:59:60", "00:00:00"])
@pytest.mark.parametrize("zone", ["Z", "+00:00", "-05:30", "+99:99"])
def test_declared_instant_is_read_as_any_other_date_is(day: str, clock: str, zone: str) -> None:
    at_once, among_words = (parse_date(f"{lead}{day}T{clock}{zone}") for lead in ("", "on "))
    assert at_once is not None
    assert among_words is not None
    assert (at_once.value, at_once.wall) == (among_words.value, among_words.wall)


@pytest.mark.parametrize("words", ["", "12 Maybury 2020", "Mayhem 3, 2020", "class 25", "1-2-3"])
def test_no_date_is_found_where_there_is_none(words: str) -> None:
    assert find_date(words) is None


@pytest.mark.parametrize(
    ("printed", "day_first", "value"),
    [
        ("04/23/2024", True, None),
        ("04/23/2024", False, "2024-04-23"),
        ("04/23/2024", None, "2024-04-23"),
        ("23/04/2024", None, "2024-04-23"),
        ("03/04/2024", None, None),
        ("03/04/2024", False, "2024-03-04"),
        ("03.04.2024", None, "2024-04-03"),
        ("04/04/2024", None, "2024-04-04"),
    ],
)
def test_order_of_day_and_month_is_not_guessed(
    printed: str, day_first: bool | None, value: str | None
) -> None:
    found = find_date(printed, day_first)
    assert found is not None
    assert found.value == value


@pytest.mark.parametrize(
    ("language", "day_first"),
    [("en-GB", True), ("en_US", False), ("en", None), ("de", True), ("fr-CA", True), ("", None)],
)
def test_order_follows_from_the_language(language: str, day_first: bool | None) -> None:
    assert is_day_first(language) is day_first


@given(st.text(alphabet="0123456789/-.: TZ+aprilmaäоктşubIıİ年月日,PM", max_size=40))
def test_any_words_give_a_day_of_the_calendar_or_none(words: str) -> None:
    for day_first in (True, False, None):
        found = parse_date(words, day_first)
        for value in filter(None, (found.value, *found.either) if found else ()):
            assert datetime.fromisoformat(value)
        choose_date([(found, "time")] if found else [], None, story=[words])


@given(
    st.sampled_from([n for n in sorted(MONTHS) if MONTHS[n] <= 12]),
    st.sampled_from([str.upper, str.title, str.lower]),
)
def test_every_month_is_known_in_every_case(name: str, case: Callable[[str], str]) -> None:
    found = find_date(f"14 {case(name)} 2021")
    assert found is not None
    assert found.value == f"2021-{MONTHS[name]:02}-14"


def published(*dates: tuple[str, str], **known: Any) -> tuple[str | None, str]:
    """Value and evidence chosen from (words, evidence)."""
    readings = [(reading, how) for words, how in dates if (reading := parse_date(words))]
    chosen, ranked = choose_date(readings, known.pop("seen_at", None), **known)
    return (chosen.value if chosen else None), ranked[0].evidence


UTC_LATE = ("2023-12-23T01:48:19Z", "json-ld datePublished")


def test_utc_instant_is_told_where_the_publisher_is() -> None:
    value = "2023-12-22T20:48:19-05:00"
    assert published(UTC_LATE, place="America/New_York") == (value, UTC_LATE[1])
    assert published(UTC_LATE, ("2023-12-22T20:48:19-05:00", "time")) == (value, "time")
    assert published(UTC_LATE, ("Dec 22, 2023 8:48 PM", "dateline")) == (value, "dateline")
    assert published(UTC_LATE, ("December 22, 2023", "dateline")) == ("2023-12-22", "dateline")
    assert published(UTC_LATE, ("2023/12/22", "url")) == ("2023-12-22", "url")


@pytest.mark.parametrize(
    "shown",
    [
        "22 December 2023, 05:39",  # another time of day: another instant
        "December 24, 2023",  # nowhere the same instant
        "December 23, 2023",
    ],
)
def test_utc_instant_stays_where_no_other_reading_is_the_same_instant(shown: str) -> None:
    assert published(UTC_LATE, (shown, "dateline"))[0] == "2023-12-23T01:48:19+00:00"


def test_instant_with_offset_keeps_its_own_day() -> None:
    own = ("2023-12-18T22:57:00-05:00", "json-ld datePublished")
    assert published(own, ("Dec 19, 2023", "dateline")) == own


def readings(*dates: tuple[str, str]) -> list[Found]:
    return [(reading, how) for words, how in dates if (reading := parse_date(words))]


def test_day_printed_beside_the_headline_is_believed_before_what_is_declared() -> None:
    declared = readings(("2023-12-18", "json-ld datePublished"))
    updated = readings(("2023-12-21T08:42:26-05:00", "json-ld dateModified"))
    printed = readings(("Dec 21, 2023", "dateline"))
    chosen, ranked = choose_date([*declared, *printed], None, others=updated)
    assert chosen is not None
    assert chosen.value == "2023-12-21"
    assert [reading.value for reading in ranked] == ["2023-12-21", "2023-12-18"]
    # Only where the declared dates disagree about it, and only for publication.
    assert choose_date([*declared, *printed], None)[1][0].value == "2023-12-18"
    updates = [*updated, *readings(("Dec 18, 2023", "dateline"))]
    assert choose_date(updates, None, others=declared, are_updates=True)[1][0].value == (
        "2023-12-21T08:42:26-05:00"
    )


def test_declaration_that_tells_the_time_of_the_same_day_is_preferred() -> None:
    day, timed = ("2024-05-04", "json-ld datePublished"), "2024-05-04T09:30:00+02:00"
    assert published(day, (timed, "article:published_time"))[0] == timed
    assert published(day, ("2024-05-04T00:00:00+02:00", "article:published_time"))[0] == day[0]
    assert published(day, ("2024-05-05T09:30:00+02:00", "article:published_time"))[0] == day[0]
    assert published(day, (timed, "time"))[0] == timed
    assert published(day, (timed, "time, elsewhere"))[0] == day[0]  # perhaps of a teaser


def test_declared_date_gives_way_to_a_printed_one_that_another_declaration_backs() -> None:
    first = ("2022-04-28T12:00:00+01:00", "json-ld datePublished")
    printed = ("Nov 6, 2023", "dateline")
    assert published(first, printed, ("2023-11-06", "meta date"))[0] == "2023-11-06"
    assert published(first, printed)[0] == first[0]
    assert (
        published(first, ("Apr 29, 2022", "dateline"), ("2022-04-29", "meta date"))[0] == first[0]
    )


def test_stamp_of_a_whole_site_is_no_date_of_publication() -> None:
    stamp = readings(("2025-08-21", "json-ld datePublished"))
    updated = readings(("2025-08-20", "json-ld dateModified"))
    printed = readings(("Apr 26, 2023", "dateline"))
    assert chosen_day([*stamp, *printed], updated) == "2023-04-26"
    assert chosen_day([*stamp, *printed], []) == "2025-08-21"
    later = readings(("2025-09-01", "json-ld dateModified"))
    assert chosen_day([*stamp, *printed], later) == "2025-08-21"
    backed = readings(("2025-08-21", "article:published_time"))
    assert chosen_day([*stamp, *backed, *printed], updated) == "2025-08-21"


def test_theme_that_prints_the_day_of_an_update_is_not_believed() -> None:
    declared = readings(("2022-05-10", "article:published_time"))
    printed = readings(("Jan 1, 2026", "dateline"))
    plug_in = readings(("2026-01-01", "article:modified_time"))
    assert chosen_day([*declared, *printed], plug_in) == "2022-05-10"
    marked = readings(("2026-01-01", "time"))
    assert chosen_day([*declared, *printed], marked) == "2022-05-10"
    schema = readings(("2026-01-01", "json-ld dateModified"))
    assert chosen_day([*declared, *printed], [*plug_in, *schema]) == "2026-01-01"


def test_what_three_witnesses_agree_on_is_not_outweighed_by_a_printed_day_or_one_of_an_update() -> (
    None
):
    declared = (("2024-03-04", "json-ld datePublished"), ("2024-03-04", "article:published_time"))
    url = ("2024-03-04", "url")
    changed = readings(("2024-03-09", "json-ld dateModified"))
    for printed, other in (("March 9, 2024", "2024-03-09"), ("April 3, 2024", "2024-04-03")):
        line = (printed, "dateline")
        assert chosen_day(readings(*declared, url, line), changed) == "2024-03-04"
        assert chosen_day(readings(*declared, line), changed) == other
    backed = ("2024-03-09", "meta date")
    assert chosen_day(readings(*declared, url, ("March 9, 2024", "dateline"), backed), changed) == (
        "2024-03-04"
    )
    alone = ("2024-05-01", "json-ld datePublished")
    others = (("2024-03-04", "meta pubdate"), url, ("4 March 2024", "dateline"))
    assert chosen_day(readings(alone, *others), []) == "2024-03-04"
    assert chosen_day(readings(alone, *others[:2]), []) == "2024-05-01"


def chosen_day(dates: list[Found], others: list[Found]) -> str | None:
    chosen = choose_date(dates, None, others=others)[0]
    return chosen.value if chosen else None


def test_ambiguous_date_is_decided_by_a_second_proof_or_left_open() -> None:
    printed = ("03/08/2017", "dateline")
    assert published(printed) == (None, "dateline (ambiguous)")
    assert published(printed, ("2017/08/03", "url"))[0] == "2017-08-03"
    seen_at = datetime(2017, 4, 1, tzinfo=UTC)
    assert published(printed, seen_at=seen_at)[0] == "2017-03-08"
    assert published(printed, story=["The board said yesterday, August 2, that it may."]) == (
        "2017-08-03",
        "dateline",
    )
    assert published(printed, story=["It may, in May."])[0] is None


@pytest.mark.parametrize(
    ("words", "day"),
    [
        ("3 hours ago", "2023-12-22"),
        ("vor 2 Tagen", "2023-12-20"),
        ("il y a 5 minutes", "2023-12-22"),
        ("hier", "2023-12-21"),
        ("ayer", "2023-12-21"),
        ("Today", "2023-12-22"),
        ("2 min read", None),
        ("yesterday the court", None),
    ],
)
def test_relative_day_is_counted_where_the_publisher_is(words: str, day: str | None) -> None:
    found = relative_date(words, datetime(2023, 12, 23, 3, tzinfo=UTC), "America/New_York")
    assert (found.value if found else None) == day


@pytest.mark.parametrize(
    ("page", "day"),
    [
        ('{"datePublished":"2023-10-30T10:00:00Z"}', "2023-10-30"),
        ("{&quot;publishedAt&quot;:&quot;2023-10-30&quot;}", "2023-10-30"),
        ('<span data-timestamp="2023-10-30">', "2023-10-30"),
        ('{"datePublished":"2023-10-30"},{"datePublished":"2023-10-31"}', None),
        ('{"dateModified":"2023-10-30"}', None),
        ('{"createDate":20231030,"modified":20231101}', "2023-10-30"),
        ('{"createDate":20231029,"first-publication":"2023-10-30 19:20"}', "2023-10-30"),
    ],
)
def test_date_in_a_script_counts_if_it_is_the_only_one(page: str, day: str | None) -> None:
    assert [reading.day for reading, _ in inline_date(page)] == ([day] if day else [])


@pytest.mark.parametrize(
    ("address", "years", "day"),
    [
        ("/2005/LAW/06/12/lantern/index.html", (), "2005-06-12"),
        ("/national/update/0612/TKY200506120123.html", (), "2005-06-12"),
        ("/article.php?story=20040612103412345", (), "2004-06-12"),
        ("/06252004/news/lantern.htm", (), "2004-06-25"),
        ("/25062004/news/lantern.htm", (), "2004-06-25"),
        ("/06122004/news/lantern.htm", (), None),
        ("/TECH/9806/12/lantern/", (1998, 2001), "1998-06-12"),
        ("/news/articles/0506/12/news012.html", (2005,), "2005-06-12"),
        ("/05/0612/10/1M2JKL.html", (2005,), "2005-06-12"),
        ("/article.pl?sid=03/06/12/1034203", (2003,), "2003-06-12"),
        ("/news/040612/lantern.html", (2004,), "2004-06-12"),
        ("/news/040612/lantern.html", (2012,), None),
        ("/news/048012/lantern.html", (2004,), None),
        ("/a/201/12345678/", (2012,), None),
    ],
)
def test_short_year_of_an_address_counts_where_the_page_names_it(
    address: str, years: tuple[int, ...], day: str | None
) -> None:
    found = slug_date(address, frozenset(years))
    assert [reading.value for reading, _ in found] == ([day] if day else [])


@pytest.mark.parametrize(
    ("printed", "whole"),
    [
        ("Posted: 12 Jun '04", "Posted: 12 Jun 2004"),
        ("Jun 12, ’04", "Jun 12, 2004"),
        ("12-Jun-04 10:34", "12-Jun-2004 10:34"),
        ("06/25/04", "06/25/2004"),
        ("작성일 04-06-12 10:34", "작성일 2004-06-12 10:34"),
        ("'04/06/25", "2004/06/25"),
        ("13 เม.ย. 62 10:34 น.", "13 เม.ย. 2562 10:34 น."),
        ("12 Jun '99", "12 Jun '99"),
        ("1.2.04.5", "1.2.04.5"),
        ("12 June 2004, room 12.06.04", "12 June 2004, room 12.06.04"),
    ],
)
def test_short_year_is_written_out_where_the_page_names_it(printed: str, whole: str) -> None:
    assert lengthen(printed, named_years(["Copyright 2004 Harbour Times"])) == whole


def test_day_in_an_address() -> None:
    found = url_date("/2019/11/19/lantern")
    assert found is not None
    assert found.value == "2019-11-19"
    assert url_date("/news/lantern-2019-11") is None


@pytest.mark.parametrize(
    ("path", "day"),
    [
        ("/articles/2019-11-19+lanterns", "2019-11-19"),
        ("/us/2019/nov/19/lanterns", "2019-11-19"),
        ("/blog/2019/november/19/lanterns", "2019-11-19"),
        ("/news/20191119_k10.html", "2019-11-19"),
        ("/n1/2019/1119/c1001-4.html", "2019-11-19"),
        ("/weekly-round-up-2019-11-19", "2019-11-19"),
        ("/2019-11-19/lanterns-of-2018-01-02", None),
        ("/article/2110304/lanterns", None),
        ("/2019/11/lanterns", None),
        ("/lanterns-2019-2020-21", None),
        ("/20191340/lanterns", None),
    ],
)
def test_day_in_an_address_of_another_form(path: str, day: str | None) -> None:
    assert [reading.value for reading, _ in slug_date(path)] == ([day] if day else [])


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
        ("By Philo Tarrow on August 11, 2016", None, ("Philo Tarrow",)),
        ("Von Gundula Öllerer | Freitag, 22. Dezember 2023", None, ("Gundula Öllerer",)),
        ("8:00 PM EST, Tue December 19, 2023", None, ()),
        ("Pressemitteilung vom 12. Juli 2023", None, ()),
        ("viernes, 22 de diciembre de 2023", None, ()),
        ("29 May 2024 | 2 min read", None, ()),
        (
            "Docket (July 26, 2023) -- The board has lost a case about a lamp that it once won and "
            "says it will appeal before the summer is out.",
            None,
            (),
        ),
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
        "They have been married since 3 May 2016. View more",
    ],
)
def test_prose_and_teasers_are_no_date_lines(line: str) -> None:
    assert read_dateline(line, SECTION_NAMES) is None


STORY = (
    "<p>A court has ruled that a lantern may be green, and this is the whole of it.</p>"
    "<p>The maker of green lanterns had asked for nothing more, and the maker of red ones has gone"
    " home to paint what is left of his own.</p>"
    "<p>Two more cases of the same kind are waiting at the same court, and one of them is about a"
    " bell that is hardly ever rung, and never by its owner.</p>"
)
OTHERS = "<h2>Contact us</h2><p>Guild of lamp makers, Eastmarsh</p>" * 8


def day_of(before: str = "", after: str = "", *, story: str = STORY, head: str = "") -> str | None:
    page = f"<html lang='en-GB'><head>{head}</head><h1>Lantern may be green</h1>{before}{story}"
    return extract_article(f"{page}{after}</html>").date_published


@pytest.mark.parametrize(
    "line",
    [
        "<p>Posted on the 15/12/2023 at 19:00 by @barnaby</p>",
        "<div>Published On: 15 December 2023</div>",
        "<p>Erstellt am Freitag 15. Dezember 2023 um 23:30 und abgelegt unter Licht</p>",
        "<p>Author: Bo2lan am 15.12.2023, 13:36 Uhr</p>",
        "<div>Datum: 15.12.2023 Autor: Petra Holm</div>",
        "<h3>Published</h3><p>December 15, 2023</p>",
        "<p>Wurde am 15. Dezember 2023 um 23:03 Uhr gepostet und abgelegt</p>",
    ],
)
def test_labelled_date_is_found_behind_the_story(line: str) -> None:
    assert day_of(after=f"{OTHERS}<div>{line}</div>") == "2023-12-15"


@pytest.mark.parametrize(
    "line",
    [
        "<p>Copyright © 15.12.2023 by Lamps Ltd</p>",
        "<p>Reviewed 15 December 2023</p>",
        "<p>Letzte Änderung: 15.12.2023</p>",
        "<p>Dernière mise à jour le 15 décembre 2023</p>",
        "<p>The ball is on 15 December 2023.</p>",
        "<ul><li>15 December 2023</li></ul>",
        "<p>Published 15 December 2023</p><p>Published 16 December 2023</p>",
        "<p>Broadcast: Radio Eastmarsh, 15.12.2023, 15:10</p>",
    ],
)
def test_other_days_behind_the_story_are_no_publication(line: str) -> None:
    assert day_of(after=f"{OTHERS}{line}") is None


@pytest.mark.parametrize(
    ("before", "story"),
    [
        ("<div>15 December 2023 (GLM/NLM) Eastmarsh/Holm</div>", STORY),
        ("<div>Light, 15.12.23</div>", STORY),
        ("<span title='2023-12-15T10:00:00'>a year ago</span>", STORY),
        ("<div itemprop='datePublished' content='2023-12-15'></div>", STORY),
        ("<aside><time datetime='2023-12-15'>some day</time></aside>", STORY),
        ("<div class='share-bar'><p>2023-12-15T10:00</p></div>", STORY),
        ("<div class='caption'><p>Posted on 15 December 2023 by Petra Holm</p></div>", STORY),
        ("", STORY.replace("A court", "(15 December 2023) A court", 1)),
        ("", f"<p>Light in Eastmarsh and beyond</p>{STORY.replace('A', '(15 Dec 2023) A', 1)}"),
        ("", STORY.replace("A court", "Press release of 15 December 2023 | A court", 1)),
    ],
)
def test_date_beside_the_story_in_a_rare_form(before: str, story: str) -> None:
    assert day_of(before, story=story) == "2023-12-15"


def test_date_below_a_headline_that_structured_data_words_otherwise() -> None:
    head = '<meta property="og:title" content="Why the court of Eastmarsh let a red lamp go">'
    words = (
        "A lantern may be green, says the longest judgment that anybody in Eastmarsh has read out"
    )
    top = f"<h2>{words}, and nobody will read it again</h2>"
    page = (
        f"<html><head>{head}</head>{top}<p>Petra Holm</p><div>15 December 2023</div>{STORY}</html>"
    )
    assert extract_article(page).date_published == "2023-12-15"


def test_day_in_the_opening_sentence_is_none_of_publication() -> None:
    opening = STORY.replace("A court", "On 15 December 2023, a court", 1)
    assert day_of(story=opening) is None


def test_meta_that_may_name_another_day_gives_way_to_the_printed_one() -> None:
    meta = '<meta name="date" content="2023-12-15">'
    assert day_of(head=meta) == "2023-12-15"
    assert day_of("<p>14 December 2023</p>", head=meta) == "2023-12-14"
    assert day_of(head='<meta name="published-date" content="2023-12-15">') == "2023-12-15"


def test_page_tells_the_date_where_its_article_does_not() -> None:
    script = """<script type="application/ld+json">[{"@type": "Article", "headline": "Lantern may be
        green"}, {"@type": "FAQPage", "datePublished": "2023-12-15"}]</script>"""
    assert day_of(head=script) == "2023-12-15"


def test_update_is_told_from_publication() -> None:
    found = read_dateline("Last updated: 6 March 2022")
    assert found is not None
    assert found.date is None
    assert found.modified is not None
    assert found.modified.value == "2022-03-06"


def test_both_dates_of_a_line_are_told_apart() -> None:
    parts = ("Updated 11:00, 23 December 2023", "|", "Published 22 December 2023")
    found = read_dateline(" ".join(parts), pieces=parts)
    assert found is not None
    assert found.date is not None
    assert found.modified is not None
    assert (found.date.value, found.modified.value) == ("2023-12-22", "2023-12-23")


def test_date_is_found_in_pieces_that_plain_text_glues() -> None:
    parts = ("Petra Holm", "Staff Writer", "Dec 05, 2023", "2 Shares")
    found = read_dateline("".join(parts), pieces=parts)
    assert found is not None
    assert found.date is not None
    assert found.date.value == "2023-12-05"


@pytest.mark.parametrize(
    ("line", "published", "modified", "authors"),
    [
        ("Stand: 13.07.2023", None, "2023-07-13", ()),
        ("Date de modification : 2023-07-13", None, "2023-07-13", ()),
        ("Última actualización 13 de julio de 2023", None, "2023-07-13", ()),
        ("Last updated 13 July 2023 + show all updates", None, "2023-07-13", ()),
        ("[Last updated 13 July 2023]", None, "2023-07-13", ()),
        ("Publié le 3 mai 2019 à 10h15, mis à jour le 4 mai 2019", "2019-05-03", "2019-05-04", ()),
        (
            "Reviewed by Mirabelle on Friday, May 3, 2019 Rating: 5",
            "2019-05-03",
            None,
            ("Mirabelle",),
        ),
        ("Reviewed by Mirabelle on May 3, 2019", "2019-05-03", None, ("Mirabelle",)),
        (
            "posted by Ada L. Fenn @ 5/31/2019 06:30 AM 0 Comments",
            "2019-05-31",
            None,
            ("Ada L. Fenn",),
        ),
        (
            "Gepubliceerd: 3 mei 2019 door Joke van Bolsward",
            "2019-05-03",
            None,
            ("Joke van Bolsward",),
        ),
        ("Submitted by Petra Holm on May 3, 2019", "2019-05-03", None, ("Petra Holm",)),
        ("By Petra Holm | May 3, 2019 -- 19:14 GMT | Lamps", "2019-05-03", None, ("Petra Holm",)),
        ("Posted in Patents on May 3, 2019", "2019-05-03", None, ()),
    ],
)
def test_labels_and_names_around_a_date(
    line: str, published: str | None, modified: str | None, authors: tuple[str, ...]
) -> None:
    found = read_dateline(line)
    assert found is not None
    assert (found.date.day if found.date else None) == published
    assert (found.modified.day if found.modified else None) == modified
    assert found.authors == authors


def test_label_on_the_line_above() -> None:
    for above, is_update in (("Published", False), ("Last updated", True), ("Lamps", False)):
        found = read_dateline("30 August 2023 — See all updates", above=above)
        assert found is not None
        assert (found.date is None) is is_update


def test_place_before_the_date_is_no_section() -> None:
    for parts in (("Vessby", "3 May 2019", "Lamps"), ("Vessby, 3 May 2019", "Lamps")):
        found = read_dateline("".join(parts), pieces=parts)
        assert found is not None
        assert found.section == "Lamps"


def test_section_without_a_date() -> None:
    found = read_section_line("Trademarks ChannelPetra Holm", SECTION_NAMES)
    assert found is not None
    assert (found.section, found.authors) == ("Trademarks", ("Petra Holm",))
    assert read_section_line("Trademarks are what this story is about", SECTION_NAMES) is None


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


def test_printed_date_line_outranks_the_dates_of_other_stories() -> None:
    page = f"""<h1>Lantern may be green</h1><ul><li>22 Dec 2023</li></ul>{STORY}
        <p>Latest</p><time>16 Feb 2024</time><time>15 Feb 2024</time>"""
    assert extract_article(page).date_published == "2023-12-22"


CARD = """<li><h3><a href="/2024/02/other">Kettle makers lose in Delhi again</a></h3>
<time datetime="2024-02-16">16 Feb 2024</time></li>"""
HERE = "https://gazette.example/2023/12/lantern"


@pytest.mark.parametrize(
    "beside",
    [
        CARD,
        "<div><time datetime='2024-02-16'>16 Feb</time><h2><a href='/o'>Kettles</a></h2></div>",
        "<a href='/2024/02/other'>Kettle makers <time datetime='2024-02-16'>16 Feb</time></a>",
        "<li><a href='/o'>Kettle makers lose in Delhi once again</a><time>16 Feb 2024</time></li>",
        "<div><h3><a href='/o'>Kettle makers lose in Delhi again, twice</a></h3>16 Feb 2024</div>",
    ],
    ids=["list", "above", "link", "entry", "words"],
)
@pytest.mark.parametrize("url", [HERE, "https://gazette.example/lantern", None])
def test_the_day_of_another_story_is_none_of_this_one(beside: str, url: str | None) -> None:
    article = extract_article(f"<h1>Lantern may be green</h1>{STORY}{beside}", url)
    assert article.date_published is None


def test_a_card_of_the_story_itself_and_a_list_of_its_day_count() -> None:
    own = CARD.replace("/2024/02/other", HERE)
    article = extract_article(f"<h1>Lantern may be green</h1>{STORY}{own}", None)
    assert article.date_published is None  # nobody knows that it is its own
    linked = "<a href='/2023/12/16/'><time datetime='2023-12-16'>16 Dec</time></a>"
    article = extract_article(f"<h1>Lantern may be green</h1>{linked}{STORY}", HERE)
    assert article.date_published == "2023-12-16"


def test_a_far_day_in_another_month_than_the_address_is_doubted() -> None:
    on_air = "<p>On air</p><time>16 Feb 2024</time>"
    page = f"<h1>Lantern may be green</h1>{STORY}{STORY.replace('lantern', 'lamp')}{on_air}"
    article = extract_article(page, HERE)
    assert article.date_published is None
    doubt, _, month = article.evidence["date_published"]
    assert doubt.evidence == "time (not in the month of the address)"
    assert (month.value, month.evidence) == ("2023-12", "url")
    assert extract_article(page, "https://gazette.example/lantern").date_published == "2024-02-16"


def test_template_date_in_an_attribute_gives_way_to_the_printed_one() -> None:
    page = f'<h1>Lantern may be green</h1><time datetime="2019-09-03">Dec 14, 2023</time>{STORY}'
    assert extract_article(page).date_published == "2023-12-14"


def test_relative_words_count_from_the_day_the_page_stood() -> None:
    page = f"<h1>Lantern may be green</h1><div>2 days ago</div>{STORY}"
    article = extract_article(page, seen_at=datetime(2020, 1, 10, tzinfo=UTC))
    assert article.date_published == "2020-01-08"
    assert article.evidence["date_published"][0].evidence == "dateline, counted from seen_at"
    assert extract_article(page).date_published is None


def test_rules_of_an_old_layout_end_with_it() -> None:
    source = Source(
        name="gazette",
        publisher="Gazette",
        domains=("gazette.example",),
        language="en",
        timezone="Europe/London",
        article_url="/.*",
        furniture=(Furniture(pattern="green lantern club", until=date(2019, 6, 30)),),
    )
    page = f"<h1>Lantern may be green</h1>{STORY}<p>Green lantern club</p>{STORY}"
    for seen_at, is_cut in (
        (datetime(2019, 6, 30, 12, tzinfo=UTC), True),
        (datetime(2019, 7, 1, 12, tzinfo=UTC), False),
        (None, True),
    ):
        article = extract_article(page, source=source, seen_at=seen_at)
        assert ("Green lantern club" not in (article.body or "")) is is_cut


def test_label_words_without_end_cost_no_time() -> None:
    for words in ("rating ", "rating 5 ", "1 views ", " - ", "3 comments ", "Updated by ", "Date "):
        assert read_dateline(f"3 May 2019 {words * 40}"[:130] + "x" * 9) is None or words == " - "


NUMBERED = Source(
    name="numbered",
    publisher="The Numbered Post",
    domains=("numbered.example",),
    language="en",
    timezone="Europe/London",
    article_url=r"/news/[a-z-]+-\d+",
    article_id=r"-(\d+)$",
    dated_ids=((100, date(2017, 7, 20)), (200, date(2017, 8, 20)), (300, date(2018, 2, 1))),
)
BODY_TEXT = (
    "<p>The court found that a lantern may be green, whatever the register says of it.</p>" * 3
)


@pytest.mark.parametrize(
    ("number", "day"),
    [
        ("150", (date(2017, 7, 20), date(2017, 8, 20))),
        ("200", (date(2017, 8, 20), date(2017, 8, 20))),
        ("99", None),
        ("301", None),
        (None, None),
        ("abc", None),
    ],
)
def test_neighbouring_ids_tell_between_which_days(
    number: str | None, day: tuple[date, date] | None
) -> None:
    assert NUMBERED.days_around(number) == day


@pytest.mark.parametrize(
    ("number", "printed", "declared", "expected"),
    [
        # 3 August or 8 March: only one lies between the neighbours, whatever order the site uses.
        ("150", "08/03/2017", "", "2017-08-03"),
        ("150", "3 August 2017", "2017-03-08", "2017-08-03"),
        # Another story's date, declared by mistake.
        ("250", "12 January 2018", "2011-05-05T09:00:00Z", "2018-01-12"),
        # No date fits: the strongest stays, and nothing is invented.
        ("150", "1 May 2019", "", "2019-05-01"),
    ],
)
def test_neighbouring_ids_are_a_second_proof(
    number: str, printed: str, declared: str, expected: str
) -> None:
    meta = f'<meta property="article:published_time" content="{declared}">' if declared else ""
    page = f"<head>{meta}</head><h1>Lantern may be green</h1><p>{printed}</p>{BODY_TEXT}"
    source = replace(NUMBERED, day_first=True)
    article = extract_article(page, f"https://numbered.example/news/lantern-{number}", source)
    assert (article.date_published or "")[:10] == expected


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("令和6年5月8日", "2024-05-08"),
        ("平成元年5月8日", "1989-05-08"),
        ("民國113年5月8日", "2024-05-08"),
        ("8 พฤษภาคม 2567", "2024-05-08"),
        ("8. toukokuuta 2024", "2024-05-08"),
        ("公開日：2024年5月8日（水）", "2024-05-08"),
        ("发布时间：2024-05-08 来源：灯报", "2024-05-08"),
    ],
)
def test_years_and_labels_of_other_calendars(text: str, day: str) -> None:
    line = read_dateline(text)
    assert line is not None
    assert line.date is not None
    assert line.date.value == day


@pytest.mark.parametrize(
    ("text", "section", "authors"),
    [
        ("16 December 2021Women in IPMuireann Bell", "Women in IP", ("Muireann Bell",)),
        ("14 March 2022Future of IPAnna Berg", "Future of IP", ("Anna Berg",)),
        ("14 March 2022LinkedInAnna Berg", "LinkedIn", ("Anna Berg",)),
        ("14 March 2022PatentsMcAdam Holt", "Patents", ("McAdam Holt",)),
        ("Industry Information 14 Aug 2024 11:25:58 AM By:DN editor", "Industry Information", ()),
        ("Trade Marks | 8 May 2024 | Anna Berg", "Trade Marks", ("Anna Berg",)),
        ("By Anna Berg on April 3, 2024 Posted in Designs", "Designs", ("Anna Berg",)),
        ("Anna Berg (Holm & Vale)/May 8, 2024/Leave a comment", None, ("Anna Berg",)),
    ],
)
def test_who_and_what_stands_beside_a_date(
    text: str, section: str | None, authors: tuple[str, ...]
) -> None:
    line = read_dateline(text)
    assert line is not None
    assert (line.section, line.authors) == (section, authors)


@pytest.mark.parametrize("text", ["Lamp Law Summit, Vessby, 3-4 June 2024", "4 May 2021 in Munich"])
def test_days_of_events_are_no_dateline(text: str) -> None:
    assert read_dateline(text) is None


@pytest.mark.parametrize("year", [1, 9999])
@pytest.mark.parametrize("words", ["3 days ago", "yesterday", "31 December 9999 23:59 EST", "now"])
def test_a_page_seen_where_calendars_end_is_read(year: int, words: str) -> None:
    end = datetime.min if year == 1 else datetime.max
    page = (
        f"<meta property='article:published_time' content='{year:04}-12-31T23:59:59-05:00'>"
        + a_story("A lantern", words)
    )
    article = extract_article(page, "https://a.example/x", seen_at=end.replace(tzinfo=UTC))
    assert article.headline == "A lantern"
    for place in ("Asia/Tokyo", "America/Lima", None):
        assert relative_date("3 days ago", end.replace(tzinfo=UTC), place)
