"""Checks the archive as a whole: its last run, what could not be stored, its backups, its disk."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import takewhile
from statistics import median

from tradepress.archive.clock import utc_text
from tradepress.archive.database import Database
from tradepress.archive.health.finding import Check, Found
from tradepress.archive.health.history import IS_CRAWL, LEARNING
from tradepress.archive.ledger.outcomes import DEADLINE, LEFT_OUT
from tradepress.archive.ledger.run_report import REQUESTS

ENDED = {"running": "was killed", "interrupted": "was interrupted", "failed": "failed"}
MOST_RUNS = 60
LONGEST_REASON = 160
LEFT_OUT_FOR = timedelta(days=14)
ASKED = f"iif({IS_CRAWL}, 'crawl', command)"
"""Says what was asked of a run, without the names of sources."""
BY_MANY = "reason GLOB '* task* by * worker*'"
"""Tells whether a cluster worked a run, as its words say (``TasksDone`` of tradepress.cluster)."""
FORMER, FEWEST, DEAR = 30, 10, 2
"""Count the crawls that the last one is compared with, at most and at least, and how many times as
dear it is then."""
COSTS = (("cpu_seconds", "s of CPU", 1, 1.0), ("bytes_written", "MB written", 1e6, 1e6))
"""Names a column, its unit and how much that is; of less than the last, nobody need know."""
QUARANTINE = timedelta(days=7)
FIRST_BACKUP = timedelta(days=7)
"""Is how long after the first run nothing can be lost that a crawl would not bring back."""
OLD_BACKUP = timedelta(days=8)
GROWTH = timedelta(days=28)
FULL_SOON, FULL_NOW = 60, 14
"""Count the days until the disk is full."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Surroundings:
    """Tells what the database itself does not know."""

    newest_backup: datetime | None
    """Is None if there is none."""
    room: int | None
    """Counts bytes that may be written before a run stops; None: the disk does not say."""
    is_being_written: bool
    """Tells whether some process writes at the moment."""
    missing_captures: tuple[str, ...] = ()
    """Holds files of raw pages that are gone, or shorter than the archive knows them."""
    dead_parts: tuple[str, ...] = ()
    """Says what killed exports, releases and backups left of their output."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Whole:
    """Is an archive at one moment."""

    db: Database
    now: datetime
    first_run: datetime
    """Is the present where there was no run."""
    surroundings: Surroundings | None
    """Is None if they are not looked at."""


def find_broken_run(whole: Whole) -> Iterator[Found]:
    rows = whole.db.execute(
        "SELECT id, started, state, reason, stopped_by FROM runs "
        f"WHERE started <= ? AND {IS_CRAWL} ORDER BY id DESC LIMIT ?",
        [utc_text(whole.now), MOST_RUNS],
    ).fetchall()
    is_being_written = whole.surroundings is not None and whole.surroundings.is_being_written
    if rows and rows[0][2] == "running" and is_being_written:
        del rows[0]
    if bad := list(takewhile(lambda row: row[2] != "done", rows)):
        run_id, _, state, reason, stopped_by = bad[0]
        words = (reason or "it ended without a word")[:LONGEST_REASON]
        # A paper with many old stories takes some nights, and loses none.
        is_lasting = len(bad) > 1 and stopped_by != DEADLINE
        yield Found(
            level="problem" if is_lasting else "warning",
            what=f"the last crawl (run {run_id}) {ENDED[state]}",
            figures=f"{words}; {len(bad)} in a row",
            since=bad[-1][1],
        )


def find_dear_run(whole: Whole) -> Iterator[Found]:
    """Finds a crawl that cost twice as much as usual, in all and for each request: one with more
    news costs more in all, and one with less more for each."""
    for column, unit, size, least in COSTS:
        rows = whole.db.execute(
            f"SELECT id, started, {column}, max(1, {REQUESTS}) FROM runs WHERE {IS_CRAWL} "
            f"AND state = 'done' AND {column} IS NOT NULL AND started <= ? "
            "ORDER BY id DESC LIMIT ?",
            [utc_text(whole.now), FORMER + 1],
        ).fetchall()
        if len(rows) <= FEWEST:
            continue
        (run_id, started, spent, requests), *former = rows
        usual = median(before for *_, before, _ in former)
        each = median(before / asked for *_, before, asked in former)
        if spent > max(DEAR * usual, usual + least) and spent / requests > DEAR * each:
            yield Found(
                what=f"the last crawl (run {run_id}) cost more than twice as much as usual",
                figures=f"{spent / size:,.1f} {unit} for {requests:,} requests; in the "
                f"{len(former)} before it {usual / size:,.1f}, a request {each / size:.3f}",
                since=started,
                subject=unit,
            )


def find_left_out(whole: Whole) -> Iterator[Found]:
    """Finds what the last run of each command by a cluster left out; the next one that works all
    inputs ends it. All crawls are one, whatever sources they name: these may be thousands, and
    others the next day."""
    rows = whole.db.execute(
        f"SELECT id, started, {ASKED}, reason FROM runs WHERE instr(reason, ?) AND started >= ? "
        f"AND id IN (SELECT max(id) FROM runs WHERE started <= ? AND state = 'done' AND {BY_MANY} "
        f"GROUP BY {ASKED}) ORDER BY id",
        [LEFT_OUT, utc_text(whole.now - LEFT_OUT_FOR), utc_text(whole.now)],
    )
    for run_id, started, command, reason in rows.fetchall():
        yield Found(
            what=f"the last `{command}` by a cluster (run {run_id}) could not work all its inputs",
            figures=reason[:LONGEST_REASON],
            since=started,
            step=f"See `tradepress runs {run_id}`; given the same inputs, `tradepress {command}` "
            "works what is missing.",
            subject=command,
        )


def find_part_away(whole: Whole) -> Iterator[Found]:
    if whole.surroundings is not None and whole.surroundings.is_being_written:
        return  # a run that may bring it home
    count, since = whole.db.execute("SELECT count(*), min(cut_at) FROM parts").fetchone()
    if count:
        yield Found(figures=f"{count} in the table parts", since=since)


def find_quarantine(whole: Whole) -> Iterator[Found]:
    count, since = whole.db.execute(
        "SELECT count(*), min(at) FROM quarantine WHERE at >= ?", [utc_text(whole.now - QUARANTINE)]
    ).fetchone()
    if count:
        yield Found(figures=f"{count} in the table quarantine", since=since)


def find_old_backup(whole: Whole) -> Iterator[Found]:
    if whole.surroundings is None:
        return
    newest = whole.surroundings.newest_backup
    if newest is not None and whole.now - newest > OLD_BACKUP:
        days = (whole.now - newest).days
        yield Found(what="the last backup is old", figures=f"{days} days", since=utc_text(newest))
    elif newest is None and whole.now - whole.first_run > FIRST_BACKUP:
        yield Found(
            what="the archive was never backed up",
            figures="no copy in its folder",
            since=utc_text(whole.first_run),
        )


def find_dead_parts(whole: Whole) -> Iterator[Found]:
    for part in whole.surroundings.dead_parts if whole.surroundings is not None else ():
        yield Found(figures=part)


def find_missing_pages(whole: Whole) -> Iterator[Found]:
    if whole.surroundings is not None and (missing := whole.surroundings.missing_captures):
        yield Found(figures=f"{missing[0]}, {len(missing)} in all")


def find_full_disk(whole: Whole) -> Iterator[Found]:
    """Finds how many days are left until the disk is full, at the rate of the last four weeks."""
    room = whole.surroundings.room if whole.surroundings is not None else None
    if room is None:
        return
    if room <= 0:
        yield Found(
            level="problem", what="the disk is full", figures=f"{-room / 1e6:,.0f} MB short"
        )
    elif whole.now - whole.first_run >= LEARNING:  # a first crawl grows faster than any later one
        days = room / max(1.0, _growth(whole) / GROWTH.days)
        if days < FULL_SOON:
            yield Found(
                level="problem" if days < FULL_NOW else "warning",
                figures=f"{room / 1e6:,.0f} MB left, {days:.0f} days at the rate of the last four "
                "weeks",
            )


def _growth(whole: Whole) -> float:
    """Counts the bytes that the raw pages and, by its share of versions, the database grew by."""
    size, versions = whole.db.execute(
        "SELECT page_count * page_size, (SELECT count(*) FROM versions) "
        "FROM pragma_page_count, pragma_page_size"
    ).fetchone()
    new, raw = whole.db.execute(
        "SELECT count(*), coalesce(sum(length), 0) FROM versions "
        "LEFT JOIN captures ON captures.id = capture_id WHERE date_archived >= ?",
        [utc_text(whole.now - GROWTH)],
    ).fetchone()
    return float(raw + size * new / max(1, versions))


CHECKS = (
    Check(
        name="run",
        find=find_broken_run,
        step="What it committed is kept, and the next run goes on; see `tradepress runs`.",
        when="the last crawl was killed, broke off or failed; two in a row: problem, unless its "
        "deadline ended the last",
        why="nothing that was committed is lost",
    ),
    Check(
        name="cost",
        find=find_dear_run,
        step="Compare it with those before it (`tradepress runs N`): a new release, other pages, a "
        "busy or failing machine.",
        when=f"the last crawl took over {DEAR} times the CPU, or wrote over {DEAR} times the "
        f"bytes, of the {FORMER} before it (their median; {FEWEST} at least), both in all and for "
        "each request",
        why="nothing is lost; it tells of a machine in trouble, or of a site that has changed",
    ),
    Check(
        name="left out",
        find=find_left_out,
        when=f"the last run of a cluster left inputs out, for {LEFT_OUT_FOR.days} days",
        why="the others are in, so that the run itself is done",
    ),
    Check(
        name="part checked out",
        find=find_part_away,
        what="parts of the archive that a cluster crawled are not back",
        step="Run `tradepress crawl --local 1`: it checks them in, and until then no other crawl "
        "begins.",
        when="a cluster's crawl was broken off, or one of its workers went on behind its end",
        why="nobody is at the archive, so nobody checks them in",
    ),
    Check(
        name="quarantine",
        find=find_quarantine,
        what="stories could not be stored",
        step="Their rows are kept there with the error; please report it.",
        when=f"stories could not be stored in the last {QUARANTINE.days} days",
    ),
    Check(
        name="backup",
        find=find_old_backup,
        step="Run `tradepress backup`, by a timer best (`tradepress schedule install`); copies "
        "elsewhere are named with --backups.",
        when=f"none {FIRST_BACKUP.days} days after the first run, or the newest is older than "
        f"{OLD_BACKUP.days} days; `--backups DIR` names another folder than `backups/`",
        why="a weekly one may come a day late",
    ),
    Check(
        name="captured pages",
        level="problem",
        find=find_missing_pages,
        what="files of captured pages are missing or cut",
        step="Put them back from a backup; `tradepress verify` names the pages.",
        when="a file of the folder of captures is gone or shorter than the archive knows it",
        why="nothing but a backup brings them back",
    ),
    Check(
        name="unfinished",
        find=find_dead_parts,
        what="a killed command left half of its output",
        step="The next export, release or backup removes it, and so does `tradepress withdraw`.",
        when="an export, a release or a backup was killed, and what it had begun is still there",
        why="stories that are withdrawn later would stay in it",
    ),
    Check(
        name="disk",
        find=find_full_disk,
        what="the disk will be full soon",
        step="Make room or move the archive with its folder of captures to a larger disk; a run "
        "with too little room stops before it writes.",
        when=f"full in less than {FULL_SOON} days at the rate of the last four weeks; less than "
        f"{FULL_NOW}, or full: problem",
        why="time to buy a disk, or to make room",
    ),
)
