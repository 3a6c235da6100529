"""`tradepress schedule`: crawl, health and backup by the clock, by systemd or by cron."""

import os
import shutil
import socket
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import datetime
from pathlib import Path

import click

from archive.errors import ArchiveError, OlderArchive
from archive.open import read_archive
from crawler.configuration import FILE_NAME, Configuration
from tradepress.notify import NO_PING_ADDRESS, is_ping_address, open_services
from tradepress.options import archive_option, configured
from tradepress.scheduling.crontab import Crontab, is_cron_running
from tradepress.scheduling.plan import DAY, Plan, SchedulingError, quiet_time
from tradepress.scheduling.systemd import BOOTED, Systemd
from tradepress.spiders import require_crawlable

EVERY = [f"{hours}h" for hours in range(1, DAY + 1) if DAY % hours == 0]
GIVEN_ON = ("TRADEPRESS_CONFIG", "TRADEPRESS_ARCHIVE")
"""Variables whose values the commands of the schedule name as options."""
VANISHING = (Path("/tmp"), Path("/var/tmp"))
LINGER = Path("/var/lib/systemd/linger")
"""A file for each user whose units run although he is not logged in (logind)."""

Scheduler = Systemd | Crontab


@click.group(short_help="Crawl by the clock, by systemd or cron.")
def schedule() -> None:
    """Crawl by the clock: systemd timers or, where there is no systemd, cron.

    A scheduled crawl needs the archive and leaves out a source whose trial is still to come.
    """


@schedule.command()
@click.option(
    "--at",
    type=click.DateTime(["%H:%M"]),
    metavar="HH:MM",
    help="When to crawl, by this machine's clock.  [default: some minute from one to five]",
)
@click.option(
    "--every",
    type=click.Choice(EVERY),
    default=f"{DAY}h",
    show_default=True,
    help="Crawl so often; a source is asked no more often than `every` in tradepress.toml says.",
)
@click.option("--system", "is_system", is_flag=True, help="For the whole machine (needs root).")
@click.option("--cron", "is_cron", is_flag=True, help="Use cron, even if there is systemd.")
@archive_option
def install(at: datetime | None, every: str, is_system: bool, is_cron: bool, archive: Path) -> int:
    """Set the schedule up; again: bring it up to date."""
    archive = archive.resolve()  # units may write to no folder but that of the file itself
    config = require_config(configured())
    require_archive(archive)
    program = Path(sys.executable).with_name("tradepress")
    require_paths(program, config, archive)
    scheduler = choose(is_system=is_system, is_cron=is_cron)
    for other in installed():
        require_no_other(other, scheduler, archive)
    hour, minute = (at.hour, at.minute) if at else quiet_time(socket.gethostname(), archive)
    plan = Plan(
        program=program,
        config=config,
        archive=archive,
        hour=hour,
        minute=minute,
        every=int(every.removesuffix("h")),
    )
    if isinstance(scheduler, Systemd):
        require_no_vanishing(program, config, archive)
        if is_system:
            require_owner(archive)
    with refusals():
        scheduler.install(plan)
    done = "Installed" if is_acted_on(scheduler) else "Written, but nothing runs them"
    click.echo(f"{done}: {scheduler.name}.")
    print_state(scheduler)
    if isinstance(scheduler, Systemd) and not is_system:
        print_linger_hint()
    require_somebody_runs(scheduler)
    return 0


@schedule.command()
def show() -> int:
    """Show what is installed, and when it runs next."""
    found = installed()
    for scheduler in found:
        click.echo(f"{scheduler.name[0].upper()}{scheduler.name[1:]}")
        with refusals():
            print_state(scheduler)
    if not found:
        click.echo("There is no schedule; `tradepress schedule install` makes one.")
    require_somebody_runs(*found)
    return 0


@schedule.command()
def remove() -> int:
    """Take the schedule out. Archive, backups and configuration stay."""
    found = installed()
    for scheduler in found:
        with refusals():
            scheduler.remove()
        click.echo(f"Removed: {scheduler.name}.")
    if not found:
        click.echo("There is no schedule.")
    return 0


def choose(*, is_system: bool, is_cron: bool) -> Scheduler:
    """What is to run the crawls on this machine.

    :raises click.UsageError: there is no such thing, or it needs root
    """
    if is_system and is_cron:
        raise click.UsageError("--system and --cron exclude each other.")
    if is_system and os.geteuid() != 0:
        raise click.UsageError("--system needs root: run the same command with sudo.")
    has_systemd = BOOTED.is_dir() and shutil.which("systemctl") is not None
    if has_systemd and not is_cron:
        return Systemd(is_system=is_system)
    if is_system:
        raise click.UsageError("This machine is not run by systemd; leave --system out.")
    if shutil.which("crontab") is None:
        raise click.UsageError(
            "There is neither systemd nor cron here. Let something else run `tradepress crawl "
            "--scheduled` and `tradepress health --scheduled` (docs/operating.md)."
        )
    return Crontab()


