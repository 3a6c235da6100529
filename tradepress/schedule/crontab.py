"""Keeps a block of lines in the user's crontab; the rest of it is kept byte for byte."""

import os
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

from tradepress.schedule.crontab_block import archives, block, blocks, put, take_out
from tradepress.schedule.plan import Plan, SchedulingError, ask

PROCESSES = Path("/proc")
DAEMONS = ("cron", "crond", "bcron-sched")
GENERATOR = Path("/usr/lib/systemd/system-generators/systemd-crontab-generator")
"""Is there with systemd-cron: systemd itself runs the crontabs, and there is no daemon."""
NO_LINES = re.compile(rb"no crontab for|No such file|not allowed to use")
"""Matches Debian's, Fedora's and Busybox's words for a crontab in which nothing is yet.
Who may not use it has nothing there either; that is said to him when he would write."""


def is_cron_running() -> bool | None:
    """Does somebody read the crontabs here? None: this machine doesn't tell."""
    if GENERATOR.exists():
        return None
    try:
        (PROCESSES / "1" / "status").read_text()
    except OSError:  # another system, or the processes of others are hidden (proc(5), hidepid)
        return None
    return any(map(_is_cron, PROCESSES.glob("[0-9]*")))


def _is_cron(process: Path) -> bool:
    try:
        text = (process / "status").read_text()
    except OSError:  # it has ended meanwhile
        return False
    about = dict(line.split(":\t", 1) for line in text.splitlines() if ":\t" in line)
    # With a second number it runs in a container, whose crontabs are not ours.
    return about["Name"] in DAEMONS and len(about.get("NSpid", "").split()) < 2


@dataclass(frozen=True, kw_only=True, slots=True)
class Crontab:
    """Is the crontab of whoever runs this."""

    name: ClassVar = "lines of this user's crontab"
    written_as: ClassVar = "Lines"
    hint: ClassVar = None

    @property
    def is_acted_on(self) -> bool:
        """Is there a cron running here, as far as can be told?"""
        return is_cron_running() is not False

    @property
    def written(self) -> list[str]:
        """Returns our lines, as they stand."""
        crontab = self._read()
        found = b"".join(crontab[start:end] for start, end in blocks(crontab))
        return os.fsdecode(found).splitlines()

    @property
    def archives(self) -> list[Path]:
        """Tells whose schedule it is; more than one only if somebody wrote the lines a second
        time."""
        return archives(self._read())

    state: ClassVar[Sequence[str]] = ()
    """Is nothing that its lines don't say; how the runs ended, `tradepress runs` tells."""

    def install(self, plan: Plan) -> None:
        """Puts the lines in the place of those that are there, or at the end.

        :raises SchedulingError: there is no cron, or it refuses
        """
        self._crontab("-", put(self._read(), os.fsencode(block(plan))))

    def remove(self) -> None:
        """Takes the lines out.

        :raises SchedulingError: there is no cron, or it refuses
        """
        rest = take_out(self._read())
        self._crontab("-" if rest else "-r", rest)

    def _read(self) -> bytes:
        return self._crontab("-l")

    def _crontab(self, option: str, content: bytes = b"") -> bytes:
        """Returns what it prints.

        :raises SchedulingError: there is no cron, or it refuses
        """
        result = ask(["crontab", option], {"LC_ALL": "C"}, content)
        if result.returncode == 0:
            return result.stdout
        if option == "-l" and NO_LINES.search(result.stderr):
            return b""
        words = " ".join(os.fsdecode(result.stderr).split()) or "it does not say why"
        raise SchedulingError(f"`crontab {option}` failed: {words}")
