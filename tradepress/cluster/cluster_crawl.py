"""Fetches what is new on many sites by a cluster: a task is the crawl of what shares a site.

    SHARDS/crawl-1a2b3c4d/part-9f8e7d6c/archive.db …    the archive that a crawl goes on in
    SHARDS/crawl-1a2b3c4d/crawl-5e6f…/shard.json        that it came to its end

A crawl asks no address twice, so its shard is not begun anew where a worker died: it stands where
all workers see it, is written there by one process at a time, and whoever takes the task over goes
on with it. What any try has committed comes into the archive, by this run or by the next: it knows
which parts are checked out (table ``parts``), and while they are nothing else asks their sites.
"""

import logging
import os
import shutil
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from time import monotonic
from typing import ClassVar

from tradepress.archive.errors import (
    ArchiveBusy,
    ArchiveError,
    DamagedArchive,
    NewerArchive,
    NotAnArchive,
    OlderArchive,
)
from tradepress.archive.ledger.outcomes import RunKind, RunState
from tradepress.archive.ledger.run_report import RunSums
from tradepress.archive.merging.bring_crawl import bring_crawl
from tradepress.archive.merging.bring_rest import join_sources
from tradepress.archive.merging.bring_story import Keeps
from tradepress.archive.merging.cut_sources import cut_sources
from tradepress.archive.merging.other_archive import open_other
from tradepress.archive.open import open_archive
from tradepress.archive.run import Run
from tradepress.cluster.cluster_ingest import ARCHIVE, keeping_ids
from tradepress.cluster.crawl_groups import group_sources
from tradepress.cluster.crawl_process import CrawlAsked, CrawlHow, crawl_in_process
from tradepress.cluster.dask_cluster import (
    ClusterPlace,
    NoCluster,
    NoSuchStore,
    connected,
    stoppable,
)
from tradepress.cluster.run_tasks import NO_TASKS, LeftOut, TasksDone, run_tasks
from tradepress.cluster.shards import is_local, open_store, remove_empty
from tradepress.cluster.task import Worked, reading_rules
from tradepress.configuration import Configuration
from tradepress.crawling.addon import hold_conduct, project_settings
from tradepress.crawling.archive_run import archive_run
from tradepress.crawling.page_workers import PageWorkers
from tradepress.declared_sources import all_sources, source_named
from tradepress.discovery.traps import trap
from tradepress.jobs.progress import JobProgress
from tradepress.jobs.reextract import settle_memory
from tradepress.jobs.stamp_root import stamp_root
from tradepress.source import Source

log = logging.getLogger("archive")
PART, ASIDE = "part-", "aside-"
"""Begin the names of folders: of a part, and of one that did not come in whole."""
STOPPED_WITHIN = 30.0
"""Is how many seconds crawls have to end that nobody waits for any more, all together."""
MOST_LINKED = 1000
"""Bounds the addresses of a source that stories of others link to, taken up by one crawl."""


@dataclass(frozen=True, kw_only=True, slots=True)
class CrawlPart:
    """Names sources that are crawled by one process."""

    sources: tuple[str, ...]
    """Are their names."""
    archive: str
    """Is what the archive knows of them, cut out for this very crawl."""

    def __str__(self) -> str:
        return ", ".join(self.sources)


@dataclass(frozen=True, kw_only=True, slots=True)
class CrawlJob:
    """Runs `tradepress crawl` of some sources, in a part of the archive."""

    name: ClassVar[str] = "crawl"
    configuration: Configuration
    how: CrawlHow = field(default_factory=CrawlHow)

    def rules(self) -> str:
        """Returns a digest of all by which pages are read and kept."""
        names = sorted(self.configuration.sources.names)
        return reading_rules(self.configuration, [source_named(name) for name in names])

    def work(self, given: CrawlPart, folder: Path, workers: PageWorkers) -> Worked:
        """The shard is where it was cut; none of it goes into the folder.

        :raises CrawlBroke: the process died or could not write; the next one goes on there
        """
        from tradepress.cluster.page_process import task_at_hand

        told = crawl_in_process(
            CrawlAsked(
                sources=given.sources,
                archive=Path(given.archive),
                configuration=self.configuration,
                how=self.how,
                asked_by=os.getpid(),
            ),
            task_at_hand(),
        )
        return Worked(counts=told.counts, notes=told.notes)


