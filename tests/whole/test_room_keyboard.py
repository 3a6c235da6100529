"""From the front page to a file of citations, and through whole pages, by the keyboard alone."""

from pathlib import Path

import pytest
import rispy
from room_browser import Visitor

pytestmark = pytest.mark.slow

MOST = 300
"""Steps by Tab through one page."""
FOCUSED = """() => {
    const at = document.activeElement, before = window.focusedBefore, wrong = [];
    const isEnd = at === document.body || (before && at.matches(".skip"));  // or round again
    if (isEnd) return {words: "", wrong};
    window.focusedBefore = at;
    const style = getComputedStyle(at), [box] = at.getClientRects();
    const part = at.querySelector("rect.around, rect") ?? at;
    const outlined = style.outlineStyle !== "none" && parseFloat(style.outlineWidth) > 0;
    if (!outlined) wrong.push("no outline");
    if (before && !(before.compareDocumentPosition(at) & Node.DOCUMENT_POSITION_FOLLOWING))
        wrong.push("stands before " + before.outerHTML.slice(0, 100));
    const {left, top, width, height} = at.closest("svg") ? part.getBoundingClientRect() : box;
    const seen = document.elementFromPoint(left + width / 2, top + height / 2);
    if (!seen || !(at.contains(seen) || seen.contains(at) || seen.closest("label")?.control === at))
        wrong.push("not to be seen, but " + (seen ? seen.outerHTML.slice(0, 100) : "nothing"));
    const words = at.getAttribute("aria-label") || at.textContent.trim() || at.id;
    return {words, wrong: wrong.map(one => at.outerHTML.slice(0, 150) + ": " + one)};
}"""


def step(visitor: Visitor) -> str:
    """The words of what Tab leads to; nothing at the end of the page."""
    visitor.page.keyboard.press("Tab")
    found = visitor.page.evaluate(FOCUSED)
    assert found["wrong"] == [], visitor.page.url
    return str(found["words"])


def go_to(visitor: Visitor, words: str) -> None:
    """On by Tab until what has focus is called that."""
    for _ in range(MOST):
        if (reached := step(visitor)) == words:
            return
        assert reached, f"{words} is not on {visitor.page.url}"
    raise AssertionError(f"{words} is far on {visitor.page.url}")


def test_from_the_front_page_to_a_file_of_citations(visitor: Visitor) -> None:
    page = visitor.open("/")
    go_to(visitor, "Skip to the content")
    page.keyboard.press("Enter")
    page.wait_for_url("**/#content")
    go_to(visitor, "q")
    page.keyboard.type("mark")
    page.keyboard.press("Enter")
    page.wait_for_url("**/stories?q=mark")
    go_to(visitor, "The Signet Gazette")
    page.keyboard.press("Enter")
    page.wait_for_url("**/stories?q=mark&source=signet")
    go_to(visitor, "Cite or download them")
    page.keyboard.press("Enter")
    page.wait_for_url("**#take-away-title")
    number = int(page.locator(".found strong").inner_text().split()[0])
    go_to(visitor, "RIS")
    with page.expect_download() as saving:
        page.keyboard.press("Enter")
    assert len(rispy.loads(Path(saving.value.path()).read_text("utf-8"))) == number
    go_to(visitor, f"{number} citations")
    page.keyboard.press("Enter")
    page.get_by_role("heading", name="Citations").wait_for()


@pytest.mark.parametrize("width", [1280, 390])
def test_focus_is_seen_and_goes_on_as_one_reads(visitor: Visitor, width: int) -> None:
    page = visitor.page
    page.set_viewport_size({"width": width, "height": 900})
    for address in ("/", "/stories?q=mark", "/story/makers-6497", "/source/signet", "/runs"):
        page.goto(visitor.home + address)
        reached = step(visitor)
        assert reached == "Skip to the content"
        number = 0
        while reached:
            number += 1
            assert number < MOST, address
            reached = step(visitor)
        assert number > 10, address


def test_what_a_screen_reader_says_of_a_page(visitor: Visitor) -> None:
    """Landmarks, headings and tables by which one goes about who sees nothing."""
    page = visitor.page
    for address in (
        *("/", "/stories?q=mark&source=signet", "/story/makers-6497", "/source/signet", "/runs"),
        *("/run/1", "/courts", "/court/Wexcombe Crown Court", "/stories/picture?by=court"),
        *("/stories/cite?q=mark", "/story/makers-6497@1", "/saved", "/reading-list", "/data"),
    ):
        answer = page.goto(visitor.home + address)
        assert answer is not None
        assert answer.status == 200, address
        for landmark in ("main", "banner", "contentinfo"):
            assert page.get_by_role(landmark).count() == 1, (address, landmark)  # type: ignore[arg-type]
        navigations = page.get_by_role("navigation").evaluate_all(
            "all => all.map(one => one.ariaLabel || one.getAttribute('aria-labelledby'))"
        )
        assert all(navigations), address
        assert len(set(navigations)) == len(navigations), address
        levels = [
            int(level)
            for level in page.locator("h1, h2, h3, h4").evaluate_all(
                "all => all.map(one => one.tagName[1])"
            )
        ]
        assert levels.count(1) == 1, (address, levels)
        assert all(b <= a + 1 for a, b in zip([0, *levels], levels, strict=False)), (
            address,
            levels,
        )
        tables = page.locator("table").evaluate_all(
            "all => all.map(one => [one.innerText.slice(0, 80), !!one.querySelector('th'),"
            " [...one.querySelectorAll('thead th')].every(head => head.innerText.trim()"
            " || head.textContent.trim())])"
        )
        assert [
            words for words, has_heads, have_words in tables if not (has_heads and have_words)
        ] == []


def test_lists_beside_the_result_say_what_is_chosen(visitor: Visitor) -> None:
    page = visitor.open("/stories?source=signet")
    facet = page.get_by_role("region", name="Source", exact=True)
    chosen = facet.locator("[aria-current=true]")
    assert chosen.all_inner_texts() == ["The Signet Gazette"]
