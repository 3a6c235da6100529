"""What a check sees of a paper as it was declared, and of the same paper as it changed since."""

import asyncio
import datetime as dt
import re
import urllib.error
import urllib.request
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path

import pytest
from reading_here import Here
from sites.lantern_paper import (
    DECLARATION,
    LETTER,
    NEW_LINES,
    NEW_WALL,
    PAPER,
    WALL,
    Change,
    Lantern,
)

from tradepress.declared_sources import source_named
from tradepress.jobs.check_report import check_report
from tradepress.jobs.check_source import (
    FEWEST_STORIES,
    MOST_REQUESTS,
    SourceCheck,
    check_pages,
    mend_declaration,
    visit_source,
)
from tradepress.jobs.files.file_page import FilePage
from tradepress.jobs.site_visit import PageNotHad
from tradepress.sample.server import SamplePapers
from tradepress.source import Selectors, Source
from tradepress.survey.checked_pages import CheckedListing, MenuLink
from tradepress.survey.listing_drift import refused_links
from tradepress.survey.mend import Moved, mended
from tradepress.survey.source_file import load_source

HOME = "http://127.0.0.1"
DAY = dt.date(2026, 11, 27)
FILE = DECLARATION.format(home=HOME)
PAGES = Lantern(home=HOME).pages()
DECLARED = load_source(FILE)


def check(
    *changes: Change,
    source: Source = DECLARED,
    changed: Mapping[str, str | None] | None = None,
    moved: Mapping[str, str] | None = None,
    reason: str = "http_404",
) -> SourceCheck:
    """
    :param changed: path to the page that stands there; None: there is none
    :param moved: path to where it leads
    :param reason: why what is not there can't be had
    """
    pages = dict(Lantern(home=HOME, changes=changes).pages())
    for path, text in (changed or {}).items():
        pages[path] = ("text/html", text) if text else ("", "")
    asked: list[str] = []

    async def fetch(url: str) -> FilePage:
        asked.append(url)
        path = url.removeprefix(HOME)
        path = (moved or {}).get(path, path)
        content_type, text = pages.get(path, ("", ""))
        if not text:
            raise PageNotHad(url, reason, f"127.0.0.1 answered {reason}")
        raw = text.encode()
        return FilePage(page=raw, raw=raw, url=HOME + path, content_type=content_type, status=200)

    result = asyncio.run(visit_source(source, Here(), fetch, day=DAY))
    assert len(set(asked)) == len(asked) == result.requests <= MOST_REQUESTS
    return result


def stories_with(change: Callable[[str], str], *changes: Change) -> dict[str, str]:
    """The pages of all stories, changed alike."""
    paper = Lantern(home=HOME, changes=changes)
    pages = paper.pages()
    return {path: change(pages[path][1]) for path in map(paper.path, paper.stories)}


def drifts(result: SourceCheck) -> str:
    return "\n".join(f"{one.subject}: {one.words}" for one in result.drift)


def test_a_paper_that_is_as_declared_is_well() -> None:
    result = check()
    assert drifts(result) == ""
    assert result.is_well
    fields = {one.field: (one.filled, dict(one.evidence)) for one in result.fields}
    assert fields["headline"][0] == fields["body"][0] == fields["date_published"][0] == 8
    assert fields["date_published"] == (8, {"dateline": 8})
    assert fields["section"] == (8, {"dateline": 8})
    assert fields["site_id"] == (8, {"url": 8})
    assert [(one.kind, len(one.stories)) for one in result.listings] == [
        ("section", 6),
        ("feed", 5),
        ("section", 6),
    ]


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        (["layout"], [f"furniture: 8 of 8 bodies begin with “{NEW_LINES[0]}”", NEW_LINES[1]]),
        (["addresses"], [r"12 addresses, .* without the declared form"]),
        (["wall"], [f"wall: 8 of 8 bodies end with “{NEW_WALL[0]}”", NEW_WALL[1]]),
        (
            ["sections"],
            [
                "the section http://127.0.0.1/marks/ is gone, .*/trade-marks/ lists stories",
                "not declared: “Trade Dress”, “Trade Marks”",
            ],
        ),
        (
            ["layout", "addresses", "wall", "sections"],
            [NEW_LINES[0], NEW_LINES[1], NEW_WALL[0], NEW_WALL[1], "12 addresses", "Trade Dress"],
        ),
    ],
)
def test_what_changed_is_named_and_mended(
    changes: tuple[Change, ...], told: list[str], tmp_path: Path
) -> None:
    result = check(*changes)
    assert not result.is_well
    for words in told:
        assert re.search(words.replace("?", r"\?"), drifts(result)), drifts(result)
    (tmp_path / "lantern.py").write_text(FILE)
    mend = mend_declaration(result, tmp_path / "lantern.py")
    assert mend.refused == ()
    source = load_source(mend.text)
    assert source == mended(DECLARED, result.mends) != DECLARED
    again = check(*changes, source=source)
    assert drifts(again) == ""
    assert again.is_well


