"""Tasks over a cluster: each tried three times, then named and left out."""

import os
import socket
import time
from collections import Counter
from collections.abc import Mapping, Sequence
from contextlib import nullcontext
from dataclasses import dataclass
from pathlib import Path
from queue import Empty, SimpleQueue
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

from rich.console import Console

from archive.text_forms import counted
from tradepress.cluster.shards import Shard, find_shard, publish_shard
from tradepress.cluster.task import ClusterJob, Input, Task
from tradepress.jobs.progress import Progress

if TYPE_CHECKING:
    from distributed import Client, Future

TRIES = 3
"""Of a task that raises. A task at which workers die is given up by Dask itself, as often
(``distributed.scheduler.allowed-failures``)."""
TICK = 1.0
"""Seconds between two looks at the clock."""


class OtherRules(Exception):
    """A worker reads by other rules than the machine that asks."""


class TaskCancelled(Exception):
    """The scheduler lost the task: it was restarted, or somebody cancelled it."""


class ShardUnseen(Exception):
    """A worker has published a shard where this machine does not look."""


@dataclass(frozen=True, kw_only=True, slots=True)
class LeftOut:
    """An input that could not be worked."""

    input: str
    reason: str


@dataclass(frozen=True, kw_only=True, slots=True)
class TasksDone:
    """How the tasks of a job ended."""

    shards: tuple[Shard | None, ...]
    """In the order of the inputs; None: left out."""
    left_out: tuple[LeftOut, ...]
    stood: int
    """Tasks that an earlier run had worked."""
    retries: int
    """Tries beyond the first: after an error, or after the death of a worker."""
    workers: int
    """Processes that worked any."""
    seconds: float
    """From the first task that was given out to the last that ended."""

    @property
    def words(self) -> str:
        """``40 tasks by 2 workers, 3 of them worked before; 1 retry; 1 input left out: a.warc``"""
        worked = f"{counted(len(self.shards), 'task', 'tasks')} by "
        worked += counted(self.workers, "worker", "workers")
        words = [worked + (f", {self.stood} of them worked before" if self.stood else "")]
        if self.retries:
            words.append(counted(self.retries, "retry", "retries"))
        if self.left_out:
            names = ", ".join(one.input for one in self.left_out)
            count = counted(len(self.left_out), "input", "inputs")
            words.append(f"{count} left out: {names}")
        return "; ".join(words)


NO_TASKS = TasksDone(shards=(), left_out=(), stood=0, retries=0, workers=0, seconds=0.0)


def run_tasks(
    client: "Client",
    job: ClusterJob[Input],
    inputs: Sequence[Input],
    address: str,
    *,
    console: Console | None = None,
) -> TasksDone:
    """Work all inputs of a job, whoever of the workers is free.

    :param address: where the shards go; those that stand there already are not worked again
    :param console: shows how it goes on
    :raises KeyboardInterrupt: shards that stand by then stay
    """
    rules = job.rules()
    tasks = [Task(job=job.name, input=one, rules=rules) for one in inputs]
    outcomes: Counter[str] = Counter()
    progress = None
    if console is not None:
        progress = Progress([job.name], {job.name: len(tasks)}, {job.name: outcomes}, console)
    with progress.shown() if progress else nullcontext():
        return _Running(client, job, tasks, address, outcomes, progress).run()


class _Running:
    """Tasks under way."""

    def __init__(
        self,
        client: "Client",
        job: ClusterJob[Input],
        tasks: Sequence[Task[Input]],
        address: str,
        outcomes: Counter[str],
        progress: Progress | None,
    ) -> None:
        self.client = client
        self.job: ClusterJob[Any] = job
        self.asked_by = os.urandom(4).hex()
        """This very run."""
        self.tasks = tasks
        self.address = address
        self.outcomes = outcomes
        self.progress = progress
        self.shards: list[Shard | None] = [None] * len(tasks)
        self.left_out: list[LeftOut] = []
        self.tries: Counter[int] = Counter()
        self.futures: dict[str, Future[Any]] = {}
        """By key; all of them, so that the scheduler remembers what it had with each."""
        self.ended: SimpleQueue[tuple[int, Future[Any]]] = SimpleQueue()

    def run(self) -> TasksDone:
        began = time.monotonic()
        for number in range(len(self.tasks)):
            self._submit(number)
        left = len(self.tasks)
        while left:
            try:
                number, future = self.ended.get(timeout=TICK)
            except Empty:
                pass
            else:
                left -= self._take(number, future)
            if self.progress:
                self.progress.tick()
        moved = self.client.run_on_scheduler(_count_deaths, keys=[*self.futures])
        return TasksDone(
            shards=tuple(self.shards),
            left_out=tuple(self.left_out),
            stood=self.outcomes["unchanged"],
            retries=sum(self.tries.values()) - len(self.tasks) + moved,
            workers=len({shard.worker for shard in self.shards if shard is not None}),
            seconds=time.monotonic() - began,
        )

    def _submit(self, number: int) -> None:
        self.tries[number] += 1
        task = self.tasks[number]
        future = self.client.submit(
            work_task,
            self.job,
            task,
            self.address,
            self.asked_by,
            # A key of its own: what an earlier run left, a scheduler forgets in its own time.
            key=f"{task.name}-{self.asked_by}-{self.tries[number]}",
            pure=False,
        )
        self.futures[str(future.key)] = future
        future.add_done_callback(lambda ended: self.ended.put((number, ended)))

    def _take(self, number: int, future: "Future[Any]") -> bool:
        """Is this task at its end?"""
        error: BaseException = TaskCancelled("it was lost")
        if future.status == "finished":
            # Asked of the place, and not of the worker, which may have died since.
            shard = self.shards[number] = find_shard(self.address, self.tasks[number].name)
            if shard is not None:
                self.outcomes["stored" if shard.asked_by == self.asked_by else "unchanged"] += 1
                return True
            error = ShardUnseen(f"{self.address} is another place here than for its worker")
        elif future.status == "error":
            error = future.exception()
        is_deadly = type(error).__name__ == "KilledWorker"
        if self.tries[number] < TRIES and not is_deadly:
            self._submit(number)
            return False
        reason = "the workers that took it died" if is_deadly else f"{error}"
        self.left_out.append(
            LeftOut(input=str(self.tasks[number].input), reason=reason or type(error).__name__)
        )
        self.outcomes["failed"] += 1
        return True


def work_task(job: ClusterJob[Input], task: Task[Input], address: str, asked_by: str) -> None:
    """On a worker: make the shard of a task; one that stands is not worked again.

    :raises OtherRules: this worker reads otherwise
    :raises Exception: as :meth:`ClusterJob.work`
    """
    from tradepress.cluster.page_process import page_process, scratch_folder

    if find_shard(address, task.name) is not None:
        return
    who = f"{socket.gethostname()}:{os.getpid()}"
    if job.rules() != task.rules:
        raise OtherRules(
            f"worker {who} reads by other rules: have the same Tradepress, and the same folder of "
            "sources, on all machines"
        )
    with TemporaryDirectory(dir=scratch_folder()) as folder, page_process().borrowed() as workers:
        worked = job.work(task.input, Path(folder), workers)
        publish_shard(address, task, Path(folder), worked, worker=who, asked_by=asked_by)


def _count_deaths(keys: Sequence[str], dask_scheduler: Any = None) -> int:
    """On the scheduler: how often these tasks lost the worker that they were on."""
    tasks: Mapping[str, Any] = dask_scheduler.tasks
    return sum(tasks[key].suspicious for key in keys if key in tasks)
