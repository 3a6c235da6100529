"""Reads the stored pages by today's rules."""

import asyncio
from collections import Counter
from collections.abc import (
    AsyncIterator,
    Callable,
    Coroutine,
    Iterable,
    Iterator,
    Mapping,
    Sequence,
)
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from typing import Any, Protocol, TypeVar

from scrapy.settings import Settings

from tradepress.archive.captures.folder import capture_folder
from tradepress.archive.captures.kept_page import UnreadablePage
from tradepress.archive.clean import ArticleRowError
from tradepress.archive.database import Database
from tradepress.archive.errors import ArchiveBusy
from tradepress.archive.kept_texts import KeptText, count_texts, load_texts, texts_due
from tradepress.archive.ledger.outcomes import Outcome, RunKind, RunState
from tradepress.archive.read_only import read_archive
from tradepress.archive.rereading import (
    SAME,
    Reread,
    becomes_teaser,
    changes,
    count_versions,
    fields_read,
    load_rereads,
    makes_version,
    record_rereading,
    save_rereading,
    versions_to_reread,
)
from tradepress.archive.run import Run
from tradepress.archive.site_host import is_site_name
from tradepress.archive.stories.clean_story import CleanStory
from tradepress.archive.stories.mentions_store import load_mentions, replace_mentions
from tradepress.archive.stories.publishers import settle_publishers
from tradepress.archive.stories.site_marks import SiteMemories, note_told, save_marks
from tradepress.archive.withdrawal.withdrawn_people import without_withdrawn
from tradepress.configuration import Configuration
from tradepress.crawling.addon import project_settings
from tradepress.crawling.archive_run import archive_run
from tradepress.crawling.page_workers import NoWorkers, PageWorkers, TooComplex, usable_cores
from tradepress.declared_sources import all_sources, as_configured, source_named
from tradepress.extraction import DEFECT, NotAnArticle
from tradepress.extraction.rules import extractor
from tradepress.jobs.event_loop import beside_a_loop, run_until_stopped
from tradepress.jobs.reextract_report import Comparison, Problem, Report
from tradepress.jobs.stored_page import reread_page
from tradepress.mentions.find_mentions import find_mentions
from tradepress.mentions.mention_rules import mention_rules
from tradepress.rights.asked_policy import as_asked
from tradepress.source import Source
from tradepress.steps.apply_policy import judge_policy
from tradepress.steps.dropped import Dropped
from tradepress.story import ARCHIVE_ONLY, Mention
from tradepress.undeclared_source import source_of_site, undeclared_in

BATCH = 50
"""Is how many stories are committed together."""
BATCH_OF_TEXTS = 500
WITH_NEWS = """
    SELECT DISTINCT source FROM fetches
    WHERE outcome = 'stored' AND source IS NOT NULL AND run_id >= coalesce((
        SELECT id FROM runs WHERE state = 'done' AND kind <> 'reextract'
        ORDER BY id DESC LIMIT 1 OFFSET 1
    ), 0)
"""
MOST_ROUNDS = 3
"""Bounds the rounds in which stories are read anew by the memory of their site: one gives those
that came without marks theirs, one uses these."""
T = TypeVar("T")

PageRead = tuple[Reread, CleanStory | Problem]
TextRead = tuple[KeptText, tuple[Mention, ...] | Problem]


@beside_a_loop
def reextract(
    archive: str | Path | None = None,
    *,
    source: str | None = None,
    apply: bool = False,
    all_versions: bool = False,
    again: bool = False,
    limit: int | None = None,
    examples: int = 3,
    wait: float = 0,
    progress: Callable[[int, int], None] = lambda done, of: None,
    configuration: Configuration | None = None,
) -> Report:
    """Reads the stored pages again by today's rules, and compares with what is stored.

    Example:

    >>> report = tradepress.reextract("press.db", again=True)
    >>> report.read, report.sources["wipr"].same, report.run
    (3, 3, None)

    :param archive: None: the configuration's
    :param source: the name of the only one; None: all that are declared
    :param apply: store what changed as new versions, as a run of the ledger; else nothing is
        written
    :param all_versions: former versions, too; not to be stored
    :param again: also those that these very rules have read
    :param limit: at most so many stories
    :param examples: so many of each source and field
    :param wait: seconds to wait for another run on the archive
    :param progress: called as it goes on: so many versions are read, of so many
    :param configuration: None: that of the file and the environment, as the command has it
    :raises ValueError: former versions were to be stored
    :raises NoSuchSource: it is not declared
    :raises KeyboardInterrupt: Ctrl-C or SIGTERM, between two versions
    :raises ArchiveError: what was committed before is kept
    """
    if all_versions and apply:
        raise ValueError("only current versions are stored anew: compare all, or store these")
    configuration = as_configured(configuration, archive=archive)
    rereading = Rereading(
        archive=configuration.archive,
        sources=sources_to_reread(configuration, source),
        source_name=source,
        every=all_versions,
        again=again,
        people=configuration.mentions.people,
        limit=limit,
        report=Report(most_examples=examples),
        tell=progress,
    )
    if apply:
        rereading.apply(configuration, wait=wait)
        settle_memory(configuration.archive, configuration, rereading.report.sources)
    else:
        rereading.compare()
    return rereading.report


