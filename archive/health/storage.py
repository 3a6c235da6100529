"""Backups, the disk, and rows that could not be stored."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlite_utils import Database

from archive.clock import utc_text
from archive.health.finding import Finding, Level
from archive.health.rules import FIRST_BACKUP, FULL_NOW, FULL_SOON, GROWTH, LEARNING, OLD_BACKUP


@dataclass(frozen=True, kw_only=True, slots=True)
class Surroundings:
    """What the database itself does not know."""

    newest_backup: datetime | None
    """None: there is none."""
    room: int | None
    """Bytes that may be written before a run stops; None: the disk does not say."""
    is_being_written: bool
    """Some process writes at the moment."""


def find_old_backup(newest: datetime | None, first_run: str, now: datetime) -> Iterator[Finding]:
    """
    :param first_run: when the archive's first run started
    """
    if newest is None:
        if now - datetime.fromisoformat(first_run) > FIRST_BACKUP:
            yield _backup("the archive was never backed up", "no copy in its folder", first_run)
    elif now - newest > OLD_BACKUP:
        yield _backup("the last backup is old", f"{(now - newest).days} days", utc_text(newest))


def _backup(what: str, figures: str, since: str) -> Finding:
    return Finding(
        source=None,
        check="backup",
        level="warning",
        what=what,
        figures=figures,
        since=since,
        step="Run `tradepress backup`, by a timer best (`tradepress schedule install`); copies "
        "elsewhere are named with --backups.",
    )


def find_full_disk(db: Database, room: int, first_run: str, now: datetime) -> Iterator[Finding]:
    """Days until the disk is full, at the rate of the last four weeks."""
    if room <= 0:
        yield _disk("problem", "the disk is full", f"{-room / 1e6:,.0f} MB short")
        return
    if now - datetime.fromisoformat(first_run) < LEARNING:
        return  # a first crawl grows faster than any later one
    days = room / max(1.0, _growth(db, now) / GROWTH.days)
    if days < FULL_SOON:
        yield _disk(
            "problem" if days < FULL_NOW else "warning",
            "the disk will be full soon",
            f"{room / 1e6:,.0f} MB left, {days:.0f} days at the rate of the last four weeks",
        )


def _disk(level: Level, what: str, figures: str) -> Finding:
    return Finding(
        source=None,
        check="disk",
        level=level,
        what=what,
        figures=figures,
        step="Make room or move the archive with its folder of captures to a larger disk; a run "
        "with too little room stops before it writes.",
    )


def _growth(db: Database, now: datetime) -> float:
    """Bytes that the raw pages and, by its share of versions, the database grew by."""
    size, versions = db.execute(
        "SELECT page_count * page_size, (SELECT count(*) FROM versions) "
        "FROM pragma_page_count, pragma_page_size"
    ).fetchone()
    new, raw = db.execute(
        "SELECT count(*), coalesce(sum(length), 0) FROM versions "
        "LEFT JOIN captures ON captures.id = capture_id WHERE date_archived >= ?",
        [utc_text(now - GROWTH)],
    ).fetchone()
    return float(raw + size * new / max(1, versions))


def find_quarantine(db: Database, now: datetime) -> Iterator[Finding]:
    """Stories that could not be stored in the last week."""
    count, since = db.execute(
        "SELECT count(*), min(at) FROM quarantine WHERE at >= ?",
        [utc_text(now - timedelta(days=7))],
    ).fetchone()
    if count:
        yield Finding(
            source=None,
            check="quarantine",
            level="warning",
            what="stories could not be stored",
            figures=f"{count} in the table quarantine",
            since=since,
            step="Their rows are kept there with the error; please report it.",
        )
