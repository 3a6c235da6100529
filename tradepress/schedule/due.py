"""Chooses sources for a scheduled crawl: those whose trial is over and whose time has come."""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path

import click

from tradepress.archive.ledger.run_report import last_crawled
from tradepress.archive.open import open_archive
from tradepress.configuration import Configuration, write_duration
from tradepress.source import Source

EXIT_NOTHING_CRAWLED = 4


def choose_due(
    sources: Sequence[Source],
    configuration: Configuration,
    archive: Path,
    *,
    command: str,
    wait: float,
    tell: Callable[[str], None] = click.echo,
) -> tuple[list[Source], int]:
    """Leaves out, and names, what is not for this run.

    :param tell: told which are not due yet
    :returns: those that are crawled now, and the exit code if there are none
    :raises ArchiveError: there is no archive, or it can't be written
    """
    # As a writer: what a killed run left is put right before anybody asks what it did.
    with open_archive(archive, command=command, create=False, wait=wait) as opened:
        tried = opened.db.query("SELECT name FROM sources WHERE trial_passed_at IS NOT NULL")
        passed = {row["name"] for row in tried}
        last = last_crawled(opened.db)
    now = datetime.now(UTC)
    due, trials, early = [], [], []
    for source in sources:
        name, before = source.name, last.get(source.name)
        every = configuration.every_of(name)
        if source.verified is None and name not in passed:
            trials.append(name)
        elif before is not None and before <= now < before + every:
            early.append(f"{name} ({before:%Y-%m-%d %H:%M} UTC, every {write_duration(every)})")
        else:
            due.append(source)
    if trials:
        click.echo(
            f"Left out, since a schedule starts no trial: {', '.join(trials)}. To take one in, run "
            "`tradepress crawl NAME` by hand, read its report, then go on with --no-trial.",
            err=True,
        )
    if early:
        tell(f"Not due yet, crawled last: {', '.join(early)}.")
    return due, 0 if early or not trials else EXIT_NOTHING_CRAWLED
