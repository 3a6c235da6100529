"""`tradepress cite` as a person types it: names, queries, files, mistakes."""

import errno
import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import docx
import pytest
from archive_rows import PAPER, SISTER, Clock, clock, open_writer, save, story
from citations import cited_names
from conftest import Tradepress

from tradepress.command_line import run

__all__ = ["clock"]

FIRST = "http://signetgazette.example/trademark/orrin-vale-1"


@pytest.fixture
def archive(tmp_path: Path, clock: Clock) -> Path:
    """Two papers, of which one is a blog; a story of one in two versions."""
    with open_writer(tmp_path / "archive.db", command="tests") as writer:
        writer.save_source(PAPER)
        writer.save_source({**SISTER, "cited_as": "blog"})
        writer.start_run("tests", ["signet", "makers"], "0")
        save(writer, story(1, headline="Lantern mark refused"))
        save(writer, story(2, headline="Pewter mark refused", date_published=None))
        address = f"{SISTER['home_url']}news/3"
        save(writer, story(3, source="makers", url=address, headline="Brass <ruling> & more"))
        clock.now = "2026-12-01T09:00:00Z"
        save(writer, story(1, headline="Beacon mark refused"))
        writer.end_run("done", 0)
    return tmp_path / "archive.db"


@dataclass(frozen=True)
class Told:
    returncode: int
    stdout: str
    stderr: str


Cite = Callable[..., Told]


