"""Names of files that a foreign index gives: outside the folder of raw pages nothing is read, made
or written, nor in a file that has another name, too."""

import json
import os
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from archive_rows import PAPER, open_writer, save, story
from conftest import Tradepress
from withdrawn_story import a_page

from tradepress.archive.captures import kept_file
from tradepress.archive.captures.kept_file import RefusedFile, open_kept, refusal
from tradepress.archive.captures.kept_page import UnreadablePage, read_kept_page, read_member
from tradepress.archive.captures.places import refused_files
from tradepress.archive.captures.warc import WarcCaptures
from tradepress.archive.care.backup import BackupResult
from tradepress.archive.care.backup import backup as make_backup
from tradepress.archive.care.prune import prune
from tradepress.archive.care.verify import verify
from tradepress.archive.open import open_archive

VICTIM = b"precious " * 300


@pytest.fixture
def victim(tmp_path: Path) -> Iterator[Path]:
    """A file of the operator's beside the folder of raw pages; no test may change it."""
    file = tmp_path / "victim.txt"
    file.write_bytes(VICTIM)
    yield file
    assert file.read_bytes() == VICTIM


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """An archive with two stories and their pages."""
    path = tmp_path / "archive.db"
    with (
        closing(WarcCaptures(tmp_path / "archive.captures")) as captures,
        open_writer(path, captures=captures) as writer,
    ):
        writer.save_source(PAPER)
        writer.start_run("tests", ["signet"], "0")
        for number in (1, 2):
            save(writer, story(number), capture=a_page(story(number)["url"], f"Page {number}"))
        writer.end_run("done", 0)
    return path


def folder_of(path: Path) -> Path:
    return path.with_suffix(".captures")


def rename_in_index(path: Path, name: str) -> None:
    """As an archive of somebody else's may name its first page's file."""
    with open_writer(path) as writer:
        writer.write("DELETE FROM capture_records WHERE capture_id = 1")
        writer.write(
            'UPDATE captures SET file = ?, "offset" = 100, length = 900 WHERE id = 1', [name]
        )
        writer.commit()


OUTSIDE = ["../victim.txt", "{}/victim.txt", "../archive.captures/../victim.txt"]


@pytest.mark.parametrize("name", OUTSIDE)
def test_withdraw_overwrites_nothing_outside(
    path: Path, victim: Path, here: Tradepress, name: str
) -> None:
    rename_in_index(path, name.format(path.parent))
    result = here("withdraw", "--yes", "signet-1", "--reason", "x")
    assert victim.read_bytes() == VICTIM
    assert result.returncode == 1
    told = result.stderr
    assert "A captured page is not where it was written" in told
    assert "victim.txt' is no name of a file of captured pages, …): see `tradepress ver" in told


@pytest.mark.parametrize("quick", [False, True])
def test_verify_tells_of_a_name_outside(path: Path, victim: Path, quick: bool) -> None:
    rename_in_index(path, "../victim.txt")
    (finding,) = verify(path, captures=folder_of(path), quick=quick).findings
    assert finding.words == (
        "'../victim.txt' is no name of a file of captured pages, with 1 capture: "
        "put a backup in its place (`tradepress backup --list`)"
    )


def test_a_name_that_is_refused_is_told_once_at_opening(
    path: Path, victim: Path, caplog: pytest.LogCaptureFixture
) -> None:
    open_archive(path).close()
    assert caplog.records == []
    rename_in_index(path, "../victim.txt")
    caplog.clear()
    with open_archive(path, captures=WarcCaptures(folder_of(path))):
        (record,) = caplog.records
    assert record.getMessage().startswith(f"{path}: nothing reads or writes some files of ")


def test_all_names_are_found_however_many_pages_have_them(path: Path) -> None:
    with open_writer(path) as writer:
        for number, name in enumerate(["/a", "/a", "b.warc.gz", "../c", "../c"], 10):
            writer.write(
                'INSERT INTO captures (id, url, origin, digest, file, "offset", length) '
                "VALUES (?1, 'x', 'crawl', 'x', ?2, ?1, 1)",
                [number, name],
            )
        writer.write("UPDATE capture_records SET file = 'd/e' WHERE id = 1")
        found = refused_files(writer.db, folder_of(path))
    assert [why.partition(" ")[0] for why in found] == ["'../c'", "'/a'", "'d/e'"]


