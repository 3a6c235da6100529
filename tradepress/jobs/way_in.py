"""Brings the pages of files into a run, and settles what is no story."""

import asyncio
from collections import Counter
from collections.abc import Callable, Collection, Coroutine, Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

from scrapy.settings import Settings

from tradepress.archive.frontier.listed_story import listing_at
from tradepress.archive.ledger.ledger import Fetched
from tradepress.archive.ledger.outcomes import Outcome
from tradepress.archive.ledger.page_files import file_hash
from tradepress.archive.run import Run
from tradepress.archive.site_host import is_site_name
from tradepress.archive.stories.clean_story import CleanStory
from tradepress.archive.stories.publishers import PublisherNames, settle_publishers
from tradepress.archive.stories.stories import QUARANTINED, Quarantined
from tradepress.archive.url_key import without_tracking
from tradepress.archive.withdrawal.tombstones import WITHDRAWN
from tradepress.crawling.archive_run import source_row
from tradepress.crawling.page_reading import PageToRead, ReadPage, read_page
from tradepress.crawling.page_workers import PageWorkers, TooComplex
from tradepress.extraction import DEFECT, NotAnArticle
from tradepress.extraction.rules import extractor
from tradepress.jobs.files.address_list import AddressLine, AddressList
from tradepress.jobs.files.file_page import FilePage, UnreadableFile
from tradepress.jobs.files.file_pages import read_pages
from tradepress.jobs.files.page_folders import bytes_of_pages, find_files, size_of, why_unread
from tradepress.jobs.files.reserved_pages import ReservedPages, count_reserved
from tradepress.jobs.ingested import (
    ANOTHER_STORY,
    NO_ADDRESS,
    NO_PAGE,
    NO_PAGE_OF_IT,
    NO_SOURCE,
    PROBLEMS,
    READ_BEFORE,
    FileReading,
    Ingested,
    again,
    failed,
    left_out,
    rejected,
    without_address,
    words_of,
)
from tradepress.jobs.read_story import declared_address, extract
from tradepress.jobs.revisits import NOT_HERE, Revisits, settle
from tradepress.rights.asked_policy import asked_policy
from tradepress.rights.header_reservations import header_reservations
from tradepress.source import Source
from tradepress.steps.dropped import Dropped
from tradepress.story import Article, Capture, Revisit
from tradepress.undeclared_source import source_of

T = TypeVar("T")
Step = Callable[[], None]
"""Does what is to be done about a page or a file in its turn; they are read out of order."""
BATCH = 50
"""Is how many stories are committed together."""


