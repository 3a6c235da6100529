"""What a check keeps of a page: its menu, its lines with dates, selectors that show nothing."""

from dataclasses import replace

from conftest import a_story

from tradepress.declared_sources import source_named
from tradepress.source import Selectors
from tradepress.survey.checked_pages import MenuLink, see_listing, see_story

WIPR = source_named("wipr")
SITE = "https://www.worldipreview.com"
STORY = f"{SITE}/news/lantern-case-4711"


def test_the_menu_is_what_is_short_and_of_the_site() -> None:
    page = f"""<html><head><link rel=alternate type='application/rss+xml' href='/feed'></head>
    <body><a href='/trademark/'>Trademarks</a> <a href='/trademark/'>All of them</a>
    <a href='https://other.example/'>Elsewhere</a> <a href='{STORY}'>Lantern</a>
    <a href='/about'>{"About " * 9}</a> <a href='/x'></a></body></html>"""
    seen = see_listing("section", page.encode(), f"{SITE}/n/", WIPR, answered_at=f"{SITE}/n/")
    assert seen.menu == (
        MenuLink(words="", url=f"{SITE}/feed", is_feed=True),
        MenuLink(words="Trademarks", url=f"{SITE}/trademark/"),
    )
    assert seen.stories == (STORY,)


def test_links_to_an_authors_page_are_no_menu() -> None:
    page = f"""<html><body><a href='/shapes/'>Shapes</a> <a href='spip.php?auteur7'>Ena Quill</a>
    <a rel=author href='/e'>E. Q.</a> <span class='vcard author'><a href='/q'>Quill</a></span>
    <a href='/authors/ena'>Ena</a> <a href='{STORY}'>Lantern</a></body></html>"""
    seen = see_listing("section", page.encode(), f"{SITE}/n/", WIPR, answered_at=f"{SITE}/n/")
    assert [link.words for link in seen.menu] == ["Shapes"]


def test_of_a_story_lines_are_seen_that_lead_to_a_door() -> None:
    box = "<p>Qo <a href='/abo/'>vo</a></p><div><a href='/login'>Ji</a><p>No</p></div>"
    page = a_story("Lantern case").replace("</article>", f"{box}</article>")
    assert see_story(page.encode(), STORY, WIPR).door_lines[:1] == ("Qo vo",)


def test_of_a_sitemap_what_changed_last_comes_first() -> None:
    entries = "".join(
        f"<url><loc>{SITE}/news/lantern-case-{number}</loc><lastmod>{day}</lastmod></url>"
        for number, day in ((4711, "2020-01-01"), (4712, "2026-11-02"), (4713, "2024-05-06"))
    )
    page = f"<urlset xmlns='http://www.sitemaps.org/schemas/sitemap/0.9'>{entries}</urlset>"
    url = f"{SITE}/sitemap.xml"
    seen = see_listing("sitemap", page.encode(), url, WIPR, answered_at=url)
    assert [one[-4:] for one in seen.stories] == ["4712", "4713", "4711"]


def test_what_is_no_listing_says_why() -> None:
    url = f"{SITE}/rss"
    seen = see_listing("feed", b"<html><p>Gone", url, WIPR, answered_at=url)
    assert seen.reason == "unreadable"
    assert seen.words
    assert seen.stories == ()


def test_lines_with_dates_are_seen_with_what_stands_beside() -> None:
    page = a_story("Lantern case").replace("</time>", "</time> <b>Patents</b>")
    seen = see_story(page.encode(), STORY, WIPR)
    assert seen.article is not None
    assert "4 August 2017 Patents" in seen.date_lines


def test_selectors_are_asked_of_html_alone() -> None:
    selectors = Selectors(headline="h1", body=".nothing", authors=".by")
    source = replace(WIPR, selectors=selectors)
    assert see_story(a_story("Lantern case").encode(), STORY, source).void_selectors == (
        "body",
        "authors",
    )
    lines = ["Lantern case", "4 August 2017", *["A maker of lanterns has lost its appeal." * 4] * 3]
    seen = see_story("\n\n".join(lines).encode(), STORY, source, content_type="text/plain")
    assert seen.article is not None
    assert seen.void_selectors == seen.date_lines == ()


def test_a_page_that_is_no_story_says_why() -> None:
    seen = see_story(b"<html><title>Page not found</title><h1>Page not found</h1>", STORY, WIPR)
    assert seen.article is None
    assert seen.reason
    assert seen.words
