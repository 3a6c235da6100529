"""The result page: what is found, how it is narrowed, ordered, paged and addressed."""

import sqlite3
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from archive_rows import Clock, clock
from browsing import a_run, answers, get, headlines, page, path, save, words
from lxml import html

from tradepress.browse.facets.kept_index import KeptIndex
from tradepress.browse.queries import results
from tradepress.story import Mention, MentionKind

__all__ = ["clock", "path"]

ODD_SEARCHES = [
    "non-use",
    '"unbalanced',
    "NEAR(",
    "NEAR(a b, 2)",
    " ",
    "",
    "AND",
    "OR NOT",
    "a AND",
    "headline:appeal",
    "{headline body}: x",
    "^appeal",
    "*",
    "appeal*",
    "a* - +b",
    "'; DROP TABLE articles; --",
    "(((",
    "“curly quotes”",
    "\x00",
    "a\x00b",
    "\x02\x03",
    "%00%",
    "商标",
    "🏷️",
    "é" * 1000,
    "word " * 1000,
    '"' * 501,
]


COPIED = (
    "Orrin Vale brought forty lanterns before judges yesterday, arguing that curved brass handles "
    "identify makers rather than merely helping anybody carry lamps through draughty corridors. "
    "Opponents answered that every workshop along this coast bends metal alike, because straight "
    "handles break during winter, while curved ones survive until spring without repair. "
)


def facet(tree: Any, name: str) -> dict[str, str]:
    """Counts by value as they are shown."""
    items = tree.xpath("//section[@aria-labelledby=$id]//li[span]", id=f"facet-{name}")
    return {words(item, "(strong | a)[1]"): words(item, "span") for item in items}


def in_facet(tree: Any, name: str, value: str) -> str:
    """Where the link of a value leads."""
    [link] = tree.xpath(
        "//section[@aria-labelledby=$id]//a[normalize-space() = $value]/@href",
        id=f"facet-{name}",
        value=value,
    )
    return str(link)


def chips(tree: Any) -> dict[str, str]:
    """Words of the filters in force, and where each way out leads."""
    return {
        words(chip).removesuffix(" ✕"): chip.xpath("a/@href")[0]
        for chip in tree.xpath("//ul[@class='chosen']/li")
    }


def order(tree: Any) -> str:
    return words(tree, "//nav[@class='order']/*[@aria-current]")


def bars(tree: Any) -> dict[str, tuple[str, str | None]]:
    """Number and address by time, as the table has them."""
    return {
        words(row, "th"): (words(row, "td"), next(iter(row.xpath("th/a/@href")), None))
        for row in tree.xpath("//section[@class='over-time']//tbody/tr")
    }


# What is found


def test_all_stories_are_paged_newest_first_and_undated_last(path: Path) -> None:
    days = [f"20{10 + n % 15}-{1 + n % 12:02}-{1 + n % 28:02}" for n in range(70)] + [None] * 10
    with a_run(path) as writer:
        for number, day in enumerate(days):
            save(writer, f"Story number {number}", date_published=day)
    seen: list[str] = []
    address: str | None = "/stories"
    while address:
        tree = page(path, address)
        seen += headlines(tree)
        address = next(iter(tree.xpath("//a[@rel='next']/@href")), None)
    assert len(set(seen)) == len(seen) == 80
    newest = sorted(range(70), key=lambda n: (days[n], n), reverse=True)
    assert seen[:70] == [f"Story number {n}" for n in newest]
    assert words(tree, "//nav[@class='pages']/span") == "Page 4 of 4"
    [first, before] = tree.xpath("//nav[@class='pages']/a/@href")
    assert (first, before) == ("/stories", "/stories?page=3")
    oldest = headlines(page(path, "/stories", order="oldest"))
    assert (
        oldest == [f"Story number {n}" for n in sorted(range(70), key=lambda n: (days[n], n))][:25]
    )


def test_a_page_past_the_end_says_so_and_leads_back(path: Path) -> None:
    with a_run(path) as writer:
        for number in range(30):
            save(writer, f"Story {number}")
    tree = page(path, "/stories", page="9")
    assert words(tree, "//p[@class='notice']") == "There is no page 9: the last is page 2."
    assert tree.xpath("//p[@class='notice']/a/@href") == ["/stories?page=2"]
    assert tree.xpath("//a[@rel='prev']/@href") == ["/stories?page=2"]
    for odd in ("0", "-3", "x", "99999999999999999999"):
        assert page(path, "/stories", page=odd) is not None


