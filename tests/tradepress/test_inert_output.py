"""Whatever an archive of somebody else's holds, it commands no terminal that shows it."""

import io
import os
import pty
import sqlite3
import subprocess
import sys
from contextlib import closing, suppress
from pathlib import Path

import pytest
from browsing import a_run, save
from conftest import ROOT

from tradepress.commands.inert_output import COLOURS, OF_BARS, InertOutput

TITLE, RED, ERASED = "\x1b]0;owned\x07", "\x1b[31m", "\x1b[1A\x1b[2K"


def printed(words: str, kept: str) -> str:
    written = io.BytesIO()
    stream = InertOutput(io.TextIOWrapper(written, "utf-8"), kept)
    assert stream.write(words) == len(words)
    stream.flush()
    return written.getvalue().decode()


@pytest.mark.parametrize(
    ("words", "result", "beside"),
    [
        ("Lantern\n\t商標\r\n", "Lantern\n\t商標\r\n", "Lantern\n\t商標\r\n"),
        (f"{RED}Lantern\x1b[0m", f"{RED}Lantern\x1b[0m", f"{RED}Lantern\x1b[0m"),
        (f"a{TITLE}b", "a]0;ownedb", "a]0;ownedb"),
        (f"a{ERASED}b", "a[1A[2Kb", f"a{ERASED}b"),
        ("a\x9b31m\x9d0;x\x9c\x08\x7f", "a31m0;x", "a31m0;x"),
        ("\x1b[6n\x1b[21t\x1bc\x1b(0\x1bP", "[6n[21tc(0P", "[6n[21tc(0P"),
        ("\x1b\x1b]0;x", "]0;x", "]0;x"),
        ("\x1b\x07[31m", "[31m", "[31m"),
        ("run 1\rrun 2\v\f\r\r\n", "run 1run 2\r\n", "run 1\rrun 2\r\r\n"),
        ("\x1b[8mhidden\x1b[28m", "[8mhidden[28m", "\x1b[8mhidden\x1b[28m"),
        ("\x1b[1;33mgold\x1b[0m", "\x1b[1;33mgold\x1b[0m", "\x1b[1;33mgold\x1b[0m"),
    ],
)
def test_of_all_that_steers_colours_alone_are_printed(words: str, result: str, beside: str) -> None:
    assert printed(words, COLOURS) == result
    assert printed(words, f"{COLOURS}|{OF_BARS}") == beside


def on_a_terminal(folder: Path, *command: str) -> str:
    """What a command shows on a terminal of its own."""
    ours, its = pty.openpty()
    with subprocess.Popen(
        [sys.executable, "-m", "tradepress", *command],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(ROOT), "TERM": "xterm"},
        stdin=its,
        stdout=its,
        stderr=its,
    ):
        os.close(its)
        shown = b""
        with suppress(OSError):  # as the terminal ends
            while part := os.read(ours, 65536):
                shown += part
    os.close(ours)
    return shown.decode()


@pytest.mark.parametrize(
    "command", [["runs"], ["search", "lantern"], ["show", "signet-1"], ["runs", "1"]], ids=" ".join
)
def test_a_crafted_archive_commands_no_terminal(tmp_path: Path, command: list[str]) -> None:
    path = tmp_path / "archive.db"
    with a_run(path) as writer:
        save(writer, "Lantern mark refused", site_id="1")
    with closing(sqlite3.connect(path)) as db, db:
        for (trigger,) in db.execute(
            "SELECT name FROM sqlite_schema WHERE type = 'trigger'"
        ).fetchall():
            db.execute(f"DROP TRIGGER {trigger}")
        db.execute("UPDATE articles SET headline = headline || ?", [TITLE])
        db.execute("UPDATE version_rows SET headline = headline || ?", [TITLE])
        db.execute("UPDATE runs SET command = command || ?", [TITLE])
    shown = on_a_terminal(tmp_path, *command)
    assert "owned" in shown
    assert not {"\x07", "\x1b]"} & {*shown, *(shown[at : at + 2] for at in range(len(shown)))}
