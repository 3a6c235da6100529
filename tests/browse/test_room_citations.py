"""Citations of the reading room are those of `tradepress cite`, letter by letter."""

from pathlib import Path
from typing import Any

import pytest
from browsing import a_run, answers, save, words
from lxml import html

from tradepress.command_line import run
from tradepress.research.citation.style_names import STYLE_NAMES, STYLES, StyleName

AWKWARD: dict[str, dict[str, Any]] = {
    "Lantern mark refused": {"authors": ["Petra Holm"], "section": "Designs"},
    "‘Lantern’s glow’ is no mark, “maker’s guild” says": {"authors": []},
    "<i>Vale</i> v <b>Holm</b>: a < b & c &amp; d": {"date_published": None},
    "Who owns the name?": {"authors": ["Ann Holm", "Jan van der Berg", "Ida Bo", "Ole Lund"]},
    "Schwerer Schlag für die Laterne": {"language": "de", "date_published": "2017-08"},
    "בית המשפט פסק": {"language": "he", "authors": ["דנה כהן"]},
    "  Two   spaces\nand a line  ": {"authors": ["The Lantern, Brass & Bell Company"]},
    "“Unbalanced": {"source": "makers"},
}


ISOLATES = dict.fromkeys((0x2068, 0x2069))
"""Are what a text has for the bdi of a page."""


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("citations") / "archive.db"
    with a_run(path) as writer:
        for number, (headline, fields) in enumerate(AWKWARD.items()):
            given = {"date_published": f"2017-08-0{number + 1}", "site_id": str(number), **fields}
            save(writer, headline, url=f"http://signet.example/news/{number}?a=1&copy=2", **given)
    return path


def told(capsys: pytest.CaptureFixture[str], archive: Path, *options: str) -> str:
    assert run(["cite", "--archive", str(archive), *options]) == 0
    return capsys.readouterr().out


@pytest.mark.parametrize("style", STYLE_NAMES)
def test_a_result_is_cited_as_by_the_command(
    archive: Path, capsys: pytest.CaptureFixture[str], style: StyleName
) -> None:
    page, text = answers(
        archive,
        [
            f"/stories/cite?style={style}&copies=apart",
            f"/stories/cite.txt?style={style}&copies=apart",
        ],
    )
    by_command = told(capsys, archive, "--source", "signet", "--source", "makers", "--style", style)
    assert len(by_command.splitlines()) == len(AWKWARD)
    assert text.text == by_command
    items = html.fromstring(page.text).xpath("//ol[@class='citations']/li")
    told_apart = by_command.translate(ISOLATES).splitlines()
    assert [item.text_content().strip() for item in items] == told_apart


@pytest.mark.parametrize(
    ("ending", "form"), [("ris", "ris"), ("bib", "bibtex"), ("csl.json", "csl-json")]
)
def test_files_are_those_of_the_command(
    archive: Path, tmp_path: Path, ending: str, form: str
) -> None:
    [answer] = answers(archive, [f"/stories.{ending}?source=signet"])
    file = tmp_path / "cited"
    asked = ["--source", "signet", "--format", form, "-o", str(file)]
    assert run(["cite", "--archive", str(archive), *asked]) == 0
    assert answer.content == file.read_bytes()


def test_a_story_is_cited_on_its_page_as_by_the_command(
    archive: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    refs = [f"signet-{number}" for number in range(len(AWKWARD) - 1)]
    for ref, page in zip(refs, answers(archive, [f"/story/{ref}" for ref in refs]), strict=True):
        tree = html.fromstring(page.text)
        shown = {
            words(one, "preceding-sibling::p[1]"): one.text_content()
            for one in tree.xpath("//p[@class='cite']")
        }
        assert shown == {
            STYLES[style].title: told(capsys, archive, ref, "--style", style)
            .rstrip("\n")
            .translate(ISOLATES)
            for style in STYLE_NAMES
        }