def test_search_ranks_headlines_first_and_marks_the_words(path: Path) -> None:
    filler = "The office looked at the evidence again and again. " * 20
    with a_run(path) as writer:
        save(writer, "Nothing of the kind", f"{filler}A buckle was mentioned.")
        save(writer, "Red buckle loses", filler, date_published="2016-03-01")
        save(writer, "Elsewhere", filler, description="A buckle in the summary", source="makers")
    # The office's words make them copies of each other.
    tree = page(path, "/stories", q="buckle", copies="apart")
    assert headlines(tree) == ["Red buckle loses", "Elsewhere", "Nothing of the kind"]
    assert [mark.text for mark in tree.xpath("//mark")] == ["buckle"] * 3
    assert words(tree, "//div[@class='found']").startswith("3 stories.")
    assert order(tree) == "Best match first"
    first = page(path, "/stories", q="buckle", source="signet", since="2016", until="2016")
    assert headlines(first) == ["Red buckle loses"]
    assert headlines(page(path, "/stories", q="buckle", until="2015")) == []


def test_of_equal_matches_the_first_saved_comes_first_or_the_order_asked_for(path: Path) -> None:
    with a_run(path) as writer:
        for day in ("2014-05-01", None, "2018-05-01", "2016-05-01"):
            address = f"http://signet.example/news/{day}"
            save(writer, "Buckle ruling", "The same words.", date_published=day, url=address)

    def days(address: str) -> list[str]:
        tree = page(path, address)
        return [
            words(node)
            for node in tree.xpath("//li[starts-with(@class, 'card')]/p[@class='byline']/*[1]")
        ]

    assert days("/stories?q=buckle") == ["1 May 2014", "undated", "1 May 2018", "1 May 2016"]
    links = page(path, "/stories?q=buckle").xpath("//nav[@class='order']/a")
    by_words = {words(link): link.get("href") for link in links}
    assert by_words.keys() == {"Newest first", "Oldest first"}
    newest = ["1 May 2018", "1 May 2016", "1 May 2014", "undated"]
    assert days(by_words["Newest first"]) == newest
    assert days(by_words["Oldest first"]) == [*reversed(newest[:3]), "undated"]


def test_other_forms_of_a_word_are_found_when_asked_for(path: Path) -> None:
    with a_run(path) as writer:
        save(writer, "Buckles refused", "Nobody opposed it.")
    assert "tick “other forms of them, too”" in words(page(path, "/stories", q="oppose"))
    tree = page(path, "/stories", q="oppose", forms="1")
    assert headlines(tree) == ["Buckles refused"]
    assert [mark.text for mark in tree.xpath("//mark")] == ["opposed"]
    assert tree.xpath("//input[@name='forms']/@checked")
    assert chips(tree)["Other forms of the words, too"] == "/stories?q=oppose"


def test_copies_are_one_story_unless_they_are_to_count(path: Path) -> None:
    with a_run(path) as writer:
        save(writer, "Court on lanterns", COPIED, date_published="2017-08-04")
        copy = save(
            writer, "Lanterns in court", COPIED, source="makers", date_published="2017-08-05"
        )
    tree = page(path, "/stories", q="brass")
    assert headlines(tree) == ["Court on lanterns"]
    assert words(tree, "//div[@class='found']").startswith(
        "1 story. 1 copy at another paper is not counted, but named below."
    )
    assert words(tree, "//p[@class='also']") == "Also at: Marks & Makers (5 August 2017)"
    assert tree.xpath("//p[@class='also']/a/@href") == [f"/story/{copy}"]
    [apart] = tree.xpath("//div[@class='found']//a[. = 'Count copies, too']/@href")
    unfolded = page(path, apart)
    assert len(headlines(unfolded)) == 2
    assert not unfolded.xpath("//p[@class='also']")
    assert "Copies at other papers count as stories" in words(unfolded, "//div[@class='found']")
    assert headlines(page(path, in_facet(unfolded, "source", "Marks & Makers"))) == [
        "Lanterns in court"
    ]


def test_of_many_copies_some_are_named_and_the_others_counted(path: Path) -> None:
    with a_run(path) as writer:
        for number in range(9):
            source = ("signet", "makers")[number % 2]
            url = f"http://{source}.example/news/{number}"
            save(writer, f"Lantern {number}", COPIED, source=source, url=url)
    [also] = page(path, "/stories", q="lantern").xpath("//p[@class='also']")
    assert len(also.xpath("a")) == 6
    assert words(also).endswith("and 3 more")
    [more] = also.xpath("a[last()]/@href")
    story, _, part = more.partition("#")
    assert len(page(path, story).xpath(f"//*[@aria-labelledby='{part}']//li")) == 8


