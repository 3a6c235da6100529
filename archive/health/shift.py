"""Did something rise or sink from one run to the next, beyond what chance would do?"""

from bisect import bisect_left, insort
from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil, log

from archive.health.rules import (
    FEWEST_BAD,
    FEWEST_FORMER,
    LEAST_SHARE,
    LOW_PARTS,
    UNLIKELY,
    USUAL,
)

Marks = Sequence[tuple[int, Sequence[int | None]]]
"""For each run that has some its id, and for each story or page of it: its own id if it is bad."""
Values = Sequence[tuple[int, Sequence[tuple[float, int]]]]
"""The same with a number and the id of each."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Rise:
    """The newest runs, from one on, against all before it."""

    run_id: int
    """The first run of the break."""
    bad: int
    of: int
    former_bad: int
    former_of: int

    @property
    def figures(self) -> str:
        """``5 of 6, before 2 of 80``"""
        return f"{self.bad} of {self.of}, before {self.former_bad} of {self.former_of}"


def risen(marks: Marks) -> Rise | None:
    """Since when more is bad than before, if it still is in the last run that shows something.

    The runs before the break alone are what is usual, so that a break which lasts does not become
    usual by and by. What is bad at each visit counts once: one story is no break.
    """
    if not marks or _bad(marks[-1][1]) < LEAST_SHARE * len(marks[-1][1]):
        return None
    found: tuple[float, Rise] | None = None
    bad_ones: set[int] = set()
    good = 0
    former_bad = sum(_bad(of_run) for _, of_run in marks)
    former_of = sum(len(of_run) for _, of_run in marks)
    for run_id, of_run in reversed(marks):
        bad_ones.update(mark for mark in of_run if mark is not None)
        good += len(of_run) - _bad(of_run)
        bad, of = len(bad_ones), len(bad_ones) + good
        former_bad, former_of = former_bad - _bad(of_run), former_of - len(of_run)
        if former_of < FEWEST_FORMER:
            break
        if bad < max(FEWEST_BAD, LEAST_SHARE * of):
            continue
        chance = log_chance(bad, of, (former_bad + 1) / (former_of + 2))
        if chance < log(UNLIKELY) and (found is None or chance < found[0]):
            rise = Rise(run_id=run_id, bad=bad, of=of, former_bad=former_bad, former_of=former_of)
            found = chance, rise
    return found and found[1]


def _bad(of_run: Sequence[int | None]) -> int:
    return sum(mark is not None for mark in of_run)


def log_chance(bad: int, of: int, usual: float) -> float:
    """The logarithm of a bound above the chance of so many bad ones or more (Chernoff's, of the
    binomial distribution): exact where all are bad, and nothing overflows."""
    share = bad / of
    if share <= usual:
        return 0.0
    good = (1 - share) * log((1 - share) / (1 - usual)) if share < 1 else 0.0
    return -of * (share * log(share / usual) + good)


@dataclass(frozen=True, kw_only=True, slots=True)
class Sink:
    """Medians of the newest runs, from one on, and of all before it."""

    run_id: int
    now: float
    usual: float


def sunk(values: Values, part: float) -> Sink | None:
    """Since when values are far lower than before: most lie where few or none lay.

    :param part: of the former median, below which the median must lie now
    """
    former = sorted(value for _, of_run in values for value, _ in of_run)
    newest: list[float] = []
    for run_id, of_run in reversed(values):
        for value, _ in of_run:
            del former[bisect_left(former, value)]
            insort(newest, value)
        if len(former) < FEWEST_FORMER:
            return None
        now, usual = newest[len(newest) // 2], former[len(former) // 2]
        if now >= part * usual:
            continue
        for low in LOW_PARTS:
            limit = former[int(low * len(former))]
            marks = [
                (run, [own_id if value < limit else None for value, own_id in of_run])
                for run, of_run in values
            ]
            rise = risen(marks)
            if rise is not None and rise.run_id == run_id:
                return Sink(run_id=run_id, now=now, usual=usual)
    return None


def usual_longest(durations: Sequence[float]) -> float:
    """All but the few longest are no longer."""
    return sorted(durations)[ceil(USUAL * len(durations)) - 1]
