"""What an address alone says: lists and static pages, and the words of a headline."""

import json

import pytest
from conftest import ROOT

from tradepress.extraction import NotAnArticle, extract_article
from tradepress.extraction.address_forms import as_headline, is_listing, read_slug
from tradepress.spiders import tbo, wipr

STORIES = [
    "/news/court-clears-lantern-mark-14415",
    "/article/2a5bqo2drurt/court-clears-mark",
    "/Article/3896787/Lantern-mark.html?ArticleId=3896787",
    "/blog/Detail.aspx?g=16964383-c578-435e-8f56-78d2d8598e7e",
    "/report/special-reports/q4-2022/article/foreword",
    "/Magazine/Issue/56/Features/Lantern-Marks",
    "/articles/1702717/lantern-marks",
    "/2017/05/30/lantern-mark/id=83783/",
    "/2013/02/lanterns.html?m=1",
    "/ippaper/article.php?article_id=5500",
    "/section/in-depth/lantern-marks",
    "/sector/copyright/lantern-pin",
    "/clothing/lanterns/s107/a5316",
    "/categories/litigation/4123-lantern-mark",
    "/nordmark/x/351578/Trademark/Lantern+marks+cleared",
    "/blogs/class99?XID=BHA5185",
    "/?p=341",
    "/index.php?/archives/341-Lanterns.html",
    "/press/press-release-2008/press-release-20081222.htm",
    "/art/2025/4/25/art_3090_199316.html",
    "/domains/search/text.jsp?case=D2017-1445",
    "/tag/court-clears-a-lantern-mark",
    "/contact-lens-dispute",
    "/court-clears-lantern-mark?page=2",
    "/lanterns",
]
LISTS = [
    "",
    "/",
    "/en/",
    "/index.html",
    "/?m=0&s=lanterns",
    "/regions/european-union",
    "/work-area/domains-domain-names?page=6",
    "/search?query=%2A&order=date_desc",
    "/tag/lanterns/page/18/",
    "/blog/category/courts?pg=10++++",
    "/authors/laura-holm/courts",
    "/17723/author/Laura_Holm/",
    "/blog/page/52/",
    "/topics/page-44",
    "/2014/12",
    "/2016/06/?m=0",
    "/event/2019-world-congress-vessby/",
    "/listing/branding?offset=10",
    "/p/want-to-complain.html",
    "/2004_08_01_archive.html",
    "/search/label/designs",
    "/search?updated-max=2011-01-01&max-results=5",
    "/directories/lamps1000/rankings/international",
    "/blog/index.php?/plugin/tag/lanterns",
    "/Magazine/Issue/84",
    "/latest?pb%5Blist-articles%5D%5Bpage%5D=429",
    "/trademarks",
    "/terms-of-use",
    "/author/pieter-van-t-linden.html",
    "/autores/maria-de-la-roche-d-estrel/",
    "/spip.php?auteur7",
    "/?author=12",
]


@pytest.mark.parametrize("path", STORIES)
def test_a_story_is_no_list(path: str) -> None:
    assert not is_listing(f"https://p.example{path}", None)


@pytest.mark.parametrize("path", LISTS)
def test_a_list_is_known_by_its_address(path: str) -> None:
    assert is_listing(f"https://p.example{path}", None)


REAL = json.loads((ROOT / "tests" / "pages" / "real_addresses.json").read_text("utf-8"))
"""Addresses of the trade press, as they were seen or are known to be formed; the pages are ours."""
LIST_TEXT = """\
Lanterns and their makers
Umbrella makers ask the registry for a rain check
Eleven makers of umbrellas have asked the registry in Vessby to wait with its new fees until the \
autumn, when the rain comes and with it the money. Read more
Court clears a lantern mark after six long years
A court in Vessby has cleared the mark of a lantern maker that had waited six years for a hearing, \
and four of them for a chair. Read more
Bakers lose their appeal over the braided loaf
The braid is older than the bakery, the court of appeal has found, and it is older than the court, \
too, which did not keep the bakers from asking. Read more
"""
STORY_TEXT = """\
Court clears a lantern mark after six long years
3 November 2025
A court in Vessby has cleared the mark of a lantern maker that had waited six years for a hearing, \
and four of them for a chair.
The six sides, said the judge, are what any lantern has, but nobody paints all of them green. The \
rival from across the river, whose lanterns are round, has not yet said if it will appeal.
Vale & Holm had registered the mark in 1911 and have used it since on lamps, tins and one bridge.
"""


@pytest.mark.parametrize("url", REAL["stories"])
def test_a_real_story_is_not_refused_by_its_address(url: str) -> None:
    assert not is_listing(url, None)
    assert extract_article(STORY_TEXT, url).date_published == "2025-11-03"


@pytest.mark.parametrize("text", [LIST_TEXT, STORY_TEXT], ids=["list", "story"])
@pytest.mark.parametrize("url", REAL["lists"])
def test_a_capture_of_a_real_list_is_no_story_whatever_its_text(url: str, text: str) -> None:
    with pytest.raises(NotAnArticle) as refused:
        extract_article(text, url)
    assert refused.value.reason in ("index", "search")


def test_a_capture_of_nothing_but_a_menu_is_no_story() -> None:
    menu = "About Intellectual Property IP Training IP Outreach IP for… IP and... IP in..."
    address = "https://wipo.int/pressroom/en/articles/2008/article_0007.html"
    with pytest.raises(NotAnArticle):
        extract_article(menu, address)
    assert not is_listing(address, None)


def test_a_source_has_the_word_on_its_own_addresses_alone() -> None:
    assert is_listing("https://www.worldipreview.com/magazines/wipr-issue-2-of-2024", wipr.SOURCE)
    assert not is_listing("https://www.worldipreview.com/trademark/lanterns", wipr.SOURCE)
    assert is_listing("https://www.worldipreview.com/tag/lanterns", tbo.SOURCE)
    assert not is_listing("https://p.example/magazines/court-clears-lantern-mark", wipr.SOURCE)


@pytest.mark.parametrize(
    ("path", "slug"),
    [
        ("/news/court-clears-mark-14415", "court-clears-mark"),
        ("/2017/05/30/court-clears-mark/id=83783/", "court-clears-mark"),
        ("/clothing/court-clears-mark-/s107/a5316", "court-clears-mark"),
        ("/report/special-reports/q4-2022/article/foreword", "foreword"),
        ("/news/outlook-for-2025", "outlook-for-2025"),
        ("/x/351578/Trademark/Lantern+marks+cleared", "Lantern-marks-cleared"),
        ("/a/Lantern%20marks_cleared.html", "Lantern-marks-cleared"),
        ("/articles/4123-court-clears-mark", "court-clears-mark"),
        ("/library/detail.aspx?g=29a77bf9", "detail"),
        ("", ""),
    ],
)
def test_the_slug_is_the_last_step_of_words(path: str, slug: str) -> None:
    assert read_slug(f"https://p.example{path}") == slug


def test_a_slug_reads_as_a_headline() -> None:
    assert as_headline("court-clears-lantern--mark") == "Court clears lantern mark"
