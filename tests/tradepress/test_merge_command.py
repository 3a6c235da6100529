"""`tradepress merge`: what it says, what it refuses, and how it goes on after it was broken off."""

import errno
import json
import shutil
import signal
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from archive_contents import differing
from archive_rows import PAPER, SISTER, Child, child, story
from conftest import Tradepress
from libraries import Library, changed

from tradepress.archive.errors import ArchiveFull
from tradepress.archive.file import schema
from tradepress.jobs.merge_archives import merge

__all__ = ["child"]

MERGE = """
import sys
import tradepress.archive.merging.bring_archive
from tradepress.configuration import Configuration
from tradepress.jobs.merge_archives import merge

tradepress.archive.merging.bring_archive.BATCH = 50

def wait(path, done, of):
    if done == 60:
        print("sixty", flush=True)
        sys.stdin.readline()

merge(sys.argv[2], archive=sys.argv[1], progress=wait, configuration=Configuration())
"""


@pytest.fixture
def ours(tmp_path: Path) -> Library:
    return Library(tmp_path / "archive.db")


@pytest.fixture
def theirs(tmp_path: Path) -> Library:
    return Library(tmp_path / "theirs.db")


def test_it_says_what_came_in_and_what_is_called_otherwise(
    here: Tradepress, ours: Library, theirs: Library
) -> None:
    ours.keep((0, story(1)))
    theirs.keep((1, changed(1)), (1, story(2)))
    result = here("merge", "theirs.db")
    assert (result.returncode, result.stderr) == (0, "")
    assert result.stdout.splitlines() == [
        "theirs.db: 2 stories: stored 2",
        "  What is cited of that archive by these names has another one here:",
        "    signet-1@1 there is signet-1@2 here",
        "  Run 2; `tradepress runs` lists it.",
    ]
    assert "merge theirs.db" in here("runs").stdout
    assert "signet-1@1 there is signet-1@2 here" in here("runs", "2").stdout
    assert here("verify").returncode == 0
    assert here("merge", "theirs.db").stdout.startswith("theirs.db: 2 stories: unchanged 2\n")


def test_an_archive_is_made_of_several(here: Tradepress, ours: Library, theirs: Library) -> None:
    ours.keep((0, story(1)))
    theirs.keep((1, story(2)))
    result = here("merge", "archive.db", "theirs.db", "--archive", "both.db", "--json")
    assert result.returncode == 0, result.stderr
    told = json.loads(result.stdout)
    assert [(one["path"], one["run"], one["stories"]["stored"]) for one in told] == [
        ("archive.db", 1, 1),
        ("theirs.db", 2, 1),
    ]
    both = Library(ours.path.with_name("both.db"))
    assert [*both.stories()] == ["signet-1", "signet-2"]


def test_an_archive_without_stories_makes_none(
    here: Tradepress, ours: Library, theirs: Library
) -> None:
    theirs.keep()
    result = here("merge", "theirs.db")
    assert result.returncode == 0
    assert "so no archive was made" in result.stdout
    assert not ours.path.exists()


def newer(path: Path) -> None:
    with closing(sqlite3.connect(path)) as db:
        db.execute(f"PRAGMA user_version={schema.SCHEMA_VERSION + 1}")


@pytest.mark.parametrize(
    ("others", "code", "words"),
    [
        ((), 2, "Name other archives"),
        (("archive.db",), 3, "archive.db is the archive itself"),
        (("theirs.db", "./theirs.db"), 3, "is named twice"),
        (("theirs.db", "nowhere.db"), 3, "there is no archive at nowhere.db"),
        (("theirs.db", "newer.db"), 3, "written by a newer Tradepress"),
        (("theirs.db", "notes.txt"), 3, "is not an SQLite database: name the .db file of another"),
        (("theirs.db", "folder"), 3, "for it is no file: name the .db file of another"),
        (("theirs.db", "empty.db"), 3, "is empty (0 bytes), not an archive: name the .db file"),
        (("theirs.db", "foreign.db"), 3, "is a database of another program: name the .db file"),
        (("theirs.db", "real.db"), 3, "they don't go into one archive"),
        (("real.db",), 3, "holds the invented sample"),
    ],
)
def test_what_can_t_be_merged_is_said_before_anything_is_written(
    here: Tradepress,
    ours: Library,
    theirs: Library,
    others: tuple[str, ...],
    code: int,
    words: str,
) -> None:
    ours.keep((0, story(1)))
    theirs.keep((0, story(2)))
    folder = ours.path.parent
    shutil.copy(theirs.path, folder / "newer.db")
    newer(folder / "newer.db")
    (folder / "notes.txt").write_text("no archive")
    (folder / "folder").mkdir()
    (folder / "empty.db").touch()
    with closing(sqlite3.connect(folder / "foreign.db")) as db:
        db.execute("CREATE TABLE lamps (oil)")
    real = [{**row, "is_sample": False} for row in (PAPER, SISTER)]
    Library(folder / "real.db", sources=real).keep((0, story(3)))
    result = here("merge", *others)
    assert (result.returncode, result.stdout) == (code, "")
    assert words in result.stderr
    assert "name another file with --archive" not in result.stderr
    assert [*ours.stories()] == ["signet-1"]
    assert ours.ask("SELECT count(*) FROM runs") == [(1,)]