def test_the_search_looks_at_what_the_archive_held_on_a_day(path: Path, clock: Clock) -> None:
    address = "http://signet.example/news/x"
    with a_run(path) as writer:
        clock.now = "2020-01-01T09:00:00Z"
        ref = save(writer, "Buckle refused", url=address, date_published="2019-12-31")
        clock.now = "2020-03-01T09:00:00Z"
        save(writer, "Ribbon refused", url=address, date_published="2019-12-31")
    tree = page(path, "/stories", q="buckle", as_of="2020-02-01")
    assert headlines(tree) == ["Buckle refused"]
    assert chips(tree)["As of 1 February 2020, in this archive"] == "/stories?q=buckle"
    [link] = tree.xpath("//li[starts-with(@class, 'card')]/h2/a/@href")
    assert link.startswith(f"/story/{ref}@1?from=")
    assert "version 1" in words(tree, "//p[@class='marks']")
    assert headlines(page(path, "/stories", q="buckle")) == []
    nothing = page(path, "/stories", q="ribbon", as_of="2020-02-01")
    assert "No stories match." in words(nothing, "//div[@class='notice']")


# How it is narrowed


def mention(kind: MentionKind, value: str) -> Mention:
    return Mention(field="body", start=0, end=1, kind=kind, value=value)


def save_three(path: Path) -> None:
    with a_run(path) as writer:
        save(
            writer,
            "Lantern mark refused",
            "The EUIPO refused it.",
            date_published="2016-03-01",
            section="Trademarks",
            language="en",
            access="open",
            authors=["Petra Holm"],
            mentions=[mention("office", "EUIPO")],
        )
        save(writer, "Kettle shape upheld", date_published="2016-05-01", section="Designs")
        save(writer, "Ribbon dispute", source="makers", date_published="2017-12-31")
        save(writer, "Wick without a day", source="makers")


@pytest.mark.parametrize(
    "typed", ["010007386", "10007386", "010 007 386", "EUTM 010 007 386", '"EUTM No 010007386"']
)
def test_a_number_typed_as_words_leads_to_the_stories_that_name_it(path: Path, typed: str) -> None:
    with a_run(path) as writer:
        for number, written in enumerate(("010007386", "10 007 386")):
            text = f"EUTM No {written} was refused."
            named = [mention("registration", "EUTM 10007386")]
            save(writer, f"Lantern {number}", text, source="signet", mentions=named)
    shown = page(path, "/stories", q=typed, source="signet", order="relevance")
    [link] = shown.xpath("//p[starts-with(., 'However it is written')]/a")
    assert words(link) == "EUTM 10007386"
    assert link.get("href") == "/stories?source=signet&number=EUTM+10007386"
    assert sorted(headlines(page(path, link.get("href")))) == ["Lantern 0", "Lantern 1"]
    assert "However it is written" not in words(page(path, "/stories", q="10007387"))


def test_facets_narrow_and_each_chip_is_a_way_out(path: Path) -> None:
    save_three(path)
    tree = page(path, "/stories")
    assert facet(tree, "source") == {"Marks & Makers": "2", "The Signet Gazette": "2"}
    assert facet(tree, "section") == {"Designs": "1", "Trademarks": "1"}
    assert facet(tree, "access") == {"not said": "3", "open to all": "1"}
    assert facet(tree, "language") == {"English": "1"}
    assert facet(tree, "office") == {"EUIPO": "1"}
    assert facet(tree, "mentions") == {"offices": "1"}
    for name, value in [
        ("author", "Petra Holm"),
        ("section", "Trademarks"),
        ("access", "open to all"),
        ("language", "English"),
        ("office", "EUIPO"),
        ("mentions", "offices"),
    ]:
        narrowed = page(path, in_facet(tree, name, value))
        assert headlines(narrowed) == ["Lantern mark refused"]
        chip, remove_all = chips(narrowed).items()
        assert chip[0].endswith(f": {value}")
        assert chip[1] == remove_all[1] == "/stories"


def test_a_choice_replaces_another_of_its_facet_and_shows_what_each_would_find(path: Path) -> None:
    save_three(path)
    tree = page(path, "/stories", section="designs", since="2016")
    assert facet(tree, "section") == {"Designs": "1", "Trademarks": "1"}
    assert facet(tree, "source") == {}  # all have the same
    other = page(path, in_facet(tree, "section", "Trademarks"))
    assert headlines(other) == ["Lantern mark refused"]
    without = in_facet(tree, "section", "✕")
    assert without == "/stories?since=2016"


