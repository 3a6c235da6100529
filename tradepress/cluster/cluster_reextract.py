"""Reads the stored pages by today's rules on a cluster: a shard a range of versions."""

import asyncio
import gzip
import hashlib
import json
import zlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import astuple, dataclass, field, replace
from pathlib import Path
from typing import Any, ClassVar, Literal, TextIO, TypeVar

from tradepress.archive.captures.folder import capture_folder
from tradepress.archive.database import Database
from tradepress.archive.frontier.listed_story import listing_of
from tradepress.archive.kept_texts import load_texts
from tradepress.archive.ledger.outcomes import LEFT_OUT
from tradepress.archive.read_only import read_archive
from tradepress.archive.rereading import load_rereads
from tradepress.archive.stories.site_marks import SiteMemories
from tradepress.cluster.dask_cluster import ClusterPlace, connected
from tradepress.cluster.input_files import InputGone
from tradepress.cluster.kept_readings import (
    LEVEL,
    PAGES,
    TEXTS,
    looked_over,
    mentions_of,
    page_line,
    read_lines,
    story_of,
    text_line,
)
from tradepress.cluster.run_tasks import NO_TASKS, TasksDone, run_tasks
from tradepress.cluster.shards import (
    DamagedShard,
    Shard,
    remove_damaged,
    remove_empty,
    remove_shard,
    shard_files,
)
from tradepress.cluster.task import Worked, reading_rules
from tradepress.configuration import Configuration
from tradepress.crawling.page_workers import PageWorkers
from tradepress.jobs.progress import JobProgress
from tradepress.jobs.reextract import (
    PageRead,
    Rereading,
    TextRead,
    settle_memory,
    sources_to_reread,
)
from tradepress.jobs.reextract_report import Problem, Report
from tradepress.source import Source

Of = Literal["pages", "texts"]
AT_ONCE: Mapping[Of, int] = {"pages": 500, "texts": 5000}
"""Is about how many versions a task has, and twice as many at most: some seconds of work."""
T = TypeVar("T")
FILES: Mapping[Of, str] = {"pages": PAGES, "texts": TEXTS}
DIGESTS: Mapping[Of, str] = {
    "pages": "SELECT versions.id, digest, article_id, versions.url, versions.date_captured "
    "FROM json_each(?) AS wanted JOIN versions ON versions.id = wanted.value "
    "JOIN captures ON captures.id = capture_id",
    "texts": "SELECT versions.id, content_hash FROM json_each(?) AS wanted "
    "JOIN versions ON versions.id = wanted.value",
}


@dataclass(frozen=True, kw_only=True, slots=True)
class StoredVersions:
    """Names some versions of an archive."""

    of: Of
    """Says what of them is read."""
    archive: str
    """Is the archive's path, as all workers see it."""
    version_ids: tuple[int, ...]
    content: str
    """Is a digest of all that is read for them."""

    def __str__(self) -> str:
        return f"{self.of} of versions {self.version_ids[0]} to {self.version_ids[-1]}"


@dataclass(frozen=True, kw_only=True, slots=True)
class ReextractJob:
    """Runs `tradepress reextract` of some versions."""

    name: ClassVar[str] = "reextract"
    configuration: Configuration
    source_name: str | None = None

    def rules(self) -> str:
        """Returns a digest of all by which pages and texts are read."""
        return reading_rules(self.configuration, self.sources().values())

    def sources(self) -> dict[str, Source]:
        """Returns the sources by name, with what the operator asks for."""
        return sources_to_reread(self.configuration, self.source_name)

    def rereading(self, archive: Path, **options: Any) -> Rereading:
        """Returns what it would be without a cluster.

        :param options: further fields of :class:`Rereading`
        """
        return Rereading(
            archive=archive,
            sources=self.sources(),
            source_name=self.source_name,
            people=self.configuration.mentions.people,
            **options,
        )

    def work(self, given: StoredVersions, folder: Path, workers: PageWorkers) -> Worked:
        """Reads the versions; raises InputGone where this worker does not see the archive, or not
        this."""
        archive = Path(given.archive)
        if not archive.is_file():
            raise InputGone(f"{archive} must be there for all workers")
        if given.of == "pages" and not capture_folder(archive).is_dir():
            raise InputGone(f"the captured pages of {archive} must be there for all workers")
        with read_archive(archive) as db:
            digests = _digests(db, given.of, given.version_ids)
            if _content([*digests.items()]) != given.content:
                raise InputGone(f"{archive} is another one here, or was changed since")
            return asyncio.run(_write(self.rereading(archive), db, given, digests, folder, workers))


