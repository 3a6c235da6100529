"""What the tests of the workers run in them: functions that hang, swell, die, or hold a lock."""

import asyncio
import fcntl
import os
import re
import signal
import time
from pathlib import Path
from typing import Any

from tradepress.archive.captures.kept_page import read_kept_page
from tradepress.crawling.page_workers import PageWorkers
from tradepress.extraction import NotAnArticle
from tradepress.jobs.stored_page import reread_page

HELD: list[Any] = []


def whose(word: str, *, times: int = 1) -> tuple[str, int]:
    return word * times, os.getpid()


def hang() -> None:
    while True:
        pass


def stand_still(seconds: float) -> str:
    """As on a machine that has no time for this process."""
    time.sleep(seconds)
    return "read"


def backtrack() -> None:
    """Hangs without ever going back to Python."""
    re.match(r"(a+)+$", "a" * 60 + "b")


def swell() -> None:
    while True:
        HELD.append(
            bytes(10_000_000)
        )  # asked for, not written to: the limit counts it all the same


def die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def refuse() -> None:
    raise NotAnArticle("soft_404", "the page calls itself “Not found”")


def fail() -> None:
    raise ZeroDivisionError("a defect of ours")


class Odd(Exception):
    """Can be sent, but not received."""

    def __init__(self, one: str, two: str) -> None:
        super().__init__(one + two)


def fail_oddly() -> None:
    raise Odd("one", "two")


def hold(path: Path) -> int:
    """Lock a file for as long as this process lives."""
    stream = path.open("w")
    fcntl.flock(stream, fcntl.LOCK_EX)
    HELD.append(stream)
    stream.write(str(os.getpid()))
    stream.flush()
    return os.getpid()


def hold_and_hang(path: Path) -> None:
    hold(path)
    hang()


def hold_until(path: Path, end: Path) -> str:
    hold(path)
    while not end.exists():
        time.sleep(0.01)
    return "untouched"


def blocked_signals() -> list[str]:
    return sorted(signal.Signals(one).name for one in signal.pthread_sigmask(signal.SIG_BLOCK, ()))


async def _own_workers(idle: Path, busy: Path) -> None:
    with PageWorkers(1) as one, PageWorkers(1, seconds=2) as other:
        await one.run(hold, idle)
        await other.run(hold_and_hang, busy)


def own_workers(idle: str, busy: str) -> None:
    """The life of a process that is killed with one worker idle and one at work."""
    asyncio.run(_own_workers(Path(idle), Path(busy)))


def reread_or_hang(folder: Path, place: Any, *arguments: Any, **facts: Any) -> Any:
    """Reads a stored page, but one that names the Lanternpedia for ever."""
    if b"Lanternpedia" in read_kept_page(folder, place):
        Path("hanging").touch()
        hang()
    return reread_page(folder, place, *arguments, **facts)