def test_a_chosen_value_stays_in_sight_though_no_story_has_it(path: Path) -> None:
    save_three(path)
    tree = page(path, "/stories", author="Petra Holm", since="2017")
    assert facet(tree, "author") == {"Petra Holm": "0"}
    assert headlines(tree) == []


def test_bars_are_links_to_the_stories_that_they_count(path: Path) -> None:
    save_three(path)
    tree = page(path, "/stories")
    by_month = bars(tree)
    assert len(by_month) == 22
    assert list(by_month)[:2] == ["2016-03", "2016-04"]
    assert by_month["2016-04"] == ("0", None)
    number, link = by_month["2016-05"]
    assert (number, link) == ("1", "/stories?since=2016-05&until=2016-05")
    assert link in tree.xpath("//section[@class='over-time']//*[local-name()='a']/@href")
    month = page(path, link)
    assert headlines(month) == ["Kettle shape upheld"]
    assert chips(month)["Published in May 2016"] == "/stories"
    span = page(path, "/stories?q=kettle&since=2016-05-01&until=2016-06")
    assert chips(span)["Published from 1 May 2016 to the end of June 2016"] == "/stories?q=kettle"
    [undated] = tree.xpath("//span/a[contains(., 'without a day of publication')]/@href")
    assert headlines(page(path, undated)) == ["Wick without a day"]


def test_a_long_time_is_drawn_in_years_and_a_year_in_months(path: Path) -> None:
    with a_run(path) as writer:
        for year in (1999, 2005, 2016):
            for month in (3, 11):
                save(writer, f"Story of {year}-{month}", date_published=f"{year}-{month:02}-01")
    tree = page(path, "/stories")
    by_year = bars(tree)
    assert list(by_year) == [str(year) for year in range(1999, 2017)]
    number, link = by_year["2005"]
    assert number == "2"
    assert link == "/stories?since=2005&until=2005"
    assert [name for name, (number, _) in bars(page(path, link)).items() if number == "1"] == [
        "2005-03",
        "2005-11",
    ]


def test_what_all_stories_have_narrows_nothing_and_no_way_leads_there(path: Path) -> None:
    narrow = "//a[@href='#narrow']"
    with a_run(path) as writer:
        save(writer, "A buckle", section="Designs", authors=["Ada Vane", "Bo Li"])
    tree = page(path, "/stories")
    assert not tree.xpath("//aside[@id='narrow']//a")
    assert not tree.xpath(narrow)
    with a_run(path) as writer:
        save(writer, "A clasp", section="Designs", authors=["Bo Li"])
    tree = page(path, "/stories")
    assert words(tree, "//aside[@id='narrow']//h2") == "Author"
    assert tree.xpath(narrow)
    assert not page(path, "/stories", q="lantern").xpath(narrow)


def test_what_narrows_already_stays_where_a_bar_is_chosen(path: Path) -> None:
    with a_run(path) as writer:
        for day in ("2016-03-01", "2016-03-20", "2016-04-02", "2016-04-20"):
            save(writer, f"Story of {day}", date_published=day)
    by_month = bars(page(path, "/stories", since="2016-03-10", until="2016-04-10"))
    for number, link in by_month.values():
        assert number == "1"
        assert link is not None
        assert len(headlines(page(path, link))) == 1


def test_the_form_keeps_what_is_in_force_and_leaves_no_empty_names(path: Path) -> None:
    save_three(path)
    tree = page(path, "/stories", source="signet", order="oldest", case="holm", copies="apart")
    [form] = tree.xpath("//form[@role='search']")
    kept = {field.get("name"): field.get("value") for field in form.xpath(".//input")}
    assert kept["source"] == "signet"
    assert kept["order"] == "oldest"
    assert kept["copies"] == "apart"
    assert kept["case"] == "holm"
    answer = get(path, "/stories", q="lantern", since="", until="", case="", source="signet")
    assert answer.status_code == 302
    assert answer.headers["location"] == "/stories?q=lantern&source=signet"


def test_the_address_to_keep_is_whole_and_the_same_for_equal_results(path: Path) -> None:
    save_three(path)
    for given in ("q=lantern&source=signet&page=2", "source=signet&page=1&q=lantern"):
        tree = page(path, f"/stories?{given}")
        assert tree.xpath("//input[@id='permalink']/@value") == [
            "http://localhost/stories?q=lantern&source=signet"
        ]


