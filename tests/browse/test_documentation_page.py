"""`/help` has the pages that come with the program, their pictures, and a search of them."""

from pathlib import Path

import pytest
from browsing import a_run, answers, ask, page, path, words
from lxml import html

from tradepress.documentation import read_pages

__all__ = ["path"]


@pytest.fixture(autouse=True)
def empty(path: Path) -> None:
    with a_run(path):
        pass


def test_each_page_and_what_it_leads_to_is_there(path: Path) -> None:
    shown = answers(path, ["/help", *(f"/help/{name}" for name in read_pages())])
    assert {answer.status_code for answer in shown} == {200}
    leads: set[str] = set()
    for answer in shown:
        tree = html.fromstring(answer.text)
        assert len(tree.xpath("//h1")) == 1, answer.url
        leads.update(tree.xpath("//article//a/@href"), tree.xpath("//article//img/@src"))
        assert not tree.xpath("//article//*[@style]"), answer.url  # no browser would heed it
    inside = {link for link in leads if link.startswith("/")}
    outside = leads - inside
    assert all(link.startswith(("https://", "http://", "#", "mailto:")) for link in outside)
    assert any(link.endswith(".png") for link in inside)
    asked = sorted({link.partition("#")[0] for link in inside})
    got = answers(path, asked)
    assert {
        one: answer.status_code for one, answer in zip(asked, got, strict=True)
    } == dict.fromkeys(asked, 200)
    anchors = {
        address: set(html.fromstring(answer.text).xpath("//@id"))
        for address, answer in zip(asked, got, strict=True)
        if answer.headers["content-type"].startswith("text/html")
    }
    for link in inside:
        address, _, place = link.partition("#")
        assert not place or place in anchors[address], link


@pytest.mark.parametrize("is_public", [False, True])
def test_words_lead_to_sections(path: Path, is_public: bool) -> None:
    asked = ("GET", "/help?q=what+publishers+reserve", {})
    [answer] = ask(path, asked, is_public=is_public)
    tree = html.fromstring(answer.text)
    assert "/help/rights" in tree.xpath("//main//h2/a/@href")[0]
    assert tree.xpath("//main//mark")


def test_words_of_no_page_are_told_and_inert(path: Path) -> None:
    tree = page(path, "/help", q="<zymurgist>")
    assert words(tree, "//h1") == "<zymurgist>"
    assert "No page of the documentation has these words" in words(tree, "//main")


@pytest.mark.parametrize(
    "address", ["/help/nowhere", "/help/nowhere.png", "/help/README.md", "/help/index.md"]
)
def test_nothing_else_is_sent(path: Path, address: str) -> None:
    assert answers(path, [address])[0].status_code == 404
