"""Roots and proofs are those of RFC 6962, by the known answers of the tests of its own logs."""

import hashlib
from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tradepress.archive.leaf_log.merkle_tree import (
    EMPTY,
    Peaks,
    consistency_path,
    inclusion_path,
    leaf_hash,
    root_by_inclusion,
    root_of,
    roots_by_consistency,
)

LEAVES = [
    bytes.fromhex(digits)
    for digits in (
        *("", "00", "10", "2021", "3031", "40414243", "5051525354555657"),
        "606162636465666768696a6b6c6d6e6f",
    )
]
ROOTS = [
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]
"""Certificate Transparency's own known answers for these eight leaves."""
HASHES = [leaf_hash(leaf) for leaf in LEAVES]


def root_over(hashes: Sequence[bytes], start: int, end: int) -> bytes:
    return root_of(hashes[start:end])


def plain_root(hashes: Sequence[bytes]) -> bytes:
    """Section 2.1 as it stands there."""
    if len(hashes) < 2:
        return hashes[0] if hashes else hashlib.sha256().digest()
    k = 1
    while 2 * k < len(hashes):
        k *= 2
    return hashlib.sha256(b"\1" + plain_root(hashes[:k]) + plain_root(hashes[k:])).digest()


@pytest.mark.parametrize("size", range(1, 9))
def test_roots_are_the_known_ones(size: int) -> None:
    assert root_of(HASHES[:size]).hex() == ROOTS[size - 1]


def test_an_empty_log_has_the_root_of_nothing() -> None:
    assert root_of([]) == EMPTY == hashlib.sha256(b"").digest()


@given(st.integers(0, 70))
def test_a_tree_that_grows_has_the_roots_of_the_standard(size: int) -> None:
    hashes = [leaf_hash(bytes([number])) for number in range(size)]
    assert root_of(hashes) == plain_root(hashes)


def test_known_paths() -> None:
    """Of the same tests: leaf 1 of 8, leaf 6 of 8, leaf 3 of 3, leaf 2 of 5 (counted from 1)."""
    for index, size, path in (
        (0, 8, [HASHES[1], root_of(HASHES[2:4]), root_of(HASHES[4:8])]),
        (5, 8, [HASHES[4], root_of(HASHES[6:8]), root_of(HASHES[:4])]),
        (2, 3, [root_of(HASHES[:2])]),
        (1, 5, [HASHES[0], root_of(HASHES[2:4]), HASHES[4]]),
    ):
        assert inclusion_path(lambda a, b: root_over(HASHES, a, b), index, 0, size) == path


def test_the_paths_of_the_standard_s_own_example() -> None:
    """RFC 6962, 2.1.3: a tree of seven leaves, whose nodes have letters there."""
    leaves = HASHES[:7]
    a, b, c, d, e, f, j = leaves
    g, h, i = root_of([a, b]), root_of([c, d]), root_of([e, f])
    k, l = root_of(leaves[:4]), root_of(leaves[4:])  # noqa: E741

    def path(index: int) -> list[bytes]:
        return inclusion_path(lambda a, b: root_over(leaves, a, b), index, 0, 7)

    def since(old: int) -> list[bytes]:
        return consistency_path(lambda a, b: root_over(leaves, a, b), old, 0, 7)

    assert [path(0), path(3), path(4), path(6)] == [[b, h, l], [c, g, l], [f, j, k], [i, k]]
    assert [since(3), since(4), since(6)] == [[c, d, g, l], [l], [i, j, k]]


@given(st.data(), st.integers(1, 60))
def test_a_path_leads_to_the_root_and_no_other_does(data: st.DataObject, size: int) -> None:
    hashes = [leaf_hash(bytes([number])) for number in range(size)]
    index = data.draw(st.integers(0, size - 1))
    path = inclusion_path(lambda a, b: root_over(hashes, a, b), index, 0, size)
    root = root_of(hashes)
    assert root_by_inclusion(hashes[index], index, size, path) == root
    other = data.draw(st.integers(0, size + 1).filter(lambda one: one != index))
    assert root_by_inclusion(hashes[index], other, size, path) != root
    assert root_by_inclusion(leaf_hash(b"other"), index, size, path) != root
    assert root_by_inclusion(hashes[index], index, size, [*path, hashes[0]]) != root
    if path:
        assert root_by_inclusion(hashes[index], index, size, path[:-1]) != root


@given(st.data(), st.integers(2, 60))
def test_a_tree_goes_on_from_its_beginning_alone(data: st.DataObject, size: int) -> None:
    hashes = [leaf_hash(bytes([number])) for number in range(size)]
    old = data.draw(st.integers(1, size - 1))
    path = consistency_path(lambda a, b: root_over(hashes, a, b), old, 0, size)
    roots = root_of(hashes[:old]), root_of(hashes)
    assert roots_by_consistency(old, size, roots[0], path) == roots
    changed = [leaf_hash(b"other"), *hashes[1:]]
    fake = consistency_path(lambda a, b: root_over(changed, a, b), old, 0, size)
    assert roots_by_consistency(old, size, roots[0], fake) != (roots[0], root_of(changed))
    assert roots_by_consistency(old, size, roots[0], path[:-1]) != roots
    assert roots_by_consistency(size, old, roots[0], path) is None


def test_peaks_are_as_many_as_the_size_has_ones() -> None:
    peaks = Peaks()
    for number in range(100):
        assert len(peaks.hashes) == peaks.size.bit_count()
        peaks.add(leaf_hash(bytes([number])))
