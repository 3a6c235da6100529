"""The CSV file that says where saved pages stood, and which files of folders are pages."""

import os
from datetime import UTC, datetime
from pathlib import Path

import pytest
from without_rights import reachable_folder, without_rights

from tradepress.jobs.files.address_list import read_address_list, read_time
from tradepress.jobs.files.file_page import UnreadableFile
from tradepress.jobs.files.page_folders import find_files

URL = "https://gazette.example/news/lantern-1"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name in ("a.html", "b b.html", "ü.html"):
        (tmp_path / name).write_text("<html>")
    return tmp_path


def a_list(folder: Path, content: str | bytes) -> Path:
    file = folder / "list.csv"
    file.write_bytes(content.encode() if isinstance(content, str) else content)
    return file


@pytest.mark.parametrize(
    "content",
    [
        "file,url\na.html,{0}\nb b.html,{0}2\nü.html,{0}3\n",
        "\ufefffile,url\r\na.html,{0}\r\nb b.html,{0}2\r\nü.html,{0}3\r\n",
        "URL;File;note\n{0};a.html;x\n{0}2;b b.html;y\n{0}3;ü.html;\n",
        'file\turl\n"a.html"\t"{0}"\n\nb b.html\t{0}2\n./ü.html\t {0}3 ',
    ],
)
def test_the_forms_that_spreadsheets_write(folder: Path, content: str) -> None:
    read = read_address_list(a_list(folder, content.format(URL)))
    assert read.faults == ()
    assert {path.name: line.url for path, line in read.lines.items()} == {
        "a.html": URL,
        "b b.html": f"{URL}2",
        "ü.html": f"{URL}3",
    }


def test_what_is_wrong_with_a_line_is_told_with_its_number(folder: Path) -> None:
    lines = [
        "file,url,date_captured",
        f"a.html,{URL},2017-08-04",
        f"a.html,{URL},",
        f"c.html,{URL},",
        "b b.html,gazette.example/x,",
        f"b b.html,{URL},4 August",
        f"ü.html,{URL},2999-01-01",
        "ü.html",
        f"b b.html,{URL},2017-08-04T12:34:56+02:00",
    ]
    read = read_address_list(a_list(folder, "\n".join(lines)))
    assert [fault.partition(": ")[0] for fault in read.faults] == [
        f"line {number}" for number in range(3, 9)
    ]
    parts = ("stands in line 2", "no file 'c.html'", "not a web", "write 2017", "not come", "not a")
    assert all(part in fault for part, fault in zip(parts, read.faults, strict=True)), read.faults
    assert {line.number: line.date_captured for line in read.lines.values()} == {
        2: datetime(2017, 8, 4, tzinfo=UTC),
        9: datetime(2017, 8, 4, 10, 34, 56, tzinfo=UTC),
    }


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "no column file and no column url"),
        (b"file;address\na.html;x", "no column url"),
        (b"\xff\xfef\0i\0l\0e\0", "not UTF-8"),
        (b"\x1f\x8b\x08\0", "not UTF-8"),
        (b'file,url\n"a.html,x', "no CSV file"),
    ],
)
def test_what_is_no_list_is_told(folder: Path, content: bytes, words: str) -> None:
    with pytest.raises(UnreadableFile, match=words):
        read_address_list(a_list(folder, content))
    with pytest.raises(UnreadableFile, match="No such file"):
        read_address_list(folder / "none.csv")


@pytest.mark.parametrize("words", ["", "yesterday", "2017-13-01", "2017", "0001-01-01T00:00+14:00"])
def test_what_is_no_time(words: str) -> None:
    with pytest.raises(ValueError, match="write 2017-08-04"):
        read_time(words)


PAGES = (
    "a.html",
    "b/c.HTM",
    "b/d.mhtml",
    "b/story.1234",
    "crawl.warc.gz",
    "d e/ü.txt",
    "z.html.gz",
)
OTHERS = ("a.css", "b/i.png", "b/list.csv", "law.pdf", "notes", "s.js.gz")
HIDDEN = (".a.html", ".git/x.html", "a_files/frame.html")


def test_folders_are_walked_in_order_and_what_is_no_page_is_left_out(tmp_path: Path) -> None:
    for name in (*PAGES, *OTHERS, *HIDDEN):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("words" if name in OTHERS else "\n<!DOCTYPE HTML><p>words")
    (tmp_path / "round").symlink_to(tmp_path)
    (tmp_path / "gone.html").symlink_to(tmp_path / "nowhere")
    os.mkfifo(tmp_path / "pipe.html")
    found = list(find_files([tmp_path, tmp_path / "law.pdf"]))
    names = [str(one.path.relative_to(tmp_path)) for one in found if one.is_page]
    assert tuple(names) == (*PAGES, "law.pdf")
    left_out = [str(one.path.relative_to(tmp_path)) for one in found if not one.is_page]
    assert tuple(left_out) == OTHERS


def test_a_folder_that_may_not_be_read_is_told_and_the_others_are_read() -> None:
    with reachable_folder() as folder:
        (folder / "closed" / "inner").mkdir(parents=True)
        (folder / "page.html").write_text("<html>")
        with without_rights(folder):
            found = list(find_files([folder]))
    assert [(one.path.name, one.fault) for one in found] == [
        ("inner", "it can't be read (Permission denied)"),
        ("page.html", None),
    ]


def test_a_line_that_no_system_takes_keeps_no_other_out(folder: Path) -> None:
    read = read_address_list(a_list(folder, f"file,url\n{'x' * 5000},{URL}\na.html,{URL}\n"))
    (fault,) = read.faults
    assert fault.startswith("line 2: OSError: ")
    assert [line.number for line in read.lines.values()] == [3]


@pytest.mark.timeout(60)
def test_a_first_line_of_any_length_is_looked_at(folder: Path) -> None:
    # How long a field may be is a setting of the process, which serving pages changes.
    with pytest.raises(UnreadableFile, match=r"no CSV file|no column url"):
        read_address_list(a_list(folder, "file,url" + '{"a":' * 40_000))
