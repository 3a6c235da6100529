"""`tradepress count` as a person types it."""

import json
import re
from pathlib import Path

import pytest
from archive_rows import PAPER, SISTER, Clock, clock, open_writer, save, story
from conftest import Tradepress

__all__ = ["clock"]


@pytest.fixture
def archive(tmp_path: Path, clock: Clock) -> Path:
    with open_writer(tmp_path / "archive.db", command="tests") as writer:
        writer.save_source(PAPER)
        writer.save_source(SISTER)
        writer.start_run("tests", ["signet", "makers"], "0")
        save(writer, story(1, date_published="2015-11-30", authors=["Petra Holm", "Ann Oakes"]))
        save(writer, story(2, date_published="2016-01-05", headline="Pewter ruling"))
        save(writer, story(3, date_published=None, headline="Pewter appeal", authors=[]))
        writer.end_run("done", 0)
    return tmp_path / "archive.db"


@pytest.mark.usefixtures("archive")
def test_months_without_a_story_and_undated_ones_are_told(here: Tradepress) -> None:
    assert here("count").stdout.splitlines() == [
        "month    stories",
        "2015-11        1",
        "2015-12        0",
        "2016-01        1",
        "undated        1",
        "3 stories",
    ]
    assert here("count", "pewter", "--by", "year", "--share").stdout.splitlines() == [
        "year     stories  of    share",
        "2016           1   1  100.0 %",
        "undated        1   1  100.0 %",
        "2 stories, 66.7 % of 3",
    ]


@pytest.mark.usefixtures("archive")
def test_whoever_has_two_authors_counts_for_both_and_that_is_said(here: Tradepress) -> None:
    lines = here("count", "--by", "author").stdout.splitlines()
    assert lines == [
        "author      stories",
        "Petra Holm        2",
        "Ann Oakes         1",
        "no author         1",
        "3 stories",
        "A story with more than one author counts for each.",
    ]


@pytest.mark.usefixtures("archive")
def test_files_are_written_whole_and_not_over_others(here: Tradepress, tmp_path: Path) -> None:
    files = ["--csv", "c.csv", "--svg", "c.svg", "--png", "c.png"]
    told = here("count", *files)
    assert (told.returncode, told.stderr) == (0, "")
    assert told.stdout.splitlines()[-3:] == ["Written: c.csv", "Written: c.svg", "Written: c.png"]
    assert (tmp_path / "c.csv").read_text().splitlines()[1] == '"2015-11",1'
    assert (tmp_path / "c.svg").read_text().startswith("<svg ")
    assert (tmp_path / "c.png").read_bytes().startswith(b"\x89PNG")
    assert not list(tmp_path.glob("*.part"))
    again = here("count", "--svg", "c.svg")
    assert again.returncode == 2
    assert "c.svg is there already" in again.stderr
    assert here("count", "--svg", "c.svg", "--force").returncode == 0
    both = here("count", "--svg", "x", "--csv", "x")
    assert (both.returncode, (tmp_path / "x").exists()) == (2, False)
    assert "each need a file of their own" in both.stderr


@pytest.mark.usefixtures("archive")
def test_a_picture_goes_through_a_pipe_alone(tradepress: Tradepress) -> None:
    told = tradepress("count", "pewter", "--svg", "-")
    assert (told.returncode, told.stdout[:5], told.stdout[-7:]) == (0, "<svg ", "</svg>\n")
    assert told.stderr == "2 stories\n"


@pytest.mark.usefixtures("archive")
def test_a_folder_that_takes_no_file_is_told(here: Tradepress) -> None:
    told = here("count", "--csv", "/proc/counts.csv")
    assert told.returncode == 3
    assert re.search(r"/proc/counts\.csv\.[0-9a-f]+\.part", told.stderr)
    assert "check the folder and its rights" in told.stderr


@pytest.mark.usefixtures("archive")
def test_a_program_reads_all(here: Tradepress) -> None:
    told = json.loads(here("count", "pewter", "--by", "month", "--share", "--json").stdout)
    assert told == {
        "query": {"words": "pewter"},
        "by": ["month"],
        "total": 2,
        "copies_left_out": 0,
        "of": 3,
        "share": 2 / 3,
        "rows": [
            {"month": "2016-01", "stories": 1, "of": 1, "share": 1.0},
            {"month": None, "stories": 1, "of": 1, "share": 1.0},
        ],
    }


@pytest.mark.usefixtures("archive")
@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--by", "colour"], "'colour' is not one of 'day', 'month', 'year'"),
        (["--by", "year", "--by", "year"], "two different words"),
        (["--by", "year", "--by", "source", "--svg", "x.svg"], "A picture shows counts by one"),
        (["--share"], "--share needs a QUERY"),
        (["--csv", "-", "--json"], "takes one of CSV, SVG, PNG and JSON"),
        (["--csv", "-", "--svg", "-"], "takes one of CSV, SVG, PNG and JSON"),
        (["--svg", "nowhere/x.svg"], "there is no folder nowhere"),
        (["--since", "2015-13"], "'2015-13' is not a date"),
    ],
)
def test_what_can_not_be_counted_is_said_before_anything_is(
    here: Tradepress, tmp_path: Path, arguments: list[str], words: str
) -> None:
    told = here("count", *arguments)
    assert (told.returncode, told.stdout) == (2, "")
    assert words in told.stderr
    assert [path.name for path in tmp_path.glob("*.svg*")] == []
