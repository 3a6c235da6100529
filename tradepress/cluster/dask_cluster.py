"""The Dask cluster that a job runs on: one that is there, or one of this machine alone."""

import logging
import signal
import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

from tradepress.interrupt import held

if TYPE_CHECKING:
    from distributed import Client

OF_THIS_MACHINE = {
    # No task waits at a worker behind another, at whose death it would be blamed, too.
    "distributed.scheduler.worker-saturation": 1.0,
    # A nanny brings its worker back, however long that takes and often; Dask would let go of both.
    "distributed.deploy.lost-worker-timeout": "365 days",
}
ANSWERS_WITHIN = 30
"""Seconds for a scheduler to answer, and again for its first worker; also of one that was lost."""
TRIES = 3
"""Of a task that raises, each on another worker as long as there is one. A task at which workers
die is given up by the scheduler (``distributed.scheduler.allowed-failures``), then tried alone."""
PLUGIN = "tradepress"
"""By which a client has what its workers need: a scheduler that is restarted has forgotten it."""


class ClusterMissing(ImportError):
    """Dask is not installed; the message says how to have it."""


class NoCluster(Exception):
    """No scheduler answers, it has no worker, or they can't load Tradepress; the message says what
    to do."""


@dataclass(frozen=True, kw_only=True, slots=True)
class ClusterPlace:
    """Where tasks are worked."""

    scheduler: str | None = None
    """``tcp://host:8786``; None: by workers of this machine, that end with the job."""
    local: int = 1
    """So many of these."""
    shards: str
    """Where their shards go (fsspec): all of them must see it."""


def require_dask() -> None:
    """
    :raises ClusterMissing: it is not installed
    """
    for name in ("dask", "distributed", "fsspec"):
        if find_spec(name) is None:
            words = f"{name} is not installed: pip install 'tradepress[cluster]'"
            raise ClusterMissing(words, name=name)


@contextmanager
def connected(place: ClusterPlace, sources: Path | None = None) -> "Iterator[Client]":
    """A client of the cluster, whose workers can read pages. A cluster of this machine has workers
    that are processes, each with one thread and a nanny that starts it anew.

    :param sources: the operator's own folder of sources, which all workers must see
    :raises ClusterMissing: Dask is not installed
    :raises NoCluster: nobody answers
    :raises KeyboardInterrupt: Ctrl-C, or SIGTERM
    """
    require_dask()
    from multiprocessing import resource_tracker

    from dask import config
    from distributed import Client, LocalCluster
    from distributed.utils import silence_logging_cmgr

    from tradepress.cluster.page_process import PageProcess

    plugin = PageProcess(sources and sources.absolute())
    with ExitStack() as stack:
        stack.enter_context(stoppable())
        # What a task raises is told by whoever asked, and so is a scheduler that is gone.
        stack.enter_context(silence_logging_cmgr(logging.CRITICAL))
        address = place.scheduler
        if address is None:
            resource_tracker.ensure_running()  # with the first worker it unblocks what is blocked
            stack.enter_context(config.set(OF_THIS_MACHINE))
            with held():  # who starts with it blocked never hears it: Ctrl-C is this process's
                cluster = LocalCluster(
                    n_workers=place.local,
                    threads_per_worker=1,
                    processes=True,
                    dashboard_address="127.0.0.1:0",
                    worker_dashboard_address=None,
                    scheduler_kwargs={"allowed_failures": TRIES - 1},
                    silence_logs=logging.CRITICAL,
                )
                stack.enter_context(cluster)
            address = cluster.scheduler_address
        try:
            client = stack.enter_context(
                Client(
                    address,
                    timeout=ANSWERS_WITHIN,
                    set_as_default=False,
                    extensions={PLUGIN: lambda _: plugin},
                )
            )
            client.wait_for_workers(1, timeout=ANSWERS_WITHIN)
        except TimeoutError as error:
            raise NoCluster(
                f"{address} has no worker: start some with `dask worker {address}`"
            ) from error
        except (OSError, ValueError) as error:
            raise NoCluster(
                f"no Dask scheduler answers at {address} ({error}): start one with "
                "`dask scheduler`, and workers with `dask worker ADDRESS`"
            ) from error
        try:
            client.run_on_scheduler(require_dask)  # it must load what we send, too
            client.register_plugin(plugin)
        except Exception as error:  # of a worker Dask raises nothing narrower
            raise NoCluster(
                f"the scheduler at {address}, or a worker of it, can't load this Tradepress "
                f"({error}): install the same on all machines, with [cluster], and restart them"
            ) from error
        yield client


@contextmanager
def stoppable() -> Iterator[None]:
    """SIGTERM is Ctrl-C, which lets a cluster of this machine end its workers."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)
