"""Writes units of systemd: timers for crawl and backup, and services that can do little else; one
is the reading room.

Their templates are written as systemd.unit(5), systemd.timer(5) and systemd.exec(5) say.
"""

import os
import re
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

import click

from tradepress.schedule.plan import Plan, SchedulingError, ask, fill

TIMERS = ("tradepress-crawl.timer", "tradepress-backup.timer")
ROOM = "tradepress-browse.service"
"""Is no job of the clock: it runs once somebody enables it."""
SERVICES = (
    "tradepress-crawl.service",
    "tradepress-queries.service",
    "tradepress-health.service",
    "tradepress-backup.service",
    ROOM,
)
VANISHING = (Path("/tmp"), Path("/var/tmp"))
LINGER = Path("/var/lib/systemd/linger")
"""Holds a file for each user whose units run although he is not logged in (logind)."""


def units(plan: Plan, user: str | None = None) -> dict[str, str]:
    """Returns the files by name.

    :param user: whom a system unit runs as; None: units of a user's own manager
    """

    def command(*words: str) -> str:
        # systemd.service(5): variables are not replaced in the program's own name.
        program, *arguments = plan.command(*words)
        return " ".join([quoted(program), *(quoted(word, in_command=True) for word in arguments)])

    folder = str(plan.archive.parent)
    return {
        name: fill(
            name,
            plan=plan,
            user=user,
            command=command,
            # It knows no quotes: at its end a space is cut, and a backslash joins the next line.
            folder=folder.replace("%", "%%") + "/.",
            writable=quoted(folder),
        )
        for name in (*TIMERS, *SERVICES)
    }


def quoted(word: str, *, in_command: bool = False) -> str:
    """Puts one word in quotes, as systemd.syntax(7) has it, with specifiers and variables
    disarmed."""
    word = word.replace("\\", "\\\\").replace('"', '\\"').replace("%", "%%")
    return f'"{word.replace("$", "$$") if in_command else word}"'


def unquoted(word: str) -> str:
    """Returns what :func:`quoted` made of a word in a command."""
    return re.sub(r"\\(.)|%(%)|\$(\$)", lambda pair: pair[1] or pair[2] or pair[3], word)