async def _write(
    rereading: Rereading,
    db: Database,
    given: StoredVersions,
    digests: Mapping[int, str],
    folder: Path,
    workers: PageWorkers,
) -> Worked:
    """Reads the versions, and writes a line of each."""
    counts = {"read": 0, "failed": 0}

    def line(stream: TextIO, version_id: int, found: object, text: str) -> None:
        counts["failed" if isinstance(found, Problem) else "read"] += 1
        stream.write(f"{text}\n")

    ids = given.version_ids
    if given.of == "pages":
        with gzip.open(folder / PAGES, "wt", LEVEL, encoding="utf-8") as stream:
            memories = SiteMemories(db)
            pages = rereading.read_pages(db, ids, workers, memories)
            async for read, story in workers.in_order(pages):
                of = digests[read.version_id]
                line(stream, read.version_id, story, page_line(read.version_id, of, story))
    else:
        with gzip.open(folder / TEXTS, "wt", LEVEL, encoding="utf-8") as stream:
            async for kept, found in workers.in_order(rereading.read_texts(db, ids, workers)):
                of = digests[kept.version_id]
                line(stream, kept.version_id, found, text_line(kept.version_id, of, found))
    return Worked(counts=counts)


@dataclass(kw_only=True, slots=True)
class ShardReadings:
    """Holds what shards hold, for the one writer."""

    address: str
    inputs: Sequence[StoredVersions]
    tasks: TasksDone
    is_applied: bool = False
    """Does it come into the archive? No later run asks for what it had due by the same name."""
    damaged: list[str] = field(default_factory=list)
    """Are shards that are not as they were written."""
    spent: Shard | None = None
    """Is a shard that need not stay once the next is begun."""

    @property
    def words(self) -> str:
        return "; ".join((self.tasks.words, *(f"{LEFT_OUT}{one}" for one in self.damaged)))

    @property
    def is_whole(self) -> bool:
        return not (self.tasks.left_out or self.damaged)

    def pages(self, db: Database, version_ids: Sequence[int]) -> Iterator[PageRead]:
        def read(version_id: int, line: Mapping[str, Any]) -> PageRead:
            return load_rereads(db, [version_id])[0], story_of(line)

        return self._read("pages", db, version_ids, read)

    def texts(self, db: Database, version_ids: Sequence[int]) -> Iterator[TextRead]:
        def read(version_id: int, line: Mapping[str, Any]) -> TextRead:
            (kept,) = load_texts(db, [version_id])
            return kept, mentions_of(line, kept.texts)

        return self._read("texts", db, version_ids, read)

    def let_go(self) -> None:
        """Lets go of the shard that is in the archive, or was when this ended."""
        if self.spent is not None:
            remove_shard(self.address, self.spent.task)
            self.spent = None

    def _read(
        self,
        of: Of,
        db: Database,
        version_ids: Sequence[int],
        read: Callable[[int, Mapping[str, Any]], T],
    ) -> Iterator[T]:
        """Yields readings of these versions, as far as what was read of them is still there."""
        wanted = set(version_ids)
        for given, shard in zip(self.inputs, self.tasks.shards, strict=True):
            if shard is None or given.of != of:
                continue
            self.let_go()
            self.spent = shard if self.is_applied else None
            digests = _digests(db, of, given.version_ids)
            try:
                with shard_files(self.address, shard) as folder, looked_over(shard.task):
                    for line in read_lines(folder / FILES[of]):
                        version_id = line["version_id"]
                        if version_id in wanted and digests.get(version_id) == line["of"]:
                            yield read(version_id, line)
            except DamagedShard as error:
                self.spent = None  # one that can't be read now stays
                self.damaged.append(remove_damaged(self.address, shard.task, error))


