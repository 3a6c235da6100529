"""Sums decision trees over whole numbers, all trees at once (DecisionTrees)."""

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate
from operator import and_


@dataclass(frozen=True, kw_only=True, slots=True)
class Trees:
    """Holds trees as numbers. The leaves of all trees have one numbering, from left to right."""

    names: Sequence[str]
    """Names the values that the trees are asked about, in their order."""
    leaves: Sequence[int]
    """Counts the leaves of each tree."""
    values: Sequence[int]
    """Holds what each leaf adds, in parts of UNIT."""
    cuts: Sequence[tuple[int, int, int, int]]
    """Holds (value, limit, first, end) of each branch: where that value is above the limit, the
    leaves ``first`` up to ``end`` are not reached."""


UNIT = 256
"""Is by what a sum is divided: as a power of two it leaves the same number everywhere."""


class DecisionTrees:
    """Sums the leaves that a row of values reaches, one in each tree.

    Each leaf is a bit of one long number. For every value it is kept which bits are left in each of
    the ranges that the limits part; the lowest bit that all values leave in a tree is the leaf it
    reaches (QuickScorer, Lucchese et al. 2015). What the leaves add is kept by binary digits, so
    that to count bits is to sum.
    """

    def __init__(self, trees: Trees) -> None:
        ends = [*accumulate(trees.leaves)]
        whole = (1 << ends[-1]) - 1
        left: list[dict[int, int]] = [{} for _ in trees.names]
        for value, limit, first, end in trees.cuts:
            cut = (1 << end) - (1 << first)
            left[value][limit] = left[value].get(limit, whole) & ~cut
        self._whole = whole
        self._ranges = []
        for value, kept in enumerate(left):
            limits = sorted(kept)
            masks = accumulate((kept[limit] for limit in limits), and_, initial=whole)
            self._ranges += [(value, limits, [*masks])] if limits else []
        self._firsts = sum(1 << end - count for end, count in zip(ends, trees.leaves, strict=True))
        least = min(trees.values)
        self._least = least * len(trees.leaves)
        added = [value - least for value in trees.values]
        self._digits = [
            (bit, int("".join("01"[value >> bit & 1] for value in reversed(added)), 2))
            for bit in range(max(added).bit_length())
        ]

    def total(self, values: Sequence[int]) -> int:
        """Returns the sum, in parts of UNIT."""
        reached = self._whole
        for value, limits, left in self._ranges:
            reached &= left[bisect_left(limits, values[value])]
        reached &= ~(reached - self._firsts)
        digits = [(reached & bits).bit_count() << bit for bit, bits in self._digits]
        return self._least + sum(digits)
