"""Finds which schedulers this machine has, and what they have of ours already."""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import click

from tradepress.configuration import Configuration
from tradepress.jobs.look_over_machine import Noticed, judge
from tradepress.schedule.crontab import Crontab
from tradepress.schedule.systemd import Systemd

BOOTED = Path("/run/systemd/system")
"""Is there if systemd runs this machine (sd_booted(3))."""

Scheduler = Systemd | Crontab


def choose(*, is_system: bool, is_cron: bool) -> Scheduler:
    """Chooses what is to run the crawls on this machine.

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
            "--scheduled` and `tradepress health --scheduled` (`tradepress docs operating`)."
        )
    return Crontab()


def installed() -> list[Scheduler]:
    """Returns what stands on this machine for this user, and for all."""
    everything: list[Scheduler] = [Systemd(is_system=True), Systemd(is_system=False)]
    if shutil.which("crontab") is not None:
        everything.append(Crontab())
    return [scheduler for scheduler in everything if scheduler.written]


def look_at_schedule(configuration: Configuration) -> Iterator[Noticed]:
    """Tells whether something crawls this archive by the clock."""
    there = [one for one in installed() if configuration.archive in one.archives]
    if not there:
        yield Noticed("schedule", "ok", "none", "tradepress schedule install crawls by the clock")
    for one in there:
        is_idle = not one.is_acted_on or any(".timer: inactive" in line for line in one.state)
        what, mend = f"{one.name}: nothing runs them", "start cron, or install the schedule anew"
        yield judge("schedule", is_idle, "problem", what, mend, one.name)
        if one.hint:
            yield Noticed("schedule", "warning", "runs only while its user is logged in", one.hint)


def require_no_other(there: Scheduler, scheduler: Scheduler, archive: Path) -> None:
    """Refuses a schedule that would run beside another, or end it unnoticed.

    :raises click.UsageError: ``there`` is by another scheduler, or of another archive
    """
    if there != scheduler:
        raise click.UsageError(
            f"There is a schedule already: {there.name}. Take it out first: "
            "tradepress schedule remove"
        )
    others = [str(path) for path in there.archives if path != archive]
    if others:
        raise click.UsageError(
            f"There is a schedule already, for {', '.join(others)}, and a user has one. Take it "
            "out first (tradepress schedule remove), or schedule this archive as another user."
        )
