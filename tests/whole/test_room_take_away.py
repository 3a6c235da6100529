"""Taken away from a result in a real browser: by pointer, and by keyboard alone."""

import csv
import re
from pathlib import Path

import pytest
import rispy
from room_browser import Visitor, room, visitor

__all__ = ["room", "visitor"]

pytestmark = pytest.mark.slow


def test_all_of_a_result_is_saved_as_files(visitor: Visitor) -> None:
    page = visitor.open("/stories?q=mark")
    number = int(page.locator(".found strong").inner_text().split()[0])
    page.get_by_role("link", name="Cite or download them").click()
    block = page.get_by_role("region", name=f"Cite or download these {number} stories")
    assert block.is_visible()
    with page.expect_download() as saving:
        block.get_by_role("link", name="CSV").first.click()
    assert re.fullmatch(r"stories-mark-\d{4}-\d\d-\d\d\.csv", saving.value.suggested_filename)
    with Path(saving.value.path()).open(encoding="utf-8-sig", newline="") as file:
        assert len(list(csv.DictReader(file))) == number
    with page.expect_download() as saving:
        block.get_by_role("link", name="RIS").click()
    assert len(rispy.loads(Path(saving.value.path()).read_text("utf-8"))) == number
    visitor.look()


def test_citations_are_copied_in_the_style_one_needs(visitor: Visitor) -> None:
    page = visitor.open("/stories?q=mark")
    number = int(page.locator(".found strong").inner_text().split()[0])
    page.get_by_role("link", name=f"{number} citations", exact=True).focus()
    page.keyboard.press("Enter")
    page.get_by_role("heading", name="Citations").wait_for()
    styles = page.get_by_role("navigation", name="Style")
    assert "Chicago" in styles.locator("[aria-current=page]").inner_text()
    chicago = page.locator(".citations li").all_inner_texts()
    visitor.look()
    styles.get_by_role("link", name="OSCOLA").focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**style=oscola**")
    oscola = page.locator(".citations li").all_inner_texts()
    assert len(oscola) == len(chicago) == min(number, 25)
    assert oscola != chicago
    with page.expect_download() as saving:
        page.get_by_role("link", name="text file").click()
    lines = Path(saving.value.path()).read_text("utf-8").splitlines()
    assert len(lines) == number
    assert lines[: len(oscola)] == oscola
    visitor.check()
