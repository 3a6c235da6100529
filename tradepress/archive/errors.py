"""Says what can be wrong with an archive, or with what is asked of it; each message is one line
that says what to do."""

import errno
import re
import sqlite3
from pathlib import Path


class ArchiveError(Exception):
    """Says that the archive can't do what was asked; the message is meant for a person."""


class ArchiveMissing(ArchiveError):
    """Says that there is no file at that path."""


class NotAnArchive(ArchiveError):
    """Says that the file is something else; it was left untouched."""


class NewerArchive(ArchiveError):
    """Says that the file was written by a newer release; it was left untouched."""


class OlderArchive(ArchiveError):
    """Says that a writer must migrate the file before it can be read, or that it is too old."""


class DamagedArchive(ArchiveError):
    """Says that the file is broken; it was left untouched."""


class UnreadableStory(DamagedArchive):
    """Says that what is stored of one version of a story can't be read; others can."""

    def __init__(self, ref: str, column: str) -> None:
        self.what = f"the {column} of {ref} can’t be read: this place of the archive is damaged"
        super().__init__(f"{self.what}; put a backup in its place")


class ArchiveGone(ArchiveError):
    """Says that the file was deleted, moved, replaced or overwritten while it was written."""


class ArchiveBusy(ArchiveError):
    """Says that somebody else is writing; what is known of them is in the attributes."""

    def __init__(
        self,
        message: str,
        *,
        pid: int | None = None,
        command: str | None = None,
        started: str | None = None,
    ) -> None:
        super().__init__(message)
        self.pid = pid
        self.command = command
        self.started = started


class SqliteTooOld(ArchiveError):
    """Says that this Python brings an SQLite without STRICT tables (before 3.37)."""


class ArchiveFull(ArchiveError):
    """Says that there is no room left to write."""


class MixedArchive(ArchiveError):
    """Says that the invented sample and real stories would come into one file."""


class NoSuchArticle(ArchiveError):
    """Says that no article has that ref, or not that version."""


class WithdrawnArticle(NoSuchArticle):
    """Says when and why the article was withdrawn for good."""

    def __init__(self, message: str, ref: str) -> None:
        super().__init__(message)
        self.ref = ref


class QueryError(ValueError):
    """Says that the query can't be read, or can't be meant: what is wrong, and where."""


class EmptyQuery(QueryError):
    """Says that nothing in the query can be searched for."""


NAMELESS = "/proc/self/fd/"
"""Is how an open file is called that has no name."""
NO_LOCKS = (errno.ENOLCK, errno.EOPNOTSUPP, errno.ENOSYS)
CHECK_DISK = "what was committed is kept: check the disk, and what limits its use"


UNDECODABLE = re.compile(r"Could not decode to UTF-8 column '(.*?)' with text ", re.S)
"""Matches what Python says of a text that is none, and then it quotes the story."""


def words_of(error: sqlite3.Error) -> str:
    """Returns what SQLite says, without any text of a story."""
    match = UNDECODABLE.match(str(error))
    return f"its column {match[1]} holds what is no text" if match else str(error)


def error_code(error: sqlite3.Error) -> int:
    """Returns SQLite's primary result code; 0 of an error that is Python's own."""
    return getattr(error, "sqlite_errorcode", 0) & 0xFF


def damaged(path: Path | str, why: str) -> DamagedArchive:
    return DamagedArchive(f"{path} is damaged ({why}); put a backup in its place, or move it away")


def archive_error(error: sqlite3.Error | OSError, path: Path) -> ArchiveError:
    """Returns a failure of SQLite or of the disk in words for a person."""
    if isinstance(error, OSError):
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            return _full(path)
        is_disk = error.errno in (errno.EIO, errno.EFBIG)
        mend = CHECK_DISK if is_disk else "check the folder and its rights"
        if error.errno in NO_LOCKS:
            mend = "files can't be locked there: keep the archive on a local disk"
        named = error.filename or path
        if str(named).startswith(NAMELESS):
            named = path
        return ArchiveError(f"{named}: {error.strerror or error}; {mend}")
    code = error_code(error)
    if code == sqlite3.SQLITE_FULL:
        return _full(path)
    if code in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
        return ArchiveBusy(
            f"{path} is locked by another program; close it there and run the command again"
        )
    if code in (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB) or UNDECODABLE.match(str(error)):
        return damaged(path, words_of(error))
    if code == sqlite3.SQLITE_IOERR:  # a full quota, too
        return ArchiveError(f"{path}: {error}; {CHECK_DISK}")
    return ArchiveError(f"{path}: {error}; check that the file and its folder can be written")


def _full(path: Path) -> ArchiveFull:
    return ArchiveFull(
        f"no room left to write {path}; what was committed is kept: "
        "free some space and run the command again"
    )
