"""Runs `tradepress verify`: is everything there, and is it what was saved?"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path

import click
from rich.console import Console

from tradepress.archive.care.faults import Progress, Verified
from tradepress.archive.care.verify import verify as verify_archive
from tradepress.archive.leaf_log.root import Root
from tradepress.archive.text_forms import counted
from tradepress.commands.options import archive_option, configured, json_option, root_option
from tradepress.commands.printed import print_json

KEEP = "Keep it elsewhere: who can write the archive can write its log anew."


@click.command()
@click.option(
    "--quick",
    is_flag=True,
    help="In seconds: leave out what captures hold, and whether indexes, full text and texts are "
    "sound.",
)
@click.option(
    "--history",
    is_flag=True,
    help="And whether stories, captures and runs are what the log recorded.",
)
@root_option("--since", "And whether the log goes on from this root, which you kept.")
@json_option
@archive_option
def verify(quick: bool, history: bool, since: Root | None, as_json: bool, archive: Path) -> int:
    """Check the archive and its captures; a line for each fault, with its mend.

    Nothing is changed, and a crawl may go on. The checks run on a copy among temporary files,
    which takes the archive's size; --quick needs none. Exit code 1 if there are faults.

    --history finds what somebody changed in the archive. Who can write it can write its log anew,
    too: only a root that you kept elsewhere (--since), a proof or a timestamp shows that.
    """
    certificates = configured().timestamps.certificates
    with progress() as tell:
        verified = verify_archive(
            archive,
            quick=quick,
            history=history,
            since=since,
            certificates=certificates,
            progress=tell,
        )
    if as_json:
        fields = {"clean": not verified.findings, **asdict(verified)}
        print_json(fields)
    else:
        for finding in verified.findings:
            click.echo(f"{finding.check}: {finding.words}")
        click.echo(summary(archive, verified))
        if verified.leaves is not None:
            click.echo(history_summary(verified, since, certificates))
        if quick:
            click.echo(
                "Left out: what captures hold, and whether indexes, full text and texts are sound."
            )
    return 1 if verified.findings else 0


def summary(archive: Path, verified: Verified) -> str:
    """Says what was looked at, and how many faults it has."""
    captures = counted(verified.captures, "capture", "captures")
    if verified.captures_unnamed is None:
        captures += " (not read)"
    elif verified.captures_unnamed:
        captures += f" (and {verified.captures_unnamed} that no version names)"
    stories = counted(verified.articles, "story", "stories")
    versions = counted(verified.versions, "version", "versions")
    runs = counted(verified.runs, "run", "runs")
    words = counted(len(verified.findings), "fault", "faults") if verified.findings else "no fault"
    return f"{archive}: {stories}, {versions}, {runs}, {captures}: {words}"


def history_summary(verified: Verified, since: Root | None, certificates: Path | None) -> str:
    """Says how far the log was made anew, and what that does not show."""
    found = [one for one in verified.findings if one.check == "history"]
    words = f"History: {counted(verified.leaves or 0, 'leaf', 'leaves')}, "
    words += f"{len(found)} not as recorded" if found else "all as recorded"
    if verified.not_ended:
        runs = counted(verified.not_ended, "run has", "runs have")
        words += f"; {runs} not ended, and no leaf yet"
    if verified.found_so:
        words += f"; what is older was found so on {verified.found_so[:10]}"
    if verified.stamped_at is not None:
        words += f".\nTimestamps: {verified.timestamps}, the newest of {verified.stamped_at}"
        words += "" if certificates else " (by whom is not checked: [timestamps] certificates)"
    if verified.root is None:
        return f"{words}; no root yet"
    kept = f"It goes on from {since}." if since else KEEP
    return f"{words}.\nRoot: {verified.root}" + ("" if found else f"\n{kept}")


@contextmanager
def progress() -> Iterator[Progress]:
    """Shows a line on a terminal that says what is looked at; nothing elsewhere."""
    with Console(stderr=True).status("Opening …") as status:

        def tell(step: str, done: int, of: int) -> None:
            status.update(f"{step} …" if of <= 1 else f"{step}: {done:,} of {of:,}")

        yield tell
