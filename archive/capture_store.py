"""What the archive asks of the store of raw pages beside it."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, Protocol

from archive.rows import Row


def between(named: Iterable[tuple[int, int]], size: int) -> Iterator[tuple[int, int]]:
    """Start and end of what lies between the places that are named, and behind the last.

    :param named: offset and length of each
    :param size: of the file
    """
    start = 0
    for offset, length in (*sorted(named), (size, 0)):
        if start < offset:
            yield start, offset
        start = max(start, offset + length)


class CaptureStore(Protocol):
    """Where raw pages go, beside the database."""

    def append(self, capture: Any, /) -> Row:
        """Write one page; its ``file``, ``offset``, ``length`` and ``digest``."""

    def sync(self) -> None:
        """Force everything appended to the disk."""

    def page(self, place: Mapping[str, Any], /) -> bytes | None:
        """What was served, from its ``file``, ``offset`` and ``length``; None if unreadable."""

    def unnamed(self, named: Mapping[str, Sequence[tuple[int, int]]], /) -> Iterable[Row]:
        """Pages at no place that is named, by file, with offset and length: ``url`` and place.

        The ``url`` of what can't be read is None.
        """

    def erase(self, places: Iterable[Mapping[str, Any]], /) -> list[Row]:
        """Overwrite pages for good; those that were not there."""