def test_short_lists_of_names_are_offered(path: Path) -> None:
    with a_run(path) as writer:
        of_both = [mention("case", "Vale v Holm"), mention("firm", "Quill & Vane")]
        save(writer, "One", mentions=of_both)
        save(writer, "Two", mentions=[mention("case", f"{n} v Holm") for n in range(41)])
    tree = page(path, "/stories")
    assert tree.xpath("//datalist[@id='firm-names']/option/@value") == ["Quill & Vane"]
    assert not tree.xpath("//datalist[@id='case-names']")


# All values of a facet


def save_authors(path: Path, number: int) -> None:
    with a_run(path) as writer:
        for place in range(number):
            save(writer, f"Story {place}", authors=[f"Author {place:03}", "Petra Holm"])


def test_all_values_of_a_facet_are_paged_and_several_can_be_chosen(path: Path) -> None:
    save_authors(path, 120)
    beside = page(path, "/stories", q="story")
    assert next(iter(facet(beside, "author"))) == "Petra Holm"
    [more] = beside.xpath("//section[@aria-labelledby='facet-author']//li[last()]/a/@href")
    assert words(beside, "//section[@aria-labelledby='facet-author']//li[last()]") == "113 more"
    tree = page(path, more)
    assert len(tree.xpath("//input[@type='checkbox']")) == 100
    assert words(tree, "//form[@class='values']//li[1]") == "Petra Holm 120"
    [by_alphabet] = tree.xpath("//nav[@class='order']/a/@href")
    by_name = page(path, by_alphabet)
    assert words(by_name, "//form[@class='values']//li[1]") == "Author 000 1"
    [following] = tree.xpath("//a[@rel='next']/@href")
    assert len(page(path, following).xpath("//input[@type='checkbox']")) == 21
    both = page(path, "/stories?q=story&author=Author+001&author=Author+119")
    assert words(both, "//div[@class='found']").startswith("2 stories.")
    assert facet(both, "author")["Author 119"] == "1"
    assert facet(both, "author")["Author 002"] == "1"
    # A value that is chosen and on another page is passed on by the form.
    chosen = page(path, "/stories/values?facet=author&author=Author+119")
    assert chosen.xpath("//form[@class='values']/input[@name='author']/@value") == ["Author 119"]


@pytest.mark.parametrize("asked", ["", "facet=month", "facet=nosuch", "facet=court&q=a+OR"])
def test_values_of_no_facet_are_a_mistake_in_words(path: Path, asked: str) -> None:
    save_authors(path, 1)
    answer = get(path, f"/stories/values?{asked}")
    assert answer.status_code == 400
    assert words(html.fromstring(answer.text), "//p[@role='alert']")


# What can't be read, and what finds nothing


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ({"since": "4 August"}, "'4 August' is not a date; write 2017-08-04, 2017-08, 2017, last"),
        ({"since": "2023-13"}, "'2023-13' is not a date: the months are 01 to 12; write 2017-08-0"),
        (
            {"as_of": "2023-02-30"},
            "'2023-02-30' is not a day: the days of February 2023 are 01 to 28",
        ),
        ({"as_of": "2020"}, "'2020' is not a day; write 2017-08-04, yesterday or 30 days ago."),
        ({"as_of": "2020-01-01", "seen_on": "2020-01-01"}, "give as_of or seen_on, not both."),
        ({"order": "doubtless"}, "'doubtless' is no order"),
        ({"q": "-!?"}, "nothing to search for in '-!?': give a word."),
        ({"q": "buckle OR"}, "nothing to search for follows OR (character 8)"),
        ({"mentions": "witch"}, "nothing is a 'witch'; write one of number, case, court"),
        ({"nosuch": "x"}, "a result has no 'nosuch'; it has q, source"),
    ],
)
def test_a_search_that_can_not_be_made_says_why_and_keeps_what_was_typed(
    path: Path, capsys: pytest.CaptureFixture[str], asked: dict[str, str], said: str
) -> None:
    with a_run(path) as writer:
        save(writer, "A buckle")
    asked = {"q": "buckle", "source": "signet", **asked}
    answer = get(path, "/stories", **asked)
    assert answer.status_code == 400
    tree = html.fromstring(answer.text)
    assert said in words(tree, "//p[@role='alert']")
    for name in ("q", "source", "since", "as_of"):
        typed = tree.xpath("//form[@role='search']//input[@name=$name]/@value", name=name)
        assert typed == [asked.get(name, "")]
    assert capsys.readouterr().err == ""


