"""Beside each fact of a story a mark leads to why it is so; strangers get what a catalogue has."""

from pathlib import Path

import pytest
from browsing import a_run, ask, get, page, pairs, path, save, words
from lxml import html

__all__ = ["path"]


@pytest.fixture
def filled(path: Path) -> Path:
    with a_run(path) as writer:
        for text in ("A lantern fell.", "<b>A lantern</b> rose."):
            fields = {"site_id": "1", "authors": ["Petra Holm"], "section": "Marks"}
            links = [{"kind": "related", "text": "A lamp", "url": "http://signet.example/lamp"}]
            save(
                writer, "Lantern refused", text, date_published="2017-08-04", links=links, **fields
            )
    return path


def test_each_mark_of_a_story_leads_to_a_page(filled: Path) -> None:
    marks = page(filled, "/story/signet-1").xpath("//a[@class='why']")
    paths = [one.get("href") for one in marks]
    assert {
        f"/story/signet-1/explain/{name}" for name in ("headline", "body", "related_links")
    } <= {*paths}
    assert all(one.get("aria-label") for one in marks)
    answers = ask(filled, *(("GET", one, {}) for one in paths))
    assert {one.status_code for one in answers} == {200}


def test_a_page_tells_readings_rules_and_other_versions(filled: Path) -> None:
    shown = page(filled, "/story/signet-1@2/explain/headline").xpath("//main")[0]
    facts = pairs(shown.xpath(".//dl")[0])
    assert facts["Value"] == "Lantern refused"
    assert facts["Reading"] == "“Lantern refused”: the heading of the page"
    assert facts["Decided by"].startswith("the first reading, the heading of the page")
    assert "by rules 1" in facts["Read"]
    assert facts["Version 1"].startswith("the same (saved")
    body = page(filled, "/story/signet-1/explain/body").xpath("//main")[0]
    assert "<b>A lantern</b> rose." in words(body)
    assert body.xpath(".//b") == []


@pytest.mark.parametrize("address", ["signet-9/explain/headline", "signet-1/explain/title"])
def test_what_is_not_there_is_404(filled: Path, address: str) -> None:
    assert get(filled, f"/story/{address}").status_code == 404


def test_strangers_get_what_a_catalogue_has(filled: Path) -> None:
    names = ("headline", "body", "authors", "section")
    asked = (("GET", f"/story/signet-1/explain/{name}", {}) for name in names)
    headline, body, authors, section = (
        html.fromstring(answer.text).xpath("//main")[0]
        for answer in ask(filled, *asked, is_public=True)
    )
    assert pairs(headline.xpath(".//dl")[0])["Value"] == "Lantern refused"
    assert pairs(section.xpath(".//dl")[0])["Value"] == "Marks"
    for one in (body, authors):
        assert words(one, ".//*[@class='notice']") == "This is not shown to the public."
        assert one.xpath(".//dl") == []
    assert "heading of the page" not in words(headline, ".//dl")
    [story] = ask(filled, ("GET", "/story/signet-1", {}), is_public=True)
    assert 'class="why"' not in story.text
