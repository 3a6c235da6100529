"""Damage that shows as a text which is none: told as damage, and nothing of the text is shown."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from archive_rows import SITE, Clock, OneRun, Writer, clock, open_writer, save, story, writer
from conftest import Answer, Site, Tradepress, a_story, declare

from tradepress.archive.errors import DamagedArchive, archive_error

__all__ = ["clock", "writer"]

CONTACT = ("--contact", "archive@library.example", "--no-trial")


def damage(archive: Path, table: str, column: str) -> None:
    """As a bit that falls over within each text of a column does."""
    with closing(sqlite3.connect(archive)) as db, db:
        triggers = db.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall()
        for (name,) in triggers:
            db.execute(f"DROP TRIGGER {name}")
        db.execute(
            f"UPDATE {table} SET {column} = CAST(CAST('Zorblatt' AS BLOB) || x'ff' AS TEXT) "
            f"WHERE {column} IS NOT NULL"
        )


def test_the_error_names_the_column_and_not_the_text() -> None:
    undecodable = "SELECT CAST(CAST('Zorblatt' AS BLOB) || x'ff' AS TEXT) AS body"
    with (
        closing(sqlite3.connect(":memory:")) as db,
        pytest.raises(sqlite3.OperationalError, match="Zorblatt") as raised,
    ):
        db.execute(undecodable).fetchall()
    error = archive_error(raised.value, Path("press.db"))
    assert isinstance(error, DamagedArchive)
    assert str(error) == (
        "press.db is damaged (its column body holds what is no text); "
        "put a backup in its place, or move it away"
    )


@pytest.mark.parametrize(
    "arguments", [("search", "lantern"), ("show", "signet-1"), ("show", "signet-1", "--versions")]
)
def test_a_command_says_that_the_archive_is_damaged(
    writer: Writer, here: Tradepress, arguments: tuple[str, ...]
) -> None:
    save(writer, story())
    writer.commit()
    writer.close()
    for table in ("articles", "version_rows"):
        damage(writer.path, table, "headline")
    result = here(*arguments, "--archive", str(writer.path))
    assert result.returncode == 3
    assert "Zorblatt" not in result.stderr + result.stdout
    assert "holds what is no text); put a backup in its place" in result.stderr
    assert result.stderr.count("\n") == 1


def damage_schema(archive: Path, place: bytes) -> None:
    """A bit falls over in the last letter of a place in the definitions."""
    whole = archive.read_bytes()
    assert place in whole
    broken = place[:-1] + bytes([place[-1] ^ 0x80])
    archive.write_bytes(whole.replace(place, broken))


@pytest.mark.parametrize(
    "arguments",
    [
        ("search", "lantern"),
        ("show", "signet-1"),
        ("runs",),
        ("verify",),
        ("backup",),
        ("health",),
        ("withdraw", "signet-1", "--reason", "asked", "--yes"),
    ],
)
def test_a_schema_that_is_no_text_is_damage(
    writer: Writer, here: Tradepress, arguments: tuple[str, ...]
) -> None:
    save(writer, story())
    writer.commit()
    writer.close()
    damage_schema(writer.path, b"CREATE TABLE")
    result = here(*arguments, "--archive", str(writer.path))
    assert result.returncode == 3, result.stderr
    said = result.stderr + result.stdout
    assert "is damaged (its schema holds what is no text); put a backup in its place" in said


def test_a_trigger_that_is_no_text_is_damage_and_no_bad_story(writer: Writer) -> None:
    save(writer, story())
    writer.commit()
    writer.close()
    damage_schema(writer.path, b"new.headline")
    with open_writer(writer.path, command="tests") as again:
        again.start_run("tests", ["signet"], "0")
        with pytest.raises(DamagedArchive, match="its schema holds what is no text"):
            save(again, story(headline="Orrin Vale wins appeal 1"))


def test_a_story_whose_source_is_not_there_is_damage(writer: Writer, here: Tradepress) -> None:
    save(writer, story())
    writer.commit()
    writer.close()
    damage(writer.path, "sources", "name")
    result = here("show", "signet-1", "--archive", str(writer.path))
    assert result.returncode == 3
    assert result.stderr == (
        "Error: the source of signet-1 can’t be read: this place of the archive is damaged; "
        "put a backup in its place\n"
    )


def test_a_run_stops_whatever_it_reads(writer: Writer, clock: Clock) -> None:
    save(writer, story())
    writer.save_seed("signet", "section", SITE, is_walked=True)
    writer.commit()
    writer.close()
    for table, column in (("urls", "url"), ("seeds", "url"), ("articles", "reservations")):
        damage(writer.path, table, column)
    for read in (
        lambda run: run.seeds.of("signet"),
        lambda run: run.addresses.at(story()["url"]),
        lambda run: run.addresses.reservations(story()["url"]),
    ):
        ledger = OneRun(writer.path, sources=[])
        try:
            with pytest.raises(DamagedArchive):
                read(ledger.run)
            assert isinstance(ledger.failure, DamagedArchive)
        finally:
            ledger.close("interrupted")


@pytest.mark.slow
@pytest.mark.parametrize(
    ("table", "column"),
    [
        ("articles", "headline"),
        ("urls", "etag"),
        ("seeds", "url"),
        ("site_files", "first_seen"),
    ],
)
def test_a_crawl_ends_with_one_line(
    site: Site, spiders: Path, tradepress: Tradepress, tmp_path: Path, table: str, column: str
) -> None:
    path = "/trademark/lantern-case-1001"
    site.pages[path] = Answer(a_story("Lantern case"), headers={"ETag": '"1"'})
    site.pages["/trademark/"] = Answer(f'<a href="{path}">Story</a>')
    site.pages["/robots.txt"] = Answer("User-agent: *\nDisallow:\n")
    declare(spiders, "gazette", site.home)
    assert tradepress("crawl", "gazette", *CONTACT).returncode == 0
    site.pages[path] = Answer(a_story("Lantern case is over"))
    site.pages["/robots.txt"] = Answer("User-agent: *\nDisallow: /members/\n")
    with closing(sqlite3.connect(tmp_path / "archive.db")) as db, db:
        db.execute("UPDATE urls SET state = 'due', next_due = NULL")
    damage(tmp_path / "archive.db", table, column)
    result = tradepress("crawl", "gazette", *CONTACT)
    assert result.returncode == 3, result.stderr
    assert f"its column {column} holds what is no text" in result.stderr
    assert "Zorblatt" not in result.stderr + result.stdout
    assert result.stderr.count("\n") == 1
