"""Ctrl-C at any moment from the start of a command to its end: one line, and never a hang."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from conftest import ROOT, Answer, Site, a_story, declare

# Sends itself Ctrl-C at a given point: before a module is imported, before a function is called
# for the first time, in a finalizer there, or when Python ends; else says when it is on, for
# whoever sends it from outside.
INTERRUPTED = """
import atexit, functools, importlib, os, signal, sys
from tradepress.interrupt import told
spiders, how, where = sys.argv[1:4]
del sys.argv[1:4]

def interrupt():
    os.kill(os.getpid(), signal.SIGINT)

class Forgotten:
    def __del__(self):
        interrupt()

class Finder:
    def find_spec(self, name, path=None, target=None):
        if name == where:
            sys.meta_path.remove(self)
            interrupt()

def interrupt_before(owner, name):
    call = getattr(owner, name)

    @functools.wraps(call)
    def first(*arguments, **named):
        setattr(owner, name, call)
        Forgotten() if how == "finalizer" else interrupt()
        return call(*arguments, **named)

    setattr(owner, name, first)

if how == "import":
    sys.meta_path.insert(0, Finder())
elif how == "end":
    atexit.register(interrupt)
elif how in ("call", "finalizer"):
    module, *path, name = where.replace(":", " ").replace("/", " ").split()
    owner = importlib.import_module(module)
    for step in path:
        owner = getattr(owner, step)
    interrupt_before(owner, name)
with told():
    if how == "outside":
        print("on", flush=True)
    from tradepress.__main__ import main
    import tradepress.spiders
    tradepress.spiders.__path__.append(spiders)
    main()
"""
CRAWL = ("crawl", "gazette", "--contact", "archive@library.example", "--no-trial")
LINE = "Interrupted. What was committed is kept; run the command again.\n"
NOT_ASKED = "gazette: it was not asked: the run was stopped before. Run the command again.\n"
pytestmark = pytest.mark.slow


@pytest.fixture
def patient(site: Site, spiders: Path) -> None:
    """A paper whose crawl takes an hour, unless it is stopped."""
    paths = [f"/trademark/lantern-case-{1001 + number}" for number in range(60)]
    site.pages = {path: Answer(a_story(f"Lantern case {path[-4:]}")) for path in paths}
    site.pages["/trademark/"] = Answer("".join(f'<a href="{path}">Story</a>' for path in paths))
    site.pages["/robots.txt"] = Answer("User-agent: *\nCrawl-delay: 60\n")
    declare(spiders, "gazette", site.home)


def start(folder: Path, how: str, where: str, *command: str) -> "subprocess.Popen[str]":
    inherited = {name: value for name, value in os.environ.items() if "TRADEPRESS_" not in name}
    return subprocess.Popen(
        [sys.executable, "-c", INTERRUPTED, str(folder / "spiders"), how, where, *command],
        cwd=folder,
        env={**inherited, "PYTHONPATH": str(ROOT), "TRADEPRESS_ALLOW_ADDRESSES": "127.0.0.1"},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        # A suite that runs in the background hands down an ignored SIGINT.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
    )


def end_of(process: "subprocess.Popen[str]") -> tuple[int, str]:
    """Exit code and what stands in stderr; a command that hangs fails."""
    try:
        _, err = process.communicate(timeout=120)
    finally:
        process.kill()
        process.communicate()
    return process.returncode, err.removeprefix("\n")  # click ends the terminal's ^C with it


@pytest.mark.parametrize(
    "module", ["tradepress.archive", "scrapy", "tradepress.commands.crawl_command"]
)
def test_while_python_imports(tmp_path: Path, module: str) -> None:
    assert end_of(start(tmp_path, "import", module, "crawl", "wipr")) == (130, LINE)


@pytest.mark.parametrize(
    "where", ["tradepress.jobs.crawl:archive_run", "tradepress.jobs.crawl:Crawl/crawl"]
)
def test_before_a_crawl_begins(patient: None, tmp_path: Path, where: str) -> None:
    assert end_of(start(tmp_path, "call", where, *CRAWL)) == (130, LINE)


@pytest.mark.parametrize(
    "where",
    [
        "tradepress.jobs.run_crawlers:RunningCrawlers/run",
        "scrapy.crawler:Crawler/crawl_async",
        "scrapy.crawler:Crawler/_create_engine",
        "scrapy.core.engine:ExecutionEngine/open_spider_async",
        "scrapy.core.engine:ExecutionEngine/start_async",
        "tradepress.conduct.pace:PacedHandler/download_request",
    ],
)
def test_while_a_crawl_comes_up(patient: None, tmp_path: Path, where: str) -> None:
    assert end_of(start(tmp_path, "call", where, *CRAWL)) == (4, NOT_ASKED)


def test_where_python_would_only_print_it(patient: None, tmp_path: Path) -> None:
    """In a finalizer and in a callback an exception ends nothing."""
    where = "tradepress.jobs.crawl:archive_run"
    code, err = end_of(start(tmp_path, "finalizer", where, *CRAWL))
    assert (code, err) in ((130, LINE), (4, NOT_ASKED))


def test_when_all_is_done(tmp_path: Path) -> None:
    assert end_of(start(tmp_path, "end", "", "sources", "list")) == (-signal.SIGINT, "")


def test_at_any_moment(patient: None, tmp_path: Path) -> None:
    for moment in range(10):
        process = start(tmp_path, "outside", "", *CRAWL)
        assert process.stdout is not None
        assert process.stdout.readline() == "on\n"
        time.sleep(moment / 5)  # the moment is what is tried; nothing waits for it
        process.send_signal(signal.SIGINT)
        code, err = end_of(process)
        assert code in (1, 4, 130, -signal.SIGINT), (moment, err)
        assert err in ("", LINE, NOT_ASKED), moment
