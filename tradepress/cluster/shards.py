"""Keeps shards: what tasks give, in a folder that all workers see, or an object store (fsspec).

    ADDRESS/ingest-1a2b…/9f8e7d6c/archive.db …     the files, by one of those that tried
    ADDRESS/ingest-1a2b…/shard.json                last: which folder counts, with sums and digests

A shard without ``shard.json`` is none: its worker died. Of two workers that did the same, one of
which was taken for dead, the last to end counts, and neither writes into the other's files.
"""

import hashlib
import json
import os
import re
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import asdict, dataclass
from pathlib import Path, PurePosixPath
from secrets import token_bytes
from typing import TYPE_CHECKING, Any

from tradepress.archive.border import border
from tradepress.cluster.dask_cluster import NoSuchStore
from tradepress.cluster.task import Input, Task, Worked

if TYPE_CHECKING:
    from fsspec import AbstractFileSystem

MANIFEST = "shard.json"
KEY = "site.key"
TASK = re.compile(r"[a-z]+-[0-9a-f]{32}")
"""Matches the name of a task."""
ATTEMPT = re.compile(r"[0-9a-f]{8}")
"""Matches what the folder of a try is called."""


class DamagedShard(Exception):
    """A file of a shard is not the one that its worker wrote."""


class UnreadableShard(DamagedShard):
    """It may be whole, but can't be read now."""


@dataclass(frozen=True, kw_only=True, slots=True)
class ShardFile:
    """Is one file of a shard."""

    name: str
    """Is the name with its folders, below the shard's own."""
    size: int
    sha256: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Shard:
    """Is what a task has given: whole, and in its place."""

    task: str
    """Is the task's name."""
    folder: str
    """Is where its files are, below ``ADDRESS/task``."""
    counts: Mapping[str, int]
    notes: tuple[str, ...]
    files: tuple[ShardFile, ...]
    worker: str
    """Says who worked it, ``host:pid``."""
    asked_by: str
    """Names the run that had it worked."""


def open_store(address: str) -> "tuple[AbstractFileSystem, str]":
    """Returns a file system, and the path in it; without ``://`` it is a path of this machine.

    :raises NoSuchStore: nothing that is installed reads such addresses, or it can't be reached
    """
    from fsspec.core import url_to_fs

    try:
        system, path = url_to_fs(address)
    except ImportError as error:  # "Install s3fs to access S3"
        raise NoSuchStore(f"{address}: {error} (pip install it here and on all workers)") from error
    except ValueError as error:
        raise NoSuchStore(f"{address}: {error}") from error
    return system, path


def is_local(system: "AbstractFileSystem") -> bool:
    """Are its files those of this machine, or of a folder that it shares?"""
    from fsspec.implementations.local import LocalFileSystem

    return isinstance(system, LocalFileSystem)


def find_shard(address: str, task: str) -> Shard | None:
    """Finds the shard of a task, if it stands.

    :param task: its name
    :returns: None: nobody has worked it to the end
    :raises OSError: the place can't be read
    """
    system, root = open_store(address)
    try:
        text = system.cat_file(f"{root}/{task}/{MANIFEST}")
        with border(DamagedShard):
            return _shard_in(json.loads(text), task)
    except (FileNotFoundError, DamagedShard):  # half a manifest is none
        return None


def find_manifests(address: str) -> list[tuple[Shard, Mapping[str, Any]]]:
    """Returns all shards that stand, each with all that its manifest says."""
    system, root = open_store(address)
    found = []
    for task in find_left(address):
        if (shard := find_shard(address, task)) is not None:
            found.append((shard, json.loads(system.cat_file(f"{root}/{task}/{MANIFEST}"))))
    return found


def keep_site_key(address: str) -> bytes:
    """Returns the key that the shards of a place and their archive have in common; whoever asks
    first makes it.

    :raises OSError: it can't be read or written
    """
    system, root = open_store(address)
    place = f"{root}/{KEY}"
    if not system.exists(place):
        system.makedirs(root, exist_ok=True)
        if is_local(system):
            with tempfile.NamedTemporaryFile(dir=root) as file, suppress(FileExistsError):
                file.write(token_bytes(32))
                file.flush()
                os.link(file.name, place)  # whole, and by one alone
        else:
            system.pipe_file(place, token_bytes(32))
            system.invalidate_cache()
    return bytes(system.cat_file(place))


def _shard_in(said: Mapping[str, Any], task: str) -> Shard:
    """Reads a manifest; raises ValueError where it names what is not below its own folder; others,
    if its form is another."""
    shard = Shard(
        task=said["task"],
        folder=said["folder"],
        counts={str(outcome): int(count) for outcome, count in dict(said["counts"]).items()},
        notes=tuple(map(str, said["notes"])),
        files=tuple(ShardFile(**file) for file in said["files"]),
        worker=str(said["worker"]),
        asked_by=str(said["asked_by"]),
    )
    names = [PurePosixPath(file.name) for file in shard.files]
    if shard.task != task or not ATTEMPT.fullmatch(shard.folder):
        raise ValueError(f"{shard.task}/{shard.folder} is none of {task}")
    if any(name.is_absolute() or ".." in name.parts for name in names):
        raise ValueError(f"a file of {task} is outside of its folder")
    return shard


