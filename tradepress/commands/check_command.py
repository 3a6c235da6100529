"""Runs `tradepress check`: are the citations and quotations of a manuscript right?"""

from dataclasses import asdict
from pathlib import Path

import click

from tradepress.archive.read_only import read_archive
from tradepress.archive.text_forms import counted
from tradepress.commands.options import archive_option, json_option
from tradepress.commands.printed import print_json
from tradepress.commands.printed_in_colour import Printed
from tradepress.commands.versions_words import marked
from tradepress.research.checking.check_manuscript import (
    WRONG,
    CheckedManuscript,
    CheckFinding,
    check_manuscript,
)
from tradepress.research.checking.read_manuscript import UnreadableManuscript, read_manuscript

LONGEST_SHOWN = 120
"""Limits the letters that are shown of what was found."""


@click.command()
@click.argument("manuscript", type=click.Path(path_type=Path))
@json_option
@archive_option
def check(manuscript: Path, as_json: bool, archive: Path) -> int:
    """Check what MANUSCRIPT (.docx, .md, .tex, .bib, .txt) cites and quotes.

    Found are links, refs, DOIs, citations of stories that the archive has, and quotations of six
    words or more. A line says what of each is right, wrong, not known here, or changed since it
    was read. Exit code 1 if something is wrong.
    """
    try:
        passages = read_manuscript(manuscript)
    except UnreadableManuscript as error:
        raise click.UsageError(f"{error}.") from error
    with read_archive(archive) as db:
        checked = check_manuscript(db, passages)
    if as_json:
        print_json({"wrong": checked.wrong, **asdict(checked)})
    else:
        console = Printed()
        for finding in checked.findings:
            _print(console, finding)
        click.echo(summary(checked))
    return 1 if checked.wrong else 0


def _print(console: Printed, finding: CheckFinding) -> None:
    words = "wrong" if WRONG & {*finding.labels} else "see" if finding.labels else "right"
    click.echo(f"{finding.place}: {words}: {finding.kind}: {_short(finding.text)}")
    if finding.ref is not None:
        headline = f" {finding.headline}" if finding.headline else ""
        version = f"@{finding.version}" if finding.version else ""
        click.echo(f"    {finding.ref}{version}{headline}")
    for said in finding.says:
        click.echo(f"    {said}")
    if finding.differs:
        console.print_wrapped(marked([*finding.differs], console), width=88, indent=4)
    looked_at = [one for one in finding.looked_at if one not in finding.labels]
    if finding.kind == "citation" and looked_at:
        click.echo(f"    right: {', '.join(looked_at)}")
    if finding.archived:
        click.echo(f"    {finding.archived}")


def _short(text: str) -> str:
    return text if len(text) <= LONGEST_SHOWN else f"{text[:LONGEST_SHOWN].rstrip()}…"


def summary(checked: CheckedManuscript) -> str:
    """Counts the findings in one line."""
    kinds = [finding.kind for finding in checked.findings]
    told = sum(bool(finding.labels) for finding in checked.findings) - checked.wrong
    return (
        f"{counted(kinds.count('citation'), 'citation', 'citations')}, "
        f"{counted(kinds.count('quotation'), 'quotation', 'quotations')}: "
        f"{checked.wrong} wrong, {told} to be looked at, "
        f"{len(kinds) - checked.wrong - told} right as far as they were looked at"
    )
