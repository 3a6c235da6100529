"""Gives each Dask worker, beside its tasks, the process in which it lets pages be read.

The only module of ours that Dask is imported by as it is loaded.
"""

import multiprocessing
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from distributed import Status, Worker, WorkerPlugin, get_worker

import tradepress.spiders
from tradepress.crawling.page_workers import PageWorkers
from tradepress.declared_sources import look_in


class PageProcess(WorkerPlugin):
    """Keeps a page process for each task that a worker has under way: kept between tasks, as it
    takes long to start, and killed with its worker.

    :param sources: the operator's own folder of sources; None: none
    """

    name = "tradepress"

    def __init__(self, sources: Path | None) -> None:
        self.sources = sources
        self.idle: list[PageWorkers] = []
        self.busy: list[PageWorkers] = []
        self.is_over = False

    def setup(self, worker: Worker) -> None:
        # Nannies start workers as daemons, and multiprocessing lets these start no process.
        multiprocessing.current_process().daemon = False
        tradepress.spiders.__path__[:] = [
            str(tradepress.spiders.OURS)
        ]  # without those of a client before
        look_in(self.sources)

    def teardown(self, worker: Worker) -> None:
        self.is_over = True
        self._close_idle()
        if worker.status != Status.running:  # else the plugin of another client takes over
            for workers in self.busy:
                workers.close()  # the worker would wait for them, and never end

    @contextmanager
    def borrowed(self) -> Iterator[PageWorkers]:
        """Lends a page process that nobody else has."""
        workers = self.idle.pop() if self.idle else PageWorkers(1)
        self.busy.append(workers)
        try:
            yield workers
        finally:
            self.busy.remove(workers)
            self.idle.append(workers)
            if self.is_over:  # nobody will borrow here again
                self._close_idle()

    def _close_idle(self) -> None:
        with suppress(IndexError):  # two threads may be here
            while True:
                self.idle.pop().close()


def page_process() -> PageProcess:
    """Returns the page processes of the worker on which this runs."""
    plugin = get_worker().plugins[PageProcess.name]
    assert isinstance(plugin, PageProcess)
    return plugin


def scratch_folder() -> Path:
    """Returns where the worker on which this runs may write."""
    return Path(get_worker().local_directory)


def task_at_hand() -> Callable[[], bool]:
    """Does anybody still wait for the task that runs here? Nobody does once its client is gone, or
    has given it up; Dask lets it run on all the same."""
    worker = get_worker()
    key = worker.get_current_task()

    def is_wanted() -> bool:
        task = worker.state.tasks.get(key)
        return task is not None and task.state == "executing"

    return is_wanted
