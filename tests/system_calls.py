"""A command as the system sees it, by strace: what it calls, and what it does if a call fails."""

import os
import random
import re
import signal
import subprocess
import sys
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import lost_power
import needs
from conftest import ROOT, WITH_SPIDERS
from lost_power import unquoted

CALLS = (
    *("write", "pwrite64", "ftruncate", "truncate", "fsync", "fdatasync", "sync", "mkdir"),
    *("rename", "renameat", "renameat2", "link", "linkat", "unlink", "unlinkat", "rmdir"),
)
"""By which something comes onto a disk."""
FULL = ("write", "pwrite64", "mkdir", "rename", "linkat", "fsync")
"""Those that a full disk refuses."""
LASTING = ("ENOSPC", "ENOLCK")
LINE = re.compile(r"(?P<pid>\d+) +(?P<call>\w+)\((?P<rest>.*)")
WRITTEN = re.compile(
    r'\d+<(?P<file>[^>]+)>, "(?P<bytes>[^"]*)"(?P<more>\.*), \d+(?:, (?P<at>\d+))?'
)
LONGEST = 1 << 17
"""Bytes of one call that are noted."""


@dataclass(frozen=True, kw_only=True)
class Call:
    """One call, in a folder that is looked at."""

    name: str
    number: int
    """Among those of its name that its process made, from 1 on: as strace counts them."""
    rest: str
    """What it was given, and gave."""


@dataclass(frozen=True, kw_only=True)
class Stop:
    """What a command meets."""

    fault: str
    """``kill``, ``half a write``, ``ENOSPC``, ``EIO``, or another name of an error."""
    call: str
    number: int

    @property
    def is_kill(self) -> bool:
        return self.fault in ("kill", "half a write")

    @property
    def option(self) -> str:
        what = "signal=KILL" if self.is_kill else f"error={self.fault}"
        # A disk stays full, and has no locks. But what is told goes by write, too.
        lasts = "+" if self.fault in LASTING and self.call != "write" else ""
        return f"inject={self.call}:{what}:when={self.number}{lasts}"


@dataclass(kw_only=True)
class Traced:
    """How it went."""

    returncode: int
    stdout: str
    stderr: str
    calls: list[Call] = field(default_factory=list)

    @property
    def was_killed(self) -> bool:
        return self.returncode in (-signal.SIGKILL, 128 + signal.SIGKILL)


def traced(
    arguments: Sequence[str],
    folder: Path,
    spiders: Path,
    stop: Stop | None = None,
    *,
    log: Path | None = None,
) -> Traced:
    """Run the command line in a folder, with the calls that touch what is in it noted.

    :param log: gets all that strace tells, of all calls by which a disk changes
    """
    strace = needs.require_program("strace")
    kept, log = log, log or folder.with_name(f"{folder.name}.strace")
    options = ["-f", "-qq", "-y", "-xx", "-s", str(LONGEST), "-o", str(log)]
    if stop is None or not stop.is_kill:  # which comes too late where the kernel filters the calls
        options.append("--seccomp-bpf")
    looked_at = {*CALLS, *lost_power.CALLS, *([stop.call] if stop else [])}
    inherited = {name: value for name, value in os.environ.items() if "TRADEPRESS_" not in name}
    done = subprocess.run(
        [
            *(strace, *options, "-e", f"trace={','.join(looked_at)}"),
            *(("-e", stop.option) if stop else ()),
            *(sys.executable, "-c", WITH_SPIDERS, str(spiders), *arguments),
        ],
        cwd=folder,
        env={
            **inherited,
            "PYTHONPATH": str(ROOT),
            "PYTHONDONTWRITEBYTECODE": "1",
            "PYTHONUNBUFFERED": "1",
            "TRADEPRESS_ALLOW_ADDRESSES": "127.0.0.1",
        },
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    if "ptrace" in done.stderr and "not permitted" in done.stderr:
        needs.skip("strace (a right)")
    calls = calls_in(log, folder)
    if stop and stop.fault == "half a write" and done.returncode:
        finish_half(log)
    if kept is None:
        log.unlink()
    return Traced(returncode=done.returncode, stdout=done.stdout, stderr=done.stderr, calls=calls)


def first_lock(arguments: Sequence[str], folder: Path, spiders: Path) -> int:
    """Which of a command's calls of fcntl is the first that locks."""
    strace, log = needs.require_program("strace"), folder.with_name("locks.strace")
    command = [sys.executable, "-c", WITH_SPIDERS, str(spiders), *arguments]
    subprocess.run(
        [strace, "-f", "--seccomp-bpf", "-qq", "-o", str(log), "-e", "trace=fcntl", *command],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(ROOT), "PYTHONDONTWRITEBYTECODE": "1"},
        capture_output=True,
        check=True,
    )
    lines = [match for match in map(LINE.fullmatch, log.read_text().splitlines()) if match]
    ours = [match["rest"] for match in lines if match["pid"] == lines[0]["pid"]]
    return next(number for number, rest in enumerate(ours, 1) if "F_SETLK" in rest)


def calls_in(log: Path, folder: Path) -> list[Call]:
    counts: Counter[tuple[str, str]] = Counter()
    found = []
    quoted = "".join(f"\\x{byte:02x}" for byte in os.fsencode(f"{folder}/"))
    for line in log.read_text().splitlines():
        if match := LINE.fullmatch(line):
            counts[match["pid"], match["call"]] += 1
            number = counts[match["pid"], match["call"]]
            if quoted in line or match["call"] == "sync":
                found.append(Call(name=match["call"], number=number, rest=match["rest"]))
    return found


def finish_half(log: Path) -> None:
    """Of the write that was not made since its process was killed, make the first half."""
    calls = [LINE.fullmatch(line) for line in log.read_text().splitlines()]
    killed = [match for match in calls if match and match["rest"].endswith("= ?")]
    positions = lost_power.Positions()
    for call in lost_power.calls(log):
        positions.take(*call)
    written = WRITTEN.match(killed[-1]["rest"]) if killed else None
    file = Path(os.fsdecode(unquoted(written["file"]))) if written else None
    if written and file and file.is_file():  # one without a name is gone
        data = unquoted(written["bytes"])
        with file.open("r+b") as stream:
            place = int(written["at"]) if written["at"] else positions.of(killed[-1]["rest"])
            stream.seek(file.stat().st_size if place is None else place)
            stream.write(data[: len(data) // 2])


def draw_stop(draws: random.Random, calls: Sequence[Call], fault: str) -> Stop:
    """One of the calls, first by its name: most of them are of one."""
    wanted: Sequence[str] = CALLS
    if fault == "half a write":
        wanted = ("write", "pwrite64")
    elif fault == "ENOSPC":
        wanted = FULL
    names = sorted({call.name for call in calls} & {*wanted})
    name = draws.choice(names)
    number = draws.choice([call.number for call in calls if call.name == name])
    return Stop(fault=fault, call=name, number=number)
