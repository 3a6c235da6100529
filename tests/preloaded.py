"""Python programs in processes of their own that need not load Tradepress first: forked from one
that has.

To load it costs a second of CPU, ten times what most tests of the command line take by
themselves. What comes of ``run`` and ``start`` is a real process all the same, with its own folder,
environment, streams, signals and exit code, and with an interpreter in which nothing has happened
but imports, and the making of the table of known names. What a test says of starting, of memory, of
the interpreter's own options and variables (``PYTHONHASHSEED``, ``PYTHONIOENCODING``), or of its
winding up (no ``__del__`` is called at the end) is to be seen in a new one (``subprocess``). The
first page worker of such a program is loaded likewise; the others are started as ever.
"""

import atexit
import fcntl
import functools
import gc
import importlib
import json
import multiprocessing.util
import os
import runpy
import signal
import socket
import subprocess
import sys
import threading
import time
import traceback
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from types import ModuleType, TracebackType
from typing import IO, Any, NoReturn, Self

from tradepress.command_line import SHORT_HELPS
from tradepress.mentions.known_names import find_known

LOADED = (
    *("scrapy.cmdline", "tradepress.command_line", "tradepress.extraction.article", "feedparser"),
    *("tldextract", "tradepress.crawling.spider_loader", "tradepress.spiders.wipr"),
    *(f"tradepress.commands.{name.replace('-', '_')}_command" for name in SHORT_HELPS),
    *("tradepress.commands.crawl_at_terminal", "tradepress.commands.crawl_summary"),
    *("tradepress.jobs.run_crawlers", "tradepress.schedule.due", "rich.progress", "rich.table"),
    *("twisted.internet.endpoints", "scrapy.logformatter", "scrapy.statscollectors"),
    *("scrapy.squeues", "scrapy.pqueues", "scrapy.utils.engine", "ada_url", "encodings.charmap"),
)
"""Modules, with all that they import; and the modules that the settings name."""
LARGEST = 1 << 17
"""Bytes of what is asked of the loaded process: arguments and environment."""
MOST_FILES = 16
ASIDE = 500
"""Files are first moved to numbers above this: one may have the number that another shall get."""


class _Reader(threading.Thread):
    """Reads a stream to its end, and closes it."""

    def __init__(self, stream: IO[str] | None) -> None:
        super().__init__(daemon=True)
        self.stream = stream
        self.text = ""
        self.error: UnicodeError | None = None
        self.start()

    def run(self) -> None:
        if self.stream is not None:
            with self.stream:
                try:
                    self.text = self.stream.read()
                except UnicodeError as error:
                    self.error = error


class Process:
    """A program that runs, with the methods of ``subprocess.Popen`` that the tests use."""

    def __init__(
        self, arguments: Sequence[str], line: socket.socket, stdout: IO[str], stderr: IO[str] | None
    ) -> None:
        self.args = arguments
        self.stdout = stdout
        self.stderr = stderr
        self.returncode: int | None = None
        self._line = line
        self._readers: list[_Reader] = []
        self.pid = int(line.recv(32))

    def poll(self) -> int | None:
        with suppress(subprocess.TimeoutExpired):
            self.wait(0)
        return self.returncode

    def wait(self, timeout: float | None = None) -> int:
        """
        :raises subprocess.TimeoutExpired: it still runs after so many seconds
        """
        if self.returncode is None:
            self._line.settimeout(timeout)
            try:
                status = self._line.recv(32)
            except (TimeoutError, BlockingIOError):
                raise subprocess.TimeoutExpired(self.args, timeout or 0) from None
            self._line.close()
            self.returncode = os.waitstatus_to_exitcode(int(status))
        return self.returncode

    def communicate(self, timeout: float | None = None) -> tuple[str, str]:
        """All that it still writes, up to its end.

        :raises subprocess.TimeoutExpired: it still runs after so many seconds
        :raises UnicodeError: it has written what is no text
        """
        end = None if timeout is None else time.monotonic() + timeout

        def left() -> float | None:
            return None if end is None else max(0.0, end - time.monotonic())

        if not self._readers:
            for stream in (self.stdout, self.stderr):
                self._readers.append(_Reader(stream))
        for reader in self._readers:
            reader.join(left())
            if reader.is_alive():
                raise subprocess.TimeoutExpired(self.args, timeout or 0)
            if reader.error is not None:
                raise reader.error
        self.wait(left())
        output, errors = (reader.text for reader in self._readers)
        return output, errors

    def send_signal(self, number: int) -> None:
        if self.poll() is None:
            os.kill(self.pid, number)

    def kill(self) -> None:
        self.send_signal(signal.SIGKILL)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, _: TracebackType | None
    ) -> None:
        if error is not None:
            self.kill()
        if not self._readers:  # which close what they read, when the last who writes has ended
            for stream in (self.stdout, self.stderr):
                if stream is not None:
                    stream.close()
        self.wait()


