"""Requires what has to be there before anything is run by the clock."""

import os
import sys
from contextlib import suppress
from pathlib import Path

import click

from tradepress.archive.errors import ArchiveError, OlderArchive
from tradepress.archive.read_only import read_archive
from tradepress.configuration import FILE_NAME, Configuration
from tradepress.declared_sources import require_crawlable
from tradepress.jobs.notify import NO_PING_ADDRESS, is_ping_address, open_services

GIVEN_ON = ("TRADEPRESS_CONFIG", "TRADEPRESS_ARCHIVE")
"""Names variables whose values the commands of the schedule name as options."""


def require_config(configuration: Configuration) -> Path:
    """Returns the file that the clock's runs read: they see no variable of this shell.

    :raises click.UsageError: there is none, it names no contact or an address that can't be told,
        or variables stand over it
    """
    if configuration.file is None:
        raise click.UsageError(
            f"There is no {FILE_NAME} in this folder, nor a --config: `tradepress init` writes one."
        )
    file = configuration.file.absolute()
    for name, value in sorted(os.environ.items()):
        if name.startswith("TRADEPRESS_") and name not in GIVEN_ON and value:
            raise click.UsageError(
                f"{name} is set in this shell, where a scheduled run won't see it: write it into "
                f"{file} and unset the variable."
            )
    if configuration.contact is None:
        raise click.UsageError(
            f"{file} names no contact, and without one no real site is crawled: add the line "
            'contact = "you@library.example"'
        )
    unknown = open_services(configuration.notify.urls)[1]
    if configuration.notify.ping and not is_ping_address(configuration.notify.ping):
        unknown.append(NO_PING_ADDRESS)
    if unknown:
        raise click.UsageError(f"{file}: {unknown[0]}")
    return file


def require_archive(archive: Path) -> None:
    """Refuses an archive that no crawl could open.

    :raises ArchiveError: it is not there, or its folder can't be written
    """
    with suppress(OlderArchive):  # the next crawl brings it up to date
        read_archive(archive).close()
    if not os.access(archive.parent, os.W_OK):
        raise ArchiveError(f"{archive.parent} can't be written: run this as its owner")


def require_sources(configuration: Configuration, archive: Path) -> None:
    """Requires that a crawl takes the configuration.

    Sources are programs: for another user's archive, or configuration where there is no archive
    yet, root looks at them in a process of that user's.

    :raises ConfigurationError: no crawl takes it
    :raises SystemExit: so that other process has said
    """
    told_by = archive if archive.exists() else configuration.file
    owner = (told_by or archive).stat()
    if os.geteuid() != 0 or owner.st_uid == 0:
        return require_crawlable(configuration)
    if (child := os.fork()) == 0:
        os.setgroups([])
        os.setgid(owner.st_gid)
        os.setuid(owner.st_uid)
        require_crawlable(configuration)
        os._exit(0)
    if code := os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]):
        sys.exit(code)


def require_paths(program: Path, config: Path, archive: Path) -> None:
    """Refuses what a unit or a crontab can't name.

    :raises click.UsageError: the program is not there, or a path would break a line
    """
    if not program.exists():
        raise click.UsageError(f"There is no {program}; install Tradepress with pip or pipx.")
    for path in (program, config, archive):
        # systemd runs no program whose path has a quote or a backslash.
        if not str(path).isprintable() or (path == program and set("\\\"'") & set(str(path))):
            raise click.UsageError(
                f"{str(path)!r} has a character that a schedule can't name: move it."
            )
