"""The package that a WACZ is; tests/whole/test_wacz.py gives real ones to other tools."""

import gzip
import hashlib
import json
import zipfile
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tradepress.archive.captures.packing import pack
from tradepress.archive.captures.wacz import WaczWriter, write_wacz
from tradepress.archive.captures.warc import read_warc
from tradepress.story import Capture


def add(wacz: WaczWriter, file: str, number: int, *, rank: int = 0, place: str = "") -> bytes:
    """A page in a WARC file, and its line in the list of pages."""
    url = f"http://signetgazette.example/{number}"
    moment = datetime(2017, 8, 4, tzinfo=UTC)
    member = pack(Capture(url=url, body=b"<p>", status=200, date_captured=moment)).member
    with Path(file).open("wb") as stream:
        stream.write(member)
    with Path(file).open("rb") as stream:
        (record,) = read_warc(stream)
        wacz.add_record({"file": file}, member, record)
    page = {
        "id": f"signet-{number % 2}",
        "url": url,
        "ts": "2017-08-04T00:00:00Z",
        "title": "“Vale”",
    }
    wacz.add_page(page, rank=rank, place=place)
    return member


@pytest.fixture
def target(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path / "press.wacz"


def test_records_lie_in_it_as_they_were_and_each_part_has_its_digest(target: Path) -> None:
    with write_wacz(
        target, archive=target.with_name("press.db"), title="Press", software="tests"
    ) as wacz:
        members = [add(wacz, file, n) for n, file in enumerate(("a.warc.gz",) * 2 + ("b.warc.gz",))]
        assert wacz.finish() == 2
    with zipfile.ZipFile(target) as package:
        told = json.loads(package.read("datapackage.json"))
        for part in told["resources"]:
            content = package.read(part["path"])
            digest = hashlib.sha256(content).hexdigest()
            assert (part["bytes"], part["hash"]) == (len(content), f"sha256:{digest}")
            is_stored = package.getinfo(part["path"]).compress_type == zipfile.ZIP_STORED
            assert is_stored is part["path"].endswith(".gz")  # players read these in place
        named = {part["path"] for part in told["resources"]}
        others = {"datapackage.json", "datapackage-digest.json"}
        assert named | others == set(package.namelist())
        assert package.read("archive/a.warc.gz").endswith(members[0] + members[1])
        assert package.read("archive/b.warc.gz").endswith(members[2])


def test_a_long_file_goes_on_in_a_part_and_no_header_has_a_zip64_field(
    target: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tradepress.archive.captures.wacz.LARGEST_WARC", 1100)
    with write_wacz(
        target, archive=target.with_name("press.db"), title="Press", software="tests"
    ) as wacz:
        members = [add(wacz, "a.warc.gz", number) for number in range(5)]
        wacz.finish()
    with zipfile.ZipFile(target) as package, target.open("rb") as stream:
        warcs = [name for name in package.namelist() if name.startswith("archive/")]
        assert warcs[:2] == ["archive/a.warc.gz", "archive/a.part2.warc.gz"]
        kept = b"".join(package.read(name) for name in warcs)
        assert all(member in kept for member in members)
        for line in gzip.decompress(package.read("indexes/index.cdx.gz")).decode().splitlines():
            place = json.loads(line[line.index("{") :])
            warc = package.read(f"archive/{place['filename']}")
            start = int(place["offset"])
            assert warc[start : start + int(place["length"])] in members
        for info in package.infolist():
            stream.seek(info.header_offset + 28)
            assert stream.read(2) == b"\0\0"  # no extra field in the local header
            assert info.extra == b""


def test_a_story_is_listed_once_as_it_ranks_highest(target: Path) -> None:
    with write_wacz(
        target, archive=target.with_name("press.db"), title="Press", software="tests"
    ) as wacz:
        for number, rank, place in ((1, 2, "2018"), (3, 1, "2016"), (2, 0, "2017")):
            add(wacz, "a.warc.gz", number, rank=rank, place=place)
        wacz.finish()
    with zipfile.ZipFile(target) as package:
        lines = map(json.loads, package.read("pages/pages.jsonl").splitlines())
        assert next(lines) == {"format": "json-pages-1.0", "id": "pages", "title": "Press"}
        assert [page["url"].rpartition("/")[2] for page in lines] == ["2", "1"]


@pytest.mark.parametrize("before", [None, "an older file"])
def test_one_that_is_not_finished_leaves_nothing(target: Path, before: str | None) -> None:
    if before is not None:
        target.write_text(before)

    def begin() -> None:
        with write_wacz(
            target, archive=target.with_name("press.db"), title="Press", software="tests"
        ) as wacz:
            add(wacz, "a.warc.gz", 1)
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        begin()
    left = [file.read_text() for file in target.parent.glob("press*")]
    assert left == ([] if before is None else [before])
