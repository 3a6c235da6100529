"""Measures what a command costs before it does anything: CPU beside the tools that people know.

    python bench/startup.py [--rounds 9]

An archive of the bundled sample is made first. Each figure is the median CPU of the process and its
children. What can't be run here is named and left out. ``browse`` and ``datasette serve`` run until
they say that they listen.
"""

import argparse
import os
import signal
import statistics
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

BIN = Path(sys.executable).parent
BESIDE, SCRAPY, SERVED = "sqlite-utils --help", "scrapy version", "datasette serve archive.db -p 0"
# Where pandas is installed, sqlite-utils loads it, too, which is dearer than all else.
SQLITE_UTILS = (
    "import sys; sys.modules['pandas'] = None; sys.argv[0] = 'sqlite-utils'; "
    "from sqlite_utils.cli import cli; cli()"
)
LIBRARY = "python -c import\N{NO-BREAK SPACE}sqlite_utils"
PAGE = (
    "<h1>Lantern mark lost</h1><p><time>4 August 2017</time></p>"
    + "<p>Judges found that buyers would see the curve as a useful grip, and not as a sign.</p>" * 5
)
LISTENS = "http://127.0.0.1:"


@dataclass(frozen=True, kw_only=True, slots=True)
class Target:
    """Says what commands may cost."""

    beside: str
    """Is the command that they are compared with."""
    words: str
    times: float = 0.0
    more: float = 0.0
    """Is in milliseconds."""
    commands: tuple[str, ...]

    def most(self, beside: float) -> float:
        """Returns the most that it may cost, in milliseconds."""
        return self.times * beside + self.more


TARGETS = (
    Target(
        beside=BESIDE,
        words="1.7 times",
        times=1.7,
        commands=(
            "tradepress --help",
            "tradepress search mark",
            "tradepress search mark --json",
            "tradepress show {ref}",
            "tradepress runs",
            "tradepress health",
            "tradepress sources list",
            "tradepress sources show wipr",
        ),
    ),
    Target(
        beside=BESIDE,
        words="1.2 times",
        times=1.2,
        commands=tuple(
            f"tradepress {name} --help"
            for name in (
                *("withdraw", "merge", "ingest", "reextract", "backfill", "crawl"),
                *("demo", "extract", "export", "release"),
            )
        ),
    ),
    Target(
        beside=LIBRARY,
        words="1.7 times",
        times=1.7,
        commands=("python -c import\N{NO-BREAK SPACE}tradepress;tradepress.read_archive",),
    ),
    Target(
        beside=SCRAPY,
        words="2 times",
        times=2,
        commands=("tradepress extract page.html",),
    ),
    Target(
        beside=SERVED,
        words="150 ms more",
        times=1,
        more=150,
        commands=("tradepress browse --port 0",),
    ),
)


class NotRun(Exception):
    """Raised where a command can't be run here; the message says why."""


def called(program: str) -> list[str | Path]:
    """Returns how a program of this environment is begun."""
    if program == "sqlite-utils":
        return [sys.executable, "-c", SQLITE_UTILS]
    return [BIN / program]


def cpu_ms(command: str, folder: Path) -> float:
    """Returns the CPU of one call and its children, in milliseconds.

    :param command: what is not to be parted has no-break spaces
    :raises NotRun: there is no such program, or it fails
    """
    program, *words = command.split(" ")
    serves = " -p 0" in command or " browse" in command
    if not (BIN / program).exists():
        raise NotRun("not installed")
    process = subprocess.Popen(
        [*called(program), *(word.replace("\N{NO-BREAK SPACE}", " ") for word in words)],
        cwd=folder,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    assert process.stdout is not None
    with process.stdout as lines:
        told, is_listening = "", False
        for line in lines:
            told = line.strip() or told
            if serves and LISTENS in line and not is_listening:
                is_listening = True
                process.send_signal(signal.SIGINT)
    _, status, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    # 1: something was found, as by health; a server goes by the signal.
    if (process.returncode not in (0, 1) and not is_listening) or (serves and not is_listening):
        raise NotRun(f"exit code {process.returncode}: {told}")
    return 1000 * (used.ru_utime + used.ru_stime)


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--rounds", type=int, default=9)
    rounds = parser.parse_args().rounds
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        ref = prepare(folder)
        commands = [
            command.format(ref=ref)
            for target in TARGETS
            for command in (target.beside, *target.commands)
        ]
        spent = measure(commands, folder, rounds)
    print(
        "| command | CPU ms | beside | CPU ms | ratio | at most | |\n|---|---|---|---|---|---|---|"
    )
    for target in TARGETS:
        beside = spent.get(target.beside)
        for command in target.commands:
            found = spent.get(command.format(ref=ref))
            if found is None or beside is None:
                print(f"| `{command}` | left out | | | | | |", flush=True)
                continue
            is_met = "met" if found <= target.most(beside) else "MISSED"
            print(
                f"| `{command}` | {found:.0f} | `{target.beside}` | {beside:.0f} "
                f"| {found / beside:.2f} | {target.words} | {is_met} |",
                flush=True,
            )
    return 0


def prepare(folder: Path) -> str:
    """Makes the archive and a page; returns a ref of a story."""
    subprocess.run([BIN / "tradepress", "demo"], cwd=folder, check=True, capture_output=True)
    (folder / "page.html").write_text(PAGE)
    found = subprocess.run(
        [BIN / "sqlite-utils", "archive.db", "SELECT ref FROM articles LIMIT 1", "--raw"],
        cwd=folder,
        check=True,
        capture_output=True,
        text=True,
    )
    return found.stdout.strip()


def measure(commands: list[str], folder: Path, rounds: int) -> dict[str, float]:
    """Returns the median CPU of each command that can be run, in milliseconds; one more round warms
    up."""
    spent: dict[str, list[float]] = {command: [] for command in commands}
    for number in range(rounds + 1):
        for command in list(spent):
            try:
                used = cpu_ms(command, folder)
            except NotRun as error:
                print(f"left out: {command} ({error})", file=sys.stderr, flush=True)
                del spent[command]
                continue
            if number:
                spent[command].append(used)
                print(f"{number}/{rounds} {used:6.0f} ms  {command}", file=sys.stderr, flush=True)
    return {command: statistics.median(times) for command, times in spent.items()}


if __name__ == "__main__":
    raise SystemExit(main())
