"""Pages of what stories name, and of who wrote them; and the lists of all names."""

from collections.abc import Sequence
from contextlib import closing
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from archive_rows import Writer
from browsing import a_run, get, headlines, page, path, save, words
from lxml import html

from tradepress.archive.read_only import read_archive
from tradepress.archive.search.chosen_stories import choose_versions
from tradepress.browse.addresses.result_address import read_address
from tradepress.browse.facets.facet_index import build_index
from tradepress.browse.facets.kept_index import KeptIndex
from tradepress.browse.facets.name_counts import NameCount
from tradepress.browse.pages.names_page import NamesAddress, named_like
from tradepress.story import Mention

__all__ = ["path"]

AWKWARD = (
    "Pewter / Lamp 100%? #1.atom v Ömer & Søn",
    "אורין v ‮ever‬",
    "In re <b>Bold</b> \"x\" 'y'",
    "Q" * 300,
)


def naming(*named: tuple[str, str]) -> Sequence[Mention]:
    return [
        Mention(field="body", start=place, end=place + 1, kind=kind, value=value)  # type: ignore[arg-type]
        for place, (kind, value) in enumerate(named)
    ]


def tell(writer: Writer, headline: str, *named: tuple[str, str], **fields: Any) -> str:
    return save(writer, headline, mentions=naming(*named), **fields)


@pytest.fixture
def told(path: Path) -> Path:
    """Six stories that name something."""
    cjeu, euipo = ("court", "CJEU"), ("office", "EUIPO")
    with a_run(path) as writer:
        tell(writer, "One", cjeu, euipo, date_published="2016-03-04", authors=["Petra Holm"])
        tell(
            writer,
            "Two",
            *(cjeu, ("case", "Vale v Lantern"), ("registration", "UK 3123456")),
            date_published="2016-05-06",
            authors=["Petra Holm", "Zoë Müller"],
        )
        tell(writer, "Three", cjeu, ("court", "TTAB"), source="makers", authors=["Zoe Muller"])
        tell(writer, "Four", ("case", "Vale v Lantern Lamps"), date_published="2017-01-01")
        tell(writer, "Five", ("application", "UK 3123456"), ("cjeu", "C-449/18 P"))
        tell(writer, "Six", ("firm", "Lynott Farrow"), ("firm", "Ash & Co"))
    return path


def found_at(path: Path, link: str) -> int:
    """How many stories the result at that address has."""
    asked = parse_qs(urlsplit(link).query)
    address = read_address((name, value) for name, values in asked.items() for value in values)
    db = read_archive(path)
    try:
        return len(choose_versions(db, address.query))
    finally:
        db.close()


def test_a_court_over_time(told: Path) -> None:
    shown = page(told, "/court/CJEU")
    assert words(shown, "//p[@class='crumbs']") == "Courts / CJEU"
    assert words(shown, "//h1") == "CJEU"
    assert words(shown, "//p[@class='lead']") == "3 stories, from 4 March 2016 to 6 May 2016."
    assert "European Court of Justice" in words(shown, "//p[@class='others']")
    assert [one.text_content() for one in shown.xpath("//svg//title")] == [
        "2016-03: 1",
        "2016-04: 0",
        "2016-05: 1",
    ]
    assert (
        words(shown, "//section[@aria-labelledby='over-time']/p[@class='quiet']")
        == "1 story without a day of publication: in no bar."
    )
    assert headlines(shown) == ["Two", "One", "Three"]
    beside = {
        words(section, "./h2"): [words(one) for one in section.xpath(".//li")]
        for section in shown.xpath("//aside/section")
    }
    assert beside == {
        "Courts": ["TTAB 1"],
        "Offices": ["EUIPO 1"],
        "Cases": ["Vale v Lantern"],
        "Authors": ["Petra Holm 2", "Zoë Müller 2"],
        "Sources": ["The Signet Gazette 2", "Marks & Makers 1"],
    }


