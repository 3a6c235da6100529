"""From page to page as a reader goes, and as an operator does, in a real browser."""

import re

import pytest
from room_browser import Visitor, room, visitor

__all__ = ["room", "visitor"]

pytestmark = pytest.mark.slow

SAID_NO = {"/nowhere": 404, "/source/nix": 404, "/data?sql=select+nosuch+from+articles": 400}


def test_from_the_front_page_to_a_month_of_a_paper(visitor: Visitor) -> None:
    page = visitor.open("/")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    assert page.evaluate("location.hash") == "#content"
    page.get_by_role("navigation", name="Main").get_by_role("link", name="Sources").click()
    visitor.look()
    current = page.locator("nav[aria-label=Main] a[aria-current=page]")
    assert current.inner_text() == "Sources"
    page.get_by_role("link", name="The Signet Gazette").click()
    visitor.look()
    page.get_by_text("The same as a table").click()
    visitor.look()
    month = page.locator("table.rows tbody tr:has(a)").first
    name, stories = month.locator("th").inner_text(), month.locator("td").first.inner_text()
    month.locator("a").click()
    visitor.look()
    assert f"since={name}" in page.url
    assert page.locator("ol.cards > li").count() == int(stories)


def test_a_bar_of_the_picture_is_clicked(visitor: Visitor) -> None:
    page = visitor.open("/")
    bar = page.locator("svg a:has(rect.bar)").first
    told = re.fullmatch(r"(\d{4}): (\d+)", (bar.locator("title").text_content() or "").strip())
    assert told is not None
    bar.locator("rect.around").click()
    visitor.look()
    assert f"since={told[1]}" in page.url
    assert page.locator("ol.cards > li").count() == int(told[2])


def test_an_operators_pages(visitor: Visitor) -> None:
    for name in ("Health", "Runs", "Doubtful stories", "Changed stories", "Tables and SQL"):
        page = visitor.open("/")
        page.get_by_role("navigation", name="For operators").get_by_role("link", name=name).click()
        visitor.look()
        assert page.locator("h1").count() == 1
    visitor.open("/run/1")
    for address, status in SAID_NO.items():
        visitor.open(address, status=status)


def test_the_menu_fits_the_narrowest_telephone(visitor: Visitor) -> None:
    for address in ("/", "/sources", "/source/signet", "/runs", "/run/1", "/data/fetches"):
        page = visitor.open(address)
        page.set_viewport_size({"width": 320, "height": 640})
        assert page.evaluate("document.documentElement.scrollWidth") <= 320, address


def test_a_table_is_taken_away_as_a_file(visitor: Visitor) -> None:
    page = visitor.open("/data?sql=select+ref,word_count+from+articles")
    with page.expect_download() as taken:
        page.get_by_role("link", name="CSV").click()
    assert taken.value.suggested_filename == "query.csv"
    content = taken.value.path().read_bytes()
    assert content.startswith(b"\xef\xbb\xbfref,word_count\r\n")


def test_a_dead_link_and_a_sentence_are_looked_up(visitor: Visitor) -> None:
    page = visitor.open("/help/searching")
    page.get_by_role("link", name="address that a story ever had").click()
    visitor.look()
    dead = "https://m.marksandmakers.example/news/paint-maker-drops-suit-over-color-name-3921/amp?fbclid=x"
    page.get_by_label("An address").fill(dead)
    page.get_by_role("button", name="Look up").click()
    visitor.look()
    assert page.locator("h2").inner_text() == "Paint maker drops suit over color name"
    page = visitor.open("/help/searching")
    page.get_by_role("link", name="sentence", exact=True).click()
    visitor.look()
    page.get_by_label("A sentence").fill("a lawsuit against a smaller rival over the color name")
    page.get_by_role("button", name="Trace").click()
    visitor.look()
    assert page.locator("ol.cards > li").count() == 2
    assert page.locator("del").inner_text() == "color"
    visitor.open("/resolve?url=http://marksandmakers.example/news/paint", status=404)
    visitor.open("/trace?text=two+words", status=400)
