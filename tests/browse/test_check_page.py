"""`/check`: a manuscript is pasted; strangers are told what a catalogue tells."""

from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest
from archive_rows import Clock, clock
from browsing import a_run, path, save, words
from forms import Reader, reading
from lxml import html

from tradepress.archive.read_only import read_archive
from tradepress.research.checking.check_manuscript import check_manuscript
from tradepress.research.checking.read_manuscript import read_content

__all__ = ["clock", "path"]

RESERVED = [{"term": "nosnippet", "evidence": "meta", "value": "nosnippet"}]
URL = "http://signet.example/news/lantern-refused"
PAPER = f"""Somebody said: “{{}}”.

Petra Holm, “Lantern refused,” The Signet Gazette, 5 August 2017, {URL}; Ida Lund, ‘Lantern refused’
The Signet Gazette (4 August 2017) <{URL}>; signet-1@9; https://elsewhere.example/x.

‘{{}}’ <{URL}>
"""
ONE, OTHER = "the quilted lantern brackets fell upon us", "no knitted napkins stood upon the shelf"


def fill(path: Path, body: str = ONE, **how: Any) -> None:
    with a_run(path) as writer:
        kept = {
            "site_id": "1",
            "url": URL,
            "date_published": "2017-08-04",
            "authors": ["Petra Holm"],
        }
        save(writer, "Lantern refused", f"{body}.\n\n{body} again.", **kept, **how)


def checked(reader: Reader, text: str, kind: str = ".txt", status: int = 200) -> Any:
    token = reader.page("/check").xpath("//input[@name='csrftoken']/@value")[0]
    form = urlencode({"csrftoken": token, "text": text, "kind": kind})
    answer = reader.ask("POST", "/check", form)
    assert answer.status_code == status, answer.text
    return html.fromstring(answer.text).xpath("//main")[0]


def test_what_is_wrong_is_told_with_what_is_right(path: Path) -> None:
    fill(path)
    with reading(path) as reader:
        shown = checked(reader, PAPER.format(ONE, ONE.replace("fell", "hung")))
    cards = [words(card) for card in shown.xpath(".//ol/li")]
    assert words(shown, ".//h2") == "7 findings, 4 wrong"
    assert cards[0].startswith("Right quotation, line 1")
    assert "it was published on 2017-08-04" in cards[1]
    assert "it is signed by Petra Holm" in cards[2]
    assert "signet-1 has no version '9'" in cards[3]
    assert cards[4].startswith("See citation")
    (card,) = (card for card in cards if "differs" in card)
    assert "hung fell" in card
    assert shown.xpath(".//textarea")[0].text.startswith("Somebody said:")


def test_what_can_not_be_checked_is_told_on_the_page(path: Path) -> None:
    fill(path)
    with reading(path) as reader:
        shown = checked(reader, "a" * 190_000 + " b" * 2000, status=200)
        assert "no quotation of six words" in words(shown)
        page = reader.ask("POST", "/check", urlencode({"text": "x", "kind": ".txt"}))
        assert page.status_code in (400, 403)
        shown = checked(reader, "<script>alert(1)</script> signet-1", ".docx")
        assert shown.xpath(".//script") == []
        assert words(shown, ".//h2") == "1 finding, 0 wrong"


@pytest.mark.parametrize("how", [{"reservations": RESERVED}, {"policy": "metadata-only"}, {}])
def test_strangers_are_told_nothing_of_texts(
    tmp_path: Path, clock: Clock, how: dict[str, Any]
) -> None:
    told = []
    for body in (ONE, OTHER):
        place = tmp_path / str(len(told))
        place.mkdir()
        fill(place / "archive.db", body, **how)
        with reading(place / "archive.db", is_public=True) as reader:
            shown = checked(reader, PAPER.format(ONE, OTHER))
        told.append([words(card) for card in shown.xpath(".//ol/li")])
    assert told[0] == told[1]
    assert len(told[0]) == 5
    assert not any("signed" in card or "quotation" in card for card in told[0])


def test_what_is_told_of_a_citation_depends_on_no_text(tmp_path: Path, clock: Clock) -> None:
    """A guess of a text that is linked to its story: it is no headline, whatever stands there."""
    told = []
    asked = f"“{OTHER}” <{URL}>\n\nLund, “{OTHER},” The Signet Gazette, {URL}".encode()
    for number, body in enumerate((ONE, OTHER)):
        path = tmp_path / str(number) / "archive.db"
        path.parent.mkdir()
        fill(path, body)
        with read_archive(path) as db:
            checked = check_manuscript(db, read_content(asked, ".md"), of_texts=False)
        told.append([replace(one, version=None, archived=None) for one in checked.findings])
    assert told[0] == told[1]
    assert len(told[0]) == 2
