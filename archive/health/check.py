"""All checks over one archive at one moment."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlite_utils import Database

from archive.clock import utc_text
from archive.health.entrances import find_entrances
from archive.health.finding import Finding
from archive.health.history import History, crawled_sources, read_history
from archive.health.rules import LEARNING, WINDOW
from archive.health.runs import find_broken_run, find_late_run
from archive.health.silence import find_silence
from archive.health.site import find_blocked, find_missing_site_files, find_site_file_news
from archive.health.storage import Surroundings, find_full_disk, find_old_backup, find_quarantine
from archive.health.texts import (
    find_alike_bodies,
    find_furniture,
    find_low_confidence,
    find_missing_fields,
    find_short_bodies,
)
from archive.health.visits import find_changed, find_errors, find_unreadable

OF_HISTORY = (
    find_unreadable,
    find_missing_fields,
    find_short_bodies,
    find_alike_bodies,
    find_furniture,
    find_low_confidence,
    find_changed,
    find_silence,
    find_late_run,
)


@dataclass(frozen=True, kw_only=True, slots=True)
class SourceState:
    """One source in a line, well or not."""

    source: str
    learning_day: int | None
    """Which of the first days its rhythm is still unknown on; None: it is known."""
    last_good_run: str | None
    """UTC."""
    new_stories: int
    """Within the days of learning, up to now."""


def check_health(
    db: Database,
    now: datetime,
    *,
    sources: Sequence[str] | None = None,
    surroundings: Surroundings | None = None,
) -> list[Finding]:
    """What is wrong, the archive's own findings first; nothing is written.

    :param now: aware
    :param sources: None: all that were ever crawled
    :param surroundings: None: what lies around the database is not looked at
    """
    is_being_written = surroundings is not None and surroundings.is_being_written
    findings = list(find_broken_run(db, now, is_being_written=is_being_written))
    findings += find_quarantine(db, now)
    first = db.execute("SELECT started FROM runs ORDER BY id LIMIT 1").fetchone()
    if surroundings is not None and first is not None:
        findings += find_old_backup(surroundings.newest_backup, first[0], now)
        if surroundings.room is not None:
            findings += find_full_disk(db, surroundings.room, first[0], now)
    crawled = crawled_sources(db)
    for source in crawled if sources is None else sources:
        if source not in crawled:
            findings.append(_not_crawled(source, "it was never crawled"))
        elif _is_on_trial(db, source):
            if sources is not None:
                findings.append(_not_crawled(source, "it was not let go on after its trial"))
        elif history := read_history(db, source, now, is_being_written=is_being_written):
            findings += _check_source(db, history)
        else:
            findings.append(_given_up(source))
    return findings


def _check_source(db: Database, history: History) -> Iterator[Finding]:
    # One cause, one finding: who is turned away can't read a listing, and has no story.
    out_of_reach = list(find_blocked(db, history)) or list(find_entrances(history))
    yield from out_of_reach
    if not any(finding.level == "problem" for finding in out_of_reach):
        yield from find_errors(history)
        yield from find_missing_site_files(history)
    yield from find_site_file_news(db, history)
    for find_in in OF_HISTORY:
        yield from find_in(history)


def _not_crawled(source: str, why: str) -> Finding:
    return Finding(
        source=source,
        check="not crawled",
        level="warning",
        what=f"{why}, so a scheduled run leaves it out",
        step=f"Run `tradepress crawl {source}`, read its report, then go on with --no-trial.",
    )


def _given_up(source: str) -> Finding:
    return Finding(
        source=source,
        check="late",
        level="problem",
        what="no crawl",
        figures=f"more than {WINDOW.days} days",
        step="`tradepress schedule show` says whether the timer is there; a source that you have "
        "given up is left out by `sources` in tradepress.toml.",
    )


def _is_on_trial(db: Database, source: str) -> bool:
    """Nobody has let it go on after its trial: its report says what is to be known."""
    row = db.execute(
        "SELECT 1 FROM sources WHERE name = ? AND verified IS NULL AND trial_passed_at IS NULL "
        "AND NOT is_sample",
        [source],
    ).fetchone()
    return row is not None


def source_states(
    db: Database, now: datetime, *, sources: Sequence[str] | None = None
) -> list[SourceState]:
    """The sources that were crawled within the window."""
    states = []
    for source in crawled_sources(db):
        history = read_history(db, source, now, is_being_written=False)
        if history is None or (sources is not None and source not in sources):
            continue
        good = history.last_good_run()
        age = now - datetime.fromisoformat(history.first_run)
        since = utc_text(now - LEARNING)
        new = sum(fetch.is_new_story and fetch.at >= since for fetch in history.fetches)
        states.append(
            SourceState(
                source=source,
                learning_day=age.days + 1 if age < LEARNING else None,
                last_good_run=good.started if good else None,
                new_stories=new,
            )
        )
    return states
