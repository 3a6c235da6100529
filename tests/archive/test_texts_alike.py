"""When two texts are one story, and when one is only a part of the other."""

import pytest

from tradepress.archive.stories.texts_alike import (
    FEWEST_RUNS,
    OPENING,
    RUN_WORDS,
    SHORTEST_OPENING,
    is_teaser_of,
    opens_alike,
    shares_most,
)
from tradepress.story import Article


def words(count: int, start: int = 0) -> str:
    return " ".join(f"word{number}" for number in range(start, start + count))


def with_runs(shared: int, own: int) -> str:
    """So many runs of three words that ``words(99)`` has, and so many that it has not."""
    return f"{words(shared + RUN_WORDS - 1)} {words(own, 1000)}"


@pytest.mark.parametrize(
    ("one", "other", "is_most"),
    [
        (words(FEWEST_RUNS + 2), words(99), True),
        (words(FEWEST_RUNS + 1), words(99), False),
        (with_runs(12, 8), words(99), True),
        (with_runs(11, 9), words(99), False),
        (words(30), words(60, 20), False),
        (None, words(99), False),
        (None, None, False),
    ],
)
def test_most_runs_of_the_shorter_text(one: str | None, other: str | None, is_most: bool) -> None:
    assert shares_most(one, other) is shares_most(other, one) is is_most


def test_runs_are_of_words_in_whatever_letters_and_signs() -> None:
    text = words(40)
    assert shares_most(text, text.upper().replace(" ", ",  "))


A = "a" * SHORTEST_OPENING


@pytest.mark.parametrize(
    ("one", "other", "is_alike"),
    [
        (A, A, True),
        (A[1:], A[1:], False),
        (A, f"{A} and more", True),
        (f"{A}… ", f"{A} and more", True),
        (f"{A[1:]}b and more", A, False),
        (f"{A} b", f"{A} c", False),
        ("x" * OPENING + "y", "x" * OPENING + "z", True),
        ("x" * (OPENING - 1) + "y", "x" * (OPENING - 1) + "z", False),
        (f"{A} {words(30)}", f"{A} so {words(30)}", True),
        (f"b{A} {words(30)}", f"{A} {words(30)}", False),
        (f"{A[1:]} {words(30)}", f"{A} {words(30)}", False),
        (None, None, False),
        (None, A, False),
    ],
)
def test_texts_open_alike(one: str | None, other: str | None, is_alike: bool) -> None:
    assert opens_alike(one, other) is opens_alike(other, one) is is_alike


FULL = f"{words(30)}. And more of it stands here, to the very end of what was written by her."


def teaser(kept: str | None, body: str | None, *flags: bool | None) -> bool:
    kept_is_cut, is_cut = flags or (None, None)
    return is_teaser_of(
        Article(body=kept, is_truncated=kept_is_cut), Article(body=body, is_truncated=is_cut)
    )


@pytest.mark.parametrize(
    ("kept", "body", "flags", "is_teaser"),
    [
        (None, FULL, (), False),
        (None, FULL, (False, True), False),
        (None, None, (), False),
        (FULL, None, (), True),
        ("", FULL, (), False),
        # Known to be one: the kept text is better, unless that is a teaser, too.
        (FULL, "Something else altogether", (False, True), True),
        (FULL, FULL + " and more", (False, True), True),
        (FULL, FULL + " and more", (None, True), False),
        (FULL, FULL, (None, True), False),
        (FULL, "Something else altogether", (None, True), True),
        (FULL, "Something else altogether", (True, True), False),
        (FULL, FULL[:50], (True, True), True),
        # Nobody says: the beginning, which breaks off or is much shorter.
        (FULL, FULL, (), False),
        (FULL, FULL[:-1], (), True),
        (FULL, FULL[:50] + "…", (), True),
        (FULL, words(30) + ".", (False, False), False),
        (FULL, words(10), (False, False), True),
        (FULL, words(10) + ".", (False, False), True),
        (FULL, FULL[: FULL.index(",")], (False, False), True),
        (FULL, FULL[: FULL.index(", to") - 2] + ".", (False, False), True),
        # Its words with some edits, of a page that may be a teaser.
        (FULL, "Edited: " + words(20), (None, None), False),
        (FULL, "Edited: " + words(25), (None, None), True),
        (FULL, "Edited: " + words(25), (None, False), False),
        (FULL, "Edited: " + words(22) + ".", (None, None), True),
        (FULL, "Edited: " + words(30) + ". And more of it.", (None, None), False),
        (FULL, "Edited: " + words(30) + ". And more of it", (None, None), True),
        (FULL, words(30, 50), (None, None), False),
    ],
)
def test_a_teaser(
    kept: str | None, body: str | None, flags: tuple[bool | None, ...], is_teaser: bool
) -> None:
    assert teaser(kept, body, *flags) is is_teaser


@pytest.mark.parametrize(("length", "is_teaser"), [(69, True), (70, False)])
def test_a_part_that_ends_with_a_sentence_is_one_if_it_is_much_shorter(
    length: int, is_teaser: bool
) -> None:
    kept = "x" * (length - 1) + ". " + "y" * (99 - length)
    assert len(kept) == 100
    assert teaser(kept, kept[:length], False, False) is is_teaser


@pytest.mark.parametrize("end", [".", "!", "?", "”", "’", '"', ")"])
def test_what_ends_a_sentence(end: str) -> None:
    sentence = words(30)
    assert not teaser(f"{sentence}{end} Sic.", sentence + end, False, False)
    assert teaser(f"{sentence}, sic.", f"{sentence},", False, False)