def run(
    arguments: Sequence[str | Path],
    *,
    cwd: Path | None = None,
    env: Mapping[str, str] | None = None,
    timeout: float = 300,
    one_stream: bool = False,
) -> subprocess.CompletedProcess[str]:
    """Run Python with these arguments (``-m module …``, ``-c code …``, ``file …``) to its end.

    :param one_stream: errors go where the output goes
    :raises subprocess.TimeoutExpired: after so many seconds; it was killed
    """
    process = start(arguments, cwd=cwd, env=env, one_stream=one_stream)
    try:
        output, errors = process.communicate(timeout)
    except BaseException:
        process.kill()
        raise
    assert process.returncode is not None
    return subprocess.CompletedProcess(process.args, process.returncode, output, errors)


def start(
    arguments: Sequence[str | Path],
    *,
    cwd: Path | None = None,
    env: Mapping[str, str] | None = None,
    one_stream: bool = False,
    pass_fds: Sequence[int] = (),
    ignores: signal.Signals | None = None,
    own_session: bool = False,
) -> Process:
    """Run Python with these arguments and don't wait for it.

    :param pass_fds: open files that it has, too, by the same numbers
    :param ignores: a signal that it ignores from its start on
    :param own_session: it leads a session and a group of its own
    """
    words = [os.fspath(argument) for argument in arguments]
    ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    out, its_out = os.pipe()
    error, its_error = (None, its_out) if one_stream else os.pipe()
    asked = {
        "arguments": words,
        "cwd": os.fspath(cwd or Path.cwd()),
        "env": dict(os.environ if env is None else env),
        "fds": list(pass_fds),
        "ignores": ignores,
        "own_session": own_session,
    }
    with theirs, Path(os.devnull).open() as nothing:
        files = [theirs.fileno(), nothing.fileno(), its_out, its_error, *pass_fds]
        socket.send_fds(_loaded(), [json.dumps(asked).encode()], files)
    for file in {its_out, its_error}:
        os.close(file)
    return Process(words, ours, os.fdopen(out), None if error is None else os.fdopen(error))


@functools.cache
def _loaded() -> socket.socket:
    """Our end of the line to the process that is forked; there is one for a session of tests."""
    ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    inherited = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("TRADEPRESS_", "SCRAPY_"))
    }
    root = Path(__file__).parent.parent
    with theirs:
        process = subprocess.Popen(
            [sys.executable, __file__, str(theirs.fileno())],
            cwd=root,
            env=inherited | {"PYTHONPATH": str(root)},
            stdin=subprocess.DEVNULL,
            pass_fds=[theirs.fileno()],
        )

    def end() -> None:
        ours.close()
        process.wait()

    atexit.register(end)
    return ours


def _serve(line: socket.socket) -> None:
    """In the loaded process: fork for whatever is asked, until the tests have ended."""
    for name in LOADED:
        importlib.import_module(name)
    settings = importlib.import_module("tradepress.crawling.scrapy_settings")
    for group in ("DOWNLOADER_MIDDLEWARES", "SPIDER_MIDDLEWARES", "EXTENSIONS", "ITEM_PIPELINES"):
        base = f"{group}_BASE"
        scrapys = getattr(settings, base, getattr(settings.default_settings, base))
        for name, place in (*scrapys.items(), *getattr(settings, group).items()):
            if place is not None:
                importlib.import_module(name.rpartition(".")[0])
    find_known("")  # makes its table of names
    _forget("tradepress.crawling.scrapy_settings")  # the configuration is read anew in each process
    assert "twisted.internet.reactor" not in sys.modules
    assert threading.active_count() == 1
    gc.collect()
    gc.freeze()
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # nobody waits for the keepers
    while True:
        message, files, _, _ = socket.recv_fds(line, LARGEST, MOST_FILES)
        if not message:
            return
        if os.fork() == 0:
            line.close()
            _keep(json.loads(message), files)
        for file in files:
            os.close(file)


def _forget(name: str) -> None:
    package, _, attribute = name.rpartition(".")
    del sys.modules[name]
    delattr(sys.modules[package], attribute)


def _keep(asked: dict[str, Any], files: list[int]) -> None:
    """In a process of its own: fork the program, tell its number, and in the end how it ended."""
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    line, *rest = files
    if (pid := os.fork()) == 0:
        os.close(line)
        _become(asked, rest)
    for file in rest:
        os.close(file)
    with socket.socket(fileno=line) as keeper, suppress(BrokenPipeError):
        keeper.send(str(pid).encode())
        _, status = os.waitpid(pid, 0)
        keeper.send(str(status).encode())
    os._exit(0)


