"""Beside a result: this month, the last twelve, the latest years; each leads to what it counts."""

from pathlib import Path

from archive_rows import Clock, clock
from browsing import a_run, headlines, page, path, save, words
from lxml import html

__all__ = ["clock", "path"]

DAYS = ("2026-11-30", "2026-11-02", "2026-01-05", "2025-12-31", "2025-11-30", "2014-01-01")


def times(tree: html.HtmlElement) -> dict[str, tuple[str, str | None]]:
    """Number and address of each time that is offered."""
    items = tree.xpath("//section[@aria-labelledby='facet-year']//li")
    return {
        words(item, "(strong | a)[1]"): (words(item, "span"), item.xpath("a/@href")[0])
        for item in items
    }


def test_each_time_leads_to_the_stories_that_it_counts(path: Path, clock: Clock) -> None:
    clock.now = "2026-12-02T09:00:00Z"
    with a_run(path) as writer:
        for number, day in enumerate(DAYS):
            save(writer, f"Story {number}", date_published=day)
    offered = times(page(path, "/stories"))
    assert {name: number for name, (number, _) in offered.items()} == {
        "Last 12 months": "3",
        "2026": "3",
        "2025": "2",
        "2014": "1",
    }
    for number, address in offered.values():
        assert address is not None
        assert len(headlines(page(path, address))) == int(number)
    chosen = times(page(path, "/stories", since="2025", until="2025"))
    assert chosen == {"2025": ("2", "/stories")}
    clock.now = "2026-11-30T09:00:00Z"
    this_month = times(page(path, "/stories"))["This month"]
    assert this_month == ("2", "/stories?since=2026-11&until=2026-11")


def test_the_first_story_stands_above_the_picture(path: Path) -> None:
    with a_run(path) as writer:
        for number, day in enumerate(DAYS):
            save(writer, f"Story {number}", date_published=day)
    tree = page(path, "/stories", q="story", variants="1")
    assert tree.xpath("//ol[@class='cards']/following::section[@class='over-time']")
    assert tree.xpath("//form[@role='search']/details[not(@open)]")


def test_a_headline_says_in_which_direction_it_is_read(path: Path) -> None:
    with a_run(path) as writer:
        save(writer, "الفانوس علامة")
    assert page(path, "/stories").xpath("//li[contains(@class, 'card')]/h2/@dir") == ["auto"]
