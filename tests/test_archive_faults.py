"""What goes wrong outside: full disks, foreign locks, missing rights, damaged files, odd rows.

Each is told in one line with its cause and what to do (exit 3), loses nothing that was committed,
and the next run completes.
"""

import asyncio
import json
import os
import shutil
import sqlite3
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from archive_rows import LEAD, PAPER, SITE, Page, clock, rows, save, story, value, writer
from conftest import Answer, Site, Tradepress, a_story, declare
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from archive import disk
from archive import open as opening
from archive.disk import RESERVE, require_room
from archive.errors import ArchiveBusy, ArchiveError, ArchiveFull, DamagedArchive
from archive.ledger import Ledger
from archive.open import open_archive, open_writer
from archive.runs import OUTCOMES
from archive.writer import ARTICLE_FIELDS, LIST_FIELDS, Quarantined, Writer

__all__ = ["clock", "writer"]

CONTACT = ("--contact", "archive@library.example", "--no-trial")
MB = 10**6
NOBODY = 65534
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
    assert query(path, "PRAGMA integrity_check") == [("ok",)]
    assert query(path, "PRAGMA foreign_key_check") == []
    sums = " + ".join(OUTCOMES)
    assert query(path, f"SELECT id FROM runs WHERE urls <> {sums}") == []


def require_told(result: "subprocess.CompletedProcess[str]", words: str) -> None:
    assert result.returncode == 3, result.stderr
    (line,) = result.stderr.strip().splitlines()
    assert line.startswith("Error: ")
    assert words in line


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


def a_ledger(path: Path, **options: Any) -> Ledger:
    return Ledger(path, command="tests", version="0", sources=[PAPER], **options)


def a_run(ledger: Ledger, *numbers: int) -> None:
    """Find, schedule and save these stories; commit."""

    async def scenario() -> None:
        found = ledger.found("signet", [(story(number)["url"], SITE) for number in numbers])
        ledger.schedule(found)
        tasks = [
            asyncio.ensure_future(
                ledger.save(
                    story(number),
                    [],
                    requested_url=story(number)["url"],
                    extractor="tests 1",
                    kind="article",
                )
            )
            for number in numbers
        ]
        await asyncio.sleep(0)
        ledger.commit()
        await asyncio.gather(*tasks)

    asyncio.run(scenario())


def test_a_run_with_too_little_room_stops_and_keeps_what_is_done(
    tmp_path: Path, filling_disk: Disk
) -> None:
    path = tmp_path / "archive.db"
    ledger = a_ledger(path)
    stops: list[None] = []
    ledger.on_failure.append(lambda: stops.append(None))
    a_run(ledger, 1, 2)
    assert ledger.failure is None
    (left,) = ledger._writer.add_urls("signet", [(f"{SITE}/left", SITE)])
    ledger._writer.schedule([left["id"]])
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
    assert [row["url"] for row in ledger.due("signet", 9)] == [f"{SITE}/left"]
    ledger.close()
    require_sound(path)


def test_a_disk_of_their_own_for_the_captures_is_looked_at_too(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    captures = SimpleNamespace(folder=tmp_path / "captures", close=lambda: None)
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
    pages = ledger._writer.db.execute("PRAGMA page_count").fetchone()[0]
    ledger._writer.db.execute(f"PRAGMA max_page_count={pages}")
    with pytest.raises(ArchiveFull, match="free some space"):
        a_run(ledger, *range(3, 60))
    assert isinstance(ledger.failure, ArchiveFull)
    with pytest.raises(ArchiveFull):
        a_run(ledger, *range(60, 160))
    ledger._writer.close()
    assert {"signet-1", "signet-2"} <= texts(path).keys()
    ledger = a_ledger(path)
    a_run(ledger, *range(1, 60))
    ledger.close()
    assert len(texts(path)) == 59
    require_sound(path)


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Callable[[int], Path]]:
    """Gives a file system of so many megabytes, and another size when asked again."""
    folder = tmp_path / "disk"
    folder.mkdir()

    def mount(*options: str) -> None:
        try:
            subprocess.run(["mount", *options, folder], check=True, capture_output=True, text=True)
        except FileNotFoundError:
            pytest.skip("there is no mount command here")
        except subprocess.CalledProcessError as error:
            pytest.skip(f"no file system can be mounted here: {error.stderr.strip()}")

    def resize(megabytes: int) -> Path:
        if folder.is_mount():
            mount("-o", f"remount,size={megabytes}m")
        else:
            mount("-t", "tmpfs", "-o", f"size={megabytes}m", "tmpfs")
        return folder

    yield resize
    if folder.is_mount():
        subprocess.run(["umount", folder], check=True)


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


