"""What the tests of the cluster let workers do: jobs whose tasks double, fail, die or wait."""

import errno
import itertools
import os
import signal
import threading
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, ClassVar
from unittest import mock

from fsspec.implementations.local import LocalFileSystem

from tradepress.cluster import run_tasks
from tradepress.cluster.cluster_ingest import IngestJob
from tradepress.cluster.input_files import PageFile
from tradepress.cluster.shards import Shard, find_shard, publish_shard
from tradepress.cluster.task import Worked
from tradepress.crawling.page_workers import PageWorkers


@dataclass(frozen=True, kw_only=True, slots=True)
class Number:
    number: int

    def __str__(self) -> str:
        return f"number {self.number}"


@dataclass(frozen=True, kw_only=True, slots=True)
class Doubling:
    """
    :param seen: a folder in which each try leaves a file
    """

    name: ClassVar[str] = "double"
    seen: Path
    poisoned: tuple[int, ...] = ()
    """Numbers at which it raises."""
    deadly: tuple[int, ...] = ()
    """Numbers at which the worker dies, at the first try."""
    always_deadly: tuple[int, ...] = ()

    def rules(self) -> str:
        return "doubling"

    def work(self, given: Number, folder: Path, workers: PageWorkers) -> Worked:
        number = given.number
        before = len([*self.seen.glob(f"{number}-*")])
        (self.seen / f"{number}-{before}-{os.getpid()}").touch()
        (folder / "deep").mkdir()
        (folder / "deep" / "number.txt").write_text(str(2 * number))
        if number in self.poisoned:
            raise ValueError(f"{number} is poisoned")
        if number in self.always_deadly or (number in self.deadly and not before):
            os.kill(os.getpid(), signal.SIGKILL)
        return Worked(counts={"stored": 1}, notes=(f"doubled {number}",))


@dataclass(frozen=True, kw_only=True, slots=True)
class OwnRules:
    """Each process has rules of its own."""

    name: ClassVar[str] = "own"

    def rules(self) -> str:
        return str(os.getpid())

    def work(self, given: Number, folder: Path, workers: PageWorkers) -> Worked:
        raise AssertionError("no worker may come here")


@dataclass(frozen=True, kw_only=True, slots=True)
class FaultyIngest(IngestJob):
    """Can't read one file, and dies at the first try of another.

    :param seen: a folder in which each try leaves a file
    :param poisoned: where a part begins that it can't read either
    """

    seen: Path
    poisoned: int = -1

    def work(self, given: PageFile, folder: Path, workers: PageWorkers) -> Worked:
        is_first = not (self.seen / given.name).exists()
        (self.seen / given.name).touch()
        if given.name == "poisoned.warc.gz" or given.start == self.poisoned:
            raise ValueError("it is poisoned")
        if given.name == "deadly.warc.gz" and is_first:
            os.kill(os.getpid(), signal.SIGKILL)
        return IngestJob.work(self, given, folder, workers)


@dataclass(frozen=True, kw_only=True, slots=True)
class Neighbours:
    """Number 0 kills its worker each time; number 1 lasts until that was seen ``tries`` times, or
    for twenty seconds: while a worker starts anew Dask may put 0 behind 1, and 1 would last for
    ever."""

    name: ClassVar[str] = "neighbours"
    seen: Path
    tries: int

    def rules(self) -> str:
        return "neighbours"

    def work(self, given: Number, folder: Path, workers: PageWorkers) -> Worked:
        if given.number == 0:
            (self.seen / f"{os.getpid()}").touch()
            os.kill(os.getpid(), signal.SIGKILL)
        until = time.monotonic() + 20
        while given.number == 1 and len([*self.seen.iterdir()]) < self.tries:
            if time.monotonic() > until:
                break
            time.sleep(0.01)
        return Worked(counts={"stored": 1})


@dataclass(frozen=True, kw_only=True, slots=True)
class LastDies(Doubling):
    """The first lasts until the second began; the last, until ``seen/taken-4`` is there."""

    def work(self, given: Number, folder: Path, workers: PageWorkers) -> Worked:
        for number, awaited in ((0, "1-*"), (5, "taken-4")):
            while given.number == number and not [*self.seen.glob(awaited)]:
                time.sleep(0.01)
        return Doubling.work(self, given, folder, workers)


