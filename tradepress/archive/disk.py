"""Sees to what reaches the disk, and to the room that is left there."""

import fcntl
import os
import re
import shutil
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from typing import BinaryIO

from tradepress.archive.errors import ArchiveFull, archive_error

MAGIC = b"SQLite format 3\x00"
"""Holds what every SQLite file begins with."""
UNFINISHED = ".part"
"""Is the ending of a file that is being written."""
FORMER = ".former"
"""Is the ending of a folder that gives way to one that is whole."""
MARK = re.compile(rf"\.[0-9a-f]{{8}}{re.escape(UNFINISHED)}\Z")
"""Matches how names of parts end, and of the notes that name them: nobody else's file has it."""
BEING_WRITTEN = "it is being written"
BEGINNING = 60
"""Counts the seconds in which a note without a word may be one that is about to be locked."""
RESERVE = 200 * 10**6
"""Counts the bytes that stay free: enough to end a run and to work on in the archive."""
MOST_OF_DISK = 20
"""On a small disk the reserve is this part of it: a twentieth."""


def sync(path: Path) -> None:
    """Forces a file, or the names in a folder, to the disk."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


@contextmanager
def written_whole(path: Path, *, archive: Path | None = None) -> Iterator[Path]:
    """Yields a file to write; it gets its name only when it is whole and on the disk, and a file of
    that name gives way then. If the block raises nothing is left.

    Until then it has no name at all, and a killed process leaves nothing. Where system or disk have
    no such files it is a part beside its name, which a note beside the archive names.

    :param archive: whose stories are in it, so that a withdrawal finds what a kill leaves
    :raises OSError: it can't be written
    """
    with begun(path, archive) as part, _unnamed(path.parent) as unnamed:
        yield unnamed or part
        sync(unnamed or part)
        if unnamed is not None:
            # With a descriptor, whichever, Python asks for the file and not for the link in /proc.
            os.link(unnamed, part, src_dir_fd=int(unnamed.name))
        part.rename(path)
        sync(path.parent)


@contextmanager
def stream_written_whole(path: Path, *, archive: Path | None = None) -> Iterator[BinaryIO]:
    """Yields what :func:`written_whole` does, open for its bytes.

    :raises ArchiveError: it can't be written
    """
    try:
        with written_whole(path, archive=archive) as part, part.open("wb") as stream:
            yield stream
    except OSError as error:
        raise archive_error(error, path) from error


@contextmanager
def folder_written_whole(
    path: Path, *, replaces: bool = True, archive: Path | None = None
) -> Iterator[Path]:
    """Makes a folder as :func:`written_whole` makes a file, with all in it; it always has a name.

    :param replaces: a folder of that name gives way; else it must be empty
    :raises OSError: it can't be written
    """
    with begun(path, archive) as part:
        part.mkdir()
        yield part
        os.sync()  # one by one, many small files would take minutes
        if replaces and path.exists():
            path.rename(part.with_suffix(FORMER))
        part.rename(path)
        sync(path.parent)


@contextmanager
def _unnamed(folder: Path) -> Iterator[Path | None]:
    """Makes a file that is gone with its process; None: there are none such here."""
    try:
        descriptor = os.open(folder, os.O_TMPFILE | os.O_RDWR, 0o666)
    except (AttributeError, OSError):  # as a file with a name it may tell why it can't be written
        yield None
        return
    try:
        path = Path(f"/proc/self/fd/{descriptor}")
        yield path if path.exists() else None
    finally:
        os.close(descriptor)


def unfinished(archive: Path, *, remove: bool) -> dict[str, str | None]:
    """Returns parts of an archive's outputs, and why each is still there; None: a kill left it.

    :param remove: what kills left; what that was to replace stays
    :raises OSError: the archive's folder can't be read
    """
    found: dict[str, str | None] = {}
    for note, part, is_dead in _notes(archive.resolve()):
        is_left, why = os.path.lexists(part), None
        if not is_dead:
            is_left, why = True, BEING_WRITTEN
        elif not part.parent.is_dir():
            is_left, why = True, f"its folder is not there; if that is gone for good, delete {note}"
        elif remove:
            try:
                is_left = _discard(part)
                note.unlink(missing_ok=True)
            except OSError as error:
                why = error.strerror or str(error)
        if is_left:
            found[str(part)] = why
    return found


def _notes(archive: Path) -> Iterator[tuple[Path, Path, bool]]:
    """Yields each note, the part that it names, and whether nobody makes that any more."""
    for note in sorted(archive.parent.iterdir()):
        mark = note.name.removeprefix(archive.name)
        if not MARK.fullmatch(mark) or not note.is_file():
            continue
        with note.open("rb") as held:
            try:
                fcntl.flock(held, fcntl.LOCK_SH | fcntl.LOCK_NB)
                is_dead = True
            except OSError:
                is_dead = False
            part = Path(os.fsdecode(held.read()))
            if not part.name and time.time() - os.fstat(held.fileno()).st_mtime < BEGINNING:
                continue
            if not part.name.endswith(mark):  # who was killed as it named a part had begun none
                part = note.with_name(f"none{mark}")
            yield note, part, is_dead


@contextmanager
def begun(path: Path, archive: Path | None) -> Iterator[Path]:
    """Names a part of an output; what bears the name in the end is removed.

    As long as it is made a note beside the archive names it, so that a withdrawal finds what a kill
    leaves; the next output removes that, too.

    :param archive: whose stories are in it; None: there are none in it
    """
    mark = f".{os.urandom(4).hex()}{UNFINISHED}"
    part = path.absolute().with_name(path.name + mark)
    with ExitStack() as stack:
        if archive is not None:
            with suppress(OSError):  # who may only read there leaves no note
                unfinished(archive, remove=True)
                archive = archive.resolve()
                stack.enter_context(_noted(part, archive.with_name(archive.name + mark)))
        try:
            yield part
        finally:
            with suppress(OSError):
                _discard(part)


@contextmanager
def _noted(part: Path, note: Path) -> Iterator[None]:
    """Keeps a note that names a part as long as that is there; locked while this process lives."""
    with note.open("xb") as held:
        try:
            fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
            held.write(os.fsencode(part))
            held.flush()
            sync(note)
            sync(note.parent)
            yield
        finally:
            if not part.exists():
                with suppress(OSError):  # all is done, and the next output removes it
                    note.unlink()


def _discard(part: Path) -> bool:
    """Removes a part; what it was about to replace gets its name again. Was there any?"""
    former = part.with_suffix(FORMER)
    if former.exists() and not (path := part.with_name(MARK.sub("", part.name))).exists():
        former.rename(path)
    left = [path for path in (part, former) if os.path.lexists(path)]
    for path in left:
        if path.is_dir() and not path.is_symlink():
            shutil.rmtree(path)
        else:
            path.unlink()
    return bool(left)


def is_database(path: Path) -> bool:
    """Is it an SQLite file? False, too, where there is none, or none that can be read."""
    try:
        with path.open("rb") as file:
            return file.read(len(MAGIC)) == MAGIC
    except OSError:
        return False


def size_of(path: Path) -> int:
    """Counts the bytes of a file; 0 if there is none."""
    try:
        return path.stat().st_size
    except FileNotFoundError:
        return 0


def require_room(path: Path, reserve: int | None = None) -> None:
    """Requires room for more than what must stay free.

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
    """Counts the bytes that may be written before too little is left, parameters as of
    :func:`require_room`; None: the disk does not say.

    :raises OSError: there is no such path
    """
    disk = _disk(path, reserve)
    return disk and disk[0] - disk[1]


def _disk(path: Path, reserve: int | None) -> tuple[int, int] | None:
    """Returns the bytes that are free, and those that must stay so."""
    disk = os.statvfs(path)
    if not disk.f_blocks:  # some network disks don't say
        return None
    if reserve is None:
        reserve = min(RESERVE, disk.f_blocks * disk.f_frsize // MOST_OF_DISK)
    return disk.f_bavail * disk.f_frsize, reserve


def _megabytes(size: int) -> str:
    return f"{size / 10**6:.{0 if size >= 10**7 else 1}f} MB"