def test_the_search_speaks_the_language_and_says_why_it_finds_nothing(path: Path) -> None:
    with a_run(path) as writer:
        save(writer, "A buckle", date_published="2017-08-04")
    for query in ("buckle OR clasp", "-clasp", "headline:buckle -(clasp ring)"):
        assert headlines(page(path, "/stories", q=query)) == ["A buckle"]
    assert order(page(path, "/stories", q="-clasp")) == "Newest first"
    tree = page(path, "/stories", q="buckle clasp", since="2001")
    assert "No story has “clasp”." in words(tree, "//main")
    assert "The stories end on" in words(page(path, "/stories", since="2099"), "//main")


def test_where_nothing_is_found_links_lead_to_what_is_without_a_filter(path: Path) -> None:
    with a_run(path) as writer:
        save(writer, "A buckle", date_published="2017-08-04", section="Designs")
        save(writer, "A clasp", date_published="2018-08-04", section="Cases")
    tree = page(path, "/stories?q=buckle&section=Cases&since=2017&copies=apart")
    ways = tree.xpath("//div[@class='notice']//li[a]")
    assert [words(way) for way in ways] == ["Without “Section: Cases”: 1 story."]
    [link] = ways[0].xpath("a/@href")
    assert link == "/stories?q=buckle&since=2017&copies=apart"
    assert headlines(page(path, link)) == ["A buckle"]


def test_a_link_leads_to_what_is_without_the_part_that_excludes_all(path: Path) -> None:
    with a_run(path) as writer:
        save(writer, "A buckle", "Brass.")
    tree = page(path, "/stories", q="buckle -brass", copies="apart")
    [way] = tree.xpath("//div[@class='notice']//li[a]")
    assert words(way) == "Without “-brass”: 1 story."
    [link] = way.xpath("a/@href")
    assert link == "/stories?q=buckle&copies=apart"
    assert headlines(page(path, link)) == ["A buckle"]


def test_the_habits_of_other_systems_are_told(path: Path) -> None:
    with a_run(path) as writer:
        save(writer, "A buckle, not a clasp", "Brass.")
    tree = page(path, "/stories", q="buckle not clasp")
    assert headlines(tree) == ["A buckle, not a clasp"]
    assert "not (character 8) stands for itself; for what it is in Lexis" in words(tree, "//main")
    assert "stands for itself" not in words(page(path, "/stories", q="buckle"), "//main")
    answer = get(path, "/stories?q=buckle!")
    assert answer.status_code == 400
    assert "is a sign of Lexis and Westlaw: write buckle*" in answer.text


def test_a_name_that_no_story_has_is_mended_by_a_link(path: Path) -> None:
    with a_run(path) as writer:
        save(writer, "A buckle", "Nothing.", authors=["Petra Holm"])
    tree = page(path, "/stories?author=Petra+Hölme&q=buckle")
    assert "This archive has no author “Petra Hölme”. Did you mean Petra Holm?" in words(tree)
    [mend] = tree.xpath("//p[@class='notice']/a/@href")
    assert mend == "/stories?q=buckle&author=Petra+Holm"
    # One of two is known: stories are found, and the other is told all the same.
    tree = page(path, "/stories?author=Petra+Hölme&author=Petra+Holm")
    assert headlines(tree) == ["A buckle"]
    assert "has no author “Petra Hölme”" in words(tree)


