"""Verification: a clean archive, each kind of fault by name, and damage met by other commands."""

import gzip
import json
import os
import sqlite3
from collections import Counter
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest
from archive_rows import PAPER, SITE, Writer, clock, open_writer, save, story, writer
from conftest import Tradepress
from needs import reason
from sqlite_utils import Database

from tradepress.archive.captures.warc import WarcCaptures
from tradepress.archive.care import verify as verification
from tradepress.archive.care.integrity import broken_references, full_text_tables
from tradepress.archive.care.verify import verify
from tradepress.archive.errors import ArchiveFull, ArchiveMissing
from tradepress.archive.read_only import read_archive
from tradepress.archive.withdrawal import erasing
from tradepress.archive.withdrawal.request import tombstone_for
from tradepress.story import Capture

__all__ = ["clock", "writer"]

STORIES = 6


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """An archive with captures: six stories, one of them in two versions."""
    path = tmp_path / "archive.db"
    captures = WarcCaptures(tmp_path / "archive.captures")
    with open_writer(path, command="tests", captures=captures) as writer:
        writer.save_source(PAPER)
        writer.start_run("crawl signet", ["signet"], "0")
        for number in range(1, STORIES + 1):
            save(writer, story(number), capture=capture(number))
        writer.settle(f"{SITE}/login", "rejected", "login", source="signet")
        writer.end_run("done", 0)
        writer.start_run("crawl signet", ["signet"], "0")
        save(writer, story(1, body="A second hearing."), capture=capture(7))
        writer.end_run("done", 0)
    captures.close()
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA journal_mode=DELETE")  # one file, easily damaged
    return path


def capture(number: int) -> Capture:
    return Capture(
        url=f"{SITE}/trademark/orrin-vale-{number}",
        body=f"<p>Page {number}</p>".encode() * 100,
        content_type="text/html",
        status=200,
        date_captured=datetime(2026, 11, 24, 9, tzinfo=UTC),
        source="signet",
    )


def warc(path: Path) -> Path:
    (file,) = (path.parent / "archive.captures").glob("*.warc.gz")
    return file


def check(path: Path, *, quick: bool = False) -> list[tuple[str, str]]:
    found = verify(path, captures=path.parent / "archive.captures", quick=quick)
    return [(finding.check, finding.words) for finding in found.findings]


def change(path: Path, *statements: str) -> None:
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        for statement in statements:
            connection.execute(statement)


def test_a_sound_archive_is_clean_and_untouched(path: Path) -> None:
    files = {file: file.read_bytes() for file in path.parent.rglob("*") if file.is_file()}
    steps: list[str] = []
    found = verify(
        path,
        captures=path.parent / "archive.captures",
        progress=lambda step, done, of: steps.append(f"{step} {done}/{of}"),
    )
    assert found.findings == []
    assert (found.articles, found.versions, found.runs) == (STORIES, STORIES + 1, 2)
    assert (found.captures, found.captures_read, found.captures_unnamed) == (7, 7, 0)
    assert steps[0] == "file 0/1"
    assert steps[-1] == "captures 7/7"
    assert verify(path, captures=path.parent / "archive.captures", history=True).findings == []
    assert {file: file.read_bytes() for file in files} == files


NO_TRIGGER = "DROP TRIGGER articles_bu"
COPY_TRIGGER = "SELECT sql FROM sqlite_master WHERE name = 'articles_bu'"


