"""`tradepress sources check`: are the rules of a source still right for its site?"""

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from crawler.declared_sources import configured_sources, source_file, source_named
from crawler.source import Source
from crawler.verified import note_verified
from tradepress.commands.options import configured, contact_option, json_option
from tradepress.commands.printed import print_json

if TYPE_CHECKING:
    from tradepress.jobs.check_source import SourceCheck

WELL, DRIFTED, UNREACHABLE = 0, 1, 4


@click.command("check")
@click.argument("sources", nargs=-1, metavar="[SOURCE]...")
@click.option(
    "--pages",
    type=click.Path(exists=True, path_type=Path),
    multiple=True,
    metavar="FILE",
    help="Check these saved pages (a file, a folder, WARC) and ask no site; can be repeated.",
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
    sources: tuple[str, ...],
    pages: tuple[Path, ...],
    contact: str | None,
    report: Path | None,
    is_applied: bool,
    as_json: bool,
) -> int:
    """Hold the named SOURCEs, or those of the configuration, against some pages of their sites.

    At most 15 pages of each are asked for, as politely as in a crawl; nothing is stored. What
    drifted is told, and how the declaration is mended. The exit code is 0 if all is well, 1 if
    something drifted or is missed, 4 if nothing could be fetched.
    """
    chosen = [source_named(name) for name in dict.fromkeys(sources)]
    if pages and len(chosen) != 1:
        raise click.UsageError("Name the one SOURCE whose pages these are.")
    folder = configured().sources.folder
    checks = [
        checked(source, pages, contact) for source in chosen or configured_sources(configured())
    ]
    diffs = {check.source.name: told_diff(check) for check in checks}
    if as_json:
        print_json([check_fields(check, diffs[check.source.name]) for check in checks])
    for check in checks:
        if not as_json:
            print_check(check, diffs[check.source.name])
        if is_applied and check.mends:
            apply_mends(check, folder)
        elif check.is_well and folder is not None and not pages:
            note_verified(folder, check.source, check.day)
    if report is not None:
        write_report(report, checks, diffs)
    if all(check.is_unreachable for check in checks):
        return UNREACHABLE
    return WELL if all(check.is_well for check in checks) else DRIFTED


def checked(source: Source, pages: tuple[Path, ...], contact: str | None) -> "SourceCheck":
    """
    :raises click.UsageError: as things are set nothing can be asked
    :raises click.ClickException: a file can't be read
    """
    # Here, as sources are listed without anything of Scrapy.
    from scrapy.exceptions import UsageError

    from tradepress.jobs.check_source import check_pages, check_source
    from tradepress.jobs.file_pages import FilePage, UnreadableFile, read_pages

    day = datetime.now(UTC).date()
    if pages:
        files = [file for path in pages for file in ([path] if path.is_file() else _files(path))]
        found: list[FilePage] = []
        for file in files:
            try:
                found += read_pages(file)
            except UnreadableFile as error:
                raise click.ClickException(f"{file}: {error}.") from error
        return check_pages(source, found, day=day)
    try:
        return check_source(source, replace(configured(), contact=contact), day=day)
    except UsageError as error:
        raise click.UsageError(str(error)) from error


def _files(folder: Path) -> list[Path]:
    return sorted(path for path in folder.rglob("*") if path.is_file())


def told_diff(check: "SourceCheck") -> str | None:
    from tradepress.jobs.check_source import source_diff

    return source_diff(check, source_file(check.source.name)) if check.mends else None


def apply_mends(check: "SourceCheck", folder: Path | None) -> None:
    """
    :raises click.ClickException: the file stays as it is
    """
    from crawler.survey.source_file import NotMendable, write_mended
    from tradepress.jobs.check_source import mended_file

    file = source_file(check.source.name)
    text, _ = mended_file(check, file.read_text(encoding="utf-8"))
    try:
        written = write_mended(file, text, folder)
    except (NotMendable, OSError) as error:
        raise click.ClickException(f"{check.source.name} is not mended: {error}.") from error
    click.echo(f"Mended: {written}. Check it again.", err=True)


def check_fields(check: "SourceCheck", diff: str | None) -> dict[str, Any]:
    """A check for a program."""
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
        "drift": [
            {"subject": one.subject, "words": one.words, "is_suspected": one.is_suspected}
            for one in check.drift
        ],
        "diff": diff,
    }


def print_check(check: "SourceCheck", diff: str | None) -> None:
    """A check for a person."""
    count = len(check.articles)
    click.secho(f"{check.source.name}: {check.source.publisher}", bold=True)
    click.echo(f"  {check.requests} pages asked for, {count} stories read")
    for one in check.listings:
        if not (one.is_home or one.instead_of):
            click.echo(
                f"  {one.kind:<16}{one.reason or f'{len(one.stories)} stories':<14}{one.url}"
            )
    for seen in check.fields if count else ():
        by = ", ".join(f"{way} {times}" for way, times in seen.evidence)
        click.echo(f"  {seen.field:<16}{f'{seen.filled} of {count}':<14}{by}")
    for drift in check.drift:
        mark, colour = ("?", "yellow") if drift.is_suspected else ("!", "red")
        click.secho(f"  {mark} {drift.subject}: {drift.words}", fg=colour)
    if check.is_well:
        click.secho("  All is well.", fg="green")
    elif check.is_unreachable:
        click.secho("  Nothing could be fetched.", fg="red")
    if diff:
        click.echo(f"  This mends it (--apply does so):\n\n{diff}")


def write_report(file: Path, checks: "list[SourceCheck]", diffs: dict[str, str | None]) -> None:
    """
    :raises click.ClickException: the file can't be written
    """
    from tradepress.jobs.check_report import check_report

    text = "\n".join(check_report(check, diffs[check.source.name]) for check in checks)
    try:
        file.write_text(text, encoding="utf-8")
    except OSError as error:
        raise click.ClickException(f"{file} can't be written: {error.strerror}.") from error
