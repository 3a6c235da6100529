"""`tradepress export` as it is typed."""

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest
from conftest import Tradepress
from exported import an_article, make_archive, reserving

from tradepress.archive.errors import ArchiveError
from tradepress.archive.read_only import read_archive
from tradepress.archive.search.story_query import StoryQuery
from tradepress.research.export.export_stories import export_stories


@pytest.fixture(autouse=True)
def archive(tmp_path: Path) -> Path:
    return make_archive(
        tmp_path / "archive.db",
        [
            an_article(1),
            an_article(2, headline="Lamp cleared", section="Cases"),
            an_article(3, reservations=(reserving("noai"),)),
            an_article(4, body=None, policy="metadata-only"),
        ],
    )


def test_an_export_of_nothing_says_why(here: Tradepress) -> None:
    done = here("export", "--since", "2018", "--format", "csv", "-o", "x.csv")
    assert done.returncode == 0
    assert re.fullmatch(r"x\.csv: 0 stories, 0 with text, 0\.\d kB\n", done.stdout)
    assert done.stderr == "the stories end on 2017-08-04, earlier than 2018\n"


def made_here(folder: Path) -> set[str]:
    """All files but those of the archive."""
    names = {str(file.relative_to(folder)) for file in folder.rglob("*")}
    return {name for name in names if not name.startswith("archive.")}


def test_it_says_how_many_have_no_text_and_why(here: Tradepress, tmp_path: Path) -> None:
    done = here("export", "--format", "csv", "-o", "press.csv")
    assert done.returncode == 0
    assert re.fullmatch(r"press\.csv: 4 stories, 2 with text, \d\.\d kB\n", done.stdout)
    assert done.stderr.splitlines() == [
        "without text: 1 story of which source or operator let only metadata be kept",
        "without text: 1 story whose publisher asks that AI not use it",
        "--full adds those that are held, where you have the right to them.",
    ]
    done = here("export", "--format", "csv", "-o", "press.csv", "--full", "--force")
    assert done.stdout.startswith("press.csv: 4 stories, 3 with text")
    assert done.stderr == "without text: 1 story of which the archive holds none\n"
    done = here("export", "--format", "txt", "-o", "press", "--metadata-only")
    assert done.stdout.startswith("press: 4 stories, 0 with text")
    assert done.stderr == "without text: 4 stories whose text was not asked for\n"
    assert list((tmp_path / "press" / "texts").iterdir()) == []


def test_a_program_reads_what_came_of_it(here: Tradepress) -> None:
    done = here("export", "cleared", "--format", "jsonl", "-o", "press.jsonl", "--json")
    told = json.loads(done.stdout)
    assert (told["file"], told["stories"], told["with_text"]) == ("press.jsonl", 1, 1)
    assert told["size"] > 100
    assert told["without_text"] == {}
    assert told["by_source"] == {"gazette": 1}


def test_query_and_filters_choose_the_stories(here: Tradepress) -> None:
    for words, count in (
        (["cleared"], 1),
        (["mark", "-cleared"], 3),
        (["--section", "cases"], 1),
        (["--since", "2018"], 0),
        (["--source", "gazette", "--until", "2017-08"], 4),
    ):
        done = here("export", *words, "--format", "csv", "-o", "x.csv", "--force")
        assert done.stdout.startswith(f"x.csv: {count} stor"), (words, done.stderr)


@pytest.mark.parametrize("format", ["csv", "jsonl", "vertical"])
def test_it_writes_into_a_pipe(tradepress: Tradepress, tmp_path: Path, format: str) -> None:
    before = made_here(tmp_path)
    done = tradepress("export", "cleared", "--format", format, "-o", "-")
    assert (done.returncode, done.stderr) == (0, "")
    assert "Lamp" in done.stdout
    assert not done.stdout.startswith("\ufeff")
    assert made_here(tmp_path) == before


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["--format", "csv"], "Missing option '-o'"),
        (["-o", "x.csv"], "Missing option '--format'"),
        (["--format", "xlsx", "-o", "x"], "'xlsx' is not one of"),
        (["--format", "csv", "-o", "there.csv"], "there already"),
        (["--format", "csv", "-o", "no/x.csv"], "there is no folder no"),
        (["--format", "txt", "-o", "there.csv"], "is a file"),
        (["--format", "txt", "-o", "full"], "there already"),
        (["--format", "tei", "-o", "-"], "tei can't be written to standard"),
        (["--format", "csv", "-o", "x", "--full", "--metadata-only"], "not both"),
        (["--format", "csv", "-o", "x", "--source", "nobody"], "no source 'nobody'"),
        (["--format", "csv", "-o", "x", "--as-of", "2017"], "is not a day"),
    ],
)
def test_wrong_words_are_refused_before_anything_is_written(
    here: Tradepress, tmp_path: Path, words: list[str], says: str
) -> None:
    (tmp_path / "there.csv").write_text("mine")
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "thesis.doc").write_text("mine")
    before = made_here(tmp_path)
    done = here("export", *words)
    assert done.returncode == 2
    assert says in done.stderr
    assert made_here(tmp_path) == before


def test_a_folder_of_somebody_elses_is_not_replaced_by_force(
    here: Tradepress, tmp_path: Path
) -> None:
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "thesis.doc").write_text("mine")
    done = here("export", "--format", "txt", "-o", "full", "--force")
    assert (done.returncode, done.stdout) == (3, "")
    assert "no export made" in done.stderr
    assert (tmp_path / "full" / "thesis.doc").exists()
    for _ in range(2):
        assert here("export", "--format", "txt", "-o", "ours", "--force").returncode == 0
    assert (tmp_path / "ours" / "metadata.csv").exists()


def test_without_pyarrow_it_says_how_to_have_it(
    here: Tradepress, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    done = here("export", "--format", "parquet", "-o", "x.parquet")
    assert done.returncode == 2
    assert "pip install 'tradepress[parquet]'" in done.stderr


def test_an_archive_is_never_replaced(here: Tradepress, archive: Path) -> None:
    before = archive.read_bytes()
    done = here("export", "--format", "csv", "-o", "archive.db", "--force")
    assert done.returncode == 2
    with read_archive(archive) as db, pytest.raises(ArchiveError, match="is a database"):
        export_stories(db, StoryQuery(), target=archive, format="csv")
    assert archive.read_bytes() == before


def test_a_full_disk_behind_a_pipe_is_told(archive: Path) -> None:
    with Path("/dev/full").open("wb") as full:
        done = subprocess.run(
            [sys.executable, "-m", "tradepress", "export", "--format", "jsonl", "-o", "-"],
            cwd=archive.parent,
            stdout=full,
            stderr=subprocess.PIPE,
            check=False,
        )
    assert done.returncode == 3
    assert b"no room left to write the output" in done.stderr