def publish_shard(
    address: str,
    task: Task[Input],
    folder: Path,
    worked: Worked,
    *,
    worker: str,
    asked_by: str,
    known_as: str = "",
) -> Shard:
    """Puts the files of a folder in their place, and the manifest last.

    :param known_as: by what an archive knows the file that was read, for whoever sees only shards
    :raises OSError: they can't be written; there is no shard then
    """
    system, root = open_store(address)
    attempt = os.urandom(4).hex()
    there = f"{root}/{task.name}/{attempt}"
    files = []
    try:
        for path in sorted(path for path in folder.rglob("*") if path.is_file()):
            name = path.relative_to(folder).as_posix()
            size, digest = path.stat().st_size, _digest(path)
            system.makedirs(f"{there}/{name}".rpartition("/")[0], exist_ok=True)
            system.put_file(str(path), f"{there}/{name}")
            files.append(ShardFile(name=name, size=size, sha256=digest))
    except OSError:
        with suppress(OSError):  # others may need the room
            system.rm(there, recursive=True)
        raise
    shard = Shard(
        task=task.name,
        folder=attempt,
        counts=worked.counts,
        notes=worked.notes,
        files=tuple(files),
        worker=worker,
        asked_by=asked_by,
    )
    said = {**asdict(shard), "input": asdict(task.input), "known_as": known_as}
    said["rules"] = task.rules
    system.makedirs(f"{root}/{task.name}", exist_ok=True)
    text = json.dumps(said, indent=1)  # names of files need be no UTF-8
    system.pipe_file(f"{root}/{task.name}/{MANIFEST}", text.encode())
    return shard


@contextmanager
def shard_files(address: str, shard: Shard) -> Iterator[Path]:
    """Opens a folder with a shard's files, looked over; of another machine they are fetched.

    :raises DamagedShard: one is missing, not as it was written, or can't be read
    """
    system, root = open_store(address)
    there = f"{root}/{shard.task}/{shard.folder}"
    with ExitStack() as stack:
        try:
            if is_local(system):
                here = Path(there)
            else:
                here = Path(stack.enter_context(tempfile.TemporaryDirectory()))
                _fetch(system, there, shard, here)
            _check(here, shard)
        except OSError as error:
            raise UnreadableShard(f"{shard.task} can't be read ({error})") from error
        yield here


def _fetch(system: "AbstractFileSystem", there: str, shard: Shard, here: Path) -> None:
    for file in shard.files:
        place = here / file.name
        place.parent.mkdir(parents=True, exist_ok=True)
        with suppress(FileNotFoundError):  # told as it is looked over
            system.get_file(f"{there}/{file.name}", str(place))


def remove_shard(address: str, task: str) -> str | None:
    """Removes a shard with what others have left who tried; the manifest goes first.

    :returns: None, or why it is still there: workers may write as another user
    """
    system, root = open_store(address)
    system.invalidate_cache()  # workers have written there
    try:
        for place in (f"{root}/{task}/{MANIFEST}", f"{root}/{task}"):
            if system.exists(place):
                system.rm(place, recursive=True)
    except OSError as error:
        return str(error)
    return None


def remove_damaged(address: str, task: str, error: Exception) -> str:
    """Removes a shard that is not as it was written; returns what happened, and what to do.
    One that can't be read stays."""
    if isinstance(error, UnreadableShard):
        return f"{error}: run the command again"
    if why := remove_shard(address, task):
        return f"{error}, and can't be removed ({why}): remove {address}/{task}, then run it again"
    return f"{error}: run the command again, and it is worked anew"


def remove_empty(address: str) -> None:
    """Removes a folder of this machine in which no shard is left."""
    system, root = open_store(address)
    if is_local(system):
        with suppress(OSError):
            Path(root).rmdir()


def find_left(address: str) -> list[str]:
    """Returns the names of tasks of which something stands there still: given up, asked for by
    nobody since a rule or a file was changed, published by a worker that was taken for dead, or not
    removable."""
    system, root = open_store(address)
    system.invalidate_cache()
    try:
        names = [PurePosixPath(path).name for path in system.ls(root, detail=False)]
    except OSError:
        return []
    return sorted(name for name in names if TASK.fullmatch(name))


def _check(folder: Path, shard: Shard) -> None:
    for file in shard.files:
        path = folder / file.name
        try:
            is_same = path.stat().st_size == file.size and _digest(path) == file.sha256
        except FileNotFoundError:
            is_same = False
        if not is_same:
            raise DamagedShard(f"{file.name} of {shard.task} is missing, or not as it was written")


def _digest(path: Path) -> str:
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()
