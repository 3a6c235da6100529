"""`tradepress release` at the terminal."""

import json
import re
from pathlib import Path

import pytest
from exported import an_article, make_archive

from tradepress.command_line import run


@pytest.fixture
def archive(tmp_path: Path) -> Path:
    return make_archive(tmp_path / "press.db", [an_article(number) for number in range(3)])


def release(archive: Path, *arguments: object) -> int:
    return run(["release", *map(str, arguments), "--archive", str(archive)])


def test_a_release_is_made_and_told(
    archive: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert release(archive, "refused", "-o", tmp_path / "made", "--creator", "A. Ray") == 0
    told = capsys.readouterr().out
    assert "3 stories" in told
    assert re.search(r"^sha256 [0-9a-f]{64}$", told, re.MULTILINE)
    assert 'name: "A. Ray"' in (tmp_path / "made/CITATION.cff").read_text()
    assert "refused" in (tmp_path / "made/README.md").read_text()


def test_json(archive: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert release(archive, "-o", tmp_path / "made", "--metadata-only", "--json") == 0
    told = json.loads(capsys.readouterr().out)
    assert (told["stories"], told["without_text"]) == (3, 3)


def test_why_a_text_is_missing_is_told_in_one_place(
    archive: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert release(archive, "-o", tmp_path / "made", "--metadata-only") == 0
    assert "3 of them without their text (why_no_text in stories.csv)" in capsys.readouterr().out
    assert "column `why_no_text`" in (tmp_path / "made/README.md").read_text()


def test_a_release_of_nothing_says_why(
    archive: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert release(archive, "zebra", "-o", tmp_path / "made") == 0
    told = capsys.readouterr()
    assert "made: 0 stories" in told.out
    assert told.err == "no story has “zebra”\n"
    assert (tmp_path / "made/stories.csv").exists()


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["-o", "press.db.d/made"], "press.db.d/made can't be made: there is no folder press.db.d"),
        (["-o", "-"], "can't be written to standard output"),
        (["-o", "made", "--full", "--metadata-only"], "not both"),
        (["-o", "made", "--source", "gazete"], "did you mean gazette?"),
        (["-o", "made", "--as-of", "2026-01-01"], "leave out the former day"),
        (["-o", "."], "is there already"),
    ],
)
def test_what_is_wrong_is_said(
    archive: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    arguments: list[str],
    words: str,
) -> None:
    monkeypatch.chdir(tmp_path)
    assert release(archive, *arguments) == 2
    assert words in capsys.readouterr().err
    assert not (tmp_path / "made").exists()
