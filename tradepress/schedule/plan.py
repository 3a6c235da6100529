"""Plans when crawl, saved queries, health and backup run, by which commands and files."""

import os
import subprocess
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import click
from jinja2 import Environment, PackageLoader, StrictUndefined

BACKUP_AFTER = 4
"""Is how many hours after the first crawl of the day; a crawl ends itself after three."""
DAY = 24


class SchedulingError(click.ClickException):
    """The machine's scheduler refuses; the message is one line for a person."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Plan:
    """Is one archive's schedule; all paths are absolute."""

    program: Path
    """Is the command ``tradepress``."""
    config: Path
    archive: Path
    hour: int
    minute: int
    every: int = DAY
    """Is the hours between two crawls; a day is a multiple of it."""

    @property
    def hours(self) -> str:
        """Returns the hours at which a crawl starts, as systemd and cron both write them:
        ``3,9,15,21``."""
        return ",".join(map(str, range(self.hour % self.every, DAY, self.every)))

    @property
    def backup_hour(self) -> int:
        return (self.hour + BACKUP_AFTER) % DAY

    def command(self, *words: str) -> list[str]:
        """Returns a command of Tradepress, complete: nothing of a login shell is there at night."""
        program, config, archive = map(str, (self.program, self.config, self.archive))
        return [program, "--config", config, *words, "--archive", archive]


def fill(template: str, **values: object) -> str:
    """Returns what is installed, from its file in the folder ``templates``."""
    environment = Environment(
        loader=PackageLoader("tradepress.schedule"),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    return environment.get_template(template).render(values)


def ask(
    command: list[str], environment: Mapping[str, str], given: bytes = b""
) -> subprocess.CompletedProcess[bytes]:
    """Runs a command of the machine's scheduler.

    :param environment: laid over this process's own
    :raises SchedulingError: there is no such command
    """
    try:
        return subprocess.run(
            command,
            env={**os.environ, **environment},
            input=given,
            capture_output=True,
            check=False,
        )
    except OSError as error:
        raise SchedulingError(f"{command[0]} can't be run ({error.strerror})") from error


def quiet_time(host: str, archive: Path) -> tuple[int, int]:
    """Returns hour and minute between one and five at night.

    The same for an archive each time it is asked for, another on another machine: no publisher is
    visited by all at the same minute.
    """
    minutes = zlib.crc32(f"{host} {archive}".encode()) % (4 * 60)
    return 1 + minutes // 60, minutes % 60
