"""The page of a source: what is held of it month by month, and what is not."""

import asyncio
import re
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from browsing import a_run, ask, cells, get, headlines, opened, page, pairs, path, save, words
from lxml import html

from tradepress.archive.read_only import read_archive
from tradepress.browse.queries.source_facts import HeldOfSource, HeldPeriod, held_of

__all__ = ["path"]


def held(*months: str) -> HeldOfSource:
    """One story a month."""
    periods = [HeldPeriod(name=one, stories=1, teasers=0, without_text=1) for one in months]
    return HeldOfSource(
        months={period.name: period for period in periods},
        undated=0,
        sections={},
        languages={},
        stories=len(months),
        teasers=0,
        without_text=len(months),
        reserved=0,
    )


@pytest.mark.parametrize(
    ("months", "gaps"),
    [
        ([], []),
        (["2016-11"], []),
        (["2016-11", "2016-12"], []),
        (["2016-11", "2017-01"], [("2016-12", "2016-12")]),
        (["2015-12", "2016-03", "2017-01"], [("2016-01", "2016-02"), ("2016-04", "2016-12")]),
    ],
)
def test_gaps_are_the_months_between_that_have_no_story(
    months: list[str], gaps: list[tuple[str, str]]
) -> None:
    assert held(*months).gaps == gaps


def test_a_text_whose_words_nobody_counts_is_kept_all_the_same(path: Path) -> None:
    with a_run(path) as writer:
        save(writer, "商標", body="商標を取り消した。", is_truncated=True)
        save(writer, "Mark refused", is_truncated=True)
        save(writer, "Cup case decided", is_truncated=True, policy="metadata-only")
    with closing(read_archive(path)) as db:
        found = held_of(db, "signet")
    assert (found.stories, found.teasers, found.without_text) == (3, 2, 1)


def test_periods_have_no_gap_and_are_years_where_months_would_be_too_many() -> None:
    of_two_years = held("2015-12", "2016-02", "2016-03")
    assert [(one.name, one.stories) for one in of_two_years.periods(4)[1]] == [
        ("2015-12", 1),
        ("2016-01", 0),
        ("2016-02", 1),
        ("2016-03", 1),
    ]
    unit, years = of_two_years.periods(3)
    assert unit == "year"
    assert [(one.name, one.stories, one.without_text) for one in years] == [
        ("2015", 1, 1),
        ("2016", 2, 2),
    ]


def test_of_one_day_is_no_span_and_of_no_beginning_no_reason(path: Path) -> None:
    with a_run(path) as writer:
        save(writer, "Lantern mark refused", date_published="2016-01-03")
    tree = page(path, "/source/signet")
    assert words(tree, "//p[@class='lead']") == "1 story, published 3 January 2016."
    beginnings = words(tree, "//dt[. = 'Beginning only']/following-sibling::dd[1]")
    assert beginnings == "0 stories (0 %)"
    assert words(tree, "//a[@class='more']") == "1 story"


def test_the_page_tells_what_is_held_and_every_count_leads_to_its_stories(path: Path) -> None:
    reserved = [{"term": "noarchive", "evidence": "meta robots", "value": "noarchive"}]
    with a_run(path) as writer:
        for number, month in enumerate(("01", "01", "04")):
            save(
                writer,
                f"Lantern {number}",
                date_published=f"2016-{month}-03",
                section="Designs" if number else "Courts",
                language="en",
                is_truncated=number == 0,
            )
        fields = {"policy": "metadata-only", "reservations": reserved}
        save(writer, "Cup case decided", date_published="2016-05-01", **fields)
        save(writer, "Undated notice")
        save(writer, "Of another paper", source="makers", date_published="2016-02-01")
    tree = page(path, "/source/signet")
    assert words(tree, "//h1") == "The Signet Gazette"
    lead = words(tree, "//p[@class='lead']")
    assert (
        "5 stories, published 3 January 2016 to 1 May 2016; 1 story without a day of publication"
        in lead
    )
    gaps = words(tree, "//section[@aria-labelledby='gaps-title']")
    assert "Of the 5 months from its first story to its last, 2 have none" in gaps
    assert "February 2016 to March 2016" in gaps
    rows = [" ".join(cells(row)) for row in tree.xpath("//table[@class='rows']/tbody/tr")]
    assert rows == [
        *("2016-01 2 1 0", "2016-02 0 0 0", "2016-03 0 0 0", "2016-04 1 0 0", "2016-05 1 0 1")
    ]
    for link in tree.xpath("//table[@class='rows']//a | //dd//ul/li/a"):
        found = headlines(page(path, link.get("href")))
        count = link.xpath("string(ancestor::tr/td[1] | following-sibling::span)")
        assert len(found) == int(count), link.get("href")
    told = pairs(tree.xpath("//aside/dl")[0])
    assert told["Beginning only"].startswith("1 story (20 %)")
    assert told["No text kept"].startswith("1 story (20 %), of 1 as the publisher reserves it")
    assert "noarchive (meta robots)" in told["Rights"]
    assert headlines(tree)[0] == "Cup case decided"
    [feed] = tree.xpath("//a[contains(., 'feed')]/@href")
    assert get(path, feed).text.count("<entry>") == 5


