"""Brings files of captures into the archive: read by a cluster, a shard for each file or part of a
large one, and merged in order."""

import hashlib
import time
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field, replace
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from tradepress.archive.errors import DamagedArchive
from tradepress.archive.frontier.sources import SourceRow, names_here
from tradepress.archive.ledger.outcomes import Outcome, RunKind, RunState
from tradepress.archive.ledger.page_files import file_hash
from tradepress.archive.ledger.run_report import RunSums
from tradepress.archive.merging.bring_archive import MergedArchive, bring_archive
from tradepress.archive.merging.bring_story import Keeps
from tradepress.archive.merging.other_archive import open_other
from tradepress.archive.open import open_archive
from tradepress.archive.run import Run
from tradepress.archive.site_host import is_site_name
from tradepress.archive.stories.publishers import PublisherNames, settle_publishers
from tradepress.archive.stories.site_marks import keep_key, site_key
from tradepress.cluster.dask_cluster import ClusterPlace, NoCluster, connected, stoppable
from tradepress.cluster.input_files import (
    PART,
    NoInput,
    PageFile,
    file_at_hand,
    find_inputs,
    in_parts,
)
from tradepress.cluster.run_tasks import NO_TASKS, LeftOut, TasksDone, run_tasks
from tradepress.cluster.shards import (
    DamagedShard,
    Shard,
    UnreadableShard,
    find_left,
    remove_damaged,
    remove_empty,
    remove_shard,
    shard_files,
)
from tradepress.cluster.task import Worked, reading_rules
from tradepress.configuration import Configuration
from tradepress.crawling.addon import project_settings
from tradepress.crawling.archive_run import archive_run, source_row
from tradepress.crawling.page_workers import PageWorkers
from tradepress.declared_sources import all_sources, source_named
from tradepress.jobs.ingest import ingest
from tradepress.jobs.ingested import NO_PAGE_OF_IT, PROBLEMS, Ingested, counted_words
from tradepress.jobs.merge_archives import stopping
from tradepress.jobs.progress import JobProgress
from tradepress.jobs.reextract import settle_memory
from tradepress.jobs.revisits import NOT_HERE, Revisits, settle
from tradepress.source import Source
from tradepress.story import StoredArticle

if TYPE_CHECKING:
    from scrapy.settings import Settings

ARCHIVE = "archive.db"
"""Is what the archive of a shard is called."""
REVISITS = "revisits.db"
"""Is the file of a shard with what is settled when all are merged."""
BESIDE = "beside: "
"""Begins what a shard counts of records that gave no page."""
GAVE_NOTHING = (BESIDE, *PROBLEMS)
COME_TO_NOTHING = (*PROBLEMS, "withdrawn")
MOST_NOTES = 20
"""Bounds the pages that came to nothing which a shard names."""


