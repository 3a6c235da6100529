"""Says what is asked of a back-fill, what it will do and what it came to."""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from scrapy.exceptions import UsageError
from scrapy.settings import BaseSettings

from tradepress.archive.errors import QueryError
from tradepress.archive.ledger.outcomes import RunState
from tradepress.archive.ledger.run_report import RunSums, sums_table
from tradepress.archive.run import Run
from tradepress.archive.search.asked_days import days_of, read_time
from tradepress.declared_sources import source_named
from tradepress.jobs.backfill.way import Way
from tradepress.rights.asked_policy import asked_policy
from tradepress.source import Source

NOT_WANTED = "Nothing was fetched: it was not wanted."


@dataclass(frozen=True, kw_only=True, slots=True)
class Backfill:
    """Says what is asked for."""

    source: Source
    way: Way
    since: date | None = None
    """Is the first day: of capture in a web archive, of publication on the site itself."""
    until: date | None = None
    """Is the last day."""
    limit: int | None = None
    """Bounds the number of stories."""
    deadline: timedelta | None = None
    """Is when it ends, whatever is left; None: it takes as long as it takes."""
    command: str = "backfill"
    """Is the command as the ledger tells it."""


@dataclass(frozen=True, kw_only=True, slots=True)
class BackfillPlan:
    """Says what a back-fill will do, once somebody has agreed."""

    captures: int | None
    """Counts captures to be asked for: those that no run before came to.
    None: no captures, but the stories themselves on their own site."""
    stories: int
    """Counts the stories of which they are."""
    files: int = 0
    """Counts WARC files that have to be looked through, and nobody knows beforehand how many
    captures are in them; of copies also those in which captures lie."""
    size: int = 0
    """Is how many bytes have to be looked through."""
    are_copies: bool = False
    """Are they at hand, so that nobody is asked?"""
    requests: int
    seconds: float
    """Is how long it takes at the pace that is set."""


def asked_backfill(
    source: str,
    way: Way | str,
    *,
    since: str | None = None,
    until: str | None = None,
    limit: int | None = None,
    deadline: timedelta | None = None,
) -> Backfill:
    """Reads what is asked for, of words.

    :param since: a day, month or year (``2017-08``); so ``until``
    :raises NoSuchSource: it is not declared
    :raises UsageError: the days are none, or in the wrong order, or there is no such way
    """
    if way not in [*Way]:
        raise UsageError(f"There is no back-fill from {way!r}: give {', '.join(Way)}.")
    try:
        since, until = (read_time(one) if one else None for one in (since, until))
    except QueryError as error:
        raise UsageError(f"{error}.") from None
    options = {"--since": since, "--until": until, "--limit": limit}
    given = (f" {name} {value}" for name, value in options.items() if value is not None)
    asked = Backfill(
        command=f"backfill {source} --from {way}{''.join(given)}",
        source=source_named(source),
        way=Way(way),
        since=days_of(since)[0] if since else None,
        until=days_of(until)[1] if until else None,
        limit=limit,
        deadline=deadline,
    )
    if asked.since and asked.until and asked.until < asked.since:
        raise UsageError(f"--until {until} is before --since {since}.")
    return asked


Confirm = Callable[[BackfillPlan], bool]
"""Shall it be done?"""
NO_DEADLINE = timedelta(days=366)
"""Stands for none: a back-fill takes as long as it takes."""


@dataclass(frozen=True, kw_only=True, slots=True)
class BackfillResult:
    """Says what one run came to."""

    plan: BackfillPlan | None
    """Is what was planned; None: the index could not be read."""
    sums: RunSums | None
    """Sums up the run; None if no archive was made."""
    troubles: tuple[str, ...]
    """Says what kept it from its end, each in one line."""
    seconds: float
    exit_code: int
    """Is 0: done; 1: something failed, or it was not wanted; 4: the web archive gave no index."""

    def _repr_html_(self) -> str:
        return sums_table(self.sums, self.troubles)


def require_kept(settings: BaseSettings, source: Source) -> None:
    """Raises UsageError where source or operator want nothing of it."""
    if asked_policy(settings, source) == "skip":
        raise UsageError(f"The policy of {source.name} is skip: nothing of it is kept.")


def end_backfill(
    run: Run,
    plan: BackfillPlan | None,
    *,
    code: int,
    troubles: Sequence[str],
    words: str | None = None,
    stopped_by: str | None,
    started: float,
) -> BackfillResult:
    """Ends the run, and says what it came to.

    :param code: as ``exit_code`` of the result, if the run itself has nothing to add
    :param words: for the ledger, beside the troubles
    :param started: by the clock of :func:`time.monotonic`
    """
    sums = run.end(
        RunState.FAILED if code == 4 else RunState.DONE,
        exit_code=code or int(stopped_by is not None),
        reason="; ".join([words, *troubles] if words else troubles) or None,
        stopped_by=stopped_by,
    )
    return BackfillResult(
        plan=plan,
        sums=sums,
        troubles=tuple(troubles),
        seconds=time.monotonic() - started,
        exit_code=code if sums is None or sums.exit_code is None else sums.exit_code,
    )
