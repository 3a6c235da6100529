"""Runs the processes in which pages are parsed: one that hangs, swells or dies costs one page."""

import asyncio
import atexit
import os
import pickle
import signal
import socket
from collections import deque
from collections.abc import AsyncIterator, Callable, Coroutine, Iterable
from typing import Any, ParamSpec, Self, TypeVar, cast

import tradepress.spiders
from tradepress.crawling.worker_process import LENGTH, WorkerProcess, serve

P = ParamSpec("P")
T = TypeVar("T")

WORKERS = 4
"""Is the number in a crawl, as far as there are cores: a hundred polite sites keep fewer busy."""
SECONDS = 10.0
"""Bounds the seconds of CPU time for one page; real ones need a hundredth of a second."""
BUSY = 30
"""Is how many times as long it may take by the clock: a busy machine must cost no page."""
MEMORY = 1 << 30
"""Bounds the bytes of data for one worker."""
PATIENCE = 60.0
"""Is how many seconds beyond the limit a worker has to start, and its end to be noticed."""
TRIES = 2
"""Is how often a page is tried whose worker died, but for its CPU time: a machine that is short of
memory kills processes, and one that stands still lets them wait, for no fault of the page."""
OVERDUE = 10.0
"""Is for how many seconds pages have waited, one at least at any time, before a further worker is
started: to start one takes as much CPU time as a hundred pages, and a crawl seldom needs two."""
PIECE = 1 << 16
"""Bounds the bytes that are received at once."""


AHEAD = 4
"""Is how many pages for each worker are read, or wait to be, while an earlier one is written."""
MOST_AHEAD = 64 << 20
"""Bounds the bytes of such pages; with more of them at hand, none is taken until some are read."""
TURNS = 3
"""Counts the event loop's turns from a worker's answer to the next page that it is given."""


def usable_cores() -> int:
    """Returns how many cores this process may use."""
    return len(os.sched_getaffinity(0))


class TooComplex(Exception):
    """Raised where reading this page took more than a worker may take."""

    reason = "too_complex"


class NoWorkers(ChildProcessError):
    """No process can be started for reading pages: nothing is wrong with the page."""


