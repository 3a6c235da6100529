"""Connects to the Dask cluster of a job: one that is there, or one of this machine alone."""

import logging
import os
import signal
import stat
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from importlib.util import find_spec
from ipaddress import ip_address
from pathlib import Path
from tempfile import gettempdir, mkdtemp
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from tradepress.interrupt import held

if TYPE_CHECKING:
    from distributed import Client
    from distributed.security import Security

OF_THIS_MACHINE = {
    # No task waits at a worker behind another, at whose death it would be blamed, too.
    "distributed.scheduler.worker-saturation": 1.0,
    # A nanny brings its worker back, however long that takes and often; Dask would let go of both.
    "distributed.deploy.lost-worker-timeout": "365 days",
    # Pages know no certificates: every user of this machine would read of files and tasks.
    "distributed.scheduler.http.routes": [],
    "distributed.worker.http.routes": [],
}
ENCRYPTED = ("tls", "wss")
ANSWERS_WITHIN = 30
"""Is how many seconds a scheduler has to answer, and its first worker, and one that was lost."""
TRIES = 3
"""Bounds the tries of a task that raises, each on another worker as long as there is one.
A task at which workers die is given up by the scheduler
(``distributed.scheduler.allowed-failures``), then tried alone."""
PLUGIN = "tradepress"
"""Is the name by which a client has what its workers need: a restarted scheduler has forgotten
it."""


class UnusableCluster(Exception):
    """Nothing can be worked where it was asked for; the message says what to do."""


class ClusterMissing(UnusableCluster):
    """Dask is not installed; the message says how to have it."""


class NoSuchStore(UnusableCluster):
    """Raised where an address can't be reached; the message says what to install or mend."""


class NoCluster(Exception):
    """No scheduler answers, it has no worker, or they can't load Tradepress; the message says what
    to do."""


class OpenScheduler(UnusableCluster):
    """Raised where whoever reaches this scheduler can run programs on its workers, and nobody said
    they may."""


@dataclass(frozen=True, kw_only=True, slots=True)
class ClusterPlace:
    """Says where tasks are worked.

    :raises OpenScheduler: its network is not this machine's, and without certificates
    """

    scheduler: str | None = None
    """Is ``tls://host:8786``; None: by workers of this machine, that end with the job."""
    local: int = 1
    """Is how many of these there are."""
    shards: str
    """Is where their shards go (fsspec): all of them must see it."""
    insecure: bool = False
    """May a scheduler elsewhere be one without certificates, as its network is one's own?"""
    tell: Callable[[str], None] = lambda link: None
    """Is told where the dashboard is of a scheduler that was there."""

    def __post_init__(self) -> None:
        if self.scheduler is not None and not (self.insecure or is_guarded(self.scheduler)):
            raise OpenScheduler(
                f"{self.scheduler} has no certificates: whoever reaches it runs programs on its "
                "workers. Start it with some, as tls://… (`tradepress docs scaling`), or say "
                "--insecure, if nobody else is in its network"
            )


def is_guarded(scheduler: str) -> bool:
    """Does it ask for certificates, or listen to this machine alone?"""
    scheme, mark, _ = scheduler.partition("://")
    if mark and scheme in ENCRYPTED:
        return True
    try:
        host = urlsplit(scheduler if mark else f"tcp://{scheduler}").hostname or ""
        return host == "localhost" or ip_address(host).is_loopback
    except ValueError:  # another name
        return False


def own_folder(within: str | None = None) -> Path:
    """Makes a folder where what a cluster of this machine writes is seen by nobody else; the next
    one removes what is left of one that was killed.

    :param within: None: the folder for temporary files
    """
    folder = Path(within or gettempdir(), f"tradepress-{os.getuid()}")
    with suppress(FileExistsError):
        folder.mkdir(mode=0o700)
    about = folder.lstat()
    is_ours = stat.S_ISDIR(about.st_mode) and about.st_uid == os.getuid()
    return folder if is_ours and not about.st_mode & 0o077 else Path(mkdtemp(dir=within))


def require_dask() -> None:
    """Raises ClusterMissing where Dask is not installed."""
    for name in ("dask", "distributed", "fsspec"):
        if find_spec(name) is None:
            words = f"{name} is not installed: pip install 'tradepress[cluster]'"
            raise ClusterMissing(words)


@contextmanager
def connected(
    place: ClusterPlace,
    sources: Path | None = None,
) -> "Iterator[Client]":
    """Opens a client of the cluster, whose workers can read pages. A cluster of this machine has
    workers that are processes, each with one thread and a nanny that starts it anew; who has not
    its certificates, which are made for it and are in no file, can ask none of them for anything.

    :param sources: the operator's own folder of sources, which all workers must see
    :raises ClusterMissing: Dask is not installed
    :raises NoCluster: nobody answers
    :raises KeyboardInterrupt: Ctrl-C, or SIGTERM
    """
    require_dask()
    from multiprocessing import resource_tracker

    from dask import config
    from distributed import Client, LocalCluster
    from distributed.security import Security
    from distributed.utils import silence_logging_cmgr

    from tradepress.cluster.page_process import PageProcess

    plugin = PageProcess(sources and sources.absolute())
    with ExitStack() as stack:
        stack.enter_context(stoppable())
        # What a task raises is told by whoever asked, and so is a scheduler that is gone.
        stack.enter_context(silence_logging_cmgr(logging.CRITICAL))
        address, security = place.scheduler, Security()  # of Dask's configuration
        if address is None:
            security = Security.temporary()
            resource_tracker.ensure_running()  # with the first worker it unblocks what is blocked
            folder = own_folder(config.get("temporary-directory", None))
            stack.enter_context(config.set({**OF_THIS_MACHINE, "temporary-directory": str(folder)}))
            with held():  # who starts with it blocked never hears it: Ctrl-C is this process's
                cluster = LocalCluster(
                    n_workers=place.local,
                    threads_per_worker=1,
                    processes=True,
                    dashboard_address="127.0.0.1:0",
                    worker_dashboard_address=None,
                    scheduler_kwargs={"allowed_failures": TRIES - 1, "dashboard": False},
                    silence_logs=logging.CRITICAL,
                    security=security,
                )
                stack.enter_context(cluster)
            address = cluster.scheduler_address
        require_certificates(address, security)
        try:
            client = stack.enter_context(
                Client(
                    address,
                    security=security,
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
        if place.scheduler is not None:
            place.tell(client.dashboard_link)
        yield client


def require_certificates(scheduler: str, security: "Security") -> None:
    """Raises NoCluster where it has certificates and this machine none for it, or the reverse."""
    from distributed.comm.addressing import parse_address

    named = "the certificates that Dask's configuration names (`tradepress docs scaling`)"
    try:
        is_encrypted = parse_address(scheduler)[0] in ENCRYPTED
        context = security.get_connection_args("client")["ssl_context"]
    except (OSError, ValueError) as error:
        raise NoCluster(f"{scheduler} can't be asked with {named}: {error}") from error
    if is_encrypted and context is None:
        raise NoCluster(f"{scheduler} is asked with {named}, and here it names none")
    if security.require_encryption and not is_encrypted:
        raise NoCluster(f"{scheduler} is without {named}, which requires them: write tls://…")


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
