"""Processes that parse pages: whatever a page does to one, the next page is read."""

import asyncio
import fcntl
import multiprocessing
import os
import pickle
import resource
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Coroutine, Iterator
from multiprocessing import resource_tracker
from pathlib import Path
from typing import Any

import page_tasks
import pytest
from conftest import ROOT, a_story

from tradepress.crawling.page_workers import MOST_AHEAD, NoWorkers, PageWorkers, TooComplex
from tradepress.declared_sources import all_sources
from tradepress.discovery.candidates import NotAListing
from tradepress.discovery.section import read_section
from tradepress.extraction import NotAnArticle, extract_article
from tradepress.spiders import wipr

TESTS = ROOT / "tests"
SOON = 60.0
"""Seconds in which something must come about on the slowest machine."""

pytestmark = pytest.mark.timeout(120)


@pytest.fixture
def workers() -> Iterator[PageWorkers]:
    with PageWorkers(2, seconds=2, memory=1 << 29) as workers:
        yield workers


def until(is_so: Callable[[], bool]) -> None:
    end = time.monotonic() + SOON
    while not is_so():
        assert time.monotonic() < end
        time.sleep(0.01)


def is_held(path: Path) -> bool:
    """Does a process that has not ended hold this lock?"""
    with path.open() as stream:
        try:
            fcntl.flock(stream, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
    return False


def started(path: Path) -> bool:
    return path.exists() and bool(path.read_text())


def test_results_come_back_from_another_process(workers: PageWorkers) -> None:
    word, pid = asyncio.run(workers.run(page_tasks.whose, "ab", times=2))
    assert word == "abab"
    assert pid != os.getpid()


def test_nothing_starts_before_the_first_page() -> None:
    before = multiprocessing.active_children()
    with PageWorkers():
        assert multiprocessing.active_children() == before


@pytest.mark.parametrize(("overdue", "processes"), [(SOON, 1), (0.0, 2)])
def test_another_starts_when_pages_have_waited_for_long(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, overdue: float, processes: int
) -> None:
    monkeypatch.setattr("tradepress.crawling.page_workers.usable_cores", lambda: 2)
    monkeypatch.setattr("tradepress.crawling.page_workers.OVERDUE", overdue)

    async def read() -> int:
        """With the first worker at a page that has no end."""
        waiting = asyncio.ensure_future(workers.run(page_tasks.hold_and_hang, tmp_path / "held"))
        await asyncio.to_thread(until, lambda: started(tmp_path / "held"))
        behind = asyncio.ensure_future(workers.run(page_tasks.whose, "behind"))
        if processes > 1:
            await behind
        count = len(multiprocessing.active_children())
        waiting.cancel()
        await behind
        return count

    with PageWorkers() as workers:
        assert asyncio.run(read()) == processes


def test_pages_are_read_as_without_workers(workers: PageWorkers) -> None:
    page = a_story("Lantern case 15001").encode("utf-16")
    url = "https://www.worldipreview.com/trademark/lantern-case-15001"
    source = wipr.SOURCE

    async def read() -> None:
        assert await workers.run(extract_article, page, url, source) == extract_article(
            page, url, source
        )
        listing = f'<a href="{url}">Lantern</a>'.encode()
        assert await workers.run(read_section, listing, url, source) == read_section(
            listing, url, source
        )

    asyncio.run(read())


def test_every_source_can_be_sent_to_a_worker() -> None:
    for source in all_sources():
        assert pickle.loads(pickle.dumps(source)) == source


@pytest.mark.parametrize(
    ("task", "words"),
    [
        pytest.param(page_tasks.hang, "within 2 seconds of CPU time", marks=pytest.mark.slow),
        pytest.param(page_tasks.backtrack, "within 2 seconds of CPU time", marks=pytest.mark.slow),
        pytest.param(page_tasks.swell, "too much memory", marks=pytest.mark.slow),
        (page_tasks.die, "died (exit code -9)"),
    ],
)
def test_a_page_costs_only_itself(
    workers: PageWorkers, task: Callable[[], None], words: str
) -> None:
    async def read() -> list[object]:
        return await asyncio.gather(
            *(workers.run(page_tasks.whose, "before") for _ in range(3)),
            workers.run(task),
            *(workers.run(page_tasks.whose, "after") for _ in range(3)),
            return_exceptions=True,
        )

    *before, hostile, one, two, three = asyncio.run(read())
    assert isinstance(hostile, TooComplex)
    assert hostile.reason == "too_complex"
    assert words in str(hostile)
    assert [answer[0] for answer in before] == ["before"] * 3
    assert [answer[0] for answer in (one, two, three)] == ["after"] * 3
    again, _ = asyncio.run(workers.run(page_tasks.whose, "again"))
    assert again == "again"


@pytest.mark.slow
def test_a_machine_that_stands_still_costs_no_page() -> None:
    with PageWorkers(1, seconds=0.5) as workers:
        assert asyncio.run(workers.run(page_tasks.stand_still, 1)) == "read"


@pytest.mark.slow
def test_a_page_that_waits_for_ever_costs_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tradepress.crawling.page_workers.BUSY", 1)
    with PageWorkers(1, seconds=0.5) as workers:
        with pytest.raises(TooComplex, match=r"within 0\.5 seconds$"):
            asyncio.run(workers.run(page_tasks.stand_still, 1000))
        monkeypatch.undo()
        assert asyncio.run(workers.run(page_tasks.whose, "next"))[0] == "next"


@pytest.mark.slow
def test_one_page_after_the_other_may_be_hostile(workers: PageWorkers) -> None:
    async def read() -> list[object]:
        tasks = [workers.run(page_tasks.die) for _ in range(6)]
        return await asyncio.gather(*tasks, return_exceptions=True)

    assert {type(answer) for answer in asyncio.run(read())} == {TooComplex}
    assert asyncio.run(workers.run(page_tasks.whose, "last"))[0] == "last"


@pytest.mark.slow
def test_no_more_pages_are_taken_ahead_than_memory_allows() -> None:
    held = []

    def calls(workers: PageWorkers) -> Iterator[Coroutine[Any, Any, int]]:
        for _ in range(12):
            held.append(workers.held)
            yield workers.run(len, bytes(20 << 20))

    async def use(workers: PageWorkers) -> list[int]:
        return [size async for size in workers.in_order(calls(workers))]

    with PageWorkers(2) as workers:
        assert asyncio.run(use(workers)) == [20 << 20] * 12
        assert workers.held == 0
    assert 40 << 20 < max(held) <= MOST_AHEAD


def test_a_refusal_travels_with_its_reason(workers: PageWorkers) -> None:
    with pytest.raises(NotAnArticle) as refused:
        asyncio.run(workers.run(page_tasks.refuse))
    assert refused.value.reason == "soft_404"
    assert str(refused.value) == "soft_404: the page calls itself “Not found”"
    with pytest.raises(NotAListing) as unread:
        asyncio.run(workers.run(read_section, b"%PDF-1.7", "http://a.example", wipr.SOURCE))
    assert (unread.value.reason, str(unread.value)) == ("not_html", "the content is binary")


def test_a_defect_travels_with_its_traceback(workers: PageWorkers) -> None:
    with pytest.raises(ZeroDivisionError, match="a defect of ours") as raised:
        asyncio.run(workers.run(page_tasks.fail))
    assert "page_tasks.py" in raised.value.__notes__[0]


def test_a_defect_that_cannot_travel_is_named(workers: PageWorkers) -> None:
    with pytest.raises(RuntimeError, match="Odd: onetwo"):
        asyncio.run(workers.run(page_tasks.fail_oddly))


@pytest.mark.slow
def test_who_no_longer_waits_frees_the_worker(tmp_path: Path) -> None:
    async def read() -> str:
        waiting = asyncio.ensure_future(workers.run(page_tasks.hold_and_hang, tmp_path / "held"))
        await asyncio.to_thread(until, lambda: started(tmp_path / "held"))
        waiting.cancel()
        with pytest.raises(asyncio.CancelledError):
            await waiting
        return (await workers.run(page_tasks.whose, "next"))[0]

    with PageWorkers(1, seconds=60) as workers:
        assert asyncio.run(read()) == "next"


@pytest.mark.parametrize(
    "blows",
    [(signal.SIGINT, signal.SIGHUP, signal.SIGTERM), (signal.SIGKILL,)],
    ids=["a stop of the whole group is the main process's business", "killed from outside"],
)
def test_no_blow_to_a_worker_costs_a_page(
    workers: PageWorkers, tmp_path: Path, blows: tuple[signal.Signals, ...]
) -> None:
    async def read() -> str:
        task = asyncio.ensure_future(
            workers.run(page_tasks.hold_until, tmp_path / "held", tmp_path / "end")
        )
        await asyncio.to_thread(until, lambda: started(tmp_path / "held"))
        pid = int((tmp_path / "held").read_text())
        for blow in blows:
            os.kill(pid, blow)
        (tmp_path / "end").touch()
        return await task

    assert asyncio.run(read()) == "untouched"


@pytest.mark.slow
def test_no_stop_reaches_a_worker_from_its_very_start() -> None:
    """The first one is special: a process of Python's own starts just before it."""
    program = (
        "import asyncio, page_tasks\n"
        "from tradepress.crawling.page_workers import PageWorkers\n"
        "with PageWorkers(1) as workers:\n"
        "    print(*asyncio.run(workers.run(page_tasks.blocked_signals)))\n"
    )
    result = subprocess.run(
        [sys.executable, "-c", program],
        env=os.environ | {"PYTHONPATH": f"{ROOT}{os.pathsep}{TESTS}"},
        capture_output=True,
        text=True,
        check=False,
        timeout=SOON,
    )
    assert (result.stdout, result.stderr) == ("SIGHUP SIGINT SIGTERM\n", "")


def test_an_idle_worker_that_is_killed_is_replaced(workers: PageWorkers) -> None:
    _, pid = asyncio.run(workers.run(page_tasks.whose, "first"))
    os.kill(pid, signal.SIGKILL)
    until(lambda: pid not in [child.pid for child in multiprocessing.active_children()])
    word, other = asyncio.run(workers.run(page_tasks.whose, "second"))
    assert (word, other != pid) == ("second", True)


@pytest.mark.slow
def test_no_worker_is_left_after_the_close(tmp_path: Path) -> None:
    idle, busy = tmp_path / "idle", tmp_path / "busy"

    async def read() -> object:
        await one.run(page_tasks.hold, idle)
        waiting = asyncio.ensure_future(other.run(page_tasks.hold_and_hang, busy))
        await asyncio.to_thread(until, lambda: started(busy))
        assert is_held(idle)
        assert is_held(busy)
        one.close()
        other.close()
        assert not is_held(idle)
        assert not is_held(busy)
        return (await asyncio.gather(waiting, return_exceptions=True))[0]

    with PageWorkers(1) as one, PageWorkers(1, seconds=60) as other:
        assert isinstance(asyncio.run(read()), NoWorkers)
        with pytest.raises(NoWorkers, match="were closed"):
            asyncio.run(other.run(page_tasks.whose, "late"))


@pytest.mark.slow
def test_no_worker_is_left_after_the_owner_is_killed(tmp_path: Path) -> None:
    idle, busy = tmp_path / "idle", tmp_path / "busy"
    program = "import page_tasks, sys; page_tasks.own_workers(*sys.argv[1:])"
    owner = subprocess.Popen(
        [sys.executable, "-c", program, idle, busy],
        env=os.environ | {"PYTHONPATH": f"{ROOT}{os.pathsep}{TESTS}"},
    )
    try:
        until(lambda: started(idle) and started(busy))
        assert is_held(idle)
        assert is_held(busy)
    finally:
        owner.kill()
        owner.wait()
    until(lambda: not is_held(idle))
    until(lambda: not is_held(busy))


def test_workers_that_cannot_start_are_told(monkeypatch: pytest.MonkeyPatch) -> None:
    resource_tracker.ensure_running()  # it is no worker, and starts as they do
    monkeypatch.setattr("multiprocessing.spawn._python_exe", b"/bin/false")
    with PageWorkers(2, seconds=1000) as workers:  # told long before these are over
        for _ in range(2):
            with pytest.raises(NoWorkers, match="don't work"):
                asyncio.run(workers.run(page_tasks.whose, "x"))
        monkeypatch.undo()
        assert asyncio.run(workers.run(page_tasks.whose, "x"))[0] == "x"  # and nothing is stuck


def test_no_more_processes_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> int:
        raise BlockingIOError(11, "Resource temporarily unavailable")

    monkeypatch.setattr("multiprocessing.util.spawnv_passfds", refuse)
    with (
        PageWorkers(2) as workers,
        pytest.raises(NoWorkers, match="don't work"),
    ):
        asyncio.run(workers.run(page_tasks.whose, "x"))


@pytest.mark.slow
def test_a_stricter_limit_of_memory_stays() -> None:
    before = resource.getrlimit(resource.RLIMIT_DATA)
    for allowed, kept in ((3 << 28, 3 << 28), (2 << 30, 1 << 30)):
        resource.setrlimit(resource.RLIMIT_DATA, (allowed, before[1]))
        try:
            with PageWorkers(1, memory=1 << 30) as workers:
                found = asyncio.run(workers.run(resource.getrlimit, resource.RLIMIT_DATA))
        finally:
            resource.setrlimit(resource.RLIMIT_DATA, before)
        assert found == (kept, before[1])


@pytest.mark.slow
def test_the_main_script_runs_once(tmp_path: Path) -> None:
    script = tmp_path / "script.py"
    script.write_text(
        "import asyncio\nfrom page_tasks import whose\n"
        "from tradepress.crawling.page_workers import PageWorkers\n"
        "print('running')\n"
        "with PageWorkers(2) as workers:\n"
        "    print(asyncio.run(workers.run(whose, 'word'))[0])\n"
    )
    result = subprocess.run(
        [sys.executable, script],
        env=os.environ | {"PYTHONPATH": f"{ROOT}{os.pathsep}{TESTS}"},
        capture_output=True,
        text=True,
        check=False,
        timeout=SOON,
    )
    assert (result.stdout, result.stderr) == ("running\nword\n", "")
