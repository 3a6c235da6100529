"""Computes the roots and proofs of a Merkle tree over SHA-256, as RFC 6962 (2.1) has it.

Nothing of it needs all the leaves in memory: whoever asks for a proof lends a function that
reckons the root of some neighbouring leaves.
"""

import hashlib
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Self

from tradepress.archive.leaf_log.root import HASH

EMPTY = hashlib.sha256().digest()
"""Is the root of a tree without a leaf."""
RootOf = Callable[[int, int], bytes]
"""Returns the root over the leaves from one index (0-based) up to another that is left out."""


def leaf_hash(data: bytes) -> bytes:
    """Hashes what a leaf holds."""
    return hashlib.sha256(b"\0" + data).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """Hashes two neighbours into what stands above them."""
    return hashlib.sha256(b"\1" + left + right).digest()


@dataclass(kw_only=True, slots=True)
class Peaks:
    """Holds a tree by its right edge: all that the next root needs to be known of the leaves."""

    size: int = 0
    """Counts the leaves."""
    hashes: list[bytes] = field(default_factory=list)
    """Are the tops of the whole subtrees, from the left; as many as ``size`` has ones in binary."""

    @classmethod
    def unpacked(cls, size: int, packed: bytes) -> Self:
        """Reads them as they are kept; see :meth:`packed`."""
        places = range(0, len(packed), HASH)
        return cls(size=size, hashes=[packed[place : place + HASH] for place in places])

    def packed(self) -> bytes:
        """Returns the hashes one behind the other, as they are kept."""
        return b"".join(self.hashes)

    def add(self, leaf: bytes) -> None:
        """Adds the hash of a leaf."""
        above = self.size
        while above & 1:
            leaf, above = node_hash(self.hashes.pop(), leaf), above >> 1
        self.hashes.append(leaf)
        self.size += 1

    def root(self) -> bytes:
        """Returns the root over all leaves so far."""
        if not self.hashes:
            return EMPTY
        *others, root = self.hashes
        for left in reversed(others):
            root = node_hash(left, root)
        return root


def root_of(leaves: Iterable[bytes]) -> bytes:
    """Returns the root over hashes of leaves."""
    peaks = Peaks()
    for leaf in leaves:
        peaks.add(leaf)
    return peaks.root()


def inclusion_path(root_of: RootOf, index: int, start: int, end: int) -> list[bytes]:
    """Returns what leads from a leaf to the root over ``start`` to ``end`` (2.1.1)."""
    if end - start == 1:
        return []
    middle = _middle(start, end)
    if index < middle:
        return [*inclusion_path(root_of, index, start, middle), root_of(middle, end)]
    return [*inclusion_path(root_of, index, middle, end), root_of(start, middle)]


def consistency_path(
    root_of: RootOf, old: int, start: int, end: int, *, is_known: bool = True
) -> list[bytes]:
    """Returns what shows that a tree of ``old`` leaves, one or more, began this one (2.1.2).

    :param is_known: whoever checks it has the root over ``start`` to ``end``, if that is the old
        tree
    """
    if old == end:
        return [] if is_known else [root_of(start, end)]
    middle = _middle(start, end)
    if old <= middle:
        rest = consistency_path(root_of, old, start, middle, is_known=is_known)
        return [*rest, root_of(middle, end)]
    rest = consistency_path(root_of, old, middle, end, is_known=False)
    return [*rest, root_of(start, middle)]


def root_by_inclusion(leaf: bytes, index: int, size: int, path: Sequence[bytes]) -> bytes | None:
    """Returns the root to which a path leads (RFC 9162, 2.1.3.2); None: it can't be a path."""
    node, last, root = index, size - 1, leaf
    if not 0 <= node <= last:
        return None
    for other in path:
        if last == 0:
            return None
        if node & 1 or node == last:
            root = node_hash(other, root)
            while not node & 1 and node:
                node, last = node >> 1, last >> 1
        else:
            root = node_hash(root, other)
        node, last = node >> 1, last >> 1
    return root if last == 0 else None


def roots_by_consistency(
    old: int, new: int, old_root: bytes, path: Sequence[bytes]
) -> tuple[bytes, bytes] | None:
    """Returns the old and the new root to which a path leads (RFC 9162, 2.1.4.2).

    :param old: how many leaves the old tree has, fewer than ``new``
    :returns: None if it can't be a path
    """
    if not 0 < old < new:
        return None
    hashes = [old_root, *path] if old & (old - 1) == 0 else [*path]
    node, last = old - 1, new - 1
    while node & 1:
        node, last = node >> 1, last >> 1
    if not hashes:
        return None
    first = second = hashes[0]
    for other in hashes[1:]:
        if last == 0:
            return None
        if node & 1 or node == last:
            first, second = node_hash(other, first), node_hash(other, second)
            while not node & 1 and node:
                node, last = node >> 1, last >> 1
        else:
            second = node_hash(second, other)
        node, last = node >> 1, last >> 1
    return (first, second) if last == 0 else None


def _middle(start: int, end: int) -> int:
    """Returns where the left subtree ends: it has the largest power of two below all leaves."""
    return start + (1 << (end - start - 1).bit_length() - 1)
