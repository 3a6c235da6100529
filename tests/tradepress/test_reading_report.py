"""`tradepress extract --report`: how a page was read, for whoever mends the rules; not its text."""

from pathlib import Path

import pytest
from conftest import Tradepress, a_story

PAGE = a_story("Lantern mark lost").replace(
    "<div class=body>", "<p class='teaser lead'>Sign up for our letter</p><div class='body wide'>"
)
WORDS = ("lanterns", "Judges", "welcomed", "Sign up", "wide grip")


@pytest.fixture
def report(tmp_path: Path) -> Path:
    (tmp_path / "page.html").write_text(PAGE)
    (tmp_path / "login.html").write_text(
        "<title>Sign in, secretly</title><p>Please log in</p><input type=password>"
    )
    (tmp_path / "page.txt").write_text(
        "Court clears lantern mark\nBy Petra Holm, 4 August 2017\n"
        + "\n".join(
            f"The office has let mark {number} pass, and nobody appeals it." for number in range(9)
        )
    )
    return tmp_path / "report.md"


def test_each_paragraph_is_told_by_its_place_and_length(here: Tradepress, report: Path) -> None:
    address = "https://www.worldipreview.com/news/lantern-4711"
    result = here("extract", "page.html", "--url", address, "--report", str(report))
    assert result.returncode == 0, result.stderr
    first, *lines = report.read_text().splitlines()
    assert first.startswith(f"<{address}>: a story, by tradepress ")
    assert first.endswith(", wipr")
    assert "* headline by h1: Lantern mark lost" in lines
    assert "* date_published by time: 2017-08-04" in lines
    assert "* body by element" in lines
    assert "* kept, 83 letters, /article/div.body.wide/p: standing in what holds the story" in lines
    assert "* left out, 22 letters, /article/p.teaser.lead: its element, as related" in "\n".join(
        lines
    )
    for words in WORDS:
        assert words not in report.read_text()


def test_what_was_refused_is_told_as_far_as_it_was_read(here: Tradepress, report: Path) -> None:
    result = here("extract", "login.html", "--report", str(report))
    assert result.returncode == 1
    first, *lines = report.read_text().splitlines()
    assert first.startswith("<None>: refused as login, by tradepress ")
    assert "secretly" not in report.read_text()
    assert lines == []


def test_a_text_capture_has_no_elements(here: Tradepress, report: Path) -> None:
    result = here("extract", "page.txt", "--report", str(report))
    assert result.returncode == 0, result.stderr
    kept = [line for line in report.read_text().splitlines() if line.startswith("* kept, ")]
    assert len(kept) == 9
    assert "nobody" not in report.read_text()


def test_a_page_that_took_too_much_is_not_read_again(
    here: Tradepress, report: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (report.parent / "page.html").write_text(
        f"<p {' '.join(f'a{n}=1' for n in range(99_999))}>Lamp"
    )
    monkeypatch.setattr("tradepress.jobs.extract_report.read_article", None)
    assert here("extract", "page.html", "--report", str(report)).returncode == 1
    assert ": refused as too_complex, by tradepress " in report.read_text()


def test_where_no_report_can_be_written(here: Tradepress, report: Path) -> None:
    result = here("extract", "page.html", "--report", "no/report.md")
    assert result.returncode == 1
    assert result.stderr.startswith("Error: Could not open file 'no/report.md'")