@pytest.mark.parametrize(
    ("reason", "words", "requests"),
    [("http_404", "/marks/ can't be had", 12), ("http_503", "answered http_503", 10)],
)
def test_a_section_that_is_gone_without_a_trace(reason: str, words: str, requests: int) -> None:
    """Only of one that is gone is another place looked for."""
    result = check(changed={"/marks/": None}, reason=reason)
    assert re.fullmatch(f"seed: the section .*{words}.*", drifts(result))
    assert result.mends == ()
    assert len(result.articles) == 8
    assert any(one.is_home for one in result.listings) is (reason == "http_404")


def test_a_section_that_leads_elsewhere() -> None:
    result = check(changed={"/n/marks/": PAGES["/marks/"][1]}, moved={"/marks/": "/n/marks/"})
    assert drifts(result) == f"seed: the section {HOME}/marks/ leads to {HOME}/n/marks/, " + (
        "which lists stories"
    )
    assert result.mends == (
        Moved(keyword="sections", old=f"{HOME}/marks/", new=f"{HOME}/n/marks/"),
    )
    slash = replace(DECLARED, sections=(f"{HOME}/marks", f"{HOME}/shapes/"))
    assert check(source=slash, moved={"/marks": "/marks/"}).is_well


def test_a_feed_that_the_site_declares_elsewhere() -> None:
    source = replace(DECLARED, feeds=(f"{HOME}/rss",))
    result = check(source=source)
    assert result.mends == (Moved(keyword="feeds", old=f"{HOME}/rss", new=f"{HOME}/feed.xml"),)


def test_a_section_that_leads_home_is_gone() -> None:
    result = check("sections", moved={"/marks/": "/"})
    assert f"the section {HOME}/marks/ is gone" in drifts(result)
    new = f"{HOME}/trade-marks/"
    assert Moved(keyword="sections", old=f"{HOME}/marks/", new=new) in result.mends


def test_a_site_whose_listings_are_all_gone() -> None:
    source = replace(DECLARED, feeds=(f"{HOME}/rss",))
    result = check("sections", source=source, changed={"/shapes/": None})
    assert not result.is_unreachable
    assert {mend for mend in result.mends if isinstance(mend, Moved)} == {
        Moved(keyword="sections", old=f"{HOME}/marks/", new=f"{HOME}/trade-marks/"),
        Moved(keyword="feeds", old=f"{HOME}/rss", new=f"{HOME}/feed.xml"),
    }
    assert f"the section {HOME}/shapes/ can't be had" in drifts(result)


def test_however_many_listings_are_gone_some_stories_are_read() -> None:
    gone = tuple(f"{HOME}/{name}" for name in ("about-us", "staffs", "advertised", "marked"))
    source = replace(DECLARED, sections=(*gone, *DECLARED.sections), feeds=())
    result = check(source=source)
    assert len(result.articles) >= FEWEST_STORIES
    assert "asks for" not in drifts(result)


def test_a_short_headline_makes_no_menu_of_a_story() -> None:
    """Though the last step of its address is but an id."""
    urls = [f"{HOME}/marks/{word}-lamps-and-the-board/a{word}" for word in ("old", "new", "odd")]
    menu = tuple(MenuLink(words="Lamps and the board", url=url) for url in urls)
    about = MenuLink(words="About", url=f"{HOME}/about")
    listings = [
        CheckedListing(kind="section", url=f"{HOME}/marks/", others=tuple(urls), menu=menu),
        CheckedListing(kind="section", url=f"{HOME}/shapes/", menu=(about,)),
    ]
    assert refused_links(DECLARED, listings) == tuple(urls)


def test_stories_that_lead_to_addresses_of_another_form() -> None:
    old, new = Lantern(home=HOME), Lantern(home=HOME, changes=("addresses",))
    pages = {path: page for path, (_, page) in new.pages().items() if path.startswith("/story/")}
    moved = {old.path(story): new.path(story) for story in PAPER}
    result = check(changed=pages, moved=moved)
    assert "address: 8 addresses, such as http://127.0.0.1/story/2026/" in drifts(result)
    assert [mend.keyword for mend in result.mends] == ["article_url", "article_id"]
    assert check(source=mended(DECLARED, result.mends), changed=pages, moved=moved).is_well


