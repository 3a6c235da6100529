"""What an address alone says: lists and static pages, and the words of a headline."""

import pytest

from crawler.extraction.address_forms import as_headline, is_listing, read_slug
from crawler.spiders import tbo, wipr

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
]


@pytest.mark.parametrize("path", STORIES)
def test_a_story_is_no_list(path: str) -> None:
    assert not is_listing(f"https://p.example{path}", None)


@pytest.mark.parametrize("path", LISTS)
def test_a_list_is_known_by_its_address(path: str) -> None:
    assert is_listing(f"https://p.example{path}", None)


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
