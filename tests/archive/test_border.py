"""What is foreign fails under the name of its outcome, however its reader fails."""

import pytest

from tradepress.archive.border import MOST_WORDS, border


class Refused(Exception):
    """The outcome of an item."""


class Ours(Exception):
    """An error of the house."""


@pytest.mark.parametrize(
    "failure",
    [
        ValueError("no date"),
        RecursionError("too deep"),
        MemoryError(),
        OverflowError("date value out of range"),
        AssertionError(),
        KeyError("x"),
    ],
)
def test_whatever_fails_is_the_outcome(failure: Exception) -> None:
    with pytest.raises(Refused, match=type(failure).__name__) as caught, border(Refused, Ours):
        raise failure
    assert caught.value.__cause__ is failure


def test_an_error_of_the_house_passes() -> None:
    with pytest.raises(Ours, match="known"), border(Refused, Ours):
        raise Ours("known")


@pytest.mark.parametrize("stop", [KeyboardInterrupt, SystemExit, GeneratorExit])
def test_what_stops_a_program_passes(stop: type[BaseException]) -> None:
    with pytest.raises(stop), border(Refused):
        raise stop


def test_what_a_library_quotes_is_cut_and_one_line() -> None:
    with pytest.raises(Refused) as caught, border(Refused):
        raise ValueError("a\nb" + "c" * 10_000)
    assert str(caught.value).startswith("ValueError: a b")
    assert len(str(caught.value)) == MOST_WORDS + 1


def test_nothing_happens_to_what_is_read() -> None:
    with border(Refused):
        read = "whole"
    assert read == "whole"