@pytest.mark.parametrize(
    ("statements", "check_name", "words"),
    [
        ([NO_TRIGGER], "schema", "the trigger articles_bu is missing: put a backup"),
        (
            ["DROP INDEX urls_due", "CREATE INDEX urls_due ON urls (source)"],
            "schema",
            "the index urls_due was changed by another program",
        ),
        (
            [
                "UPDATE links SET version_id = 99",
                "INSERT INTO links SELECT 9, 99, 'in_text', 1, '', NULL, NULL, NULL",
            ],
            "references",
            "1 rows of links refer to rows of version_rows that are not there",
        ),
        (["UPDATE runs SET stored = stored + 1 WHERE id = 1"], "ledger", "run 1: its sums"),
        (["UPDATE runs SET urls = 1 WHERE id = 1"], "ledger", "run 1: its sums"),
        (["DELETE FROM fetches WHERE url LIKE '%/login'"], "ledger", "run 1: its sums"),
        (
            ["DELETE FROM fetches WHERE url LIKE '%/login'"],
            "ledger",
            "login was scheduled in run 1",
        ),
        (
            ["UPDATE articles SET section = 'x', date_published = '2018-01-01' WHERE id = 2"],
            "articles",
            "signet-2: the article is not what its current version says",
        ),
        (
            ["UPDATE articles SET version_id = 3 WHERE id = 2"],
            "articles",
            "signet-2: the article is not what its current version says",
        ),
        (
            [
                "UPDATE version_rows SET version = 3 WHERE version = 2",
                "UPDATE articles SET version = 3 WHERE version = 2",
            ],
            "articles",
            "signet-1: its versions are not numbered",
        ),
        (
            ["UPDATE version_rows SET authors = '[\"Nobody\"]' WHERE id = 1"],
            "articles",
            "signet-1@1: its text is not the one that was saved",
        ),
        (
            ["UPDATE version_rows SET authors = '[' WHERE id = 1"],
            "articles",
            "signet-1@1: its text",
        ),
        *(
            ([f"UPDATE {table} SET {column} = '{value}' WHERE id = 2"], "values", words)
            for table, column, value, words in (
                ("articles", "authors", "", "signet-2: its authors can't be read: put a backup"),
                ("articles", "keywords", "[1]", "signet-2: its keywords can't"),
                ("articles", "corrections", "{}", "signet-2: its corrections can't"),
                ("articles", "reservations", "[[]]", "signet-2: its reservations can't"),
                ("version_rows", "authors", "[", "signet-2@1: its authors can't"),
                ("version_rows", "keywords", "null", "signet-2@1: its keywords can't"),
                ("version_rows", "corrections", "5", "signet-2@1: its corrections can't"),
                ("version_rows", "reservations", "[1]", "signet-2@1: its reservations can't"),
                ("version_rows", "evidence", '{"body": 1}', "signet-2@1: its evidence can't"),
                ("runs", "sources", "{bad", "run 2: its sources can't"),
                ("runs", "started", "x", "run 2: its beginning can't"),
                ("runs", "ended", "2026-02-30T00:00:00Z", "run 2: its end can't"),
                ("urls", "listed", "[]", "orrin-vale-2: its listing can't"),
                ("urls", "listed", '{"authors": "Ana"}', "orrin-vale-2: its listing can't"),
                ("urls", "listed", '{"section": 1}', "orrin-vale-2: its listing can't"),
            )
        ),
        (
            [
                "INSERT INTO quarantine (id, url, at, error, article) VALUES (7, '', '', '', '{')",
                """INSERT INTO quarantine (id, url, at, error, article)
                    VALUES (8, '', '', '', '{"headline": "\\ud800"}')""",
            ],
            "values",
            "row 7 of quarantine: its story can't be read",
        ),
        (
            ["UPDATE sightings SET version_id = 3 WHERE article_id = 2"],
            "articles",
            "signet-2: its sightings name a version of another story",
        ),
        (
            ["UPDATE holdings SET version_id = 3"],
            "articles",
            "signet-1: its holdings name a version of another story",
        ),
        (
            ["UPDATE articles SET last_seen = '2027-01-01T00:00:00Z' WHERE id = 2"],
            "articles",
            "signet-2: it was not first and last seen when its sightings say",
        ),
        (
            ["UPDATE captures SET digest = 'sha1:other' WHERE id = 3"],
            "captures",
            "orrin-vale-3 at byte",
        ),
        (
            ['UPDATE captures SET "offset" = "offset" + 1 WHERE id = 3'],
            "captures",
            "can't be read (no whole record is there): put the file back from a backup",
        ),
        (
            ["UPDATE captures SET length = 100000 WHERE id = 7"],
            "captures",
            "lies behind the end of the file",
        ),
        (["UPDATE captures SET file = 'x.warc.gz'"], "captures", "x.warc.gz is missing, with 7"),
        (["UPDATE captures SET file = '../archive.db'"], "captures", "is no name of a file"),
    ],
)
def test_each_fault_is_found_and_named(
    path: Path, statements: list[str], check_name: str, words: str
) -> None:
    change(path, *statements)
    found = check(path)
    assert [line for name, line in found if name == check_name and words in line] != [], found
    assert all("\n" not in line for _, line in found)
    assert all("row 8" not in line for _, line in found)
    assert all(": " in line for _, line in found)


