"""Fingerprints: the measure of similarity, and the signature that estimates it."""

import random
from hashlib import sha256

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tradepress.archive.near_duplicates.fingerprint import (
    MOST_WORDS,
    SIGNATURE_SIZE,
    band_numbers,
    cut_shingles,
    estimate_resemblance,
    measure_similarity,
    pack,
    sign,
    split_words,
    unpack,
)

WORDS = ["court", "dismissed", "course", "appeal", "late"]
numbers = st.sets(st.integers(0, 400).map(str), min_size=1, max_size=120)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("The COURT dismissed, of course, an appeal: “Too late.”", WORDS),
        ("STRASSE, Straße; d’origine in 2017", ["strasse", "strasse", "origine", "2017"]),
        ("The fee is 95 for all", []),
        ("\u706f\u7c60\u306e trademark", ["\u706f", "\u7c60", "\u306e", "trademark"]),
        ("", []),
    ],
)
def test_words_are_the_longer_ones(text: str, words: list[str]) -> None:
    assert split_words(text) == words


def test_of_an_endless_text_the_opening_counts() -> None:
    assert len(split_words("lantern " * (MOST_WORDS + 1))) == MOST_WORDS


@pytest.mark.parametrize(
    ("others", "similarity"),
    [
        (WORDS, 1),
        (["appeal", "late", "said"], 4 / 8),
        (["dismissed", "course", "appeal"], 6 / 8),
        (["appeal", "late", "court", "dismissed"], 8 / 9),
        (["late", "appeal", "court"], 0),
        ([], 0),
    ],
)
def test_the_measure_is_the_share_of_words_beside_the_same(
    others: list[str], similarity: float
) -> None:
    one, other = cut_shingles(WORDS), cut_shingles(others)
    assert measure_similarity(one, other) == pytest.approx(similarity)
    assert measure_similarity(other, one) == pytest.approx(similarity)


@settings(max_examples=50, deadline=None)
@given(numbers, st.randoms())
def test_signature_knows_no_order_and_no_repeats(one: set[str], rnd: random.Random) -> None:
    shuffled = sorted(one)
    rnd.shuffle(shuffled)
    assert sign(shuffled + shuffled) == sign(one)


@pytest.mark.parametrize("size", [5, 29, 60, 900])
@pytest.mark.parametrize("share", [0.0, 0.1, 0.3, 0.6, 0.9, 1.0])
def test_estimate_is_unbiased_for_small_and_large_sets(size: int, share: float) -> None:
    errors = []
    for trial in range(60):
        words = [f"{trial}-{number}" for number in range(2 * size)]
        common = round(size * share)
        one, other = words[:size], words[size - common : 2 * size - common]
        exact = len(set(one) & set(other)) / len(set(one) | set(other))
        errors.append(estimate_resemblance(sign(one), sign(other)) - exact)
    assert abs(sum(errors)) / len(errors) < 0.025
    assert (sum(error**2 for error in errors) / len(errors)) ** 0.5 < 0.08


def test_signatures_are_the_same_for_ever() -> None:
    signature = sign(f"lantern {number}" for number in range(100))
    assert sha256(pack(signature)).hexdigest()[:16] == "f6b7bf91b936aeba"
    assert unpack(pack(signature)) == signature


@pytest.mark.parametrize("size", [1, 40, 4000])
def test_every_pair_of_values_has_a_band_of_its_place(size: int) -> None:
    signature = sign(str(number) for number in range(size))
    bands = band_numbers(signature)
    assert len(bands) == SIGNATURE_SIZE / 2
    assert bands == sorted(set(bands))
    assert all(0 <= band < 2**63 for band in bands)
    changed = (signature[0] ^ 1, *signature[1:])
    assert band_numbers(changed)[0] != bands[0]
    assert band_numbers(changed)[1:] == bands[1:]
