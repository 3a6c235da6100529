"""A story, its versions and what changed, in a real browser."""

from pathlib import Path

import pytest
from browsing import a_run, browsing, path, save
from room_browser import Visitor, room, visiting, visitor

from tradepress.story import Mention

__all__ = ["path", "room", "visitor"]

pytestmark = pytest.mark.slow  # a browser

CHANGED = "/story/makers-6497"
LINE_LENGTH = """
() => [...document.querySelectorAll(".prose > p")].map(p => {
  const range = document.createRange();
  range.selectNodeContents(p);
  const lines = new Set([...range.getClientRects()].map(r => Math.round(r.top))).size;
  return [p.textContent.length, lines];
}).filter(([letters, lines]) => lines > 2).map(([letters, lines]) => letters / lines)
"""


def test_a_story_is_read_marked_and_compared(visitor: Visitor) -> None:
    page = visitor.open(CHANGED)
    lengths = page.evaluate(LINE_LENGTH)
    assert lengths
    assert 50 < sum(lengths) / len(lengths) < 76
    aside, article = (page.locator(one).bounding_box() for one in ("main aside", "main article"))
    assert aside
    assert article
    assert aside["x"] > article["x"] + article["width"]
    page.get_by_role("link", name="mark Offices in the text").click()
    visitor.look()
    assert page.locator(".prose a.named").first.inner_text() == "WIPO"
    page.locator(".prose a.named").first.click()
    assert page.url == f"{visitor.home}/office/WIPO"
    page.go_back()
    page.get_by_role("link", name="Version 1", exact=True).click()
    visitor.look()
    assert page.get_by_role("note").filter(has_text="Version 1 of 2").count() == 1
    page.get_by_role("link", name="What changed since", exact=True).click()
    visitor.look()
    assert page.locator("section ins").first.inner_text() == "twelve"


def test_the_text_comes_first_on_a_telephone_and_the_citation_on_paper(visitor: Visitor) -> None:
    page = visitor.open(CHANGED)
    page.set_viewport_size({"width": 390, "height": 900})
    aside, article = (page.locator(one).bounding_box() for one in ("main aside", "main article"))
    assert aside
    assert article
    assert aside["y"] > article["y"] + article["height"] - 1
    page.emulate_media(media="print")
    shown = {
        one: page.locator(one).first.is_visible()
        for one in (".prose", ".cite", ".original a", "header.site", ".crumbs", ".beside")
    }
    assert [one for one, is_shown in shown.items() if is_shown] == [
        ".prose",
        ".cite",
        ".original a",
    ]


def test_long_and_hostile_values_stay_text_and_in_the_layout(path: Path) -> None:
    long = "a" * 150
    evil = "<img src=x onerror=alert(1)>"
    story = {
        "site_id": "1",
        "url": f"http://signet.example/news/{long}",
        "section": long,
        "authors": [f"{long} Holm", evil],
        "keywords": [long],
        "corrections": [evil],
        "description": f"{long} {evil}",
        "confidence": 0.5,
        "language": "ar",
        "mentions": (Mention(field="body", start=0, end=20, kind="court", value=long),),
        "mention_rules": "rules 1",
        "links": [{"kind": "in_text", "text": long, "url": f"http://rulings.example/{long}"}],
    }
    with a_run(path) as writer:
        save(writer, f"{evil} " * 3_600, f"{long} upheld.\n\n{evil}\n\nرفض المكتب", **story)
        ref = save(writer, long * 600, f"{long} refused.", **story)
        save(writer, "\u202eLantern", "It was lit.")
    with browsing(path) as served, visiting(served.home) as visitor:
        for address in ("", "?marks=court", "@1", "/changes/1/2"):
            visitor.open(f"/story/{ref}{address}")
            assert visitor.page.locator("main img").count() == 0
        visitor.open(f"/story/{ref}x", status=404)
