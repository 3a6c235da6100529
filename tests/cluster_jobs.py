"""What the tests of the cluster let workers do: jobs whose tasks double, fail, die or wait."""

import os
import signal
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

from crawler.page_workers import PageWorkers
from tradepress.cluster.cluster_ingest import IngestJob
from tradepress.cluster.input_files import PageFile
from tradepress.cluster.task import Worked


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
    """

    seen: Path

    def work(self, given: PageFile, folder: Path, workers: PageWorkers) -> Worked:
        is_first = not (self.seen / given.name).exists()
        (self.seen / given.name).touch()
        if given.name == "poisoned.warc.gz":
            raise ValueError("it is poisoned")
        if given.name == "deadly.warc.gz" and is_first:
            os.kill(os.getpid(), signal.SIGKILL)
        return IngestJob.work(self, given, folder, workers)
