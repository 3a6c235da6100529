"""`tradepress doctor`: what is wrong with a machine; a report of it without anything private."""

import getpass
import os
import socket
import sqlite3
from pathlib import Path

import pytest
from conftest import Tradepress, a_story, declare
from own_crontab import CONTACT, put_crontab

from tradepress.archive.file import schema
from tradepress.jobs import look_over_machine as looks

SUBJECTS = (
    *("Python", "SQLite", "extras", "versions", "locale", "time zone", "proxies", "clock"),
    *("network time", "settings", "sources", "contact", "archive", "rights", "file system"),
    *("disk", "Chromium", "schedule"),
)


@pytest.fixture
def doctor(here: Tradepress, monkeypatch: pytest.MonkeyPatch) -> Tradepress:
    """On a machine of which little is told by others."""
    for name in ("TZ", *looks.PROXIES, *map(str.upper, looks.PROXIES)):
        monkeypatch.delenv(name, raising=False)
    return here


def put_program(folder: Path, monkeypatch: pytest.MonkeyPatch, name: str, prints: str) -> None:
    program = folder / "programs" / name
    program.parent.mkdir(exist_ok=True)
    program.write_text(f"#!/bin/sh\necho {prints}\n")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", str(program.parent), prepend=os.pathsep)


def told(doctor: Tradepress, *options: str) -> dict[str, list[tuple[str, str]]]:
    """What is said of each subject, with its state."""
    result = doctor("doctor", *options)
    lines = [
        (line[:8].strip(), line[10:23].strip(), line[25:]) for line in result.stdout.split("\n")
    ]
    assert result.stderr == ""
    assert result.returncode == int(any(state == "problem" for state, _, _ in lines))
    said: dict[str, list[tuple[str, str]]] = {}
    for state, subject, words in lines[:-1]:
        said.setdefault(subject, []).append((state, words))
    return said


def test_each_thing_is_a_line(doctor: Tradepress, tmp_path: Path) -> None:
    (tmp_path / "tradepress.toml").write_text(CONTACT)
    said = told(doctor)
    assert tuple(said) == SUBJECTS
    assert said["archive"] == [
        (
            "unseen",
            f"none yet (there is no archive at {tmp_path}/archive.db: crawl or run "
            "the demo first, or name another file with --archive)",
        )
    ]
    assert [said[one] for one in ("SQLite", "contact", "settings", "rights", "proxies")] == [
        [("ok", sqlite3.sqlite_version)],
        [("ok", "is set")],
        [("ok", "can be read")],
        [("ok", "the folder can be written")],
        [("ok", "none is set")],
    ]


@pytest.mark.parametrize(
    ("name", "value", "subject", "state", "words"),
    [
        ("TZ", "Nowhere/City", "time zone", "problem", "No time zone found with key Nowhere/City"),
        (
            "https_proxy",
            "http://ann:pass@proxy.example",
            "proxies",
            "warning",
            "https_proxy: crawls",
        ),
        (
            "HTTP_PROXY",
            "http://proxy.example",
            "proxies",
            "warning",
            "http_proxy: crawls go past it",
        ),
        ("PATH", "", "file system", "unseen", "not told"),
        ("PATH", "", "network time", "unseen", "not told"),
        ("PATH", "", "schedule", "ok", "none; tradepress schedule install"),
        ("TRADEPRESS_ARCHIVE", "/nowhere/a.db", "rights", "problem", "the folder can't be written"),
        ("TRADEPRESS_CONTACT", "nobody", "settings", "problem", "must be a mail or web address"),
        (
            "TRADEPRESS_DELAY",
            "0.1",
            "settings",
            "problem",
            "TRADEPRESS_DELAY is '0.1'; it may only",
        ),
    ],
)
def test_what_the_environment_breaks(
    doctor: Tradepress,
    monkeypatch: pytest.MonkeyPatch,
    name: str,
    value: str,
    subject: str,
    state: str,
    words: str,
) -> None:
    monkeypatch.setenv(name, value)
    ((seen, line), *_) = told(doctor)[subject]
    assert seen == state
    assert words in line
    assert "pass" not in line.replace("past", "")


def test_nothing_is_needed_of_the_environment(tradepress: Tradepress) -> None:
    """Neither a home nor a language."""
    for environment in ({"HOME": ""}, {"LC_ALL": "C", "LANG": "C"}):
        result = tradepress("doctor", **environment)
        assert (result.returncode, result.stderr) == (0, "")
        assert "ok        locale         UTF-8\n" in result.stdout


