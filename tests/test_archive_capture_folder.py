"""Each archive has a folder of raw pages, and archives of the first release stay with theirs."""

from pathlib import Path

import pytest
from archive_rows import PAPER, open_writer, save, story
from conftest import ROOT, Tradepress
from withdrawn_story import a_page, require_sound, words_in

from archive.captures.folder import capture_folder
from archive.captures.warc import WarcCaptures
from crawler.run import captures_beside


def store(path: Path, captures: WarcCaptures, *numbers: int, words: str = "Orrin Vale") -> None:
    with open_writer(path, command="tests", captures=captures) as writer:
        writer.save_source(PAPER)
        writer.start_run("tests", ["signet"], "0")
        for number in numbers:
            page = a_page(story(number)["url"], f"{words} {number}")
            save(writer, story(number), capture=page)
        writer.end_run("done", 0)
    captures.close()


@pytest.mark.parametrize(
    ("name", "folder"),
    [("archive.db", "archive.captures"), ("press.db", "press.captures"), ("p.1", "p.1-captures")],
)
def test_it_bears_the_archives_name(tmp_path: Path, name: str, folder: str) -> None:
    assert capture_folder(tmp_path / name) == tmp_path / folder
    (tmp_path / "captures").mkdir()  # another archive's
    assert capture_folder(tmp_path / name) == tmp_path / folder


def test_no_two_names_share_one(tmp_path: Path) -> None:
    names = [
        "press",
        "press.db",
        "press.db.db",
        "press.sqlite",
        "press.sqlite.db",
        "press.captures",
    ]
    assert len({capture_folder(tmp_path / name) for name in names}) == len(names)


def test_two_archives_in_one_folder_know_nothing_of_each_other(
    tmp_path: Path, here: Tradepress
) -> None:
    for name in ("press.db", "other.db"):
        store(tmp_path / name, captures_beside(tmp_path / name), 1, 2, words="vermiljoon")
    assert here("backup", "--archive", "press.db").returncode == 0
    assert here("backup", "--archive", "other.db").returncode == 0
    gone = here("withdraw", "signet-1", "--reason", "x", "--yes", "--archive", "press.db")
    assert gone.returncode == 0
    for file in (tmp_path / "press.captures").iterdir():
        file.write_bytes(b"damage")
    assert here("verify", "--archive", "press.db").returncode == 1
    assert here("verify", "--archive", "other.db").returncode == 0
    assert here("backup", "--archive", "other.db", "-o", "more").returncode == 0
    assert words_in(tmp_path / "other.captures") == {"vermiljoon"}


def test_an_archive_of_the_first_release_goes_on(tmp_path: Path, here: Tradepress) -> None:
    path, folder = tmp_path / "archive.db", tmp_path / "captures"
    store(path, WarcCaptures(folder), 1, 2)
    store(path, captures_beside(path), 3)
    new = tmp_path / "new.db"
    store(new, captures_beside(new), 1)
    assert {entry.name for entry in tmp_path.glob("*captures")} == {"captures", "new.captures"}
    assert here("verify").returncode == 0
    assert here("backup").returncode == 0
    assert here("withdraw", "signet-1", "--reason", "x", "--yes").returncode == 0
    assert here("verify").returncode == 0
    # Restored, and given a folder of its own by hand.
    (backup,) = (tmp_path / "backups").glob("*.db")
    for file in tmp_path.glob("archive.db-*"):
        file.unlink()
    backup.rename(path)
    folder.rename(tmp_path / "away")
    (tmp_path / "backups" / "captures").rename(tmp_path / "archive.captures")
    assert here("withdraw").stdout.startswith("Erased again: stories 1, versions 1, raw pages 1")
    assert here("verify").returncode == 0
    require_sound(path)


def test_what_an_archive_beside_names_is_no_page_that_came_back(
    tmp_path: Path, here: Tradepress
) -> None:
    """As archives of the first release share them."""
    one, two, folder = tmp_path / "one.db", tmp_path / "two.db", tmp_path / "captures"
    store(one, WarcCaptures(folder), 1, 2)
    store(two, WarcCaptures(folder), 1, 2)
    gone = here("withdraw", "signet-1", "--reason", "x", "--yes", "--archive", "one.db")
    assert gone.returncode == 0
    verified = here("verify", "--archive", "one.db")
    assert (verified.returncode, verified.stderr) == (0, "")
    assert verified.stdout.endswith("1 captures: no fault\n")
    two.unlink()
    assert here("verify", "--archive", "one.db").returncode == 1
    assert here("withdraw", "--archive", "one.db").returncode == 0
    assert here("verify", "--archive", "one.db").returncode == 0


def test_an_archive_beside_that_cannot_be_read_is_named(tmp_path: Path, here: Tradepress) -> None:
    one, two, folder = tmp_path / "one.db", tmp_path / "two.db", tmp_path / "captures"
    store(one, WarcCaptures(folder), 1)
    store(two, WarcCaptures(folder), 2)
    with two.open("r+b") as stream:
        stream.seek(100)
        stream.write(bytes(4000))
    verified = here("verify", "--archive", "one.db")
    assert verified.returncode == 1
    assert f"captures: {two} is damaged" in verified.stdout


def test_copies_that_no_backup_brings_up_to_date_are_named(
    tmp_path: Path, here: Tradepress
) -> None:
    """As they are left when an archive of the first release gets a folder of its own."""
    path, folder = tmp_path / "archive.db", tmp_path / "captures"
    store(path, WarcCaptures(folder), 1, words="vermiljoon")
    assert here("backup").returncode == 0
    folder.rename(tmp_path / "archive.captures")
    other = tmp_path / "other.db"
    store(other, captures_beside(other), 1)
    assert here("backup", "--archive", "other.db").returncode == 0
    gone = here("withdraw", "signet-1", "--reason", "x", "--yes")
    left = tmp_path / "backups" / "captures"
    told = [line for line in gone.stdout.splitlines() if "/backups/" in line and ".db" not in line]
    assert told == [
        f"So may {left}, which no archive here brings up to date: if it was this archive's, delete "
        "it after the next `tradepress backup`."
    ]
    # What the documentation says to do at once.
    assert "mv backups/captures backups/archive.captures" in (ROOT / "docs/archive.md").read_text()
    left.rename(tmp_path / "backups" / "archive.captures")
    for former in (tmp_path / "backups").glob("archive-2*.db"):
        former.unlink()  # it may have been made in this very second
    assert here("backup").returncode == 0
    assert words_in(tmp_path / "backups" / "archive.captures") == set()
