"""What goes wrong outside: full disks, foreign locks, missing rights, damaged files, odd rows.

Each is told in one line with its cause and what to do (exit 3), loses nothing that was committed,
and the next run completes.
"""

import asyncio
import errno
import json
import os
import shutil
import sqlite3
import subprocess
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager, suppress
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from unittest.mock import Mock

import pytest
from archive_rows import (
    LEAD,
    SITE,
    OneRun,
    Page,
    Writer,
    article_of,
    clock,
    open_writer,
    rows,
    save,
    story,
    value,
    writer,
)
from conftest import Answer, Site, Tradepress, a_story, declare, inject, quick_first
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from small_disk import small_disk
from system_calls import Stop, first_lock, traced
from without_rights import reachable_folder, without_rights

from tradepress.archive import disk
from tradepress.archive import open as opening
from tradepress.archive.care.verify import verify
from tradepress.archive.disk import RESERVE, require_room
from tradepress.archive.errors import (
    ArchiveBusy,
    ArchiveError,
    ArchiveFull,
    DamagedArchive,
    archive_error,
)
from tradepress.archive.file.lock import is_being_written
from tradepress.archive.ledger.ledger import Fetched
from tradepress.archive.ledger.outcomes import Outcome
from tradepress.archive.read_only import read_archive
from tradepress.archive.stories.clean_story import COLUMNS
from tradepress.archive.stories.stories import Quarantined
from tradepress.story_fields import LISTS

__all__ = ["clock", "small_disk", "writer"]

CONTACT = ("--contact", "archive@library.example", "--no-trial")
MB = 10**6
CAPTURE = f"""The Signet Gazette

Lantern mark falls

04-08-2017

{LEAD} The panel held that buyers see the curve of the handle as a useful grip and not as a sign.

The company said it would study the ruling before it decides about a further step against it.
"""


def query(path: Path, sql: str) -> list[tuple[Any, ...]]:
    with closing(sqlite3.connect(path)) as connection:
        return connection.execute(sql).fetchall()


def texts(path: Path) -> dict[str, str]:
    """Refs and content hashes: what an archive holds."""
    return dict(query(path, "SELECT ref, content_hash FROM articles"))


def require_sound(path: Path) -> None:
    verified = verify(path, captures=path.parent / "archive.captures", history=True)
    assert verified.findings == []


def require_told(result: "subprocess.CompletedProcess[str]", words: str) -> None:
    assert result.returncode == 3, result.stderr
    (line,) = result.stderr.strip().splitlines()
    assert line.startswith("Error: ")
    assert words in line


@pytest.mark.parametrize(
    ("number", "words"),
    [
        (errno.ENOSPC, "free some space and run the command again"),
        (errno.EDQUOT, "free some space and run the command again"),
        (errno.EIO, "Input/output error; what was committed is kept: check the disk"),
        (errno.EFBIG, "File too large; what was committed is kept: check the disk"),
        (errno.EACCES, "Permission denied; check the folder and its rights"),
    ],
)
def test_what_the_system_says_is_told_with_its_mend(number: int, words: str) -> None:
    error = OSError(number, os.strerror(number), "/archive/captures")
    assert words in str(archive_error(error, Path("/archive/archive.db")))


def test_a_file_without_a_name_is_told_by_the_one_that_it_would_get() -> None:
    error = OSError(errno.EIO, os.strerror(errno.EIO), "/proc/self/fd/7")
    assert str(archive_error(error, Path("press.wacz"))).startswith("press.wacz: Input/output")


# Room on the disk


