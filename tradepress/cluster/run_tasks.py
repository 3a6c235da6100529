"""Runs tasks over a cluster: each is tried three times, then named and left out."""

import logging
import os
import socket
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import CancelledError
from dataclasses import dataclass
from pathlib import Path
from queue import Empty, SimpleQueue
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any, TypeAlias, TypeVar

from tradepress.archive.ledger.outcomes import LEFT_OUT
from tradepress.archive.text_forms import counted
from tradepress.cluster.dask_cluster import ANSWERS_WITHIN, PLUGIN, TRIES, NoCluster
from tradepress.cluster.shards import Shard, find_shard, publish_shard
from tradepress.cluster.task import ClusterJob, Input, Task, rules_of
from tradepress.jobs.progress import JobProgress

if TYPE_CHECKING:
    from distributed import Client, Future

Answer = TypeVar("Answer")
Take: TypeAlias = Callable[[int, Shard | None], None]

MOST_NAMED = 20
"""Bounds the inputs that were left out which a run names."""
UNANSWERED = (OSError, RuntimeError, ValueError, AttributeError)
"""Is what a client raises whose scheduler is gone; the last one, once it has closed itself."""
TICK = 1.0
"""Is how many seconds lie between two looks at the clock."""


class OtherRules(Exception):
    """A worker reads by other rules than the machine that asks."""


class TaskFailed(Exception):
    """Raised where a try came to nothing.

    :param words: why
    :param worker: who made it, ``host:pid``
    :param address: the same as Dask knows it
    """

    def __init__(self, words: str, worker: str, address: str) -> None:
        super().__init__(words, worker, address)
        self.words = words
        self.worker = worker
        self.address = address


@dataclass(frozen=True, kw_only=True, slots=True)
class LeftOut:
    """Is an input that could not be worked."""

    input: str
    reason: str


@dataclass(frozen=True, kw_only=True, slots=True)
class TasksDone:
    """Says how the tasks of a job ended."""

    shards: tuple[Shard | None, ...]
    """Are in the order of the inputs; None: left out."""
    left_out: tuple[LeftOut, ...]
    stood: int
    """Counts tasks that an earlier run had worked."""
    retries: int
    """Counts tries beyond the first: after an error, or after the death of a worker."""
    workers: int
    """Counts processes that worked any."""
    seconds: float
    """Is from the first task given out until all had ended, and what they gave was taken."""

    @property
    def words(self) -> str:
        """Returns ``40 tasks by 2 workers, 3 of them worked before; 1 retry; 1 input left out:
        a.warc``."""
        worked = f"{counted(len(self.shards), 'task', 'tasks')} by "
        worked += counted(self.workers, "worker", "workers")
        words = [worked + (f", {self.stood} of them worked before" if self.stood else "")]
        if self.retries:
            words.append(counted(self.retries, "retry", "retries"))
        if self.left_out:
            names = ", ".join(one.input for one in self.left_out[:MOST_NAMED])
            more = len(self.left_out) - MOST_NAMED
            count = counted(len(self.left_out), "input", "inputs")
            words.append(f"{count} {LEFT_OUT}{names}" + (f" and {more} more" if more > 0 else ""))
        return "; ".join(words)


NO_TASKS = TasksDone(shards=(), left_out=(), stood=0, retries=0, workers=0, seconds=0.0)


def run_tasks(
    client: "Client",
    job: ClusterJob[Input],
    inputs: Sequence[Input],
    address: str,
    *,
    progress: JobProgress | None = None,
    take: Take | None = None,
) -> TasksDone:
    """Works all inputs of a job, whoever of the workers is free.

    :param address: where the shards go; those that stand there already are not worked again
    :param progress: shows how it goes on
    :param take: is given the number of each input and its shard, or None if it was left out, in the
        order of the inputs, while later ones are still worked; what it raises ends the tasks
    :raises KeyboardInterrupt: shards that stand by then stay
    :raises NoCluster: the scheduler is gone for good; these stay, too
    """
    rules = rules_of(job)
    tasks = [Task(job=job.name, input=one, rules=rules) for one in inputs]
    return _Running(client, job, tasks, address, progress, take).run()


