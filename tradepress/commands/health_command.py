"""Runs `tradepress health`: what is wrong, a line each, and what to do about it."""

from collections.abc import Iterator, Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path

import click

from tradepress.archive.care.snapshot import backup_folder
from tradepress.archive.clock import utc_text
from tradepress.archive.errors import ArchiveError
from tradepress.archive.health import (
    Check,
    Finding,
    Found,
    SourceState,
)
from tradepress.archive.health.history import LEARNING
from tradepress.archive.health.look_at import look_at
from tradepress.archive.text_forms import storable
from tradepress.commands.options import archive_option, configured, json_option
from tradepress.commands.printed import print_json
from tradepress.configuration import Configuration, ConfigurationError, Notify
from tradepress.declared_sources import require_crawlable, source_named
from tradepress.jobs.notify import (
    NO_PING_ADDRESS,
    is_ping_address,
    open_services,
    ping,
    state_beside,
    tell,
)

WELL, FOUND, NO_ARCHIVE = 0, 1, 3


@click.command()
@click.option(
    "--source",
    "only",
    metavar="NAME",
    multiple=True,
    help="Only this source, nothing of the whole archive; can be repeated.",
)
@click.option(
    "--notify",
    "urls",
    multiple=True,
    metavar="URL",
    help="Tell this address (mailto:, slack:, matrix: … as apprise knows them) what is new or "
    "over, and once a week what lasts; can be repeated.",
)
@click.option(
    "--scheduled", is_flag=True, help="For timers: notify and ping as the configuration says."
)
@click.option(
    "--backups",
    type=click.Path(file_okay=False, path_type=Path),
    metavar="DIR",
    help="Where backups are.  [default: backups/ beside the archive]",
)
@json_option
@archive_option
def health(
    only: tuple[str, ...],
    urls: tuple[str, ...],
    scheduled: bool,
    backups: Path | None,
    as_json: bool,
    archive: Path,
) -> int:
    """Compare each source with its own past; look after the runs, the backups and the disk.

    Exit code 0: well, or still learning what is usual; 1: something was found, or could not be
    told; 3: the archive is missing, busy, damaged or newer. What each line means: docs/health.md.
    """
    for name in only:
        source_named(name)
    configuration = configured()
    archive = archive.absolute()
    now = datetime.now(UTC)
    notify = configuration.notify if scheduled else Notify()
    services, failures = open_services([*urls, *notify.urls])
    address = notify.ping
    if address is not None and not is_ping_address(address):
        address = None
        failures.append(NO_PING_ADDRESS)
    if failures and not scheduled:  # at night one mistake must not keep the others from being told
        raise click.UsageError(failures[0])
    findings = [] if only else list(MISCONFIGURED.findings(configuration))
    states: list[SourceState] = []
    try:
        more, states = look_at(
            archive,
            now,
            sources=only or configuration.sources.names or None,
            backups=backups or backup_folder(archive),
            reserve=configuration.limits.reserve,
        )
        findings += [one for one in more if one.source is not None or not only]
        code, examined = FOUND if findings else WELL, only or None
    except ArchiveError as error:
        findings += UNREADABLE.findings(error)
        code, examined = NO_ARCHIVE, ()
    lines = _lines(findings, states)
    if as_json:
        told = {
            "archive": str(archive),
            "checked_at": utc_text(now),
            "exit_code": code,
            "findings": [asdict(finding) for finding in findings],
            "sources": [asdict(state) for state in states],
        }
        print_json(told)
    else:
        for line in lines:
            click.echo(storable(line))
    failures += tell(
        services,
        findings,
        state_file=state_beside(archive),
        archive=archive,
        now=now,
        examined=examined,
    )
    if address is not None:
        failures += ping(address, lines, is_well=code == WELL)
    for failure in failures:
        click.echo(failure, err=True)
    return code or (FOUND if failures else WELL)


def _lines(findings: Sequence[Finding], states: Sequence[SourceState]) -> list[str]:
    """Lists what is wrong first, then the sources that are well."""
    lines = [f"{one.level:<8}  {one.source or 'archive':<8}  {one.line}" for one in findings]
    ill = {finding.source for finding in findings}
    for state in states:
        if state.source not in ill:
            level = "well" if state.learning_day is None else "learning"
            lines.append(f"{level:<8}  {state.source:<8}  {_state_words(state)}")
    return lines or ["No source was crawled yet."]


def _state_words(state: SourceState) -> str:
    good = (state.last_good_run or "never")[:16].replace("T", " ")
    words = f"last good run {good}, {state.new_stories} new stories in {LEARNING.days} days"
    if state.learning_day is None:
        return words
    day = f"learning, day {state.learning_day} of {LEARNING.days}"
    return f"{day}: its rhythm is not judged yet; {words}"


def find_misconfiguration(configuration: Configuration) -> Iterator[Found]:
    """Finds what keeps each crawl by this file from beginning, so that none is there to tell it."""
    if configuration.file is not None and configuration.contact is None:
        words = "names no contact, and without one no real site is crawled"
        yield Found(what=f"{configuration.file} {words}")
        return
    try:
        require_crawlable(configuration)
    except ConfigurationError as error:
        yield Found(what=str(error))


MISCONFIGURED = Check(
    name="configuration",
    level="problem",
    find=find_misconfiguration,
    step="Mend that; till then nothing is crawled.",
    when="tradepress.toml names no contact, or one that is none, or a source that there is not",
    why="it is read",
)
UNREADABLE: Check[ArchiveError] = Check(
    name="trouble",
    level="problem",
    find=lambda error: [Found(what=str(error))],
    when="the archive can't be read",
    why="exit code 3",
)
