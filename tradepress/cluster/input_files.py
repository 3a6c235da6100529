"""Files of captures as inputs of tasks: on this machine, in a shared folder, or in a store."""

import os
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING

from tradepress.cluster.shards import is_local, open_store
from tradepress.jobs.files.page_folders import find_files

if TYPE_CHECKING:
    from fsspec import AbstractFileSystem

ENDINGS = {".warc", ".wet", ".wacz"}
"""Files of many pages, each worth a task."""
STATES = ("ETag", "etag", "mtime", "LastModified", "updated")
"""How file systems say that a file is not the same any more; the first that one has counts."""


class InputGone(Exception):
    """A worker does not see a file, or not the same."""


@dataclass(frozen=True, kw_only=True, slots=True)
class PageFile:
    """A file with captures, as it stood when the job began."""

    address: str
    """An absolute path, or an address of fsspec."""
    size: int | None
    """Bytes; None: its server does not say."""
    state: str | None
    """Changes with the file; None: nothing that does is known."""

    def __str__(self) -> str:
        return self.address

    @property
    def name(self) -> str:
        return PurePosixPath(self.address).name


@dataclass(frozen=True, kw_only=True, slots=True)
class NoInput:
    """What was named and can't be worked."""

    address: str
    reason: str


def find_inputs(addresses: Sequence[str]) -> Iterator[PageFile | NoInput]:
    """The WARC, WET and WACZ files of these files, folders and addresses, each once, in order."""
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
            elif ENDINGS & _endings(file.path.name) or not file.path.exists():
                yield _input(system, str(file.path), str(file.path))
            elif file.is_page:
                reason = "no WARC, WET or WACZ: `tradepress ingest` takes it"
                yield NoInput(address=str(file.path), reason=reason)
        return
    try:
        paths = sorted(system.find(path)) if system.isdir(path) else [path]
    except OSError as error:
        yield NoInput(address=address, reason=str(error))
        return
    for one in paths:
        if one == path or ENDINGS & _endings(one):
            there = address if one == path else system.unstrip_protocol(one)
            yield _input(system, one, there)


def _endings(name: str) -> set[str]:
    return {ending.lower() for ending in PurePosixPath(name).suffixes}


def _input(system: "AbstractFileSystem", path: str, address: str) -> PageFile | NoInput:
    try:
        facts = system.info(path)
    except FileNotFoundError:
        return NoInput(address=address, reason="there is no such file")
    except OSError as error:
        return NoInput(address=address, reason=f"it can't be read ({error})")
    state = next((facts[name] for name in STATES if facts.get(name) is not None), None)
    if isinstance(state, float):  # a shared folder may tell parts of a second otherwise elsewhere
        state = int(state)
    return PageFile(
        address=address, size=facts.get("size"), state=None if state is None else str(state)
    )


@contextmanager
def file_at_hand(file: PageFile) -> Iterator[Path]:
    """The file under its name on this machine; from a store it is fetched.

    :raises InputGone: it is not there, or not the same any more
    :raises OSError: it can't be read
    """
    system, path = open_store(file.address)
    now = _input(system, path, file.address)
    if now != file:
        words = now.reason if isinstance(now, NoInput) else "it was changed since the job began"
        raise InputGone(f"{words}: all workers must see the same file under this address")
    if is_local(system):
        yield Path(path)
        return
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder, file.name)
        system.get_file(path, str(place))
        yield place