class _Running:
    """Runs the tasks that are under way."""

    def __init__(
        self,
        client: "Client",
        job: ClusterJob[Input],
        tasks: Sequence[Task[Input]],
        address: str,
        progress: JobProgress | None,
        take: Take | None,
    ) -> None:
        self.client = client
        self.job: ClusterJob[Any] = job
        self.asked_by = os.urandom(4).hex()
        """Names this very run."""
        self.tasks = tasks
        self.address = address
        self.stood = 0
        """Counts tasks that an earlier run had worked."""
        self.taken = 0
        """Counts the tasks, in their order, whose shards were taken."""
        self.progress = progress
        self.take = take
        self.shards: list[Shard | None] = [None] * len(tasks)
        self.at_end: dict[int, str] = {}
        """Holds keys of tasks that have a shard or were left out; by number."""
        self.left_out: list[LeftOut] = []
        self.submitted: Counter[int] = Counter()
        """Counts how often each was given out; a try that was lost on the way is no failed one."""
        self.tries: Counter[int] = Counter()
        """Counts how often each has failed."""
        self.failed_on: defaultdict[int, set[str]] = defaultdict(set)
        """Says on which workers, by Dask's addresses: what is wrong may be there."""
        self.elsewhere: set[str] = set()
        """Are workers, by Dask's addresses, that see another place for shards."""
        self.bound: dict[int, set[str]] = {}
        """Holds the other workers for a task under way that failed: it goes to none but these."""
        self.deadly: list[int] = []
        """Are tasks at which workers died; each is tried once more, alone, after all others."""
        self.alone: set[int] = set()
        self.futures: dict[str, Future[Any]] = {}
        """Holds futures by key, to remember what it had with each, until its shard is taken."""
        self.deaths: dict[str, int] = {}
        """Counts how often tasks lost their worker, by key."""
        self.ended: SimpleQueue[tuple[int, Future[Any]]] = SimpleQueue()
        self.ticks_alone = 0
        """Counts ticks since a worker was last there."""

    def run(self) -> TasksDone:
        began = time.monotonic()
        for number in range(len(self.tasks)):
            self._submit(number)
        left = len(self.tasks)
        while left or self._is_next_there():
            is_next_there = self._is_next_there()
            try:
                number, future = self.ended.get(timeout=0 if is_next_there else TICK)
            except Empty:
                if self.take and is_next_there:
                    self._hand_on(self.take)
                if left:
                    self._look_at_workers()
            else:
                if self._end(number, future):
                    self.at_end[number] = str(future.key)
                    left -= 1
                    if not left:
                        self._count_deaths([*self.futures])
            if left and left == len(self.deadly):
                self._submit(self.deadly.pop())
            self._show()
        return TasksDone(
            shards=tuple(self.shards),
            left_out=tuple(self.left_out),
            stood=self.stood,
            retries=self.submitted.total() - len(self.tasks) + sum(self.deaths.values()),
            workers=len({shard.worker for shard in self.shards if shard is not None}),
            seconds=time.monotonic() - began,
        )

    def _show(self) -> None:
        if self.progress:
            self.progress.show(f"{self.job.name} tasks", len(self.at_end), len(self.tasks))
            if self.take is not None:
                self.progress.show("merge", self.taken, len(self.tasks))

    def _say(self, words: str) -> None:
        if self.progress:
            self.progress.say(words)

    def _is_next_there(self) -> bool:
        return self.take is not None and self.taken in self.at_end

    def _hand_on(self, take: Take) -> None:
        number = self.taken
        key, shard = self.at_end[number], self.shards[number]
        if len(self.at_end) < len(self.tasks):
            self._count_deaths([key])
        # Dask has a task worked anew if the worker that holds its result dies; this one's shard is
        # about to go.
        self.futures.pop(key).release()
        take(number, shard)
        self.taken += 1

    def _count_deaths(self, keys: Sequence[str]) -> None:
        """Counts deaths of tasks that the scheduler remembers."""
        try:
            self.deaths |= self.client.run_on_scheduler(_count_deaths, keys=keys)
        except UNANSWERED:
            return  # it is gone

    def _submit(self, number: int) -> None:
        self.submitted[number] += 1
        if not_on := self.failed_on[number] | self.elsewhere:
            others = set(self._ask(self.client.nthreads)) - not_on
            if others:
                self.bound[number] = others
        future = self.client.submit(
            work_task,
            self.job,
            self.tasks[number],
            self.address,
            self.asked_by,
            key=self._key(number),
            pure=False,
            workers=[*self.bound.get(number, ())] or None,
        )
        self.futures[str(future.key)] = future
        future.add_done_callback(lambda ended: self.ended.put((number, ended)))

    def _key(self, number: int) -> str:
        """Returns a key of this run: what an earlier left, a scheduler forgets in its own time."""
        return f"{self.tasks[number].name}-{self.asked_by}-{self.submitted[number]}"

    def _end(self, number: int, future: "Future[Any]") -> bool:
        """Is this task at its end, and not only this try?"""
        from distributed import KilledWorker

        self.bound.pop(number, None)
        try:
            if future.status != "finished":
                future.result()
        except (CancelledError, OSError):  # the scheduler is lost, or the task was cancelled
            if find_shard(self.address, self.tasks[number].name) is None:
                if not self._ask(lambda: self.client.run_on_scheduler(_knows_us)):
                    self._ask(lambda: self.client.register_plugin(self.client.extensions[PLUGIN]))
                self._submit(number)
                return False
        except KilledWorker:
            # Whoever only waited on a worker that died is blamed with the one that killed it.
            if number not in self.alone:
                self.alone.add(number)
                self.deadly.append(number)
                return False
            return self._leave_out(number, "the workers that took it died")
        except TaskFailed as failed:
            return self._try_again(number, failed)
        except Exception as error:  # it did not come to our code: this worker can't load it
            words = f"Tradepress can't be loaded there ({type(error).__name__}: {error})"
            return self._try_again(number, TaskFailed(words, "some worker", ""))
        # Asked of the place, and not of the worker, which may have died since.
        shard = self.shards[number] = find_shard(self.address, self.tasks[number].name)
        if shard is None:
            try:
                who, worker = future.result(timeout=ANSWERS_WITHIN)
            except Exception:  # it has died since, and nobody else can say
                who, worker = "some worker", ""
            self.elsewhere.add(worker)
            words = f"{self.address} is another place here than for this worker"
            return self._try_again(number, TaskFailed(words, who, worker))
        self.stood += shard.asked_by != self.asked_by
        return True

    def _try_again(self, number: int, failed: TaskFailed) -> bool:
        self.failed_on[number].add(failed.address)
        self.tries[number] += 1
        if self.tries[number] == TRIES:
            return self._leave_out(number, failed.words)
        words = f"{self.tasks[number].input}: {failed.words} (on {failed.worker})"
        self._say(f"{words}: it is tried again")
        self._submit(number)
        return False

    def _leave_out(self, number: int, reason: str) -> bool:
        self.left_out.append(LeftOut(input=str(self.tasks[number].input), reason=reason))
        return True

    def _look_at_workers(self) -> None:
        """Lets go of tasks that wait for workers which are gone; tells if there is none at all."""
        here = set(self._ask(self.client.nthreads))
        for number in [number for number, bound in self.bound.items() if not bound & here]:
            self.futures[self._key(number)].cancel()
        self.ticks_alone = 0 if here else self.ticks_alone + 1
        if self.ticks_alone == ANSWERS_WITHIN:
            self._say("No worker is left; the job waits: start some, or end it, and shards stay")

    def _ask(self, question: Callable[[], Answer]) -> Answer:
        """Asks the scheduler; raises NoCluster where it went away, and did not come back."""
        until = time.monotonic() + ANSWERS_WITHIN
        while True:
            try:
                return question()
            except UNANSWERED as error:
                is_closed = self.client.status == "closed"
                if is_closed or time.monotonic() > until:
                    why = "Dask has given it up" if is_closed else error
                    raise NoCluster(
                        f"the scheduler went away and did not come back ({why}); shards that "
                        "are done stay: start it and its workers, then run the command again"
                    ) from error
            time.sleep(TICK)


