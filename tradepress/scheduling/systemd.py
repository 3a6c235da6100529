"""Units of systemd: timers for crawl and backup, and services that can do little else.

Written as systemd.unit(5), systemd.timer(5) and systemd.exec(5) say.
"""

import os
import re
import subprocess
from dataclasses import dataclass
from pathlib import Path

from tradepress.scheduling.plan import Plan, SchedulingError

TIMERS = ("tradepress-crawl.timer", "tradepress-backup.timer")
SERVICES = ("tradepress-crawl.service", "tradepress-health.service", "tradepress-backup.service")
BOOTED = Path("/run/systemd/system")
"""There if systemd runs this machine (sd_booted(3))."""

HARDENING = """\
NoNewPrivileges=true
ProtectSystem=strict
ProtectHome=read-only
PrivateTmp=true
RestrictAddressFamilies=AF_UNIX AF_INET AF_INET6 AF_NETLINK
RestrictNamespaces=true
RestrictRealtime=true
RestrictSUIDSGID=true
LockPersonality=true
SystemCallArchitectures=native
SystemCallFilter=@system-service
SystemCallErrorNumber=EPERM
"""
SYSTEM_HARDENING = """\
CapabilityBoundingSet=
PrivateDevices=true
ProtectClock=true
ProtectControlGroups=true
ProtectHostname=true
ProtectKernelLogs=true
ProtectKernelModules=true
ProtectKernelTunables=true
"""
"""What a user's own manager has no right to set."""
RESOURCES = """\
Nice=10
MemoryMax=4G
OOMPolicy=continue
KillMode=mixed
KillSignal=SIGTERM
TimeoutStartSec=1d
TimeoutStopSec=3min
"""
"""A page's worker that takes too much dies alone; SIGTERM goes to the main process, which ends what
is in hand."""


def units(plan: Plan, user: str | None = None) -> dict[str, str]:
    """The files by name.

    :param user: whom a system unit runs as; None: units of a user's own manager
    """
    # A user's manager has no network-online.target; the crawl defers what it can't reach.
    network = "Wants=network-online.target\nAfter=network-online.target\n" if user else ""
    crawl = f"{network}OnSuccess=tradepress-health.service\nOnFailure=tradepress-health.service\n"
    return {
        "tradepress-crawl.service": _service(
            "crawl what is new",
            plan,
            ["crawl", "--scheduled"],
            user,
            unit=crawl,
            # 1: done, some addresses failed. What that means is judged by the health service.
            service="SuccessExitStatus=1\n",
        ),
        "tradepress-crawl.timer": _timer("crawl what is new", plan.hours, plan.minute),
        "tradepress-health.service": _service(
            "say whether all is well", plan, ["health", "--scheduled"], user, unit=network
        ),
        "tradepress-backup.service": _service(
            "back the archive up", plan, ["backup"], user, unit="After=tradepress-crawl.service\n"
        ),
        "tradepress-backup.timer": _timer(
            "back the archive up", str(plan.backup_hour), plan.minute
        ),
    }


def _service(
    what: str, plan: Plan, words: list[str], user: str | None, *, unit: str, service: str = ""
) -> str:
    program, *arguments = plan.command(*words)
    # systemd.service(5): variables are not replaced in the program's own name.
    command = " ".join([quoted(program), *(quoted(word, in_command=True) for word in arguments)])
    folder = str(plan.archive.parent)
    return (
        _head(what)
        + unit
        + "\n[Service]\nType=oneshot\n"
        + (f"User={user}\n" if user else "")
        + f"WorkingDirectory={folder.replace('%', '%%')}\n"
        + f"ExecStart={command}\n"
        + service
        + f"ReadWritePaths={quoted(folder)}\n"
        + HARDENING
        + (SYSTEM_HARDENING if user else "")
        + RESOURCES
    )


def _timer(what: str, hours: str, minute: int) -> str:
    return (
        _head(what)
        + f"\n[Timer]\nOnCalendar=*-*-* {hours}:{minute:02}:00\n"
        + "RandomizedDelaySec=20min\n"
        # A run that was missed, because the machine was off, is made up for.
        + "Persistent=true\n"
        + "\n[Install]\nWantedBy=timers.target\n"
    )


def _head(what: str) -> str:
    return (
        "# Written by `tradepress schedule install`, which writes it anew. To change something,\n"
        "# use `systemctl edit` (for a user's unit `systemctl --user edit`).\n"
        f"[Unit]\nDescription=Tradepress: {what}\n"
    )


def quoted(word: str, *, in_command: bool = False) -> str:
    """One word as systemd.syntax(7) has it: in quotes, with specifiers and variables disarmed."""
    word = word.replace("\\", "\\\\").replace('"', '\\"').replace("%", "%%")
    return f'"{word.replace("$", "$$") if in_command else word}"'


