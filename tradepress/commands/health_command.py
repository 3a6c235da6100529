"""Runs `tradepress health`: what is wrong, a line each, and what to do about it."""

from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

import click

from tradepress.archive.clock import utc_text
from tradepress.archive.health import Finding, SourceState
from tradepress.archive.health.history import LEARNING
from tradepress.archive.text_forms import counted, storable
from tradepress.commands import completing
from tradepress.commands.options import archive_option, configured, json_option
from tradepress.commands.printed import print_json
from tradepress.configuration import MAIL_EXAMPLE, Notify
from tradepress.jobs.health_report import FOUND, WELL
from tradepress.jobs.health_report import health as look_after
from tradepress.jobs.notify import (
    NO_PING_ADDRESS,
    is_ping_address,
    open_services,
    ping,
    state_beside,
    tell,
)


@click.command()
@click.option(
    "--source",
    "only",
    metavar="NAME",
    shell_complete=completing.sources,
    multiple=True,
    help="Only this source, nothing of the whole archive; can be repeated.",
)
@click.option(
    "--notify",
    "urls",
    multiple=True,
    metavar="URL",
    help=f"Tell this address ({MAIL_EXAMPLE}, or another that apprise knows) what is new or over, "
    "and once a week what lasts; can be repeated.",
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
    told; 3: the archive is missing, busy, damaged or newer.
    What each line means: `tradepress docs health`.
    """
    configuration = configured()
    notify = configuration.notify if scheduled else Notify()
    services, failures = open_services([*urls, *notify.urls])
    address = notify.ping
    if address is not None and not is_ping_address(address):
        address = None
        failures.append(NO_PING_ADDRESS)
    if failures and not scheduled:  # at night one mistake must not keep the others from being told
        raise click.UsageError(failures[0])
    report = look_after(archive, sources=only, backups=backups, configuration=configuration)
    lines = _lines(report.findings, report.sources)
    if as_json:
        told = {
            "archive": str(report.archive),
            "checked_at": utc_text(report.checked_at),
            "exit_code": report.exit_code,
            "findings": [asdict(finding) for finding in report.findings],
            "sources": [asdict(state) for state in report.sources],
        }
        print_json(told)
    else:
        for line in lines:
            click.echo(storable(line))
    failures += tell(
        services,
        report.findings,
        state_file=state_beside(report.archive),
        archive=report.archive,
        now=report.checked_at,
        examined=report.examined,
    )
    if address is not None:
        failures += ping(address, lines, is_well=report.exit_code == WELL)
    for failure in failures:
        click.echo(failure, err=True)
    return report.exit_code or (FOUND if failures else WELL)


def _lines(findings: Sequence[Finding], states: Sequence[SourceState]) -> list[str]:
    """Lists what is wrong first, then the sources that are well."""
    lines = [f"{one.level:<8}  {one.source or 'archive':<8}  {one.line}" for one in findings]
    ill = {finding.source for finding in findings}
    for state in states:
        if state.source not in ill:
            level = "well" if state.learning_day is None else "learning"
            lines.append(f"{level:<8}  {state.source:<8}  {_state_words(state)}")
            lines += [f"{'':<20}{'; '.join(map(str, state.witnesses))}"] * bool(state.witnesses)
    return lines or ["No source was crawled yet."]


def _state_words(state: SourceState) -> str:
    good = (state.last_good_run or "never")[:16].replace("T", " ")
    stories = counted(state.new_stories, "new story", "new stories")
    words = f"last good run {good}, {stories} in {LEARNING.days} days"
    if state.learning_day is None:
        return words
    day = f"learning, day {state.learning_day} of {LEARNING.days}"
    return f"{day}: its rhythm is not judged yet; {words}"
