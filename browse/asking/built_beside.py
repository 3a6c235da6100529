"""What is made of all stories and kept in memory: made anew as the archive changes, beside the
pages."""

import logging
import sqlite3
import time
from contextlib import closing
from pathlib import Path
from threading import Lock, Thread
from typing import Generic, TypeVar

from sqlite_utils import Database

from archive.errors import ArchiveError
from archive.read_only import read_archive
from browse.asking.limits import connect_frugally

AT_ONCE = 0.05
"""Seconds: what took no longer is made while a page waits for it."""
PAUSE = 20
"""Times as long as it took to make it is used before another is made beside it."""
AFTER_FAILURE = 60
"""Seconds until the archive that couldn't be read is read again."""
_IS_SMALL = "SELECT count(*) < :small FROM (SELECT 1 FROM articles LIMIT :small)"

logger = logging.getLogger(__name__)
_Built = TypeVar("_Built")


class BuiltBeside(Generic[_Built]):
    """That of one archive."""

    without = ""
    """What pages lack that can't have it."""
    small = 1000
    """Stories of an archive of which it is always made at once."""

    def __init__(self, archive: Path) -> None:
        self._archive = archive
        self._watching = connect_frugally(archive)
        self._lock = Lock()
        """Around all that follows, and the connection."""
        self._index: _Built | None = None
        self.built = 0
        """How often it was made."""
        self._built_at = 0
        """The state of the file before it was read."""
        self._took = 0.0
        self._due = 0.0
        self._builder: Thread | None = None

    def build(self, db: Database) -> _Built:
        """Make it of the archive with all texts."""
        raise NotImplementedError

    def current(self) -> tuple[_Built | None, bool]:
        """The last one, and whether nothing was written since it was made. None while the first one
        of a large archive is made, and where it can't be."""
        with self._lock:
            state = self._state()
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
        """Is it that of the archive as it is now?"""
        with self._lock:
            return index is self._index and self._built_at == self._state()

    def state(self) -> int | None:
        """Another number after each commit of another connection; None: it can't be read."""
        with self._lock:
            return self._state()

    def wait(self) -> None:
        """Until what is being made is there."""
        if self._builder is not None:
            self._builder.join()

    def close(self) -> None:
        self.wait()
        self._watching.close()

    def _state(self) -> int | None:
        """Another number after each commit of another connection; None: the file was moved away,
        or can't be read."""
        try:
            return int(self._watching.execute("PRAGMA data_version").fetchone()[0])
        except sqlite3.OperationalError:
            return None

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
