"""Reads what is told of one run: sums by source, reasons, seeds without an answer, new stories."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from html import escape
from pathlib import Path
from typing import TypeVar

from tradepress.archive.clock import read_utc
from tradepress.archive.database import Database
from tradepress.archive.file.lock import is_being_written
from tradepress.archive.file.rows import Row, fetch_row, fetch_rows
from tradepress.archive.leaf_log.root import Root
from tradepress.archive.ledger.outcomes import OUTCOMES, Outcome, RunState
from tradepress.archive.stored_json import stored_names
from tradepress.archive.text_forms import counted
from tradepress.notebook import Table

REQUESTS = (
    "(SELECT count(*) FROM fetches "
    "WHERE run_id = runs.id AND status IS NOT NULL AND kind <> 'file')"
)
"""Selects how many requests of a run were answered."""


@dataclass(frozen=True, kw_only=True, slots=True)
class RunSums(Table):
    """Sums up what a run came to."""

    id: int
    state: RunState
    exit_code: int | None
    reason: str | None
    urls: int
    """Counts the addresses that counted in the run."""
    outcomes: Mapping[Outcome, int]
    reasons: Mapping[tuple[Outcome, str], int]
    """Counts the reasons, for the outcomes that have one."""
    by_source: Mapping[str, Mapping[str, int]]
    """Maps each source to ``urls`` and each outcome; sources without an address, too."""
    new_versions: int
    """Counts versions stored of stories that were known before."""

    def _table(self) -> tuple[str, Sequence[str], Iterable[Sequence[object]]]:
        names = ("urls", *OUTCOMES)
        rows = [(source, *map(sums.get, names)) for source, sums in self.by_source.items()]
        return f"Run {self.id}: {self.state}", ("source", *names), rows


def sums_table(sums: RunSums | None, troubles: Iterable[str] = ()) -> str:
    """Writes what a run came to as a notebook shows it.

    :param troubles: what an operator should know, each in one line
    """
    shown = "<p>Nothing was written.</p>" if sums is None else sums._repr_html_()
    return shown + "".join(f"<p>{escape(words)}</p>" for words in troubles)


@dataclass(frozen=True, kw_only=True, slots=True)
class RunFacts:
    """Is a run as the ledger has it; times are UTC."""

    id: int
    kind: str
    command: str
    sources: tuple[str, ...] | None
    """Is None if what is stored there can't be read."""
    version: str
    """Is the version of Tradepress."""
    pid: int | None
    host: str | None
    started: str
    ended: str | None
    state: str
    """Is a RunState; it stays ``running`` where the process was killed."""
    reason: str | None
    stopped_by: str | None
    exit_code: int | None
    urls: int
    """Counts the addresses that counted in the run."""
    outcomes: Mapping[Outcome, int]
    cpu_seconds: float | None
    """Is None, as ``bytes_written``, of a run that was killed or goes on."""
    bytes_written: int | None
    """Is None, too, where the system doesn't count them."""

    @property
    def unaccounted(self) -> int:
        """Counts the addresses without an outcome: none, once it has ended."""
        return self.urls - sum(self.outcomes.values())

    @property
    def seconds(self) -> int | None:
        """Returns how long it took; None: it has not ended, or its times can't be read."""
        started, ended = read_utc(self.started), read_utc(self.ended)
        return int((ended - started).total_seconds()) if started and ended else None

    @property
    def damaged(self) -> str | None:
        """Returns what can't be read of it, in words; None: all can be."""
        unread = {
            "sources": self.sources is None,
            "beginning": read_utc(self.started) is None,
            "end": self.ended is not None and read_utc(self.ended) is None,
        }
        if not (names := [name for name, is_damaged in unread.items() if is_damaged]):
            return None
        return f"its {' and '.join(names)} can’t be read: this place of the archive is damaged"


@dataclass(frozen=True, kw_only=True, slots=True)
class ListedRun(RunFacts):
    """Is a run with what came of each source."""

    by_source: Mapping[str, Mapping[str, int]]
    """Maps each source to ``urls`` and each outcome; sources without an address, too."""


AnyRun = TypeVar("AnyRun", bound=RunFacts)


@dataclass(frozen=True, kw_only=True, slots=True)
class RunReason:
    """Says why addresses of a source ended as they did."""

    source: str
    outcome: str
    reason: str
    addresses: int


