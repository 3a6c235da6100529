"""A Dask cluster as an operator starts it: a scheduler and workers that are processes of their own,
and somebody who asks them."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from pathlib import Path

import pytest
from conftest import ROOT
from free_port import free_port

# Has files worked by a cluster; as it merges it says how many are in, and waits.
CLIENT = """
import itertools
import sys
from pathlib import Path
from cluster_jobs import TroubledIngest
from tradepress.configuration import Configuration
from tradepress.cluster.cluster_ingest import MergedShards, cluster_ingest
from tradepress.cluster.dask_cluster import ClusterPlace

scheduler, folder, trouble, at, *files = sys.argv[1:]
folder = Path(folder)

numbers, take = itertools.count(), MergedShards.take

def told(*given, **options):
    print(f"merging {next(numbers)}", flush=True)
    sys.stdin.readline()
    return take(*given, **options)

MergedShards.take = told

done = cluster_ingest(
    files,
    TroubledIngest(
        configuration=Configuration(), seen=folder / "seen", at=at, trouble=trouble
    ),
    ClusterPlace(scheduler=scheduler, shards=str(folder / "shards"), insecure=True),
    archive=folder / "archive.db",
)
print(f"{done.exit_code}; {done.tasks.words}", flush=True)
"""
PATIENCE = 120.0
"""Seconds for what a busy machine may take long to do."""


def until(is_so: Callable[[], bool]) -> None:
    deadline = time.monotonic() + PATIENCE
    while not is_so():
        assert time.monotonic() < deadline, "it does not come to it"
        time.sleep(0.02)


class DaskProcesses:
    """
    :param folder: for logs, and what workers write
    :param host: at which the scheduler listens
    """

    def __init__(self, folder: Path, host: str = "127.0.0.1") -> None:
        self.folder = folder
        self.port = free_port()
        self.host = host
        self.scheduler = f"tcp://{host}:{self.port}"
        self.running: dict[str, subprocess.Popen[str]] = {}
        """By their names."""

    def start_scheduler(self, *before: str) -> "subprocess.Popen[str]":
        """
        :param before: a command that starts others, with its options
        """
        where = ("--host", self.host, "--port", str(self.port))
        return self.start("scheduler", [*before, *DASK, "scheduler", *where, "--no-dashboard"])

    def start_worker(self, name: str, *before: str) -> "subprocess.Popen[str]":
        """With its nanny."""
        options = ("--nthreads", "1", "--no-dashboard", "--name", name)
        where = ("--local-directory", str(self.folder / name))
        return self.start(name, [*before, *DASK, "worker", self.scheduler, *options, *where])

    def start_client(
        self, *arguments: object, before: Sequence[str] = ()
    ) -> "subprocess.Popen[str]":
        """:data:`CLIENT`"""
        words = [self.scheduler, str(self.folder), *map(str, arguments)]
        return self.start("client", [*before, sys.executable, "-c", CLIENT, *words], is_told=True)

    def start(
        self, name: str, command: Sequence[str], *, is_told: bool = False
    ) -> "subprocess.Popen[str]":
        """
        :param is_told: its input and output are pipes; else all goes to its log
        """
        with (self.folder / f"{name}.log").open("a") as log:
            process = subprocess.Popen(
                command,
                cwd=self.folder,
                env={
                    **os.environ,
                    "PYTHONPATH": f"{ROOT / 'tests'}:{ROOT}",
                    "DASK_DISTRIBUTED__COMM__TIMEOUTS__TCP": "12s",
                },
                stdin=subprocess.PIPE if is_told else subprocess.DEVNULL,
                stdout=subprocess.PIPE if is_told else log,
                stderr=log,
                text=True,
                start_new_session=True,
            )
        self.running[name] = process
        return process

    def is_registered(self, worker: str) -> bool:
        return "Registered to" in (self.folder / f"{worker}.log").read_text()

    def holder(self) -> str:
        """The worker that has met a trouble."""
        (tried,) = self.folder.glob("seen/*-*")
        group = os.getpgid(int(tried.name.partition("-")[2]))
        (name,) = [name for name, process in self.running.items() if process.pid == group]
        return name

    def kill(self, name: str) -> None:
        """kill -9, with all that it has started."""
        process = self.running.pop(name)
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        for stream in (process.stdin, process.stdout):
            if stream is not None:
                stream.close()

    def close(self) -> None:
        while self.running:
            self.kill([*self.running][-1])


DASK = (sys.executable, "-m", "dask")


@pytest.fixture
def dask_processes(tmp_path: Path) -> Iterator[DaskProcesses]:
    """None of them outlives its test."""
    (tmp_path / "seen").mkdir()
    processes = DaskProcesses(tmp_path)
    yield processes
    processes.close()
