"""Declares what a cluster works on: a job is cut into tasks, and each gives one shard."""

import hashlib
import json
import platform
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar, Generic, Protocol, TypeVar

from tradepress.archive.file import schema
from tradepress.configuration import Configuration
from tradepress.crawling.addon import project_settings
from tradepress.crawling.page_workers import PageWorkers
from tradepress.extraction.rules import extractor
from tradepress.mentions.mention_rules import mention_rules
from tradepress.rights.asked_policy import asked_policy
from tradepress.source import Source

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

Input = TypeVar("Input", bound="DataclassInstance")
"""Is what a task works on: a frozen dataclass of JSON's own values. ``str`` of it is for people."""
Given = TypeVar("Given", bound="DataclassInstance", contravariant=True)
CODE = ("crawler", "pipelines", "tradepress")
"""Names packages of ours whose code makes shards."""
LIBRARIES = (
    *("cssselect", "eyecite", "fastwarc", "lxml", "parsel"),
    *("pyahocorasick", "reporters-db", "w3lib"),
)
"""Names libraries of others that read pages and texts."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Task(Generic[Input]):
    """Is one part of a job. What it gives depends on nothing else, so it is kept under its name."""

    job: str
    input: Input
    rules: str
    """Is the name of all by which the input is read; it changes whenever these do."""

    @property
    def name(self) -> str:
        """Returns ``ingest-1a2b…``: made of exactly what stands above."""
        said = json.dumps([self.job, asdict(self.input), self.rules], sort_keys=True)
        return f"{self.job}-{hashlib.sha256(said.encode()).hexdigest()[:32]}"


@dataclass(frozen=True, kw_only=True, slots=True)
class Worked:
    """Holds what a task says of itself, beside the files that it gives."""

    counts: Mapping[str, int]
    """Counts what it came upon, by outcome."""
    notes: tuple[str, ...] = ()
    """Names the first of what came to nothing, a line each."""


class ClusterJob(Protocol[Given]):
    """Is what a worker is sent: a frozen dataclass, with all that its tasks have in common."""

    name: ClassVar[str]

    def rules(self) -> str:
        """Returns the rules of the machine that asks.
        They are asked on both sides: a worker with others works nothing."""
        ...

    def work(self, given: Given, folder: Path, workers: PageWorkers) -> Worked:
        """Writes the files of the shard, on a worker.

        :param folder: an empty one; all that is in it afterwards is the shard
        :param workers: one process of this worker, in which pages are read
        :raises Exception: it can't be worked here; it is tried again, where that may be elsewhere
        """
        ...


def digest_of(said: object) -> str:
    """Returns sixteen digits for rules that are said in JSON's own values."""
    return hashlib.sha256(json.dumps(said, sort_keys=True).encode()).hexdigest()[:16]


def reading_rules(configuration: Configuration, sources: Iterable[Source], *more: object) -> str:
    """Returns a digest of all by which pages of these sources are read and kept."""
    settings = project_settings(configuration, {})
    read_by = {one.name: [extractor(one), asked_policy(settings, one)] for one in sources}
    mentions = mention_rules(people=configuration.mentions.people)
    return digest_of([read_by, mentions, schema.SCHEMA_VERSION, *more])


def rules_of(job: ClusterJob[Input]) -> str:
    """Returns the name of all by which a job reads: its rules, and this machine's programs."""
    return f"{job.rules()}+{programs()}"


@cache
def programs() -> str:
    """Returns twelve digits for our code, Python and the libraries; not for time zones."""
    root = Path(__file__).parents[2]
    digest = hashlib.sha256(platform.python_version().encode())
    for name in LIBRARIES:
        digest.update(f"{name} {version(name)}\0".encode())
    for file in sorted(file for package in CODE for file in (root / package).rglob("*.py")):
        digest.update(file.relative_to(root).as_posix().encode() + b"\0" + file.read_bytes())
    return digest.hexdigest()[:12]