@dataclass(frozen=True, kw_only=True, slots=True)
class SilentSeed:
    """Is a feed, section, sitemap, index or file for crawlers that gave nothing in a run."""

    source: str
    kind: str
    url: str
    status: int | None
    outcome: str
    reason: str


@dataclass(frozen=True, kw_only=True, slots=True)
class RunReport:
    """Holds everything there is to tell of a run."""

    run: ListedRun
    reasons: tuple[RunReason, ...]
    seeds: tuple[SilentSeed, ...]
    new_stories: tuple[str, ...]
    """Lists the refs of the new stories."""
    new_versions: tuple[str, ...]
    """Lists refs with the number of the version: ``signet-4@2``."""
    requests: int
    """Counts the requests that were answered."""
    root: str | None
    """Is the root of the log at its end, as it is written; None: it has none (yet)."""

    @property
    def cost(self) -> str | None:
        """Returns what the run has cost, in words; None: nobody knows."""
        spent, written = self.run.cpu_seconds, self.run.bytes_written
        if spent is None:
            return None
        words = [f"{spent:,.1f} s of CPU", counted(self.requests, "request", "requests")]
        if written is not None:
            words.insert(1, f"{written / 1e6:,.1f} MB written")
        if stored := self.run.outcomes[Outcome.STORED]:
            words.append(f"{1000 * spent / stored:,.0f} ms of CPU a story stored")
        return ", ".join(words)


@dataclass(frozen=True, kw_only=True, slots=True)
class RefusedPage:
    """Is an address that was rejected, and where its page is kept: all None if it is not."""

    source: str
    url: str
    reason: str | None
    status: int | None
    bytes: int | None
    file: str | None
    offset: int | None
    length: int | None
    date_captured: str | None


def load_sums(db: Database, run_id: int) -> RunSums:
    """Returns the sums of a run that has ended."""
    (row,) = fetch_rows(db, "SELECT * FROM runs WHERE id = ?", [run_id])
    reasons = db.execute(
        "SELECT outcome, reason, count(*) FROM fetches "
        "WHERE run_id = ? AND url_id IS NOT NULL AND reason IS NOT NULL GROUP BY outcome, reason",
        [run_id],
    )
    new_versions = db.execute(
        "SELECT count(*) FROM fetches WHERE run_id = ? AND outcome = 'stored' AND version > 1",
        [run_id],
    )
    return RunSums(
        id=run_id,
        state=RunState(row["state"]),
        exit_code=row["exit_code"],
        reason=row["reason"],
        urls=row["urls"],
        outcomes={outcome: row[outcome] for outcome in OUTCOMES},
        reasons={(Outcome(outcome), reason): count for outcome, reason, count in reasons},
        by_source=_sums(_sources(row), _ended(db, run_id)),
        new_versions=new_versions.fetchone()[0],
    )


def _ended(db: Database, run_id: int) -> list[RunReason]:
    """Returns how the addresses of a run ended; "" where there is no reason."""
    rows = db.query(
        "SELECT source, outcome, coalesce(reason, '') AS reason, count(*) AS addresses "
        "FROM fetches WHERE run_id = ? AND url_id IS NOT NULL "
        "GROUP BY 1, 2, 3 ORDER BY source, outcome, addresses DESC, 3",
        [run_id],
    )
    return [RunReason(**row) for row in rows]


def _sums(sources: Sequence[str] | None, ended: Sequence[RunReason]) -> dict[str, dict[str, int]]:
    sums = {name: dict.fromkeys(("urls", *OUTCOMES), 0) for name in sources or ()}
    for one in ended:
        own = sums.setdefault(one.source, dict.fromkeys(("urls", *OUTCOMES), 0))
        own[one.outcome] += one.addresses
        own["urls"] += one.addresses
    return sums


def last_crawled(db: Database) -> dict[str, datetime]:
    """Maps each source to the start of the last run that came to its end and read a listing of it;
    of those whose start can be read.
    """
    rows = db.execute(
        "SELECT DISTINCT source, started FROM runs JOIN fetches ON run_id = runs.id "
        "WHERE state IN ('done', 'failed') AND fetches.kind IN ('feed', 'section', 'sitemap') "
        "AND outcome IN ('read', 'unchanged')"
    )
    dated = ((source, read_utc(started)) for source, started in rows.fetchall())
    last: dict[str, datetime] = {}
    for source, moment in dated:
        if moment is not None:
            last[source] = max(moment, last.get(source, moment))
    return last