def test_a_site_that_is_out_of_reach() -> None:
    result = check(changed=dict.fromkeys(PAGES), reason="dns")
    assert result.is_unreachable
    assert not result.is_well
    assert result.requests == 3


def test_an_id_of_another_form() -> None:
    source = replace(DECLARED, article_id=r"/(\d{9})-")
    result = check(source=source)
    assert "id: no address has the declared form of an id" in drifts(result)
    assert check(source=mended(source, result.mends)).is_well


def test_two_stories_of_one_id() -> None:
    result = check(source=replace(DECLARED, article_id=r"(-)\d+$"))
    assert drifts(result) == "id: several stories have the id -"


def test_another_language_and_a_selector_that_shows_nothing() -> None:
    selectors = Selectors(headline="h1", body=".text")
    result = check(source=replace(DECLARED, language="de", selectors=selectors))
    assert drifts(result).splitlines() == [
        "field: 8 of 8 stories are in 'en', declared 'de'",
        "selector: the selector of body, .text, shows nothing on any of 8 pages: "
        "give another, or take it out if what is read without it is right",
    ]


def test_what_is_read_without_a_selector_that_shows_nothing_is_not_declared_unasked() -> None:
    """Against what is declared no witness is held."""
    selectors = Selectors(headline=".old-head", body=".old-text")
    result = check(source=replace(DECLARED, selectors=selectors))
    assert [one.subject for one in result.drift] == ["selector", "selector"]
    assert "take it out if what is read without it is right" in drifts(result)
    assert result.mends == ()
    assert "headlines: page and feed agree in 5 of 5" in map(str, result.witnesses)


def test_a_date_that_listings_alone_say_is_taken_from_them() -> None:
    pages = stories_with(lambda page: re.sub(r"<p class=meta>.*?</p>", "", page))
    result = check(changed=pages)
    assert "date_published" not in drifts(result)
    (dates,) = (one for one in result.fields if one.field == "date_published")
    assert dates.filled == 8
    assert {way for way, _ in dates.evidence} <= {"feed", "section"}
    for path in ("/marks/", "/shapes/", "/feed.xml"):
        pages[path] = re.sub(r"<(time|pubDate).*?</\1>", "", PAGES[path][1])
    assert "field: none of 8 stories has a date_published" in drifts(check(changed=pages))


def test_pages_and_lists_that_say_other_days() -> None:
    assert "dates: page and section agree in 3 of 3" in map(str, check().witnesses)
    pages = {
        path: re.sub(r"(datetime=.20\d\d)-\d\d", r"\1-02", text)
        for path, (_, text) in PAGES.items()
        if path in ("/marks/", "/shapes/")
    }
    result = check(changed=pages)
    assert "field: dates: page and section agree in 0 of" in drifts(result)
    assert not result.is_well


def test_lists_that_come_to_fewer_stories_than_they_say_are_suspected() -> None:
    assert check().reach is not None
    page = PAGES["/marks/"][1].replace("</ul>", "</ul><p>Page 1 / 40")
    result = check(changed={"/marks/": page})
    assert re.fullmatch(r"reach: the lists come to \d+ of about .*40 pages of .*", drifts(result))
    assert result.is_well


def test_bodies_that_are_cut_off_without_a_wall_that_is_known() -> None:
    pages = stories_with(lambda page: page.replace(f".</p><p>{WALL}</p>", " …</p>"))
    result = check(changed=pages)
    assert drifts(result).startswith("wall: the bodies of 8 of 8 stories are cut off")
    assert result.is_well  # a rule that ends the text may be that of the wall
    unwalled = replace(DECLARED, furniture=DECLARED.furniture[:1])
    assert not check(source=unwalled, changed=pages).is_well


def test_pages_that_are_no_stories() -> None:
    gone = "<html><head><title>Page not found</title></head><body><h1>Not found</h1></body></html>"
    result = check(changed=stories_with(lambda _: gone))
    assert re.search("story: 8 of 8 pages give no story .*, such as http", drifts(result))
    assert not result.is_well
    path = Lantern(home=HOME).path(PAPER[0])
    result = check(changed={path: gone})
    assert result.is_well
    assert [one.is_suspected for one in result.drift] == [True]