@pytest.mark.parametrize(
    ("free", "size", "reserve", "is_enough"),
    [
        (RESERVE, 10**12, None, True),
        (RESERVE - 1, 10**12, None, False),
        (5 * MB, 100 * MB, None, True),
        (5 * MB - 1, 100 * MB, None, False),
        (5 * MB, 100 * MB, 6 * MB, False),
        (0, 100 * MB, 0, True),
        (0, 0, None, True),
    ],
)
def test_room(
    monkeypatch: pytest.MonkeyPatch, free: int, size: int, reserve: int | None, is_enough: bool
) -> None:
    answer = SimpleNamespace(f_bavail=free, f_blocks=size, f_frsize=1)
    monkeypatch.setattr(disk.os, "statvfs", lambda path: answer)
    if is_enough:
        require_room(Path("/archive.db"), reserve)
    else:
        with pytest.raises(ArchiveFull, match="are free on the disk of /archive"):
            require_room(Path("/archive.db"), reserve)


class Disk:
    """``statvfs`` of a disk that a test fills."""

    def __init__(self) -> None:
        self.free = 10**12

    def __call__(self, path: Path) -> SimpleNamespace:
        return SimpleNamespace(f_bavail=self.free, f_blocks=10**12, f_frsize=1)


@pytest.fixture
def filling_disk(monkeypatch: pytest.MonkeyPatch) -> Disk:
    answers = Disk()
    monkeypatch.setattr(disk.os, "statvfs", answers)
    return answers


def a_ledger(path: Path, **how: Any) -> OneRun:
    return OneRun(path, **how)


def a_run(ledger: OneRun, *numbers: int) -> None:
    """Find, schedule and save these stories; commit."""

    async def saved(number: int) -> None:
        ledger.run.stories.save(article_of(story(number)), extractor="tests 1")
        await ledger.transaction.committed()

    async def scenario() -> None:
        addresses = ledger.run.addresses
        urls = [(story(number)["url"], SITE) for number in numbers]
        addresses.schedule(addresses.add("signet", urls))
        tasks = [asyncio.ensure_future(saved(number)) for number in numbers]
        await asyncio.sleep(0)
        with suppress(ArchiveError):  # each story is told
            ledger.transaction.commit()
        await asyncio.gather(*tasks)

    asyncio.run(scenario())


def test_a_run_with_too_little_room_stops_and_keeps_what_is_done(
    tmp_path: Path, filling_disk: Disk
) -> None:
    path = tmp_path / "archive.db"
    ledger = a_ledger(path)
    stops: list[None] = []
    ledger.transaction.on_failure.append(lambda: stops.append(None))
    a_run(ledger, 1, 2)
    assert ledger.failure is None
    ledger.run.addresses.schedule(ledger.run.addresses.add("signet", [(f"{SITE}/left", SITE)]))
    filling_disk.free = RESERVE // 2
    a_run(ledger, 3)
    a_run(ledger, 4)
    assert stops == [None]
    assert isinstance(ledger.failure, ArchiveFull)
    assert "only 100 MB are free" in str(ledger.failure)
    ledger.close("interrupted", exit_code=3, reason=str(ledger.failure))
    assert texts(path).keys() == {f"signet-{number}" for number in (1, 2, 3, 4)}
    assert query(path, "SELECT state, outcome, tries FROM urls WHERE url LIKE '%/left'") == [
        ("due", "deferred", 0)
    ]
    with pytest.raises(ArchiveFull):
        a_ledger(path)
    with pytest.raises(ArchiveFull):
        a_ledger(tmp_path / "other.db")
    assert not (tmp_path / "other.db").exists()
    filling_disk.free = 2 * RESERVE
    ledger = a_ledger(path)
    assert [one.url for one in ledger.run.addresses.due("signet", 9)] == [f"{SITE}/left"]
    ledger.close()
    require_sound(path)


def test_a_run_that_found_nothing_leaves_nothing(tmp_path: Path) -> None:
    async def look() -> None:
        ledger = a_ledger(tmp_path / "archive.db")
        ledger.run.ledger.record_listing(
            "signet", f"{SITE}/trademark/", Fetched(kind="section"), found=0
        )
        assert ledger.close() is None

    asyncio.run(look())
    assert list(tmp_path.iterdir()) == []


def test_a_run_that_found_nothing_takes_no_archive_away_that_was_there(tmp_path: Path) -> None:
    path = tmp_path / "archive.db"
    open_writer(path, command="tests").close()
    sums = a_ledger(path).close()
    assert sums is not None
    assert sums.urls == 0
    assert path.exists()