@pytest.mark.filterwarnings("error")  # a traceback on the operator's terminal is one here
def test_a_search_that_takes_too_long_says_so(
    path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    with a_run(path) as writer:
        save(writer, "A buckle")

    def interrupted(*_: object, **__: object) -> None:
        raise sqlite3.OperationalError("interrupted")

    monkeypatch.setattr("tradepress.browse.queries.results.search", interrupted)
    monkeypatch.setattr("tradepress.browse.searching.search", interrupted)
    answer = get(path, "/stories", q="buckle")
    assert answer.status_code == 400
    assert "took too long and was stopped" in words(html.fromstring(answer.text), "//main")
    assert get(path, "/data", sql="SELECT search_stories('q=buckle')").status_code == 400
    assert capsys.readouterr().err == ""


@pytest.mark.slow
@pytest.mark.parametrize("typed", ODD_SEARCHES, ids=lambda typed: ascii(typed[:20]))
def test_nothing_typed_into_a_search_is_a_failure_of_ours(path: Path, typed: str) -> None:
    with a_run(path) as writer:
        save(writer, "Non-use of a mark", "Revoked for non-use; an appeal is near.")
    typed_as = quote(typed)
    for answer in answers(
        path,
        [
            f"/stories?q={typed_as}",
            f"/stories?q={typed_as}&forms=1&since={typed_as}&until={typed_as}&page={typed_as}",
            f"/stories?q=appeal&source={typed_as}&section={typed_as}&language={typed_as}",
            f"/stories?q=appeal&as_of={typed_as}&access={typed_as}&order={typed_as}",
            f"/stories?author={typed_as}&court={typed_as}&number={typed_as}&copies={typed_as}",
            f"/stories/values?facet=author&author={typed_as}&q={typed_as}",
            f"/data/articles?_search={typed_as}",
        ],
    ):
        assert answer.status_code in (200, 302, 400), answer.text
        assert "syntax error" not in answer.text
        if answer.status_code == 400:
            assert words(html.fromstring(answer.text), "//p[@role='alert']")


def test_a_hyphenated_word_is_found(path: Path) -> None:
    with a_run(path) as writer:
        save(writer, "Mark revoked for non-use")
        save(writer, "Non of your business", "Use it or not.")
    assert headlines(page(path, "/stories", q="non-use")) == ["Mark revoked for non-use"]


# For those who have old links, and those who write SQL


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("?q=lantern&source=signet&page=2", "/stories?q=lantern&source=signet&page=2"),
        ("?q=lantern&all=1&forms=1", "/stories?q=lantern&forms=1&copies=apart"),
        (".csv?q=lantern&size=500&page=2", "/stories.csv?q=lantern"),
        (".json?q=lantern&_shape=array", "/stories.jsonl?q=lantern"),
        ("", "/stories"),
    ],
)
def test_addresses_of_the_former_search_lead_to_the_same_result(
    path: Path, old: str, new: str
) -> None:
    with a_run(path):
        pass
    answer = get(path, f"/archive/search{old}")
    assert (answer.status_code, answer.headers["location"]) == (302, new)


def test_the_row_of_a_story_leads_to_its_page(path: Path) -> None:
    with a_run(path) as writer:
        ref = save(writer, "Buckle")
    answer = get(path, "/archive/articles/1")
    assert (answer.status_code, answer.headers["location"]) == (302, f"/story/{ref}")
    assert get(path, "/archive/articles/2").status_code == 404
    assert get(path, "/data/articles/1.json").json()["rows"]


def test_any_query_can_read_the_stories_of_a_result(path: Path) -> None:
    with a_run(path) as writer:
        save(writer, "Buckle one", source="makers")
        save(writer, "Buckle two")
    sql = """
        SELECT source, count(*) AS stories
        FROM json_each(search_stories('q=buckle&since=2001-13'))
        JOIN articles ON ref = json_extract(value, '$.ref') GROUP BY source ORDER BY source
    """
    asked = {"sql": sql.replace("&since=2001-13", ""), "_shape": "array"}
    answer = get(path, "/data.json", **asked).json()
    assert answer == [{"source": "makers", "stories": 1}, {"source": "signet", "stories": 1}]


def test_the_table_of_stories_leads_to_them(path: Path) -> None:
    save_three(path)
    tree = page(path, "/data/articles")
    assert tree.xpath("//main//a[@href='/stories']")
    assert len(tree.xpath("//tbody/tr")) == 4