@dataclass(kw_only=True, slots=True)
class WayIn:
    """Brings the pages of files into a run."""

    run: Run
    settings: Settings
    source: Source | None
    """Is whose pages these are; None: each page's site says it."""
    sources: Collection[Source]
    """Are all sources that are declared."""
    workers: PageWorkers
    url: str | None
    addresses: AddressList
    date_captured: datetime | None
    again: bool
    basis: str | None
    only_sources: bool
    """Leaves out pages of sites that no declared source has."""
    start: int
    stop: int | None
    before: Callable[[ReservedPages], None] | None
    looked: Callable[[int, int], None] | None
    tell: Callable[[Ingested], None]
    progress: Callable[[int, int], None] | None
    name_here: Callable[[str, str], str]
    """Returns what the source of an address is called in the archive."""
    revisits: Revisits
    settles: bool
    """Are they settled at the end?"""
    counts: Counter[str] = field(default_factory=Counter)
    left_out: int = 0
    records: Counter[str] = field(default_factory=Counter)
    """Counts records that gave no page, by reason."""
    with_revisits: list[FileReading] = field(default_factory=list)
    bytes_read: int = 0
    """Counts the bytes of files that have ended."""
    saved_sources: set[str] = field(default_factory=set)
    touched: set[str] = field(default_factory=set)
    """Holds undeclared sources with stories that are not committed."""
    disagreeing: dict[str, PublisherNames] = field(default_factory=dict)
    reading: FileReading | None = None
    """Is the file whose pages are being stored."""
    copied: set[int] = field(default_factory=set)
    """Holds hashes of the IDs of records that were copied: some tools give one to all."""

    async def ingest_files(self, files: Sequence[Path]) -> None:
        of = bytes_of_pages(files) if self.progress or self.looked else 0
        if self.before:
            looked = self.looked or (lambda read, of: None)
            found = await count_reserved(
                files,
                self.workers,
                self._begins,
                stop=self.stop,
                progress=lambda read: looked(read, of),
            )
            self.before(found)
        try:
            async for step in self.workers.in_order(self._read_files(files)):
                step()
                if self.counts.total() % BATCH == 0:
                    self._commit()
                if self.progress:
                    self.progress(self.bytes_read + (self.reading.place if self.reading else 0), of)
                if self.run.failure is not None:
                    raise self.run.failure
            await self._settle_revisits()
        finally:  # also where it is stopped: the next run goes on behind what is stored
            if self.run.failure is None:
                self._commit()

    def _commit(self) -> None:
        self.disagreeing |= settle_publishers(self.run.transaction, self.touched)
        self.touched.clear()
        reading = self.reading
        if reading is not None and reading.has_stories and not reading.has_revisits:
            self.run.page_files.keep(reading.hash, reading.place)
        self.run.transaction.commit()

    def _end_file(self, reading: FileReading) -> None:
        self.reading = None
        self.bytes_read += size_of(reading.path)
        if reading.has_revisits and self.settles:
            self.with_revisits.append(reading)
        else:
            self._close_file(reading)

    def _close_file(self, reading: FileReading) -> None:
        """Tells what of a file gave no page, and remembers it, if there is no more to be had."""
        reasons = reading.others.reasons
        self.records += reasons
        if reasons:
            self.tell(left_out(reading))
        if reading.gave_nothing:
            self._count(failed(reading.path, NO_PAGE_OF_IT))
        if reading.is_damaged or reasons[NOT_HERE]:
            self.run.page_files.forget(reading.hash)
        elif reading.has_stories or reading.start:
            self.run.page_files.keep(reading.hash, None)

    async def _settle_revisits(self) -> None:
        """Finds what pages showed that were the same as before, now that all files are read."""
        for reading in self.with_revisits:
            for revisit in self.revisits.of(str(reading.path)):
                self._settle(revisit, reading)
                await asyncio.sleep(0)  # it may be stopped
                if self.counts.total() % BATCH == 0:
                    self._commit()
            reading.has_revisits = False
            self._close_file(reading)
            self._commit()

    def _settle(self, revisit: Revisit, reading: FileReading) -> None:
        found = settle(self.run, self.revisits, revisit)
        if isinstance(found, str):
            reading.others.reasons[found] += 1
            return
        page = again(found, revisit.url, reading.path)
        self._count(page)
        reading.has_stories = reading.has_stories or page.outcome not in PROBLEMS
        reading.has_pages = True

    def _count(self, page: Ingested) -> None:
        self.counts[page.outcome] += 1
        self.tell(page)

    def _take(self, found: "_Found") -> None:
        page = self._store(found)
        self._count(page)
        reading = self.reading = found.reading
        reading.place = max(reading.place, found.offset or 0)
        reading.has_stories = reading.has_stories or page.outcome not in PROBLEMS

    def _read_files(self, files: Iterable[Path]) -> Iterator[Coroutine[Any, Any, Step]]:
        listed = self.addresses.lines
        met: set[Path] = set()
        for found in find_files(files):
            if found.fault:
                yield _in_turn(self._count, failed(found.path, found.fault))
            elif found.is_page:
                path = found.path.resolve()
                if path in listed:
                    met.add(path)
                yield from self._read_file(found.path, listed.get(path))
            else:
                self.left_out += 1
        unmet = (line for line in listed.values() if line.path not in met)
        not_given = (f"line {one.number}: {one.path} is not among the FILEs" for one in unmet)
        for fault in (*self.addresses.faults, *not_given):
            yield _in_turn(self._count, failed(self.addresses.file, fault))

    def _begins(self, path: Path) -> int | None:
        """Returns where reading a file begins; None: it was read before, or can't be read."""
        with suppress(OSError):
            return self._known_place(path, self.addresses.lines.get(path.resolve()))[1]
        return None

    def _known_place(self, path: Path, line: AddressLine | None) -> tuple[str, int | None]:
        """Returns what a file is known as, and where reading begins (None: all was read before)."""
        url = self.url or (line.url if line else None)
        captured = (line.date_captured if line else None) or self.date_captured
        known_as = file_hash(path, url, captured, self.source.name if self.source else None)
        start = 0 if self.again else self.run.page_files.next_place(known_as)
        return known_as, None if start is None else max(start, self.start)

    def _read_file(
        self, path: Path, line: AddressLine | None
    ) -> Iterator[Coroutine[Any, Any, Step]]:
        url = self.url or (line.url if line else None)
        captured = line.date_captured if line else None
        try:
            known_as, start = self._known_place(path, line)
        except OSError as error:
            yield _in_turn(self._count, failed(path, why_unread(error)))
            return
        if start is None:
            known = Ingested(file=str(path), url=str(path), outcome="known", words=READ_BEFORE)
            yield _in_turn(self._count, known)
            return
        reading = FileReading(
            path=path, hash=known_as, start=start, place=start, is_part=self.stop is not None
        )
        try:
            others = reading.others
            for page in read_pages(path, url, start=start, stop=self.stop, others=others):
                time = captured or page.date_captured or self.date_captured
                reading.has_pages = True
                self.revisits.take(reading, page := replace(page, date_captured=time))
                yield self._read(page, reading)
        except UnreadableFile as error:
            reading.is_damaged = True
            yield _in_turn(self._count, failed(path, str(error)))
        self.revisits.take(reading)
        yield _in_turn(self._end_file, reading)

    async def _read(self, page: FilePage, reading: FileReading) -> Step:
        """Takes what the page holds, or tells that it belongs nowhere."""
        source, file, address = self.source, reading.path, page.url
        is_declared = address is None
        if address is None:
            try:
                article = await extract(page, source, self.workers)
            except (NotAnArticle, TooComplex) as error:
                if error.reason == DEFECT:
                    return partial(self._count, failed(file, str(error)))
                if error.reason in (*NO_PAGE, "script"):
                    return partial(self._count, rejected(str(file), file, error.reason))
                article = Article()
            any_site = not self.only_sources
            declared = declared_address(article, source, self.sources, any_site=any_site)
            if declared is None:
                without = without_address(article, file, self.sources, any_site=any_site)
                return partial(self._count, without)
            address, source = declared
        url = without_tracking(address)
        source = source or source_of(address, self.sources, any_site=not self.only_sources)
        if source is not None and not source.is_declared:
            source = replace(source, name=self.name_here(source.name, address))
        if source is None:
            words = NO_SOURCE if self.only_sources else NO_ADDRESS
            nowhere = Ingested(file=str(file), url=url, outcome="skipped", words=words)
            return partial(self._count, nowhere)
        capture = Capture(
            url=url,
            body=page.raw,
            content_type=page.content_type,
            status=page.status,
            http_headers=page.http_headers,
            date_captured=page.date_captured,
            origin="file",
            source=source.name,
            record_id=page.record_id,
        )
        read: ReadPage | str
        try:
            read = await self.workers.run(
                read_page,
                PageToRead(
                    body=page.page,
                    capture=capture,
                    policy=asked_policy(self.settings, source),
                    reservations=header_reservations(page.http_headers),
                    listing=listing_at(self.run.addresses, url),
                    member=page.member,
                    people=self.settings.getbool("TRADEPRESS_PEOPLE"),
                    basis=self.basis,
                    site=self.run.site_memories.at(source.name, url),
                ),
                source,
            )
        except (NotAnArticle, TooComplex, Dropped) as error:
            if error.reason in NO_PAGE:
                return partial(self._count, rejected(url, file, error.reason))
            read = str(error) if error.reason == DEFECT else error.reason
        found = _Found(
            reading=reading,
            offset=page.offset,
            source=source,
            capture=capture,
            is_declared=is_declared,
            read=read,
        )
        return partial(self._take, found)

    def _store(self, found: "_Found") -> Ingested:
        outcome, words = self._store_story(found)
        file, url = str(found.reading.path), found.capture.url
        return Ingested(file=file, url=url, outcome=outcome, words=words)

    def _store_story(self, found: "_Found") -> tuple[str, str]:
        """Stores a story, and says how it ended, and in which words."""
        url, read, source = found.capture.url, found.read, found.source
        if (
            found.is_declared
            and isinstance(read, ReadPage)
            and isinstance(read.story, CleanStory)
            and self.run.stories.holds_another(read.story)
        ):
            return "skipped", ANOTHER_STORY
        if source.name not in self.saved_sources:
            save = self.run.sources.save if source.is_declared else self.run.sources.add
            save(source_row(source))
            self.saved_sources.add(source.name)
        addresses = self.run.addresses.add(
            source.name, [(url, found.reading.path.name)], state="done"
        )
        if not addresses:
            return self._not_taken(url)
        self.run.addresses.schedule(addresses)
        if isinstance(read, str):
            fetched = Fetched(kind="file", status=found.capture.status)
            outcome = Outcome.FAILED if read.startswith(DEFECT) else Outcome.REJECTED
            self.run.addresses.settle(url, outcome, read, fetched=fetched)
            return outcome, read
        try:
            story = self._once(read).captured(found.capture)
            saved = self.run.stories.save(story, extractor=extractor(source))
        except Quarantined as error:
            return "rejected", f"{QUARANTINED}: {error}"
        if saved.outcome != Outcome.REJECTED and is_site_name(source.name):
            self.touched.add(source.name)
        return saved.outcome, words_of(saved)

    def _once(self, read: ReadPage) -> ReadPage:
        """Returns what was read; its record is packed anew if one with its ID was copied before."""
        if read.packed is None or (copied_id := read.packed.copied_id) is None:
            return read
        if (key := hash(copied_id)) in self.copied:
            return replace(read, packed=None)
        self.copied.add(key)
        return read

    def _not_taken(self, url: str) -> tuple[str, str]:
        with suppress(ValueError):
            if self.run.addresses.is_withdrawn(url):
                return "rejected", WITHDRAWN
        return "skipped", NO_ADDRESS


@dataclass(frozen=True, kw_only=True, slots=True)
class _Found:
    """Is a page of a source, read."""

    reading: FileReading
    """Is the reading of the file that it is in."""
    offset: int | None
    """Is where it stands in that, if it is one of many."""
    source: Source
    capture: Capture
    is_declared: bool
    """Is its address nothing but its own word?"""
    read: ReadPage | str
    """Is the story, or why there is none."""


async def _in_turn(do: Callable[[T], None], what: T) -> Step:
    return partial(do, what)
