"""Did something rise or sink from one run to the next, beyond what chance would do?"""

from bisect import bisect_left, insort
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby, takewhile
from math import ceil, log
from operator import itemgetter
from typing import TypeVar

Item = TypeVar("Item")

UNLIKELY = 1e-4
"""Is the chance below which a rise is a break. Eight such tests a source and day give one false
alarm in three years at the very worst."""
FEWEST_FORMER = 20
"""Counts stories or visits before the break: with fewer, three in a row could be chance."""
FEWEST_BAD = 2
"""Is how many bad stories make a break: one is never one."""
LEAST_SHARE = 1 / 3
"""Is the least share of the newest to be bad: a layout breaks for all, or for those of one kind."""
FEWEST_ALONE = 3
"""Is how many must be bad, and all of them, where there is no history."""
LOW_PARTS = (0.0, 0.05, 0.25)
"""Are parts of the former values: a sunk one lies below the lowest of these parts. Two below all
that were say as much as ten in the lowest quarter."""
USUAL = 0.95
"""Is the part of the pauses (or of the intervals between runs) that are no longer than the usual
longest: one outage or one holiday does not make the next one usual."""


Measured = tuple[int, int | None, float, bool]
"""Is what one visit says: its run, the story's or page's own id, a value (of a rise: is it
bad?), and whether the story was not known, since old pages may keep their layout."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Rise:
    """Compares the newest runs, from one on, with all before it."""

    run_id: int
    """Is the first run of the break."""
    bad: int
    """Counts the bad; what is bad at each visit counts once: one story is no break."""
    of: int
    former_bad: int
    former_of: int

    @property
    def figures(self) -> str:
        """Returns ``5 of 6, before 2 of 80``."""
        return f"{self.bad} of {self.of}, before {self.former_bad} of {self.former_of}"

    @property
    def log_chance(self) -> float:
        """Returns the logarithm of a bound above the chance of so many bad ones or more
        (Chernoff's, of the binomial distribution): exact where all are bad, and nothing
        overflows."""
        share, usual = self.bad / self.of, (self.former_bad + 1) / (self.former_of + 2)
        if share <= usual:
            return 0.0
        good = (1 - share) * log((1 - share) / (1 - usual)) if share < 1 else 0.0
        return -self.of * (share * log(share / usual) + good)


@dataclass(frozen=True, kw_only=True, slots=True)
class Sink:
    """Compares medians of the newest runs, from one on, and of all before it."""

    run_id: int
    now: float
    usual: float


def rise(measured: Iterable[Measured], *, last_run: int | None = None) -> Rise | None:
    """Returns the rise among all visits, or among those of new stories alone.

    :param last_run: that all of its visits are bad is a break without a history, too
    """
    every, of_new = _by_run(measured)
    if not every or not any(value for _, _, value, _ in every[-1]):
        return None
    return _risen(every, bool, last_run) or _risen(of_new, bool)


def sink(measured: Iterable[Measured], part: float) -> Sink | None:
    """Returns a sink to values far lower than before: most lie where few or none lay.

    :param part: of the former median, below which the median must lie now
    """
    every, of_new = _by_run(measured)
    found = _sunk(every, part) or _sunk(of_new, part)
    return found if found and min(value for _, _, value, _ in every[-1]) <= found.now else None


def _by_run(measured: Iterable[Measured]) -> tuple[list[list[Measured]], list[list[Measured]]]:
    """Groups all visits, and those of new stories, by run; a run without any is left out."""
    every = [list(of_run) for _, of_run in groupby(measured, itemgetter(0))]
    of_new = ([one for one in of_run if one[3]] for of_run in every)
    return every, [of_run for of_run in of_new if of_run]


def _risen(
    runs: Sequence[Sequence[Measured]], is_bad: Callable[[float], bool], last_run: int | None = None
) -> Rise | None:
    """Says since when more is bad than before, if it still is in the last run that shows something.

    The runs before the break alone are what is usual, so that a break which lasts does not become
    usual by and by.
    """
    marks = [
        (of_run[0][0], [own_id if is_bad(value) else None for _, own_id, value, _ in of_run])
        for of_run in runs
    ]
    rises = list(_rises(marks))
    if not rises or _bad(marks[-1][1]) < LEAST_SHARE * len(marks[-1][1]):
        return None
    if rises[0].former_of < FEWEST_FORMER:
        is_whole = rises[0].bad == rises[0].of >= FEWEST_ALONE
        return rises[0] if is_whole and rises[0].run_id == last_run else None
    unlikely = [
        rise
        for rise in rises
        if rise.former_of >= FEWEST_FORMER
        and rise.bad >= max(FEWEST_BAD, LEAST_SHARE * rise.of)
        and rise.log_chance < log(UNLIKELY)
    ]
    return min(unlikely, key=lambda rise: rise.log_chance, default=None)


def _rises(marks: Sequence[tuple[int, Sequence[int | None]]]) -> Iterator[Rise]:
    """Compares the last run with all before, then the last two, and so on.

    :param marks: for each run its id, and for each page the page's own id if it is bad
    """
    bad: set[int] = set()
    good = 0
    former_bad = sum(_bad(of_run) for _, of_run in marks)
    former_of = sum(len(of_run) for _, of_run in marks)
    for run_id, of_run in reversed(marks):
        bad.update(mark for mark in of_run if mark is not None)
        good += len(of_run) - _bad(of_run)
        former_bad, former_of = former_bad - _bad(of_run), former_of - len(of_run)
        of = len(bad) + good
        yield Rise(run_id=run_id, bad=len(bad), of=of, former_bad=former_bad, former_of=former_of)


def _bad(of_run: Sequence[int | None]) -> int:
    return sum(mark is not None for mark in of_run)


def _sunk(runs: Sequence[Sequence[Measured]], part: float) -> Sink | None:
    former = sorted(value for of_run in runs for _, _, value, _ in of_run)
    newest: list[float] = []
    for of_run in reversed(runs):
        for _, _, value, _ in of_run:
            del former[bisect_left(former, value)]
            insort(newest, value)
        if len(former) < FEWEST_FORMER:
            return None
        now, usual = newest[len(newest) // 2], former[len(former) // 2]
        if now >= part * usual:
            continue
        for low in LOW_PARTS:
            risen = _risen(runs, former[int(low * len(former))].__gt__)
            if risen is not None and risen.run_id == of_run[0][0]:
                return Sink(run_id=risen.run_id, now=now, usual=usual)
    return None


def usual_longest(durations: Sequence[float]) -> float:
    """Returns the duration that all but the few longest don't exceed."""
    return sorted(durations)[ceil(USUAL * len(durations)) - 1]


def newest_while(items: Sequence[Item], is_bad: Callable[[Item], bool]) -> list[Item]:
    """Returns the bad ones at the end, the newest first."""
    return list(takewhile(is_bad, reversed(items)))
