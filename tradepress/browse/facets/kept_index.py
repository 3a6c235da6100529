"""Keeps the facets of a live archive: read anew as the archive changes, in nobody's way."""

import logging
import sqlite3
import time
from collections.abc import Callable
from concurrent.futures import Future
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from threading import RLock, Thread
from typing import Generic, TypeVar

from tradepress.archive.database import Database
from tradepress.archive.errors import ArchiveError
from tradepress.archive.read_only import read_archive
from tradepress.archive.search.story_query import StoryQuery
from tradepress.browse.asking.limits import connect_frugally, hide_texts
from tradepress.browse.facets.facet_index import Copies, FacetIndex, StorySet, build_index
from tradepress.browse.facets.found_words import find_words
from tradepress.browse.facets.quick_counts import count_quickly
from tradepress.browse.facets.result_counts import (
    ResultCounts,
    chosen_values,
    count_result,
    find_stories,
    narrowed_by,
    widened,
)
from tradepress.research.counting.count_stories import StoryCounts

AT_ONCE = 0.05
"""Is how many seconds an index may take that is built while a page waits for it."""
PAUSE = 20
"""Is how many times as long as it took to build an index is used before another is built."""
AFTER_FAILURE = 60
"""Counts the seconds until an archive that couldn't be read is read again."""
MOST_FOUND = 100
"""Limits the results whose stories are remembered; of a million stories each takes 125 KB."""
_IS_SMALL = "SELECT count(*) < :small FROM (SELECT 1 FROM articles LIMIT :small)"

logger = logging.getLogger(__name__)
_Built = TypeVar("_Built")


@dataclass(frozen=True, kw_only=True, slots=True)
class KnownStories:
    """Holds the stories of a query, as they are, and the index that knows their values."""

    index: FacetIndex
    stories: StorySet
    is_true: bool
    """Is the index that of the archive as it is, too?"""


class BuiltBeside(Generic[_Built]):
    """Keeps what is made of all stories of an archive, and makes it anew as that changes."""

    without = ""
    """Says what pages lack that can't have it."""
    small = 1000
    """Is how many stories an archive has of which it is always made at once."""

    def __init__(self, archive: Path) -> None:
        self._archive = archive
        self._watching = connect_frugally(archive)
        self._lock = RLock()
        """Guards all that follows, and the connection."""
        self._index: _Built | None = None
        self.built = 0
        """Counts how often it was made."""
        self._built_at = 0
        """Is the state of the file before it was read."""
        self._took = 0.0
        self._due = 0.0
        self._builder: Thread | None = None

    def build(self, db: Database) -> _Built:
        raise NotImplementedError

    def current(self) -> tuple[_Built | None, bool]:
        """Returns the index, and whether nothing was written since it was read. None while the
        first one of a large archive is built, and where it can't be."""
        with self._lock:
            state = self.state()
            if self._index is not None and self._built_at == state:
                return self._index, True
            if state is None or time.monotonic() < self._due:
                return self._index, False
            (is_quick,) = self._watching.execute(_IS_SMALL, {"small": self.small}).fetchone()
            if is_quick or (self._index is not None and self._took <= AT_ONCE):
                self._keep(self._build(), state)
                return self._index, self._built_at == state
            if self._builder is None or not self._builder.is_alive():
                self._builder = Thread(target=self._build_beside, args=[state], daemon=True)
                self._builder.start()
            return self._index, False

    def is_true(self, index: _Built) -> bool:
        """Is the index that of the archive as it is now?"""
        with self._lock:
            return index is self._index and self._built_at == self.state()

    def state(self) -> int | None:
        """Returns another number after each commit of another connection; None: the file was
        moved away, or can't be read."""
        try:
            with self._lock:
                return int(self._watching.execute("PRAGMA data_version").fetchone()[0])
        except sqlite3.OperationalError:
            return None

    def wait(self) -> None:
        """Waits until what is being built is there."""
        if self._builder is not None:
            self._builder.join()

    def close(self) -> None:
        self.wait()
        self._watching.close()

    def _build_beside(self, state: int) -> None:
        built = self._build()
        with self._lock:
            self._keep(built, state)
            if built is not None:
                self._due = time.monotonic() + PAUSE * self._took

    def _build(self) -> tuple[_Built, float] | None:
        started = time.monotonic()
        try:
            with closing(read_archive(self._archive)) as db:
                return self.build(db), time.monotonic() - started
        except (ArchiveError, sqlite3.Error) as error:
            logger.warning("pages are without %s: %s", self.without, error)
            return None

    def _keep(self, built: tuple[_Built, float] | None, state: int) -> None:
        if built is None:
            self._due = time.monotonic() + AFTER_FAILURE
            return
        self._index, self._took = built
        self._built_at = state
        self.built += 1