@dataclass(frozen=True, kw_only=True, slots=True)
class ClusterCrawl:
    """Says what one run of some sources, by a cluster, came to."""

    tasks: TasksDone
    left_out: tuple[LeftOut, ...]
    """Are sources that no worker crawled to the end; what was read is in, if not said so."""
    notes: tuple[str, ...]
    """Says what is amiss, a line each."""
    exit_code: int
    """Is 4 if no source could be crawled, 1 if some source or address failed, 0 if all is done."""
    sums: RunSums | None
    """Sums up the run; None: nothing was found, and no archive was made of it."""


@stoppable()  # also as parts come home
def cluster_crawl(
    sources: Sequence[Source],
    job: CrawlJob,
    place: ClusterPlace,
    *,
    archive: Path,
    command: str = "crawl",
    wait: float = 0,
    progress: JobProgress | None = None,
) -> ClusterCrawl:
    """Crawls the sources as one run of the archive, each site by one process of one worker.
    What an earlier one left away comes home before, also where there is no source to crawl.

    :param job: with these sources as those of its configuration
    :param wait: seconds to wait for another run on the archive
    :param progress: shows how the tasks go on
    :raises UsageError: as things are set a source can't be crawled
    :raises ClusterMissing: Dask is not installed
    :raises NoCluster: nobody answers
    :raises NoSuchStore: shards are to go where no archive can be written in place
    :raises ArchiveBusy: a crawl of an earlier run goes on on some worker, or isn't to be seen
    :raises KeyboardInterrupt: what was read comes in by the next run
    :raises ArchiveError: what was committed before is kept
    """
    settings = project_settings(job.configuration, {"TRADEPRESS_ARCHIVE": str(archive)})
    for source in sources:  # before anything is opened
        hold_conduct(settings.copy(), source)
    folder = _folder(place.shards)
    names = tuple(source.name for source in sources)
    job = replace(
        job,
        configuration=replace(
            job.configuration, sources=replace(job.configuration.sources, names=names)
        ),
    )
    with archive_run(
        settings, RunKind.CRAWL, command, sources, wait=wait, brings_parts=True
    ) as run:
        parts = CrawledParts(run=run, folder=folder, keeps=keeping_ids(all_sources()))
        tasks, inputs, left_out = NO_TASKS, list[CrawlPart](), list[LeftOut]()
        with _told_if_stopped(parts):
            parts.bring_all(wait=wait)
            if sources:
                with connected(place, job.configuration.sources.folder) as client:
                    declared = group_sources(all_sources(), job.configuration)
                    kin = {source.name: group for group in declared for source in group}
                    groups = group_sources(sources, job.configuration)
                    inputs = [parts.cut(group, kin[group[0].name]) for group in groups]
                    tasks = run_tasks(client, job, inputs, str(folder), progress=progress)
            left_out += tasks.left_out
            for given in inputs:
                try:
                    parts.bring(Path(given.archive).parent)
                except ArchiveError as error:
                    if run.failure is not None:
                        raise
                    words = f"{error}; what was read comes in by the next `crawl` of a cluster"
                    left_out.append(LeftOut(input=str(given), reason=words))
        remove_empty(place.shards)
        shards = [shard for shard in tasks.shards if shard is not None]
        notes = [*(note for shard in shards for note in shard.notes), *parts.left]
        is_less = bool(left_out or parts.left)
        code = int(is_less)
        if sources:
            code = _exit_code([shard.counts for shard in shards], is_less=is_less)
        told = [f"{one.input}: {one.reason}" for one in left_out if one not in tasks.left_out]
        sums = run.end(
            RunState.FAILED if code == 4 else RunState.DONE,
            exit_code=code,
            reason="; ".join([tasks.words, *told, *notes]),
        )
    settle_memory(archive, job.configuration, brought=True)
    stamp_root(archive, job.configuration.timestamps)
    return ClusterCrawl(
        tasks=tasks,
        left_out=tuple(left_out),
        notes=tuple(notes),
        exit_code=code if sums is None or sums.exit_code is None else sums.exit_code,
        sums=sums,
    )


