"""Dossiers of the reading room: of a result, of a reading list; to strangers a catalogue alone."""

import sys
from pathlib import Path

import pytest
from browsing import a_run, ask, get, page, path, save
from dossiers import document_of, everything, page_of, paragraphs_of
from kept_pages import keep
from kept_pages import page as captured

__all__ = ["path"]

TYPES = {
    "html": "text/html; charset=utf-8",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
}


def fill(path: Path) -> None:
    with a_run(path) as writer:
        for number in range(1, 4):
            save(
                writer,
                f"Lantern <b>ruling</b> {number}",
                f"Secret lantern words {number}.",
                site_id=f"{number}",
                date_published=f"2018-0{number}-04",
                authors=["Ann Holm"],
            )


@pytest.mark.parametrize("ending", TYPES)
def test_a_result_is_a_dossier_of_what_the_page_counts(path: Path, ending: str) -> None:
    fill(path)
    answer = get(path, f"/stories/dossier.{ending}", q="lantern", until="2018-02", style="apa")
    assert (answer.status_code, answer.headers["content-type"]) == (200, TYPES[ending])
    assert "stories-lantern-until-2018-02-" in answer.headers["content-disposition"]
    assert answer.headers["content-disposition"].endswith(f'.dossier.{ending}"')
    said = everything(answer.content)
    assert "lantern; until 2018-02" in said
    assert "APA" in said
    assert "http://localhost/" in said
    if ending == "html":
        tree = page_of(answer.content)
        heads = [node.text_content() for node in tree.xpath("//article/h2")]
        assert {mark.text for mark in tree.iter("mark")} == {"Lantern", "lantern"}
    else:
        heads = paragraphs_of(document_of(answer.content), "Heading1")[2:-2]
    assert heads == ["1. Lantern <b>ruling</b> 1", "2. Lantern <b>ruling</b> 2"]


@pytest.mark.parametrize("ending", TYPES)
def test_a_reading_list_is_one_in_its_order(path: Path, ending: str) -> None:
    fill(path)
    answer = get(path, f"/reading-list/dossier.{ending}?ref=signet-3&ref=x&ref=signet-1")
    said = everything(answer.content)
    assert "2 stories by name" in said
    assert said.index("Secret lantern words 3") < said.index("Secret lantern words 1")


def test_pages_offer_them(path: Path) -> None:
    fill(path)
    result = page(path, "/stories", q="lantern")
    links = result.xpath("//section[@class='take-away']//a[contains(@href, '/dossier.')]")
    assert [link.text for link in links] == ["web page", "Word"]
    assert {link.get("rel") for link in links} == {"nofollow"}
    assert get(path, links[0].get("href")).status_code == 200
    listed = page(path, "/reading-list?ref=signet-3")
    assert listed.xpath("//a[@href='/reading-list/dossier.docx?ref=signet-3']")


def test_a_wrong_question_is_told(path: Path) -> None:
    fill(path)
    answers = ask(
        path,
        ("GET", "/stories/dossier.html?q=%22", {}),
        ("GET", "/stories/dossier.html?style=x", {}),
        ("GET", "/stories/dossier.pdf", {}),
        ("HEAD", "/stories/dossier.docx?q=lantern", {}),
    )
    assert [answer.status_code for answer in answers] == [400, 400, 404, 200]
    assert answers[3].content == b""


def test_without_python_docx_none_is_offered(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    fill(path)
    monkeypatch.setitem(sys.modules, "docx", None)
    answer = get(path, "/stories/dossier.docx", q="lantern")
    assert answer.status_code == 404
    assert "tradepress[docx]" in answer.text


@pytest.mark.parametrize("ending", TYPES)
def test_strangers_get_what_a_catalogue_gives(path: Path, ending: str) -> None:
    fill(path)
    keep(path, captured("<p>Secret page"), captured("<p>Secret page, again"), site_id="9")
    asked = [f"/stories/dossier.{ending}?q=lantern", f"/reading-list/dossier.{ending}?ref=signet-9"]
    for address in asked:
        (own,) = ask(path, ("GET", address, {}))
        (answer,) = ask(path, ("GET", address, {}), is_public=True)
        assert answer.status_code == 200
        said = everything(answer.content)
        assert "Lantern " in said
        assert "whose text is not shown to the public" in said
        assert "signet-9@2" in said
        assert "sha1:" in everything(own.content)
        for withheld in ("Secret", "Holm", "sha1:", " words)", "hearing"):
            assert withheld not in said, withheld


@pytest.mark.parametrize("ending", TYPES)
def test_an_open_source_makes_no_difference(path: Path, ending: str) -> None:
    """As of all files: they are made without texts, whoever licenses them."""
    fill(path)
    (answer,) = ask(
        path,
        ("GET", f"/stories/dossier.{ending}?q=lantern", {}),
        is_public=True,
        open_sources=["signet"],
    )
    assert "Secret" not in everything(answer.content)