class KeptIndex(BuiltBeside[FacetIndex]):
    """Keeps the index of one archive."""

    without = "their counts by source, court and so on"

    def __init__(
        self, archive: Path, *, is_public: bool = False, also: Callable[[], int] = lambda: 0
    ) -> None:
        """Keeps the index of an archive, public or not.

        :param also: another number when the same words may find others in the same archive
        """
        super().__init__(archive)
        self._is_public, self._also = is_public, also
        self._found: dict[StoryQuery, StorySet] = {}
        """Maps queries to stories in one state of the file; the latest used last."""
        self._found_at: tuple[int | None, int] = None, 0
        self._copies: tuple[int | None, Copies] | None = None
        """Holds copies, and the state of the file that has them."""
        self._finding: dict[StoryQuery, Future[StorySet]] = {}

    def build(self, db: Database) -> FacetIndex:
        if self._is_public:
            hide_texts(db.conn)
        return build_index(db)

    def count(self, db: Database, query: StoryQuery, *, fold: bool) -> ResultCounts:
        """Counts a result. Of one that was counted before, with other values of facets, nothing is
        asked of an archive that wasn't written to since.

        :raises ValueError: the query can't be read; says why
        """
        index, is_true = self.current()
        if index is not None and is_true:
            counts = count_result(db, query, index, fold=fold, is_true=True, find=self._find)
            if self.is_true(index):
                return counts
        return count_result(
            db, query, index, fold=fold, is_true=False, find=self._find, copies_of=self.copies_now
        )

    def count_by(
        self, db: Database, query: StoryQuery, by: tuple[str, ...], *, share: bool, fold: bool
    ) -> tuple[StoryCounts, bool] | None:
        """Gives what `count_quickly` of quick_counts.py does, and whether it is that of the archive
        as it is; else of those stories that were there some seconds ago. None: nothing was counted
        yet.

        :raises ValueError: the query can't be read; says why
        """
        index, is_true = self.current()
        if index is None:
            return None
        counts = count_quickly(db, query, by, index, self._find, share=share, fold=fold)
        return counts, is_true and self.is_true(index)

    def found(self, db: Database, query: StoryQuery) -> KnownStories | None:
        """Finds the stories of a query; None: nothing was counted yet.

        :raises ValueError: the query can't be read; says why
        """
        index, is_true = self.current()
        if index is None:
            return None
        if is_true:
            stories = narrowed_by(index, self._find(db, widened(query)), chosen_values(query))
            if self.is_true(index):
                return KnownStories(index=index, stories=stories, is_true=True)
        return KnownStories(index=index, stories=self._find(db, query), is_true=False)

    def newest(
        self, db: Database, query: StoryQuery, *, fold: bool, offset: int, limit: int
    ) -> list[tuple[int, int | None]] | None:
        """Lists a page of a result by date, without reading those before it: numbers of stories,
        and the version if it is a former one. Where the archive was written to, days that changed
        may be those of some seconds ago. None: SQL is to look for them.

        :raises ValueError: the query can't be read; says why
        """
        if (known := self.found(db, query)) is None:
            return None
        index, stories = known.index, known.stories
        if not known.is_true:
            index = index.with_new(db, stories.current, self.copies_now(db))
        return [
            (story, stories.version_of[story] if story in stories.former else None)
            for story in index.newest(stories, fold=fold, offset=offset, limit=limit)
        ]

    def copies_now(self, db: Database) -> Copies:
        """Returns the copies of the archive as it is, whatever the index knows."""
        with self._lock:
            state = self.state()
            if self._copies is not None and self._copies[0] == state:
                return self._copies[1]
        copies = Copies(db)
        with self._lock:
            if state == self.state():
                self._copies = state, copies
        return copies

    def _find(self, db: Database, query: StoryQuery) -> StorySet:
        """Finds stories once, whoever asks for the same at that time."""
        with self._lock:
            at = state, _ = self.state(), self._also()
            if at != self._found_at:
                self._found.clear()
                self._found_at = at
            if (found := self._found.pop(query, None)) is not None:
                self._found[query] = found
                return found
            index = self._index if self._built_at == state else None
            others = self._finding.get(query)
            finding = self._finding.setdefault(query, Future())
        if others is not None:
            return others.result()
        try:
            words = find_words(db, query, index, self._find) if index else None
            found = words or find_stories(db, query)
        except BaseException as error:
            finding.set_exception(error)
            raise
        finally:
            with self._lock:
                del self._finding[query]
        finding.set_result(found)
        with self._lock:
            if at == self._found_at == (self.state(), self._also()):
                self._found[query] = found
                if len(self._found) > MOST_FOUND:
                    del self._found[next(iter(self._found))]
        return found
