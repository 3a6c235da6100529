"""Runs `tradepress backup`: a checked copy of the archive and its captures."""

import sys
from dataclasses import asdict
from pathlib import Path

import click

from tradepress.archive.care.backup import Backup, BackupResult, list_backups
from tradepress.archive.care.backup import backup as make_backup
from tradepress.archive.care.rotation import DAILY, MONTHLY, WEEKLY
from tradepress.archive.care.snapshot import backup_folder, size_in_words
from tradepress.archive.clock import utc_text
from tradepress.archive.text_forms import counted
from tradepress.commands.options import archive_option, is_terminal, json_option
from tradepress.commands.printed import print_json
from tradepress.commands.verify_command import progress


@click.command()
@click.option(
    "-o",
    "--output",
    type=click.Path(file_okay=False, path_type=Path),
    metavar="DIR",
    help="Where backups go.  [default: backups/ beside the archive]",
)
@click.option(
    "--keep-all",
    is_flag=True,
    help=f"Delete no former backup; else those of {DAILY} days, {WEEKLY} weekly and {MONTHLY} "
    "monthly ones are kept, and those made on a terminal.",
)
@click.option("--list", "as_list", is_flag=True, help="Make none: list those there are.")
@json_option
@archive_option
def backup(output: Path | None, keep_all: bool, as_list: bool, as_json: bool, archive: Path) -> int:
    """Copy the archive and its captures, check the copy, let old ones go.

    A crawl may go on meanwhile. How to put a backup in place: `tradepress docs archive`.
    """
    folder = output or backup_folder(archive)
    if as_list:
        backups = list_backups(folder, archive.stem)
        if as_json:
            rows = [{**asdict(entry), "made": utc_text(entry.made)} for entry in backups]
            print_json(rows)
        else:
            print_backups(backups, folder)
        return 0
    with progress() as tell:
        result = make_backup(
            archive,
            folder,
            keep_all=keep_all,
            by_hand=is_terminal(sys.stdin),
            progress=tell,
        )
    if as_json:
        print_json(asdict(result))
    else:
        print_result(result)
    return 1 if result.problems or result.doubtful_clock else 0


def print_result(result: BackupResult) -> None:
    """Prints the path of the backup, what was copied, what is amiss."""
    checked = "checked, with what is amiss below" if result.problems else "checked"
    click.echo(
        f"{result.path}: {size_in_words(result.size)}, {checked}; "
        f"{counted(result.capture_files, 'file', 'files')} of captures, "
        f"{size_in_words(result.copied_bytes)} of them new"
    )
    for path in result.deleted:
        click.echo(f"{path.name} was let go.")
    if result.doubtful_clock:
        click.echo(
            f"No former backup was let go: by their names some in {result.path.parent} were made "
            "more than a year apart, or tomorrow. If this machine's clock is right, move those "
            "with wrong dates away.",
            err=True,
        )
    for problem in result.problems:
        click.echo(problem, err=True)


def print_backups(backups: list[Backup], folder: Path) -> None:
    """Prints a line a backup, newest first."""
    for entry in backups:
        held = "can't be read" if (n := entry.articles) is None else counted(n, "story", "stories")
        note = "  before an upgrade" if entry.before_migration else ""
        note = "  by hand" if entry.by_hand else note
        click.echo(
            f"{entry.made:%Y-%m-%d %H:%M:%S}  {size_in_words(entry.size):>12}  {held:>15}  "
            f"{entry.path}{note}"
        )
    if not backups:
        click.echo(f"There is no backup in {folder}; `tradepress backup` makes one.")
