"""In a real browser: from a list of names to a court, its bars and its stories; pictures; and all
of it with names that would break a page."""

from pathlib import Path

import pytest
from browsing import a_run, browsing, path, save
from room_browser import Visitor, room, visiting, visitor

from tradepress.story import Mention

__all__ = ["path", "room", "visitor"]

pytestmark = pytest.mark.slow

HOSTILE = (
    "<script>alert(1)</script> v <img src=x onerror=alert(1)>",
    "W" * 300,
    "Lantern " * 60,
    "אורין וייל v ‮reversed‬ 中文字",
    'x" onmouseover="alert(1)" v javascript:alert(1)',
    "/../../etc v %2e%2e/%00?#",
)


def test_from_a_court_to_its_stories_by_clicks_and_by_keys(visitor: Visitor) -> None:
    page = visitor.open("/courts")
    page.get_by_label("Only names with").fill("crown")
    page.get_by_role("button", name="Show").click()
    visitor.look()
    page.locator("table.names a").first.click()
    visitor.look()
    name = page.locator("h1").inner_text()
    assert name == "Wexcombe Crown Court"
    page.locator("svg a").first.click()
    visitor.look()
    assert "/stories?court=Wexcombe" in page.url
    page.go_back()
    # Who has no pointer opens the table, and its links are the same.
    page.locator("summary", has_text="As a table").focus()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.closest('table.bars') !== null")
    visitor.look()


def test_pictures(visitor: Visitor) -> None:
    page = visitor.open("/stories/picture?q=mark")
    for by in ("source", "source,year", "court", "author"):
        page.get_by_label("By", exact=True).select_option(by)
        page.get_by_role("button", name="Show").click()
        visitor.look()
    page.get_by_label("as part of all stories").check()
    page.get_by_label("By", exact=True).select_option("year")
    page.get_by_role("button", name="Show").click()
    visitor.look()
    assert "%" in page.locator("svg text.number").last.text_content()
    with page.expect_download() as taken:
        page.get_by_role("link", name="the numbers (CSV)").click()
    assert taken.value.suggested_filename.startswith("stories-by-year-mark")
    page.locator("svg a").first.click()
    assert "/stories?q=mark" in page.url


def test_hostile_names_are_inert_and_in_layout(path: Path) -> None:
    with a_run(path) as writer:
        for number, name in enumerate(HOSTILE):
            kinds = ("case", "court", "office", "firm", "registration", "person")
            save(
                writer,
                f"{name} {number}",
                authors=[name, "Petra Holm"],
                section=name,
                date_published=f"20{number + 10}-03-04",
                mentions=[
                    Mention(field="body", start=at, end=at + 1, kind=kind, value=name)  # type: ignore[arg-type]
                    for at, kind in enumerate(kinds)
                ],
            )
    with browsing(path) as served, visiting(served.home) as visitor:
        page = visitor.open("/cases")
        addresses = page.locator("table.names a").evaluate_all("all => all.map(one => one.href)")
        assert len(addresses) == len(HOSTILE)
        for address in (*addresses, "/author/Petra Holm", "/authors", "/marks"):
            visitor.open(address)
        for by in ("case", "author", "section", "court,year"):
            visitor.open(f"/stories/picture?by={by}")
        visitor.open("/court/" + "%3Cb%3E" * 40, status=404)