@pytest.mark.parametrize("name", ["../profile", "{}/profile"])
def test_backup_plants_nothing_outside(path: Path, victim: Path, name: str) -> None:
    (path.parent / "profile").write_bytes(VICTIM)
    rename_in_index(path, name.format(path.parent))
    result = backed_up(path)
    assert len(result.problems) == 1
    assert "is no name of a file of captured pages" in result.problems[0]
    copies = path.parent / "more" / "backups"
    assert [file.name for file in copies.iterdir() if file.name == "profile"] == []
    assert (path.parent / "profile").read_bytes() == VICTIM


def backed_up(path: Path) -> BackupResult:
    return make_backup(path, path.parent / "more" / "backups", captures=folder_of(path))


# What lies there under a name of ours


def linked(file: Path, victim: Path) -> None:
    file.symlink_to(victim)


def linked_within(file: Path, victim: Path) -> None:
    inner = file.with_name("inner.warc.gz")
    inner.write_bytes(VICTIM)
    file.symlink_to(inner.name)


KINDS: list[Callable[[Path, Path], Any]] = [
    linked,
    linked_within,
    lambda file, victim: file.symlink_to("nowhere"),
    lambda file, victim: file.hardlink_to(victim),
    lambda file, victim: os.mkfifo(file),
    lambda file, victim: file.mkdir(),
]
IDS = ["link", "link-within", "link-to-nothing", "hard-link", "pipe", "folder"]


@pytest.mark.parametrize("lay", KINDS, ids=IDS)
def test_what_is_no_file_of_raw_pages_is_neither_read_nor_written(
    tmp_path: Path, victim: Path, lay: Callable[[Path, Path], Any]
) -> None:
    folder = tmp_path / "archive.captures"
    folder.mkdir()
    lay(folder / "signet-2026-11.warc.gz", victim)
    place = {"file": "signet-2026-11.warc.gz", "offset": 100, "length": 900, "digest": "sha1:X"}
    for mode in ("rb", "r+b", "ab"):
        with pytest.raises(RefusedFile):
            open_kept(folder, place["file"], mode)
    for read in (read_kept_page, read_member):
        with pytest.raises(UnreadablePage):
            read(folder, place)
    captures = WarcCaptures(folder)
    assert captures.erase([place]) == [{n: place[n] for n in ("file", "offset", "length")}]
    captures.cut_torn_tails({})
    found = [(one["file"], one["offset"]) for one in captures.unnamed({})]
    assert (place["file"], 0) in found
    inner = folder / "inner.warc.gz"
    assert not inner.exists() or inner.read_bytes() in (VICTIM, b"")  # it is no record: a torn end


@pytest.mark.parametrize("lay", KINDS, ids=IDS)
def test_a_crawl_begins_another_file_beside_it(
    tmp_path: Path, victim: Path, lay: Callable[[Path, Path], Any]
) -> None:
    folder = tmp_path / "archive.captures"
    captures = WarcCaptures(folder)
    (name,) = {captures.append(a_page(story()["url"], "A page"))["file"]}
    captures.close()
    (folder / str(name)).unlink()
    lay(folder / str(name), victim)
    row = captures.append(a_page(story()["url"], "A page"))
    captures.close()
    assert row["file"] == str(name).replace(".warc", "-2.warc")
    assert captures.page(row) is not None


def test_a_link_in_the_place_of_a_file_is_told_by_verify_withdraw_and_backup(
    path: Path, victim: Path, here: Tradepress
) -> None:
    (file,) = folder_of(path).iterdir()
    file.rename(path.parent / "elsewhere")
    file.symlink_to(path.parent / "elsewhere")
    before = (path.parent / "elsewhere").read_bytes()
    words = f"{file} is a link, and none is followed"
    assert f"captures: {words}, with 2 captures and 2 further" in here("verify").stdout
    assert backed_up(path).problems == [words]
    assert here("withdraw", "--yes", "signet-1", "--reason", "x").returncode == 1
    assert (path.parent / "elsewhere").read_bytes() == before
    file.unlink()
    (path.parent / "elsewhere").rename(file)
    told = here("withdraw").stdout
    assert told.startswith("Erased again: stories 0, versions 0, captured pages 1")
    assert here("verify").returncode == 0


