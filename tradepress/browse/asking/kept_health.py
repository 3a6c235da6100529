"""Looks now and then, beside the pages, whether all is well: it takes longer than a page may."""

import time
from collections.abc import Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from threading import Lock

from tradepress.archive.care.snapshot import backup_folder
from tradepress.archive.clock import utc_text
from tradepress.archive.health import Finding, SourceState
from tradepress.archive.health.history import WINDOW
from tradepress.archive.health.look_at import look_at
from tradepress.archive.read_only import read_archive
from tradepress.story import Policy

LASTS = 600
"""Counts the seconds after which it is looked at again."""
PATIENCE = 1
"""Counts the seconds that pages wait for the first look."""
MOST_FETCHES = 200_000
"""Limits the requests within the days that are looked at, each of which is held in memory."""
_IS_MORE = """
    SELECT count(*) > :most FROM (
        SELECT 1 FROM fetches WHERE run_id IN (SELECT id FROM runs WHERE started >= :since)
        LIMIT :most + 1
    )
"""


@dataclass(frozen=True, kw_only=True, slots=True)
class HealthSeen:
    """Says what was seen in one look."""

    at: str
    """Is a time in UTC."""
    findings: Sequence[Finding]
    states: Sequence[SourceState]
    is_too_much: bool = False
    """Was it not looked at, as the ledger holds more than MOST_FETCHES?"""

    def of(self, source: str) -> list[Finding]:
        return [finding for finding in self.findings if finding.source == source]

    def state(self, source: str) -> SourceState | None:
        """Returns a source's state; None: it wasn't crawled within the days that are looked at."""
        return next((state for state in self.states if state.source == source), None)


class KeptHealth:
    """Keeps the health of one archive."""

    def __init__(self, archive: Path, policies: Mapping[str, Policy] | None = None) -> None:
        self._archive = archive
        self._policies = policies
        self._executor = ThreadPoolExecutor(max_workers=1)
        self._lock = Lock()
        """Guards all that follows."""
        self._seen: HealthSeen | None = None
        self._looking: Future[HealthSeen] | None = None
        self._due = self._patient_until = 0.0

    def seen(self) -> HealthSeen | None:
        """Returns the last look. None: the first one is not done yet.

        :raises ArchiveError: the archive can't be read
        """
        with self._lock:
            if self._looking is None and time.monotonic() >= self._due:
                self._looking = self._executor.submit(_look, self._archive, self._policies)
                self._patient_until = time.monotonic() + PATIENCE
            looking, before = self._looking, self._seen
            patience = self._patient_until - time.monotonic() if before is None else 0
        if looking is None:
            return before
        try:
            seen = looking.result(timeout=max(0, patience))
        except TimeoutError:
            return before
        finally:
            with self._lock:
                if looking.done() and self._looking is looking:
                    self._looking, self._due = None, time.monotonic() + LASTS
                    self._seen = None if looking.exception() else looking.result()
        return seen

    def close(self) -> None:
        self._executor.shutdown()


def _look(archive: Path, policies: Mapping[str, Policy] | None) -> HealthSeen:
    now = datetime.now(UTC)
    asked = {"most": MOST_FETCHES, "since": utc_text(now - WINDOW)}
    with read_archive(archive) as db:
        (is_more,) = db.execute(_IS_MORE, asked).fetchone()
    if is_more:
        return HealthSeen(at=utc_text(now), findings=(), states=(), is_too_much=True)
    findings, states = look_at(
        archive,
        now,
        sources=None,
        backups=backup_folder(archive),
        reserve=None,
        policies=policies,
    )
    return HealthSeen(at=utc_text(now), findings=findings, states=states)
