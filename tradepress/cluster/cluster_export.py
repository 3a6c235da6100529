"""Writes Parquet with partitions by a cluster: a shard some whole partitions."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import ClassVar

from tradepress.archive.database import Database
from tradepress.archive.errors import ArchiveError
from tradepress.archive.file import schema
from tradepress.archive.read_only import read_archive
from tradepress.archive.search.story_query import StoryQuery
from tradepress.archive.text_forms import counted
from tradepress.cluster.dask_cluster import ClusterPlace, connected
from tradepress.cluster.input_files import InputGone
from tradepress.cluster.run_tasks import NO_TASKS, TasksDone, run_tasks
from tradepress.cluster.shards import (
    DamagedShard,
    Shard,
    remove_damaged,
    remove_empty,
    remove_shard,
    shard_files,
)
from tradepress.cluster.task import Worked, digest_of
from tradepress.crawling.page_workers import PageWorkers
from tradepress.jobs.progress import JobProgress
from tradepress.research.export.about_export import ExportReport
from tradepress.research.export.export_parts import add_piece, cut_parts, write_piece
from tradepress.research.export.export_stories import export_stories
from tradepress.research.export.parquet_file import Partition, parquet_schema
from tradepress.research.export.withheld_text import Texts
from tradepress.story import Policy

AT_ONCE = 5000
"""Is the least number of stories of one task: smaller partitions go together."""
PARTS, REPORT = "parts", "report.json"
"""Name what is in a shard."""
COUNTS = ("stories", "by_source", "without_text")
"""Name the counts of a report."""
WRITTEN = """
    SELECT (SELECT max(id) FROM runs), (SELECT max(id) FROM fetches),
        (SELECT max(id) FROM versions), (SELECT count(*) FROM versions),
        (SELECT count(*) FROM tombstones), (SELECT count(*) FROM withdrawn_people)
"""
"""Gives another value after each run and each withdrawal."""


class NotExported(ArchiveError):
    """Some parts could not be written, so there is no export; the message names them."""


@dataclass(frozen=True, kw_only=True, slots=True)
class ExportPiece:
    """Holds some whole partitions."""

    archive: str
    """Is the archive's path, as all workers see it."""
    version_ids: tuple[int, ...]
    """Are the versions in the order in which they are written."""
    written: str
    """Says what was last written into the archive."""

    def __str__(self) -> str:
        ids = self.version_ids
        return f"{counted(len(ids), 'story', 'stories')} ({ids[0]} to {ids[-1]})"


@dataclass(frozen=True, kw_only=True, slots=True)
class ExportJob:
    """Runs `tradepress export --format parquet --partition …` of some partitions."""

    name: ClassVar[str] = "export"
    partition: Partition
    texts: Texts = "unreserved"
    policies: Mapping[str, Policy]
    """Says what source and operator ask for by now, by name of the source."""

    def rules(self) -> str:
        """Returns a digest of what decides the bytes; raises ParquetMissing without pyarrow."""
        parquet_schema()
        programs = [version("tradepress"), version("pyarrow"), schema.SCHEMA_VERSION]
        said = [programs, self.partition, self.texts, sorted(self.policies.items())]
        return digest_of(said)

    def work(self, given: ExportPiece, folder: Path, workers: PageWorkers) -> Worked:
        """Writes the parts; raises InputGone where this worker does not see the archive, or not
        this."""
        archive = Path(given.archive)
        if not archive.is_file():
            raise InputGone(f"{archive} must be there for all workers")
        with read_archive(archive) as db:
            if _written(db) != given.written:
                raise InputGone(f"{archive} is another one here, or was written meanwhile")
            (folder / PARTS).mkdir()
            report = write_piece(
                db,
                given.version_ids,
                folder / PARTS,
                partition=self.partition,
                texts=self.texts,
                policies=self.policies,
            )
        said = {name: getattr(report, name) for name in COUNTS}
        (folder / REPORT).write_text(json.dumps(said))
        return Worked(counts={"stories": report.stories})


def cluster_export(
    query: StoryQuery,
    job: ExportJob,
    place: ClusterPlace,
    *,
    archive: Path,
    target: Path,
    progress: JobProgress | None = None,
) -> tuple[ExportReport, TasksDone]:
    """Makes the folder that `export_stories` makes of the query, and returns the tasks by which.

    :param target: a folder
    :param progress: shows how the tasks go on
    :raises ClusterMissing: Dask is not installed
    :raises NoCluster: nobody answers
    :raises ParquetMissing: pyarrow is not installed
    :raises ValueError: the query can't be read; says why
    :raises NotExported: a part could not be written, or the archive was written meanwhile
    :raises ArchiveError: as an export on one machine
    :raises KeyboardInterrupt: shards stay; the next export of the same stories goes on from there
    """
    done = NO_TASKS
    with read_archive(archive) as db, read_archive(archive) as watching:

        def write_parts(chosen: Sequence[int], folder: Path, report: ExportReport) -> None:
            nonlocal done
            written = _written(db)
            inputs = [
                ExportPiece(archive=str(archive.absolute()), version_ids=ids, written=written)
                for ids in cut_parts(db, chosen, job.partition, least=AT_ONCE)
            ]
            if inputs:
                with connected(place) as client:
                    done = run_tasks(client, job, inputs, place.shards, progress=progress)
            shards = [shard for shard in done.shards if shard is not None]
            if done.left_out or len(shards) < len(done.shards):
                words = "; ".join(f"{one.input}: {one.reason}" for one in done.left_out)
                raise NotExported(f"{target} was not made, for some parts could not be: {words}")
            for shard in shards:
                _add(place.shards, shard, folder, report)
            if _version(watching) != state:
                _remove(place.shards, done)
                raise NotExported(
                    f"{target} was not made: {archive} was written meanwhile; run it again"
                )

        state = _version(watching)
        report = export_stories(
            db,
            query,
            target=target,
            format="parquet",
            partition=job.partition,
            texts=job.texts,
            write_parts=write_parts,
        )
    _remove(place.shards, done)
    return report, done


def _add(address: str, shard: Shard, folder: Path, report: ExportReport) -> None:
    try:
        with shard_files(address, shard) as files:
            add_piece(files / PARTS, folder)
            said = json.loads((files / REPORT).read_text())
    except DamagedShard as error:
        raise NotExported(remove_damaged(address, shard.task, error)) from error
    report.stories += said["stories"]
    report.by_source.update(said["by_source"])
    report.without_text.update(said["without_text"])


def _remove(address: str, tasks: TasksDone) -> None:
    for shard in tasks.shards:
        if shard is not None:
            remove_shard(address, shard.task)
    remove_empty(address)


def _written(db: Database) -> str:
    return json.dumps(db.execute(WRITTEN).fetchone())


def _version(db: Database) -> int:
    """Returns a number that is another one after each commit of others."""
    return int(db.execute("PRAGMA data_version").fetchone()[0])