def test_the_operator_s_word_on_what_may_be_kept_counts(
    here: Tradepress, ours: Library, theirs: Library
) -> None:
    theirs.keep((0, story(1)))
    (ours.path.parent / "tradepress.toml").write_text('policy = "metadata-only"\n')
    assert here("merge", "theirs.db").returncode == 0
    assert ours.ask("SELECT body, policy, capture_id FROM versions") == [
        (None, "metadata-only", None)
    ]


def test_what_is_left_behind_is_named(here: Tradepress, ours: Library, theirs: Library) -> None:
    theirs.keep((0, story(1)))
    shutil.rmtree(theirs.path.with_name("theirs.captures"))
    result = here("merge", "theirs.db")
    assert result.returncode == 1
    assert "signet-1@1: its captured page stays behind: signet-" in result.stderr
    assert [*ours.stories()] == ["signet-1"]


def test_mentions_are_those_of_the_rules_here(
    here: Tradepress, ours: Library, theirs: Library
) -> None:
    """Those of the other archive, which nobody looked for, are looked for."""
    theirs.keep((0, story(1, body="The case was T-123/16 before the General Court.")))
    assert theirs.ask("SELECT count(*) FROM mentions") == [(0,)]
    here("merge", "theirs.db")
    assert ("cjeu",) in ours.ask("SELECT kind FROM mentions")
    assert ours.ask("SELECT count(*) FROM mention_readings") == [(1,)]


# Broken off


def many(theirs: Library, number: int = 70) -> None:
    theirs.keep(*((day % 28, story(day)) for day in range(1, number + 1)))


def require_whole(ours: Library, theirs: Library) -> None:
    """Merged again, as if nothing had broken it off."""
    whole = Library(ours.path.with_name("whole.db"))
    for library in (ours, whole):
        merge(theirs.path, archive=library.path)
    assert whole.stories().keys() == theirs.stories().keys()
    assert differing(ours.stories(), whole.stories()) == {}
    pages = "SELECT url, digest FROM captures ORDER BY url"
    assert ours.ask(pages) == theirs.ask(pages)
    assert ours.ask("SELECT count(*) FROM runs WHERE state = 'running'") == [(0,)]


def test_ctrl_c_ends_it_between_two_stories(ours: Library, theirs: Library) -> None:
    many(theirs, 5)

    def stop(_path: Path, done: int, _of: int) -> None:
        if done == 2:
            signal.raise_signal(signal.SIGINT)

    with pytest.raises(KeyboardInterrupt):
        merge(theirs.path, archive=ours.path, progress=stop)
    assert ours.ask("SELECT state, stored FROM runs") == [("interrupted", 2)]
    require_whole(ours, theirs)


def test_a_full_disk_ends_it(
    ours: Library, theirs: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    many(theirs)
    left = iter(range(3))

    def require_room(*_: Any) -> None:
        if next(left, None) is None:
            raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as full:
        full.setattr("tradepress.archive.file.transaction.require_room", require_room)
        with pytest.raises(ArchiveFull):
            merge(theirs.path, archive=ours.path)
    assert 0 < len(ours.stories()) < 70
    require_whole(ours, theirs)


@pytest.mark.slow
def test_a_killed_one_goes_on(ours: Library, theirs: Library, child: Any) -> None:
    many(theirs)
    killed: Child = child(MERGE, ours.path, theirs.path)
    assert killed.line() == "sixty"
    killed.kill()
    assert len(ours.stories()) == 50
    require_whole(ours, theirs)
    assert ours.ask("SELECT state FROM runs ORDER BY id") == [("interrupted",), ("done",)]