def test_a_disk_of_their_own_for_the_captures_is_looked_at_too(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    captures = Mock(folder=tmp_path / "archive.captures")
    sizes = {tmp_path: RESERVE, captures.folder: RESERVE - 1}
    monkeypatch.setattr(
        disk.os,
        "statvfs",
        lambda path: SimpleNamespace(f_bavail=sizes[path], f_blocks=10**12, f_frsize=1),
    )
    a_ledger(tmp_path / "archive.db", captures=captures).close()
    captures.folder.mkdir()
    with pytest.raises(ArchiveFull, match="captures"):
        a_ledger(tmp_path / "archive.db", captures=captures)


def test_a_full_database_stops_the_run_and_the_next_one_completes(tmp_path: Path) -> None:
    path = tmp_path / "archive.db"
    ledger = a_ledger(path)
    a_run(ledger, 1, 2)
    pages = ledger.transaction.db.execute("PRAGMA page_count").fetchone()[0]
    ledger.transaction.db.execute(f"PRAGMA max_page_count={pages}")
    with pytest.raises(ArchiveFull, match="free some space"):
        a_run(ledger, *range(3, 60))
    assert isinstance(ledger.failure, ArchiveFull)
    with pytest.raises(ArchiveFull):
        a_run(ledger, *range(60, 160))
    ledger.archive.close()
    assert {"signet-1", "signet-2"} <= texts(path).keys()
    ledger = a_ledger(path)
    a_run(ledger, *range(1, 60))
    ledger.close()
    assert len(texts(path)) == 59
    require_sound(path)


def a_large_site(site: Site, stories: int) -> None:
    """Stories of some 20 KB that don't compress well."""
    links = ""
    for number in range(1001, 1001 + stories):
        path = f"/trademark/lantern-case-number-{number}"
        words = "".join(
            f"<p>In point {number * 7919 + point * 104729} the board refers to its earlier ruling "
            f"{number * 15485863 + point * 32452843} about a handle of that form.</p>"
            for point in range(120)
        )
        site.pages[path] = Answer(a_story(f"Lantern case {number}", words=words))
        links += f'<a href="{path}">Lantern case {number}</a>'
    site.pages["/trademark/"] = Answer(links)
    site.pages["/robots.txt"] = Answer("User-agent: *\nAllow: /\n")


# For the process of a crawl: it doesn't ask far ahead of what it stores.
FEW_AHEAD = """
import tradepress.crawling.scrapy_settings

tradepress.crawling.scrapy_settings.SCRAPER_SLOT_MAX_ACTIVE_SIZE = 200_000
"""


@pytest.mark.slow
@pytest.mark.parametrize(("megabytes", "reserve"), [(2, 0), (20, 17)])
def test_a_crawl_onto_a_small_disk(
    site: Site,
    spiders: Path,
    tradepress: Tradepress,
    small_disk: Callable[[int], Path],
    megabytes: int,
    reserve: int,
) -> None:
    """Without a reserve the disk fills up in the midst of writing; with one it doesn't."""
    path = small_disk(megabytes) / "archive.db"
    a_large_site(site, 120)
    declare(spiders, "gazette", site.home)
    inject(spiders, "gazette", FEW_AHEAD)
    crawl = ("crawl", "gazette", *CONTACT, "--archive", str(path))
    reserved = {"TRADEPRESS_RESERVE_MB": str(reserve)}
    full = tradepress(*crawl, **reserved)
    require_told(full, "run the command again")
    assert str(path.parent) in full.stderr
    kept = texts(path)
    require_sound(path)
    if reserve:
        assert "MB are free on the disk" in full.stderr
        assert 1 < len(kept) < 120
        assert query(path, "SELECT state, exit_code FROM runs") == [("interrupted", 3)]
        assert query(path, "SELECT count(*) FROM urls WHERE outcome = 'failed'") == [(0,)]
        left = query(path, "SELECT count(*) FROM urls WHERE state = 'due' AND tries = 0")
        assert left[0][0] >= 120 - len(kept)
        asked = len(site.requests)
        # The end of a run folds its log into the archive: some of the room is back.
        require_told(tradepress(*crawl, TRADEPRESS_RESERVE_MB="19"), "MB are free on the disk")
        assert len(site.requests) == asked
    small_disk(60)
    finished = tradepress(*crawl, **reserved)
    assert finished.returncode == 0, finished.stderr
    now = texts(path)
    assert len(now) == 120
    assert kept.items() <= now.items()
    assert query(path, "SELECT count(*) FROM versions") == [(120,)]
    require_sound(path)


# Programs for the process of a crawl that make room scarce without a disk of one's own.
NEARLY_FULL = """
from pathlib import Path
from types import SimpleNamespace
from tradepress.archive import disk

def statvfs(path):
    size = 4 * 10**6
    used = sum(entry.stat().st_size for entry in Path(path).rglob("*") if entry.is_file())
    return SimpleNamespace(f_bavail=size - used, f_blocks=size, f_frsize=1)

disk.os.statvfs = statvfs
"""
FEW_PAGES = """
from tradepress.archive import open as opening

open_writable = opening._open_writable

def open_limited(path):
    db = open_writable(path)
    db.execute("PRAGMA max_page_count = 400")
    return db

opening._open_writable = open_limited
"""
SMALL_FILES = """
import resource

resource.setrlimit(resource.RLIMIT_FSIZE, (10**6, resource.RLIM_INFINITY))
"""


@pytest.mark.slow
@pytest.mark.parametrize(
    ("fault", "words"),
    [
        pytest.param(NEARLY_FULL, "MB are free on the disk of", id="below the reserve"),
        pytest.param(FEW_PAGES, "no room left to write", id="full database"),
        pytest.param(SMALL_FILES, "check the disk, and what limits its use", id="file size"),
    ],
)
def test_a_crawl_that_runs_out_of_room_is_completed_by_the_next(
    site: Site, spiders: Path, tradepress: Tradepress, tmp_path: Path, fault: str, words: str
) -> None:
    path = tmp_path / "kept" / "archive.db"
    path.parent.mkdir()
    a_large_site(site, 120)
    declare(spiders, "gazette", site.home)
    crawl = ("crawl", "gazette", *CONTACT, "--archive", str(path))
    inject(spiders, "gazette", FEW_AHEAD + fault)
    require_told(tradepress(*crawl, TRADEPRESS_RESERVE_MB="2"), words)
    kept = texts(path)
    assert len(kept) < 120
    assert len(site.requests) < 120
    assert query(path, "SELECT count(*) FROM urls WHERE outcome = 'failed'") == [(0,)]
    require_sound(path)
    inject(spiders, "gazette", "")
    finished = tradepress(*crawl, TRADEPRESS_RESERVE_MB="0")
    assert finished.returncode == 0, finished.stderr
    now = texts(path)
    assert len(now) == 120
    assert kept.items() <= now.items()
    assert query(path, "SELECT count(*) FROM versions") == [(120,)]
    require_sound(path)


@pytest.mark.slow
@pytest.mark.parametrize(("megabytes", "reserve"), [(1, 0), (1, 20)])
def test_an_ingest_onto_a_small_disk(
    tradepress: Tradepress,
    small_disk: Callable[[int], Path],
    tmp_path: Path,
    megabytes: int,
    reserve: int,
) -> None:
    path = small_disk(megabytes) / "archive.db"
    capture = tmp_path / "capture.txt"
    capture.write_text(CAPTURE + "\n".join(f"Point {n**5} is open.\n" for n in range(20_000)))
    url = "http://signetgazette.example/trademark/lantern-mark-falls-12011"
    command = ("ingest", str(capture), "--source", "signet", "--url", url, "--archive", str(path))
    reserved = {"TRADEPRESS_RESERVE_MB": str(reserve)}
    require_told(tradepress(*command, **reserved), "run the command again")
    small_disk(60)
    assert tradepress(*command, **reserved).returncode == 0
    assert list(texts(path)) == ["signet-12011"]
    require_sound(path)


def test_a_reserve_that_is_no_number_is_wrong_use(tradepress: Tradepress, tmp_path: Path) -> None:
    capture = tmp_path / "capture.txt"
    capture.write_text(CAPTURE)
    result = tradepress("ingest", str(capture), TRADEPRESS_RESERVE_MB="much")
    assert result.returncode == 2
    assert "TRADEPRESS_RESERVE_MB is 'much'" in result.stderr


# Locks


@pytest.mark.parametrize("way", ["flock", "lockf"])
@pytest.mark.parametrize("number", [errno.ENOLCK, errno.EOPNOTSUPP, errno.ENOSYS])
def test_a_disk_that_locks_nothing_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, way: str, number: int
) -> None:
    path = tmp_path / "archive.db"
    open_writer(path).close()
    before = path.read_bytes()

    def refused(*_: object) -> None:
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr(f"fcntl.{way}", refused)
    with pytest.raises(ArchiveError, match="can't be locked there: keep the archive on a local"):
        open_writer(path)
    assert not is_being_written(path)
    assert path.read_bytes() == before


