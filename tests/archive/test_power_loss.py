"""A loss of power in mid-crawl: of what was written and not committed, a part is zeros."""

import gzip
from contextlib import closing
from pathlib import Path

import pytest
from archive_rows import PAPER, SITE, open_writer, save, story
from withdrawn_story import a_page

from tradepress.archive.captures.warc import WarcCaptures
from tradepress.archive.care.faults import Verified
from tradepress.archive.care.verify import verify
from tradepress.archive.withdrawal import erasing
from tradepress.archive.withdrawal.erased import Erased
from tradepress.archive.withdrawal.request import tombstone_for

LATER = range(3, 9)
"""Pages that no commit has reached."""
Places = list[tuple[int, int]]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """An archive with two stories."""
    path = tmp_path / "archive.db"
    crawl(path, 1, 2)
    return path


def crawl(path: Path, *numbers: int) -> None:
    with (
        closing(WarcCaptures(path.with_suffix(".captures"))) as captures,
        open_writer(path, captures=captures) as writer,
    ):
        writer.save_source(PAPER)
        writer.start_run("tests", ["signet"], "0")
        for number in numbers:
            save(writer, story(number), capture=a_page(story(number)["url"], words(number)))
        writer.end_run("done", 0)


def words(number: int) -> str:
    """That take some room, compressed."""
    return " ".join(str(number * n**3) for n in range(150))


def uncommitted(path: Path) -> tuple[Path, Places]:
    """Pages behind those that the index names; their places."""
    with closing(WarcCaptures(path.with_suffix(".captures"))) as captures:
        rows = [captures.append(a_page(f"{SITE}/trademark/{n}", words(n))) for n in LATER]
    return path.with_suffix(".captures") / str(rows[0]["file"]), [
        (int(row["offset"]), int(row["length"])) for row in rows
    ]


def lose(file: Path, start: int, end: int) -> None:
    with file.open("r+b") as stream:
        stream.seek(start)
        stream.write(bytes(end - start))


def look_at(path: Path) -> Verified:
    return verify(path, captures=path.with_suffix(".captures"), history=True)


def withdrawn(path: Path) -> Erased:
    with (
        closing(WarcCaptures(path.with_suffix(".captures"))) as captures,
        open_writer(path, captures=captures) as writer,
    ):
        return erasing.withdraw(writer.transaction, [tombstone_for(writer.db, 1, reason="asked")])


HOLES = {
    "the first page": lambda places: (places[0][0], sum(places[0])),
    "the middle of one": lambda places: (places[2][0] + 100, places[2][0] + 400),
    "the end of one and the beginning of the next": lambda places: (
        sum(places[2]) - 30,
        sum(places[2]) + 100,
    ),
    "several": lambda places: (places[1][0] + 200, places[4][0] + 200),
    "all but the last": lambda places: (places[0][0], places[-1][0]),
    "all": lambda places: (places[0][0], sum(places[-1])),
}


@pytest.mark.parametrize("hole", HOLES)
@pytest.mark.parametrize("then", ["crawl", "withdraw"])
def test_what_was_never_written_is_no_fault_and_costs_no_whole_page(
    path: Path, hole: str, then: str, caplog: pytest.LogCaptureFixture
) -> None:
    file, places = uncommitted(path)
    start, end = HOLES[hole](places)
    lose(file, start, end)
    whole = sum(offset + length <= start or offset >= end for offset, length in places)
    before = file.read_bytes()
    found = look_at(path)
    assert (found.findings, found.captures_unnamed) == ([], whole)
    assert file.read_bytes() == before  # who only looks mends nothing
    if then == "crawl":
        crawl(path, 9)
    else:
        assert withdrawn(path).is_complete
    found = look_at(path)
    assert (found.findings, found.captures_unnamed) == ([], whole)
    assert gzip.decompress(file.read_bytes()).count(b"WARC-Type: metadata") == (
        (hole != "all") + (2 if then == "withdraw" else 0)
    )
    assert ("never written" in caplog.text) == (hole != "all")


def test_in_a_file_that_no_row_names_yet(path: Path) -> None:
    file, places = uncommitted(path)
    other = file.with_name("other-2026-11.warc.gz")
    tail = file.read_bytes()[places[0][0] :]
    file.write_bytes(file.read_bytes()[: places[0][0]])
    other.write_bytes(tail)
    lose(other, places[1][1], 2 * places[1][1])
    assert look_at(path).findings == []
    assert withdrawn(path).is_complete
    assert look_at(path).findings == []


def test_a_hole_in_what_was_committed_stays_a_fault(path: Path) -> None:
    file, _ = uncommitted(path)
    lose(file, 700, 1000)
    before = file.read_bytes()
    faults = [found.words for found in look_at(path).findings]
    assert faults != []
    crawl(path, 9)
    assert file.read_bytes().startswith(before)
    assert [found.words for found in look_at(path).findings] == faults


def test_what_an_older_database_does_not_name_stays_behind_a_hole(path: Path) -> None:
    """It is what the stories since then come back from (docs/reference/archive.md, Restore)."""
    older = path.read_bytes()
    crawl(path, *LATER)
    with open_writer(path) as writer:
        places = [
            (row["offset"], row["length"])
            for row in writer.db.query('SELECT "offset", length FROM captures ORDER BY id')
        ]
    (file,) = path.with_suffix(".captures").iterdir()
    lose(file, places[3][0] + 100, places[3][0] + 300)
    path.write_bytes(older)
    crawl(path, 9)
    assert look_at(path).captures_unnamed == len(LATER) - 1