def sources_to_reread(configuration: Configuration, source_name: str | None) -> dict[str, Source]:
    """Returns the sources by name, with what the operator asks for.

    :param source_name: this one alone; None: all that are declared, and those that came from files
    """
    if source_name and is_site_name(source_name):
        chosen = [source_of_site(source_name)]
    else:
        chosen = [source_named(source_name)] if source_name else all_sources()
    settings = project_settings(configuration, {})
    return AskedSources(settings, {source.name: as_asked(settings, source) for source in chosen})


class AskedSources(dict[str, Source]):
    """Holds sources by name, with what the operator asks for; an undeclared one as it is asked
    for."""

    def __init__(self, settings: Settings, declared: Mapping[str, Source]) -> None:
        super().__init__(declared)
        self._settings = settings

    def __missing__(self, name: str) -> Source:
        if not is_site_name(name):
            raise KeyError(name)
        return as_asked(self._settings, source_of_site(name))


class Readings(Protocol):
    """Holds pages and texts that others have read, by the same rules."""

    @property
    def words(self) -> str:
        """Returns what the run says of it."""
        ...

    @property
    def is_whole(self) -> bool:
        """Is False where some page or text could not be read."""
        ...

    def pages(self, db: Database, version_ids: Sequence[int]) -> Iterable[PageRead]:
        """Yields, in order, what was read of these versions, where the page is still the one that
        was."""
        ...

    def texts(self, db: Database, version_ids: Sequence[int]) -> Iterable[TextRead]:
        """Yields, in order, what was read of these versions' texts, where they are still the
        same."""
        ...


