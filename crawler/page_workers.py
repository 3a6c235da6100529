"""The processes in which pages are parsed: one that hangs, swells or dies costs one page."""

import asyncio
import os
import pickle
import resource
import signal
import sys
import traceback
from collections.abc import Callable
from concurrent.futures import Future, InvalidStateError
from concurrent.futures.process import BrokenProcessPool
from contextlib import suppress
from multiprocessing.context import SpawnContext, SpawnProcess
from types import ModuleType
from typing import Any, ParamSpec, Self, TypeVar, cast
from weakref import WeakSet

from pebble import ProcessExpired, ProcessPool

P = ParamSpec("P")
T = TypeVar("T")

WORKERS = min(os.cpu_count() or 1, 4)
SECONDS = 10.0
"""For one page; real ones need a hundredth of a second."""
MEMORY = 1 << 30
"""Bytes of data for one worker."""
PATIENCE = 5.0
"""Seconds beyond the limit in which a worker starts, and its end is noticed."""
LOOK_SECONDS = 0.5
"""Between two looks whether the workers of a page that takes long are there at all."""
POOLS = 2
"""How often a page is tried where not its process dies but the whole pool."""


class TooComplex(Exception):
    """Reading this page took more than a worker may take."""

    reason = "too_complex"


class NoWorkers(ChildProcessError):
    """No process can be started for reading pages: nothing is wrong with the page."""


class PageWorkers:
    """Runs functions on pages in processes that may be killed; none starts before the first.

    :param workers: processes; a task begins when one is free
    :param seconds: after so long a task is killed, its process with it
    :param memory: bytes a worker may hold
    """

    def __init__(
        self, workers: int = WORKERS, *, seconds: float = SECONDS, memory: int = MEMORY
    ) -> None:
        self.workers = workers
        self.seconds = seconds
        self.memory = memory
        self._free = asyncio.Semaphore(workers)
        self._pool: ProcessPool | None = None
        self._context = _Context()
        self._in_hand: set[Future[bytes]] = set()
        self._is_closed = False

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """End the processes, whatever they do."""
        self._is_closed = True
        self._drop_pool()

    async def run(self, function: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Call a function of a module in a worker; what it returns or raises comes back.

        :raises TooComplex: it took too much time or memory, or its process died
        :raises NoWorkers: the processes don't start or don't answer, or were closed
        """
        error: Exception | None = None
        async with self._free:
            for _ in range(POOLS):
                pool = self._open_pool()
                try:
                    future = pool.schedule(_call, (self.seconds, function, args, kwargs))
                    self._in_hand.add(future)
                    future.add_done_callback(self._in_hand.discard)
                    answer = await self._answer(pool, future)
                except ProcessExpired as expired:
                    raise TooComplex(self._cause(expired.exitcode)) from expired
                except (OSError, RuntimeError) as broken:
                    error = broken
                    if self._pool is pool:
                        self._drop_pool()
                else:
                    result, raised = pickle.loads(answer)
                    if raised is not None:
                        raise raised
                    return cast("T", result)
        raise NoWorkers(f"the processes that read pages don't work ({error})") from error

    async def _answer(self, pool: ProcessPool, future: Future[bytes]) -> bytes:
        """Pebble forgets a task that comes while it notices that no worker starts: ask, too."""
        waiting = asyncio.wrap_future(future)
        try:
            async with asyncio.timeout(self.seconds + PATIENCE):
                while not waiting.done():
                    await asyncio.wait([waiting], timeout=LOOK_SECONDS)
                    if not waiting.done() and not pool.active:
                        raise BrokenProcessPool("none of them starts")
        finally:
            waiting.cancel()
        return waiting.result()

    def _open_pool(self) -> ProcessPool:
        if self._is_closed:
            raise NoWorkers("the processes that read pages were closed")
        if self._pool is None:
            self._context = _Context()
            self._pool = ProcessPool(
                self.workers,
                initializer=_prepare,
                initargs=(self.memory,),
                context=self._context,
            )
        return self._pool

    def _drop_pool(self) -> None:
        """Pebble forgets the tasks of a pool that it stops; those who wait for them are told."""
        pool, self._pool = self._pool, None
        if pool is None:
            return
        # Only those still starting hear it; else they say that what they need is gone.
        for worker in list(self._context.started):
            if worker.is_alive():
                worker.terminate()
        pool.stop()
        pool.join()
        for future in list(self._in_hand):
            with suppress(InvalidStateError):
                future.set_exception(BrokenProcessPool("they were stopped"))

    def _cause(self, exit_code: int) -> str:
        if exit_code == -signal.SIGALRM:
            return f"it could not be read within {self.seconds:g} seconds"
        return f"the process that read it died (exit code {exit_code})"


class _Process(SpawnProcess):
    """A worker; it runs imported functions, so the program's main script is not run again.

    Ctrl-C, a hang-up and a stop reach every process of the group; what they mean is the main
    process's business. A worker ends when its pipe does, or by the alarm of the task in hand; while
    it is still starting, a stop ends it at once, without a word.
    """

    def start(self) -> None:
        main = sys.modules["__main__"]
        sys.modules["__main__"] = ModuleType("__main__")
        before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT, signal.SIGHUP})
        try:
            super().start()
        finally:
            signal.pthread_sigmask(signal.SIG_SETMASK, before)
            sys.modules["__main__"] = main


class _Context(SpawnContext):
    """Makes the workers of one pool, and knows them."""

    def __init__(self) -> None:
        super().__init__()
        self.started: WeakSet[_Process] = WeakSet()

    def Process(self, *args: Any, **kwargs: Any) -> _Process:  # type: ignore[override]
        process = _Process(*args, **kwargs)
        self.started.add(process)
        return process


def _prepare(most: int) -> None:
    """In a new worker: bound its memory, and leave stops to the main process."""
    signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGTERM})
    _, hard = resource.getrlimit(resource.RLIMIT_DATA)
    soft = most if hard == resource.RLIM_INFINITY else min(most, hard)
    resource.setrlimit(resource.RLIMIT_DATA, (soft, hard))


def _call(
    seconds: float, function: Callable[..., object], args: tuple[Any, ...], kwargs: dict[str, Any]
) -> bytes:
    """In the worker: a pickled pair of the function's result and of what it raised.

    The alarm is the kernel's: it ends the process even if the owner is gone or no Python runs.
    """
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        return pickle.dumps((function(*args, **kwargs), None))
    except MemoryError:
        return pickle.dumps((None, TooComplex("it needs too much memory")))
    except Exception as error:
        return _pickled(error)
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)


def _pickled(error: Exception) -> bytes:
    """With its traceback; an exception that does not survive the way is named by another."""
    error.add_note("".join(traceback.format_exception(error)))
    try:
        answer = pickle.dumps((None, error))
        pickle.loads(answer)
    except Exception:
        return pickle.dumps((None, RuntimeError(f"{type(error).__name__}: {error}")))
    return answer