@pytest.fixture
def cite(
    archive: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Cite:
    """The command in this process, in the folder of the archive."""
    monkeypatch.chdir(archive.parent)

    def run_cite(*words: str) -> Told:
        code = run(["cite", *words])
        return Told(code, *capsys.readouterr())

    return run_cite


def test_a_story_is_cited_by_its_ref(tradepress: Tradepress, archive: Path) -> None:
    (name,) = cited_names(archive, ["signet-1@1"])
    result = tradepress("cite", name, "--style", "oscola", "--accessed", "2026-11-27")
    assert result.stderr == ""
    assert result.stdout == (
        f"Petra Holm, ‘Lantern Mark Refused’ The Signet Gazette (4 August 2017) <{FIRST}> "
        f"accessed 27 November 2026. [Archived 2026-11-24T09:00:00Z, Tradepress {name}]\n"
    )


@pytest.mark.parametrize(
    ("asked", "refs"),
    [
        (["signet-1"], ["signet-1@2"]),
        (["signet-1", "signet-1@1", "makers-3"], ["signet-1@2", "signet-1@1", "makers-3@1"]),
        (["mark", "refused"], ["signet-1@2", "signet-2@1"]),
        (['"mark refused"', "--since", "2017"], ["signet-1@2"]),
        (["--source", "makers"], ["makers-3@1"]),
        (["-beacon", "refused"], ["signet-2@1"]),
        (["--as-of", "2026-11-24"], ["makers-3@1", "signet-1@1", "signet-2@1"]),
    ],
)
def test_what_is_asked_for_is_cited(
    cite: Cite, archive: Path, asked: list[str], refs: list[str]
) -> None:
    result = cite(*asked, "--format", "csl-json")
    assert result.returncode == 0, result.stderr
    names = [item["id"] for item in json.loads(result.stdout)]
    assert names == [name.replace("@", "-") for name in cited_names(archive, refs)]


def test_a_file_has_all_of_it(cite: Cite, tmp_path: Path) -> None:
    asked = ("--source", "makers", "--format", "ris", "-o", "makers.ris")
    result = cite(*asked)
    assert (result.stdout, result.stderr) == ("makers.ris: 1 story\n", "")
    written = (tmp_path / "makers.ris").read_bytes()
    assert written.startswith(b"TY  - BLOG\r\n")
    assert b"\r\nTI  - Brass <ruling> & more\r\n" in written
    again = cite(*asked)
    assert again.returncode == 2
    assert "makers.ris is there already" in again.stderr
    assert cite(*asked, "--force").returncode == 0
    assert (tmp_path / "makers.ris").read_bytes() == written


@pytest.mark.parametrize(
    ("asked", "words"),
    [
        ([], "Name stories (wipr-14415), or give words or a filter."),
        (["signet-11"], "no story has the ref signet-11; did you mean signet-1?"),
        (["wipr-14415"], "no story has the ref wipr-14415"),
        (["signet-1@9"], "signet-1 has no version '9'; it has 2 versions"),
        (["signet-1", "signet-11"], "did you mean signet-1?"),
        (["signet-1", "mark"], "'mark' is not: give names alone, or words alone"),
        (["signet-1", "--since", "2017"], "Filters go with a query"),
        (
            ["mark", "--style", "mla"],
            "give one of apa, bluebook, chicago, oscola, or a file that ends in .csl",
        ),
        (
            ["mark", "--style", "apa", "--format", "ris"],
            "go with --format text, markdown, html, docx, not with ris",
        ),
        (
            ["mark", "--format", "endnote"],
            "'ris', 'bibtex', 'biblatex', 'csl-json', 'docx'",
        ),
        (["mark", "--accessed", "27.11.2026"], "is not a day; write 2026-11-27"),
        (["mark", "--force"], "--force goes with -o"),
        (["--source", "sygnet"], "has no source 'sygnet': did you mean signet?"),
    ],
)
def test_a_mistake_is_told_and_no_file_is_made(
    cite: Cite, tmp_path: Path, asked: list[str], words: str
) -> None:
    output = [] if "--force" in asked else ["-o", "cited"]
    result = cite(*asked, *output)
    assert result.returncode == 2
    assert words in " ".join(result.stderr.split())
    assert result.stdout == ""
    assert [path.name for path in tmp_path.iterdir() if "cited" in path.name] == []


@pytest.mark.parametrize(("form", "whole"), [("text", ""), ("ris", ""), ("csl-json", "[]\n")])
def test_a_query_that_finds_nothing_gives_a_whole_file_and_says_why(
    cite: Cite, tmp_path: Path, form: str, whole: str
) -> None:
    result = cite("zeppelin", "--format", form)
    assert (result.returncode, result.stdout) == (0, whole)
    assert result.stderr == "0 stories\nno story has “zeppelin”\n"
    result = cite("zeppelin", "--format", form, "-o", "cited")
    assert (result.returncode, result.stdout) == (0, "cited: 0 stories\n")
    assert result.stderr == "no story has “zeppelin”\n"
    assert (tmp_path / "cited").read_text() == whole


def test_a_full_disk_leaves_no_file(
    cite: Cite, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "cited.bib").write_text("mine")

    def no_room(_path: Path) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr("tradepress.archive.disk.sync", no_room)
    result = cite("signet-1", "--format", "bibtex", "-o", "cited.bib", "--force")
    assert result.returncode == 3
    assert "no room left to write cited.bib" in result.stderr
    assert [path.name for path in tmp_path.glob("cited*")] == ["cited.bib"]
    assert (tmp_path / "cited.bib").read_text() == "mine"


def test_an_archive_is_never_replaced(cite: Cite, archive: Path) -> None:
    before = archive.read_bytes()
    result = cite("signet-1", "-o", "archive.db", "--force")
    assert result.returncode == 2
    assert "archive.db is a database" in result.stderr
    assert archive.read_bytes() == before


def test_a_dash_is_standard_output(cite: Cite, tmp_path: Path) -> None:
    assert cite("signet-1", "-o", "-").stdout == cite("signet-1").stdout != ""
    assert not (tmp_path / "-").exists()


def test_citations_in_words_keep_their_italics(tradepress: Tradepress, archive: Path) -> None:
    asked = ("cite", "signet-1@1", "--style", "oscola", "--accessed", "2026-11-27", "--format")
    html = tradepress(*asked, "html").stdout
    assert "<i>The Signet Gazette</i> (4 August 2017) &lt;http" in html
    assert html.startswith('<!DOCTYPE html>\n<html>\n<meta charset="utf-8">')
    markdown = tradepress(*asked, "markdown").stdout
    assert "‘Lantern Mark Refused’ *The Signet Gazette* (4 August 2017)" in markdown


def test_citations_are_a_document_of_word(
    tradepress: Tradepress, archive: Path, tmp_path: Path
) -> None:
    asked = ("cite", "signet-1@1", "--format", "docx", "--style", "bluebook")
    assert "goes with -o FILE.docx" in tradepress(*asked).stderr
    file = tmp_path / "cited.docx"
    assert tradepress(*asked, "-o", str(file)).returncode == 0
    (paragraph,) = docx.Document(str(file)).paragraphs
    faces = {run.text: (bool(run.italic), bool(run.font.small_caps)) for run in paragraph.runs}
    assert faces["Lantern Mark Refused"] == (True, False)
    assert faces["The Signet Gazette"] == (False, True)


def test_any_style_file_will_do(tradepress: Tradepress, archive: Path, tmp_path: Path) -> None:
    file = tmp_path / "mine.csl"
    file.write_text(
        '<style xmlns="http://purl.org/net/xbiblio/csl" class="note" version="1.0"><citation>'
        '<layout><text variable="title" quotes="true"/></layout></citation></style>'
    )
    result = tradepress("cite", "signet-1@1", "--style", str(file))
    assert result.stdout.startswith("“Lantern mark refused” [Archived")
    file.write_text("<style/>")
    result = tradepress("cite", "signet-1@1", "--style", str(file))
    assert result.returncode == 2
    assert "mine.csl is no citation style that can be used here: it has no layout" in result.stderr


def test_without_pandoc_it_says_so(
    tradepress: Tradepress, archive: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    result = tradepress("cite", "signet-1", "--processor", "pandoc")
    assert result.returncode == 2
    assert "pandoc is not installed here: leave out --processor pandoc." in result.stderr
