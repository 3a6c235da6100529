"""Each command that writes, stopped at one of its system calls: killed, killed in half a write, on
a full disk, on a failing one.

Nothing acknowledged is lost, nothing half looks whole, and the command run again comes to what an
undisturbed one does. Which call it is is drawn (``--stops N``: so many for each command and fault)
and stands in the name of what fails: a failure is repeated by the same seed.
"""

import json
import os
import random
import re
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import lost_power
import preloaded
import pytest
from archive_contents import stories_in
from captured import Captured, write_warc
from conftest import ROOT, WITH_SPIDERS, Answer, Site, a_story, declare
from system_calls import Traced, draw_stop, traced
from web_archive import before

from tradepress.archive.open import open_archive
from tradepress.archive.read_only import read_archive
from tradepress.source import Furniture

pytestmark = pytest.mark.slow
FAULTS = ("kill", "half a write", "ENOSPC", "EIO")
GAZETTE = "http://gazette.example"
JOURNAL = "http://journal.example"
TAIL = "free for everybody.</p><p>Handles are explained at length elsewhere."
STORIES = 6
CONTACT = ("--contact", "archive@library.example")
LOCAL = ("--local", "1")
PARQUET = ("--format", "parquet", "--partition", "year")
NEVER_LEFT = re.compile(r"\.(part|former|pruning|new-\d+)$")
"""How nothing ends that is there when all is done."""


@dataclass(frozen=True, kw_only=True)
class Case:
    """A command that writes."""

    command: tuple[str, ...]
    begins_with: str
    """Which folder it is run in: with ``pages``, or with an archive that is ``kept``."""
    gives: str | None = None
    """Its output, beside the archive."""

    @property
    def name(self) -> str:
        words = [word for word in self.command[:3] if word[0] not in "-."]
        return "-".join([*words, *(["by-many"] * self.is_by_many)])

    @property
    def is_by_many(self) -> bool:
        return "--local" in self.command

    @property
    def is_usual(self) -> bool:
        """Some take a minute for each stop."""
        is_long = self.command[0] in ("demo", "export") and "tei" not in self.command
        return not (is_long or self.is_by_many)


CASES = [
    Case(command=("ingest", "pages.warc.gz"), begins_with="pages"),
    Case(command=("crawl", "gazette", "--no-trial", *CONTACT), begins_with="pages"),
    Case(
        command=("backfill", "courier", "--from", "wayback", "--yes", *CONTACT),
        begins_with="pages",
    ),
    Case(command=("demo",), begins_with="pages"),
    Case(command=("reextract", "--apply"), begins_with="kept"),
    Case(command=("withdraw", "journal-5001", "--reason", "asked", "--yes"), begins_with="kept"),
    Case(command=("merge", "other/archive.db"), begins_with="kept"),
    Case(command=("captures", "prune", "--older-than", "1", "--yes"), begins_with="kept"),
    Case(command=("backup",), begins_with="kept", gives="backups"),
    Case(
        command=("release", "-o", "out", "--title", "Press", "--creator", "Ada Ray"),
        begins_with="kept",
        gives="out",
    ),
    Case(command=("export", "--format", "csv", "-o", "out"), begins_with="kept", gives="out"),
    Case(command=("export", "--format", "tei", "-o", "out"), begins_with="kept", gives="out"),
    Case(
        command=("export", *PARQUET, "-o", "out"),
        begins_with="kept",
        gives="out",
    ),
    Case(command=("captures", "export", "-o", "out.wacz"), begins_with="kept", gives="out.wacz"),
    Case(command=("ingest", "pages.warc.gz", *LOCAL), begins_with="pages"),
    Case(
        command=("crawl", "gazette", "--no-trial", *CONTACT, *LOCAL),
        begins_with="pages",
    ),
    Case(command=("reextract", "--apply", *LOCAL), begins_with="kept"),
    Case(
        command=("export", *PARQUET, "-o", "out", *LOCAL),
        begins_with="kept",
        gives="out",
    ),
    Case(command=("query", "save", "lamps", "lantern"), begins_with="kept", gives="queries"),
]