@pytest.mark.parametrize(
    "table", ["articles", "version_rows", "captures", "runs", "sources", "urls"]
)
def test_broken_references_are_those_that_sqlite_finds(path: Path, table: str) -> None:
    with closing(sqlite3.connect(path)) as connection:
        db = Database(connection, execute_plugins=False)
        assert broken_references(db) == []
        connection.execute(f"DELETE FROM {table} WHERE rowid % 2")
        counts = Counter((row[0], row[2]) for row in db.execute("PRAGMA foreign_key_check"))
        assert counts
        assert sorted(broken_references(db)) == sorted(
            f"{count} rows of {child} refer to rows of {parent} that are not there"
            for (child, parent), count in counts.items()
        )


@pytest.mark.parametrize(
    "table", ["articles_fts", "articles_stems", "versions_fts", "versions_stems"]
)
def test_a_full_text_index_that_differs_is_found_and_can_be_made_anew(
    path: Path, table: str
) -> None:
    change(path, f"INSERT INTO {table} (rowid, headline, body) VALUES (4, 'Medlar', 'Quince')")
    ((name, line),) = check(path)
    assert name == "full text"
    assert f"the full-text index {table} differs" in line
    mend = line.partition("sqlite3 ARCHIVE ")[2].strip('"')
    change(path, mend)
    assert check(path) == []


def test_a_text_that_was_changed_behind_the_index_is_found(path: Path) -> None:
    with closing(sqlite3.connect(path)) as connection:
        (trigger,) = connection.execute(COPY_TRIGGER).fetchone()
    change(path, NO_TRIGGER, "UPDATE articles SET body = 'Medlars' WHERE id = 2", trigger)
    checks = [name for name, _ in check(path)]
    assert checks == ["full text", "full text", "articles"]


def test_all_four_full_text_indexes_are_looked_at(path: Path) -> None:
    db = read_archive(path)
    assert full_text_tables(db) == [
        "articles_fts",
        "articles_stems",
        "versions_fts",
        "versions_stems",
    ]
    db.close()


