"""What reaches the disk, and the room that is left there."""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from archive.errors import ArchiveFull, archive_error

MAGIC = b"SQLite format 3\x00"
"""What every SQLite file begins with."""
UNFINISHED = ".part"
"""Ending of a file that is being written."""
RESERVE = 200 * 10**6
"""Bytes that stay free: enough to end a run and to work on in the archive."""
MOST_OF_DISK = 20
"""On a small disk the reserve is this part of it: a twentieth."""


def sync(path: Path) -> None:
    """Force a file, or the names in a folder, to the disk."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


@contextmanager
def written_whole(path: Path) -> Iterator[Path]:
    """A file to write; it gets its name only when it is whole and on the disk, and a file of that
    name gives way then. If the block raises nothing is left; a killed process leaves the part.

    :raises OSError: it can't be written
    """
    part = _beside(path, UNFINISHED)
    try:
        yield part
        sync(part)
        part.rename(path)
    finally:
        part.unlink(missing_ok=True)
    sync(path.parent)


@contextmanager
def stream_written_whole(path: Path) -> Iterator[BinaryIO]:
    """The same, open for its bytes.

    :raises ArchiveError: it can't be written
    """
    try:
        with written_whole(path) as part, part.open("wb") as stream:
            yield stream
    except OSError as error:
        raise archive_error(error, path) from error


@contextmanager
def folder_written_whole(path: Path, *, replaces: bool = True) -> Iterator[Path]:
    """As :func:`written_whole`, of a folder with all that is in it.

    :param replaces: a folder of that name gives way; else it must be empty
    :raises OSError: it can't be written
    """
    part, former = _beside(path, UNFINISHED), _beside(path, ".former")
    part.mkdir()
    try:
        yield part
        os.sync()  # one by one, many small files would take minutes
        if replaces and path.exists():
            path.rename(former)
        part.rename(path)
    finally:
        shutil.rmtree(part, ignore_errors=True)
    shutil.rmtree(former, ignore_errors=True)
    sync(path.parent)


def _beside(path: Path, ending: str) -> Path:
    """A name that nobody else's file bears: what somebody called so is not ours to delete."""
    return path.with_name(f"{path.name}.{os.urandom(4).hex()}{ending}")


def is_database(path: Path) -> bool:
    """Is it an SQLite file? False, too, where there is none, or none that can be read."""
    try:
        with path.open("rb") as file:
            return file.read(len(MAGIC)) == MAGIC
    except OSError:
        return False


def size_of(path: Path) -> int:
    """Bytes of a file; 0 if there is none."""
    try:
        return path.stat().st_size
    except FileNotFoundError:
        return 0


def require_room(path: Path, reserve: int | None = None) -> None:
    """Room for more than what must stay free.

    :param path: any file or folder on the disk in question
    :param reserve: bytes; None: ``RESERVE``, on a small disk less
    :raises ArchiveFull: too little is free
    :raises OSError: there is no such path
    """
    disk = _disk(path, reserve)
    if disk is None:
        return
    free, reserve = disk
    if free < reserve:
        raise ArchiveFull(
            f"only {_megabytes(free)} are free on the disk of {path}, and {_megabytes(reserve)} "
            "are to stay free (TRADEPRESS_RESERVE_MB); what was committed is kept: "
            "free some space and run the command again"
        )


def room(path: Path, reserve: int | None = None) -> int | None:
    """Bytes that may be written before too little is left, parameters as above; None: the disk does
    not say.

    :raises OSError: there is no such path
    """
    disk = _disk(path, reserve)
    return disk and disk[0] - disk[1]


def _disk(path: Path, reserve: int | None) -> tuple[int, int] | None:
    """What is free, and what must stay so."""
    disk = os.statvfs(path)
    if not disk.f_blocks:  # some network disks don't say
        return None
    if reserve is None:
        reserve = min(RESERVE, disk.f_blocks * disk.f_frsize // MOST_OF_DISK)
    return disk.f_bavail * disk.f_frsize, reserve


def _megabytes(size: int) -> str:
    return f"{size / 10**6:.{0 if size >= 10**7 else 1}f} MB"
