"""Runs `tradepress sources check`: are the rules of a source still right for its site?"""

import sys
from collections.abc import Sequence
from dataclasses import asdict, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from tradepress.archive.text_forms import counted
from tradepress.commands import completing
from tradepress.commands.options import configured, contact_option, is_terminal, json_option
from tradepress.commands.printed import print_json
from tradepress.commands.sources_new import DENIED
from tradepress.declared_sources import configured_sources, source_file, source_named
from tradepress.source import Source
from tradepress.verified import note_verified

if TYPE_CHECKING:
    from tradepress.jobs.check_source import MendedFile, SourceCheck

WELL, DRIFTED, UNREACHABLE = 0, 1, 4
NAMES = "[SOURCE]... | SOURCE --pages FILE..."


@click.command("check")
@click.argument("names", nargs=-1, metavar=NAMES, shell_complete=completing.sources)
@click.option(
    "--pages", is_flag=True, help="Saved pages (files, folders, WARC) in place of a visit."
)
@contact_option
@click.option(
    "--report",
    type=click.Path(dir_okay=False, writable=True, path_type=Path),
    metavar="FILE",
    help="Write Markdown to attach to a bug; it quotes no story.",
)
@click.option(
    "--apply", "is_applied", is_flag=True, help="Mend the source's file where it is sure."
)
@json_option
def check_sources(
    names: tuple[str, ...],
    pages: bool,
    contact: str | None,
    report: Path | None,
    is_applied: bool,
    as_json: bool,
) -> int:
    """Hold SOURCEs against some pages of their sites.

    Unnamed it is those of the configuration. At most 18 pages of each are asked for, as politely
    as in a crawl; nothing is stored. What drifted is told, and how the declaration is mended.
    The exit code is 0 if all is well, 1 if something drifted or is missed, 4 if nothing could be
    fetched.
    """
    if pages and len(names) < 2:
        raise click.UsageError("Name a SOURCE, and its saved pages behind --pages.")
    named = [source_named(name) for name in (names[:1] if pages else dict.fromkeys(names))]
    checks, mends = [], []
    for source in named or configured_sources(configured()):
        check = (
            checked_pages(source, list(map(Path, names[1:]))) if pages else checked(source, contact)
        )
        mend = mend_of(check)
        if not as_json:
            print_check(check, mend)
        if is_applied and mend.diff:
            apply_mend(check, mend)
        elif check.is_well and not pages and DENIED not in source.unverified:
            keep_day(check)
        checks.append(check)
        mends.append(mend)
    if as_json:
        print_json([check_fields(*told) for told in zip(checks, mends, strict=True)])
    if report is not None:
        write_report(report, checks, mends)
    if all(check.is_unreachable for check in checks):
        return UNREACHABLE
    return WELL if all(check.is_well for check in checks) else DRIFTED


def checked(source: Source, contact: str | None) -> "SourceCheck":
    """Checks a source; raises click.UsageError where as things are set nothing can be asked."""
    # Here, as sources are listed without anything of Scrapy.
    from scrapy.exceptions import UsageError

    from tradepress.jobs.check_source import MOST_REQUESTS, check_source

    if is_terminal(sys.stderr):
        click.echo(
            f"{source.publisher} is asked for at most {MOST_REQUESTS} pages, with rests …", err=True
        )
    day = datetime.now(UTC).date()
    try:
        return check_source(source, replace(configured(), contact=contact), day=day)
    except UsageError as error:
        raise click.UsageError(str(error)) from error


def checked_pages(source: Source, paths: Sequence[Path]) -> "SourceCheck":
    """Checks saved pages; raises click.ClickException where a file can't be read."""
    from tradepress.jobs.check_source import check_pages
    from tradepress.jobs.files.file_page import FilePage, UnreadableFile
    from tradepress.jobs.files.file_pages import read_pages

    pages: list[FilePage] = []
    for file in (file for path in paths for file in _files(path)):
        try:
            pages += read_pages(file)
        except UnreadableFile as error:
            raise click.ClickException(f"{file}: {error}.") from error
    return check_pages(source, pages, day=datetime.now(UTC).date())


def _files(path: Path) -> list[Path]:
    """Returns the file, or those of a folder."""
    if not path.is_dir():
        return [path]
    return sorted(file for file in path.rglob("*") if file.is_file())


