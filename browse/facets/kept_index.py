"""The facets of a live archive: read anew as the archive changes, in nobody's way."""

import time
from contextlib import closing
from pathlib import Path
from threading import Lock, Thread

from archive.read_only import read_archive
from browse.facets.facet_index import FacetIndex, build_index
from browse.limits import connect_frugally

AT_ONCE = 0.05
"""Seconds: an index that took no longer is built while a page waits for it."""
PAUSE = 20
"""Times as long as it took to build an index is used before another is built beside it."""
_IS_SMALL = "SELECT count(*) < 1000 FROM (SELECT 1 FROM articles LIMIT 1000)"


class KeptIndex:
    """That of one archive."""

    def __init__(self, archive: Path) -> None:
        self._archive = archive
        self._watching = connect_frugally(archive)
        self._lock = Lock()
        """Around all that follows, and the connection."""
        self._index: FacetIndex | None = None
        self._built_at = 0
        """The state of the file before it was read."""
        self._took = 0.0
        self._due = 0.0
        self._builder: Thread | None = None

    def current(self) -> tuple[FacetIndex | None, bool]:
        """The index, and whether nothing was written since it was read. None while the first one
        of a large archive is built.

        :raises ArchiveError: the archive can't be read
        """
        with self._lock:
            state = self._state()
            if self._index is not None and self._built_at == state:
                return self._index, True
            if self._index is None:
                (is_quick,) = self._watching.execute(_IS_SMALL).fetchone()
            else:
                is_quick = self._took <= AT_ONCE
            if is_quick:
                self._keep(*self._build(), state)
                return self._index, True
            is_building = self._builder is not None and self._builder.is_alive()
            if not is_building and time.monotonic() >= self._due:
                self._builder = Thread(target=self._build_beside, args=[state], daemon=True)
                self._builder.start()
            return self._index, False

    def wait(self) -> None:
        """Until what is being built is there."""
        if self._builder is not None:
            self._builder.join()

    def close(self) -> None:
        self.wait()
        self._watching.close()

    def _state(self) -> int:
        """Another number after each commit of another connection."""
        return int(self._watching.execute("PRAGMA data_version").fetchone()[0])

    def _build_beside(self, state: int) -> None:
        index, took = self._build()
        with self._lock:
            self._keep(index, took, state)

    def _build(self) -> tuple[FacetIndex, float]:
        started = time.monotonic()
        with closing(read_archive(self._archive)) as db:
            return build_index(db), time.monotonic() - started

    def _keep(self, index: FacetIndex, took: float, state: int) -> None:
        self._index, self._took, self._built_at = index, took, state
        self._due = time.monotonic() + PAUSE * took
