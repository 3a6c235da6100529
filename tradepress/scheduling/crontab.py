"""A block of lines in the user's crontab; the rest of it is kept byte for byte."""

import os
import re
import shlex
import subprocess
from dataclasses import dataclass

from tradepress.scheduling.plan import Plan, SchedulingError

BEGIN = "# BEGIN tradepress (written by `tradepress schedule install`)"
END = "# END tradepress"
BLOCK = re.compile(rb"^# BEGIN tradepress\b.*?^# END tradepress\n", re.MULTILINE | re.DOTALL)


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


def _find(crontab: bytes) -> re.Match[bytes] | None:
    """
    :raises SchedulingError: somebody took one of the marks away
    """
    found = BLOCK.search(crontab)
    if found is None and b"# BEGIN tradepress" in crontab:
        raise SchedulingError(
            f"the crontab has the line {BEGIN!r} and no {END!r} below it: delete what is left of "
            "these lines with `crontab -e`"
        )
    return found


@dataclass(frozen=True, kw_only=True, slots=True)
class Crontab:
    """The crontab of whoever runs this."""

    name: str = "lines of this user's crontab"

    @property
    def is_installed(self) -> bool:
        return _find(self._read()) is not None

    def install(self, plan: Plan) -> None:
        """Put the lines in the place of those that are there, or at the end.

        :raises SchedulingError: there is no cron, or it refuses
        """
        lines = os.fsencode(block(plan))
        before = self._read()
        if before and not before.endswith(b"\n"):
            before += b"\n"
        found = _find(before)
        start, end = found.span() if found else (len(before), len(before))
        self._write(before[:start] + lines + before[end:])

    def remove(self) -> None:
        """Take the lines out.

        :raises SchedulingError: there is no cron, or it refuses
        """
        rest = BLOCK.sub(b"", self._read())
        if rest:
            self._write(rest)
        else:
            self._crontab("-r")

    def describe(self) -> list[str]:
        """The lines as they stand."""
        found = _find(self._read())
        return os.fsdecode(found[0]).splitlines() if found else []

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
