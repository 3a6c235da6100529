"""Saved queries and the reading list in a real browser, by keyboard alone where it may be all."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from archive_rows import open_writer
from browsing import a_run, browsing, path, save
from room_browser import Visitor, visiting

__all__ = ["path"]

pytestmark = pytest.mark.slow

ADD = "Add ticked stories to the reading list"
HOSTILE = "<script>alert(1)</script> lantern"
LONG = "lantern" + "w" * 900


@pytest.fixture
def reader(path: Path) -> Iterator[Visitor]:
    """In front of a room of her own: here files are written."""
    with a_run(path, is_sample=False) as writer:
        save(writer, "Lantern mark refused", date_published="2017-08-04")
        save(writer, "Lantern mark granted", date_published="2016-02-01", source="makers")
        save(writer, HOSTILE, date_published="2015-02-01")
        save(writer, LONG)
    with browsing(path) as served, visiting(served.home) as visitor:
        yield visitor


def press_until(reader: Visitor, expression: str, key: str = "Tab") -> None:
    """Go on by a key until that is true of the element in focus."""
    for _ in range(200):
        reader.page.keyboard.press(key)
        if reader.page.evaluate(f"(at => {expression})(document.activeElement)"):
            return
    raise AssertionError(f"nothing in focus has {expression}")


def listed(reader: Visitor) -> list[str]:
    return reader.page.locator("ol.listed h2").all_inner_texts()


def test_stories_are_ticked_moved_and_taken_off_by_keyboard(reader: Visitor) -> None:
    page = reader.open("/stories?q=lantern&order=date")
    for _ in range(2):
        press_until(reader, "at.type === 'checkbox' && at.form.id === 'ticks'")
        page.keyboard.press("Space")
    press_until(reader, f"at.innerText === {ADD!r}")
    page.keyboard.press("Enter")
    page.get_by_text("2 stories added to your reading list").wait_for()
    assert page.url == f"{reader.home}/stories?q=lantern&order=date"
    reader.look()
    press_until(reader, "at.innerText === 'Reading list: 2 stories'")
    page.keyboard.press("Enter")
    page.wait_for_url("**/reading-list")
    reader.look()
    first, second = listed(reader)
    press_until(reader, "at.innerText === 'Down'")
    page.keyboard.press("Enter")
    page.wait_for_url("**/reading-list#*")
    assert listed(reader) == [second, first]
    press_until(reader, f"at.getAttribute('aria-label') === {'Remove: ' + first!r}")
    page.keyboard.press("Enter")
    page.wait_for_url("**/reading-list")
    assert listed(reader) == [second]


def test_no_script_sees_the_list_and_other_pages_of_the_web_change_nothing(
    reader: Visitor,
) -> None:
    page = reader.open("/stories?q=lantern")
    page.locator("input[form=ticks]").first.check()
    page.get_by_text(ADD).click()
    page.get_by_text("1 story added").wait_for()
    [cookie] = [one for one in page.context.cookies() if one["name"].startswith("reading-list-")]
    assert (cookie["httpOnly"], cookie["sameSite"], cookie["path"]) == (True, "Strict", "/")
    assert "reading-list" not in page.evaluate("document.cookie")
    page.goto("about:blank")
    with page.expect_navigation() as led:
        page.evaluate(
            """home => {
                const form = document.createElement("form");
                form.action = home + "/reading-list"; form.method = "post";
                form.innerHTML = '<input name="do" value="empty">';
                document.body.append(form); form.submit();
            }""",
            reader.home,
        )
    assert led.value.status == 403
    reader.open("/reading-list")
    assert len(listed(reader)) == 1


def test_hostile_and_endless_headlines_are_kept_in_layout(reader: Visitor) -> None:
    page = reader.open("/stories?q=lantern*")
    for box in page.locator("input[form=ticks]").all():
        box.check()
    page.get_by_text(ADD).click()
    page.get_by_text("4 stories added").wait_for()
    reader.open("/reading-list")
    assert {HOSTILE, LONG} < set(listed(reader))
    page.emulate_media(media="print")
    assert page.locator("ol.listed h2").first.is_visible()
    assert not page.locator(".moves").first.is_visible()
    page.emulate_media(media="screen")
    reader.open(page.get_by_text("The address of this list").get_attribute("href") or "")
    reader.open(page.get_by_text("4 citations").last.get_attribute("href") or "")


def test_a_query_is_saved_run_and_removed(reader: Visitor, path: Path) -> None:
    page = reader.open("/stories?q=lantern")
    page.get_by_role("link", name="Save this query").click()
    reader.look()
    page.get_by_label("Name", exact=True).fill("Not A Name")
    page.get_by_role("button", name="Save", exact=True).click()
    assert page.url.endswith(
        "/stories?q=lantern#saved-name"
    )  # the browser says what is wrong with it
    page.get_by_label("Name", exact=True).fill("lanterns")
    page.get_by_role("button", name="Save", exact=True).click()
    page.wait_for_url("**/saved/lanterns")
    reader.look()
    with open_writer(path) as writer:
        writer.start_run("tests", ["signet"], "0")
        save(writer, "Another lantern")
        writer.end_run("done", 0)
    reader.open("/saved")
    page.get_by_text("1 new").wait_for()
    page.get_by_role("link", name="lanterns").click()
    page.get_by_role("button", name="Run now").click()
    page.get_by_text("Run 2 is kept: 4 stories, 1 new.").wait_for()
    reader.look()
    page.get_by_text("Remove this query").click()
    page.get_by_role("button", name="Remove it").click()
    page.wait_for_url("**/saved")
    reader.look()
    assert list((path.parent / "queries").glob("*.json")) == []
