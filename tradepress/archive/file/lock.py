"""Lets one writer in at a time: the kernel holds the lock, and frees it however the holder ends."""

import fcntl
import json
import os
from pathlib import Path

from filelock import FileLock, Timeout

from tradepress.archive.clock import utc_now
from tradepress.archive.errors import ArchiveBusy


class WriteLock:
    """Holds the exclusive lock on ``<archive>.lock``; a forked worker has no share in it.

    The file says who holds it and stays when nobody does; only the lock counts.

    :param wait: seconds to wait for another holder
    :raises ArchiveBusy: somebody else holds it
    :raises OSError: the file can't be made, or its folder is not there
    """

    def __init__(self, archive: Path, *, command: str, wait: float = 0.0) -> None:
        path = _file(archive)
        path.parent.stat()  # FileLock would make a folder that is not there
        self._lock = FileLock(path, thread_local=False, fallback_to_soft=False)
        try:
            self._lock.acquire(timeout=wait)
        except Timeout:
            raise _busy(archive) from None
        holder = {"pid": os.getpid(), "command": command, "started": utc_now()}
        try:
            # SQLite locks by these, and says of a disk without any that another program is at it.
            with path.open("r+b") as file:
                fcntl.lockf(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            path.write_text(json.dumps(holder) + "\n")
        except OSError:
            self.release()
            raise

    def release(self) -> None:
        """Lets the next writer in."""
        self._lock.release()


def is_being_written(archive: Path) -> bool:
    """Does some process hold the archive's lock?"""
    # Asked without a right to write, too, and in nobody's way; a FileLock is neither.
    try:
        descriptor = os.open(_file(archive), os.O_RDONLY)
    except OSError:
        return False
    try:
        fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except OSError as error:  # where nothing can be locked nobody holds it
        return isinstance(error, BlockingIOError)
    finally:
        os.close(descriptor)
    return False


def _file(archive: Path) -> Path:
    return archive.with_name(archive.name + ".lock")


def _busy(archive: Path) -> ArchiveBusy:
    try:
        holder = json.loads(_file(archive).read_text())
        pid, command, started = (holder[name] for name in ("pid", "command", "started"))
    except (OSError, ValueError, KeyError, TypeError):
        return ArchiveBusy(
            f"{archive} is being written by another process; "
            "wait for it to end, or give --wait SECONDS"
        )
    return ArchiveBusy(
        f"{archive} is being written by process {pid} "
        f"(`{command}`, started {started}); wait for it to end, or give --wait SECONDS",
        pid=pid,
        command=command,
        started=started,
    )