def require_no_other(there: Scheduler, scheduler: Scheduler, archive: Path) -> None:
    """
    :raises click.UsageError: what is there would go on beside the new one, or end unnoticed
    """
    if there != scheduler:
        raise click.UsageError(
            f"There is a schedule already: {there.name}. Take it out first: "
            "tradepress schedule remove"
        )
    with refusals():
        others = [str(path) for path in there.archives if path != archive]
    if others:
        raise click.UsageError(
            f"There is a schedule already, for {', '.join(others)}, and a user has one. Take it "
            "out first (tradepress schedule remove), or schedule this archive as another user."
        )


def installed() -> list[Scheduler]:
    """What stands on this machine for this user, and for all."""
    everything: list[Scheduler] = [Systemd(is_system=True), Systemd(is_system=False)]
    if shutil.which("crontab") is not None:
        everything.append(Crontab())
    with refusals():
        return [scheduler for scheduler in everything if scheduler.is_installed]


@contextmanager
def refusals() -> Iterator[None]:
    """The scheduler's words as an error of the command."""
    try:
        yield
    except SchedulingError as error:
        raise click.ClickException(str(error)) from error
    except PermissionError as error:
        raise click.UsageError(
            f"{error.filename} can't be written ({error.strerror}): run it as its owner."
        ) from error


def require_config(configuration: Configuration) -> Path:
    """The file that the clock's runs read: they see no variable of this shell.

    :raises click.UsageError: there is none, it names no contact or an address that can't be told,
        or variables stand over it
    :raises ConfigurationError: no crawl takes it
    """
    if configuration.file is None:
        raise click.UsageError(
            f"There is no {FILE_NAME} in this folder, and --config names none: write one with "
            'the line contact = "you@library.example" (docs/operating.md).'
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
    require_crawlable(configuration)
    unknown = open_services(configuration.notify.urls)[1]
    if configuration.notify.ping and not is_ping_address(configuration.notify.ping):
        unknown.append(NO_PING_ADDRESS)
    if unknown:
        raise click.UsageError(f"{file}: {unknown[0]}")
    return file


def require_archive(archive: Path) -> None:
    """
    :raises ArchiveError: it is not there, or its folder can't be written
    """
    with suppress(OlderArchive):  # the next crawl brings it up to date
        read_archive(archive).close()
    if not os.access(archive.parent, os.W_OK):
        raise ArchiveError(f"{archive.parent} can't be written: run this as its owner")


def require_paths(program: Path, config: Path, archive: Path) -> None:
    """
    :raises click.UsageError: the program is not there, or a name would break a line
    """
    if not program.exists():
        raise click.UsageError(f"There is no {program}; install Tradepress with pip or pipx.")
    for path in (program, config, archive):
        # systemd runs no program whose path has a quote or a backslash.
        if not str(path).isprintable() or (path == program and set("\\\"'") & set(str(path))):
            raise click.UsageError(
                f"{str(path)!r} has a character that a schedule can't name: move it."
            )


def require_no_vanishing(*paths: Path) -> None:
    """
    :raises click.UsageError: a path would not be there when the units run
    """
    for path in paths:
        if any(path.is_relative_to(folder) for folder in VANISHING):
            raise click.UsageError(
                f"{path} is where files vanish at the next boot, and units of systemd have such a "
                "folder of their own: move it, or use --cron."
            )


def require_owner(archive: Path) -> None:
    """
    :raises click.UsageError: system units would run as root, or as nobody known
    """
    try:
        owner = archive.owner()
    except KeyError:
        owner = f"user {archive.stat().st_uid}, who has no name"
    if owner == "root" or "," in owner:
        raise click.UsageError(
            f"{archive} belongs to {owner}, and a crawler should not run so: give it and its "
            "folder to a user made for it (docs/operating.md)."
        )


def is_acted_on(scheduler: Scheduler) -> bool:
    """False: there are lines for cron, and no cron is running."""
    return not isinstance(scheduler, Crontab) or is_cron_running() is not False


def require_somebody_runs(*schedulers: Scheduler) -> None:
    """What is installed stays; it is a failure that nobody acts on it.

    :raises click.ClickException: there are lines for cron, and no cron is running
    """
    if not all(map(is_acted_on, schedulers)):
        raise click.ClickException(
            "cron is not running here: the lines are in the crontab, but nothing runs until "
            "somebody starts it (`sudo service cron start`; in a container, `cron`)."
        )


def print_state(scheduler: Scheduler) -> None:
    """What runs when, where it is written, how to look at it."""
    for line in scheduler.describe():
        click.echo(f"  {line}")
    click.echo("Files:" if isinstance(scheduler, Systemd) else "Lines:")
    for written in scheduler.written:
        click.echo(f"  {written}")
    click.echo("Look at it:")
    for line in scheduler.advice:
        click.echo(f"  {line}")


def print_linger_hint() -> None:
    """A user's units stop when he logs out, unless he lingers."""
    user = Path.home().owner()
    if not (LINGER / user).exists():
        click.echo(
            f"{user}'s units run only while {user} is logged in. To have them run always:\n"
            f"  sudo loginctl enable-linger {user}"
        )
