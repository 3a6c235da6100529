"""`export` by a cluster: the folder that many write is the one that one machine writes."""

import json
import sqlite3
from dataclasses import replace
from pathlib import Path

import preloaded
import pytest
from clusters import client
from conftest import Tradepress
from distributed import Client
from exported import files_below

from tradepress.archive.read_only import read_archive
from tradepress.archive.search.story_query import StoryQuery
from tradepress.cluster import cluster_export as module
from tradepress.cluster.cluster_export import (
    ExportJob,
    ExportPiece,
    NotExported,
    cluster_export,
)
from tradepress.cluster.dask_cluster import ClusterPlace
from tradepress.cluster.input_files import InputGone
from tradepress.crawling.page_workers import PageWorkers
from tradepress.research.export.export_stories import export_stories

__all__ = ["client"]
JOB = ExportJob(partition="source,year", policies={"makers": "metadata-only"})


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    archive = tmp_path_factory.mktemp("demo") / "archive.db"
    result = preloaded.run(["-m", "tradepress", "demo"], cwd=archive.parent)
    assert result.returncode == 0, result.stderr
    return archive


@pytest.fixture
def place(client: Client, tmp_path: Path) -> ClusterPlace:
    assert client.scheduler is not None
    return ClusterPlace(scheduler=client.scheduler.address, shards=str(tmp_path / "shards"))


@pytest.mark.slow
def test_the_folder_is_that_of_one_machine(
    place: ClusterPlace, demo: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "AT_ONCE", 10)
    one, many = tmp_path / "one", tmp_path / "many"
    with read_archive(demo) as db:
        alone = export_stories(
            db,
            StoryQuery(),
            target=one,
            format="parquet",
            partition=JOB.partition,
            policies=JOB.policies,
        )
    report, tasks = cluster_export(StoryQuery(), JOB, place, archive=demo, target=many)
    assert report == alone
    assert alone.without_text["policy"]
    assert len(tasks.shards) > 3
    ours, theirs = files_below(many), files_below(one)
    told, told_alone = (json.loads(files.pop("_about.json")) for files in (ours, theirs))
    assert ours == theirs
    assert {**told, "made": None} == {**told_alone, "made": None}
    assert not Path(place.shards).exists()


@pytest.mark.slow
def test_what_is_written_meanwhile_ends_it(place: ClusterPlace, demo: Path, tmp_path: Path) -> None:
    def write(_: str) -> None:
        with sqlite3.connect(demo) as db:
            db.execute("UPDATE articles SET gone_at = last_seen WHERE id = 1")
        db.close()

    told = replace(place, tell=write)
    with pytest.raises(NotExported, match="was written meanwhile; run it again"):
        cluster_export(StoryQuery(), JOB, told, archive=demo, target=tmp_path / "press")
    assert [*tmp_path.iterdir()] == []


@pytest.mark.slow
def test_parts_that_cannot_be_written_are_named(
    place: ClusterPlace, demo: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "WRITTEN", "SELECT 'what no worker finds'")
    with pytest.raises(NotExported, match=r"press was not made.* stories \(.*: .*another"):
        cluster_export(StoryQuery(), JOB, place, archive=demo, target=tmp_path / "press")
    assert not (tmp_path / "press").exists()


@pytest.mark.slow  # it needs a whole demo
def test_a_worker_that_does_not_see_the_archive_works_nothing(demo: Path, tmp_path: Path) -> None:
    for archive, words in ((tmp_path / "none.db", "must be there"), (demo, "is another one here")):
        given = ExportPiece(archive=str(archive), version_ids=(1,), written="another")
        with PageWorkers(1) as workers, pytest.raises(InputGone, match=words):
            JOB.work(given, tmp_path, workers)


@pytest.mark.slow
def test_the_command_says_what_it_made(tradepress: Tradepress, demo: Path, tmp_path: Path) -> None:
    command = ("export", "--format", "parquet", "--local", "2")
    result = tradepress(
        *command, "--partition", "year", "-o", "press", "lantern", "--archive", str(demo)
    )
    assert result.returncode == 0, result.stderr
    assert "1 task by 1 worker.\npress: " in result.stdout
    assert (tmp_path / "press" / "_about.json").is_file()
    again = tradepress(*command, "--partition", "year", "-o", "press", "--archive", str(demo))
    assert again.returncode == 2
    assert "press" in again.stderr
    unparted = tradepress(*command, "-o", "other", "--archive", str(demo))
    assert "give --format parquet and --partition" in unparted.stderr