@dataclass(frozen=True, kw_only=True, slots=True)
class CrawledParts:
    """Cuts parts of an archive that are crawled elsewhere out of its run, and brings them back."""

    run: Run
    folder: Path
    keeps: Keeps
    left: list[str] = field(default_factory=list)
    """Says what did not come in, in words."""
    moved: list[Path] = field(default_factory=list)
    """Are the parts that were cut out or came home."""

    def cut(self, group: Sequence[Source], kin: Sequence[Source] = ()) -> CrawlPart:
        """Cuts a part out of the archive for these sources.

        :param kin: with others on the same sites: what they have asked for is not asked for again
        :raises ArchiveError: it can't be written
        """
        for source in group:  # what stories of other sources link to does not go along
            self.run.addresses.follow_links(source.name, MOST_LINKED, _form_of(source))
        part = self.folder / f"{PART}{os.urandom(4).hex()}"
        part.mkdir(parents=True)
        names = tuple(source.name for source in group)
        self.run.parts.add(part, names)
        self.run.transaction.commit()
        self.moved.append(part)

        def owns(url: str) -> bool:
            return any(source.owns(url) for source in group)

        neighbours = [source.name for source in kin if source not in group]
        cut_sources(self.run.transaction.path, part / ARCHIVE, names, owns, neighbours)
        return CrawlPart(sources=names, archive=str(part / ARCHIVE))

    def bring(self, part: Path, *, wait: float = 0) -> None:
        """Brings back what was done in a part, as far as it came, and removes it.
        What does not come in is put aside and named, and so is a part that is damaged.

        :raises ArchiveBusy: it is still being crawled, or isn't to be seen here
        :raises ArchiveError: this archive can't be written, or that one not be read now
        """
        path, left = part / ARCHIVE, list[str]()
        if not part.is_dir():
            raise ArchiveBusy(
                f"{part}, where sources are crawled, can't be seen from here: mount it; if it is "
                "gone for good, make an empty folder of that name"
            )
        if path.exists():
            try:
                with (
                    open_archive(path, command="crawl", create=False, wait=wait),
                    open_other(path) as other,
                ):
                    join_sources(self.run, other)
                    left = bring_crawl(self.run, other, part, self.keeps)
            except (DamagedArchive, NewerArchive, NotAnArchive, OlderArchive) as error:
                if self.run.failure is not None:
                    raise
                left = [str(error)]
        self.run.parts.remove(part)
        self.run.transaction.commit()
        self.moved.append(part)
        if left:
            aside = part.rename(part.with_name(f"{ASIDE}{part.name.removeprefix(PART)}"))
            left.append(f"what was crawled stays in {aside}: `tradepress merge` reads it, too")
        self.left.extend(left)
        shutil.rmtree(part, ignore_errors=True)
        if not [*part.parent.glob(f"{PART}*"), *part.parent.glob(f"{ASIDE}*")]:
            shutil.rmtree(part.parent, ignore_errors=True)

    def bring_all(self, *, wait: float = 0) -> None:
        """Brings back all parts that are checked out.

        :param wait: seconds for crawls to end, all together
        :raises ArchiveBusy: one is still being crawled; the others are home
        """
        until, busy = monotonic() + wait, list[ArchiveBusy]()
        for one in self.run.parts.checked_out():
            try:
                self.bring(one.path, wait=max(0.0, until - monotonic()))
            except ArchiveBusy as error:
                busy.append(error)
        if busy:
            raise busy[0]


@contextmanager
def _told_if_stopped(parts: CrawledParts) -> Iterator[None]:
    """Brings what workers have read home where the job is stopped and they stop, too; what does not
    come is told, as it is nowhere else."""
    try:
        yield
    except BaseException as error:
        if isinstance(error, KeyboardInterrupt | NoCluster):
            with suppress(ArchiveBusy):
                parts.bring_all(wait=STOPPED_WITHIN)
        for words in parts.left:
            log.warning("%s", words)
        if isinstance(error, NoCluster) and not parts.moved:
            parts.run.discard()
        raise


def _form_of(source: Source) -> Callable[[str], bool]:
    return lambda url: source.is_article_url(url) and trap(url) is None


def _folder(shards: str) -> Path:
    """Returns where the parts of a run are crawled.

    :raises NoSuchStore: it is no folder
    """
    system, path = open_store(shards)
    if not is_local(system):
        raise NoSuchStore(
            f"{shards}: a crawl goes on in an archive that stands there: name a folder that all "
            "workers see"
        )
    return Path(path).absolute() / f"crawl-{os.urandom(4).hex()}"


def _exit_code(counts: Sequence[Mapping[str, int]], *, is_less: bool) -> int:
    """Returns the exit code of a crawl by its parts.

    :param is_less: a source was left out, or something did not come in
    """
    if not any(one.get("crawled") for one in counts):
        return 4
    return int(is_less or any(one.get("troubled") for one in counts))