@dataclass(frozen=True, kw_only=True, slots=True)
class IngestJob:
    """Runs `tradepress ingest` of a file, into an archive of its own."""

    name: ClassVar[str] = "ingest"
    configuration: Configuration
    source_name: str | None = None
    """Is whose pages these are; None: each page's site says it."""
    basis: str | None = None
    """Is on which reserved texts are held, for this archive alone."""
    only_sources: bool = False
    """Leaves out pages of sites that no declared source has."""
    site_key: bytes = b""
    """Is the key of the archive that the shards come into."""

    def rules(self) -> str:
        """Returns a digest of all by which pages are read and kept."""
        sources = [source_named(self.source_name)] if self.source_name else all_sources()
        return reading_rules(
            self.configuration,
            sources,
            self.source_name,
            self.configuration.captures,
            self.basis,
            self.only_sources,
        )

    def settings(self, archive: Path) -> "Settings":
        return project_settings(self.configuration, {"TRADEPRESS_ARCHIVE": str(archive)})

    def known_as(self, file: PageFile) -> str:
        """Returns how the archive knows a whole file that was read; of this machine as
        :func:`~tradepress.jobs.ingest.ingest` does.

        :raises OSError: it is gone
        """
        if "://" not in file.address:
            return file_hash(Path(file.address), None, None, self.source_name)
        return hashlib.sha256(repr((file, self.source_name)).encode()).hexdigest()

    def work(self, given: PageFile, folder: Path, workers: PageWorkers) -> Worked:
        """Stores a file's stories; raises InputGone or ArchiveError where this worker can't read or
        write."""
        archive, notes = folder / ARCHIVE, list[str]()

        def tell(page: Ingested) -> None:
            if page.outcome in PROBLEMS and len(notes) < MOST_NOTES:
                url = given.address if page.url == page.file else page.url
                notes.append(f"{page.outcome}: {url} ({page.words})")

        with open_archive(archive) as part:  # so that one without a story stays
            keep_key(part.transaction, self.site_key)
            part.transaction.commit()
        with file_at_hand(given, folder) as path, closing(Revisits(folder / REVISITS)) as revisits:
            done = ingest(
                path,
                revisits=revisits,
                archive=archive,
                source=self.source_name,
                basis=self.basis,
                only_sources=self.only_sources,
                start=given.start,
                stop=given.stop,
                is_part=True,
                workers=workers,
                tell=tell,
                configuration=self.configuration,
            )
        archive.with_name(f"{ARCHIVE}.lock").unlink(missing_ok=True)
        records = {f"{BESIDE}{reason}": count for reason, count in done.records.items()}
        return Worked(counts={**done.counts, **records}, notes=tuple(notes))


@dataclass(frozen=True, kw_only=True, slots=True)
class ClusterIngest:
    """Says what one run of files into an archive, by a cluster, came to."""

    tasks: TasksDone
    read_before: tuple[str, ...]
    """Are files that an earlier run has read."""
    left_out: tuple[LeftOut, ...]
    """Are files that can't be read, that no worker could read, or whose shard is damaged."""
    counts: Mapping[str, int]
    """Counts pages of the others by outcome, as their workers saw it; ``withdrawn``: stories that
    are kept out here."""
    records: Mapping[str, int]
    """Counts records that gave no page, in words that follow a number."""
    disagreeing: tuple[PublisherNames, ...]
    """Holds the undeclared sources whose pages call their publisher by several names."""
    notes: tuple[str, ...]
    """Names the first that came to nothing of each file."""
    sums: RunSums | None
    """Sums up the run; None: there was nothing to do."""
    merge_seconds: float
    """Is what the one writer took, while tasks were worked and after them."""

    @property
    def exit_code(self) -> int:
        """Returns 1 if a file was left out, or a page came to nothing."""
        return int(bool(self.left_out or any(self.counts.get(one) for one in COME_TO_NOTHING)))


