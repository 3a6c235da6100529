"""What a story may weigh on its way out: of a crafted release, as of one of ours."""

import os
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest
from archive_rows import PAPER, open_writer, save, story
from conftest import ROOT

from tradepress.archive.clean import LONGEST_TEXT
from tradepress.archive.errors import UnreadableStory
from tradepress.archive.read_only import read_archive
from tradepress.archive.stories.story_record import load_stories, load_story

STORIES = 5
MOST_MEMORY = 600_000_000


@pytest.fixture
def path(tmp_path: Path) -> Path:
    with open_writer(tmp_path / "a.db") as writer:
        writer.save_source(PAPER)
        writer.start_run("crawl", ["signet"], "0")
        for number in range(1, STORIES + 1):
            save(writer, story(number))
        writer.end_run("done", 0)
    return tmp_path / "a.db"


def change(path: Path, sql: str, *values: object) -> None:
    with closing(sqlite3.connect(path)) as db:
        for (name,) in db.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'"):
            db.execute(f"DROP TRIGGER {name}")
        db.execute(sql, values)
        db.commit()


def ids(path: Path) -> list[int]:
    with read_archive(path) as db:
        return [row[0] for row in db.execute("SELECT id FROM versions ORDER BY id")]


@pytest.mark.parametrize("column", ["headline", "body", "authors", "evidence"])
def test_what_is_longer_than_a_text_may_be_is_not_read(path: Path, column: str) -> None:
    text = "x" * (3 * LONGEST_TEXT + 1)
    change(path, f"UPDATE version_rows SET {column} = ? WHERE id = 3", text)
    with read_archive(path) as db:
        loaded = load_stories(db, ids(path))
        assert [next(loaded).ref for _ in range(2)] == ["signet-1", "signet-2"]
        with pytest.raises(UnreadableStory, match=f"the {column} of signet-3@1 can"):
            next(loaded)
        with pytest.raises(UnreadableStory):
            load_story(db, "signet-3")
        assert load_story(db, "signet-4").ref == "signet-4"
        assert db.execute("SELECT length(?)", ["x" * 9 * LONGEST_TEXT]).fetchone()[0]


@pytest.mark.slow
def test_the_longest_that_is_let_in_comes_out(path: Path) -> None:
    longest = "x" * LONGEST_TEXT
    with open_writer(path) as writer:
        writer.start_run("crawl", ["signet"], "0")
        texts = {"headline": "é" * (LONGEST_TEXT // 2), "body": longest, "description": longest}
        lists = {"keywords": [longest[:-4]], "authors": ["ab"] * (LONGEST_TEXT // 6 - 1)}
        save(writer, story(9, **texts, **lists))
        writer.end_run("done", 0)
    with read_archive(path) as db:
        found = load_story(db, "signet-9")
    assert (found.body, len(found.headline)) == (longest, LONGEST_TEXT // 2)
    assert len(found.authors) == LONGEST_TEXT // 6 - 1


@pytest.mark.slow
def test_a_story_with_endless_links_is_named(path: Path) -> None:
    change(
        path,
        "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 300000) "
        "INSERT INTO links (version_id, kind, position, text) SELECT 2, 'related', i, 'x' FROM n",
    )
    with read_archive(path) as db:
        loaded = load_stories(db, ids(path))
        assert next(loaded).ref == "signet-1"
        with pytest.raises(UnreadableStory, match="signet-2"):
            next(loaded)


MEASURED = """
import resource, subprocess, sys
code = subprocess.run(sys.argv[1:]).returncode
print(code, resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss * 1024)
"""


@pytest.mark.slow
@pytest.mark.parametrize("length", [20_000_000, LONGEST_TEXT])
def test_an_export_of_a_crafted_release_takes_bounded_memory(path: Path, length: int) -> None:
    with open_writer(path) as writer:
        writer.start_run("crawl", ["signet"], "0")
        for number in range(10, 71):
            save(writer, story(number))
        writer.end_run("done", 0)
    few = "id <= 20" if length > LONGEST_TEXT else "TRUE"
    change(path, f"UPDATE version_rows SET headline = ? WHERE {few}", "x" * length)
    change(path, f"UPDATE articles SET headline = ? WHERE {few}", "x" * length)
    program = "from tradepress.__main__ import main; main()"
    export = ("export", "--archive", str(path), "--format", "csv", "-o", str(path.parent / "a.csv"))
    done = subprocess.run(
        [sys.executable, "-c", MEASURED, sys.executable, "-c", program, *export],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
    )
    code, memory = done.stdout.split()[-2:]
    is_refused = length > LONGEST_TEXT
    assert int(memory) < MOST_MEMORY
    assert (code != "0") == is_refused, done.stderr
    assert ("the headline of signet-1@1 can" in done.stderr) == is_refused