def test_a_line_that_comes_again_now_and_then_is_only_suspected() -> None:
    ones = [Lantern(home=HOME).path(story) for story in PAPER[:6:2]]
    line = "<p>What the board said of it.</p>"
    pages = stories_with(lambda page: page.replace(f"<p>{LETTER}</p>", line))
    result = check(changed={path: pages[path] for path in ones})
    assert drifts(result) == "furniture: 3 of 8 bodies hold “What the board said of it.”"
    assert result.is_well
    assert result.mends == ()


def test_a_few_stories_of_another_form_are_only_suspected() -> None:
    """Such as those of sponsors, which a declaration leaves out on purpose."""
    pages = stories_with(lambda page: page)
    told = [f"/sponsored/{number}/a-word-from-our-sponsor" for number in range(101, 104)]
    links = "".join(
        f"<li><a href={path}>A word from our sponsor, at length</a></li>" for path in told
    )
    listing = PAGES["/marks/"][1].replace("</main>", f"<ul>{links}</ul></main>")
    result = check(changed={"/marks/": listing, **dict(zip(told, pages.values(), strict=False))})
    assert "address: 3 addresses" in drifts(result)
    assert result.is_well
    assert result.mends == ()


def test_newer_stories_of_another_form_are_stories_though_the_old_ones_stay() -> None:
    old, new = Lantern(home=HOME), Lantern(home=HOME, changes=("addresses",))
    newest = sorted(PAPER, key=lambda one: one.day)[-4:]
    pages = {new.path(one): PAGES[old.path(one)][1] for one in newest}
    for path in ("/marks/", "/shapes/", "/feed.xml"):
        text = PAGES[path][1]
        for one in newest:
            text = text.replace(old.path(one), new.path(one))
        pages[path] = text
    result = check(changed=pages)
    assert "article_url" in [mend.keyword for mend in result.mends], drifts(result)


def test_a_section_name_that_is_taken_for_a_person() -> None:
    source = replace(DECLARED, section_names=())
    pages = stories_with(lambda page: re.sub(r"\| (Marks|Shapes) \|", "| Ena Quill |", page))
    menu = {path: page.replace("About", "Ena Quill") for path, (_, page) in PAGES.items()}
    result = check(source=source, changed={"/marks/": menu["/marks/"], **pages})
    assert "“Ena Quill”; Ena Quill is taken for an author" in drifts(result)


def test_saved_pages_are_checked_without_the_site() -> None:
    pages = [
        FilePage(page=page.encode(), raw=page.encode(), url=HOME + path, content_type="text/html")
        for path, page in stories_with(str, "wall").items()
    ]
    result = check_pages(DECLARED, pages, day=DAY)
    assert result.requests == 0
    assert [one.subject for one in result.drift] == ["wall", "wall"]
    assert NEW_WALL[0] in drifts(result)
    unnamed = [replace(page, url=None) for page in pages]
    assert check_pages(DECLARED, unnamed, day=DAY).mends == result.mends


def test_a_report_quotes_furniture_and_no_story(tmp_path: Path) -> None:
    (tmp_path / "lantern.py").write_text(FILE)
    changes: tuple[Change, ...] = ("wall", "addresses", "sections")
    for change in (None, *changes):
        result = check(change) if change else check()
        report = check_report(result, mend_declaration(result, tmp_path / "lantern.py").diff)
        assert report.startswith("## lantern: The Lantern\n")
        for story in PAPER:
            assert story.headline not in report
            assert not any(paragraph[:40] in report for paragraph in story.paragraphs)
        assert (NEW_WALL[0] in report) is (change == "wall")
        assert ("```diff" in report) is (change is not None)


@pytest.mark.parametrize("name", ["signet", "makers"])
def test_the_sample_papers_are_as_declared(name: str) -> None:
    with SamplePapers() as papers:
        proxy = urllib.request.ProxyHandler({"http": papers.proxy_url})
        opener = urllib.request.build_opener(proxy)

        async def fetch(url: str) -> FilePage:
            try:
                with opener.open(url) as answer:
                    raw, kind = answer.read(), answer.headers["Content-Type"]
            except urllib.error.HTTPError as error:
                with error:
                    raise PageNotHad(url, f"http_{error.code}", str(error)) from error
            return FilePage(page=raw, raw=raw, url=url, content_type=kind, status=200)

        result = asyncio.run(visit_source(source_named(name), Here(), fetch, day=DAY))
    assert drifts(result) == ""
    assert len(result.articles) == 8