@stoppable()  # also where a large file is gone through before it is cut
def cluster_ingest(
    files: Sequence[str],
    job: IngestJob,
    place: ClusterPlace,
    *,
    archive: Path,
    again: bool = False,
    part: int = PART,
    wait: float = 0,
    progress: JobProgress | None = None,
) -> ClusterIngest:
    """Store the stories of WARC, WET and WACZ files as one run of the archive, as
    :func:`~tradepress.jobs.ingest.ingest` does: what comes out is the same. What was read is
    merged in the order of the files, while others are read.

    :param files: paths, folders, or addresses of fsspec
    :param again: also files that were read before
    :param part: bytes of a file that make a task, if it has more than two such parts
    :param wait: seconds to wait for another run on the archive
    :param progress: shows how the tasks and the merge go on
    :raises ClusterMissing: Dask is not installed
    :raises NoCluster: nobody answers
    :raises NoSuchStore: an address can't be reached
    :raises KeyboardInterrupt: shards and what was merged stay; the next run goes on from there
    :raises ArchiveError: what was committed before is kept
    """
    settings = job.settings(archive)
    found = [*find_inputs(files)]
    left_out = [
        LeftOut(input=one.address, reason=one.reason) for one in found if isinstance(one, NoInput)
    ]
    with (
        archive_run(settings, RunKind.INGEST, "ingest", wait=wait) as run,
        closing(Revisits()) as revisits,
    ):
        job = replace(job, site_key=site_key(run.transaction.db))
        whole = {job.known_as(one): one for one in found if isinstance(one, PageFile)}
        places = {key: 0 if again else run.page_files.next_place(key) for key in whole}
        read_before = tuple(file.address for key, file in whole.items() if places[key] is None)
        inputs = [
            (key, one)
            for key, begins in places.items()
            if begins is not None
            for one in in_parts(whole[key], part)
            if one.stop is None or one.stop > begins
        ]
        declared = all_sources()
        merging = MergedShards(
            run=run,
            keeps=keeping_ids(declared),
            shards=place.shards,
            revisits=revisits,
            sources={source.name: source_row(source, declared) for source in declared},
            with_stories={key for key, begins in places.items() if begins},
        )

        def take(number: int, shard: Shard | None) -> None:
            key, one = inputs[number]
            if shard is None:
                merging.with_gaps.add(key)
                return
            began = time.monotonic()
            with stopping() as is_stopped:
                fault = merging.take(shard, key, is_stopped, stop=one.stop)
            merging.seconds += time.monotonic() - began
            if is_stopped():
                raise KeyboardInterrupt
            if fault:
                left_out.append(LeftOut(input=str(one), reason=fault))

        tasks = NO_TASKS
        if inputs:
            given = [one for _, one in inputs]
            try:
                with connected(place, job.configuration.sources.folder) as client:
                    tasks = run_tasks(
                        client, job, given, place.shards, progress=progress, take=take
                    )
            except NoCluster as error:
                if merging.seconds:
                    said = [str(error), *(f"{one.input}: {one.reason}" for one in left_out)]
                    run.end(RunState.INTERRUPTED, exit_code=3, reason="; ".join(said))
                else:
                    run.discard()
                raise
        left_out += tasks.left_out
        left_out += merging.settle_revisits({key: file.address for key, file in whole.items()})
        merging.remove_late()
        remove_empty(place.shards)
        done = merging.summed(tasks, left_out, read_before)
        if not inputs:
            run.discard()
            return done
        sums = run.end(
            RunState.DONE,
            exit_code=done.exit_code,
            reason=replace(tasks, left_out=done.left_out).words,
        )
    settle_memory(archive, job.configuration, brought=True)
    return replace(done, sums=sums)