@pytest.fixture(scope="module")
def begun(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folders with which commands begin; the site and the web archive stand still."""
    folder = tmp_path_factory.mktemp("begun")
    for name in ("spiders", "pages/sources"):
        (folder / name).mkdir(parents=True)
    pages = [
        Captured(
            url=f"{JOURNAL}/news/lantern-{5001 + number}",
            at=f"2020-01-{1 + number:02}T00:00:00",
            page=a_story(f"Lantern case {number}").replace("free for everybody.", TAIL),
        )
        for number in range(2 * STORIES)
    ]
    (folder / "pages" / "tradepress.toml").touch()
    declare(folder / "pages" / "sources", "journal", JOURNAL, domains=("journal.example",))
    write_warc(folder / "pages" / "pages.warc.gz", pages[:STORIES])
    kept = shutil.copytree(folder / "pages", folder / "kept")
    other = kept / "other"
    shutil.copytree(folder / "pages", other)
    write_warc(other / "pages.warc.gz", pages[STORIES - 2 :])
    for place in (other, kept):
        assert run(place, folder / "spiders", "ingest", "pages.warc.gz").returncode == 0
    with open_archive(kept / "archive.db") as archive:  # as if it had come so
        transaction = archive.transaction
        transaction.begin()
        transaction.update("runs", 1, {"started": "2020-02-01T00:00:00Z"})
        found = "SELECT version_id FROM articles WHERE ref = 'journal-5003'"
        transaction.update("version_rows", transaction.value(found), {"capture_id": None})
        transaction.commit()
    # A rule that was not known as the pages came.
    rule = Furniture(pattern="handles are explained.*")
    for place in ("pages", "kept"):
        sources = folder / place / "sources"
        declare(sources, "journal", JOURNAL, domains=("journal.example",), furniture=(rule,))
    return folder


@pytest.fixture
def places(begun: Path, site: Site) -> Iterator[Path]:
    """The same, while a site and a web archive answer."""
    site.pages["/robots.txt"] = Answer("User-agent: *\nAllow: /\n")
    links = ""
    for number in range(STORIES):
        path = f"/trademark/lantern-case-{1001 + number}"
        site.pages[path] = Answer(a_story(f"Lantern case {number}"))
        links += f'<a href="{path}">Lantern case {number}</a>'
    site.pages["/trademark/"] = Answer(links)
    for folder in ("pages", "kept"):
        declare(begun / folder / "sources", "gazette", site.home)
        declare(begun / folder / "sources", "courier", GAZETTE, domains=("gazette.example",))
    with before(0) as front:
        front.in_place = web_archive
        for folder in ("pages", "kept"):
            (begun / folder / "tradepress.toml").write_text(
                f'[backfill]\nwayback = "http://127.0.0.1:{front.port}"\n'
            )
        yield begun


def web_archive(path: str, asked: int) -> Answer:
    names = ["urlkey", "timestamp", "original", "mimetype", "statuscode", "digest", "length"]
    stories = [f"{GAZETTE}/trademark/lantern-{2001 + number}" for number in range(STORIES)]
    if path.startswith("/cdx/search/cdx"):
        lines = [
            [one.replace(GAZETTE, "example,gazette)"), "20170804120000", one, "text/html", "200"]
            for one in stories
        ]
        return Answer(json.dumps([names, *([*one, one[0][-9:], "900"] for one in lines)]))
    for one in stories:
        if path.endswith(f"id_/{one}"):
            headers = {
                "Content-Type": "text/html; charset=utf-8",
                "X-Archive-Orig-Content-Type": "text/html",
                "X-Archive-Orig-Server": "that day's",
            }
            return Answer(a_story(f"Lantern {one[-4:]}"), headers=headers)
    return Answer("not here", 404)


def run(folder: Path, spiders: Path, *command: str) -> "subprocess.CompletedProcess[str]":
    return preloaded.run(
        ["-c", WITH_SPIDERS, spiders, *command],
        cwd=folder,
        env={"PYTHONPATH": str(ROOT), "TRADEPRESS_ALLOW_ADDRESSES": "127.0.0.1"},
    )


def archive_contents(folder: Path) -> dict[str, Any]:
    """What it holds, and what was withdrawn from it."""
    if not (folder / "archive.db").exists():
        return {}
    with read_archive(folder / "archive.db") as db:
        stones = {stone["ref"] for stone in db.query("SELECT ref FROM tombstones")}
        return {**stories_in(db, with_times=False), "withdrawn": stones}


def output(folder: Path, case: Case) -> dict[str, bytes]:
    """By name what it has given, without what tells the time."""
    assert case.gives is not None
    found = {}
    for path in sorted(folder.glob(f"{case.gives}*")):
        for file in [path, *path.rglob("*")]:
            names = file.relative_to(folder).parts
            if file.is_file() and not any(map(NEVER_LEFT.search, names)):
                found[str(file.relative_to(folder))] = same_bytes(file)
    return found


def same_bytes(file: Path) -> bytes:
    content = file.read_bytes()
    if file.suffix == ".wacz":
        with ZipFile(file) as package:
            assert package.testzip() is None
            return b" ".join(sorted(name.encode() for name in package.namelist()))
    return re.sub(rb"20\d\d-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z?", b"then", content)


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """A usual run takes one stop of each command, and in five of them the power goes."""
    cases = CASES
    if not metafunc.config.getoption("--stops"):
        usual = [one for one in CASES if one.is_usual]
        of_power = "power" in metafunc.function.__name__
        cases = [one for one in usual if one.begins_with == "kept"][:5] if of_power else usual
    metafunc.parametrize("case", cases, ids=[one.name for one in cases])


def test_a_command_that_is_stopped(
    case: Case, places: Path, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    folder, spiders = tmp_path / "here", places / "spiders"

    def start() -> None:
        shutil.rmtree(folder, ignore_errors=True)
        shutil.copytree(places / case.begins_with, folder)

    start()
    whole = traced(case.command, folder, spiders)
    assert whole.returncode == 0, whole.stderr
    contents, given = archive_contents(folder), output(folder, case) if case.gives else {}
    draws = random.Random(case.name)
    stops = request.config.getoption("--stops")
    for fault in FAULTS * stops or draws.choices(FAULTS):
        stop = draw_stop(draws, whole.calls, fault)
        start()
        known = archive_contents(folder)
        told = traced(case.command, folder, spiders, stop)
        print(f"{case.name}: {stop} -> {told.returncode} {told.stderr.strip()[-300:]}")
        require_told(told)
        require_kept(case, folder, spiders, told, known, given)
        require_equal_after_another_run(case, folder, spiders, contents, given)


def test_a_command_in_which_the_power_went(
    case: Case, places: Path, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    """One run is noted, and gives as many disks as are asked for."""
    folder, spiders, log = tmp_path / "here", places / "spiders", tmp_path / "whole.strace"
    before = shutil.copytree(places / case.begins_with, tmp_path / "before")
    shutil.copytree(before, folder)
    known = archive_contents(folder)
    whole = traced(case.command, folder, spiders, log=log)
    assert whole.returncode == 0, whole.stderr
    contents, given = archive_contents(folder), output(folder, case) if case.gives else {}
    noted = list(lost_power.calls(log))
    draws = random.Random(case.name)
    here = "".join(f"\\x{byte:02x}" for byte in os.fsencode(f"{folder}/"))
    ends = [
        number
        for number, (name, given, _) in enumerate(noted, 1)
        if name not in ("openat", "lseek") and here in given
    ]
    for _ in range(request.config.getoption("--stops") or 1):
        disk, last = lost_power.Disk(before, folder), draws.choice(ends)
        for call in noted[:last]:
            disk.take(*call)
        disk.write_after(folder, draws)
        print(f"{case.name}: the power went after call {last} of {len(noted)}")
        told = Traced(returncode=-9, stdout=disk.told.decode(), stderr="")
        require_kept(case, folder, spiders, told, known, given)
        require_equal_after_another_run(case, folder, spiders, contents, given)


def require_equal_after_another_run(
    case: Case, folder: Path, spiders: Path, contents: dict[str, Any], given: dict[str, bytes]
) -> None:
    """Run again the command comes to what an undisturbed one does."""
    if case.gives and case.gives != "backups":
        for path in folder.glob(f"{case.gives}*"):
            if NEVER_LEFT.search(path.name) is None:
                shutil.rmtree(path) if path.is_dir() else path.unlink()
    again = run(folder, spiders, *case.command)
    while "this very second; run the command again" in again.stderr:
        again = run(folder, spiders, *case.command)
    assert again.returncode == 0, again.stdout + again.stderr
    assert archive_contents(folder) == contents
    if case.gives and case.gives != "backups":
        assert output(folder, case) == given
    assert [path for path in folder.rglob("*") if NEVER_LEFT.search(path.name)] == []
    verified = run(folder, spiders, "verify", "--history")
    assert verified.returncode == 0, verified.stdout


def require_told(told: Traced) -> None:
    """One line, and no traceback; or all went well in spite of it."""
    if told.returncode and not told.was_killed:
        assert "Traceback" not in told.stderr
        assert told.returncode in (1, 3, 4)
        assert told.stderr.strip() or told.stdout.strip()


def require_kept(
    case: Case,
    folder: Path,
    spiders: Path,
    told: Traced,
    known: dict[str, Any],
    given: dict[str, bytes],
) -> None:
    """Each story that was there, or that the command has told as stored; an output is whole, or
    not there."""
    verified = run(folder, spiders, "verify", "--history")
    if (folder / "archive.db").exists():
        unfinished = "tradepress withdraw" in verified.stdout
        assert verified.returncode == 0 or unfinished, verified.stdout + verified.stderr
    now = archive_contents(folder)
    stored = re.findall(r"^stored +(\S+)", told.stdout, re.M)
    gone = {"journal-5001"} if case.command[0] == "withdraw" else set()
    assert {*known, *stored} - gone <= {*now}
    if case.gives == "backups":
        for copy in (folder / "backups").glob("*.db"):
            with read_archive(copy) as db:
                assert stories_in(db, with_times=False).keys() == known.keys() - {"withdrawn"}
    elif case.gives:
        found = output(folder, case)
        assert {name: given[name] for name in found} == found
        assert case.gives not in found or found.keys() == given.keys()
