"""kill -9 while writing: all of a batch or nothing, no story lost or doubled, the run told."""

from collections.abc import Callable
from pathlib import Path

import pytest
from archive_rows import PAPER, Child, child, open_writer, save, story

from archive.ledger.outcomes import OUTCOMES
from archive.read_only import read_archive

__all__ = ["child"]

BATCH, BATCHES = 5, 3

BATCHES_WITH_STOPS = """
import sys
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

path, batch, batches = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
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
@pytest.mark.parametrize("stop", [1, 2, 4, 7, 8, 9, 10, 12, 15, 16, 20, 24])
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
from archive_rows import PAPER, save, story
from archive_rows import open_writer

writer = open_writer(sys.argv[1], command="child")
writer.save_source(PAPER)
writer.start_run("child", ["signet"], "0")
for number in range(1, 100000):
    save(writer, story(number))
    if number % 3 == 0:
        writer.commit()
        print(number, flush=True)
"""


@pytest.mark.parametrize("lines", [1, 5, 40])
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
