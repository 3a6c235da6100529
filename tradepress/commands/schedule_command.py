"""Runs `tradepress schedule`: crawl, health and backup by the clock, by systemd or cron."""

import socket
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

import click

from tradepress.commands.options import archive_option, configured
from tradepress.schedule.machine import Scheduler, choose, installed, require_no_other
from tradepress.schedule.plan import DAY, Plan, quiet_time
from tradepress.schedule.required import (
    require_archive,
    require_config,
    require_paths,
    require_sources,
)

EVERY = [f"{hours}h" for hours in range(1, DAY + 1) if DAY % hours == 0]


@click.group()
def schedule() -> None:
    """Crawl by the clock: systemd timers or, where there is no systemd, cron.

    A scheduled crawl needs the archive and leaves out a source whose trial is still to come.
    """


@contextmanager
def as_its_owner() -> Iterator[None]:
    """Says in words that a scheduler's files are another user's.

    :raises click.UsageError: they are
    """
    try:
        yield
    except PermissionError as error:
        raise click.UsageError(
            f"{error.filename} can't be written ({error.strerror}): run it as its owner."
        ) from error


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
@as_its_owner()
def install(at: datetime | None, every: str, is_system: bool, is_cron: bool, archive: Path) -> int:
    """Set the schedule up; again: bring it up to date."""
    archive = archive.resolve()  # units may write to no folder but that of the file itself
    config = require_config(configured())
    require_sources(configured(), archive)
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
    scheduler.install(plan)
    done = "Installed" if scheduler.is_acted_on else "Written, but nothing runs them"
    click.echo(f"{done}: {scheduler.name}.")
    print_state(scheduler)
    if scheduler.hint:
        click.echo(scheduler.hint)
    require_somebody_runs(scheduler)
    return 0


@schedule.command()
@as_its_owner()
def show() -> int:
    """Show what is installed, and when it runs next."""
    found = installed()
    for scheduler in found:
        click.echo(f"{scheduler.name[0].upper()}{scheduler.name[1:]}")
        print_state(scheduler)
    if not found:
        click.echo("There is no schedule; `tradepress schedule install` makes one.")
    require_somebody_runs(*found)
    return 0


@schedule.command()
@as_its_owner()
def remove() -> int:
    """Take the schedule out. Archive, backups and configuration stay."""
    found = installed()
    for scheduler in found:
        scheduler.remove()
        click.echo(f"Removed: {scheduler.name}.")
    if not found:
        click.echo("There is no schedule.")
    return 0


def print_state(scheduler: Scheduler) -> None:
    """Prints what runs when, and where it is written."""
    for line in scheduler.state:
        click.echo(f"  {line}")
    click.echo(f"{scheduler.written_as}:")
    for written in scheduler.written:
        click.echo(f"  {written}")


def require_somebody_runs(*schedulers: Scheduler) -> None:
    """Requires that somebody acts on what is installed; that stays where nobody does.

    :raises click.ClickException: there are lines for cron, and no cron is running
    """
    if not all(scheduler.is_acted_on for scheduler in schedulers):
        raise click.ClickException(
            "cron is not running here: the lines are in the crontab, but nothing runs until "
            "somebody starts it (`sudo service cron start`; in a container, `cron`)."
        )
