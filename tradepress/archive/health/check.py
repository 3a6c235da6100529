"""Makes all checks over one archive at one moment."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from tradepress.archive.clock import read_utc, utc_text
from tradepress.archive.database import Database
from tradepress.archive.health import backfill_checks, site_checks, story_checks, whole_checks
from tradepress.archive.health.finding import Check, Finding
from tradepress.archive.health.history import LEARNING, History, crawled_sources, read_history
from tradepress.archive.health.pause_checks import LATE_RUN, NOT_CRAWLED, SILENT
from tradepress.archive.health.whole_checks import Surroundings, Whole
from tradepress.archive.witnesses import Agreement, agreements
from tradepress.story import Policy

OF_SOURCE: tuple[Check[History], ...] = (
    *site_checks.CHECKS,
    *story_checks.CHECKS,
    SILENT,
    LATE_RUN,
)
OF_WHOLE: tuple[Check[Whole], ...] = (*whole_checks.CHECKS, *backfill_checks.CHECKS)
CHECKS = (*OF_SOURCE, NOT_CRAWLED, *OF_WHOLE)


@dataclass(frozen=True, kw_only=True, slots=True)
class SourceState:
    """Is one source in a line, well or not."""

    source: str
    learning_day: int | None
    """Is the number of the first days' day, while its rhythm is unknown; None: it is known."""
    last_good_run: str | None
    """Is a time in UTC."""
    new_stories: int
    """Counts new stories within the days of learning, up to now."""
    witnesses: tuple[Agreement, ...]
    """Says how often the newest stories' pages and others agree."""


def check_health(
    db: Database,
    now: datetime,
    *,
    sources: Sequence[str] | None = None,
    surroundings: Surroundings | None = None,
    policies: Mapping[str, Policy] | None = None,
) -> list[Finding]:
    """Returns what is wrong, the archive's own findings first; nothing is written.

    :param now: aware
    :param sources: None: all that were ever crawled
    :param surroundings: None: what lies around the database is not looked at
    :param policies: what source and operator ask to be kept; None: all
    """
    return examine(db, now, sources=sources, surroundings=surroundings, policies=policies)[0]


def examine(
    db: Database,
    now: datetime,
    *,
    sources: Sequence[str] | None = None,
    surroundings: Surroundings | None = None,
    policies: Mapping[str, Policy] | None = None,
) -> tuple[list[Finding], list[SourceState]]:
    """Returns what is wrong, and the state of the sources that were crawled within the window; the
    past of each is read once for both. The parameters are those of ``check_health``."""
    began = (read_utc(started) for (started,) in db.execute("SELECT started FROM runs ORDER BY id"))
    looked_at = Whole(
        db=db,
        now=now,
        first_run=next(filter(None, began), now),
        surroundings=surroundings,
    )
    findings = [one for check in OF_WHOLE for one in check.findings(looked_at)]
    is_being_written = surroundings is not None and surroundings.is_being_written
    crawled = crawled_sources(db)
    states = {}
    for source in crawled if sources is None else sources:
        asked = (policies or {}).get(source, "store")
        history = ended = read_history(db, source, now, asked=asked)
        if history is not None:
            states[source] = _state(history)
            if is_being_written:
                ended = read_history(db, source, now, is_being_written=True, asked=asked)
        if waiting := list(NOT_CRAWLED.findings(crawled.get(source), source)):
            findings += [] if sources is None else waiting
        elif ended is not None:
            findings += _check_source(ended)
        else:
            findings += LATE_RUN.findings(None, source)
    return findings, [states[source] for source in crawled if source in states]


def _check_source(history: History) -> list[Finding]:
    """Checks a source: one cause, one finding. Who is turned away can't read, and has no story."""
    findings: list[Finding] = []
    for check in OF_SOURCE:
        if not any(finding.check in check.unless for finding in findings):
            findings += check.findings(history, history.source)
    return findings


def _state(history: History) -> SourceState:
    age = history.now - history.first_run
    since = utc_text(history.now - LEARNING)
    return SourceState(
        source=history.source,
        learning_day=age.days + 1 if age < LEARNING else None,
        last_good_run=history.last_good_run,
        new_stories=sum(f.is_new_story and f.at >= since for f in history.fetches),
        witnesses=agreements(history.witnessed.values()),
    )
