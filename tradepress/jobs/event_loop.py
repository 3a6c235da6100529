"""Runs a job's coroutine, whatever calls it: a command, a script, a notebook."""

import asyncio
import signal
import threading
from collections.abc import Callable, Coroutine
from concurrent.futures import ThreadPoolExecutor
from functools import wraps
from typing import Any, ParamSpec, TypeVar

P = ParamSpec("P")
T = TypeVar("T")


def run_until_stopped(work: Coroutine[Any, Any, T]) -> T:
    """Runs a coroutine to its end.

    :raises KeyboardInterrupt: Ctrl-C or SIGTERM ended it, where it next waited
    """

    async def run() -> T:
        task = asyncio.ensure_future(work)
        if threading.current_thread() is threading.main_thread():  # no other hears signals
            asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, task.cancel)
        return await task

    try:
        return asyncio.run(run())
    except asyncio.CancelledError:
        raise KeyboardInterrupt from None


def beside_a_loop(job: Callable[P, T]) -> Callable[P, T]:
    """Lets a job be called where an event loop runs: a notebook has one, and waits meanwhile.

    The whole job takes a thread of its own then, as a connection of SQLite belongs to one thread.
    """

    @wraps(job)
    def called(*args: P.args, **kwargs: P.kwargs) -> T:
        try:
            asyncio.get_running_loop()
        except RuntimeError:  # there is none
            return job(*args, **kwargs)
        with ThreadPoolExecutor(1) as one:
            return one.submit(job, *args, **kwargs).result()

    return called
