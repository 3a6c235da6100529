"""The result page in a real browser: by pointer, by keyboard alone, with values of any length."""

from pathlib import Path

import pytest
from browsing import a_run, browsing, path, save
from room_browser import Visitor, room, visiting, visitor

from tradepress.story import Mention

__all__ = ["path", "room", "visitor"]

pytestmark = pytest.mark.slow


def test_stories_are_found_narrowed_and_ordered_by_pointer(visitor: Visitor) -> None:
    page = visitor.open("/stories")
    found = page.locator(".found strong")
    everything = found.inner_text()
    page.get_by_label("Words, or a “quoted phrase”").fill("mark")
    page.get_by_role("button", name="Search", exact=True).click()
    assert page.url == f"{visitor.home}/stories?q=mark"
    assert found.inner_text() != everything
    assert page.locator("ol.cards mark").count() > 3

    facet = page.get_by_role("region", name="Source", exact=True)
    number = facet.locator("li", has_text="The Signet Gazette").locator(".count").inner_text()
    facet.get_by_role("link", name="The Signet Gazette", exact=True).click()
    assert found.inner_text() == f"{number} stories"
    visitor.look()

    page.get_by_role("link", name="Oldest first").click()
    days = [day.get_attribute("datetime") for day in page.locator("ol.cards .byline time").all()]
    assert days == sorted(days, key=str)

    bar = page.locator("svg.columns-drawn a", has=page.locator("rect.bar")).first
    title = bar.locator("title").text_content() or ""
    time, _, stories = title.partition(": ")
    bar.locator("rect.bar").click()
    assert f"since={time}&until={time}" in page.url
    assert found.inner_text().split()[0] == stories
    visitor.look()

    page.get_by_role("link", name=f"Remove: Published in {time}").click()
    assert found.inner_text() == f"{number} stories"
    page.get_by_role("link", name="Remove all").click()
    assert found.inner_text() == everything


def test_several_values_of_one_list_are_ticked(visitor: Visitor) -> None:
    page = visitor.open("/stories")
    page.get_by_role("region", name="Section", exact=True).get_by_role("link").last.click()
    visitor.look()
    ticks = page.get_by_role("checkbox")
    for place in (0, 1):
        ticks.nth(place).check()
    page.get_by_role("button", name="Show the stories of those ticked").click()
    chips = page.get_by_role("list", name="In force").get_by_role("listitem")
    assert chips.count() == 3  # with "Remove all"
    visitor.look()


def test_stories_begin_on_the_first_screen_of_a_telephone(visitor: Visitor) -> None:
    page = visitor.open("/stories?q=mark")
    page.set_viewport_size({"width": 390, "height": 900})
    place = page.locator("ol.cards h2").first.bounding_box()
    assert place is not None
    assert place["y"] + place["height"] < 900
    bar = page.locator("form.ticks")
    above = bar.bounding_box()
    assert above is not None
    assert above["y"] > 900  # at the end of the stories, until there is something to add


def test_it_can_be_used_by_the_keyboard_alone(visitor: Visitor) -> None:
    page = visitor.open("/stories")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")  # skips to the content
    for _ in range(3):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.id") == "q":
            break
    page.keyboard.type("mark OR")
    page.keyboard.press("Enter")
    page.wait_for_url("**/stories?q=mark+OR")
    assert "nothing to search for follows OR" in page.get_by_role("alert").inner_text()
    assert page.locator("#q").input_value() == "mark OR"
    page.locator("#q").focus()
    page.keyboard.press("End")
    page.keyboard.type(" label")
    page.keyboard.press("Enter")
    page.wait_for_url("**/stories?q=mark+OR+label")
    page.get_by_text("The same as a table").focus()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.closest('table') !== null")
    page.keyboard.press("Enter")
    page.wait_for_url("**since=**")
    visitor.look()


def test_the_help_has_examples_that_find_something(visitor: Visitor) -> None:
    page = visitor.open("/help/searching")
    links = [link.get_attribute("href") for link in page.locator(".examples a").all()]
    assert len(links) > 10
    for link in links[:3]:
        page.goto(f"{visitor.home}{link}")
        assert page.locator("ol.cards li").count()


def test_values_of_any_length_stay_in_their_place(path: Path) -> None:
    long = "a" * 300
    with a_run(path) as writer:
        for number, direction in enumerate(("", "\u202e", "שלום ")):
            save(
                writer,
                f"{direction}Lantern {long} {number}",
                f"It was {long}.",
                section=f"{direction}{long}",
                authors=[f"{direction}{long} Holm"],
                date_published=f"201{number}-03-01",
                access="subscription",
                mentions=[
                    Mention(field="body", start=0, end=1, kind="court", value=f"{direction}{long}")
                ],
            )
    with browsing(path) as served, visiting(served.home) as somebody:
        for address in (
            "/stories",
            f"/stories?q={long}&author={long}&case={long}&since=2010",
            f"/stories?section={long}&order=oldest",
            f"/stories/values?facet=author&section={long}",
            "/help/searching",
        ):
            somebody.open(address)
        somebody.open(f"/stories?q={long}+OR", status=400)
