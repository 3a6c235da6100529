"""A cluster of processes of their own, of which the scheduler, the client or a machine goes away.

Nothing is lost, nothing comes twice: each archive is held against one that one process made.
"""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from captured import Captured, write_warc
from conftest import ROOT, a_story
from dask_processes import DaskProcesses, dask_processes, until
from taken_apart import JOB, at_once, different

from tradepress.archive.read_only import read_archive
from tradepress.cluster.cluster_ingest import cluster_ingest
from tradepress.cluster.dask_cluster import ClusterPlace, NoCluster, connected
from tradepress.crawling.page_workers import PageWorkers

__all__ = ["dask_processes"]
pytestmark = pytest.mark.slow
HOME = "http://signetgazette.example"

# `tradepress`, whose patience with a scheduler is short.
IMPATIENT = """
from tradepress.cluster import dask_cluster, run_tasks
from tradepress.__main__ import main
dask_cluster.ANSWERS_WITHIN = run_tasks.ANSWERS_WITHIN = 10
main()
"""

# `dask`, where there is no Tradepress.
WITHOUT = "import sys; sys.modules['tradepress'] = None; from dask.__main__ import main; main()"


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    folder = tmp_path_factory.mktemp("files")
    return [
        write_warc(
            folder / f"{number}.warc.gz",
            [
                Captured(
                    url=f"{HOME}/news/lantern-{name}",
                    at=f"{year}-03-01T00:00:00",
                    page=a_story(f"Case {name} of {year}"),
                )
                for name, year in ((5000 + number, 2020), (6000, 2010 + (7 * number) % 4))
            ],
        )
        for number in range(4)
    ]


@pytest.fixture(scope="module")
def undisturbed(files: list[Path], tmp_path_factory: pytest.TempPathFactory) -> Path:
    archive = tmp_path_factory.mktemp("undisturbed") / "archive.db"
    with PageWorkers(1) as workers:
        at_once(files, archive, workers)
    return archive


def tries(folder: Path) -> int:
    return len([*folder.glob("seen/*-*")])


def shards(folder: Path) -> int:
    return len([*folder.glob("shards/*/shard.json")])


def line(client: "subprocess.Popen[str]") -> str:
    assert client.stdout is not None
    return client.stdout.readline().strip()


def go_on(client: "subprocess.Popen[str]", *, merging: int = 0) -> str:
    """Let it merge all that it still has to; what it says at last."""
    assert client.stdin is not None
    for number in range(merging, 4):
        assert line(client) == f"merging {number}"
        client.stdin.write("\n")
        client.stdin.flush()
    return line(client)


def test_a_scheduler_that_is_restarted(
    dask_processes: DaskProcesses, files: list[Path], undisturbed: Path, tmp_path: Path
) -> None:
    """Its workers end with it, and whoever looks after them starts them anew."""
    dask_processes.start_scheduler()
    workers = [dask_processes.start_worker(name) for name in ("one", "two")]
    client = dask_processes.start_client("waits", files[2].name, *files)
    until(lambda: tries(tmp_path) == 1 and shards(tmp_path) == 3)
    dask_processes.kill("scheduler")
    (tmp_path / "seen" / "go").touch()
    for worker in workers:
        worker.wait(120)
    dask_processes.start_scheduler()
    for name in ("three", "four"):
        dask_processes.start_worker(name)
    assert go_on(client).startswith("0; 4 tasks by ")
    assert different(tmp_path / "archive.db", undisturbed) == {}


@pytest.mark.parametrize("who", ["scheduler", "worker"])
def test_one_without_tradepress_is_told(
    dask_processes: DaskProcesses, tmp_path: Path, who: str
) -> None:
    options = {
        "scheduler": ("--host", "127.0.0.1", "--port", str(dask_processes.port)),
        "worker": (dask_processes.scheduler, "--no-nanny", "--local-directory", str(tmp_path)),
    }
    dask_processes.start(who, [sys.executable, "-c", WITHOUT, who, "--no-dashboard", *options[who]])
    if who == "scheduler":
        dask_processes.start_worker("one")
    else:
        dask_processes.start_scheduler()
    place = ClusterPlace(scheduler=dask_processes.scheduler, shards=str(tmp_path / "shards"))
    told = r"can't load this Tradepress \(.*'tradepress'.*\): install the same on all machines"
    with pytest.raises(NoCluster, match=told), connected(place):
        pass


def test_a_scheduler_that_is_gone_for_good_is_told(
    dask_processes: DaskProcesses, files: list[Path], undisturbed: Path, tmp_path: Path
) -> None:
    dask_processes.start_scheduler()
    dask_processes.start_worker("one")
    where = ("--scheduler", dask_processes.scheduler, "--shards", str(tmp_path / "shards"))
    client = dask_processes.start(
        "command",
        [sys.executable, "-c", IMPATIENT, "ingest", *map(str, files), *where],
        is_told=True,
    )
    until(lambda: [*tmp_path.glob("shards/*")] != [])
    dask_processes.kill("one")
    dask_processes.kill("scheduler")
    assert client.wait(120) == 3
    told = (tmp_path / "command.log").read_text()
    assert "the scheduler went away and did not come back" in told
    assert "shards that are done stay" in told
    assert "Traceback" not in told
    stood = shards(tmp_path)
    dask_processes.start_scheduler()
    dask_processes.start_worker("two")
    done = ask_again(dask_processes, files, tmp_path)
    assert done == stood
    found = different(tmp_path / "archive.db", undisturbed)
    assert found.keys() <= {"runs", "fetches"}