def test_of_too_many_to_rank_the_newest_stand_first(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with a_run(path) as writer:
        save(writer, "Lantern, lantern", "A lantern is a lantern.", date_published="2015-01-01")
        save(writer, "Beacon", "Not a lantern, but much else is said.", date_published="2017-01-01")
    for limit, first, has_notice in ((2, "Lantern, lantern", False), (1, "Beacon", True)):
        monkeypatch.setattr(results, "MOST_RANKED", limit)
        shown = page(path, "/stories", q="lantern")
        assert headlines(shown)[0] == first
        notice = shown.xpath("//p[contains(., 'The newest stand first')]")
        assert bool(notice) is has_notice
    assert not shown.xpath("//form[@role='search']//input[@name='order']")
    (best,) = notice[0].xpath("a/@href")
    assert headlines(page(path, best))[0] == "Lantern, lantern"
    assert headlines(page(path, "/stories", q="lantern", source="signet"))[0] == "Beacon"


# The help


def test_examples_of_the_help_find_stories_of_this_archive(path: Path) -> None:
    with a_run(path) as writer:
        for number in range(3):
            save(
                writer,
                f"Lantern dispute over curved handles {number}",
                authors=["Petra “P” Holm"],
                section='The "odd" section',
                date_published="2016-03-01",
                mentions=[mention("court", "CJEU")],
            )
    tree = page(path, "/help/searching")
    links = tree.xpath("//table[@class='examples']//a/@href")
    assert len(links) == 14
    nothing = [
        link
        for link, answer in zip(links, answers(path, links), strict=True)
        if not headlines(html.fromstring(answer.text))
    ]
    # All of them have both words, so none has one without the other.
    assert [link for link in nothing if "+-" not in link] == []


def test_the_help_of_an_empty_archive_has_examples_all_the_same(path: Path) -> None:
    with a_run(path):
        pass
    assert len(page(path, "/help/searching").xpath("//table[@class='examples']//a")) == 9


# Numbers that are not there yet, or not true any more


def test_a_page_is_there_before_its_facets_are_counted(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    save_three(path)
    monkeypatch.setattr(KeptIndex, "current", lambda _: (None, False))
    tree = page(path, "/stories")
    assert len(headlines(tree)) == 4
    assert "is being counted" in words(tree, "//aside")
    assert not tree.xpath("//aside//section | //section[@class='over-time']")
    values = page(path, "/stories/values?facet=author")
    assert "They are being counted." in words(values, "//p[@class='notice']")


def test_numbers_say_about_where_the_archive_was_written_to(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    save_three(path)
    current = KeptIndex.current
    monkeypatch.setattr(KeptIndex, "current", lambda kept: (current(kept)[0], False))
    tree = page(path, "/stories")
    assert words(tree, "//div[@class='found']/p/strong") == "4 stories"
    assert facet(tree, "section") == {"Designs": "about 1", "Trademarks": "about 1"}
    assert bars(tree)["2016-03"][0] == "about 1"
    assert "about 1 story without a day of publication" in words(tree, "//main")
    assert "numbers here are a little older" in words(tree, "//aside")
    values = page(path, "/stories/values?facet=author")
    assert words(values, "//form[@class='values']//li") == "Petra Holm about 1"


def test_names_are_taken_as_people_have_them_and_told(path: Path) -> None:
    with a_run(path) as writer:
        save(writer, "A buckle", "Nothing.", authors=["Petra Holm"], language="he")
        save(writer, "A clasp", "Nothing.", authors=["Jan Holm"], source="makers")
        save(writer, "A hook", "Nothing.", authors=["Jan Holm"], source="makers")
    answer = get(path, "/stories", source="The Signet Gazette", language="Hebrew", author="P. Holm")
    assert answer.status_code == 302
    address = "/stories?source=signet&language=he&author=Petra+Holm"
    assert answer.headers["location"] == address
    tree = page(path, address)
    assert headlines(tree) == ["A buckle"]
    chips = [words(chip) for chip in tree.xpath("//ul[@class='chosen']/li")]
    assert "Author: Petra Holm ✕" in chips
    assert "Language: Hebrew ✕" in chips
    asked = "source=The+Signet+Gazette&author=P+Holm"
    for ending in ("csv", "atom"):
        assert "A buckle" in get(path, f"/stories.{ending}?{asked}").text
    assert "Petra Holm 1" in words(page(path, f"/stories/values?facet=author&{asked}"))
    assert "\n,1" in get(path, f"/stories/counts.csv?by=year&{asked}").text
    assert "source signet; author Petra Holm" in words(page(path, f"/stories/picture?{asked}"))
    tree = page(path, "/stories?author=Holm")
    told = (
        "Several have the author “Holm”. Did you mean Jan Holm (2 stories) or Petra Holm (1 story)?"
    )
    assert told in words(tree)
    assert "This archive has no court “ECJ”." in words(page(path, "/stories?court=ECJ"))


@pytest.mark.parametrize("asked", [{"q": "lantern AND"}, {"q": "lantern", "since": "20151"}])
def test_what_a_refused_search_asked_for_is_not_in_force(path: Path, asked: dict[str, str]) -> None:
    with a_run(path) as writer:
        save(writer, "Lantern")
    asked |= {"court": "CJEU"}
    answer = get(path, "/stories", **asked)
    assert answer.status_code == 400
    [refused] = html.fromstring(answer.text).xpath("//ul[@class='chosen']")
    assert refused.get("aria-label") == "Not in force"
    told = [*map(words, refused.xpath("li"))]
    assert (told[0], "Court: CJEU ✕" in told, told[-1]) == ("Not in force:", True, "Remove all")
    [taken] = page(path, "/stories", q="lantern").xpath("//ul[@class='chosen']")
    assert taken.get("aria-label") == "In force"
    assert "Not in force" not in words(taken)
