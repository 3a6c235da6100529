"""The tasks of a job one after the other in this process, in place of a cluster."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from types import ModuleType, SimpleNamespace
from typing import Any

import pytest
from reading_here import Here

from tradepress.cluster.run_tasks import LeftOut, Take, TasksDone
from tradepress.cluster.shards import find_shard, publish_shard
from tradepress.cluster.task import ClusterJob, Input, Task, rules_of


def work_here(module: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    """From now on this module's jobs are worked here."""
    monkeypatch.setattr(module, "connected", _connected)
    monkeypatch.setattr(module, "run_tasks", run_here)


def run_here(
    _client: object,
    job: ClusterJob[Input],
    inputs: Sequence[Input],
    address: str,
    take: Take = lambda number, shard: None,
    **_: Any,
) -> TasksDone:
    """As :func:`~tradepress.cluster.run_tasks.run_tasks`; each is tried once."""
    shards, left_out, stood = [], [], 0
    for number, given in enumerate(inputs):
        task = Task(job=job.name, input=given, rules=rules_of(job))
        shard = find_shard(address, task.name)
        stood += shard is not None
        with TemporaryDirectory() as folder:
            try:
                shard = shard or publish_shard(
                    address,
                    task,
                    Path(folder),
                    job.work(given, Path(folder), Here()),
                    worker="here",
                    asked_by="a test",
                )
            except Exception as error:
                left_out.append(LeftOut(input=str(given), reason=str(error)))
        shards.append(shard)
        take(number, shard)
    return TasksDone(
        shards=tuple(shards),
        left_out=tuple(left_out),
        stood=stood,
        retries=0,
        workers=1,
        seconds=0.0,
    )


@contextmanager
def _connected(*_: object) -> Iterator[SimpleNamespace]:
    yield SimpleNamespace(dashboard_link="nowhere")
