"""A person at a terminal, who reads what is asked before she types an answer."""

import os
import pty
import select
import signal
import subprocess
import sys
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from conftest import ROOT

CTRL_C = "\x03"
PATIENCE, IMPATIENCE = 60.0, 5.0
"""In seconds, after which she takes the program for dead, or presses Ctrl-C again: Python hears of
one only with the next key if it comes just before it begins to wait for keys."""


@dataclass(frozen=True)
class Talk:
    """What the terminal showed, and how the command ended."""

    shown: str
    code: int


def talk(folder: Path, command: list[str], answers: Iterable[tuple[str, str]]) -> Talk:
    """Run ``tradepress`` at a terminal of its own.

    :param answers: what is waited for on the screen, and what is typed then
    """
    ours, theirs = pty.openpty()
    kept = {name: value for name, value in os.environ.items() if "TRADEPRESS" not in name}
    with subprocess.Popen(
        [sys.executable, "-m", "tradepress", *command],
        cwd=folder,
        env=kept | {"PYTHONPATH": str(ROOT)},
        stdin=theirs,
        stdout=theirs,
        stderr=theirs,
        start_new_session=True,
        preexec_fn=_sit_down,
    ) as program:
        os.close(theirs)
        shown, seen = b"", 0
        try:
            for awaited, typed in answers:
                while awaited.encode() not in shown[seen:]:
                    shown += _more(ours, shown)
                seen = len(shown)
                keys = typed if typed == CTRL_C else f"{typed}\n"
                os.write(ours, keys.encode(errors="surrogateescape"))
            while more := _read(ours, shown, again=typed == CTRL_C and b"\n" not in shown[seen:]):
                shown += more
        except BaseException:
            program.kill()
            raise
        finally:
            os.close(ours)
    return Talk(shown=shown.decode(errors="replace").replace("\r\n", "\n"), code=program.returncode)


def _sit_down() -> None:
    """Make the terminal the one of this process, whose Ctrl-C it hears: what runs in the background
    of a script has been told not to."""
    os.close(os.open(os.ttyname(0), os.O_RDWR))
    signal.signal(signal.SIGINT, signal.SIG_DFL)


def _more(terminal: int, shown: bytes) -> bytes:
    """What it shows next.

    :raises EOFError: it has ended
    """
    if not (more := _read(terminal, shown)):
        raise EOFError(f"it has ended after: {shown!r}")
    return more


def _read(terminal: int, shown: bytes, *, again: bool = False) -> bytes:
    """What it shows next; nothing: it has ended."""
    for _ in range(int(PATIENCE / IMPATIENCE)):
        if select.select([terminal], [], [], IMPATIENCE)[0]:
            try:
                return os.read(terminal, 65536)
            except OSError:  # as Linux has it when the last process has closed it
                return b""
        if again:
            os.write(terminal, CTRL_C.encode())
    raise TimeoutError(f"nothing more is shown after: {shown!r}")
