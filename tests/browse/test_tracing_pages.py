"""`/resolve` says what stood at an address, `/trace` where a sentence does; neither leads away."""

from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from browsing import a_run, ask, get, page, pairs, path, save, words
from lxml import html

__all__ = ["path"]

URL = "http://signet.example/news/lantern-refused"
OLD = "The board refused the lantern mark for want of use."
NEW = "The board refused the lantern mark for lack of use."


def fill(path: Path) -> None:
    """A story in two versions, and one beside it."""
    with a_run(path) as writer:
        for text in (OLD, NEW):
            save(
                writer,
                "Lantern refused",
                f"{text}\n\n<b>Nobody</b> had asked the owner of the café.",
                site_id="1",
                url=URL,
                date_published="2017-08-04",
                section=text[-12:],
            )
        save(writer, "Lantern refunded", site_id="2", date_published="2018-01-02")


@pytest.fixture
def filled(path: Path) -> Path:
    fill(path)
    return path


def main(answer: Any) -> Any:
    (found,) = html.fromstring(answer.text).xpath("//main")
    return found


@pytest.mark.parametrize("is_public", [False, True])
def test_an_address_leads_to_story_version_and_live_page(filled: Path, is_public: bool) -> None:
    asked = quote("https://www.signet.example/news/lantern-refused/amp?utm_source=x#top")
    [answer] = ask(filled, ("GET", f"/resolve?url={asked}", {}), is_public=is_public)
    assert answer.status_code == 200
    shown = main(answer)
    assert words(shown, ".//h2") == "Lantern refused"
    facts = pairs(shown.xpath(".//dl")[0])
    assert facts["Published"] == "4 August 2017, The Signet Gazette"
    assert facts["Version"].startswith("signet-1@2; seen so since")
    assert facts["The live page"] == URL
    assert shown.xpath(".//dd/a/@href") == ["/story/signet-1@2", URL]


def test_before_the_first_version_it_says_so_and_shows_that(filled: Path) -> None:
    shown = page(filled, "/resolve", url=URL, date="2016-01-01").xpath("//main")[0]
    assert words(shown, ".//*[@class='notice']") == (
        "No version is known from 1 January 2016 or before: this is the first."
    )
    facts = pairs(shown.xpath(".//dl")[0])
    assert facts["Version"].startswith("signet-1@1;")
    assert facts["Version"].endswith("; the newest is version 2")
    shown = page(filled, "/resolve", url=URL, date="2040-01-01").xpath("//main")[0]
    assert "signet-1@2, as it stood on 1 January 2040;" in words(shown)


@pytest.mark.parametrize(
    "address",
    [
        "http://signet.example/news/lantern-refusal",
        "https://nowhere.example/",
        "javascript:alert(1)",
        "data:text/html,<script>x</script>",
        "//evil.example/x",
        '"><script>alert(1)</script>',
    ],
)
@pytest.mark.parametrize("is_public", [False, True])
def test_what_is_unknown_is_said_and_leads_nowhere(
    filled: Path, address: str, is_public: bool
) -> None:
    [answer] = ask(filled, ("GET", f"/resolve?url={quote(address)}", {}), is_public=is_public)
    assert answer.status_code == 404
    shown = main(answer)
    told = f"This archive keeps no story from {address}."
    assert words(shown, ".//*[@role='alert']").startswith(told)
    near = shown.xpath(".//li/a/@href")
    assert near == (["/story/signet-1", "/story/signet-2"] if "refusal" in address else [])
    assert shown.xpath(".//a/@href") == near
    assert shown.xpath(".//script") == []


def test_a_withdrawn_story_is_told_as_everywhere(filled: Path, monkeypatch: Any) -> None:
    from tradepress.command_line import run

    monkeypatch.chdir(filled.parent)
    assert run(["withdraw", "signet-1", "--reason", "asked for", "--yes"]) == 0
    there, here = ask(
        filled,
        ("GET", "/story/signet-1", {}),
        ("GET", f"/resolve?url={quote(URL + '/amp')}", {}),
    )
    assert (there.status_code, here.status_code) == (410, 410)
    assert words(main(here)) == words(main(there))


def test_a_day_that_is_none_is_refused(filled: Path) -> None:
    answer = get(filled, "/resolve", url=URL, date="someday")
    assert answer.status_code == 400
    assert "someday" in answer.text


def test_a_sentence_is_shown_with_since_until_and_what_differs(filled: Path) -> None:
    shown = page(filled, "/trace", text=OLD.upper()).xpath("//main")[0]
    first, second = shown.xpath(".//li")
    assert first.xpath(".//h2/a/@href") == ["/story/signet-1@1"]
    assert "word for word" in words(first)
    assert "Since 4 August 2017, until" in words(first)
    assert words(first, "p[last()]") == OLD
    assert "90% of the words are the same" in words(second)
    assert (words(second, ".//del"), words(second, ".//ins")) == ("WANT", "lack")
    inert = page(filled, "/trace", text="b nobody b had asked the owner of the cafe")
    assert (
        words(inert, "//main//li[1]/p[last()]") == "b>Nobody</b> had asked the owner of the café."
    )
    assert inert.xpath("//main//b") == []


def test_what_is_too_short_or_stands_nowhere_is_said(filled: Path) -> None:
    answer = get(filled, "/trace", text="the lantern mark")
    assert answer.status_code == 400
    assert "passage is traced that has 4 to 500 words, and this one has 3" in words(main(answer))
    told = words(page(filled, "/trace", text="nothing of the kind is here").xpath("//main")[0])
    assert "No text here has it, word for word or nearly." in told


def test_strangers_are_told_of_headlines_and_shown_nothing_of_a_text(filled: Path) -> None:
    with a_run(filled) as writer:
        save(writer, "Board refuses the old lantern", OLD, site_id="7")
    asked = (OLD, "board refuses the OLD lantern", "the café of nobody at all", "two words")
    answers = ask(
        filled, *(("GET", f"/trace?text={quote(one)}", {}) for one in asked), is_public=True
    )
    assert [answer.status_code for answer in answers] == [200, 200, 200, 400]
    text, headline, nothing, _ = map(main, answers)
    assert headline.xpath(".//li/a/@href") == ["/story/signet-7"]
    assert text.xpath(".//li | .//ins | .//del") == []
    assert "No headline, and no passage that may be shown, has it." in words(nothing)


@pytest.mark.parametrize("address", ["/resolve", "/trace", "/resolve?url=+", "/trace?text=%20"])
def test_an_empty_form_asks_for_nothing(filled: Path, address: str) -> None:
    answer = get(filled, address)
    assert answer.status_code == 200
    assert len(main(answer).xpath(".//form")) == 1


def test_the_help_page_leads_to_both(filled: Path) -> None:
    links = page(filled, "/help/searching").xpath("//main//a/@href")
    assert {"/resolve", "/trace"} <= {*links}