@pytest.mark.slow
@pytest.mark.parametrize("call", ["flock", "fcntl"])
def test_no_command_writes_without_locks(tmp_path: Path, spiders: Path, call: str) -> None:
    """Of the system's calls those fail by which files are locked."""
    folder = tmp_path / "here"
    folder.mkdir()
    (folder / "capture.txt").write_text(CAPTURE)
    url = "http://signetgazette.example/trademark/lantern-mark-falls-12011"
    command = ("ingest", "capture.txt", "--source", "signet", "--url", url)
    number = first_lock(command, folder, spiders) if call == "fcntl" else 1
    for is_there in (False, True):
        for path in folder.glob("archive*" if not is_there else "none"):
            shutil.rmtree(path) if path.is_dir() else path.unlink()
        if is_there:
            assert traced(command, folder, spiders).returncode == 0
        before = texts(folder / "archive.db") if is_there else {}
        stop = Stop(fault="ENOLCK", call=call, number=number)
        told = traced(command, folder, spiders, stop)
        assert told.returncode == 3
        (line,) = told.stderr.strip().splitlines()
        assert line.endswith("files can't be locked there: keep the archive on a local disk")
        assert (folder / "archive.db").exists() == is_there
        assert (texts(folder / "archive.db") if is_there else {}) == before


