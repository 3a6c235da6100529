"""Dossiers as people open them: in LibreOffice, in a browser, on paper."""

import re
import subprocess
from pathlib import Path

import pytest
from dossiers import page_of
from exported import an_article, make_archive
from many_scripts import STORIES
from needs import require_program
from room_browser import Room, room, visiting

from tradepress.archive.search.story_query import StoryQuery
from tradepress.archive.text_forms import one_line
from tradepress.research.press_archive import PressArchive

__all__ = ["room"]

pytestmark = pytest.mark.slow


def text_of(pdf: Path) -> str:
    program = require_program("pdftotext")
    found = subprocess.run(
        [program, "-layout", pdf, "-"], capture_output=True, text=True, check=True
    )
    return one_line(found.stdout)


def printed(document: Path) -> Path:
    """As LibreOffice prints it."""
    profile = f"-env:UserInstallation={(document.parent / 'office').as_uri()}"
    convert = ["--headless", "--convert-to", "pdf", "--outdir", document.parent, document]
    told = subprocess.run(
        [require_program("soffice"), profile, *convert], capture_output=True, text=True, timeout=600
    )
    assert told.returncode == 0, told.stderr
    return document.with_suffix(".pdf")


def letters(text: str) -> str:
    """What no line break, hyphen or page changes."""
    return re.sub(r"[\s‑-]", "", text)


def dossier_of(archive: Path, path: Path, words: str) -> Path:
    with PressArchive(archive) as opened:
        opened.dossier(StoryQuery(words=words), path=path, style="apa", accessed="2026-12-01")
    return path


def test_a_docx_opens_in_libreoffice(room: Room, tmp_path: Path) -> None:
    page = page_of(dossier_of(room.archive, tmp_path / "made.html", "mark").read_bytes())
    said = text_of(printed(dossier_of(room.archive, tmp_path / "made.docx", "mark")))
    assert said.startswith("DOSSIER mark Made 2026-12-01")
    for heading in page.iter("h2"):
        assert one_line(heading.text_content()) in said
    joined = letters(said)
    for part in page.xpath("//p | //dd | //td"):
        assert letters(part.text_content())[:60] in joined


def test_stories_of_all_scripts_open_in_libreoffice(tmp_path: Path) -> None:
    many = (
        an_article(
            number, headline=f"<b>{head}</b> {{ DDE }}", body="\n\n".join(text), language=language
        )
        for number, (language, (head, *text)) in enumerate(STORIES.items())
    )
    archive = make_archive(tmp_path / "archive.db", many)
    with PressArchive(archive) as opened:
        made = opened.dossier(StoryQuery(), path=tmp_path / "made.docx")
    said = text_of(printed(tmp_path / "made.docx"))
    assert said.count("{ DDE }") >= 3 * len(made.stories)
    assert made.stories


def test_a_page_is_no_barrier_and_prints(room: Room, tmp_path: Path) -> None:
    path = dossier_of(room.archive, tmp_path / "made.html", "mark")
    with visiting(room.home) as visitor:
        visitor.page.goto(path.as_uri())
        visitor.look()
        assert visitor.page.locator("article").count() > 5
        visitor.page.get_by_role("link", name="Bibliography").click()
        assert visitor.page.url.endswith("#bibliography")
        visitor.page.pdf(path=tmp_path / "printed.pdf", prefer_css_page_size=True)
    said = text_of(tmp_path / "printed.pdf")
    assert said.startswith("DOSSIER mark Made 2026-12-01")
    page = page_of(path.read_bytes())
    for heading in page.iter("h2"):
        assert one_line(heading.text_content()) in said


def test_a_dossier_is_saved_from_a_result(room: Room) -> None:
    with visiting(room.home) as visitor:
        page = visitor.open("/stories?q=mark")
        for name, ending in (("web page", "html"), ("Word", "docx")):
            with page.expect_download() as saving:
                page.get_by_role("link", name=name, exact=True).click()
            assert saving.value.suggested_filename.endswith(f".dossier.{ending}")
        visitor.check()