class PageWorkers:
    """Runs functions on pages in processes that may be killed; each starts when it is needed.

    :param workers: processes, each started when there is a task for it; by default one a core and
        at most :data:`WORKERS`, each but the first when pages have waited for long
    :param seconds: of CPU time, after which a task is killed, its process with it; by the clock
        that happens after :data:`BUSY` times as many
    :param memory: bytes a worker may hold
    """

    def __init__(
        self, workers: int | None = None, *, seconds: float = SECONDS, memory: int = MEMORY
    ) -> None:
        self.workers = workers or min(usable_cores(), WORKERS)
        self._at_once = workers or 1
        self.limits = (seconds, seconds * BUSY)
        """Holds the seconds of CPU time and by the clock."""
        self.memory = memory
        self._free: asyncio.Semaphore | None = None
        self._more = 0
        """Counts the workers that may be started beside those that are free or at work."""
        self._overdue: asyncio.TimerHandle | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._idle: list[_Worker] = []
        self._busy: set[_Worker] = set()
        self._is_closed = False
        self.held = 0
        """Counts the bytes of the tasks that were given and not answered."""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Ends the processes, whatever they do."""
        self._is_closed = True
        for worker in self._busy:
            worker.kill()  # whoever waits for it sees that it has ended
        while self._idle:
            self._idle.pop().close()
        atexit.unregister(self.close)

    async def run(self, function: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Calls a function of a module in a worker; what it returns or raises comes back.

        :raises TooComplex: it took too much time or memory, or its process died
        :raises NoWorkers: the processes don't start or don't answer, or were closed
        """
        task = pickle.dumps((self.limits, function, args, kwargs))
        self.held += len(task)
        try:
            free = self._turn()
            if free.locked() and self._more and self._overdue is None:
                self._overdue = asyncio.get_running_loop().call_later(
                    OVERDUE, self._allow_more, free
                )
            async with free:
                answer = await self._answer(task)
            if self._overdue is not None and not free.locked():  # nobody waits
                self._overdue.cancel()
                self._overdue = None
            result, raised = pickle.loads(answer)
        finally:
            self.held -= len(task)
        if isinstance(raised, MemoryError):
            raise TooComplex("it needs too much memory")
        if raised is not None:
            raise raised
        return cast("T", result)

    async def in_order(self, calls: Iterable[Coroutine[Any, Any, T]]) -> AsyncIterator[T]:
        """Yields what these calls give, in order. While one result is used, the workers go on with
        the calls behind it, so many that none of them is idle, and no more than memory allows."""
        under_way: deque[asyncio.Task[T]] = deque()
        try:
            for call in calls:
                under_way.append(asyncio.create_task(call))
                await asyncio.sleep(0)  # until it waits for a worker, and its page counts
                while under_way and (
                    len(under_way) > AHEAD * self.workers or self.held > MOST_AHEAD
                ):
                    yield await under_way.popleft()
                    for _ in range(TURNS):
                        await asyncio.sleep(0)
            while under_way:
                yield await under_way.popleft()
        finally:
            for task in under_way:
                task.cancel()

    def _turn(self) -> asyncio.Semaphore:
        """Returns the running event loop's semaphore: loops may use the processes in turn."""
        loop = asyncio.get_running_loop()
        if self._free is None or self._loop is not loop:
            self._free, self._loop = asyncio.Semaphore(self._at_once), loop
            self._more, self._overdue = self.workers - self._at_once, None
        return self._free

    def _allow_more(self, free: asyncio.Semaphore) -> None:
        """Allows one more worker, as pages have waited for so long."""
        self._more -= 1
        self._overdue = None
        free.release()

    async def _answer(self, task: bytes) -> bytes:
        error: Exception | None = None
        for _ in range(TRIES):
            try:
                worker = self._take()
                self._busy.add(worker)
                try:
                    async with asyncio.timeout(self.limits[1] + PATIENCE):
                        answer = await worker.answer(task)
                    self._idle.append(worker)
                finally:
                    self._busy.remove(worker)
                    if worker not in self._idle:
                        worker.close()
            except Died as died:
                error = died
                if died.exit_code == -signal.SIGPROF:
                    break
            except TimeoutError:
                error = TimeoutError("they neither answer nor die")
            except OSError as broken:  # it did not start
                error = broken
            else:
                return answer
        if isinstance(error, Died) and not self._is_closed:
            raise TooComplex(self._cause(error.exit_code)) from error
        raise NoWorkers(f"the processes that read pages don't work ({error})") from error

    def _take(self) -> "_Worker":
        """Returns a worker that waits for work, else a new one."""
        if self._is_closed:
            raise NoWorkers("the processes that read pages were closed")
        while self._idle:
            worker = self._idle.pop()
            if worker.process.is_alive():
                return worker
            worker.close()
        worker = _Worker(self.memory)
        atexit.register(self.close)  # multiprocessing's own, set up by now, waits for all of them
        return worker

    def _cause(self, exit_code: int | None) -> str:
        computing, waiting = self.limits
        if exit_code == -signal.SIGPROF:
            return f"it could not be read within {computing:g} seconds of CPU time"
        if exit_code == -signal.SIGALRM:
            return f"it could not be read within {waiting:g} seconds"
        return f"the process that read it died (exit code {exit_code})"


class Died(Exception):
    """Raised where a worker ended while it had a task."""

    def __init__(self, exit_code: int | None) -> None:
        super().__init__(f"exit code {exit_code}")
        self.exit_code = exit_code


class _Worker:
    """Runs one process, and our end of the line to it; in any event loop, one task at a time.

    :raises OSError: it can't be started
    """

    def __init__(self, memory: int) -> None:
        self.line, its_end = socket.socketpair()
        self.line.setblocking(False)
        folders = list(tradepress.spiders.__path__)
        self.process = WorkerProcess(target=serve, args=(its_end, memory, folders))
        self.is_ready = False
        with its_end:
            try:
                self.process.start()
            except OSError:
                self.line.close()
                raise

    async def answer(self, task: bytes) -> bytes:
        """Sends a task to the process, and returns its answer.

        :raises OSError: it did not come to the task
        :raises Died: the task was its end
        """
        if not self.is_ready and await self._receive() is None:
            raise ChildProcessError("none of them starts")
        self.is_ready = True
        await asyncio.get_running_loop().sock_sendall(self.line, LENGTH.pack(len(task)) + task)
        answer = await self._receive()
        if answer is None:
            self.process.join(PATIENCE)
            raise Died(self.process.exitcode)
        return answer

    async def _receive(self) -> bytes | None:
        """Returns what the process sends next, or None: it has ended."""
        loop, data, size = asyncio.get_running_loop(), bytearray(), LENGTH.size
        while len(data) < size or len(data) < size + LENGTH.unpack_from(data)[0]:
            try:
                piece = await loop.sock_recv(self.line, PIECE)
            except ConnectionError:
                return None
            if not piece:
                return None
            data += piece
        return bytes(data[size:])

    def kill(self) -> None:
        self.process.kill()
        self.process.join()

    def close(self) -> None:
        """Ends the worker, for whoever has it: nobody may be waiting for it."""
        self.kill()
        self.line.close()
