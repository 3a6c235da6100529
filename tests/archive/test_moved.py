"""The file is deleted, moved or replaced while a run writes into it."""

import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest
from archive_rows import Clock, Writer, clock, open_writer, save, story, value, withdraw, writer
from conftest import Answer, Tradepress
from timed_paper import Paper, serve

from tradepress.archive.errors import ArchiveError, ArchiveGone
from tradepress.archive.read_only import read_archive
from tradepress.archive.withdrawal.copies import copies_that_hold
from tradepress.archive.withdrawal.request import tombstone_for

__all__ = ["clock", "writer"]


def replace(path: Path) -> None:
    other = path.with_name("other.db")
    other.write_bytes(path.read_bytes())
    other.rename(path)


@pytest.mark.parametrize("befall", [Path.unlink, replace])
def test_nothing_is_saved_into_a_file_that_is_gone(
    writer: Writer, clock: Clock, befall: Callable[[Path], None]
) -> None:
    save(writer, story())
    writer.commit()
    befall(writer.path)
    save(writer, story(site_id="2", url="https://signet.example/news/two-2", headline="Two"))
    with pytest.raises(ArchiveError, match=f"{writer.path} is gone, or another file stands"):
        writer.commit()
    assert value(writer, "SELECT count(*) FROM articles") == 1


def lose(writer: Writer, befall: Callable[[Path], None]) -> str:
    """Two stories are acknowledged, a third is not: the archive is gone; what is said then."""
    for number in (1, 2):
        save(writer, story(number))
        writer.commit()
    befall(writer.path)
    save(writer, story(3))
    with pytest.raises(ArchiveGone) as raised:
        writer.commit()
    writer.close()
    return str(raised.value)


def kept_log(path: Path) -> Path:
    (kept,) = path.parent.glob("archive.db-wal.gone-*")
    return kept


def stories(path: Path) -> list[str]:
    with closing(read_archive(path)) as db:
        return [row["site_id"] for row in db.query("SELECT site_id FROM articles ORDER BY id")]


@pytest.mark.parametrize("befall", [Path.unlink, replace])
def test_a_backup_that_takes_its_place_is_whole(
    writer: Writer, here: Tradepress, befall: Callable[[Path], None]
) -> None:
    save(writer, story(0))
    writer.commit()
    assert here("backup").returncode == 0
    said = lose(writer, befall)
    path = writer.path
    assert "put it or a backup there and run the command again" in said
    assert f"its log is kept as {kept_log(path).name}" in said
    assert kept_log(path).stat().st_size > 0
    (backup,) = (path.parent / "backups").glob("archive-*.db")
    shutil.copy(backup, path)
    result = here("verify")
    assert result.returncode == 0, result.stdout + result.stderr
    open_writer(path, command="tests").close()
    assert here("verify").returncode == 0
    assert stories(path) == ["0"]


def test_the_same_file_moved_back_has_all_that_was_acknowledged(
    writer: Writer, here: Tradepress
) -> None:
    path = writer.path
    away = path.with_name("away.db")
    lose(writer, lambda path: path.rename(away) and None)
    away.rename(path)
    assert here("verify").returncode == 0
    assert stories(path) == ["1", "2"]


def test_the_same_file_back_from_another_disk_takes_its_log_along(
    writer: Writer, here: Tradepress
) -> None:
    path = writer.path
    away = path.with_name("away.db")

    def move(path: Path) -> None:  # from one disk to another that is a copy
        shutil.copy(path, away)
        path.unlink()

    said = lose(writer, move)
    assert "name it archive.db-wal again if that very file comes back from another disk" in said
    shutil.move(away, path)
    kept_log(path).rename(path.with_name("archive.db-wal"))
    assert here("verify").returncode == 0
    assert stories(path) == ["1", "2"]


def test_the_log_of_another_file_is_not_touched(writer: Writer) -> None:
    log = writer.path.with_name("archive.db-wal")

    def replace_both(path: Path) -> None:
        for file in (path, log):
            file.unlink()
            file.write_bytes(b"another")

    assert "its log" not in lose(writer, replace_both)
    assert log.read_bytes() == b"another"


def overwrite(path: Path) -> None:
    path.write_bytes(b"")


def cut(path: Path) -> None:
    os.truncate(path, path.stat().st_size - 4096)


@pytest.mark.parametrize("befall", [overwrite, cut])
def test_a_file_that_becomes_smaller_is_noticed(
    writer: Writer, here: Tradepress, befall: Callable[[Path], None]
) -> None:
    assert here("backup").returncode == 0
    path = writer.path
    assert f"{path} has become smaller: another program cut or overwrote it" in lose(writer, befall)
    damaged = path.with_name("damaged")
    damaged.mkdir()
    for file in path.parent.glob("archive.db*"):  # as docs/reference/archive.md says
        file.rename(damaged / file.name)
    (backup,) = (path.parent / "backups").glob("archive-*.db")
    shutil.copy(backup, path)
    assert here("verify").returncode == 0


def test_a_withdrawal_that_leaves_a_smaller_file_lets_the_writer_go_on(
    writer: Writer,
) -> None:
    for number in range(30):
        save(writer, story(number, body="Of the lantern mark. " * 2000 + str(number)))
    writer.commit()
    writer.db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    writer.end_run("done", 0)
    before = writer.path.stat().st_size
    ids = [row["id"] for row in writer.rows("SELECT id FROM articles")]
    stones = [tombstone_for(writer.db, number, reason="asked") for number in ids]
    withdraw(writer, None, stones)
    assert writer.path.stat().st_size < before
    writer.start_run("tests", ["signet"], "0")
    save(writer, story(99))
    writer.commit()


def test_a_withdrawal_names_the_kept_log(writer: Writer) -> None:
    lose(writer, Path.unlink)
    assert copies_that_hold(writer.path, []) == [kept_log(writer.path)]


@pytest.fixture
def paper(tmp_path: Path) -> Iterator[Paper]:
    paper = Paper(tmp_path)
    with serve(paper):
        yield paper


@pytest.mark.slow
def test_a_crawl_whose_archive_is_deleted_stops_and_says_so(paper: Paper) -> None:
    paper.publish(5)
    paper.pages["/robots.txt"] = Answer("User-agent: *\nCrawl-delay: 0.5\n")
    path = "/trademark/lantern-case-number-1003"
    page = paper.pages[path]
    assert isinstance(page, Answer)

    def delete(_: int) -> Answer:
        (paper.folder / "archive.db").unlink()
        return page

    paper.pages[path] = delete
    paper.declare("gazette")
    result = paper.crawl("gazette")
    assert result.returncode == 3
    assert result.stderr.count("\n") == 1
    assert "archive.db is gone, or another file stands in its place" in result.stderr
