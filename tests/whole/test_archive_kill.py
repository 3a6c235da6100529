"""kill -9 while writing: all of a batch or nothing, no story lost or doubled, the run told, no half
record left."""

import gzip
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from archive_rows import PAPER, Child, child, open_writer, save, story
from withdrawn_story import a_page, folder_of

from tradepress.archive.captures.members import find_records
from tradepress.archive.care.verify import verify
from tradepress.archive.ledger.outcomes import OUTCOMES
from tradepress.archive.read_only import read_archive

__all__ = ["child"]

BATCH, BATCHES = 5, 3

BATCHES_WITH_STOPS = """
import sys
from pathlib import Path
from archive_rows import PAPER, Page, Pages, save, story
from archive_rows import open_writer

def stop_at(step):
    print(step, flush=True)
    sys.stdin.readline()

class Stops(Pages):
    def append(self, capture):
        stop_at("append")
        return super().append(capture)

    def sync(self):
        stop_at("sync")

path, batch, batches = Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3])
writer = open_writer(path, command="child", captures=Stops())
writer.save_source(PAPER)
writer.start_run("child", ["signet"], "0")
for first in range(1, batch * batches, batch):
    numbers = range(first, first + batch)
    found = writer.add_urls("signet", [(story(number)["url"], None) for number in numbers])
    writer.schedule([row["id"] for row in found])
    writer.commit()
    for number in numbers:
        capture = Page() if number % 2 else None
        save(writer, story(number), capture=capture)
        if number == first + 1:
            save(writer, story(number, headline="Changed"), capture=Page())
    stop_at("written")
    writer.commit()
    stop_at("acknowledged")
"""


# The child stops 24 times: once as its run starts, then 7 or 8 times a batch.
ALSO = [pytest.param(stop, marks=pytest.mark.slow) for stop in (1, 2, 4, 7, 9, 10, 12, 15, 20, 24)]


@pytest.mark.slow
@pytest.mark.parametrize("stop", [8, 16, *ALSO])
def test_a_kill_leaves_all_of_a_batch_or_nothing(
    tmp_path: Path, child: Callable[..., Child], stop: int
) -> None:
    path = tmp_path / "archive.db"
    crawl = child(BATCHES_WITH_STOPS, path, BATCH, BATCHES)
    lines = [crawl.line()]
    while len(lines) < stop:
        crawl.go_on()
        lines.append(crawl.line())
    assert "" not in lines
    crawl.kill()
    acknowledged = BATCH * sum(line.startswith("acknowledged") for line in lines)

    db = read_archive(path)
    refs = [row["ref"] for row in db.query("SELECT ref FROM articles ORDER BY id")]
    assert refs == [f"signet-{number}" for number in range(1, acknowledged + 1)]
    db.close()

    with open_writer(path, command="next") as writer:
        runs = list(writer.db.query("SELECT * FROM runs"))
        assert len(runs) == (stop > 1)
        for run in runs:
            assert run["state"] == "interrupted"
            assert run["stored"] == acknowledged
            assert run["urls"] == sum(run[name] for name in OUTCOMES)
            assert run["urls"] % BATCH == 0
        writer.save_source(PAPER)
        writer.start_run("next", ["signet"], "0")
        for number in range(1, BATCH * BATCHES + 1):
            save(writer, story(number))
        assert writer.end_run("done", 0)["urls"] == BATCH * BATCHES
    db = read_archive(path)
    assert db["articles"].count == db["locations"].count == BATCH * BATCHES
    assert db.execute("PRAGMA integrity_check").fetchone()[0] == "ok"
    assert db.execute("PRAGMA foreign_key_check").fetchall() == []
    doubled = db.execute("SELECT count(*) FROM versions GROUP BY article_id, content_hash")
    assert all(count <= 2 for (count,) in doubled)
    db.close()


FREE_RUNNING = """
import sys
from pathlib import Path
from archive_rows import PAPER, save, story
from archive_rows import open_writer

writer = open_writer(Path(sys.argv[1]), command="child")
writer.save_source(PAPER)
writer.start_run("child", ["signet"], "0")
for number in range(1, 100000):
    save(writer, story(number))
    if number % 3 == 0:
        writer.commit()
        print(number, flush=True)
"""


@pytest.mark.slow
@pytest.mark.parametrize(
    "lines", [5, *(pytest.param(lines, marks=pytest.mark.slow) for lines in (1, 40))]
)
def test_a_kill_out_of_the_blue_loses_nothing_acknowledged(
    tmp_path: Path, child: Callable[..., Child], lines: int
) -> None:
    path = tmp_path / "archive.db"
    crawl = child(FREE_RUNNING, path)
    told = [crawl.line() for _ in range(lines)]
    told += crawl.kill()
    acknowledged = max(map(int, told))
    with open_writer(path, command="next") as writer:
        stored = writer.db["articles"].count
        # A commit that was not yet told counts too; half a batch does not.
        assert stored in (acknowledged, acknowledged + 3)
        for table in ("articles_fts", "articles_stems"):
            writer.db.execute(f"INSERT INTO {table} ({table}) VALUES ('integrity-check')")


HALF_A_RECORD = """
import sys
from pathlib import Path
from tradepress.archive.captures import warc
from archive_rows import PAPER, open_writer, save, story
from withdrawn_story import a_page, folder_of

path, left, write = Path(sys.argv[1]), int(sys.argv[2]), warc._write
def write_half(file, member):
    global left
    left -= 1
    if left == 0:
        write(file, member[: len(member) // 2])
        print("half written", flush=True)
        sys.stdin.readline()
    write(file, member)
warc._write = write_half

with open_writer(path, captures=folder_of(path)) as writer:
    writer.save_source(PAPER)
    writer.start_run("child", ["signet"], "0")
    for number in (1, 2):
        page = a_page(story(number)["url"], f"Case {number}")
        save(writer, story(number), capture=page)
        save(writer, story(number), capture=page)
        writer.commit()
"""
KINDS = ["warcinfo", *2 * ["response", "request", "revisit"]]


@pytest.mark.slow
@pytest.mark.parametrize("record", range(1, len(KINDS) + 1))
def test_a_kill_in_the_midst_of_a_record_leaves_files_that_other_tools_pass(
    tmp_path: Path, child: Callable[..., Child], record: int
) -> None:
    path = tmp_path / "archive.db"
    crawl = child(HALF_A_RECORD, path, record)
    assert crawl.line() == "half written"
    crawl.kill()
    (warc,) = (tmp_path / "archive.captures").iterdir()
    with pytest.raises(EOFError):
        gzip.decompress(warc.read_bytes())
    with open_writer(path, captures=folder_of(path)) as writer:
        writer.start_run("next", ["signet"], "0")
        for number in (1, 2):
            page = a_page(story(number)["url"], f"Case {number}")
            save(writer, story(number), capture=page)
        writer.end_run("done", 0)
    gzip.decompress(warc.read_bytes())
    assert subprocess.run([sys.executable, "-m", "warcio.cli", "check", warc]).returncode == 0
    found = verify(path, captures=warc.parent, history=True)
    assert (found.findings, found.captures) == ([], 2)
    kinds = [one.kind for one in find_records(warc)]
    assert kinds[: record - 1] == KINDS[: record - 1]
    assert kinds[0] == "warcinfo"