def mend_of(check: "SourceCheck") -> "MendedFile":
    """Returns the mended declaration; raises click.ClickException where its file can't be read."""
    from tradepress.jobs.check_source import mend_declaration

    file = source_file(check.source.name)
    try:
        return mend_declaration(check, file)
    except (OSError, UnicodeDecodeError) as error:
        raise click.ClickException(f"{file} can't be read: {error}.") from error


def apply_mend(check: "SourceCheck", mend: "MendedFile") -> None:
    """Writes the mended file, or says why it stays as it is."""
    from tradepress.survey.source_file import NotMendable, write_mended

    try:
        written = write_mended(mend.file, mend.text, configured().sources.folder)
    except (NotMendable, OSError) as error:
        click.echo(f"{check.source.name} is not mended: {error}.", err=True)
    else:
        click.echo(f"Mended: {written}. Check it again.", err=True)


def keep_day(check: "SourceCheck") -> None:
    """Keeps the day of a check that was all well, in the operator's folder if they have one.

    :raises click.ClickException: it can't be written
    """
    folder = configured().sources.folder
    if folder is None:
        return
    try:
        note_verified(folder, check.source, check.day)
    except OSError as error:
        raise click.ClickException(f"{folder}: the check can't be noted: {error}.") from error


def check_fields(check: "SourceCheck", mend: "MendedFile") -> dict[str, Any]:
    """Returns a check for a program."""
    return {
        "source": check.source.name,
        "day": check.day,
        "is_well": check.is_well,
        "requests": check.requests,
        "listings": [
            {
                "kind": one.kind,
                "url": one.url,
                "answered_at": one.answered_at,
                "reason": one.reason,
                "stories": len(one.stories),
                "instead_of": one.instead_of,
            }
            for one in check.listings
            if not one.is_home
        ],
        "stories": [{"url": one.url, "reason": one.reason} for one in check.stories],
        "fields": {
            one.field: {"filled": one.filled, "evidence": dict(one.evidence)}
            for one in check.fields
        },
        "witnesses": list(map(asdict, check.witnesses)),
        "drift": [
            {"subject": one.subject, "words": one.words, "is_suspected": one.is_suspected}
            for one in check.drift
        ],
        "reach": check.reach and asdict(check.reach),
        "notes": check.notes,
        "diff": mend.diff or None,
        "refused": mend.refused,
    }


def print_check(check: "SourceCheck", mend: "MendedFile") -> None:
    """Prints a check for a person."""
    count = len(check.articles)
    click.secho(f"{check.source.name}: {check.source.publisher}", bold=True)
    asked = f"{counted(check.requests, 'page', 'pages')} asked for"
    pages = asked if check.requests else "Saved pages"
    click.echo(f"  {pages}, {counted(count, 'story', 'stories')} read")
    for one in check.listings:
        if not (one.is_home or one.instead_of):
            words = one.reason or counted(len(one.stories), "story", "stories")
            click.echo(f"  {one.kind:<16}{words:<14}{one.url}")
    if check.reach is not None:
        click.echo(f"  {'reach':<16}{check.reach.words}: {check.reach.evidence}")
    for seen in check.fields if count else ():
        by = ", ".join(f"{way} {times}" for way, times in seen.evidence)
        click.echo(f"  {seen.field:<16}{f'{seen.filled} of {count}':<14}{by}")
    for words in (*map(str, check.witnesses), *check.notes):
        click.echo(f"  {words}")
    for drift in check.drift:
        mark, colour = ("?", "yellow") if drift.is_suspected else ("!", "red")
        click.secho(f"  {mark} {drift.subject}: {drift.words}", fg=colour)
    if check.is_well:
        click.secho("  All is well.", fg="green")
    elif check.is_unreachable:
        click.secho("  Nothing could be fetched.", fg="red")
    for words in mend.refused:
        click.echo(f"  No mend: {words}")
    if mend.diff:
        click.echo(f"  This mends what is sure (--apply does so):\n\n{mend.diff}")
    elif not (check.is_well or check.is_unreachable):
        click.echo(f"  No mend is sure. The declaration: {mend.file}")


def write_report(
    file: Path, checks: "Sequence[SourceCheck]", mends: "Sequence[MendedFile]"
) -> None:
    """Writes the report; raises click.ClickException where the file can't be written."""
    from tradepress.jobs.check_report import check_report

    text = "\n".join(
        check_report(check, mend.diff) for check, mend in zip(checks, mends, strict=True)
    )
    try:
        file.write_text(text, encoding="utf-8")
    except OSError as error:
        raise click.ClickException(f"{file} can't be written: {error.strerror}.") from error
