"""A citation is copied out of the reading room with its italics, by a click and no script."""

import pytest
from lxml import html
from room_browser import Visitor, room, visitor

__all__ = ["room", "visitor"]
pytestmark = pytest.mark.slow
READ_CLIPBOARD = """async () => {
    const [item] = await navigator.clipboard.read();
    return (await item.getType("text/html")).text();
}"""


def test_a_click_copies_a_citation_whole(visitor: Visitor) -> None:
    page = visitor.open("/story/signet-12107")
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.locator("summary", has_text="Other styles").click()
    visitor.look()
    for style, paper in (("Chicago", "i"), ("Bluebook", "span"), ("APA", "i"), ("OSCOLA", "i")):
        cited = page.locator(f"p.quiet:has-text('{style}') + p.cite").first
        cited.click()
        page.keyboard.press("Control+c")
        copied = html.fromstring(page.evaluate(READ_CLIPBOARD))
        text = " ".join(copied.text_content().split())
        assert text == " ".join(cited.inner_text().split()), style
        assert "signet-12107@" in text
        (name,) = (
            one for one in copied.iter(paper, "em") if one.text_content() == "The Signet Gazette"
        )
        if paper == "span":
            assert "small-caps" in str(name.get("style"))


def test_a_manuscript_is_pasted_and_checked(visitor: Visitor) -> None:
    page = visitor.open("/check")
    address = (
        "http://signetgazette.example/trademark/orrin-vale-loses-appeal-over-lantern-mark-12107"
    )
    quoted = "what remained were a hook, a flame and a number of springs"
    page.get_by_label("Text with its notes").fill(f"See {address}: “{quoted}”.")
    page.get_by_role("button", name="Check").click()
    page.get_by_role("heading", name="2 findings, 1 wrong").wait_for()
    assert page.locator("li del").inner_text() == "springs"
    assert page.locator("li ins").inner_text() == "struts,"
    visitor.look()
