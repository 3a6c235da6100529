"""`tradepress dossier`: one file, or one line that says why not."""

import sys
from pathlib import Path

import pytest
from archive_rows import PAPER, clock, open_writer, save, story
from dossiers import everything

from tradepress.command_line import run

__all__ = ["clock"]


@pytest.fixture
def archive(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    with open_writer(tmp_path / "archive.db") as writer:
        writer.save_source(PAPER)
        writer.start_run("tests", ["signet"], "0")
        save(writer, story(1, headline="Lantern mark refused"))
        reserved = [{"term": "noai", "evidence": "meta", "value": "noai"}]
        save(writer, story(2, headline="Pewter mark refused", reservations=reserved))
        writer.end_run("done", 0)
    monkeypatch.chdir(tmp_path)
    return tmp_path / "archive.db"


@pytest.mark.parametrize("ending", ["html", "docx"])
def test_a_file_is_made(archive: Path, ending: str, capsys: pytest.CaptureFixture[str]) -> None:
    name = f"marks.{ending}"
    assert (
        run(["dossier", "refused", "-o", name, "--style", "apa", "--accessed", "2026-12-01"]) == 0
    )
    assert capsys.readouterr() == (f"{name}: 2 stories, 1 with text\n", "")
    said = everything(Path(name).read_bytes())
    assert "Pewter mark refused" in said
    assert "whose publisher asks that AI not use it" in said
    assert "2026-12-01" in said
    assert run(["dossier", "signet-1", "-o", name, "--force"]) == 0
    assert capsys.readouterr().out == f"{name}: 1 story, 1 with text\n"


def test_a_style_may_be_a_file(archive: Path) -> None:
    style = (
        Path(sys.modules["tradepress"].__file__ or "").parent / "research/citation/styles/apa.csl"
    )
    Path("own.csl").write_bytes(style.read_bytes())
    assert run(["dossier", "signet-1", "-o", "x.html", "--style", "own.csl"]) == 0
    assert "own.csl" in Path("x.html").read_text()


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["refused", "-o", "x.pdf"], "ends in .html or .docx"),
        (["refused", "-o", "-"], "ends in .html or .docx"),
        (["refused"], "-o"),
        (["-o", "x.html"], "give words or a filter"),
        (["signet-9", "-o", "x.html"], "signet-9"),
        (["refused", "-o", "there.html"], "there.html is there already"),
        (["refused", "-o", "no/x.html"], "there is no folder no"),
        (["refused", "-o", "x.html", "--style", "x"], "style"),
        (["refused", "-o", "x.html", "--accessed", "x"], "day"),
        (["headline:", "-o", "x.html"], "headline:"),
    ],
)
def test_what_can_not_be_is_said_in_a_line(
    archive: Path, words: list[str], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    Path("there.html").write_text("there")
    assert run(["dossier", *words]) in (1, 2)
    told = capsys.readouterr().err
    assert said in told
    assert "Traceback" not in told
    assert sorted(one.name for one in archive.parent.glob("*.html")) == ["there.html"]
    assert Path("there.html").read_text() == "there"


def test_without_python_docx_a_line_says_what_to_install(
    archive: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setitem(sys.modules, "docx", None)
    assert run(["dossier", "refused", "-o", "x.docx"]) == 2
    assert "install tradepress[docx]" in capsys.readouterr().err
    assert not Path("x.docx").exists()


def test_what_finds_nothing_says_why(archive: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["dossier", "refused zebra", "-o", "x.html"]) == 0
    out, told = capsys.readouterr()
    assert out == "x.html: 0 stories, 0 with text\n"
    assert "zebra" in told