def test_the_list_leads_to_each(path: Path) -> None:
    with a_run(path) as writer:
        save(writer, "Lantern mark refused", date_published="2016-03-01")
    rows = page(path, "/sources").xpath("//tbody/tr")
    assert [" ".join(cells(row)) for row in rows] == [
        "The Signet Gazette 1 1 March 2016 1 March 2016 never",
        "Marks & Makers 0 – – never",
    ]
    for row in rows:
        assert page(path, row.xpath("th/a/@href")[0]) is not None


def test_the_last_good_crawl_is_one_that_could_read_a_listing(path: Path) -> None:
    for _ in range(3):
        with a_run(path):
            pass
    with a_run(path, "ingest"):
        pass
    db = sqlite3.connect(path)
    with db:
        for run, (day, outcome) in enumerate(
            [("2016-03-01", "read"), ("2016-03-02", "unchanged"), ("2016-03-03", "failed")]
        ):
            at = f"{day}T06:00:00Z"
            db.execute("UPDATE runs SET started = ? WHERE id = ?", [at, run + 1])
            db.execute(
                "INSERT INTO fetches (run_id, source, kind, url, at, outcome) "
                "VALUES (?, 'signet', 'feed', 'http://signet.example/feed', ?, ?)",
                [run + 1, at, outcome],
            )
    db.close()
    told = pairs(page(path, "/source/signet").xpath("//aside/dl")[0])
    assert told["Last good crawl"] == "2 March 2016, 06:00 UTC"
    other = pairs(page(path, "/source/makers").xpath("//aside/dl")[0])
    assert other["Last good crawl"].startswith("None: no crawl")


def test_a_source_with_a_day_far_away_is_drawn_by_years(path: Path) -> None:
    with a_run(path) as writer:
        save(writer, "Lantern mark refused", date_published="1820-03-01")
        save(writer, "Lantern mark allowed", date_published="2020-03-01")
    tree = page(path, "/source/signet")
    assert words(tree, "//h2[@id='coverage-title']") == "Stories by year"
    assert [words(one) for one in tree.xpath("//tbody/tr/th")] == ["1820", "2020"]
    assert "April 1820 to February 2020" in words(tree)


def test_what_is_written_meanwhile_is_in_the_next_answer(path: Path) -> None:
    with a_run(path) as writer:
        save(writer, "Lantern mark refused")
    served = opened(path)

    async def stories() -> list[str]:
        pages = [(await served.client.get(one)).text for one in ("/", "/sources", "/source/signet")]
        return [re.sub("<[^>]+>", "", page) for page in pages]

    async def before_and_after() -> tuple[list[str], list[str], list[str]]:
        await served.invoke_startup()
        before, again = await stories(), await stories()
        with a_run(path) as writer:
            save(writer, "Kettle shape upheld")
        return before, again, await stories()

    before, again, after = asyncio.run(before_and_after())
    served.executor.shutdown()
    for database in served.databases.values():
        database.close()
    assert before == again
    assert ["1 story" in before[0], "2 stories" in after[0]] == [True, True]
    assert ["1 story" in before[2], "2 stories" in after[2]] == [True, True]
    assert before[1] != after[1]


@pytest.mark.parametrize("is_open", [True, False])
def test_an_open_licence_is_told(path: Path, is_open: bool) -> None:
    with a_run(path) as writer:
        save(writer, "Lantern mark refused")
    opened = {"open_sources": ["signet"]} if is_open else {}
    [answer] = ask(path, ("GET", "/source/signet", {}), **opened)
    told = pairs(html.fromstring(answer.text).xpath("//aside/dl")[0])
    assert ("by an open licence" in told["Rights"]) is is_open


def test_what_is_known_and_missing_is_drawn_on_top_of_what_is_held(path: Path) -> None:
    with a_run(path) as writer:
        save(writer, "Lantern mark refused", date_published="2017-08-04")
        home = "http://signetgazette.example"
        writer.add_urls("signet", [(f"{home}/trademark/bell-2", home)])
        writer.write(
            "UPDATE urls SET date_listed = '2017-10-01' WHERE url = ?", [f"{home}/trademark/bell-2"]
        )
    assert "/coverage/signet" in page(path, "/source/signet").xpath("//a/@href")
    tree = page(path, "/coverage/signet")
    assert words(tree, "//p[@class='lead']") == "1 of 2 known stories held; 1 is missing."
    drawn = tree.xpath("//svg[contains(@class, 'columns-drawn')]//title/text()")
    assert drawn == ["2017-08: 1 of 1 known", "2017-09: 0 of 0 known", "2017-10: 0 of 1 known"]
    assert len(tree.xpath("//rect[@class='bar']")) == len(tree.xpath("//rect[@class='more']")) == 1
    (row,) = tree.xpath("//tbody/tr[2]")
    assert cells(row)[:3] == ["2017-10", "1", "0"]
    assert "The site itself: 1 story, 1 request" in words(tree)
    assert get(path, "/coverage/nobody").status_code == 404
