"""large-archives.md can't lie: its commands, its SQL and its Python are run, in order."""

import re
import subprocess
import sys
from itertools import pairwise
from pathlib import Path

import duckdb
import pytest
from conftest import ROOT
from documents import COMMAND, FENCE, Step, normal, run

DOCUMENT = (ROOT / "docs" / "researcher" / "large-archives.md").read_text()
OF_RESEARCH = (ROOT / "docs" / "researcher" / "research.md").read_text()
BLOCKS = [*FENCE.findall(DOCUMENT), ("", "")]


def printed_by(connection: duckdb.DuckDBPyConnection, sql: str) -> str:
    """A line of names and a line a row."""
    rows = connection.execute(sql).fetchall()
    names = [column[0] for column in connection.description or []]
    return "\n".join(" ".join(map(str, line)) for line in [names, *rows])


@pytest.mark.slow  # a crawl, and Dask in a process of its own
def test_all_that_is_shown_comes_out(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / "press"
    folder.mkdir()
    monkeypatch.chdir(folder)
    compared = 0
    with duckdb.connect() as connection:
        for (kind, text), (after, shown) in pairwise(BLOCKS):
            if kind == "console":
                found = COMMAND.findall(text)
            elif kind in ("sql", "python"):
                found = [(text, shown if after == "text" else None)]
            else:
                continue
            for words, expected in found:
                step = Step(chapter="", kind=kind, text=words, printed="")
                printed = printed_by(connection, words) if kind == "sql" else run(step, folder)
                if expected is not None:
                    assert normal(printed) == normal(expected), words
                    compared += 1
    assert compared > 10
    taken = duckdb.sql("SELECT count(body) FROM 'counterfeits.parquet'").fetchall()
    assert taken == [(2,)]


def test_it_answers_as_the_archive_does() -> None:
    """What both pages show, whose commands and SQL are run."""
    for shown in (
        r"7180514687ab656dd15cca2665dca2dc991c75636f70bdb8150dd39fdd5fc4ee",
        r"2015 +1 +(?:of )?6\b",
        r"2019 +1 +(?:of )?4\b",
        r"2015-09-08 +makers-3464 ",
        r"2018-10-02 +makers-5379 ",
    ):
        for page in (DOCUMENT, OF_RESEARCH):
            assert re.search(shown, page), shown


@pytest.mark.slow
def test_the_bench_asks_all_of_it_and_both_count_alike() -> None:
    done = subprocess.run(
        [sys.executable, str(ROOT / "bench" / "large_archives.py"), "--stories", "600"],
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    asked = re.findall(r"^-- (.+)$", DOCUMENT, re.MULTILINE)
    assert len(asked) > 8
    for words in asked:
        assert f"| {words} [" in done.stdout
    year = re.search(r"\[\(2015, (\d+), (\d+), ", done.stdout)
    assert year is not None
    assert f"'2015 {year[1]} of {year[2]}'" in done.stdout