@dataclass(frozen=True, kw_only=True, slots=True)
class Systemd:
    """Is the schedule as units of the system, or of one user."""

    is_system: bool

    written_as: ClassVar = "Files"
    is_acted_on: ClassVar = True

    @property
    def name(self) -> str:
        return "system units of systemd" if self.is_system else "systemd units of this user"

    @property
    def folder(self) -> Path:
        if self.is_system:
            return Path("/etc/systemd/system")
        home = os.environ.get("XDG_CONFIG_HOME") or Path.home() / ".config"
        return Path(home) / "systemd" / "user"

    @property
    def written(self) -> list[Path]:
        """Returns what is installed."""
        paths = [self.folder / name for name in (*TIMERS, *SERVICES)]
        return [path for path in paths if path.exists()]

    @property
    def archives(self) -> list[Path]:
        """Returns whose schedule it is."""
        crawl = self.folder / "tradepress-crawl.service"
        text = os.fsdecode(crawl.read_bytes()) if crawl.exists() else ""
        return [
            Path(unquoted(word))
            for word in re.findall(r'^ExecStart=.* "--archive" "(.*)"$', text, re.MULTILINE)
        ]

    @property
    def stamps(self) -> list[Path]:
        """Returns where a persistent timer notes when it last fired (systemd.timer(5))."""
        home = os.environ.get("XDG_DATA_HOME") or Path.home() / ".local" / "share"
        state = Path("/var/lib") if self.is_system else Path(home)
        return [state / "systemd" / "timers" / f"stamp-{timer}" for timer in TIMERS]

    @property
    def scope(self) -> str:
        """Returns what comes after ``systemctl`` and ``journalctl``."""
        return "" if self.is_system else " --user"

    def _require(self, plan: Plan) -> None:
        """Refuses a plan whose units would fail, or run as whom they should not.

        :raises click.UsageError: a path would not be there when they run, or system units would
            run as root or as somebody without a name
        """
        for path in (plan.program, plan.config, plan.archive):
            if any(path.is_relative_to(folder) for folder in VANISHING):
                raise click.UsageError(
                    f"{path} is where files vanish at the next boot, and units of systemd have "
                    "such a folder of their own: move it, or use --cron."
                )
        if not self.is_system:
            return
        try:
            owner = plan.archive.owner()
        except KeyError:
            owner = f"user {plan.archive.stat().st_uid}, who has no name"
        if owner == "root" or "," in owner:
            raise click.UsageError(
                f"{plan.archive} belongs to {owner}, and a crawler should not run so: give it and "
                "its folder to a user made for it (`tradepress docs operating`)."
            )

    def install(self, plan: Plan) -> None:
        """Writes the units and starts the timers.

        :raises click.UsageError: a path or an owner that units should not have
        :raises SchedulingError: systemd can't be asked, or refuses
        :raises OSError: the files can't be written
        """
        self._require(plan)
        self._systemctl("daemon-reload")  # before anything is written: is there somebody?
        self.folder.mkdir(parents=True, exist_ok=True)
        user = plan.archive.owner() if self.is_system else None
        for name, text in units(plan, user).items():
            (self.folder / name).write_bytes(os.fsencode(text))
        self._systemctl("daemon-reload")
        self._systemctl("enable", *TIMERS)
        self._systemctl("restart", *TIMERS)
        self._systemctl("try-restart", ROOM)

    def remove(self) -> None:
        """Stops the timers and deletes what was written; a crawl that runs goes on to its end.

        :raises SchedulingError: systemd can't be asked, or refuses
        :raises OSError: the files can't be deleted
        """
        rooms = [path.name for path in self.written if path.name == ROOM]
        self._systemctl("disable", "--now", *TIMERS, *rooms)
        for path in [*self.written, *self.stamps]:
            path.unlink(missing_ok=True)
        self._systemctl("daemon-reload")
        self._systemctl("reset-failed", "tradepress-*")

    @property
    def state(self) -> list[str]:
        """Returns state, next run and how the last one ended."""
        lines = []
        for timer in TIMERS:
            about = self._properties(timer, "ActiveState", "NextElapseUSecRealtime")
            next_run = about["NextElapseUSecRealtime"] or "none"
            lines.append(f"{timer}: {about['ActiveState']}, next run {next_run}")
        for service in SERVICES:
            about = self._properties(
                service, "ActiveState", "Result", "ExecMainStatus", "ExecMainExitTimestamp"
            )
            if about["ActiveState"] in ("activating", "active"):
                ended = "runs now"
            elif not about["ExecMainExitTimestamp"]:
                ended = "not run since this machine was started"
            else:
                ended = (
                    f"{about['Result']}, exit code {about['ExecMainStatus']}, "
                    f"{about['ExecMainExitTimestamp']}"
                )
            lines.append(f"{service}: {ended}")
        return lines

    @property
    def hint(self) -> str | None:
        """Says how a user's units run on when he logs out: unless he lingers, they stop."""
        if self.is_system:
            return None
        user = Path.home().owner()
        if (LINGER / user).exists():
            return None
        return (
            f"{user}'s units run only while {user} is logged in. To have them run always:\n"
            f"  sudo loginctl enable-linger {user}"
        )

    def _properties(self, unit: str, *names: str) -> dict[str, str]:
        printed = self._systemctl("show", unit, f"--property={','.join(names)}")
        return dict(line.split("=", 1) for line in printed.splitlines() if "=" in line)

    def _systemctl(self, *words: str) -> str:
        command = ["systemctl", *self.scope.split(), "--no-ask-password", *words]
        # sudo -iu leaves it out, and without it a user's manager is not found.
        runtime = os.environ.get("XDG_RUNTIME_DIR") or f"/run/user/{os.getuid()}"
        result = ask(command, {"XDG_RUNTIME_DIR": runtime})
        if result.returncode:
            why = " ".join(os.fsdecode(result.stderr).split()) or f"exit code {result.returncode}"
            if "Failed to connect" in why and not self.is_system:
                why += ". `sudo loginctl enable-linger` with this user's name starts his systemd"
            raise SchedulingError(f"`{' '.join(command)}` failed: {why}")
        return os.fsdecode(result.stdout)