@dataclass(frozen=True, kw_only=True, slots=True)
class Rereading:
    """Reads the stored pages of an archive by today's rules, and keeps what they change."""

    archive: Path
    sources: Mapping[str, Source]
    """Holds by name, with what the operator asks for, the sources whose stories are read again."""
    source_name: str | None = None
    """Is the only source to count; None: every one of the archive, declared or not."""
    every: bool = False
    """Tells to read former versions, too."""
    again: bool = False
    """Tells to read those, too, that these very rules have read."""
    people: bool = False
    """Tells to look for people in the texts, too."""
    limit: int | None = None
    """Bounds the number of versions."""
    only: Sequence[tuple[int, str]] | None = None
    """Lists the versions (id, source) that the memory of their site tells to read anew, and nothing
    else is done; None: all that is due."""
    readings: Readings | None = None
    """Is what others have read; None: all is read here."""
    report: Report = field(default_factory=Report)
    tell: Callable[[int, int], None] = lambda done, of: None
    """Is called as it goes on: so many versions are read, of so many."""

    def compare(self) -> None:
        """Fills the report; writes nothing.

        :raises KeyboardInterrupt: Ctrl-C or SIGTERM, between two versions
        """
        with read_archive(self.archive) as db:
            run_until_stopped(self._read(db, None))

    def apply(self, configuration: Configuration, *, wait: float = 0) -> None:
        """Stores what changed, as a run of the ledger, whose number the report has then.

        :raises KeyboardInterrupt: Ctrl-C or SIGTERM, between two versions
        :raises ArchiveError: what was committed before is kept
        """
        kind, names = RunKind.REEXTRACT, list(self.sources)
        command = f"reextract {self.source_name}" if self.source_name else "reextract"
        if self.only is not None:
            names, command = sorted({name for _, name in self.only}), "reextract by site memory"
        settings = project_settings(configuration, {"TRADEPRESS_ARCHIVE": str(self.archive)})
        with archive_run(settings, kind, command, names, wait=wait, create=False) as run:
            run_until_stopped(self._read(run.transaction.db, run))
            settle_publishers(run.transaction, filter(is_site_name, self.report.sources))
            words, is_whole = None, not self.report.problems
            if self.readings is not None:
                words, is_whole = self.readings.words, is_whole and self.readings.is_whole
            run.end(RunState.DONE, exit_code=int(not is_whole and self.only is None), reason=words)
        self.report.run = run.ledger.run_id

    async def _read(self, db: Database, run: Run | None) -> None:
        """Reads the pages that are due, and stores what changed if there is a run.

        :param run: stores what changed; None: nothing is written
        """
        extractors, due = self.due_pages(db)
        dues = Counter(source for _, source in due)
        for held in count_versions(db, every=self.every):
            name = held.source
            if self.only is not None and name not in dues:
                continue
            if self.source_name in (None, name):
                self.report.count(held, due=dues[name], is_declared=name in extractors)
        ids = [version_id for version_id, _ in due[: self.limit]]
        memories = run.site_memories if run is not None else SiteMemories(db)
        with PageWorkers(usable_cores()) as workers:
            pages = (
                _in_turn(self.readings.pages(db, ids))
                if self.readings
                else workers.in_order(self.read_pages(db, ids, workers, memories))
            )
            async for read, found in pages:
                outcome = found if isinstance(found, Problem) else _judge(db, read, found)
                if run is not None:
                    outcome = _store(run, read, outcome, extractors[read.source])
                    _remember(run, read, found, outcome)
                self.report.add(read, outcome)
                if self.report.read % BATCH == 0 or self.report.read == len(ids):
                    if run is not None:
                        run.transaction.commit()
                    self.tell(self.report.read, len(ids))
                if run is not None and run.failure is not None:
                    raise run.failure
            if self.only is None:
                await self._look_through(db, run, workers)

    async def _look_through(self, db: Database, run: Run | None, workers: PageWorkers) -> None:
        """Looks through the texts of all versions for what they name, also without page or
        source."""
        rules, tally = mention_rules(people=self.people), self.report.mentions
        tally.texts = count_texts(db, self.source_name)
        due = self.due_texts(db)
        tally.due = len(due)
        ids = due[: self.limit]
        texts = (
            _in_turn(self.readings.texts(db, ids))
            if self.readings
            else workers.in_order(self.read_texts(db, ids, workers))
        )
        async for kept, found in texts:
            if isinstance(found, Problem):
                self.report.problems.append(found)
            else:
                before, now = load_mentions(db, kept.version_id), without_withdrawn(db, found)
                self.report.add_mentions(kept.name, before, now)
                if run is not None:
                    replace_mentions(run.transaction, kept.version_id, now, rules)
            if tally.looked_through % BATCH_OF_TEXTS == 0 and run is not None:
                run.transaction.commit()
            self.tell(tally.looked_through, len(ids))
            if run is not None and run.failure is not None:
                raise run.failure
        if run is not None:
            run.transaction.commit()

    def due_pages(self, db: Database) -> tuple[dict[str, str], list[tuple[int, str]]]:
        """Returns the names of the rules, by source, and the versions (id, source) that these have
        not read, the oldest first."""
        sites = [name for name in undeclared_in(db) if self.source_name in (None, name)]
        extractors = {name: extractor(self.sources[name]) for name in (*self.sources, *sites)}
        if self.only is not None:
            return extractors, [one for one in self.only if one[1] in extractors]
        due = versions_to_reread(db, extractors, every=self.every, again=self.again)
        memories = SiteMemories(db)
        told = {(one, name) for name in extractors for one in memories.due(name, all=True)}
        return extractors, sorted({*due, *told})

    def due_texts(self, db: Database) -> list[int]:
        """Returns versions whose texts today's rules did not look through, the oldest first."""
        rules = mention_rules(people=self.people)
        return texts_due(db, rules, self.source_name, again=self.again)

    def read_texts(
        self, db: Database, ids: Sequence[int], workers: PageWorkers
    ) -> Iterator[Coroutine[Any, Any, TextRead]]:
        """Yields, for :meth:`PageWorkers.in_order`, what these versions name by today's rules."""
        for start in range(0, len(ids), BATCH):
            for kept in load_texts(db, ids[start : start + BATCH]):
                yield self._find_in(kept, workers)

    async def _find_in(self, kept: KeptText, workers: PageWorkers) -> TextRead:
        try:
            return kept, await workers.run(find_mentions, kept.texts, people=self.people)
        except NoWorkers:
            raise
        except Exception as error:  # a defect of ours in one text must not keep back all after it
            reason = type(error).__name__
            return kept, Problem(
                ref=kept.name,
                source=kept.source,
                outcome=Outcome.FAILED,
                reason=reason,
                words=str(error),
            )

    def read_pages(
        self, db: Database, ids: Sequence[int], workers: PageWorkers, memories: SiteMemories
    ) -> Iterator[Coroutine[Any, Any, PageRead]]:
        """Yields, for :meth:`PageWorkers.in_order`, what today's rules make of the versions'
        pages."""
        for start in range(0, len(ids), BATCH):
            for read in load_rereads(db, ids[start : start + BATCH]):
                yield self._read_one(read, workers, memories)

    async def _read_one(
        self, read: Reread, workers: PageWorkers, memories: SiteMemories
    ) -> PageRead:
        try:
            return read, await workers.run(
                reread_page,
                capture_folder(self.archive),
                read.capture,
                self.sources[read.source],
                url=read.url,
                seen_at=datetime.fromisoformat(read.date_captured) if read.date_captured else None,
                listing=read.listing,
                data=read.data,
                people=self.people,
                site=memories.of_version(read.source, read.version_id),
            )
        except UnreadablePage as error:
            return read, _problem(read, Outcome.FAILED, "capture", error)
        except (NotAnArticle, TooComplex, Dropped) as error:
            outcome = Outcome.FAILED if error.reason == DEFECT else Outcome.REJECTED
            return read, _problem(read, outcome, error.reason, error)
        except ArticleRowError as error:
            return read, _problem(read, Outcome.REJECTED, "unstorable", error)