@contextmanager
def a_foreign_lock(path: Path) -> Iterator[None]:
    """Another program writes: not one of ours, so it knows nothing of our lock file."""
    connection = sqlite3.connect(path, isolation_level=None, timeout=60, check_same_thread=False)
    with closing(connection):
        connection.execute("BEGIN IMMEDIATE")
        yield


def test_a_foreign_lock_stops_a_run_and_the_next_one_completes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(opening, "WRITER_TIMEOUT", 0.01)
    path = tmp_path / "archive.db"
    ledger = a_ledger(path)
    a_run(ledger, 1)
    with a_foreign_lock(path):
        with pytest.raises(ArchiveBusy, match=r"archive\.db is locked by another program; close"):
            a_run(ledger, 2)
        assert isinstance(ledger.failure, ArchiveBusy)
        with pytest.raises(ArchiveBusy):
            ledger.close("interrupted", exit_code=3)
        with pytest.raises(ArchiveBusy, match="another program"):
            a_ledger(path)
        db = read_archive(path)
        assert db["articles"].count == 1
        db.close()
    ledger = a_ledger(path)
    a_run(ledger, 2)
    ledger.close()
    assert texts(path).keys() == {"signet-1", "signet-2"}
    assert query(path, "SELECT state FROM runs") == [("interrupted",), ("done",)]
    require_sound(path)


