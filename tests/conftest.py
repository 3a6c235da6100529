"""What many tests use: a small site on loopback, declared sources, and the command line."""

import io
import os
import subprocess
import sys
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, redirect_stderr, redirect_stdout, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import zip_longest
from pathlib import Path
from typing import Any

import needs
import preloaded
import pytest
from forked_workers import ForkedWorker, load_workers
from hypothesis import HealthCheck, settings

from tradepress import spiders as declared_sources
from tradepress.command_line import run as run_tradepress

pytest_plugins = ["room_browser"]  # the demo in a real browser: `visitor`, once a session `room`

# On a busy machine an example takes as long as it takes.
settings.register_profile("house", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("house")

ROOT = Path(__file__).parent.parent
SHARED = ROOT.parent / "shared"

# Runs the command line with more sources than those of crawler/spiders.
WITH_SPIDERS = """
import sys
import tradepress.spiders
tradepress.spiders.__path__.append(sys.argv.pop(1))
from tradepress.__main__ import main
main()
"""


@dataclass
class Answer:
    """What the site says to one path."""

    body: bytes | str = b""
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)


CONDITIONS = {"If-None-Match": "ETag", "If-Modified-Since": "Last-Modified"}


@dataclass
class Site:
    """A site on loopback whose pages a test sets, and its log."""

    port: int
    pages: dict[str, Answer] = field(default_factory=dict)
    requests: list[tuple[str, str]] = field(default_factory=list)
    """Path and user agent of every request."""

    conditional: list[str] = field(default_factory=list)
    """Paths of the conditional requests; one whose validator is the answer's gets 304."""

    @property
    def home(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def paths(self) -> list[str]:
        return [path for path, _ in self.requests]


@contextmanager
def serving(handler: type[BaseHTTPRequestHandler]) -> Iterator[int]:
    """A server on loopback while the block lasts; its port."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield server.server_port
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def site() -> Iterator[Site]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            state.requests.append((self.path, self.headers.get("User-Agent", "")))
            answer = state.pages.get(self.path, Answer("not here", 404))
            if conditions := {name for name in CONDITIONS if name in self.headers}:
                state.conditional.append(self.path)
            if any(
                self.headers[name] == answer.headers.get(CONDITIONS[name]) for name in conditions
            ):
                answer = Answer(status=304, headers=answer.headers)
            body = answer.body.encode() if isinstance(answer.body, str) else answer.body
            self.send_response(answer.status)
            for name, value in {"Content-Type": "text/html", **answer.headers}.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def handle(self) -> None:
            with suppress(ConnectionError):  # who asked was killed
                super().handle()

        def log_message(self, format: str, *args: object) -> None:
            pass

    with serving(Handler) as port:
        state = Site(port=port)
        yield state


def quick_first(cases: Iterable[Any], quick: int) -> list[Any]:
    """Leave all but the first so many cases of a test to the long ones: each starts a program."""
    rest = pytest.mark.slow
    return [
        case
        if number < quick
        else pytest.param(*(case if isinstance(case, tuple) else (case,)), marks=rest)
        for number, case in enumerate(cases)
    ]


@pytest.fixture
def spiders(tmp_path: Path) -> Path:
    """A folder for further spider files (see `declare`)."""
    folder = tmp_path / "spiders"
    folder.mkdir()
    return folder


BELOW = "# The declaration.\n"


def declare(folder: Path, name: str, home: str, **fields: object) -> None:
    """Write the spider file of a test source whose site is ``home``."""
    values = {
        "name": name,
        "publisher": f"The {name.title()}",
        "domains": ("127.0.0.1",),
        "language": "en",
        "timezone": "Europe/London",
        "sections": (f"{home}/trademark/",),
        "article_url": r"/(?:news|trademark)/[a-z0-9-]+-\d{4,6}",
        "article_id": r"-(\d{4,6})$",
        **fields,
    }
    arguments = ", ".join(f"{key}={value!r}" for key, value in values.items())
    (folder / f"{name}.py").write_text(
        "import datetime\n"
        "from tradepress.source import DataFields, Furniture, Source\n\n"
        f"SOURCE = Source({arguments})\n"
    )


def inject(folder: Path, name: str, code: str) -> None:
    """Let this run in the crawling process as a test source is read; in place of earlier code."""
    file = folder / f"{name}.py"
    declared = file.read_text().rpartition(BELOW)[2]
    file.write_text(f"{code}\n{BELOW}{declared}" if code else declared)


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--nights",
        type=int,
        default=120,
        help="of nightly crawls in test_simulated_year.py; 365 are a year [120]",
    )
    parser.addoption(
        "--stops",
        type=int,
        default=0,
        help="of each command by each fault in test_calls_stopped.py; 0: of most by one, once [0]",
    )
    parser.addoption(
        "--skip-for-rights-alone",
        action="store_true",
        help="fail if a test skips for want of anything but a right; all programs are installed",
    )


class SkipForRightsAlone:
    """Fails a session in which a test was skipped for want of what can be installed."""

    def __init__(self) -> None:
        self.others: set[str] = set()

    def pytest_runtest_logreport(self, report: pytest.TestReport | pytest.CollectReport) -> None:
        if not report.skipped:
            return
        reason = getattr(report, "wasxfail", "")
        if reason.startswith(needs.KNOWN_FAULT):
            return
        if isinstance(report.longrepr, tuple):
            reason = str(report.longrepr[2]).removeprefix("Skipped: ")
        of_no_repository = () if SHARED.exists() else ("../shared", "../shared/seeds")
        if reason not in map(needs.reason, (*needs.RIGHTS, *of_no_repository)):
            self.others.add(f"{report.nodeid}: {reason}")

    pytest_collectreport = pytest_runtest_logreport

    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        if self.others and session.exitstatus == pytest.ExitCode.OK:
            session.exitstatus = pytest.ExitCode.TESTS_FAILED

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        for other in sorted(self.others):
            terminalreporter.write_line(f"FAILED {other}: this is to run here", red=True)


LONGEST = (
    *("test_politeness.py", "test_calls_stopped.py", "test_crawl.py", "test_cluster_faults.py"),
    *("test_crawl_again.py", "test_room_links.py", "test_public_order.py", "test_kill.py"),
)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The longest first, so that nobody waits for them alone in the end; then in turns a file that
    mostly waits, of whole programs or clusters, and one that computes."""
    longest: list[Path] = []
    waiting: list[Path] = []
    computing: list[Path] = []
    files: dict[Path, list[pytest.Item]] = {}
    for item in items:
        files.setdefault(item.path, []).append(item)
    for file in files:
        waits = file.parent.name == "whole" or "cluster" in file.name
        kind = longest if file.name in LONGEST else waiting if waits else computing
        kind.append(file)
    mixed = [file for pair in zip_longest(waiting, computing) for file in pair if file]
    items[:] = [item for file in (*longest, *mixed) for item in files[file]]


def pytest_configure(config: pytest.Config) -> None:
    if config.getoption("skip_for_rights_alone") and not hasattr(config, "workerinput"):
        config.pluginmanager.register(SkipForRightsAlone())


Tradepress = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture
def tradepress(tmp_path: Path, spiders: Path) -> Tradepress:
    """Run the command line in an empty folder, as a person would; text output, no terminal."""

    def run(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
        inherited = {
            name: value
            for name, value in os.environ.items()
            if not name.startswith(("TRADEPRESS_", "SCRAPY_"))
        }
        return preloaded.run(
            ["-c", WITH_SPIDERS, spiders, *arguments],
            cwd=tmp_path,
            env={
                **inherited,
                "PYTHONPATH": str(ROOT),
                "TRADEPRESS_ALLOW_ADDRESSES": "127.0.0.1",
                **environment,
            },
        )

    return run


@pytest.fixture
def same_sources() -> Iterator[None]:
    """What a test's own folder of sources brings counts as long as the test lasts."""
    package = "tradepress.spiders."
    before = [*declared_sources.__path__]
    modules = {name: module for name, module in sys.modules.items() if name.startswith(package)}
    yield
    declared_sources.__path__[:] = before
    for name in [name for name in sys.modules if name.startswith(package)]:
        del sys.modules[name]
    for name, module in modules.items():  # other tests hold these very ones
        sys.modules[name] = module
        setattr(declared_sources, name.removeprefix(package), module)


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, same_sources: None) -> Tradepress:
    """The same without a new process, for commands that start no crawl."""
    monkeypatch.chdir(tmp_path)
    load_workers()
    monkeypatch.setattr("tradepress.crawling.page_workers.WorkerProcess", ForkedWorker)
    for name in [name for name in os.environ if name.startswith("TRADEPRESS_")]:
        monkeypatch.delenv(name)

    def run(*arguments: str) -> subprocess.CompletedProcess[str]:
        out, err = io.StringIO(), io.StringIO()
        with redirect_stdout(out), redirect_stderr(err):
            code = run_tradepress(list(arguments))
        return subprocess.CompletedProcess(arguments, code, out.getvalue(), err.getvalue())

    return run


def a_story(headline: str, date: str = "4 August 2017", *, words: str = "") -> str:
    """A small HTML page with one story long enough to be one."""
    body = words or (
        "<p>A maker of lanterns has lost its appeal over the shape of a handle, the court said.</p>"
        "<p>Judges found that buyers would see the curve as a useful grip and not as a sign of "
        "origin, and they ordered the applicant to bear the costs of both instances.</p>"
        "<p>The company said it would study the ruling before it decides about a further step, "
        "while its rival welcomed a result that keeps ordinary handles free for everybody.</p>"
    )
    return (
        f"<!doctype html><html lang=en><head><title>{headline} | The Gazette</title></head><body>"
        f"<nav><a href='/about'>About</a></nav><article><h1>{headline}</h1>"
        f"<p><time>{date}</time></p><div class=body>{body}</div></article></body></html>"
    )