def _become(asked: dict[str, Any], files: list[int]) -> None:
    """Be the program: as if Python had just begun with these arguments."""
    if asked["own_session"]:
        os.setsid()
    _have(files, [0, 1, 2, *asked["fds"]])
    os.chdir(asked["cwd"])
    os.environ.clear()
    os.environ.update(asked["env"])
    time.tzset()
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_DFL)
    signal.signal(signal.SIGINT, signal.default_int_handler)
    if asked["ignores"] is not None:
        signal.signal(asked["ignores"], signal.SIG_IGN)
    multiprocessing.util.spawnv_passfds = _Unborn().start  # type: ignore[attr-defined]
    is_unbuffered = "PYTHONUNBUFFERED" in os.environ
    sys.stdin = os.fdopen(0, closefd=False)
    sys.stdout = os.fdopen(1, "w", closefd=False)
    sys.stdout.reconfigure(write_through=is_unbuffered)
    sys.stderr = os.fdopen(2, "w", 1, closefd=False, errors="backslashreplace")
    os._exit(_exit_code_of(asked["arguments"]))


def _have(files: Sequence[int], numbers: Sequence[int]) -> None:
    """Give open files these numbers, whoever had them."""
    away = [fcntl.fcntl(file, fcntl.F_DUPFD, ASIDE) for file in files]
    for file in files:
        os.close(file)
    for file, number in zip(away, numbers, strict=True):
        os.dup2(file, number, inheritable=number <= 2)
        os.close(file)


class _Unborn:
    """A child of the program, forked before anything happened in it; it waits to be the first
    process that ``multiprocessing`` spawns: a page worker."""

    def __init__(self) -> None:
        self.line, its_line = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self.spawn = multiprocessing.util.spawnv_passfds  # type: ignore[attr-defined]
        self.pid = os.fork()
        if self.pid == 0:
            self._wait(its_line)
        its_line.close()

    def start(self, program: bytes, words: Sequence[str], files: Sequence[int]) -> int:
        """Be ``multiprocessing.util.spawnv_passfds``."""
        is_worker = "--multiprocessing-fork" in words and os.fsdecode(program) == sys.executable
        if not (self.pid and is_worker):
            return int(self.spawn(program, words, files))
        pid, self.pid = self.pid, 0
        asked = {
            "words": [*map(os.fsdecode, words)],
            "files": files,
            "cwd": str(Path.cwd()),
            "env": dict(os.environ),
        }
        asked["blocked"] = [*map(int, signal.pthread_sigmask(signal.SIG_BLOCK, []))]
        with self.line:
            socket.send_fds(self.line, [json.dumps(asked).encode()], files)
        return pid

    def _wait(self, line: socket.socket) -> NoReturn:
        signal.pthread_sigmask(signal.SIG_SETMASK, signal.valid_signals())
        os.closerange(3, line.fileno())
        os.closerange(line.fileno() + 1, ASIDE)
        message, files, _, _ = socket.recv_fds(line, LARGEST, MOST_FILES)
        if not message:  # the program has ended
            os._exit(0)
        line.close()
        asked = json.loads(message)
        _have(files, asked["files"])
        os.chdir(asked["cwd"])
        os.environ.clear()
        os.environ.update(asked["env"])
        signal.signal(signal.SIGINT, signal.default_int_handler)
        signal.pthread_sigmask(signal.SIG_SETMASK, asked["blocked"])
        words = asked["words"]
        os._exit(_exit_code_of(words[words.index("-c") :]))


def _exit_code_of(arguments: list[str]) -> int:
    """Run the program; what the interpreter would leave with."""
    code: object = None
    try:
        _run_python(arguments)
    except SystemExit as left:
        code = left.code
    except KeyboardInterrupt:
        traceback.print_exc()
        signal.signal(signal.SIGINT, signal.SIG_DFL)
        os.kill(os.getpid(), signal.SIGINT)
    except BaseException:
        traceback.print_exc()
        code = 1
    try:
        threading._shutdown()  # type: ignore[attr-defined]  # as at the interpreter's own end
        atexit._run_exitfuncs()
        sys.stdout.flush()
        sys.stderr.flush()
    except BrokenPipeError:
        code = 120
    if code is None or isinstance(code, int):
        return (code or 0) & 0xFF
    print(code, file=sys.stderr, flush=True)
    return 1


def _run_python(arguments: list[str]) -> None:
    first, *rest = arguments
    others = os.environ.get("PYTHONPATH", "").split(os.pathsep)
    sys.path[0:1] = [name for name in others if name]
    if first == "-m":
        sys.argv = [rest[0], *rest[1:]]
        sys.path.insert(0, str(Path.cwd()))
        runpy.run_module(rest[0], run_name="__main__", alter_sys=True)
    elif first == "-c":
        sys.argv = ["-c", *rest[1:]]
        sys.path.insert(0, "")
        main = ModuleType("__main__")
        sys.modules["__main__"] = main
        exec(compile(rest[0], "<string>", "exec"), main.__dict__)
    else:
        sys.argv = arguments
        sys.path.insert(0, str(Path(first).absolute().parent))
        runpy.run_path(first, run_name="__main__")


if __name__ == "__main__":
    _serve(socket.socket(fileno=int(sys.argv[1])))
