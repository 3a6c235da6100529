"""`ingest` by a cluster that is stopped or killed: shards stay, and nothing comes twice."""

import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import preloaded
import pytest
from archive_rows import Child, child
from captured import Captured, write_warc
from conftest import ROOT, a_story
from dask_processes import until
from taken_apart import JOB, at_once, different

from tradepress.archive.ledger.outcomes import RunKind
from tradepress.archive.read_only import read_archive
from tradepress.cluster.cluster_ingest import MergedShards
from tradepress.cluster.input_files import NoInput, PageFile, find_inputs
from tradepress.cluster.shards import find_shard, publish_shard
from tradepress.cluster.task import Task
from tradepress.crawling.archive_run import archive_run
from tradepress.crawling.page_workers import PageWorkers

__all__ = ["child"]
pytestmark = pytest.mark.slow
STORIES = 120

# Merges a shard; before each story it says how many are in, and waits.
MERGE = """
import sys
from pathlib import Path
from tradepress.archive.ledger.outcomes import RunKind
from tradepress.crawling.archive_run import archive_run
from taken_apart import JOB
from tradepress.cluster.cluster_ingest import MergedShards
from tradepress.cluster.shards import find_shard

archive, shards, task = sys.argv[1:]
done = 0

def is_stopped():
    global done
    done += 1
    print(done, flush=True)
    sys.stdin.readline()
    return False

with archive_run(JOB.settings(Path(archive)), RunKind.INGEST, "killed") as run:
    merging = MergedShards(run=run, keeps=lambda article: article, shards=shards)
    merging.take(find_shard(shards, task), "the file", is_stopped)
"""


@pytest.fixture(scope="module")
def warc(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_warc(
        tmp_path_factory.mktemp("warc") / "pages.warc.gz",
        [
            Captured(
                url=f"http://signetgazette.example/news/lantern-{5001 + number}",
                at=f"2020-01-{1 + number % 28:02}T00:00:00",
                page=a_story(f"Lantern case {number}"),
            )
            for number in range(STORIES)
        ],
    )


@pytest.fixture(scope="module")
def shards(warc: Path) -> tuple[str, Task[PageFile]]:
    """The address of a shard of that file, and its task."""
    (given,) = find_inputs([str(warc)])
    assert isinstance(given, PageFile)
    task = Task(job=JOB.name, input=given, rules="these")
    folder = warc.with_name("worked")
    folder.mkdir()
    with PageWorkers(1) as workers:
        worked = JOB.work(given, folder, workers)
    address = str(warc.with_name("shards"))
    publish_shard(address, task, folder, worked, worker="here", asked_by="a test")
    return address, task


@pytest.mark.parametrize("stories", [1, 60, 119])
def test_a_merge_that_is_killed_goes_on_where_it_was(
    warc: Path,
    shards: tuple[str, Task[PageFile]],
    tmp_path: Path,
    child: Callable[..., Any],
    stories: int,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("PYTHONPATH", f"{ROOT / 'tests'}:{ROOT}")
    address, task = shards
    archive = tmp_path / "archive.db"
    killed: Child = child(MERGE, archive, address, task.name)
    while int(killed.line()) < stories:
        killed.go_on()
    killed.kill()
    shard = find_shard(address, task.name)
    assert shard is not None
    kept = subprocess.run(["cp", "-r", address, str(tmp_path / "shards")], check=True)
    assert kept.returncode == 0
    with archive_run(JOB.settings(archive), RunKind.INGEST, "again") as run:
        keeps = lambda article: article  # noqa: E731
        merging = MergedShards(run=run, keeps=keeps, shards=str(tmp_path / "shards"))
        assert merging.take(shard, JOB.known_as(task.input), lambda: False) is None
    with PageWorkers(1) as workers:
        at_once([warc], tmp_path / "one.db", workers)
    found = different(archive, tmp_path / "one.db")
    assert found.keys() <= {"runs", "fetches"}
    with read_archive(archive) as db:
        sums = db.execute("SELECT sum(urls), sum(stored), sum(unchanged) FROM runs").fetchone()
    assert sums == (STORIES, STORIES, 0)


def start(folder: Path, *arguments: str) -> "subprocess.Popen[str]":
    return subprocess.Popen(
        [sys.executable, "-m", "tradepress", *arguments],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(ROOT), "TMPDIR": str(folder)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
        # A suite that runs in the background hands down an ignored SIGINT.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
    )


@pytest.mark.parametrize("how", ["Ctrl-C in a terminal", "SIGTERM"])
def test_stopped_among_its_tasks_it_ends_and_can_go_on(
    warc: Path, tmp_path: Path, how: str
) -> None:
    running = start(tmp_path, "ingest", str(warc), "--local", "1")
    tasks = "tradepress-*/dask-scratch-space/worker-*/tmp*"
    until(lambda: any(tmp_path.glob(tasks)) or running.poll() is not None)
    if how == "SIGTERM":
        running.terminate()
    else:  # it reaches every process of the group
        os.killpg(running.pid, signal.SIGINT)
    _, told = running.communicate(timeout=60)  # until the last process has let go of the pipes
    line = "Interrupted. What was committed is kept; run the command again."
    assert (running.returncode, told.strip()) == (130, line)
    done = preloaded.run(["-m", "tradepress", "ingest", str(warc), "--local", "1"], cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert f"{STORIES} pages: stored {STORIES}" in done.stdout


def test_what_is_no_file_of_captures_is_named(tmp_path: Path) -> None:
    (tmp_path / "page.html").write_text(a_story("One page"))
    (tmp_path / "cover.png").write_bytes(b"PNG")
    (tmp_path / "a.WARC.gz").write_bytes(b"")
    missing = tmp_path / "missing.warc.gz"
    found = [*find_inputs([str(tmp_path), f"file://{tmp_path}/a.WARC.gz", str(missing)])]
    assert [(Path(one.address).name, type(one)) for one in found] == [
        ("a.WARC.gz", PageFile),
        ("page.html", NoInput),
        ("missing.warc.gz", NoInput),
    ]
    reasons = [one.reason for one in found if isinstance(one, NoInput)]
    assert reasons[0].startswith("no WARC, ARC, WET or WACZ: leave out --local")
    assert reasons[1] == "there is no such file"
