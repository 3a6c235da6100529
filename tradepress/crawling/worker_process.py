"""Is the process of a page worker: a new one loads this and what reads pages, and no asyncio."""

import pickle
import resource
import signal
import socket
import sys
import traceback
from contextlib import suppress
from importlib import import_module
from multiprocessing import resource_tracker
from multiprocessing.context import SpawnProcess
from struct import Struct
from types import ModuleType

import tradepress.spiders

ALARMS = (signal.ITIMER_PROF, signal.ITIMER_REAL)
"""Names the timers of both limits; they end a process by SIGPROF and by SIGALRM."""
LENGTH = Struct("!Q")
"""Stands before whatever goes to a worker or comes from it."""
STOPS = {signal.SIGINT, signal.SIGHUP, signal.SIGTERM}


class WorkerProcess(SpawnProcess):
    """Is a worker; it runs imported functions, so the program's main script is not run again.

    Ctrl-C, a hang-up and a stop reach every process of the group; what they mean is the main
    process's business. A worker ends when its line does, or by an alarm of the task in hand.
    """

    def start(self) -> None:
        main = sys.modules["__main__"]
        sys.modules["__main__"] = ModuleType("__main__")
        resource_tracker.ensure_running()  # with the first worker it unblocks what is blocked
        before = signal.pthread_sigmask(signal.SIG_BLOCK, STOPS)
        try:
            super().start()
        finally:
            signal.pthread_sigmask(signal.SIG_SETMASK, before)
            sys.modules["__main__"] = main


def serve(line: socket.socket, most: int, folders: list[str]) -> None:
    """Does task after task in a new worker, its memory bounded.

    :param folders: where sources are declared, whose functions come with the tasks
    """
    tradepress.spiders.__path__[:] = folders
    soft, hard = resource.getrlimit(resource.RLIMIT_DATA)  # a stricter one than ours stays
    least = min(limit for limit in (most, soft, hard) if limit != resource.RLIM_INFINITY)
    resource.setrlimit(resource.RLIMIT_DATA, (least, hard))
    with line, line.makefile("rb") as tasks, suppress(OSError):  # the owner may be gone
        line.sendall(LENGTH.pack(0))
        import_module("tradepress.extraction.article")  # before the first page's time runs
        while head := tasks.read(LENGTH.size):
            answer = _call(tasks.read(*LENGTH.unpack(head)))
            line.sendall(LENGTH.pack(len(answer)) + answer)


def _call(task: bytes) -> bytes:
    """Returns, in the worker, a pickled pair of the function's result and of what it raised.

    The alarms are the kernel's: they end the process even if the owner is gone or no Python runs.
    """
    try:
        limits, function, args, kwargs = pickle.loads(task)
        for alarm, seconds in zip(ALARMS, limits, strict=True):
            signal.setitimer(alarm, seconds)
        return pickle.dumps((function(*args, **kwargs), None))
    except MemoryError:
        return pickle.dumps((None, MemoryError()))
    except Exception as error:
        return _pickled(error)
    finally:
        for alarm in ALARMS:
            signal.setitimer(alarm, 0)


def _pickled(error: Exception) -> bytes:
    """Packs the error with its traceback; one that does not survive that is named by another."""
    error.add_note("".join(traceback.format_exception(error)))
    try:
        answer = pickle.dumps((None, error))
        pickle.loads(answer)
    except Exception:
        return pickle.dumps((None, RuntimeError(f"{type(error).__name__}: {error}")))
    return answer
