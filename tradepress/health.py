"""`tradepress health`: what is wrong, a line each, and what to do about it."""

import json
import sqlite3
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

import click

from archive.care.backup import newest_backup
from archive.care.snapshot import backup_folder
from archive.clean import clean_text
from archive.clock import utc_text
from archive.disk import room
from archive.errors import ArchiveError, archive_error
from archive.file.lock import is_being_written
from archive.health import Finding, SourceState, Surroundings, check_health, source_states
from archive.health.rules import LEARNING
from archive.open import read_archive
from crawler.configuration import Configuration, ConfigurationError
from crawler.run import captures_beside, reserve
from tradepress.notify import (
    NO_PING_ADDRESS,
    is_ping_address,
    open_services,
    ping,
    state_beside,
    tell,
)
from tradepress.options import archive_option, configured, json_option
from tradepress.spiders import require_crawlable, spider_named

WELL, FOUND, NO_ARCHIVE = 0, 1, 3


@dataclass(frozen=True, kw_only=True, slots=True)
class Checked:
    """What a look at the archive came to."""

    findings: list[Finding]
    states: list[SourceState]
    exit_code: int

    def with_more(self, findings: list[Finding]) -> "Checked":
        return replace(
            self,
            findings=[*findings, *self.findings],
            exit_code=self.exit_code or (FOUND if findings else WELL),
        )


@click.command(short_help="Tell what is wrong with sources, runs, backups and disk.")
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
        spider_named(name)
    configuration = configured()
    archive = archive.absolute()
    now = datetime.now(UTC)
    address = configuration.notify.ping if scheduled else None
    services, failures = open_services([*urls, *(configuration.notify.urls if scheduled else ())])
    if address is not None and not is_ping_address(address):
        address = None
        failures.append(NO_PING_ADDRESS)
    if failures and not scheduled:  # at night one mistake must not keep the others from being told
        raise click.UsageError(failures[0])
    checked = look_at(
        archive,
        now,
        sources=only or configuration.sources or None,
        whole=not only,
        backups=backups or backup_folder(archive),
        reserve=reserve(configuration.limits.reserve_mb),
    )
    if not only:
        checked = checked.with_more(list(find_misconfiguration(configuration)))
    if as_json:
        click.echo(json.dumps(_rows(checked, archive, now), ensure_ascii=False, indent=1))
    else:
        for line in _lines(checked):
            click.echo(clean_text(line))
    failures += tell(
        services,
        checked.findings,
        state_file=state_beside(archive),
        archive=archive,
        now=now,
        examined=[] if checked.exit_code == NO_ARCHIVE else only or None,
    )
    if address is not None:
        failures += ping(address, _lines(checked), is_well=checked.exit_code == WELL)
    for failure in failures:
        click.echo(failure, err=True)
    return checked.exit_code or (FOUND if failures else WELL)


def find_misconfiguration(configuration: Configuration) -> Iterator[Finding]:
    """What keeps each crawl by this file from beginning, so that none is there to tell it."""
    words = None
    try:
        require_crawlable(configuration)
    except ConfigurationError as error:
        words = str(error)
    if configuration.file is not None and configuration.contact is None:
        words = f"{configuration.file} names no contact, and without one no real site is crawled"
    if words is not None:
        yield Finding(
            source=None,
            check="configuration",
            level="problem",
            what=words,
            step="Mend that; till then nothing is crawled.",
        )


def look_at(
    archive: Path,
    now: datetime,
    *,
    sources: Sequence[str] | None,
    whole: bool,
    backups: Path,
    reserve: int | None,
) -> Checked:
    """Check an archive; that it can't be read is a finding, too.

    :param sources: None: all that were ever crawled
    :param whole: the archive, too, not only the sources
    :param backups: the folder of its backups
    :param reserve: bytes that stay free on its disk; None: as usual
    """
    try:
        db = read_archive(archive)
        try:
            findings = check_health(
                db, now, sources=sources, surroundings=surroundings(archive, backups, reserve)
            )
            states = source_states(db, now, sources=sources)
        except sqlite3.DatabaseError as error:
            raise archive_error(error, archive) from error
        finally:
            db.close()
    except ArchiveError as error:
        trouble = Finding(source=None, check="trouble", level="problem", what=str(error))
        return Checked(findings=[trouble], states=[], exit_code=NO_ARCHIVE)
    if not whole:
        findings = [finding for finding in findings if finding.source is not None]
    return Checked(findings=findings, states=states, exit_code=FOUND if findings else WELL)


def surroundings(archive: Path, backups: Path, reserve: int | None) -> Surroundings:
    """What lies around an archive that can be read."""
    folders = [archive.resolve().parent, captures_beside(archive).folder]
    rooms = [room(folder, reserve) for folder in folders if folder.exists()]
    return Surroundings(
        newest_backup=newest_backup(backups, archive.stem),
        room=min((free for free in rooms if free is not None), default=None),
        is_being_written=is_being_written(archive.resolve()),
    )


def _lines(checked: Checked) -> list[str]:
    """What is wrong first, then the sources that are well."""
    lines = [
        f"{finding.level:<8}  {finding.source or 'archive':<8}  {finding.line}"
        for finding in checked.findings
    ]
    ill = {finding.source for finding in checked.findings}
    for state in checked.states:
        words = _state_words(state)
        if state.source not in ill:
            level = "well" if state.learning_day is None else "learning"
            lines.append(f"{level:<8}  {state.source:<8}  {words}")
    return lines or ["No source was crawled yet."]


def _state_words(state: SourceState) -> str:
    good = (state.last_good_run or "never")[:16].replace("T", " ")
    words = f"last good run {good}, {state.new_stories} new stories in {LEARNING.days} days"
    if state.learning_day is None:
        return words
    return (
        f"learning, day {state.learning_day} of {LEARNING.days}: its rhythm is not judged yet; "
        + words
    )


def _rows(checked: Checked, archive: Path, now: datetime) -> dict[str, object]:
    return {
        "archive": str(archive),
        "checked_at": utc_text(now),
        "exit_code": checked.exit_code,
        "findings": [asdict(finding) for finding in checked.findings],
        "sources": [asdict(state) for state in checked.states],
    }
