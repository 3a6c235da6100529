"""Finds what is wrong with an archive, and around it."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from tradepress.archive.care.snapshot import backup_folder
from tradepress.archive.errors import ArchiveError
from tradepress.archive.health import Check, Finding, Found, SourceState
from tradepress.archive.health.look_at import look_at
from tradepress.configuration import Configuration, ConfigurationError
from tradepress.declared_sources import (
    as_configured,
    declared_policies,
    require_crawlable,
    source_named,
)
from tradepress.notebook import Table
from tradepress.story import Policy

WELL, FOUND, NO_ARCHIVE = 0, 1, 3
COLUMNS = ("source", "check", "level", "what", "figures", "since", "step")


@dataclass(frozen=True, kw_only=True, slots=True)
class HealthReport(Table):
    """Holds what a look at an archive found."""

    archive: Path
    checked_at: datetime
    findings: Sequence[Finding]
    """Lists what is wrong, the archive's own first."""
    sources: Sequence[SourceState]
    """Lists the sources, well or not."""
    examined: Sequence[str] | None
    """Names the sources that were looked at; None: all, and the archive as a whole."""
    exit_code: int
    """Is 0 if all is well, or still learning what is usual, 1 if something was found, 3 if the
    archive is missing, busy, damaged or newer."""

    def _table(self) -> tuple[str, Sequence[str], Iterable[Sequence[object]]]:
        rows = [[getattr(one, name) or None for name in COLUMNS] for one in self.findings]
        return f"{self.archive.name}, findings: {len(rows)}", COLUMNS, rows


def health(
    archive: str | Path | None = None,
    *,
    sources: Sequence[str] = (),
    backups: str | Path | None = None,
    now: datetime | None = None,
    configuration: Configuration | None = None,
) -> HealthReport:
    """Compares each source with its own past; looks after the runs, the backups and the disk.

    Nothing is written. An archive that can't be read is a finding.

    Example:

    >>> report = tradepress.health("press.db", sources=["wipr"])
    >>> report.exit_code, [finding.check for finding in report.findings]
    (1, ['not crawled'])

    :param archive: None: the configuration's
    :param sources: only these, nothing of the whole archive; none: all that were ever crawled, or
        those that the configuration names
    :param backups: the folder of its backups; None: ``backups`` beside it
    :param now: aware; None: this moment
    :param configuration: None: that of the file and the environment, as the command has it
    :raises NoSuchSource: it is not declared
    """
    configuration = as_configured(configuration, archive=archive)
    for name in sources:
        source_named(name)
    path = configuration.archive.absolute()
    now = now or datetime.now(UTC)
    findings = [] if sources else list(MISCONFIGURED.findings(configuration))
    states: list[SourceState] = []
    examined: Sequence[str] | None = sources or None
    try:
        more, states = look_at(
            path,
            now,
            sources=sources or configuration.sources.names or None,
            backups=Path(backups) if backups else backup_folder(path),
            reserve=configuration.limits.reserve,
            policies=_policies(configuration),
        )
        findings += [one for one in more if one.source is not None or not sources]
        code = FOUND if findings else WELL
    except ArchiveError as error:
        findings += UNREADABLE.findings(error)
        code, examined = NO_ARCHIVE, ()
    return HealthReport(
        archive=path,
        checked_at=now,
        findings=findings,
        sources=states,
        examined=examined,
        exit_code=code,
    )


def _policies(configuration: Configuration) -> Mapping[str, Policy]:
    """Returns what may be kept of each source; none where a declaration can't be read, which is a
    finding by itself."""
    try:
        return declared_policies(configuration)
    except ConfigurationError:
        return {}


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
