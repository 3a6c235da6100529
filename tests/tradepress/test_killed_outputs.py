"""What killed commands leave of their output: no word of a story that is withdrawn afterwards."""

import os
import signal
import sqlite3
from contextlib import closing
from pathlib import Path

import preloaded
import pytest
from conftest import ROOT, Tradepress
from withdrawn_story import path, words_in

__all__ = ["path"]

KILLED = """
import os, signal, sys
from tradepress.archive import disk
from tradepress.archive.care import backup, snapshot
from tradepress.command_line import run
real_sync = disk.sync
def kill(*_): os.kill(os.getpid(), signal.SIGKILL)
def sync(path):
    if str(path).startswith("/proc/self/fd") or "elsewhere/" in str(path):
        kill()
    real_sync(path)
disk.sync = sync
disk.os.sync = kill
backup._copy_captures = kill
sys.exit(run(sys.argv[1:]))
"""
"""It dies when all is written, before it has its name."""
WITHDRAW = ("withdraw", "signet-7", "--reason", "court order", "--yes", "--everywhere")
OUTPUTS = (
    ("export", "--format", "csv", "-o", "elsewhere/press.csv"),
    ("export", "--format", "tei", "-o", "elsewhere/press"),
    ("export", "--format", "parquet", "--partition", "year", "-o", "elsewhere/press"),
    ("captures", "export", "-o", "elsewhere/press.wacz"),
    ("cite", "lantern", "-o", "elsewhere/press.bib"),
    ("backup",),
    ("release", "-o", "elsewhere/release", "--title", "Press", "--creator", "Ada Ray"),
)


def kill(folder: Path, *command: str) -> None:
    (folder / "elsewhere").mkdir(exist_ok=True)
    done = preloaded.run(
        ["-c", KILLED, *command], cwd=folder, env={**os.environ, "PYTHONPATH": str(ROOT)}
    )
    assert done.returncode == -signal.SIGKILL, done.stderr


@pytest.mark.slow
@pytest.mark.parametrize("command", OUTPUTS, ids=lambda command: "-".join(command[:3]))
def test_no_withdrawn_word_is_left(
    here: Tradepress, path: Path, tmp_path: Path, command: tuple[str, ...]
) -> None:
    kill(tmp_path, *command)
    is_named = bool([*(tmp_path / "elsewhere").iterdir()]) or command[0] == "backup"
    health = here("health").stdout
    assert ("a killed command left half of its output" in health) == is_named
    done = here(*WITHDRAW)
    assert done.returncode == 0, done.stderr
    assert ("Removed, as a killed command had left it: " in done.stdout) == is_named
    assert words_in(tmp_path) == set()
    assert not list(tmp_path.rglob("*.part"))
    assert here(*command).returncode == 0


@pytest.mark.slow
def test_what_is_being_written_is_told(
    here: Tradepress, path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A release that began before the withdrawal gets its name after it."""
    from tradepress.archive.disk import folder_written_whole

    with folder_written_whole(tmp_path / "release", archive=path) as part:
        done = here(*WITHDRAW)
        assert done.returncode == 1
        assert f"{part}, an unfinished output of this archive, may hold the text: " in done.stderr
        assert done.stderr.count(str(part)) == 1
    assert here("withdraw").returncode == 0


@pytest.mark.slow
def test_shards_that_a_killed_job_left_are_named(
    here: Tradepress, path: Path, tmp_path: Path
) -> None:
    shards = tmp_path / "archive.shards"
    texts = shards / "export-0123" / "1a2b" / "parts"
    texts.mkdir(parents=True)
    story = shards / "ingest-0123" / "1a2b" / "archive.db"
    story.parent.mkdir(parents=True)
    with closing(sqlite3.connect(path)) as whole:
        whole.execute("VACUUM INTO ?", [str(story)])
    done = here(*WITHDRAW)
    assert f"  {shards / 'export-0123'}\n  {story}\n" in done.stdout