@dataclass(frozen=True, kw_only=True, slots=True)
class ClusterReextract:
    """Says what came of today's rules over an archive, by a cluster."""

    report: Report
    tasks: TasksDone
    damaged: tuple[str, ...]
    """Are shards that were not as their workers wrote them."""

    @property
    def exit_code(self) -> int:
        """Returns 1 if something could not be read."""
        return int(bool(self.report.problems or self.tasks.left_out or self.damaged))


def cluster_reextract(
    job: ReextractJob,
    rereading: Rereading,
    place: ClusterPlace,
    *,
    apply: bool,
    wait: float = 0,
    progress: JobProgress | None = None,
) -> ClusterReextract:
    """Reads the stored pages and texts again that today's rules have not read.

    :param rereading: what it would be without a cluster, of the same job
    :param apply: store what changed, as a run of the ledger; else only compare
    :param progress: shows how the tasks go on
    :raises ClusterMissing: Dask is not installed
    :raises NoCluster: nobody answers
    :raises KeyboardInterrupt: shards stay, and so does what was committed
    :raises ArchiveError: what was committed before is kept
    """
    archive, limit = rereading.archive, rereading.limit
    with read_archive(archive) as db:
        pages = [version_id for version_id, _ in rereading.due_pages(db)[1][:limit]]
        inputs = [
            *cut(db, "pages", archive, pages),
            *cut(db, "texts", archive, rereading.due_texts(db)[:limit]),
        ]
    tasks = NO_TASKS
    if inputs:
        with connected(place, job.configuration.sources.folder) as client:
            tasks = run_tasks(client, job, inputs, place.shards, progress=progress)
    readings = ShardReadings(address=place.shards, inputs=inputs, tasks=tasks, is_applied=apply)
    rereading = replace(rereading, readings=readings)
    if apply:
        try:
            rereading.apply(job.configuration, wait=wait)
            settle_memory(archive, job.configuration, rereading.report.sources)
        finally:
            readings.let_go()
            remove_empty(place.shards)
    else:
        rereading.compare()
    return ClusterReextract(report=rereading.report, tasks=tasks, damaged=tuple(readings.damaged))


def cut(
    db: Database, of: Of, archive: Path, version_ids: Sequence[int]
) -> Iterator[StoredVersions]:
    """Yields the inputs of tasks for these versions, in their order.
    Where a range begins is told by the version and not by counting, so that those behind what was
    stored since are the same again."""
    ids = list[int]()
    for one in version_ids:
        begins = zlib.crc32(str(one).encode()) % AT_ONCE[of] == 0
        if ids and (begins or len(ids) == 2 * AT_ONCE[of]):
            yield _range(db, of, archive, ids)
            ids.clear()
        ids.append(one)
    if ids:
        yield _range(db, of, archive, ids)


def _range(db: Database, of: Of, archive: Path, version_ids: Sequence[int]) -> StoredVersions:
    return StoredVersions(
        of=of,
        archive=str(archive.absolute()),
        version_ids=tuple(version_ids),
        content=_content([*_digests(db, of, version_ids).items()]),
    )


def _digests(db: Database, of: Of, version_ids: Sequence[int]) -> dict[int, str]:
    """Returns digests of what is read for versions, as the archive has it: their texts, or their
    pages and what listings say of their stories."""
    rows = db.execute(DIGESTS[of], [json.dumps(version_ids)]).fetchall()
    if of == "texts":
        return dict(rows)
    return {
        version_id: _content([page, url, captured, astuple(listing_of(db, article_id))])
        for version_id, page, article_id, url, captured in rows
    }


def _content(said: Sequence[object]) -> str:
    return hashlib.sha256(json.dumps(said).encode()).hexdigest()[:32]
