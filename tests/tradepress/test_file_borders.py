"""Large files are cut between two records: the parts, one after the other, are the file."""

import gzip
import random
import zipfile
from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import pytest
from test_warc_pages import PACKED, PLAIN, a_record, numbers

from tradepress.cluster.input_files import PageFile, find_inputs, in_parts
from tradepress.jobs.files.file_page import FilePage, UnreadableFile
from tradepress.jobs.files.file_pages import file_borders, read_pages

WITH_A_FILE = a_record(6, page=b"<p>A WARC file:</p>" + b"".join(PACKED[:2]) + PLAIN[0])
"""A page that has records in it, as a crawl finds them on sites of archives."""
FILES = {
    "packed": PACKED,
    "plain": PLAIN,
    "two in a member": [gzip.compress(PLAIN[0] + PLAIN[1]), *PACKED[2:]],
    "records in a page": [*PACKED[:3], gzip.compress(WITH_A_FILE, 0), *PACKED[3:]],
    "records in a page, plain": [*PLAIN[:3], WITH_A_FILE, *PLAIN[3:]],
}


def read(path: Path, parts: Sequence[tuple[int, int | None]]) -> tuple[list[FilePage], list[str]]:
    """The pages of these parts, and what is said of them; where a record is the last that is read,
    nobody sees that its gzip member holds it alone."""
    pages, said = [], []
    for start, stop in parts:
        try:
            for page in read_pages(path, start=start, stop=stop):
                pages.append(replace(page, offset=None, member=None))
        except UnreadableFile as error:
            said.append(str(error))
    return pages, said


def cut(path: Path, apart: int) -> list[tuple[int, int | None]]:
    borders = [*file_borders(path, apart)]
    assert all(after - before >= apart for before, after in pairwise([0, *borders]))
    return [*pairwise([0, *borders, path.stat().st_size])]


@pytest.mark.parametrize("name", FILES)
@pytest.mark.parametrize("in_package", [False, True])
def test_parts_are_the_file(tmp_path: Path, name: str, *, in_package: bool) -> None:
    path = tmp_path / "crawl.warc"
    path.write_bytes(b"".join(FILES[name]))
    if in_package:
        path = tmp_path / "crawl.wacz"
        with zipfile.ZipFile(path, "w") as package:
            for number in range(2):
                package.writestr(f"archive/{number}.warc.gz", b"".join(FILES[name]))
    whole = read(path, [(0, None)])
    assert whole[1] == []
    for apart in (1, 1500, 3000, path.stat().st_size):
        assert read(path, cut(path, apart)) == whole
    records = len(FILES[name])
    assert len(cut(path, 1)) == (2 * records + 1 if in_package else records)
    assert len(cut(path, path.stat().st_size)) == 1


@pytest.mark.parametrize("seed", range(20))
@pytest.mark.parametrize("is_packed", [True, False])
def test_a_damaged_file_loses_nothing_by_being_cut(
    tmp_path: Path, seed: int, *, is_packed: bool
) -> None:
    draw = random.Random(seed)
    records = list(PACKED if is_packed else PLAIN)
    hit = draw.randrange(6)
    at = draw.randrange(len(records[hit]))
    records[hit] = records[hit][:at] if draw.random() < 0.5 else records[hit][:at] + b"damaged"
    path = tmp_path / "crawl.warc"
    path.write_bytes(b"".join(records))
    whole, said = read(path, [(0, None)])
    pages, said_of_parts = read(path, cut(path, 1))
    assert numbers(pages) == numbers(whole)
    assert bool(said_of_parts) == bool(said)


def test_a_package_whose_files_are_packed_is_not_cut(tmp_path: Path) -> None:
    path = tmp_path / "crawl.wacz"
    with zipfile.ZipFile(path, "w") as package:
        package.writestr("archive/0.warc.gz", b"".join(PACKED))
        package.writestr("archive/1.warc.gz", b"".join(PACKED), zipfile.ZIP_DEFLATED)
    assert [*file_borders(path, 1)] == []


@pytest.mark.parametrize("data", [b"", b"no WARC file", b"PK\3\4 and no package"])
def test_what_is_no_such_file_is_not_cut(tmp_path: Path, data: bytes) -> None:
    for name in ("a.warc", "a.warc.gz", "a.wacz"):
        (tmp_path / name).write_bytes(data)
        assert [*file_borders(tmp_path / name, 1)] == []


def test_only_files_of_more_than_two_parts_are_cut(tmp_path: Path) -> None:
    path = tmp_path / "crawl.warc.gz"
    path.write_bytes(b"".join(PACKED))
    (file,) = find_inputs([str(path)])
    assert isinstance(file, PageFile)
    size = path.stat().st_size
    assert in_parts(file) == in_parts(file, size // 2 + 1) == [file]
    first, *others = in_parts(file, size // 3)
    assert others
    assert first.start == 0
    assert str(first) == f"{path} (from byte 0 to {first.stop:,})"
    assert str(others[-1]) == f"{path} (from byte {others[-1].start:,} to {size:,})"
    path.unlink()
    assert in_parts(file, 1) == [file]  # its worker tells