def test_a_link_that_no_row_names_is_told_too(path: Path, victim: Path) -> None:
    (folder_of(path) / "other.warc.gz").symlink_to(victim)
    (finding,) = verify(path, captures=folder_of(path)).findings
    assert finding.words.endswith(
        "other.warc.gz is a link, and none is followed: put the file itself there, or remove it"
    )


def test_a_copy_that_is_a_link_gives_way_to_a_copy(path: Path, victim: Path) -> None:
    (file,) = folder_of(path).iterdir()
    victim.write_bytes(file.read_bytes()[:-20])
    before = victim.read_bytes()
    copies = path.parent / "more" / "backups" / "archive.captures"
    copies.mkdir(parents=True)
    (copies / file.name).symlink_to(victim)
    assert backed_up(path).problems == []
    assert not (copies / file.name).is_symlink()
    assert (copies / file.name).read_bytes() == file.read_bytes()
    assert victim.read_bytes() == before
    victim.write_bytes(VICTIM)


def test_what_takes_the_files_name_after_a_look_at_it_is_not_followed(
    path: Path, victim: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (file,) = folder_of(path).iterdir()
    whole = file.read_bytes()

    def looked_at_and_replaced(folder: Path, name: str) -> str | None:
        why = refusal(folder, name)
        (folder / name).unlink()
        (folder / name).symlink_to(victim)
        return why

    for mode in ("rb", "r+b", "ab"):
        file.unlink()
        file.write_bytes(whole)
        with monkeypatch.context() as patch:
            patch.setattr(kept_file, "refusal", looked_at_and_replaced)
            with pytest.raises(OSError, match="symbolic links"):
                open_kept(file.parent, file.name, mode)


def test_a_folder_that_is_a_link_is_the_operators(path: Path, here: Tradepress) -> None:
    folder = folder_of(path)
    folder.rename(path.parent / "large-disk")
    folder.symlink_to(path.parent / "large-disk")
    assert here("verify").returncode == 0
    assert backed_up(path).problems == []
    assert here("withdraw", "--yes", "signet-1", "--reason", "x").returncode == 0
    assert here("show", "signet-2", "--capture", "-o", "page.html").returncode == 0


# Names


@pytest.mark.parametrize(
    "name",
    [
        *(
            "",
            ".warc.gz",
            ".x.warc.gz",
            "..",
            "x.warc",
            "x.warc.gz\n",
            "x.warc.gz\0",
            "a/x.warc.gz",
        ),
        *("a\\x.warc.gz", "é.warc.gz", "a b.warc.gz", "\x1b[2J.warc.gz", "x" * 250 + ".warc.gz"),
    ],
)
def test_names_that_are_refused(tmp_path: Path, name: str) -> None:
    why = refusal(tmp_path, name)
    assert why is not None
    assert why.isprintable()
    assert len(why) < 200


@pytest.mark.parametrize(
    "source",
    [
        *("signet", "a1", "unknown", "the-paper.2", None),
        *("The Gazette", "../x", ".x", "é", "x" * 900),
    ],
)
def test_every_source_has_files_with_names_that_are_taken(
    tmp_path: Path, source: str | None
) -> None:
    captures = WarcCaptures(tmp_path / "archive.captures")
    row = captures.append_record(b"a member", source)
    captures.close()
    assert refusal(captures.folder, str(row["file"])) is None
    assert [file.name for file in captures.folder.iterdir()] == [row["file"]]
    assert [file.name for file in tmp_path.iterdir()] == ["archive.captures"]


# The small file of a pruning


@pytest.mark.parametrize("name", ["../victim.txt", "{}/victim.txt"])
def test_prune_deletes_nothing_outside(path: Path, victim: Path, name: str) -> None:
    marker = folder_of(path) / "signet.warc.gz.pruning"
    marker.write_text(json.dumps(name.format(path.parent)))
    pruned(path)
    assert not marker.exists()


def pruned(path: Path) -> None:
    with (
        closing(WarcCaptures(folder_of(path))) as captures,
        open_archive(path, captures=captures) as archive,
    ):
        prune(archive.transaction, captures, timedelta(days=-1))
