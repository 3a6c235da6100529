"""One writer at a time: a lock the kernel holds, and frees however the holder ends."""

import fcntl
import json
import os
import time
import weakref
from pathlib import Path

from archive.clock import utc_now
from archive.errors import ArchiveBusy

POLL_SECONDS = 0.05


class WriteLock:
    """Exclusive lock on ``<archive>.lock``.

    The file says who holds it and stays when nobody does; only the lock counts.

    :param wait: seconds to wait for another holder
    :raises ArchiveBusy: somebody else holds it
    :raises OSError: the file can't be made
    """

    def __init__(self, archive: Path, *, command: str, wait: float = 0.0) -> None:
        self.archive = archive
        self.path = archive.with_name(archive.name + ".lock")
        deadline = time.monotonic() + wait
        while (descriptor := self._try()) is None:
            if time.monotonic() >= deadline:
                raise self._busy()
            time.sleep(POLL_SECONDS)
        self._descriptor: int | None = descriptor
        _held.add(self)
        holder = {"pid": os.getpid(), "command": command, "started": utc_now()}
        try:
            os.ftruncate(descriptor, 0)
            os.pwrite(descriptor, json.dumps(holder).encode() + b"\n", 0)
        except OSError:
            self.release()
            raise

    def release(self) -> None:
        """Let the next writer in."""
        if self._descriptor is not None:
            os.close(self._descriptor)
            self._descriptor = None

    def _try(self) -> int | None:
        descriptor = os.open(self.path, os.O_RDWR | os.O_CREAT, 0o644)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            # Somebody may have deleted the file meanwhile; a lock on a nameless file is none.
            if os.path.samestat(os.fstat(descriptor), self.path.stat()):
                return descriptor
        except (BlockingIOError, FileNotFoundError):
            pass
        os.close(descriptor)
        return None

    def _busy(self) -> ArchiveBusy:
        try:
            holder = json.loads(self.path.read_text())
            pid, command, started = (holder[name] for name in ("pid", "command", "started"))
        except (OSError, ValueError, KeyError, TypeError):
            return ArchiveBusy(
                f"{self.archive} is being written by another process; "
                "wait for it to end, or give --wait SECONDS"
            )
        return ArchiveBusy(
            f"{self.archive} is being written by process {pid} "
            f"(`{command}`, started {started}); wait for it to end, or give --wait SECONDS",
            pid=pid,
            command=command,
            started=started,
        )


def is_being_written(archive: Path) -> bool:
    """Does some process hold the archive's lock?"""
    try:
        descriptor = os.open(archive.with_name(archive.name + ".lock"), os.O_RDONLY)
    except OSError:
        return False
    try:
        fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    finally:
        os.close(descriptor)
    return False


_held: "weakref.WeakSet[WriteLock]" = weakref.WeakSet()


def _let_go_in_child() -> None:
    # A forked worker shares the lock; without this it would keep it after its parent's death.
    for lock in _held:
        lock.release()


os.register_at_fork(after_in_child=_let_go_in_child)