def work_task(
    job: ClusterJob[Input], task: Task[Input], address: str, asked_by: str
) -> tuple[str, str]:
    """Makes the shard of a task, on a worker; one that stands is not worked again. Returns who it
    is, and the same as Dask knows it.

    :raises TaskFailed: it can't be worked here
    """
    from distributed import get_worker

    from tradepress.cluster.page_process import page_process, scratch_folder

    who = f"{socket.gethostname()}:{os.getpid()}", get_worker().address
    try:
        if find_shard(address, task.name) is not None:
            return who
        if rules_of(job) != task.rules:
            raise OtherRules(
                "this worker reads by other rules: have the same Tradepress, Python and libraries, "
                "and the same folder of sources, on all machines; restart workers after a change"
            )
        with (
            TemporaryDirectory(dir=scratch_folder()) as folder,
            page_process().borrowed() as workers,
        ):
            worked = job.work(task.input, Path(folder), workers)
            publish_shard(address, task, Path(folder), worked, worker=who[0], asked_by=asked_by)
            return who
    except Exception as error:
        # Dask's own logger: what it says stands on the worker's page of Dask's dashboard, too.
        logging.getLogger("distributed.worker").exception("%s could not be worked", task.input)
        words = str(error) or type(error).__name__
        raise TaskFailed(words, *who) from error


def _knows_us(dask_scheduler: Any = None) -> bool:
    """Does it, on the scheduler, give its workers what tasks need?"""
    return PLUGIN in dask_scheduler.worker_plugins


def _count_deaths(keys: Sequence[str], dask_scheduler: Any = None) -> dict[str, int]:
    """Tells, on the scheduler, how often these tasks lost the worker that they were on."""
    tasks: Mapping[str, Any] = dask_scheduler.tasks
    return {key: tasks[key].suspicious for key in keys if key in tasks}