def unquoted(word: str) -> str:
    """What :func:`quoted` made of a word in a command."""
    return re.sub(r"\\(.)|%(%)|\$(\$)", lambda pair: pair[1] or pair[2] or pair[3], word)


@dataclass(frozen=True, kw_only=True, slots=True)
class Systemd:
    """Units of the system, or of one user."""

    is_system: bool

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
    def files(self) -> list[Path]:
        """What is installed."""
        paths = [self.folder / name for name in (*TIMERS, *SERVICES)]
        return [path for path in paths if path.exists()]

    @property
    def archives(self) -> list[Path]:
        """Whose schedule it is."""
        crawl = self.folder / "tradepress-crawl.service"
        text = crawl.read_text() if crawl.exists() else ""
        return [
            Path(unquoted(word))
            for word in re.findall(r'^ExecStart=.* "--archive" "(.*)"$', text, re.MULTILINE)
        ]

    @property
    def written(self) -> list[str]:
        """What is installed, to be shown."""
        return [str(path) for path in self.files]

    @property
    def stamps(self) -> list[Path]:
        """Where a persistent timer notes when it last fired (systemd.timer(5))."""
        home = os.environ.get("XDG_DATA_HOME") or Path.home() / ".local" / "share"
        state = Path("/var/lib") if self.is_system else Path(home)
        return [state / "systemd" / "timers" / f"stamp-{timer}" for timer in TIMERS]

    @property
    def is_installed(self) -> bool:
        return bool(self.files)

    @property
    def scope(self) -> str:
        """What comes after ``systemctl`` and ``journalctl``."""
        return "" if self.is_system else " --user"

    def install(self, plan: Plan) -> None:
        """Write the units and start the timers.

        :raises SchedulingError: systemd can't be asked, or refuses
        :raises OSError: the files can't be written
        """
        self._systemctl("daemon-reload")  # before anything is written: is there somebody?
        self.folder.mkdir(parents=True, exist_ok=True)
        user = plan.archive.owner() if self.is_system else None
        for name, text in units(plan, user).items():
            (self.folder / name).write_text(text)
        self._systemctl("daemon-reload")
        self._systemctl("enable", *TIMERS)
        self._systemctl("restart", *TIMERS)

    def remove(self) -> None:
        """Stop the timers and delete what was written; a crawl that runs goes on to its end.

        :raises SchedulingError: systemd can't be asked, or refuses
        :raises OSError: the files can't be deleted
        """
        self._systemctl("disable", "--now", *TIMERS)
        for path in [*self.files, *self.stamps]:
            path.unlink(missing_ok=True)
        self._systemctl("daemon-reload")
        self._systemctl("reset-failed", "tradepress-*")

    def describe(self) -> list[str]:
        """State, next run and how the last one ended."""
        lines = []
        for timer in TIMERS:
            about = self._properties(timer, "ActiveState", "NextElapseUSecRealtime")
            next_run = about["NextElapseUSecRealtime"] or "none"
            lines.append(f"{timer}: {about['ActiveState']}, next run {next_run}")
        for service in SERVICES:
            about = self._properties(
                service, "ActiveState", "Result", "ExecMainStatus", "ExecMainExitTimestamp"
            )
            if about["ActiveState"] == "activating":
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
    def advice(self) -> list[str]:
        """How to look at it."""
        return [
            f"systemctl{self.scope} list-timers 'tradepress-*'",
            f"journalctl{self.scope} -u 'tradepress-*'",
            f"systemctl{self.scope} start --no-block tradepress-crawl.service   (crawl now)",
        ]

    def _properties(self, unit: str, *names: str) -> dict[str, str]:
        printed = self._systemctl("show", unit, f"--property={','.join(names)}")
        return dict(line.split("=", 1) for line in printed.splitlines() if "=" in line)

    def _systemctl(self, *words: str) -> str:
        command = ["systemctl", *self.scope.split(), "--no-ask-password", *words]
        # sudo -iu leaves it out, and without it a user's manager is not found.
        runtime = os.environ.get("XDG_RUNTIME_DIR") or f"/run/user/{os.getuid()}"
        try:
            result = subprocess.run(
                command,
                env={**os.environ, "XDG_RUNTIME_DIR": runtime},
                capture_output=True,
                text=True,
                check=False,
            )
        except OSError as error:
            raise SchedulingError(f"systemctl can't be run ({error.strerror})") from error
        if result.returncode:
            why = " ".join(result.stderr.split()) or f"exit code {result.returncode}"
            if "Failed to connect" in why and not self.is_system:
                why += ". `sudo loginctl enable-linger` with this user's name starts his systemd"
            raise SchedulingError(f"`{' '.join(command)}` failed: {why}")
        return result.stdout
