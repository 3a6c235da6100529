"""Says what is said when captured pages were read again: sums, fields that changed, examples."""

from collections.abc import Mapping
from typing import Any

import click

from tradepress.archive.rereading import FIELDS
from tradepress.archive.text_forms import counted
from tradepress.commands.printed import MOST_SHOWN
from tradepress.jobs.reextract_report import MentionTally, Report, SourceTally


def print_report(report: Report) -> None:
    """Prints the sums and fields of each source, then what could not be read."""
    for name, tally in report.sources.items():
        print_source(name, tally, "would get" if report.run is None else "got")
    if not report.sources:
        click.echo("There is no story to read again.")
    print_mentions(report.mentions, is_diff=report.run is None)
    for problem in report.problems[:MOST_SHOWN]:
        click.echo(f"{problem.ref}: {problem.reason} ({problem.words})", err=True)
    if more := report.problems[MOST_SHOWN:]:
        click.echo(f"… and {len(more)} more (all with --json)", err=True)
    if report.problems:
        click.echo("What could not be read keeps what it has.", err=True)
    if report.run is not None:
        click.echo(f"Run {report.run}; `tradepress runs` lists it.")
    elif any(tally.new for tally in report.sources.values()):
        click.echo("Nothing was written; --apply stores the new versions.")
    elif report.mentions.changed:
        click.echo("Nothing was written; --apply stores the mentions.")


def print_mentions(tally: MentionTally, *, is_diff: bool) -> None:
    """Prints what the texts name by today's rules; nothing, if they were all looked through by
    these."""
    if not tally.due:
        return
    done = counts_in_words(
        (tally.changed, "would get other mentions" if is_diff else "got other mentions"),
        (tally.looked_through - tally.changed, "stay as they are"),
    )
    words = f"{tally.looked_through} of {tally.texts} texts looked through again: {done}"
    click.echo(f"mentions: {words}")
    if tally.changed:
        click.echo(f"  {counts_in_words((tally.found, 'found'), (tally.lost, 'lost'))}")
    for example in tally.examples:
        print_example(example)


def print_source(name: str, tally: SourceTally, get: str) -> None:
    if not tally.is_declared:
        click.echo(f"{name}: no such source is declared any more; its pages stay as read")
        return
    done = counts_in_words(
        (tally.new, f"{get} a new version"),
        (tally.same, "stay as they are"),
        (tally.not_read, "can't be read"),
    )
    if tally.read:
        click.echo(f"{name}: {tally.read} of {tally.versions} read again: {done}")
    else:
        click.echo(f"{name}: none of {tally.versions} read again")
    left = counts_in_words(
        (tally.read_before, "were read by these rules before"),
        (tally.no_capture, "have no capture"),
    )
    if left:
        click.echo(f"  left out: {left}")
    for field in (field for field in FIELDS if field in tally.fields):
        sums = tally.fields[field]
        words = counts_in_words(
            (sums.changed, "changed"), (sums.filled, "filled"), (sums.lost, "lost")
        )
        click.echo(f"  {field:<20}{words}")
        for example in sums.examples:
            print_example(example)


def counts_in_words(*counts: tuple[int, str]) -> str:
    """Returns ``2 changed, 1 lost``: those that are not zero."""
    return ", ".join(f"{count} {words}" for count, words in counts if count)


def print_example(example: Mapping[str, Any]) -> None:
    """Prints old and new of one field of one version."""
    words = ""
    if "words_gone" in example:
        gone = counted(example["words_gone"], "word", "words")
        words = f"  {gone} gone, {example['words_added']} added"
    if "old" in example:
        old, new = ("nothing" if example[end] is None else example[end] for end in ("old", "new"))
        words = f"  {old} → {new}"
    click.echo(f"      {example['ref']}{words}")
    for sign, side in (("-", "gone"), ("+", "added")):
        for text in example.get(side, ()):
            click.echo(f"          {sign} {text}")