def ask_again(dask_processes: DaskProcesses, files: list[Path], folder: Path) -> int:
    """The same job from here; of how many files the shards stood."""
    place = ClusterPlace(scheduler=dask_processes.scheduler, shards=str(folder / "shards"))
    done = cluster_ingest([*map(str, files)], JOB, place, archive=folder / "archive.db")
    assert (done.left_out, done.exit_code) == ((), 0)
    return done.tasks.stood


def test_a_client_that_is_killed_among_its_tasks(
    dask_processes: DaskProcesses, files: list[Path], undisturbed: Path, tmp_path: Path
) -> None:
    dask_processes.start_scheduler()
    for name in ("one", "two"):
        dask_processes.start_worker(name)
    dask_processes.start_client("waits", files[2].name, *files)
    until(lambda: tries(tmp_path) == 1 and shards(tmp_path) == 3)
    dask_processes.kill("client")
    with read_archive(tmp_path / "archive.db") as db:
        assert db.table("articles").count == 0
    (tmp_path / "seen" / "go").touch()  # nobody waits for this task now, but it goes to its end
    assert ask_again(dask_processes, files, tmp_path) >= 3
    require_whole(tmp_path, undisturbed)


def test_a_client_that_is_killed_as_it_merges(
    dask_processes: DaskProcesses, files: list[Path], tmp_path: Path
) -> None:
    dask_processes.start_scheduler()
    for name in ("one", "two"):
        dask_processes.start_worker(name)
    client = dask_processes.start_client("fails", "no file", *files)
    assert client.stdin is not None
    for number in range(2):
        assert line(client) == f"merging {number}"
        client.stdin.write("\n")
        client.stdin.flush()
    assert line(client) == "merging 2"
    until(lambda: shards(tmp_path) == 2)
    dask_processes.kill("client")
    assert ask_again(dask_processes, files, tmp_path) == 2
    with PageWorkers(1) as workers:
        for half in (files[:2], files[2:]):
            at_once(half, tmp_path / "halves.db", workers)
    (killed,), _ = different(tmp_path / "archive.db", tmp_path / "halves.db").pop("runs")
    assert killed == ("ingest", "interrupted", None, 3, 3, 0, 0, 0, 0)
    assert different(tmp_path / "archive.db", tmp_path / "halves.db").keys() == {"runs"}


def require_whole(folder: Path, undisturbed: Path) -> None:
    """All is there once, whichever run brought it, and together they balance."""
    sums = "SELECT sum(urls), sum(stored), sum(unchanged), sum(duplicate), sum(failed) FROM runs"
    found = different(folder / "archive.db", undisturbed)
    assert found.keys() <= {"runs", "fetches"}
    with read_archive(folder / "archive.db") as db, read_archive(undisturbed) as other:
        assert db.execute(sums).fetchone() == other.execute(sums).fetchone()
    assert [*folder.glob("*shards")] == []


def test_a_machine_that_is_gone(
    dask_processes: DaskProcesses, files: list[Path], undisturbed: Path, tmp_path: Path
) -> None:
    """Nanny and all; of what it had, nobody takes the half."""
    dask_processes.start_scheduler()
    for name in ("one", "two"):
        dask_processes.start_worker(name)
    client = dask_processes.start_client("waits", files[2].name, *files)
    until(lambda: tries(tmp_path) == 1)
    dask_processes.kill(dask_processes.holder())
    assert " retr" in go_on(client)
    assert different(tmp_path / "archive.db", undisturbed) == {}


def test_with_a_client_that_is_killed_its_own_workers_end(
    files: list[Path], undisturbed: Path, tmp_path: Path
) -> None:
    command = [sys.executable, "-m", "tradepress", "ingest", *map(str, files)]
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "TMPDIR": str(tmp_path)}
    written = "tradepress-*/dask-scratch-space/worker-*"
    client = subprocess.Popen(
        [*command, "--local", "2"],
        cwd=tmp_path,
        env=environment,
        stderr=subprocess.PIPE,
        text=True,
    )
    until(lambda: any(tmp_path.glob(f"{written}/tmp*")) or client.poll() is not None)
    client.kill()
    client.communicate(timeout=120)  # until the last process has let go of the pipe
    again = subprocess.run(
        [*command, "--local", "2"],
        cwd=tmp_path,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert again.returncode == 0, again.stderr
    assert not any(tmp_path.glob(written))
    require_whole(tmp_path, undisturbed)
