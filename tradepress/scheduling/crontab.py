"""A block of lines in the user's crontab; the rest of it is kept byte for byte."""

import io
import os
import re
import shlex
import subprocess
from dataclasses import dataclass

from tradepress.scheduling.plan import Plan, SchedulingError

BEGIN = "# BEGIN tradepress (written by `tradepress schedule install`)"
END = "# END tradepress"
OURS = re.compile(rb" (?:crawl --scheduled|backup) --archive ")
"""What stands in each line between the two, also in one whose time was changed by hand."""


def block(plan: Plan) -> str:
    """The lines: crawl and health one after the other, and the backup.

    All paths are whole, so that cron's short PATH does; what is printed goes into a file, since
    `tradepress health` tells those whom tradepress.toml names.
    """
    log = plan.archive.with_name("schedule.log")
    crawl = _command(plan.command("crawl", "--scheduled"))
    health = _command(plan.command("health", "--scheduled"))
    backup = _command(plan.command("backup"))
    to_log = f">>{_command([str(log)])} 2>&1"
    return (
        f"{BEGIN}\n"
        f"{plan.minute} {plan.hours} * * * {{ {crawl}; {health}; }} {to_log}\n"
        f"{plan.minute} {plan.backup_hour} * * * {backup} {to_log}\n"
        f"{END}\n"
    )


def _command(words: list[str]) -> str:
    """Quoted for the shell; then for cron, to whom a bare per cent sign is the end of the line."""
    return shlex.join(words).replace("%", "\\%")


def put(crontab: bytes, lines: bytes) -> bytes:
    """The block in the place of the one that is there, or after the last line.

    A last line without an end stays the last: to end it would make cron read it otherwise.

    :raises SchedulingError: it can't be told which lines are ours
    """
    found = blocks(crontab)
    if len(found) > 1:
        raise SchedulingError(
            f"the crontab has {len(found)} schedules: take them out with "
            "`tradepress schedule remove`, then install again"
        )
    start, end = found[0] if found else (crontab.rfind(b"\n") + 1,) * 2
    return crontab[:start] + lines + crontab[end:]


def take_out(crontab: bytes) -> bytes:
    """What is left without our lines.

    :raises SchedulingError: it can't be told which lines are ours
    """
    for start, end in reversed(blocks(crontab)):
        crontab = crontab[:start] + crontab[end:]
    return crontab


def blocks(crontab: bytes) -> list[tuple[int, int]]:
    """Where each block begins and ends. Only a whole line is a mark.

    :raises SchedulingError: it can't be told which lines are ours
    """
    found: list[tuple[int, int]] = []
    begun: int | None = None
    place = 0
    for number, line in enumerate(io.BytesIO(crontab), 1):
        words = os.fsdecode(line.strip())
        if words == BEGIN:
            if begun is not None:
                raise _broken(number, f"begins a schedule before the one above has its {END!r}")
            begun = place
        elif words == END:
            if begun is None:
                raise _broken(number, f"ends a schedule and has no {BEGIN!r} above it")
            found.append((begun, place + len(line)))
            begun = None
        elif begun is not None and words and not OURS.search(line):
            raise _broken(number, f"stands between {BEGIN!r} and {END!r} and is none of our lines")
        place += len(line)
    if begun is not None:
        raise _broken(crontab.count(b"\n", 0, begun) + 1, f"has no {END!r} below its lines")
    return found


def _broken(number: int, what: str) -> SchedulingError:
    return SchedulingError(
        f"line {number} of the crontab {what}; nothing was changed: with `crontab -e` put right or "
        "delete what is left of the schedule's lines, and keep your own outside of them"
    )


@dataclass(frozen=True, kw_only=True, slots=True)
class Crontab:
    """The crontab of whoever runs this."""

    name: str = "lines of this user's crontab"

    @property
    def is_installed(self) -> bool:
        return bool(blocks(self._read()))

    def install(self, plan: Plan) -> None:
        """Put the lines in the place of those that are there, or at the end.

        :raises SchedulingError: there is no cron, or it refuses
        """
        self._write(put(self._read(), os.fsencode(block(plan))))

    def remove(self) -> None:
        """Take the lines out.

        :raises SchedulingError: there is no cron, or it refuses
        """
        rest = take_out(self._read())
        if rest:
            self._write(rest)
        else:
            self._crontab("-r")

    def describe(self) -> list[str]:
        """The lines as they stand."""
        crontab = self._read()
        lines = b"".join(crontab[start:end] for start, end in blocks(crontab))
        return os.fsdecode(lines).splitlines()

    @property
    def advice(self) -> list[str]:
        """How to look at it."""
        return ["crontab -l"]

    def _read(self) -> bytes:
        result = self._crontab("-l", may_fail=True)
        if result.returncode == 0:
            return result.stdout
        # Nothing there yet: the words of Debian's, Fedora's and Busybox's crontab. Who may not use
        # it has nothing there either; that is said to him when he would write.
        if re.search(rb"no crontab for|No such file|not allowed to use", result.stderr):
            return b""
        raise self._refusal("-l", result.stderr)

    def _write(self, content: bytes) -> None:
        self._crontab("-", content)

    def _crontab(
        self, option: str, content: bytes | None = None, *, may_fail: bool = False
    ) -> subprocess.CompletedProcess[bytes]:
        try:
            result = subprocess.run(
                ["crontab", option],
                input=content,
                capture_output=True,
                env={**os.environ, "LC_ALL": "C"},
                check=False,
            )
        except OSError as error:
            raise SchedulingError(f"crontab can't be run ({error.strerror})") from error
        if result.returncode and not may_fail:
            raise self._refusal(option, result.stderr)
        return result

    def _refusal(self, option: str, stderr: bytes) -> SchedulingError:
        words = " ".join(os.fsdecode(stderr).split())
        return SchedulingError(f"`crontab {option}` failed: {words or 'it does not say why'}")