def test_another_encoding_is_told(doctor: Tradepress, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(looks.sys, "getfilesystemencoding", lambda: "iso8859-1")
    assert told(doctor)["locale"] == [("warning", "iso8859-1, not UTF-8; export LC_ALL=C.UTF-8")]


@pytest.mark.parametrize(
    ("config", "words"),
    [
        ("contact = [[", "tradepress.toml is not valid TOML"),
        ('contact = "me@x.example"\nsources = ["wtrr"]', "did you mean wtr?"),
    ],
)
def test_a_configuration_that_no_crawl_takes(
    doctor: Tradepress, tmp_path: Path, config: str, words: str
) -> None:
    (tmp_path / "tradepress.toml").write_text(config)
    assert words in told(doctor)["settings"][0][1]
    (tmp_path / "tradepress.toml").rename(tmp_path / "other.toml")
    result = doctor("--config", "other.toml", "doctor")
    assert result.returncode == 1
    assert words.replace("tradepress.toml", "other.toml") in result.stdout


def test_a_source_that_states_none(doctor: Tradepress, tmp_path: Path) -> None:
    (tmp_path / "sources").mkdir()
    (tmp_path / "sources" / "gazette.py").touch()
    (tmp_path / "tradepress.toml").write_text(CONTACT)
    ((state, line),) = told(doctor)["sources"]
    assert state == "problem"
    assert "gazette.py states no source: write SOURCE = Source(…)" in line
    assert told(doctor)["disk"][0][0] == "ok"


@pytest.mark.parametrize(
    ("content", "state", "words"),
    [
        ("rubbish", "problem", "is not an SQLite database"),
        (schema.SCHEMA_VERSION + 1, "problem", "was written by a newer Tradepress"),
        (schema.FIRST_VERSION, "warning", "the next crawl or ingest into it brings it up to date"),
    ],
)
def test_an_archive_that_cannot_be_read(
    doctor: Tradepress, tmp_path: Path, content: str | int, state: str, words: str
) -> None:
    archive = tmp_path / "archive.db"
    if isinstance(content, str):
        archive.write_text(content)
    else:
        with sqlite3.connect(archive) as db:
            db.execute(f"PRAGMA application_id = {schema.APPLICATION_ID}")
            db.execute(f"PRAGMA user_version = {content}")
        db.close()
    ((seen, line),) = told(doctor)["archive"]
    assert seen == state
    assert words in line


def test_what_anybody_may_write(doctor: Tradepress, tmp_path: Path) -> None:
    tmp_path.chmod(0o777)
    assert told(doctor)["rights"] == [
        ("problem", "anybody may write the folder; run this as its owner, or mend its rights")
    ]


def test_a_clock_that_is_behind(doctor: Tradepress, tmp_path: Path) -> None:
    archive = tmp_path / "archive.db"
    archive.touch()
    os.utime(archive, (4e9, 4e9))
    ((state, line),) = told(doctor)["clock"]
    assert state == "problem"
    assert "is before 2096-10-02T07:06:40Z, when something was written here; set it" in line


@pytest.mark.parametrize(
    ("answer", "line"),
    [("yes", ("ok", "yes")), ("no", ("warning", "no; timedatectl set-ntp true"))],
)
def test_whether_the_network_sets_the_clock(
    doctor: Tradepress,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    answer: str,
    line: tuple[str, str],
) -> None:
    put_program(tmp_path, monkeypatch, "timedatectl", answer)
    assert told(doctor)["network time"] == [line]


def test_a_file_system_of_a_network(
    doctor: Tradepress, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    put_program(tmp_path, monkeypatch, "stat", "nfs")
    assert told(doctor)["file system"] == [
        ("warning", "nfs; keep the archive on a disk of this machine")
    ]


def test_what_is_newer_than_was_run(
    doctor: Tradepress, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = tmp_path / "run.txt"
    monkeypatch.setattr(looks, "RUN_WITH", (run,))
    ((state, line),) = told(doctor)["software"]
    assert (state, line.split(" (")[0]) == ("unseen", "the rest was not seen: RuntimeError")
    run.write_text("click==8.1 \\\n    --hash=sha256:12\nlxml==99.1\nno-such-package==1.0\n")
    ((state, line),) = told(doctor)["versions"]
    assert state == "warning"
    assert line.startswith("newer: click ")
    assert line.endswith(" (8.1 was run); if it fails, install those")


def test_the_wheel_is_told_with_what_it_was_run() -> None:
    assert looks.RUN_WITH[1].exists()
    assert looks.RUN_WITH[0].name == "run.txt"


def test_an_sqlite_that_can_do_too_little(
    doctor: Tradepress, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(looks, "NEEDED", "CREATE VIRTUAL TABLE a USING fts99 (b)")
    assert told(doctor)["SQLite"] == [
        ("problem", "fails by OperationalError (no such module: fts99); take another Python")
    ]


def test_a_source_that_is_rendered_needs_a_browser(
    doctor: Tradepress, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert told(doctor)["Chromium"] == [("ok", "no source needs one")]
    own = tmp_path / "sources"
    own.mkdir()
    declare(own, "gazette", "https://gazette.example", domains=("gazette.example",), rendered=True)
    (tmp_path / "tradepress.toml").write_text(CONTACT)
    monkeypatch.setenv("PATH", "")
    ((state, line),) = told(doctor)["Chromium"]
    assert state == "problem"
    assert "install" in line


@pytest.mark.parametrize(
    ("runs", "state", "words"),
    [
        ("cron", "ok", "lines of this user's crontab"),
        ("sshd", "problem", "lines of this user's crontab: nothing runs them; start cron"),
    ],
)
def test_a_schedule_is_run_or_not(
    doctor: Tradepress,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    runs: str,
    state: str,
    words: str,
) -> None:
    put_crontab(tmp_path, monkeypatch)
    monkeypatch.setattr("tradepress.schedule.machine.BOOTED", tmp_path / "no")
    (tmp_path / "tradepress.toml").write_text(CONTACT)
    (tmp_path / "page.html").write_text(a_story("Lantern cleared"))
    kept = doctor("ingest", "page.html", "--url", "https://gazette.example/lantern-4711")
    assert kept.returncode == 0, kept.stderr
    installed = doctor("schedule", "install")
    assert installed.returncode == 0, installed.stderr
    (tmp_path / "proc" / "7" / "status").write_text(f"Name:\t{runs}\nNSpid:\t7\n")
    ((seen, line),) = told(doctor)["schedule"]
    assert seen == state
    assert line.startswith(words)


def test_a_report_has_nothing_private(
    doctor: Tradepress, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "secretfolder"
    own = folder / "sources"
    own.mkdir(parents=True)
    for name, value in {
        "HOME": "/home/secrethome",
        "USER": "secretuser",
        "LOGNAME": "secretuser",
        "HOSTNAME": "secrethost",
        "TZ": "Secret/Zone",
        "https_proxy": "http://secretuser:secretword@secretproxy.example:3128",
        "TRADEPRESS_ARCHIVE": str(folder / "secretarchive.db"),
        "TRADEPRESS_PING": "https://ping.example/secretping",
        "TRADEPRESS_NOTIFY_URLS": "mailtos://secretuser:secretword@mail.example?to=a@secret.example",
        "TRADEPRESS_CONTACT": "secretcontact@library.example",
    }.items():
        monkeypatch.setenv(name, value)
    declare(own, "secretsource", "https://secretsite.example", domains=("secretsite.example",))
    (folder / "tradepress.toml").write_text('[source.secretsource]\nevery = "7d"\n')
    (folder / "secretpage.html").write_text(a_story("A secretheadline"))
    address = "https://secretsite.example/news/secretpath-4711"
    command = ("--config", str(folder / "tradepress.toml"))
    for words in (
        ("ingest", str(folder / "secretpage.html"), "--url", address),
        ("withdraw", address, "--reason", "secretreason", "--yes"),
    ):
        result = doctor(*command, *words)
        assert result.returncode == 0, result.stdout + result.stderr
    report = tmp_path / "report.md"
    for break_it in (None, "[secretkey]\n", "secret = [["):
        if break_it is not None:
            (folder / "tradepress.toml").write_text(break_it)
        shown = doctor(
            *command,
            "doctor",
            "--report",
            str(report),
            "--archive",
            str(folder / "secretarchive.db"),
        )
        assert "secret" in shown.stdout.lower()
        text = report.read_text()
        assert "secret" not in text.lower()
        for private in (str(tmp_path), socket.gethostname(), f"{getpass.getuser()}@"):
            assert private not in text
        assert f"schema {schema.SCHEMA_VERSION}: {{'articles': 0" in text
        assert "'tombstones': 1" in text
        assert "* ingest by " in text
        assert "stored 1 " in text
        assert "* problem: time zone fails by ZoneInfoNotFoundError" in text
        assert "* warning: proxies https_proxy: crawls go past it" in text


def test_a_report_that_cannot_be_written(doctor: Tradepress) -> None:
    result = doctor("doctor", "--report", "no/report.md")
    assert result.returncode == 1
    assert "No such file or directory" in result.stderr
