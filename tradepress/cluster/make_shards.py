"""Makes the shards of files in this process, for whoever starts many of them: GNU parallel, make, a
job array of Slurm, Jobs of Kubernetes."""

import os
import socket
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory

from tradepress.cluster.cluster_ingest import IngestJob
from tradepress.cluster.input_files import (
    PART,
    NoInput,
    PageFile,
    file_at_hand,
    find_inputs,
    in_parts,
)
from tradepress.cluster.parted_file import GroupOf, part_file
from tradepress.cluster.shards import Shard, find_shard, keep_site_key, publish_shard
from tradepress.cluster.task import Task, rules_of
from tradepress.crawling.page_workers import PageWorkers


@dataclass(frozen=True, kw_only=True, slots=True)
class MadeShard:
    """Says what became of a file, or of a part of it."""

    file: str
    shard: Shard | None = None
    """Is None where there is no shard, and ``reason`` says why."""
    group: str | None = None
    """Is the group whose pages these are, where a file is parted."""
    reason: str | None = None
    stood: bool = False
    """Was it made before?"""


def make_shards(
    files: Sequence[str],
    job: IngestJob,
    address: str,
    *,
    group_of: GroupOf | None = None,
    part: int = PART,
) -> Iterator[MadeShard]:
    """Reads files, and puts a shard of each into its place; one that stands is not made again.

    :param files: paths, folders, or addresses of fsspec
    :param address: where the shards go; those of a group into a folder of its name there
    :param group_of: tells the group of each page; None: a file is not parted
    :param part: bytes of a file that make a shard, if it has more than two such parts
    :raises NoSuchStore: an address can't be reached
    """
    rules = rules_of(job)
    with PageWorkers(1) as workers:
        for found in find_inputs(files):
            if isinstance(found, NoInput):
                yield MadeShard(file=found.address, reason=found.reason)
                continue
            for given in in_parts(found, part):
                making = _Making(job=job, given=given, workers=workers, rules=rules)
                try:
                    if group_of is None:
                        yield making.make(given, address)
                    else:
                        yield from making.make_parts(address, group_of)
                except Exception as error:  # whatever is wrong with a file, others are read
                    words = str(error) or type(error).__name__
                    yield MadeShard(file=str(given), reason=words)


@dataclass(frozen=True, kw_only=True, slots=True)
class _Making:
    """Makes what one file, or part of it, gives."""

    job: IngestJob
    given: PageFile
    workers: PageWorkers
    rules: str

    def make(self, file: PageFile, address: str, group: str | None = None) -> MadeShard:
        """Makes the shard of a file that is the one given, or holds some of its records."""
        task = Task(job=self.job.name, input=self.given, rules=self.rules)
        made = MadeShard(file=str(self.given), group=group)
        if (shard := find_shard(address, task.name)) is not None:
            return replace(made, shard=shard, stood=True)
        job = replace(self.job, site_key=keep_site_key(address))
        with TemporaryDirectory() as folder:
            worked = job.work(file, Path(folder), self.workers)
            notes = (one.replace(file.address, self.given.address) for one in worked.notes)
            shard = publish_shard(
                address,
                task,
                Path(folder),
                replace(worked, notes=tuple(notes)),
                worker=f"{socket.gethostname()}:{os.getpid()}",
                asked_by=os.urandom(4).hex(),
                known_as=job.known_as(self.given),
            )
        return replace(made, shard=shard)

    def make_parts(self, address: str, group_of: GroupOf) -> Iterator[MadeShard]:
        """Makes a shard for each group of which the file has pages."""
        with TemporaryDirectory() as folder, file_at_hand(self.given, Path(folder)) as path:
            (place := Path(folder, "parts")).mkdir()
            for group, part in sorted(part_file(path, self.given, group_of, place).items()):
                (file,) = find_inputs([str(part)])
                assert isinstance(file, PageFile)
                yield self.make(file, f"{address}/{group}", group)