def test_each_number_is_what_its_link_finds(told: Path) -> None:
    """In bars, in the table and beside the stories."""
    for address in ("/court/CJEU", "/author/Petra%20Holm", "/case/Vale%20v%20Lantern"):
        shown = page(told, address)
        bars = [
            (one, one.xpath("./title")[0].text.split(": ")[1]) for one in shown.xpath("//svg/a")
        ]
        rows = [
            (row.xpath("./th/a")[0], words(row, "./td")) for row in shown.xpath("//tbody/tr[th/a]")
        ]
        beside = [(one, one.text) for one in shown.xpath("//aside//a[@class='count']")]
        [every] = shown.xpath("//a[@class='more']")
        number = words(shown, "//p[@class='lead']/strong").split()[0]
        assert bars
        assert rows
        for link, said in [*bars, *rows, *beside, (every, number)]:
            assert found_at(told, link.get("href")) == int(said), link.get("href")


def test_a_name_of_old_leads_to_that_of_today(told: Path) -> None:
    for asked, today in (("office/ohim", "/office/EUIPO"), ("author/zoe%20MULLER", "Zo%C3%AB%20M")):
        answer = get(told, f"/{asked}")
        assert answer.status_code == 302
        assert today in answer.headers["location"]
    assert words(page(told, "/author/zoe muller"), "//h1") == "Zoë Müller"


def test_a_case_has_longer_forms_of_its_name_and_says_which(told: Path) -> None:
    shown = page(told, "/case/Vale v Lantern")
    assert words(shown, "//p[@class='others']") == "Also found: Vale v Lantern Lamps."
    assert headlines(shown) == ["Four", "Two"]
    party = page(told, "/case/Lamps")
    assert words(party, "//h1") == "Lamps"
    assert words(party, "//p[@class='others']") == "Also found: Vale v Lantern Lamps."


def test_a_number_says_what_it_is_the_number_of(told: Path) -> None:
    shown = page(told, "/number/uk3123456")
    assert words(shown, "//h1") == "UK 3123456"
    assert words(shown, "//h1/following-sibling::p[1]") == (
        "Application for a mark; Registration of a mark"
    )
    assert {*headlines(shown)} == {"Two", "Five"}


def test_what_no_story_names_is_told_with_what_is_like_it(told: Path) -> None:
    answer = get(told, "/author/Petra%20Home")
    assert answer.status_code == 404
    shown = html.fromstring(answer.text)
    assert words(shown, "//p[@role='alert']") == (
        "No story of this archive is by an author of that name."
    )
    assert [one.text for one in shown.xpath("//main//li/a")] == ["Petra Holm"]
    assert get(told, "/court/EU General Court").status_code == 404
    assert get(told, "/case/%3Cscript%3E").status_code == 404


@pytest.mark.parametrize("name", AWKWARD)
def test_awkward_names_have_pages_and_are_inert(path: Path, name: str) -> None:
    with a_run(path) as writer:
        tell(writer, "Awkward", ("case", name), authors=[name])
    for listed, first in (("/cases", "case"), ("/authors", "author")):
        [link] = page(path, listed).xpath("//tbody//a")
        assert link.text == name
        assert link.get("href").startswith(f"/{first}/")
        shown = page(path, link.get("href"))
        assert words(shown, "//h1") == " ".join(name.split())
        assert not shown.xpath("//b")
        assert headlines(shown) == ["Awkward"]
        feed = get(path, link.get("href") + ".atom")
        assert feed.status_code == 302
        assert found_at(path, feed.headers["location"]) == 1


def test_feeds_are_those_of_the_result(told: Path) -> None:
    shown = page(told, "/office/EUIPO")
    [link] = shown.xpath("//link[@type='application/atom+xml']/@href")
    assert link == "/office/EUIPO.atom"
    assert get(told, link).headers["location"] == "/stories.atom?office=EUIPO"
    [of_source] = page(told, "/source/signet").xpath("//aside//a[contains(., 'feed')]/@href")
    assert get(told, "/source/signet.atom").headers["location"] == of_source


def listed(path: Path, address: str, **query: str) -> list[str]:
    return [words(row) for row in page(path, address, **query).xpath("//tbody/tr")]