class Pages(dict[str, Answer]):
    """A site's pages; something happens when one of them is asked for."""

    def __init__(self, pages: dict[str, Answer], path: str, happens: Callable[[], object]) -> None:
        super().__init__(pages)
        self.path = path
        self.happens = happens

    def get(self, path: str, default: Any = None) -> Any:
        if path == self.path:
            self.happens()
        return super().get(path, default)


@pytest.mark.slow
def test_a_foreign_lock_stops_a_crawl_and_the_next_one_completes(
    site: Site, spiders: Path, tradepress: Tradepress, tmp_path: Path
) -> None:
    path = tmp_path / "archive.db"
    a_large_site(site, 20)
    declare(spiders, "gazette", site.home)
    impatience = "from tradepress.archive import open as opening\nopening.WRITER_TIMEOUT = 0.01\n"
    inject(spiders, "gazette", impatience)
    crawl = ("crawl", "gazette", *CONTACT)
    with ExitStack() as locks:
        lock = a_foreign_lock(path)
        pages = site.pages
        site.pages = Pages(pages, sorted(pages)[-9], lambda: locks.enter_context(lock))
        require_told(tradepress(*crawl), "archive.db is locked by another program; close it there")
        kept = texts(path)
        assert len(kept) < 20
    site.pages = pages
    assert tradepress(*crawl).returncode == 0
    now = texts(path)
    assert len(now) == 20
    assert kept.items() <= now.items()
    require_sound(path)


@pytest.fixture
def capture(here: Tradepress, tmp_path: Path) -> tuple[str, ...]:
    """A command that stores one story in archive.db."""
    (tmp_path / "capture.txt").write_text(CAPTURE)
    url = "http://signetgazette.example/trademark/lantern-mark-falls-12011"
    return ("ingest", "capture.txt", "--source", "signet", "--url", url)