@pytest.mark.parametrize(("megabytes", "reserve"), [(2, 0), (20, 15)])
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
    assert {ref: now[ref] for ref in kept} == kept
    assert query(path, "SELECT count(*) FROM versions") == [(120,)]
    require_sound(path)


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


@contextmanager
def a_foreign_lock(path: Path) -> Iterator[None]:
    """Another program writes: not one of ours, so it knows nothing of our lock file."""
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
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
        db = open_archive(path)
        assert db["articles"].count == 1
        db.close()
    ledger = a_ledger(path)
    a_run(ledger, 2)
    ledger.close()
    assert texts(path).keys() == {"signet-1", "signet-2"}
    assert query(path, "SELECT state FROM runs") == [("interrupted",), ("done",)]
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
        assert here("search", "lantern").returncode == 0
    assert here(*capture).returncode == 0
    assert list(texts(path)) == ["signet-12011"]


# Rights


@pytest.fixture
def folder_of_others() -> Iterator[Path]:
    """A folder that any user can reach."""
    with tempfile.TemporaryDirectory() as name:
        Path(name).chmod(0o755)
        yield Path(name)


@contextmanager
def without_rights(folder: Path) -> Iterator[None]:
    """Nothing in this folder may be written, not even by root."""
    folder.chmod(0o555)
    for entry in folder.iterdir():
        entry.chmod(0o444)
    is_root = os.geteuid() == 0
    if is_root:
        os.seteuid(NOBODY)
    try:
        yield
    finally:
        if is_root:
            os.seteuid(0)
        folder.chmod(0o755)
        for entry in folder.iterdir():
            entry.chmod(0o644)


def test_a_folder_without_rights(folder_of_others: Path) -> None:
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
        db = open_archive(path)
        assert db["articles"].count == 1
        db.close()
    ledger = a_ledger(path)
    a_run(ledger, 2)
    ledger.close()
    assert len(texts(path)) == 2
    require_sound(path)


@pytest.mark.parametrize("is_new", [True, False])
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
        save(ledger._writer, story(40, access="secret"))
    ledger._writer.settle(f"{SITE}/gone", "failed", "http_404", gone=True, source="signet")
    ledger.close()
    with open_writer(path, command="tests") as writer:
        writer.start_run("tests", ["signet"], "0")
        link = {"kind": "related", "text": "x", "url": f"{SITE}/x", "position": 0}
        save(writer, story(1, headline="Orrin Vale wins after all"), links=[link], capture=None)
        writer.end_run("done", 0)
    return path


def page_count(path: Path) -> int:
    return query(path, "PRAGMA page_count")[0][0]


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


# Rows that can't be


ODD_TEXT = st.sampled_from(
    ["", "\x00", "\ud800", "x" * 2_000_001, "é" * 10, f"{SITE}/a", "http://[::1", "2017-08-04"]
)
ODD = st.one_of(
    ODD_TEXT,
    st.sampled_from(
        [None, True, 0, -1, 2**63, 2**200, 0.5, float("nan"), float("inf"), b"\xff", object()]
    ),
    st.lists(ODD_TEXT | st.integers() | st.none(), max_size=2),
    st.dictionaries(st.text(st.characters(), max_size=2) | st.integers(), st.integers()),
    st.just({("a", "tuple"): 1}),
)
CHANGES = st.dictionaries(st.sampled_from(sorted({*ARTICLE_FIELDS} - {"source"})), ODD, max_size=3)
LINK = st.fixed_dictionaries(
    {"kind": st.just("related") | ODD, "text": st.just("A link") | ODD},
    optional={"url": ODD, "position": st.integers(0, 1) | ODD},
)
FACTS = st.fixed_dictionaries(
    {},
    optional={
        "status": st.sampled_from([200, 2**70]),
        "size": st.sampled_from([0, 2**70]),
        "etag": ODD_TEXT,
        "last_modified": ODD_TEXT,
        "evidence": st.dictionaries(st.text(max_size=2), ODD, max_size=1),
        "capture": st.builds(Page, status=st.sampled_from([None, 2**70]), content_type=ODD_TEXT),
    },
)


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
        for name in LIST_FIELDS:
            assert all(isinstance(entry, str) for entry in json.loads(article[name]))
        assert value(writer, "SELECT count(*) FROM quarantine") == 0
    assert value(writer, "SELECT count(*) FROM fetches") == 2
    assert rows(writer, "PRAGMA foreign_key_check") == []
