"""`reextract` by a cluster: what many read again is what one does."""

import shutil
import sqlite3
from dataclasses import replace
from pathlib import Path

import preloaded
import pytest
from clusters import client
from conftest import Tradepress
from distributed import Client
from taken_apart import different

from tradepress.archive.captures.folder import capture_folder
from tradepress.archive.read_only import read_archive
from tradepress.cluster import cluster_reextract as module
from tradepress.cluster.cluster_reextract import (
    ClusterReextract,
    ReextractJob,
    ShardReadings,
    cluster_reextract,
    cut,
)
from tradepress.cluster.dask_cluster import ClusterPlace
from tradepress.cluster.input_files import InputGone
from tradepress.cluster.run_tasks import run_tasks
from tradepress.configuration import Configuration
from tradepress.crawling.page_workers import PageWorkers

__all__ = ["client"]
pytestmark = pytest.mark.slow
JOB = ReextractJob(configuration=Configuration())
# As if other rules had read them: some headlines were other ones, some mentions not found.
AGE = """
    UPDATE version_rows SET extractor = 'older rules', headline = headline || ' (cut)'
        WHERE id % 3 = 0 AND id IN (SELECT version_id FROM articles);
    UPDATE version_rows SET extractor = 'older rules' WHERE id % 3 = 1;
    DELETE FROM mention_readings WHERE version_id % 2;
    DELETE FROM mentions WHERE version_id % 4 = 1;
"""


@pytest.fixture(scope="module")
def aged(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The sample, read by older rules; one raw page is missing from its file."""
    archive = tmp_path_factory.mktemp("aged") / "archive.db"
    result = preloaded.run(["-m", "tradepress", "demo"], cwd=archive.parent)
    assert result.returncode == 0, result.stderr
    with sqlite3.connect(archive) as db:
        db.executescript(AGE)
        db.execute("UPDATE captures SET digest = 'sha1:other' WHERE id = 9")
    db.close()
    return archive


def copied(aged: Path, folder: Path) -> Path:
    folder.mkdir()
    shutil.copy(aged, folder / "archive.db")
    shutil.copytree(capture_folder(aged), folder / "archive.captures")
    return folder / "archive.db"


def reread(archive: Path, client: Client, *, apply: bool, every: bool = False) -> ClusterReextract:
    assert client.scheduler is not None
    place = ClusterPlace(
        scheduler=client.scheduler.address, shards=str(archive.with_name("shards"))
    )
    return cluster_reextract(JOB, JOB.rereading(archive, every=every), place, apply=apply)


def test_what_comes_out_is_what_one_machine_makes(
    client: Client, aged: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "AT_ONCE", {"pages": 10, "texts": 25})
    one, many = (copied(aged, tmp_path / name) for name in ("one", "many"))
    alone = JOB.rereading(one)
    alone.apply(Configuration())
    compared = reread(many, client, apply=False)
    assert compared.report.sources == alone.report.sources
    assert compared.report.run is None
    done = reread(many, client, apply=True)
    assert done.report == alone.report
    assert done.tasks.stood == len(done.tasks.shards) > 5  # what the comparison had read
    assert done.exit_code == 1  # of the page that is missing
    assert [problem.reason for problem in done.report.problems] == ["capture"]
    assert sum(tally.new for tally in done.report.sources.values()) > 5
    assert done.report.mentions.changed
    assert different(many, one) == {}
    assert not many.with_name("shards").exists()
    with read_archive(many) as db:
        ((reason,),) = db.execute("SELECT reason FROM runs WHERE kind = 'reextract'").fetchall()
    assert reason == done.tasks.words
    assert reread(many, client, apply=True).report.read <= 1  # again the page that is missing


def test_former_versions_are_compared_as_on_one_machine(
    client: Client, tmp_path: Path, here: Tradepress
) -> None:
    for edition in ((), ("--later",)):
        result = preloaded.run(["-m", "tradepress", "demo", *edition], cwd=tmp_path)
        assert result.returncode == 0, result.stderr
    archive = tmp_path / "archive.db"
    with sqlite3.connect(archive) as db:
        db.execute("UPDATE version_rows SET extractor = 'older rules', headline = headline || '!'")
    db.close()
    alone, current = (JOB.rereading(archive, every=every) for every in (True, False))
    alone.compare()
    current.compare()
    assert reread(archive, client, apply=False, every=True).report == alone.report
    assert alone.report.read > current.report.read
    refused = here("reextract", "--local", "1", "--apply", "--all-versions")
    assert refused.returncode == 2
    assert "--all-versions goes with --diff" in refused.stderr


def test_what_changed_since_it_was_read_is_left(client: Client, aged: Path, tmp_path: Path) -> None:
    archive = copied(aged, tmp_path / "changed")
    with read_archive(archive) as db:
        due = [version_id for version_id, _ in JOB.rereading(archive).due_pages(db)[1]]
        (given,) = cut(db, "pages", archive, due)
    tasks = run_tasks(client, JOB, [given], str(tmp_path / "shards"))
    readings = ShardReadings(address=str(tmp_path / "shards"), inputs=[given], tasks=tasks)
    with read_archive(archive) as db:
        assert [read.version_id for read, _ in readings.pages(db, due)] == due
        assert [read.version_id for read, _ in readings.pages(db, due[3:])] == due[3:]
    with sqlite3.connect(archive) as db:
        db.execute(
            "UPDATE captures SET digest = 'sha1:new' "
            "WHERE id = (SELECT capture_id FROM versions WHERE id = ?)",
            [due[0]],
        )
    db.close()
    with read_archive(archive) as db:
        assert [read.version_id for read, _ in readings.pages(db, due)] == due[1:]


def test_a_worker_that_does_not_see_the_archive_works_nothing(aged: Path, tmp_path: Path) -> None:
    with read_archive(aged) as db:
        (given,) = cut(db, "texts", aged, [3, 4, 9])
    assert str(given) == "texts of versions 3 to 9"
    other = replace(given, content="of another archive")
    gone = replace(given, archive=str(tmp_path / "nowhere.db"))
    with PageWorkers(1) as workers:
        with pytest.raises(InputGone, match="another one here, or was changed since"):
            JOB.work(other, tmp_path, workers)
        with pytest.raises(InputGone, match="must be there for all workers"):
            JOB.work(gone, tmp_path, workers)
