"""Arguments that nobody means, and places where nobody stands: one line each, and no hang."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from archive_rows import open_writer
from conftest import ROOT, Tradepress, a_story, quick_first

from tradepress.archive.errors import NotAnArchive
from tradepress.archive.read_only import read_archive
from tradepress.command_line import run_and_flush

SURROGATE = os.fsdecode(b"odd-\xff.db")
ESCAPES = "\x1b[31mred\x1b]0;title\x07.db"
COMMANDS = (
    ["runs"],
    ["search", "lantern"],
    ["show", "wipr-1"],
    ["ingest", "page.html"],
    ["fetch", "https://paper.example/x", "--contact", "me@library.example"],
    ["health"],
    ["verify"],
    ["backup"],
    ["browse"],
    ["reextract"],
    ["crawl", "wipr"],
    ["demo"],
)


@pytest.mark.parametrize("command", COMMANDS, ids=lambda command: command[0])
@pytest.mark.parametrize(
    ("archive", "words"),
    [
        ("loop.db", "Too many levels of symbolic links: name a file"),
        ("pipe.db", "pipe.db is no file but a pipe, a device or the like"),
        ("/dev/zero", "/dev/zero is no file but a pipe"),
        ("folder.db", "folder.db is a folder: name a file"),
        ("n" * 300, "File name too long"),
        (SURROGATE, "is not UTF-8: name a file"),
    ],
    ids=["loop", "pipe", "device", "folder", "long", "surrogate"],
)
def test_what_can_be_no_archive(
    here: Tradepress, tmp_path: Path, command: list[str], archive: str, words: str
) -> None:
    (tmp_path / "loop.db").symlink_to("loop.db")
    (tmp_path / "folder.db").mkdir()
    os.mkfifo(tmp_path / "pipe.db")
    (tmp_path / SURROGATE).touch()
    result = here(*command, "--archive", archive)
    assert result.returncode == 2
    assert words in " ".join(result.stderr.split())
    assert "defect" not in result.stderr


@pytest.mark.parametrize("name", ["pipe.db", "folder.db"])
def test_a_library_does_not_hang_either(tmp_path: Path, name: str) -> None:
    os.mkfifo(tmp_path / "pipe.db")
    (tmp_path / "folder.db").mkdir()
    with pytest.raises(NotAnArchive, match=f"{name} can.t be read, for it is no file"):
        read_archive(tmp_path / name)


def test_of_a_release_the_archive_in_it_is_named(here: Tradepress, tmp_path: Path) -> None:
    (tmp_path / "released").mkdir()
    (tmp_path / "released/archive.db").touch()
    words = "is a folder: name the archive in it, .*released/archive.db"
    result = here("search", "--archive", "released")
    assert result.returncode == 2
    assert re.search(words, " ".join(result.stderr.split()))
    with pytest.raises(NotAnArchive, match=words):
        read_archive(tmp_path / "released")


@pytest.mark.parametrize(
    "command",
    [
        ["extract", ""],
        ["extract", "page.html", "--url", ""],
        ["ingest", ""],
        ["ingest", "page.html", "--url="],
        ["ingest", "page.html", "--source", ""],
        ["fetch", ""],
        ["fetch", f"http://paper.example/{SURROGATE}"],
        ["show", ""],
        ["runs", "--archive", ""],
        ["search", "lantern", "--archive", ""],
        ["backup", "-o", ""],
        ["show", SURROGATE],
        ["extract", SURROGATE],
        ["ingest", "page.html", "--url", f"http://www.worldipreview.com/news/{SURROGATE}"],
        ["withdraw", SURROGATE, "--reason", "x"],
        ["crawl", SURROGATE],
        [SURROGATE],
        ["--config", "pipe.toml", "runs"],
        ["--config", "/dev/zero", "runs"],
        ["--config", "", "runs"],
    ],
    ids=ascii,
)
def test_no_argument_is_empty_or_odd(here: Tradepress, tmp_path: Path, command: list[str]) -> None:
    os.mkfifo(tmp_path / "pipe.toml")
    (tmp_path / "page.html").write_text(a_story("Lantern case"))
    result = here(*command)
    assert result.returncode == 2, result.stderr
    assert result.stderr.count("Error: ") == 1
    assert "defect" not in result.stderr
    assert [path.name for path in tmp_path.glob("*.db*")] == []


@pytest.mark.parametrize(
    "command",
    [
        ["runs", "--archive", ESCAPES],
        ["show", ESCAPES],
        ["extract", ESCAPES],
        ["ingest", ESCAPES],
        ["search", "x", "--source", ESCAPES],
        ["crawl", ESCAPES],
        ["--config", ESCAPES, "runs"],
        ["health", "--archive", ESCAPES],
        [ESCAPES],
    ],
    ids=lambda command: command[0] if command[0].isalpha() else ascii(command[0]),
)
def test_what_commands_a_terminal_is_printed_inert(
    here: Tradepress, monkeypatch: pytest.MonkeyPatch, command: list[str]
) -> None:
    monkeypatch.setattr("click.utils.should_strip_ansi", lambda *_: False)  # as on a terminal
    result = here(*command)
    assert result.returncode in (1, 2, 3)
    assert "\x1b" not in result.stdout + result.stderr
    assert "\x07" not in result.stdout + result.stderr


@pytest.mark.parametrize("command", [["demo"], ["crawl", "wipr", "--contact", "a@lamps.example"]])
def test_too_little_address_space_is_told_before_anything_hangs(
    here: Tradepress, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, command: list[str]
) -> None:
    monkeypatch.setattr("resource.getrlimit", lambda _: (500 << 20, -1))
    result = here(*command)
    assert result.returncode == 2
    assert "This shell allows 500 MB of address space (ulimit -v), and a crawl" in result.stderr
    assert list(tmp_path.glob("archive*")) == []


def test_a_file_may_have_a_name_of_other_days(here: Tradepress, tmp_path: Path) -> None:
    name = os.fsdecode("lanterne-refusée.html".encode("latin-1"))
    (tmp_path / name).write_text(a_story("Lantern case"))
    url = "https://www.worldipreview.com/trademark/lantern-case-15002"
    assert here("extract", name, "--url", url, "--json").returncode == 0


def test_a_folder_that_was_deleted_is_told_with_what_to_do(
    here: Tradepress, tmp_path: Path
) -> None:
    tmp_path.rmdir()
    result = here("runs")
    assert result.returncode == 2
    assert result.stderr == (
        "Error: the current folder was deleted: change to another one and run the command again\n"
    )
    tmp_path.mkdir()


@pytest.mark.parametrize(
    "command",
    quick_first(
        [["--help"], ["sources", "list"], ["runs"], ["search", "lantern"], ["show", "wipr-15002"]],
        2,
    ),
    ids=lambda command: command[0],
)
def test_who_stops_reading_ends_a_command_in_peace(
    here: Tradepress, tmp_path: Path, command: list[str]
) -> None:
    if command[0] in ("runs", "search", "show"):
        (tmp_path / "page.html").write_text(a_story("Lantern case"))
        url = "https://www.worldipreview.com/trademark/lantern-case-15002"
        assert here("ingest", "page.html", "--url", url).returncode == 0
    read, write = os.pipe()
    os.close(read)
    try:
        result = subprocess.run(
            [sys.executable, "-m", "tradepress", *command],
            cwd=tmp_path,
            env=os.environ | {"PYTHONPATH": str(ROOT)},
            stdout=write,
            stderr=subprocess.PIPE,
            text=True,
            timeout=60,
            check=False,
        )
    finally:
        os.close(write)
    assert (result.returncode, result.stderr) == (0, "")


@pytest.mark.parametrize("stream", ["stdin", "stdout"])
def test_a_stream_that_was_closed_is_no_defect(
    here: Tradepress, monkeypatch: pytest.MonkeyPatch, stream: str
) -> None:
    """As supervisors start programs, and shells with ``<&-`` and ``>&-``."""
    with open_writer(Path("archive.db"), command="tests"):
        pass
    command = ["backup"] if stream == "stdin" else ["sources", "list"]
    monkeypatch.setattr(sys, stream, None)
    if stream == "stdin":
        result = here(*command)
        assert (result.returncode, result.stderr) == (0, "")
        assert here("withdraw", "wipr-1", "--reason", "asked").returncode == 2
    else:
        assert run_and_flush(command) == 0
