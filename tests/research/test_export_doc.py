"""docs/researcher/exporting.md can't lie: its commands, its Python and its SQL are run."""

import contextlib
import io
import re
import shlex
from pathlib import Path

import duckdb
import pytest
from conftest import ROOT, Tradepress
from exported import an_article, make_archive

import tradepress
from tradepress.research.export.export_stories import EXPORT_FORMATS
from tradepress.story import Link, Mention

DOCUMENT = (ROOT / "docs" / "researcher" / "exporting.md").read_text()


def blocks(language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```$", DOCUMENT, re.MULTILINE | re.DOTALL)


@pytest.fixture
def folder(tmp_path: Path, here: Tradepress) -> Path:
    """With an archive, and all that the commands of the document make of it."""
    link = Link(
        kind="in_text", text="earlier", url="https://gazette.example/news/lantern-1", position=0
    )
    named = Mention(field="body", start=0, end=4, kind="court", value="General Court")
    make_archive(
        tmp_path / "archive.db",
        [
            an_article(1),
            an_article(2, headline="'Counterfeit' lamps", related_links=(link,)),
            an_article(3, body="A counterfeit.", date_published="2016-03-01", mentions=(named,)),
        ],
    )
    for command in re.findall(r"^\$ tradepress (.*)$", "".join(blocks("console")), re.MULTILINE):
        if "-o -" not in command:
            done = here(*shlex.split(command))
            assert done.returncode == 0, done.stderr
    return tmp_path


def test_the_recipes_of_duckdb_run_and_find_something(folder: Path) -> None:
    years, mentioned, linked, guarded = (duckdb.sql(sql).fetchall() for sql in blocks("sql"))
    assert years == [(2016, "gazette", 1, 1), (2017, "gazette", 2, 2)]
    assert mentioned == [("court", "General Court", 1)]
    assert linked == [("gazette-1", 1)]
    assert ("gazette-2", "'Counterfeit' lamps", ["Petra Holm"]) in guarded


def test_its_python_runs(folder: Path) -> None:
    (program,) = blocks("python")
    with contextlib.redirect_stdout(io.StringIO()) as printed:
        exec(program, {})
    assert printed.getvalue().startswith("3 3 {}\n")
    assert (folder / "years.parquet.about.json").exists()


def test_every_format_is_named() -> None:
    assert re.findall(r"^\| `(\w+)` \| ", DOCUMENT, re.MULTILINE) == [*EXPORT_FORMATS]
    costs = DOCUMENT[DOCUMENT.index("## What it costs") :]
    assert re.findall(r"^\| (\w+) \| ", costs, re.MULTILINE) == [*EXPORT_FORMATS]
    told = re.search(r":param format:(.*?):param", str(tradepress.export.__doc__), re.DOTALL)
    assert told is not None
    assert re.findall(r"``(\w+)``", told[1]) == [*EXPORT_FORMATS]
