"""Guards the border at which what is foreign becomes ours, or is refused under a name.

A page, a feed, an index, a file of somebody else's may make its reader fail in ways that nobody
thought of: that is a fault of this one item, and neither a defect nor the end of all others.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

MOST_WORDS = 200
"""Limits the letters of what a library says of its failure: it may quote all that it read."""


@contextmanager
def border(refused: Callable[[str], Exception], *own: type[Exception]) -> Iterator[None]:
    """Raises what ``refused`` makes of a failure, whichever it is: the outcome of this item.

    It stands around what reads, never around what writes: a full disk is nobody's page.

    :param refused: takes the failure in some words, and makes the error that names the outcome
    :param own: errors of the house, which pass as they are
    """
    try:
        yield
    except own:
        raise
    # Libraries fail by RecursionError, OverflowError, MemoryError and AssertionError, too.
    except Exception as error:
        raise refused(failure_in_words(error)) from error


def failure_in_words(error: Exception) -> str:
    """Returns ``ValueError: this is no date``, and no longer than a line may be."""
    said = "it is nested too deeply" if isinstance(error, RecursionError) else error
    words = " ".join(f"{type(error).__name__}: {said}".split()).rstrip(": ")
    return words if len(words) <= MOST_WORDS else f"{words[:MOST_WORDS]}…"