def test_lists_of_all_names(told: Path) -> None:
    assert listed(told, "/courts") == ["CJEU 3", "TTAB 1"]
    assert listed(told, "/offices") == ["EUIPO 1"]
    assert listed(told, "/firms", order="name") == ["Ash & Co 1", "Lynott Farrow 1"]
    assert listed(told, "/authors") == ["Petra Holm 2", "Zoë Müller 2"]
    assert listed(told, "/authors", q="MULL") == ["Zoë Müller 2"]
    assert listed(told, "/numbers") == ["C-449/18 P 1"]
    assert listed(told, "/marks") == ["UK 3123456 2"]
    for printed in ("UK00003123456", "UK TM No. 3 123 456", "0312"):
        assert listed(told, "/marks", q=printed) == ["UK 3123456 2"], printed
    assert "None of 2 names has “nobody”." in words(page(told, "/authors", q="nobody"))


@pytest.mark.parametrize("printed", ["3123456", "03123456", "UK00003123456", "uk 3,123,456"])
def test_the_page_of_a_mark_is_found_by_its_number_as_it_is_printed(
    told: Path, printed: str
) -> None:
    shown = page(told, f"/number/{printed}")
    assert words(shown, "//h1") == "UK 3123456"
    assert headlines(page(told, "/stories", number=printed)) == ["Two", "Five"]


def test_a_list_counts_copies_once(path: Path) -> None:
    text = "Of lanterns and handles the tribunal said at length what is common to all of them. " * 9
    with a_run(path) as writer:
        for source in ("signet", "makers"):
            tell(writer, "Copied", ("court", "CJEU"), source=source, body=text)
    assert listed(path, "/courts") == ["CJEU 1"]
    assert "1 story" in words(page(path, "/court/CJEU"), "//p[@class='lead']/strong")


def test_a_long_list_is_paged_in_a_stable_order(path: Path) -> None:
    with a_run(path) as writer:
        for number in range(120):
            tell(writer, f"Story {number}", ("firm", f"Firm {number:03}"))
    first, second = listed(path, "/firms"), listed(path, "/firms", page="2")
    assert [*first, *second] == [f"Firm {number:03} 1" for number in range(120)]
    assert listed(path, "/firms", page="99") == second
    shown = page(path, "/firms")
    assert "120 names, 1 to 100 shown." in words(shown)
    assert shown.xpath("//a[@rel='next']/@href") == ["/firms?page=2"]


def test_the_alphabet_has_no_accents_and_no_case() -> None:
    names = [NameCount(name=name, stories=1) for name in ("zeta", "Ähre", "Abel", "Öl")]
    in_order = named_like(names, NamesAddress(by_name=True))
    assert [one.name for one in in_order] == ["Abel", "Ähre", "Öl", "zeta"]


def test_lists_lead_to_each_other_and_say_where_one_is(told: Path) -> None:
    shown = page(told, "/cases")
    assert [words(one) for one in shown.xpath("//nav[@class='lists']/a")] == [
        *("Courts", "Offices", "Cases", "Case numbers", "Marks", "Law firms", "Authors")
    ]
    assert shown.xpath("//nav[@class='lists']/a[@aria-current]/@href") == ["/cases"]


@pytest.mark.parametrize("state", ["not yet", "written to"])
def test_numbers_that_are_not_there_yet_or_not_exact_say_so(
    told: Path, monkeypatch: pytest.MonkeyPatch, state: str
) -> None:
    with closing(read_archive(told)) as db:
        index = build_index(db) if state == "written to" else None
    monkeypatch.setattr(KeptIndex, "current", lambda _: (index, False))
    court, courts = page(told, "/court/CJEU"), page(told, "/courts")
    picture = page(told, "/stories/picture", by="year", court="CJEU")
    # The stories themselves are always counted anew.
    assert words(court, "//p[@class='lead']/strong") == "3 stories"
    almost = "about " if index else ""
    assert [one.text for one in picture.xpath("//*[local-name()='title']")[1:]] == [
        f"2016: {almost}2"
    ]
    assert (
        get(told, "/stories/counts.csv", by="year", court="CJEU").text.splitlines()[1] == '"2016",2'
    )
    if index is None:
        assert "are being counted for the first time" in words(court)
        assert "are being counted for the first time" in words(courts)
        assert not court.xpath("//aside//a[@class='count']")
    else:
        assert "EUIPO about 1" in words(court, "//aside")
        assert words(courts.xpath("//tbody/tr")[0]) == "CJEU about 3"
        assert court.xpath("//svg//title/text()")[0] == "2016-03: about 1"