def settle_memory(
    archive: Path,
    configuration: Configuration,
    sources: Iterable[str] | None = None,
    *,
    brought: bool = False,
) -> None:
    """Reads stories anew, as ``reextract`` does, of which the memory of their site tells more than
    when they were read: in a run of its own. Where somebody else writes, the next run does it.

    :param sources: whose; None: of those with news since the last run but one that came to its end,
        as the last may have been stopped before it came to this
    :param brought: stories came from other archives: those without marks get them first
    :raises KeyboardInterrupt: Ctrl-C or SIGTERM, between two versions
    :raises ArchiveError: what was committed before is kept
    """
    people = configuration.mentions.people
    for _ in range(MOST_ROUNDS if archive.exists() else 0):
        with read_archive(archive) as db:
            names = [name for (name,) in db.execute(WITH_NEWS)] if sources is None else [*sources]
            memories = SiteMemories(db)
            due = [(one, name) for name in sorted(names) for one in memories.due(name, all=brought)]
        if not due:
            return
        chosen = sources_to_reread(configuration, None)
        rereading = Rereading(archive=archive, sources=chosen, people=people, only=due)
        with suppress(ArchiveBusy):
            rereading.apply(configuration)


async def _in_turn(steps: Iterable[T]) -> AsyncIterator[T]:
    for step in steps:
        yield step
        await asyncio.sleep(0)  # here it may be stopped


def _store(
    run: Run, read: Reread, outcome: Comparison | Problem, rules: str
) -> Comparison | Problem:
    """Stores what changed, and writes the outcome into the ledger.

    :param rules: their name
    :returns: the outcome; a problem where what was read can't be stored
    """
    if isinstance(outcome, Comparison) and makes_version(outcome.changed):
        try:
            save_rereading(run, read, outcome.story.article, extractor=rules)
        except ArticleRowError as error:
            outcome = _problem(read, Outcome.REJECTED, "unstorable", error)
    elif isinstance(outcome, Comparison):
        record_rereading(run, read, Outcome.UNCHANGED, SAME, extractor=rules)
    if isinstance(outcome, Problem):
        record_rereading(run, read, outcome.outcome, outcome.reason)
    return outcome


def _remember(
    run: Run, read: Reread, found: CleanStory | Problem, outcome: Comparison | Problem
) -> None:
    """Keeps what the site's memory needs of a version that was read anew and stays as it is, so
    that it is not read again before there is more to know."""
    if isinstance(outcome, Comparison) and makes_version(outcome.changed):
        return  # the new version has it
    if isinstance(found, CleanStory):
        policy = judge_policy(found.article, basis=read.basis)
        save_marks(run.transaction, read.version_id, replace(found.article, policy=policy))
    else:
        memory = run.site_memories.of_version(read.source, read.version_id)
        note_told(run.transaction, read.version_id, memory)


def _judge(db: Database, read: Reread, story: CleanStory) -> Comparison | Problem:
    if judge_policy(story.article, basis=read.basis) not in ("store", ARCHIVE_ONLY):
        # No text of it may be stored by now; what was kept while it might stays as it was read.
        return Comparison(story=story, fields=read.fields, changed={})
    fields = fields_read(db, read.source, story)
    if becomes_teaser(read.fields, fields):
        words = "today's rules give a teaser; the full text is kept"
        return _problem(read, Outcome.REJECTED, "teaser", words)
    return Comparison(story=story, fields=fields, changed=changes(read.fields, fields))


def _problem(read: Reread, outcome: Outcome, reason: str, words: object) -> Problem:
    return Problem(
        ref=read.name, source=read.source, outcome=outcome, reason=reason, words=str(words)
    )