def test_locks_are_told_at_the_command_line(
    here: Tradepress, capture: tuple[str, ...], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(opening, "WRITER_TIMEOUT", 0.01)
    path = tmp_path / "archive.db"
    open_writer(path, command="tests").close()
    with a_foreign_lock(path):
        require_told(here(*capture), "is locked by another program; close it there and run")
    with open_writer(path, command="crawl signet"):
        holder = f"is being written by process {os.getpid()} (`crawl signet`, started"
        require_told(here(*capture), holder)
        require_told(here(*capture, "--wait", "0.01"), holder)
    assert here(*capture).returncode == 0
    assert list(texts(path)) == ["signet-12011"]


def test_who_waits_long_enough_may_write(
    here: Tradepress, capture: tuple[str, ...], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "archive.db"
    holder = open_writer(path, command="crawl signet")
    monkeypatch.setattr("time.sleep", lambda seconds: holder.close())
    assert here(*capture, "--wait", "60").returncode == 0
    assert list(texts(path)) == ["signet-12011"]


def test_a_writer_in_the_midst_of_its_work_is_in_no_readers_way(
    here: Tradepress, capture: tuple[str, ...], tmp_path: Path
) -> None:
    assert here(*capture).returncode == 0
    with open_writer(tmp_path / "archive.db", command="tests") as writing:
        writing.start_run("tests", ["signet"], "0")
        save(writing, story(1))
        commands = [["search", "lantern"], ["show", "signet-12011"], ["runs"], ["verify"]]
        answers = [here(*command) for command in commands]
        assert [answer.returncode for answer in answers] == [0, 0, 0, 0]
        assert "1 story" in answers[0].stdout


# Rights


@pytest.fixture
def folder_of_others() -> Iterator[Path]:
    with reachable_folder() as folder:
        yield folder


def test_a_folder_without_rights(folder_of_others: Path, here: Tradepress) -> None:
    path = folder_of_others / "archive.db"
    with (
        without_rights(folder_of_others),
        pytest.raises(ArchiveError, match="Permission denied; check the folder and its rights"),
    ):
        a_run(a_ledger(path), 1)
    ledger = a_ledger(path)
    a_run(ledger, 1)
    ledger.close()
    with without_rights(folder_of_others):
        with pytest.raises(ArchiveError, match="Permission denied; check the folder and its right"):
            a_ledger(path)
        told = here("ingest", __file__, "--archive", str(path))
        require_told(told, "Permission denied; check the folder and its rights")
        db = read_archive(path)
        assert db["articles"].count == 1
        db.close()
    ledger = a_ledger(path)
    a_run(ledger, 2)
    ledger.close()
    assert len(texts(path)) == 2
    require_sound(path)


@pytest.mark.parametrize("is_new", quick_first([True, False], 1))
def test_a_file_system_that_is_read_only(
    tradepress: Tradepress, small_disk: Callable[[int], Path], tmp_path: Path, is_new: bool
) -> None:
    folder = small_disk(60)
    path = folder / "archive.db"
    if not is_new:
        ledger = a_ledger(path, reserve=0)
        a_run(ledger, 1)
        ledger.close()
    (tmp_path / "capture.txt").write_text(CAPTURE)
    command = (
        *("ingest", "capture.txt", "--source", "signet", "--archive", str(path)),
        *("--url", "http://signetgazette.example/trademark/lantern-mark-falls-12012"),
    )
    subprocess.run(["mount", "-o", "remount,ro", folder], check=True)
    require_told(tradepress(*command), "Read-only file system; check the folder and its rights")
    subprocess.run(["mount", "-o", "remount,rw", folder], check=True)
    assert tradepress(*command).returncode == 0
    assert len(texts(path)) == 2 - is_new
    require_sound(path)


# Damage


@pytest.fixture(scope="module")
def sound_archive(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Some stories, changed ones, a bad one, in pages as small as SQLite has them."""
    path = tmp_path_factory.mktemp("sound") / "archive.db"
    ledger = a_ledger(path)
    a_run(ledger, *range(1, 13))
    with pytest.raises(Quarantined):
        ledger.run.stories.save(article_of(story(40, access="secret")), extractor="tests 1")
    ledger.run.addresses.settle(
        f"{SITE}/gone", Outcome.FAILED, "http_404", gone=True, source="signet"
    )
    ledger.close()
    with open_writer(path, command="tests") as writer:
        writer.start_run("tests", ["signet"], "0")
        link = {"kind": "related", "text": "x", "url": f"{SITE}/x", "position": 0}
        save(writer, story(1, headline="Orrin Vale wins after all"), links=[link], capture=None)
        writer.end_run("done", 0)
    return path


def page_count(path: Path) -> int:
    return query(path, "PRAGMA page_count")[0][0]


@pytest.mark.slow
@pytest.mark.parametrize("part", range(4))
def test_a_page_of_garbage_anywhere_is_told_or_not_met(
    sound_archive: Path, tmp_path: Path, here: Tradepress, part: int
) -> None:
    """Every page in turn is overwritten; what reads it says so, and a copy takes its place."""
    path = tmp_path / "archive.db"
    content = sound_archive.read_bytes()
    size = query(sound_archive, "PRAGMA page_size")[0][0]
    words: list[str] = []
    for page in range(1 + part, page_count(sound_archive), 4):
        for ending in ("-wal", "-shm"):
            path.with_name(path.name + ending).unlink(missing_ok=True)
        path.write_bytes(content[: page * size] + b"\xa5" * size + content[(page + 1) * size :])
        try:
            ledger = a_ledger(path)
            try:
                a_run(ledger, 1, 20)
            finally:
                ledger.close()
        except DamagedArchive as error:
            words.append(str(error))
        for command in (["search", "lantern"], ["show", "signet-2"], ["runs"]):
            result = here(*command)
            assert result.returncode in (0, 3), result.stderr
            assert len(result.stderr.splitlines()) == (result.returncode == 3)
            assert result.returncode == 0 or "put a backup in its place" in result.stderr
    assert words
    assert all("put a backup in its place" in line and "\n" not in line for line in words)
    for ending in ("-wal", "-shm"):
        path.with_name(path.name + ending).unlink(missing_ok=True)
    shutil.copyfile(sound_archive, path)
    ledger = a_ledger(path)
    a_run(ledger, 1, 20)
    ledger.close()
    assert texts(path).keys() == texts(sound_archive).keys() | {"signet-20"}
    require_sound(path)


@pytest.mark.slow
def test_a_crawl_into_a_cut_off_archive_says_so(
    site: Site, spiders: Path, tradepress: Tradepress, tmp_path: Path
) -> None:
    path = tmp_path / "archive.db"
    a_large_site(site, 20)
    declare(spiders, "gazette", site.home)
    crawl = ("crawl", "gazette", *CONTACT)
    assert tradepress(*crawl).returncode == 0
    whole = path.read_bytes()
    cut = whole[: len(whole) // 3]
    path.write_bytes(cut)
    asked = len(site.requests)
    require_told(tradepress(*crawl), "put a backup in its place, or move it away")
    assert len(site.requests) == asked
    assert path.read_bytes() == cut
    path.write_bytes(whole)
    assert tradepress(*crawl).returncode == 0
    assert len(texts(path)) == 20
    require_sound(path)


# Rows that can't be


ODD_TEXT = st.sampled_from(
    ["", "\x00", "\ud800", "x" * 2_000_001, "é" * 10, f"{SITE}/a", "http://[::1", "2017-08-04"]
)
ODD = ODD_TEXT | st.none()
NUMBERS = st.sampled_from([None, True, 0, -1, 2**63, 2**200, 0.5, float("nan"), float("inf")])
CHANGES = st.fixed_dictionaries(
    {},
    optional={
        **dict.fromkeys(sorted({*COLUMNS} - {"source", "reservations"}), ODD),
        "url": ODD_TEXT,  # of a story without an address it is empty
        **dict.fromkeys(LISTS, st.lists(ODD_TEXT, max_size=2)),
        **dict.fromkeys(("is_truncated", "confidence"), NUMBERS),
    },
)
LINK = st.fixed_dictionaries(
    {
        "kind": st.just("related") | ODD,
        "text": st.just("A link") | ODD,
        "position": st.integers(0, 1) | NUMBERS,
    },
    optional={"url": ODD},
)
READINGS = st.lists(
    st.fixed_dictionaries(
        {"value": ODD | NUMBERS | st.lists(ODD, max_size=2), "evidence": ODD_TEXT}
    ),
    max_size=1,
)
FACTS = st.fixed_dictionaries(
    {},
    optional={
        "status": st.sampled_from([200, 2**70]),
        "etag": ODD_TEXT,
        "last_modified": ODD_TEXT,
        "evidence": st.dictionaries(st.text(max_size=2), READINGS, max_size=1),
        "capture": st.builds(Page, status=st.sampled_from([None, 2**70]), content_type=ODD_TEXT),
    },
)


@pytest.mark.slow
@settings(
    max_examples=300,
    deadline=None,
    derandomize=True,
    suppress_health_check=list(HealthCheck),
)
@given(changes=CHANGES, links=st.lists(LINK, max_size=2), facts=FACTS)
def test_any_row_is_stored_or_quarantined_alone(
    writer: Writer, changes: dict[str, Any], links: list[dict[str, Any]], facts: dict[str, Any]
) -> None:
    writer.db.rollback()  # the last example
    save(writer, story(1))
    try:
        saved = save(
            writer, story(2) | changes, links=links, requested_url=story(2)["url"], **facts
        )
    except Quarantined:
        assert json.loads(value(writer, "SELECT article FROM quarantine"))
        assert value(writer, "SELECT count(*) FROM articles") == 1
    else:
        (article,) = rows(writer, "SELECT * FROM articles WHERE ref = ?", saved.ref)
        for name in LISTS:
            assert all(isinstance(entry, str) for entry in json.loads(article[name]))
        assert value(writer, "SELECT count(*) FROM quarantine") == 0
    assert value(writer, "SELECT count(*) FROM fetches") == 2
    assert rows(writer, "PRAGMA foreign_key_check") == []
