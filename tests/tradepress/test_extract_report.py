"""`tradepress extract --report`: what of a page may be shown to strangers."""

from pathlib import Path

import pytest
from conftest import ROOT, Tradepress

EDITION = ROOT / "tradepress" / "sample" / "editions" / "base" / "signet"
STORY = EDITION / "news" / "orrin-vale-loses-appeal-over-lantern-mark-12107.html"
ADDRESS = "http://signetgazette.example/news/orrin-vale-loses-appeal-over-lantern-mark-12107"


@pytest.fixture
def report(tmp_path: Path) -> Path:
    return tmp_path / "report.md"


def test_a_report_of_a_story_has_its_evidence_and_not_its_words(
    here: Tradepress, report: Path
) -> None:
    told = here("extract", str(STORY), "--url", ADDRESS, "--report", str(report))
    assert told.returncode == 0, told.stderr
    lines = report.read_text().splitlines()
    assert f"* page: {ADDRESS}" in lines
    assert "* headline: h1, og:title, title; different values: 1" in lines
    assert lines[-1] == "* characters of its paragraphs: 125, 220, 183, 231, 56, 158, 220, 78"
    for words in ("Orrin & Vale", "Petra Holm", "4 August 2017", "Wickerby"):
        assert words in told.stdout
        assert words not in report.read_text()


def test_a_report_of_a_page_that_was_refused(here: Tradepress, report: Path) -> None:
    told = here("extract", str(EDITION / "login.html"), "--report", str(report))
    assert told.returncode == 1
    assert report.read_text().splitlines()[1:] == ["* page: address not known", "* refused: login"]


def test_a_report_that_cannot_be_written_is_one_line(here: Tradepress, tmp_path: Path) -> None:
    told = here("extract", str(STORY), "--report", str(tmp_path / "none" / "report.md"))
    assert told.returncode != 0
    assert "No such file or directory" in told.stderr
    assert "Traceback" not in told.stderr
