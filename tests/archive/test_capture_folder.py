"""Each archive has a folder of raw pages of its own."""

from pathlib import Path

import pytest
from archive_rows import PAPER, open_writer, save, story
from conftest import Tradepress
from withdrawn_story import a_page, words_in

from tradepress.archive.captures.folder import capture_folder
from tradepress.archive.captures.warc import WarcCaptures
from tradepress.crawling.archive_run import captures_beside


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