def test_many_faults_of_one_kind_are_counted(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(verification, "MOST_NAMED", 2)
    change(path, "UPDATE captures SET digest = 'sha1:other'")
    lines = [line for _, line in check(path)]
    assert len(lines) == 3
    assert lines[-1] == "… and 5 more of that kind"


def test_quick_sees_what_is_missing_but_does_not_read(path: Path) -> None:
    content = bytearray(warc(path).read_bytes())
    content[60] ^= 0xFF
    warc(path).write_bytes(content)
    assert check(path, quick=True) == []
    assert [name for name, _ in check(path)] == ["captures"]
    warc(path).unlink()
    assert [name for name, _ in check(path, quick=True)] == ["captures"]


@pytest.mark.parametrize(
    ("statements", "check_name"),
    [
        ([NO_TRIGGER], "schema"),
        (["INSERT INTO links SELECT 9, 1, 'in_text', 1, '', NULL, NULL, 99"], "references"),
        (["UPDATE runs SET stored = stored + 1 WHERE id = 1"], "ledger"),
        (["UPDATE articles SET version_id = 3 WHERE id = 2"], "articles"),
        (["UPDATE version_rows SET version = 3 WHERE version = 2"], "articles"),
    ],
)
def test_quick_finds_all_that_no_text_must_be_read_for(
    path: Path, statements: list[str], check_name: str
) -> None:
    change(path, *statements)
    assert [name for name, _ in check(path, quick=True)] == [check_name]


def test_quick_needs_no_room_for_a_copy(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(verification, "_copied", None)
    assert check(path, quick=True) == []


def test_quick_finds_a_table_that_is_damaged(path: Path) -> None:
    with closing(sqlite3.connect(path)) as connection:
        sql = "SELECT rootpage FROM sqlite_master WHERE name = 'site_files'"
        (page,) = connection.execute(sql).fetchone()
    with path.open("r+b") as stream:
        stream.seek((page - 1) * 4096 + 3)
        stream.write(b"\x00\x09")  # nine rows, it says, and there are none
    (found, *_) = check(path, quick=True)
    assert found[0] == "file"
    assert "the file is damaged" in found[1]


def test_records_that_no_row_names_are_only_counted(path: Path) -> None:
    captures = WarcCaptures(path.parent / "archive.captures")
    captures.append(capture(8))
    other = capture(9)
    captures.append(Capture(url=other.url, body=other.body, source="other"))
    captures.close()
    change(
        path,
        "UPDATE version_rows SET capture_id = NULL WHERE capture_id = 2",
        "DELETE FROM captures WHERE id = 2",
    )
    found = verify(path, captures=path.parent / "archive.captures")
    assert found.findings == []
    assert found.captures_unnamed == 3


def withdraw(path: Path, ref: str) -> None:
    captures = WarcCaptures(path.parent / "archive.captures")
    with open_writer(path, command="tests", captures=captures) as writer:
        article_id = writer.db.execute("SELECT id FROM articles WHERE ref = ?", [ref]).fetchone()[0]
        erasing.withdraw(writer.transaction, [tombstone_for(writer.db, article_id, reason="asked")])
    captures.close()


def test_an_older_copy_that_knows_nothing_of_a_withdrawal_is_found(path: Path) -> None:
    older = path.read_bytes()
    withdraw(path, "signet-2")
    assert check(path) == []
    path.write_bytes(older)
    found = dict(check(path))
    assert found.keys() == {"withdrawn", "captures"}
    assert found["withdrawn"].startswith("signet-2 was withdrawn, and this copy of the archive is")
    assert found["withdrawn"].endswith("`tradepress withdraw` erases it again")


def test_raw_pages_of_withdrawn_stories_are_found_and_erased_again(path: Path) -> None:
    older = warc(path).read_bytes()
    withdraw(path, "signet-2")
    erased = warc(path).read_bytes()
    warc(path).write_bytes(older)
    ((name, line),) = check(path)
    assert name == "withdrawn"
    assert line.startswith(f"{warc(path)} holds a page again that was erased with signet-2: ")
    captures = WarcCaptures(path.parent / "archive.captures")
    with open_writer(path, command="tests", captures=captures) as writer:
        assert erasing.erase_returned_pages(writer.transaction).captures == 1
        assert erasing.erase_returned_pages(writer.transaction).captures == 0
    assert check(path) == []
    assert len(warc(path).read_bytes()) == len(erased)
    assert b"Page 2" in gzip.decompress(older)
    assert b"Page 2" not in gzip.decompress(warc(path).read_bytes())


def test_a_list_of_withdrawals_that_is_damaged_is_a_fault(path: Path) -> None:
    path.with_name("archive.db.withdrawn.json").write_text("{")
    ((name, line),) = check(path)
    assert name == "withdrawn"
    assert "archive.db.withdrawn.json is damaged" in line


def test_a_run_that_was_killed_or_goes_on_is_no_fault(writer: Writer) -> None:
    row = writer.add_urls("signet", [(f"{SITE}/a", None)])[0]
    writer.schedule([row["id"]])
    writer.commit()
    found = verify(writer.path, captures=writer.path.parent)
    assert found.findings == []


def test_a_writer_goes_on_while_it_is_verified(writer: Writer) -> None:
    save(writer, story(1))
    writer.commit()

    def write(step: str, done: int, of: int) -> None:
        save(writer, story(len(seen) + 2))
        writer.commit()
        seen.append(step)

    seen: list[str] = []
    found = verify(writer.path, captures=writer.path.parent, progress=write)
    assert len(seen) > 5
    assert found.findings == []
    assert found.articles == 1
    assert writer.db["articles"].count == 1 + len(seen)


def test_a_missing_archive_can_not_be_verified(tmp_path: Path) -> None:
    with pytest.raises(ArchiveMissing):
        verify(tmp_path / "archive.db", captures=tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_no_room_for_the_private_copy_is_said(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    connect = sqlite3.connect

    def small(name: str, **options: object) -> sqlite3.Connection:
        connection = connect(name, **options)  # type: ignore[call-overload]
        connection.execute("PRAGMA max_page_count=10")
        return connection  # type: ignore[no-any-return]

    monkeypatch.setattr(verification.sqlite3, "connect", small)
    with pytest.raises(ArchiveFull, match="SQLITE_TMPDIR"):
        check(path)


def test_the_command_says_clean_and_counts(path: Path, here: Tradepress) -> None:
    result = here("verify")
    assert result.returncode == 0, result.stderr
    assert result.stdout == "archive.db: 6 stories, 7 versions, 2 runs, 7 captures: no fault\n"
    result = here("verify", "--quick")
    assert "7 captures (not read): no fault\nLeft out: what captures hold" in result.stdout
    fields = json.loads(here("verify", "--json").stdout)
    assert (fields["clean"], fields["findings"], fields["captures_read"]) == (True, [], 7)


def test_the_command_names_each_fault(path: Path, here: Tradepress) -> None:
    change(path, "UPDATE runs SET stored = 0 WHERE id = 2", "UPDATE captures SET file = 'x'")
    result = here("verify")
    assert result.returncode == 1
    ledger, captures, last = result.stdout.splitlines()
    assert ledger.startswith("ledger: run 2: its sums are not those of its addresses")
    assert captures.startswith("captures: ")
    assert last.endswith(": 2 faults")
    fields = json.loads(here("verify", "--json").stdout)
    assert fields["clean"] is False
    assert [finding["check"] for finding in fields["findings"]] == ["ledger", "captures"]


def header_page(path: Path) -> None:
    content = bytearray(path.read_bytes())
    content[100:4096] = os.urandom(3996)
    path.write_bytes(content)


def torn_first_sector(path: Path) -> None:
    content = bytearray(path.read_bytes())
    content[16:512] = b"\xa5" * 496
    path.write_bytes(content)


def cut(path: Path) -> None:
    os.truncate(path, path.stat().st_size // 2)


def empty(path: Path) -> None:
    path.write_bytes(b"")


COMMANDS = [
    ["verify"],
    ["backup"],
    ["search", "lantern"],
    ["show", "signet-2"],
    ["runs"],
    ["ingest", "page.html", "--source", "signet"],
    ["demo"],
]


@pytest.mark.parametrize("command", COMMANDS, ids=lambda command: str(command[0]))
@pytest.mark.parametrize("damage", [header_page, torn_first_sector, cut, empty])
def test_a_damaged_head_is_one_line_and_exit_3(
    path: Path, here: Tradepress, damage: Callable[[Path], None], command: list[str]
) -> None:
    (path.parent / "page.html").write_text("<html><h1>A page</h1></html>")
    damage(path)
    before = path.read_bytes()
    result = here(*command)
    assert result.returncode == 3, result
    assert result.stdout == ""
    assert result.stderr.startswith("Error: ")
    assert result.stderr.count("\n") == 1
    assert path.read_bytes() == before
    assert not list(path.parent.glob("backups/*.db"))


def damage_middle(path: Path, name: str) -> None:
    """Overwrite one page of a table, where a look at its beginning does not find it."""
    with closing(sqlite3.connect(path)) as connection:
        size = connection.execute("PRAGMA page_size").fetchone()[0]
        pages = connection.execute(
            "SELECT pageno FROM dbstat WHERE name = ? AND pagetype = 'leaf' ORDER BY path", [name]
        ).fetchall()
    (number,) = pages[len(pages) // 2]
    assert len(pages) > 3
    with path.open("r+b") as stream:
        stream.seek((number - 1) * size)
        stream.write(b"\xa5" * size)


def has_dbstat() -> bool:
    with closing(sqlite3.connect(":memory:")) as connection:
        try:
            connection.execute("SELECT 1 FROM dbstat")
        except sqlite3.OperationalError:
            return False
    return True


@pytest.mark.slow
@pytest.mark.skipif(not has_dbstat(), reason=reason("an SQLite with dbstat"))
@pytest.mark.parametrize("table", ["articles", "version_rows", "articles_fts_data"])
def test_a_damaged_page_in_the_middle_is_a_clear_line_wherever_it_is_met(
    tmp_path: Path, here: Tradepress, table: str
) -> None:
    path = tmp_path / "archive.db"
    with open_writer(path, command="tests") as writer:
        writer.save_source(PAPER)
        writer.start_run("tests", ["signet"], "0")
        for number in range(300):
            save(writer, story(number, description=f"Quince{number} medlar{number * 7}"))
        writer.end_run("done", 0)
    change(path, "PRAGMA journal_mode=DELETE")
    damage_middle(path, table)
    before = path.read_bytes()
    result = here("verify")
    assert result.returncode == 1
    assert "the file is damaged" in result.stdout or "full-text index" in result.stdout
    assert "300 stories" in result.stdout.splitlines()[-1]
    codes = set()
    for command in [["search", "quince150"], *(["show", f"signet-{n}"] for n in range(0, 300, 3))]:
        result = here(*command)
        codes.add(result.returncode)
        assert result.returncode in (0, 3), result
        if result.returncode == 3:
            assert "backup" in result.stderr
            assert result.stderr.count("\n") == 1
    if table != "articles_fts_data":
        assert codes == {0, 3}
    result = here("backup")
    assert result.returncode == 3
    assert result.stderr.count("\n") == 1
    assert path.read_bytes() == before
    assert not list(path.parent.glob("backups/*.db*"))
