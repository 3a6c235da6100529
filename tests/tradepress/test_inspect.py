"""A file of somebody else's is looked over: what is in it is told, and nothing is written."""

import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from conftest import ROOT
from hostile_files import HOSTILE, library, packed, put, query, record, release, shard, wacz
from libraries import Library

from tradepress.archive.care.backup import backup
from tradepress.command_line import run
from tradepress.jobs.inspect_file import inspect
from tradepress.jobs.withdraw_stories import withdraw

QUICK = [name for name, one in HOSTILE.items() if not one.is_long]
LONG = [name for name, one in HOSTILE.items() if one.is_long]
INSPECT = """
import json, re, resource, sys
from dataclasses import asdict
from pathlib import Path
from tradepress.jobs.inspect_file import NotInspected, inspect

def said(name):
    status = Path("/proc/self/status").read_text()
    return int(re.findall(name + r":\\s+(\\d+) kB", status)[0])

more = (said("VmSize") << 10) + 300_000_000
resource.setrlimit(resource.RLIMIT_AS, (more, more))
for path in sys.argv[1:]:
    try:
        print(json.dumps(asdict(inspect(path))))
    except NotInspected as error:
        print(json.dumps({"kind": "", "findings": [], "would": str(error)}))
print(said("VmHWM"))
"""
"""Looks at files where no more than 300 MB are to be had."""
MOST_SECONDS = 30


def test_there_are_many_of_all_kinds() -> None:
    assert len(HOSTILE) >= 60


def seen(folder: Path) -> dict[str, tuple[int, int, bytes]]:
    """All that lies in a folder: names, kinds, times and bytes."""
    return {
        str(path.relative_to(folder)): (
            (there := path.lstat()).st_mode,
            there.st_mtime_ns,
            path.read_bytes() if path.is_file() and not path.is_symlink() else b"",
        )
        for path in folder.rglob("*")
    }


def inspected(folder: Path, names: list[str]) -> Iterator[tuple[str, dict[str, object], int]]:
    made = {}
    for number, name in enumerate(names):
        (folder / str(number)).mkdir()
        made[name] = HOSTILE[name].make(folder / str(number))
    before = seen(folder)
    done = subprocess.run(
        [sys.executable, "-c", INSPECT, *map(str, made.values())],
        cwd=ROOT,
        env={
            "PATH": "",
            "PYTHONPATH": str(ROOT),
            "TMPDIR": str(folder),
            "SQLITE_TMPDIR": str(folder),
        },
        capture_output=True,
        text=True,
        check=False,
        timeout=MOST_SECONDS * (len(names) if names is LONG else 1),
    )
    assert done.returncode == 0, done.stderr[-2000:]
    assert seen(folder) == before
    *lines, peak = done.stdout.splitlines()
    for name, line in zip(names, lines, strict=True):
        yield name, json.loads(line), int(peak) << 10


def is_told(name: str, told: dict[str, object]) -> bool:
    one, findings = HOSTILE[name], told["findings"]
    assert isinstance(findings, list)
    assert all(words["words"].isprintable() for words in findings)
    if not one.check:
        return not told["kind"]
    return any(said["check"] == one.check and one.words in said["words"] for said in findings)


def test_each_is_told_and_nothing_is_written(tmp_path: Path) -> None:
    found = {name: told for name, told, _ in inspected(tmp_path, QUICK)}
    wrong = {name: told for name, told in found.items() if not is_told(name, told)}
    assert wrong == {}


@pytest.mark.slow
@pytest.mark.parametrize("name", LONG)
def test_what_would_take_all_memory_or_time_is_told(tmp_path: Path, name: str) -> None:
    ((_, told, peak),) = inspected(tmp_path, [name])
    assert is_told(name, told), told
    assert peak < 300_000_000


GOOD: dict[str, tuple[Callable[[Path], Path], str]] = {
    "an archive": (library, "merge reads 3 of its 3 stories"),
    "a release": (release(lambda made: None), "merge reads 3 of its 3 stories"),
    "a shard": (shard(), "merge reads 3 of its 3 stories"),
    "a WARC": (put("a.warc.gz", packed(record(1), record(2))), "ingest reads 2 pages of it"),
    "a WARC that is not packed": (put("a.warc", record(1)), "ingest reads 1 page of it"),
    "a WACZ": (put("a.wacz", wacz()), "ingest reads 1 page of it"),
    "a saved query": (put("lamps.json", query()), "`query run` asks it, after 1 run"),
}


@pytest.mark.parametrize("name", GOOD)
def test_of_what_is_sound_there_is_nothing_to_tell(tmp_path: Path, name: str) -> None:
    make, would = GOOD[name]
    found = inspect(make(tmp_path))
    assert [(one.check, one.words) for one in found.findings] == []
    assert found.would == would
    assert found.kind


@pytest.fixture
def here(tmp_path: Path) -> Path:
    """Our archive, which withdrew the second story."""
    path = library(tmp_path)
    withdraw(path, "signet-2", reason="Asked for")
    return path


@pytest.mark.parametrize("name", ["an archive", "a WARC", "a WACZ", "a saved query"])
def test_what_we_have_withdrawn_is_found_again(here: Path, tmp_path: Path, name: str) -> None:
    (tmp_path / "theirs").mkdir()
    make, _ = GOOD[name]
    if name == "a saved query":
        make = put("lamps.json", query("signet-2"))
    theirs = make(tmp_path / "theirs")
    assert inspect(theirs).findings == []
    (found,) = [one for one in inspect(theirs, archive=here).findings if one.check == "withdrawn"]
    assert "signet-2: it stays out" in found.words


def test_the_command_tells_by_its_exit_code(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "bad").mkdir()
    bad = HOSTILE["escapes in a paper's name"].make(tmp_path / "bad")
    assert run(["inspect", str(library(tmp_path))]) == 0
    assert "Then merge reads 3 of its 3 stories." in capsys.readouterr().out
    assert run(["inspect", str(bad)]) == 1
    told = capsys.readouterr().out
    assert "signs: publisher of a row of sources" in told
    assert told.replace("\n", "").isprintable()
    assert run(["inspect", "--json", str(bad)]) == 1
    assert json.loads(capsys.readouterr().out)["findings"][0]["check"] == "signs"
    for name in ("none", "."):
        assert run(["inspect", name]) == 2
        assert "Error:" in capsys.readouterr().err


def test_browse_refuses_a_release_that_was_changed(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    made = HOSTILE["a release whose archive was changed"].make(tmp_path)
    assert run(["browse", str(made)]) == 3
    assert "own is not as Tradepress makes it" in capsys.readouterr().err


def test_backup_and_merge_tell_of_a_log_that_was_cut(tmp_path: Path) -> None:
    (tmp_path / "theirs").mkdir()
    theirs = HOSTILE["a log that lost its end"].make(tmp_path / "theirs")
    words = "does not fit"
    assert any(words in problem for problem in backup(theirs).problems)
    merged = Library(tmp_path / "here.db").take(Library(theirs))
    assert any(words in problem for problem in merged.unreadable)


def test_backup_copies_no_link_among_saved_queries(tmp_path: Path) -> None:
    path = library(tmp_path)
    (tmp_path / "queries").mkdir()
    (tmp_path / "queries" / "lamps.json").symlink_to("/etc/hostname")
    (problem,) = backup(path).problems
    assert "lamps.json is no file" in problem
    assert not (tmp_path / "backups" / "queries").exists()
