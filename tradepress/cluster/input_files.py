"""Finds files of captures as inputs of tasks: on this machine, in a shared folder or a store."""

import os
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from itertools import pairwise
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING

from tradepress.cluster.shards import is_local, open_store
from tradepress.jobs.files.file_pages import file_borders
from tradepress.jobs.files.page_folders import RECORDS, find_files

if TYPE_CHECKING:
    from fsspec import AbstractFileSystem

PART = 1 << 30
"""Is how many bytes a part of a large file has: as a WARC file should (ISO 28500, annex C)."""
STATES = ("ETag", "etag", "mtime", "LastModified", "Last-Modified", "updated")
"""Names how file systems say that a file has changed; the first that one has counts."""


class InputGone(Exception):
    """A worker does not see a file, or not the same."""


@dataclass(frozen=True, kw_only=True, slots=True)
class PageFile:
    """Is a file with captures, or a part of one, as it stood when the job began."""

    address: str
    """Is an absolute path, or an address of fsspec."""
    size: int | None
    """Is in bytes; None: its server does not say."""
    state: str | None
    """Is another one as the file changes; None: nothing that does is known."""
    start: int = 0
    """Is where the part begins, in bytes."""
    stop: int | None = None
    """Is the first byte behind it; None: it goes to the end."""

    def __str__(self) -> str:
        if self.start or self.stop:
            return f"{self.address} (from byte {self.start:,} to {self.stop or self.size:,})"
        return self.address

    @property
    def name(self) -> str:
        return PurePosixPath(self.address).name


@dataclass(frozen=True, kw_only=True, slots=True)
class NoInput:
    """Is what was named and can't be worked."""

    address: str
    reason: str


def find_inputs(addresses: Sequence[str]) -> Iterator[PageFile | NoInput]:
    """Yields the files of many pages of files, folders and addresses, each once, in order."""
    met: set[str] = set()
    for address in addresses:
        for found in _found(address):
            if found.address not in met:
                met.add(found.address)
                yield found


def _found(address: str) -> Iterator[PageFile | NoInput]:
    system, path = open_store(address)
    if is_local(system):
        for file in find_files([Path(os.path.normpath(path))]):
            if file.fault:
                yield NoInput(address=str(file.path), reason=file.fault)
            elif _has_records(file.path.name) or not file.path.exists():
                yield _input(system, str(file.path), str(file.path))
            elif file.is_page:
                reason = "no WARC, ARC, WET or WACZ: leave out --local and --scheduler"
                yield NoInput(address=str(file.path), reason=reason)
        return
    try:
        paths = sorted(system.find(path)) if system.isdir(path) else [path]
    except Exception as error:  # what stores are had by has errors of its own
        yield NoInput(address=address, reason=str(error))
        return
    for one in paths:
        if one == path or _has_records(one):
            there = address if one == path else system.unstrip_protocol(one)
            yield _input(system, one, there)


def _has_records(name: str) -> bool:
    """Has it many pages, by its ending, and is worth a task?"""
    return any(ending.lower() in RECORDS for ending in PurePosixPath(name).suffixes)


def _input(system: "AbstractFileSystem", path: str, address: str) -> PageFile | NoInput:
    try:
        facts = system.info(path)
    except FileNotFoundError:
        return NoInput(address=address, reason="there is no such file")
    except Exception as error:
        return NoInput(address=address, reason=f"it can't be read ({error})")
    state = next((facts[name] for name in STATES if facts.get(name) is not None), None)
    if isinstance(state, float):  # a shared folder may tell parts of a second otherwise elsewhere
        state = int(state)
    return PageFile(
        address=address, size=facts.get("size"), state=None if state is None else str(state)
    )


def in_parts(file: PageFile, size: int = PART) -> list[PageFile]:
    """Cuts a file that is more than twice as large as a part into parts, between two of its
    records; leaves others, and those of a store, as they are.

    :param size: bytes of a part
    """
    if "://" in file.address or (file.size or 0) <= 2 * size:
        return [file]
    try:
        borders = [0, *file_borders(Path(file.address), size), None]
    except OSError:  # whose turn it is tells
        return [file]
    return [replace(file, start=start or 0, stop=stop) for start, stop in pairwise(borders)]


@contextmanager
def file_at_hand(file: PageFile, scratch: Path) -> Iterator[Path]:
    """Gives the whole file under its name on this machine; from a store it is fetched.

    :param scratch: a folder for that
    :raises InputGone: it is not there, or not the same any more
    :raises OSError: it can't be read
    """
    system, path = open_store(file.address)
    now = _input(system, path, file.address)
    if now != replace(file, start=0, stop=None):
        words = now.reason if isinstance(now, NoInput) else "it was changed since the job began"
        raise InputGone(f"{words}: all workers must see the same file under this address")
    if is_local(system):
        yield Path(path)
        return
    with tempfile.TemporaryDirectory(dir=scratch) as folder:
        place = Path(folder, file.name)
        system.get_file(path, str(place))
        yield place