@dataclass(kw_only=True, slots=True)
class MergedShards:
    """Brings shards into a run, one after the other."""

    run: Run
    keeps: Keeps
    shards: str
    revisits: Revisits = field(default_factory=Revisits)
    sources: Mapping[str, SourceRow] = field(default_factory=dict)
    """Holds sources by name: what is declared here counts, not what was when a shard was made."""
    with_stories: set[str] = field(default_factory=set)
    """Are files of which some came in, by what the archive knows them by."""
    with_gaps: set[str] = field(default_factory=set)
    """Are files of which something did not."""
    with_revisits: set[str] = field(default_factory=set)
    """Are files with pages that were the same as before, to be settled when all are merged."""
    counts: Counter[str] = field(default_factory=Counter)
    records: Counter[str] = field(default_factory=Counter)
    disagreeing: dict[str, PublisherNames] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)
    came_in: set[str] = field(default_factory=set)
    """Holds the names of their tasks."""
    seconds: float = 0.0
    """Is what those that were taken took; 0: there was none."""

    def take(
        self,
        shard: Shard,
        known_as: str,
        is_stopped: Callable[[], bool],
        *,
        stop: int | None = None,
    ) -> str | None:
        """Merges a shard, and lets it go; returns None, or what is wrong with it.

        :param known_as: by what the archive will know how far its file was read
        :param stop: so far; None: to the end
        :raises KeyboardInterrupt: between two stories
        :raises ArchiveError: the archive can't be written
        """
        part = f"{shard.task}/{shard.folder}"  # another try may number its stories otherwise
        try:
            with (
                shard_files(self.shards, shard) as folder,
                open_other(folder / ARCHIVE, part=part) as other,
            ):
                for source in other.sources():
                    if source.name in self.sources:
                        self.run.sources.save(self.sources[source.name])
                    else:
                        self.run.sources.add(source)
                other = replace(
                    other, name_here=names_here(self.run.transaction.db, self.sources.values())
                )
                merged = MergedArchive(path=other.path)
                for _ in bring_archive(self.run, other, self.keeps, merged):
                    if is_stopped():
                        raise KeyboardInterrupt
                sites = [one.name for one in other.sources() if is_site_name(one.name)]
                self.disagreeing |= settle_publishers(self.run.transaction, sites)
                kept = folder / REVISITS
                if kept.is_file() and self.revisits.bring(kept, known_as):
                    self.with_revisits.add(known_as)
        except (DamagedShard, DamagedArchive) as error:
            self.with_gaps.add(known_as)
            if not isinstance(error, UnreadableShard):
                self.run.page_files.forget(part)
                self.run.transaction.commit()
            return remove_damaged(self.shards, shard.task, error)
        for name, count in shard.counts.items():
            counts = self.records if name.startswith(BESIDE) else self.counts
            counts[name.removeprefix(BESIDE)] += count
        self.counts["withdrawn"] += merged.stories[Outcome.REJECTED]
        self.notes += shard.notes
        if any(n for name, n in shard.counts.items() if not name.startswith(GAVE_NOTHING)):
            self.with_stories.add(known_as)
        if shard.counts.get("failed"):  # it is looked at again from there
            self.with_gaps.add(known_as)
        if known_as in self.with_stories - self.with_gaps - self.with_revisits:
            self.run.page_files.keep(known_as, stop)
        self.run.page_files.forget(part)
        self.run.transaction.commit()
        self.came_in.add(shard.task)
        remove_shard(self.shards, shard.task)
        return None

    def summed(
        self, tasks: TasksDone, left_out: Sequence[LeftOut], read_before: tuple[str, ...] = ()
    ) -> ClusterIngest:
        """Returns what all came to, but for the sums of the run."""
        return ClusterIngest(
            tasks=tasks,
            read_before=read_before,
            left_out=tuple(left_out),
            counts=self.counts,
            records=self.records,
            disagreeing=tuple(self.disagreeing.values()),
            notes=tuple(self.notes),
            sums=None,
            merge_seconds=self.seconds,
        )

    def settle_revisits(self, files: Mapping[str, str]) -> list[LeftOut]:
        """Writes that pages were the same as before, now that all are here; returns the files that
        gave nothing.

        :param files: addresses, by what the archive knows them by
        """
        gave_nothing = []
        for known_as in sorted(self.with_revisits):
            records = Counter[str]()
            for revisit in self.revisits.of(known_as):
                found = settle(self.run, self.revisits, revisit)
                if isinstance(found, str):
                    records[found] += 1
                else:
                    self.with_stories.add(known_as)
                    self.counts["unchanged"] += 1
            self.records += records
            if known_as not in self.with_stories:
                words = f"{NO_PAGE_OF_IT}: {counted_words(records)}"
                gave_nothing.append(LeftOut(input=files[known_as], reason=words))
            elif known_as not in self.with_gaps and not records[NOT_HERE]:
                self.run.page_files.keep(known_as, None)
            self.run.transaction.commit()
        return gave_nothing

    def remove_late(self) -> None:
        """Removes shards that came in and stand again: by workers that were taken for dead."""
        for task in self.came_in.intersection(find_left(self.shards)):
            remove_shard(self.shards, task)


def keeping_ids(sources: Sequence[Source]) -> Keeps:
    """Gives links the site's own ids in their addresses, as the pages' reading did: no archive has
    them, and a target may be in another shard."""
    declared = {source.name: source for source in sources}

    @lru_cache(20_000)  # stories of the same weeks link to the same ones
    def site_id(source: str, url: str) -> str | None:
        return declared[source].site_id(url)

    def keeps(article: StoredArticle) -> StoredArticle:
        if article.source not in declared:
            return article
        links = [
            replace(link, site_id=site_id(article.source, link.url)) if link.url else link
            for link in article.related_links
        ]
        return replace(article, related_links=tuple(links))

    return keeps