@dataclass(frozen=True, kw_only=True, slots=True)
class OneCant(Doubling):
    """The first worker that is asked can do nothing; the others wait until it has said so."""

    def work(self, given: Number, folder: Path, workers: PageWorkers) -> Worked:
        unable = self.seen / "unable"
        with suppress(FileExistsError), unable.open("x"):
            (self.seen / f"it-is-{os.getpid()}").touch()
        if (self.seen / f"it-is-{os.getpid()}").exists():
            (self.seen / "said").touch()
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        while not (self.seen / "said").exists():
            time.sleep(0.01)
        return Doubling.work(self, given, folder, workers)


@dataclass(frozen=True, kw_only=True, slots=True)
class OneElsewhere(Doubling):
    """For the first worker that is asked the shards are in another place, as if it had not mounted
    the folder; the others wait until it has given one there."""

    def work(self, given: Number, folder: Path, workers: PageWorkers) -> Worked:
        elsewhere = self.seen / "elsewhere"
        with suppress(FileExistsError):
            elsewhere.mkdir()
            (self.seen / f"it-is-{os.getpid()}").touch()
            mock.patch.object(run_tasks, "publish_shard", partial(_publish, elsewhere)).start()
            mock.patch.object(run_tasks, "find_shard", partial(_find, elsewhere)).start()
        while not (self.seen / f"it-is-{os.getpid()}").exists() and not [*elsewhere.iterdir()]:
            time.sleep(0.01)
        return Doubling.work(self, given, folder, workers)


def _publish(place: Path, _: str, *given: Any, **more: Any) -> Any:
    return publish_shard(str(place), *given, **more)


def _find(place: Path, _: str, task: str) -> Shard | None:
    return find_shard(str(place), task)


@dataclass(frozen=True, kw_only=True, slots=True)
class TroubledIngest(IngestJob):
    """Meets a trouble at one file.

    :param seen: a folder in which each try leaves a file
    :param at: the file's name
    :param trouble: which of :data:`TROUBLES`
    :param tries: so often; at later ones all goes well
    """

    seen: Path
    at: str
    trouble: str
    tries: int = 1

    def work(self, given: PageFile, folder: Path, workers: PageWorkers) -> Worked:
        before = len([*self.seen.glob("*-*")])
        if given.name == self.at and before < self.tries:
            (self.seen / f"{before}-{os.getpid()}").touch()
            TROUBLES[self.trouble](self, workers)
        return IngestJob.work(self, given, folder, workers)


def die(*_: object, **__: object) -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def die_at_call(of: object, name: str, call: int) -> None:
    """In the rest of this process's life."""
    calls = itertools.count(1)
    real = getattr(of, name)

    def counted(*args: Any, **kwargs: Any) -> Any:
        if next(calls) == call:
            die()
        return real(*args, **kwargs)

    mock.patch.object(of, name, counted).start()


def swell(_: TroubledIngest, __: PageWorkers) -> None:
    """Far beyond the limit of the tests' workers, and be ended."""
    held = [bytes([number]) * 10**7 for number in range(200)]
    threading.Event().wait(60)
    raise AssertionError(f"{len(held)} times 10 MB, and nobody minds")


def be_quick(_: TroubledIngest, workers: PageWorkers) -> None:
    """A page that hangs is given up after a second, not ten."""
    workers.limits = (1.0, 30.0)


def fail(_: TroubledIngest, __: PageWorkers) -> None:
    raise ValueError("it is poisoned")


def wait(job: TroubledIngest, _: PageWorkers) -> None:
    """Until the test lets it go on."""
    while not (job.seen / "go").exists():
        time.sleep(0.01)


def wait_with_shard(job: TroubledIngest, workers: PageWorkers) -> None:
    """All is read, and nothing in its place, until the test lets it go on."""
    real = LocalFileSystem.put_file

    def held(*args: Any, **kwargs: Any) -> Any:
        wait(job, workers)
        return real(*args, **kwargs)

    mock.patch.object(LocalFileSystem, "put_file", held).start()


TROUBLES: Mapping[str, Callable[[TroubledIngest, PageWorkers], None]] = {
    "dies as it begins": die,
    "dies as pages are read": lambda *_: die_at_call(PageWorkers, "run", 2),
    "dies as its shard is put in place": lambda *_: die_at_call(LocalFileSystem, "put_file", 2),
    "dies before the manifest": lambda *_: die_at_call(LocalFileSystem, "pipe_file", 1),
    "swells": swell,
    "fails": fail,
    "waits": wait,
    "waits with its shard": wait_with_shard,
    "gives up soon": be_quick,
}
