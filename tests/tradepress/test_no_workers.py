"""A cluster whose workers are gone, or are not what they should be."""

import io
from collections.abc import Callable
from concurrent.futures import CancelledError
from pathlib import Path
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, cast

import pytest
from cluster_jobs import Doubling, Number
from rich.console import Console

from tradepress.cluster import run_tasks as module
from tradepress.cluster.dask_cluster import NoCluster
from tradepress.cluster.run_tasks import run_tasks
from tradepress.cluster.shards import publish_shard
from tradepress.cluster.task import Task, Worked, rules_of
from tradepress.jobs.progress import JobProgress

if TYPE_CHECKING:
    from distributed import Client


class NoClient:
    """Of a scheduler.

    :param ends: with which tasks end; None: they never do
    :param workers: that are there, each time that somebody looks; after that the test ends
    """

    def __init__(self, ends: Exception | None, workers: list[int]) -> None:
        self.ends = ends
        self.workers = workers

    def submit(self, *_: object, key: str, **__: object) -> SimpleNamespace:
        future = SimpleNamespace(key=key, status="error", result=self.result)
        future.add_done_callback = lambda call: call(future) if self.ends else None
        return future

    def result(self) -> None:
        assert self.ends is not None
        raise self.ends

    def nthreads(self) -> dict[str, int]:
        if not self.workers:
            raise KeyboardInterrupt
        return {f"tcp://{number}": 1 for number in range(self.workers.pop(0))}

    def run_on_scheduler(self, _call: Callable[..., Any], **_: Any) -> dict[str, int]:
        return {}


@pytest.mark.timeout(60)
def test_a_job_without_workers_says_that_it_waits(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "TICK", 0.001)
    monkeypatch.setattr(module, "ANSWERS_WITHIN", 3)
    said = {}
    for workers in ((1, 0, 0, 1, 0, 0), (1, 0, 0, 0, 0, 0)):
        told = io.StringIO()
        client = cast("Client", NoClient(None, [*workers]))
        with pytest.raises(KeyboardInterrupt):
            run_tasks(
                client,
                Doubling(seen=tmp_path),
                [Number(number=1)],
                str(tmp_path / "shards"),
                progress=JobProgress(Console(file=told)),
            )
        said[workers] = told.getvalue().count("No worker is left; the job waits: start some")
    assert [*said.values()] == [0, 1]


def test_what_a_worker_cannot_load_is_left_out(tmp_path: Path) -> None:
    error = RuntimeError("Error during deserialization of the task graph.")
    client = cast("Client", NoClient(error, [1] * 3))
    done = run_tasks(client, Doubling(seen=tmp_path), [Number(number=1)], str(tmp_path / "shards"))
    (left,) = done.left_out
    assert left.reason.startswith("Tradepress can't be loaded there (RuntimeError: Error during")
    assert done.retries == 2


def test_a_scheduler_that_goes_as_all_is_done_takes_nothing_along(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """How often workers died is all that it would still be asked for."""
    asked = list[Callable[..., Any]]()

    def gone(_: NoClient, call: Callable[..., Any], **__: Any) -> None:
        asked.append(call)
        raise OSError("Timed out trying to connect")

    monkeypatch.setattr(NoClient, "run_on_scheduler", gone)
    client = cast("Client", NoClient(RuntimeError("it can't be loaded"), [1] * 3))
    done = run_tasks(client, Doubling(seen=tmp_path), [Number(number=1)], str(tmp_path / "shards"))
    assert len(done.left_out) == len(asked) == 1
    assert done.retries == 2


def test_a_client_that_has_closed_itself_is_no_defect(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As Dask's does, 30 seconds after its scheduler went."""
    monkeypatch.setattr(module, "TICK", 0.001)

    def closed(_: NoClient) -> None:
        raise AttributeError("'NoneType' object has no attribute 'ncores'")

    monkeypatch.setattr(NoClient, "nthreads", closed)
    client = cast("Client", NoClient(None, []))
    client.status = "closed"
    with pytest.raises(NoCluster, match=r"did not come back \(Dask has given it up\)"):
        run_tasks(client, Doubling(seen=tmp_path), [Number(number=1)], str(tmp_path / "shards"))


def test_what_was_published_before_the_scheduler_went_is_not_worked_again(tmp_path: Path) -> None:
    given, shards = Number(number=1), str(tmp_path / "shards")
    job = Doubling(seen=tmp_path)
    task = Task(job=job.name, input=given, rules=rules_of(job))
    (tmp_path / "made").mkdir()
    worked = Worked(counts={"stored": 1})
    publish_shard(shards, task, tmp_path / "made", worked, worker="one", asked_by="another run")
    client = cast("Client", NoClient(CancelledError(), []))
    done = run_tasks(client, job, [given], shards)
    assert None not in done.shards
    assert (done.left_out, done.retries) == ((), 0)