def list_runs(db: Database, limit: int = 20) -> list[ListedRun]:
    """Returns the latest runs, the newest first."""
    return [
        _listed(row, _ended(db, row["id"]))
        for row in db.query("SELECT * FROM runs ORDER BY id DESC LIMIT ?", [limit])
    ]


def page_of_runs(db: Database, *, before: int | None, limit: int) -> list[RunFacts]:
    """Returns runs, newest first, without what came of each source: that looks at all their
    addresses.

    :param before: number of the run that the page before ends with; None: the latest
    """
    sql = "SELECT * FROM runs WHERE id < coalesce(:before, id + 1) ORDER BY id DESC LIMIT :limit"
    return [RunFacts(**_facts(row)) for row in db.query(sql, {"before": before, "limit": limit})]


def load_run(db: Database, run_id: int, *, most_refs: int = -1) -> RunReport | None:
    """Returns everything there is to tell of a run; None: there is none of that number.

    :param most_refs: of new stories and versions together; -1: all
    """
    row = fetch_row(db, f"SELECT *, {REQUESTS} AS requests FROM runs WHERE id = ?", [run_id])
    if row is None:
        return None
    requests = row.pop("requests")
    stored = db.query(
        "SELECT ref, fetches.version FROM fetches JOIN articles ON articles.id = article_id "
        "WHERE run_id = ? AND outcome = 'stored' ORDER BY url_id LIMIT ?",
        [run_id, most_refs],
    )
    refs = sorted((each["ref"], each["version"]) for each in stored)
    seeds = db.query(
        "SELECT source, kind, url, status, outcome, reason FROM fetches WHERE run_id = ? "
        "AND url_id IS NULL AND reason IS NOT NULL "
        "AND kind IN ('feed', 'section', 'sitemap', 'index', 'robots', 'tdmrep') ORDER BY id",
        [run_id],
    )
    ended = _ended(db, run_id)
    root = db.execute("SELECT size, root FROM log_roots WHERE run_id = ?", [run_id]).fetchone()
    return RunReport(
        run=_listed(row, ended),
        reasons=tuple(one for one in ended if one.reason),
        seeds=tuple(SilentSeed(**one) for one in seeds),
        new_stories=tuple(ref for ref, version in refs if version == 1),
        new_versions=tuple(f"{ref}@{version}" for ref, version in refs if version > 1),
        requests=requests,
        root=None if root is None else str(Root(size=root[0], hash=root[1])),
    )


def as_it_is(run: AnyRun, archive: Path) -> AnyRun:
    """Returns a run, ended if its process was killed, which the ledger doesn't know."""
    if run.state != RunState.RUNNING or is_being_written(archive.resolve()):
        return run
    return replace(run, state="killed", reason="it ended without a word; run it again")


def load_refused(db: Database, run_id: int) -> list[RefusedPage]:
    """Returns the addresses of a run that were rejected."""
    pages = db.query(
        """
        WITH pages AS (
            SELECT coalesce(retrieved_from, captures.url) AS url, max(captures.id) AS id
            FROM captures
            LEFT JOIN versions ON capture_id = captures.id
            WHERE versions.id IS NULL GROUP BY 1
        )
        SELECT source, fetches.url, reason, fetches.status, bytes, file, "offset", length,
            date_captured
        FROM fetches LEFT JOIN pages ON pages.url = fetches.url
        LEFT JOIN captures ON captures.id = pages.id
        WHERE fetches.run_id = ? AND url_id IS NOT NULL AND outcome = 'rejected'
        ORDER BY source, reason, fetches.url
        """,
        [run_id],
    )
    return [RefusedPage(**one) for one in pages]


def _listed(row: Row, ended: Sequence[RunReason]) -> ListedRun:
    """Makes a listed run of a row of ``runs``."""
    return ListedRun(**_facts(row), by_source=_sums(_sources(row), ended))


def _facts(row: Row) -> Row:
    outcomes = {outcome: row[outcome] for outcome in OUTCOMES}
    others = {name: value for name, value in row.items() if name not in OUTCOMES}
    return others | {"sources": _sources(row), "outcomes": outcomes}


def _sources(row: Row) -> tuple[str, ...] | None:
    try:
        return stored_names(row["sources"])
    except ValueError:
        return None
