"""Opens a file of raw pages by the name that an index gives it, in the one way there is.

An archive of somebody else's may name anything: ``../victim.txt``, a link, a pipe. Nothing is read
from there, and nothing written.
"""

import os
import re
import stat
from pathlib import Path
from typing import IO

NAME = re.compile(r"(?=.{1,255}$)[A-Za-z0-9_-][A-Za-z0-9._-]*\.warc\.gz")
"""Matches all names that such a file may have; none leads out of its folder."""
FLAGS = {"rb": os.O_RDONLY, "r+b": os.O_RDWR, "ab": os.O_WRONLY | os.O_APPEND | os.O_CREAT}


class RefusedFile(OSError):
    """Says that under that name lies no file of raw pages, and what does."""


def open_kept(folder: Path, name: str, mode: str = "rb", buffering: int = -1) -> IO[bytes]:
    """Opens a file of a folder. If the folder itself is a link, it is the operator's, and followed.

    :param mode: rb, r+b or ab
    :raises RefusedFile: nothing is opened, or changed
    :raises OSError: it is not there, or can't be opened
    """
    if why := refusal(folder, name):
        raise RefusedFile(why)
    return open_own(folder / name, mode, buffering)


def open_own(path: Path, mode: str = "rb", buffering: int = -1) -> IO[bytes]:
    """Opens a file of our own making under any name; errors as of :func:`open_kept`."""
    # Open, it stays the file that is looked at, whatever takes its name; no pipe is waited for.
    file = os.open(path, FLAGS[mode] | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC, 0o666)
    if why := _why_not(os.fstat(file)):
        os.close(file)
        raise RefusedFile(f"{path} {why}")
    return os.fdopen(file, mode, buffering)


def refusal(folder: Path, name: str) -> str | None:
    """Returns why nothing is opened under that name; None: it is, or nothing can be seen there."""
    if not NAME.fullmatch(name):
        return f"{name[:100]!r} is no name of a file of captured pages"
    try:
        why = _why_not((folder / name).lstat())
    except OSError:
        return None
    return why and f"{folder / name} {why}"


def _why_not(found: os.stat_result) -> str | None:
    if stat.S_ISLNK(found.st_mode):
        return "is a link, and none is followed"
    if not stat.S_ISREG(found.st_mode):
        return "is no file"
    return "has another name, too (a hard link)" if found.st_nlink > 1 else None
