"""Reads the past of a source from copies of Common Crawl's files, by a cluster: a shard a file of
CC-NEWS, or a range of captures."""

import asyncio
import gzip
import json
import zlib
from collections.abc import Callable, Coroutine, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime
from pathlib import Path
from secrets import token_bytes
from types import MappingProxyType
from typing import Any, ClassVar

from rich.console import Console
from scrapy.exceptions import UsageError

from tradepress.archive.clock import on_clock, utc_text
from tradepress.archive.errors import ArchiveError
from tradepress.archive.frontier.listed_story import listing_at
from tradepress.archive.frontier.mementos import Memento, story_key
from tradepress.archive.read_only import read_archive
from tradepress.archive.site_memory import SiteMemory
from tradepress.archive.stories.clean_story import CleanStory
from tradepress.archive.stories.site_marks import SiteMemories
from tradepress.cluster.dask_cluster import ClusterPlace, connected
from tradepress.cluster.input_files import InputGone, NoInput, PageFile, file_at_hand, find_inputs
from tradepress.cluster.kept_readings import (
    LEVEL,
    fields_of,
    looked_over,
    read_lines,
    story_with,
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
from tradepress.crawling.addon import project_settings
from tradepress.crawling.page_reading import NOT_LISTED, ReadPage
from tradepress.crawling.page_workers import PageWorkers
from tradepress.declared_sources import source_named
from tradepress.jobs.backfill.backfill import run_backfill, web_archive
from tradepress.jobs.backfill.backfill_plan import Backfill, BackfillResult
from tradepress.jobs.backfill.backfill_visit import (
    AnotherCapture,
    Found,
    FoundCapture,
    ReadAhead,
    Visit,
    WebArchive,
    WithoutStory,
)
from tradepress.jobs.backfill.ccnews import pages_in
from tradepress.jobs.backfill.commoncrawl import CrawlFiles, crawl_files, read_copy
from tradepress.jobs.backfill.read_capture import read_capture
from tradepress.jobs.backfill.way import Way
from tradepress.jobs.files.file_page import UnreadableFile
from tradepress.jobs.progress import JobProgress
from tradepress.jobs.site_visit import PageNotHad
from tradepress.rights.asked_policy import as_asked
from tradepress.source import Source
from tradepress.story import Revisit

READINGS = "captures.jsonl.gz"
STORIES, MOST = 100, 500
"""Bound a range: about so many stories, and that many captures at most."""

Read = tuple[Memento, ReadPage | WithoutStory | None]
"""Holds a capture with its reading, None where it could not be had; whoever takes it in sees
why."""


@dataclass(frozen=True, kw_only=True, slots=True)
class NewsFile:
    """Is a file of CC-NEWS, to be looked through."""

    url: str
    """Is the address as captures name it."""
    file: PageFile

    def __str__(self) -> str:
        return self.file.address


@dataclass(frozen=True, kw_only=True, slots=True)
class CaptureRange:
    """Holds captures that an index names."""

    folder: str
    """Is the folder with the files, as all workers see it."""
    captures: tuple[tuple[str, str, str], ...]
    """Holds address at Common Crawl, address of the page, time of capture."""

    def __str__(self) -> str:
        return f"captures of {self.captures[0][1]} to {self.captures[-1][1]}"


@dataclass(frozen=True, kw_only=True, slots=True)
class BackfillJob:
    """Runs `tradepress backfill --from commoncrawl|ccnews` of some files or captures."""

    name: ClassVar[str] = "backfill"
    configuration: Configuration
    source_name: str
    site: SiteMemory | None = None
    """Says what the stories that the archive has show."""

    def rules(self) -> str:
        """Returns a digest of all by which pages are read and kept."""
        return reading_rules(self.configuration, [self.source()])

    def source(self) -> Source:
        """Returns the source with what the operator asks for."""
        source, settings = source_named(self.source_name), project_settings(self.configuration, {})
        return as_asked(settings, source)

    def files(self) -> CrawlFiles:
        return crawl_files(self.configuration.backfill.commoncrawl)

    def work(self, given: NewsFile | CaptureRange, folder: Path, workers: PageWorkers) -> Worked:
        """Reads the pages; raises InputGone where this worker does not see the files, or not the
        same."""
        notes = list[str]()
        if isinstance(given, CaptureRange):
            if not Path(given.folder).is_dir():
                raise InputGone(f"{given.folder} must be there for all workers")
            counts = asyncio.run(_write(self._captures(given, workers), folder, workers))
        else:
            with file_at_hand(given.file, folder) as path:
                pages = self._pages(given.url, path, workers, notes.append)
                counts = asyncio.run(_write(pages, folder, workers))
        return Worked(counts=counts, notes=tuple(notes))

    def _pages(
        self, url: str, path: Path, workers: PageWorkers, note: Callable[[str], None]
    ) -> Iterator[Coroutine[Any, Any, Read]]:
        source = self.source()
        with path.open("rb") as file:
            try:
                for memento, found in pages_in(file, url, source):
                    yield self._read(memento, found, source, workers)
            except UnreadableFile as error:  # all others were read
                note(str(error))

    def _captures(
        self, given: CaptureRange, workers: PageWorkers
    ) -> Iterator[Coroutine[Any, Any, Read]]:
        source, folder = self.source(), Path(given.folder)

        async def read(memento: Memento) -> Read:
            try:
                found = await read_copy(self.files(), folder, memento, source, workers)
            except (PageNotHad, AnotherCapture):
                return memento, None
            return await self._read(memento, found, source, workers)

        for url, original_url, captured in given.captures:
            at = datetime.fromisoformat(captured)
            yield read(Memento(url=url, original_url=original_url, date_captured=at, seen_until=at))

    async def _read(
        self, memento: Memento, found: FoundCapture | Revisit, source: Source, workers: PageWorkers
    ) -> Read:
        if isinstance(found, Revisit):
            return memento, None
        return memento, await read_capture(
            found,
            source,
            policy=source.policy,
            people=self.configuration.mentions.people,
            workers=workers,
            site=self.site,
        )


async def _write(
    calls: Iterator[Coroutine[Any, Any, Read]], folder: Path, workers: PageWorkers
) -> dict[str, int]:
    """Writes a line of each capture."""
    counts = {"captures": 0}
    with gzip.open(folder / READINGS, "wt", LEVEL, encoding="utf-8") as stream:
        async for memento, read in workers.in_order(calls):
            counts["captures"] += 1
            stream.write(f"{capture_line(memento, read)}\n")
    return counts


def capture_line(memento: Memento, read: ReadPage | WithoutStory | None) -> str:
    """Returns JSON; without a reading where there is none, or one that can't be stored."""
    line: dict[str, object] = {
        "url": memento.url,
        "original_url": memento.original_url,
        "date_captured": utc_text(memento.date_captured),
        "digest": memento.digest,
    }
    if isinstance(read, WithoutStory):
        line["no_story"] = asdict(read)
    elif read is not None and isinstance(read.story, CleanStory):
        line["story"] = fields_of(read.story.article)
    return json.dumps(line)


def reading_of(line: Mapping[str, Any]) -> ReadPage | WithoutStory | None:
    """Returns the reading; None: there is none.
    It raises one of :data:`AMISS` for what is none of ours."""
    if "no_story" in line:
        read = WithoutStory(**line["no_story"])
        read.reason.encode()
        return read
    if "story" not in line:
        return None
    return ReadPage(story=story_with(line["story"]), packed=None)


@dataclass(kw_only=True, slots=True)
class CapturesAhead:
    """Holds what workers have read, in place of what the one writer would read; it takes the pages
    themselves from the files."""

    job: BackfillJob
    service: WebArchive
    """Is the web archive which has the files."""
    folder: Path
    """Holds the files of the web archive."""
    place: ClusterPlace
    progress: JobProgress
    tasks: TasksDone = NO_TASKS
    shards: dict[str, Shard] = field(default_factory=dict)
    """Holds the shards of files, by address."""
    ranges: Iterator[tuple[CaptureRange, Shard | None]] = field(default_factory=lambda: iter(()))
    """Yields the ranges that are still to be taken in."""
    readings: dict[str, ReadPage | WithoutStory | None] = field(default_factory=dict)
    """Holds the readings of the range in hand, by address."""
    spent: Shard | None = None
    """Is a shard that need not stay once the next is begun."""

    def asked(self) -> WebArchive:
        """Returns the web archive that is asked, with what workers read before it."""
        return replace(
            self.service,
            read_ahead=self.read_ahead,
            read_memento=self.read_memento,
            read_file=self.read_file if self.service.read_file else None,
        )

    def read_ahead(self, mementos: Sequence[Memento], urls: Sequence[str]) -> ReadAhead:
        """Lets workers read them.

        :raises NoCluster: nobody answers
        :raises KeyboardInterrupt: shards stay; the next run goes on from there
        """
        folder, address = self.folder.absolute(), self.job.files().address
        troubles = list[str]()
        inputs: list[NewsFile | CaptureRange] = [*cut_captures(mementos, folder)]
        ranges = len(inputs)
        for url in urls:
            (found,) = find_inputs([str(folder / url.removeprefix(f"{address}/"))])
            if isinstance(found, NoInput):
                troubles.append(f"{found.address}: {found.reason}.")
            else:
                inputs.append(NewsFile(url=url, file=found))
        if inputs:
            with (
                connected(self.place, self.job.configuration.sources.folder) as client,
                self.progress.shown(),
            ):
                self.tasks = run_tasks(
                    client, self.job, inputs, self.place.shards, progress=self.progress
                )
        worked = [*zip(inputs, self.tasks.shards, strict=True)]
        self.ranges = (
            (one, shard) for one, shard in worked[:ranges] if isinstance(one, CaptureRange)
        )
        self.shards = {
            one.url: shard
            for one, shard in worked[ranges:]
            if isinstance(one, NewsFile) and shard is not None
        }
        troubles += [f"{one.input} was left out: {one.reason}." for one in self.tasks.left_out]
        return ReadAhead(files=[*self.shards], words=self.tasks.words, troubles=troubles)

    async def read_memento(self, visit: Visit, memento: Memento) -> FoundCapture | Revisit:
        """Returns the page as the web archive's own does."""
        return await self._found(visit, memento, self._reading(memento.url))

    async def read_file(self, visit: Visit, url: str) -> Found:
        """Yields the pages as the web archive's own does."""
        self.let_go()
        shard = self.shards[url]
        try:
            for memento, read in self._readings(shard):
                yield memento, await self._found(visit, memento, read)
        except (AnotherCapture, DamagedShard) as error:  # the file is the one that was read
            words = remove_damaged(self.place.shards, shard.task, error)
            raise PageNotHad(url, "data_loss", words) from error
        self.spent = shard
        for note in shard.notes:
            raise UnreadableFile(note)

    async def _found(
        self, visit: Visit, memento: Memento, read: ReadPage | WithoutStory | None
    ) -> FoundCapture | Revisit:
        found = await self.service.read_memento(visit, memento)
        # What listings say, no worker knew.
        if isinstance(found, Revisit) or read is None:
            return found
        if listing_at(visit.run.addresses, found.capture.url) != NOT_LISTED:
            return found
        return replace(found, read=read)

    def _reading(self, url: str) -> ReadPage | WithoutStory | None:
        """Returns the reading of a capture of a range; they come in their order."""
        while url not in self.readings:
            given, shard = next(self.ranges, (None, None))
            if given is None:
                return None
            self.let_go()
            self.readings = dict.fromkeys(one for one, _, _ in given.captures)
            if shard is not None:
                self.spent = shard
                with suppress(DamagedShard):  # then they are read here
                    self.readings |= {one.url: read for one, read in self._readings(shard)}
        return self.readings[url]

    def _readings(self, shard: Shard) -> Iterator[tuple[Memento, ReadPage | WithoutStory | None]]:
        """Yields the readings; raises DamagedShard where it is not as it was written."""
        with shard_files(self.place.shards, shard) as folder, looked_over(shard.task):
            for line in read_lines(folder / READINGS):
                yield _memento(line), reading_of(line)

    def let_go(self) -> None:
        """Lets go of the shard that is in the archive."""
        if self.spent is not None:
            remove_shard(self.place.shards, self.spent.task)
            self.spent = None


def _memento(line: Mapping[str, Any]) -> Memento:
    (line["url"] + line["original_url"] + (line["digest"] or "")).encode()
    at = on_clock(datetime.fromisoformat(line["date_captured"]))
    return Memento(
        url=line["url"],
        original_url=line["original_url"],
        date_captured=at,
        seen_until=at,
        digest=line["digest"],
    )


def cut_captures(mementos: Sequence[Memento], folder: Path) -> Iterator[CaptureRange]:
    """Cuts captures into ranges, in their order. Where a range begins is told by the address of a
    story, so that those behind what an earlier run has taken in are the same again."""
    captures = list[tuple[str, str, str]]()
    before = None
    for one in mementos:
        story = story_key(one.original_url)
        begins = story != before and zlib.crc32(story.encode()) % STORIES == 0
        if captures and (begins or len(captures) == MOST):
            yield CaptureRange(folder=str(folder), captures=tuple(captures))
            captures.clear()
        captures.append((one.url, one.original_url, utc_text(one.date_captured)))
        before = story
    if captures:
        yield CaptureRange(folder=str(folder), captures=tuple(captures))


def cluster_backfill(
    asked: Backfill,
    configuration: Configuration,
    place: ClusterPlace,
    *,
    archive: Path,
    command: str,
    settings: Mapping[str, Any] = MappingProxyType({}),
    wait: float = 0,
    hears_signals: bool = True,
    console: Console | None = None,
) -> tuple[BackfillResult, TasksDone]:
    """Takes in what a folder of Common Crawl's files has of a source, as
    :func:`~tradepress.jobs.backfill.backfill.run_backfill` does; returns, too, the tasks by which.

    :param command: for the ledger
    :param settings: Scrapy settings over those of the configuration
    :param wait: seconds to wait for another run on the archive
    :param hears_signals: end early by a signal to stop, at once by a second one
    :param console: shows how it goes on
    :raises UsageError: as things are set it can't be done
    :raises ClusterMissing: Dask is not installed
    :raises NoCluster: nobody answers
    :raises KeyboardInterrupt: shards and what was stored stay; the next run goes on from there
    :raises ArchiveError: what was committed before is kept
    """
    site = SiteMemory(key=token_bytes(32))
    with suppress(ArchiveError), read_archive(archive) as db:
        site = SiteMemories(db).of(asked.source.name)
    job = BackfillJob(configuration=configuration, source_name=asked.source.name, site=site)
    files = job.files()
    if asked.way not in (Way.COMMONCRAWL, Way.CCNEWS) or files.folder is None:
        raise UsageError(
            f"--from {asked.way}: who is asked for pages is asked by one process, at a pace that "
            "more of them can't quicken: leave out --local and --scheduler. A cluster reads copies "
            "of Common Crawl's files, in a folder that all workers see: "
            '`commoncrawl = "/a/folder"` under [backfill] of tradepress.toml.'
        )
    ahead = CapturesAhead(
        job=job,
        service=web_archive(asked.way, configuration),
        folder=files.folder,
        place=place,
        progress=JobProgress(console or Console(quiet=True)),
    )
    result = run_backfill(
        asked,
        configuration,
        archive=archive,
        command=command,
        service=ahead.asked(),
        settings={**settings, "TRADEPRESS_SITE_KEY": site.key.hex()},
        wait=wait,
        hears_signals=hears_signals,
        console=console,
    )
    ahead.let_go()
    remove_empty(place.shards)
    return result, ahead.tasks
