"""`reextract` by a cluster: which ranges are read, and what is taken in of their shards."""

import json
import random
import shutil
import sqlite3
from pathlib import Path
from typing import Any
from unittest import mock

import pytest
from captured import Captured, write_warc
from conftest import a_story
from reading_here import Here
from taken_apart import at_once
from tasks_here import run_here, work_here

from tradepress.archive.captures.folder import capture_folder
from tradepress.archive.read_only import read_archive
from tradepress.cluster import cluster_reextract as module
from tradepress.cluster.cluster_reextract import (
    ClusterReextract,
    ReextractJob,
    cluster_reextract,
    cut,
)
from tradepress.cluster.dask_cluster import ClusterPlace
from tradepress.cluster.run_tasks import TasksDone
from tradepress.configuration import Configuration
from tradepress.jobs import reextract

STORIES = 40
JOB = ReextractJob(configuration=Configuration())


@pytest.fixture(scope="module")
def read_before(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Stories with their pages, which other rules have read."""
    folder = tmp_path_factory.mktemp("before")
    pages = [
        Captured(
            url=f"http://signetgazette.example/news/lantern-{5001 + number}",
            at=f"2020-01-01T00:00:{number:02}",
            page=a_story(f"Lantern case {number}"),
        )
        for number in range(STORIES)
    ]
    at_once([write_warc(folder / "pages.warc.gz", pages)], folder / "archive.db", Here())
    alter(
        folder / "archive.db",
        "UPDATE version_rows SET extractor = 'older rules'; DELETE FROM mention_readings",
    )
    return folder / "archive.db"


@pytest.fixture
def archive(read_before: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """One of these, whose tasks are worked here."""
    shutil.copy(read_before, tmp_path / "archive.db")
    shutil.copytree(capture_folder(read_before), capture_folder(tmp_path / "archive.db"))
    work_here(module, monkeypatch)
    monkeypatch.setattr(module, "AT_ONCE", {"pages": 4, "texts": 8})
    return tmp_path / "archive.db"


def alter(archive: Path, sql: str) -> None:
    with sqlite3.connect(archive) as db:
        db.executescript(sql)
    db.close()


def reread(archive: Path, *, apply: bool = True, **options: object) -> ClusterReextract:
    place = ClusterPlace(shards=str(archive.with_name("shards")))
    return cluster_reextract(JOB, JOB.rereading(archive, **options), place, apply=apply)


def test_texts_are_looked_through_where_no_page_was_kept(archive: Path) -> None:
    alter(archive, "UPDATE version_rows SET capture_id = NULL; DELETE FROM captures")
    shutil.rmtree(capture_folder(archive))
    done = reread(archive)
    assert done.tasks.left_out == ()
    assert (done.exit_code, done.report.mentions.looked_through) == (0, STORIES)


def test_pages_that_a_worker_does_not_see_are_left_out(archive: Path) -> None:
    shutil.rmtree(capture_folder(archive))
    done = reread(archive)
    assert {one.input.split()[0] for one in done.tasks.left_out} == {"pages"}
    assert "must be there for all workers" in done.tasks.left_out[0].reason


@pytest.mark.slow
def test_what_was_interrupted_goes_on_with_the_ranges_that_stand(
    archive: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Stopped at the third version of the last range but two."""
    monkeypatch.setattr(reextract, "BATCH", 1)
    compared = reread(archive, apply=False)
    with read_archive(archive) as db:
        ranges = [len(one.version_ids) for one in cut(db, "pages", archive, range(1, STORIES + 1))]
    assert len(ranges) > 4
    stopped_at = sum(ranges[:-3]) + 2

    def stop(done: int, _of: int) -> None:
        if done == stopped_at:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        reread(archive, tell=stop)
    texts = len(compared.tasks.shards) - len(ranges)
    left = [*archive.with_name("shards").iterdir()]
    assert len(left) == 2 + texts  # none of what was taken in, be it in part
    following = reread(archive)
    assert following.report.read == STORIES - stopped_at
    assert following.tasks.stood == 2 + texts
    assert not archive.with_name("shards").exists()


@pytest.mark.slow
def test_ranges_behind_what_was_stored_are_the_same_again(archive: Path) -> None:
    with read_archive(archive) as db:
        due = [*range(1, 6001)]
        whole = [*cut(db, "pages", archive, due)]
        assert [one for given in whole for one in given.version_ids] == due
        assert max(len(given.version_ids) for given in whole) == 8
        assert 900 < len(whole) < 2100
        for done in random.Random(18).sample(due, 20):
            left = [*cut(db, "pages", archive, due[done:])]
            same = {*left} & {*whole}
            assert sum(len(given.version_ids) for given in same) > len(due) - done - 40
            changed = {*cut(db, "pages", archive, [one for one in due if one != done])}
            assert len({*whole} - changed) < 10


LISTED = """
    UPDATE urls SET date_listed = '2020-01-02', listed_by = 'feed'
    WHERE id = (SELECT min(id) FROM urls WHERE article_id = (SELECT article_id FROM versions
        WHERE id = 7))
"""


@pytest.mark.slow
def test_what_a_listing_said_since_counts(archive: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = reread(archive, apply=False)
    alter(archive, LISTED)
    after = reread(archive, apply=False)
    assert after.tasks.stood == len(before.tasks.shards) - 1

    def run(*given: Any, **how: Any) -> TasksDone:
        done = run_here(*given, **how)
        alter(archive, LISTED.replace("'2020-01-02'", "'2020-01-03'"))
        return done

    monkeypatch.setattr(module, "run_tasks", run)
    assert reread(archive).report.read == STORIES - 1
    work_here(module, monkeypatch)
    assert reread(archive).report.read == 1


@pytest.mark.slow
@pytest.mark.parametrize(("name", "of"), [("page_line", "story"), ("text_line", "mentions")])
def test_a_shard_with_a_line_that_is_none_is_worked_anew(archive: Path, name: str, of: str) -> None:
    real = getattr(module, name)

    def wrong(version_id: int, *of_it: Any) -> str:
        line = json.loads(real(version_id, *of_it))
        return json.dumps(line if version_id != 7 else {**line, of: {"kind": "court"}})

    with mock.patch.object(module, name, wrong):
        done = reread(archive)
    (words,) = done.damaged
    assert "is none that a worker writes" in words
    assert words.endswith("run the command again, and it is worked anew")
    assert done.exit_code == 1
    read, looked_through = done.report.read, done.report.mentions.looked_through
    again = reread(archive)
    assert again.exit_code == 0
    assert 0 < again.report.read + again.report.mentions.looked_through <= 16
    assert read + again.report.read == STORIES
    assert looked_through + again.report.mentions.looked_through == STORIES
