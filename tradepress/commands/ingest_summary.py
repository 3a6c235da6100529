"""Says what is said when files were read: a line a page, the sums, and what came to nothing."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import click

from tradepress.archive.stories.publishers import PublisherNames
from tradepress.archive.text_forms import counted, storable
from tradepress.commands.cluster_options import left_out_lines, run_as_object
from tradepress.commands.printed import MOST_SHOWN, print_some
from tradepress.jobs.files.reserved_pages import ReservedPages
from tradepress.jobs.ingested import PROBLEMS, READ_BEFORE, Ingest, Ingested, counted_words

if TYPE_CHECKING:
    from tradepress.cluster.cluster_ingest import ClusterIngest


def print_line(page: Ingested) -> None:
    click.echo(storable(json.dumps(asdict(page), ensure_ascii=False)))


def print_reserved(found: ReservedPages, *, basis: str | None) -> None:
    """Prints how many texts will be left out, or held for this archive alone."""
    if not found.reserved:
        return
    what = "of those that are stories no text will be kept. --basis is for who may hold them"
    if basis is not None:
        what = f"of those that are stories it is held for this archive alone (basis: {basis})"
    pages = counted(found.pages, "page", "pages")
    click.echo(
        f"Text reserved by noarchive or for text and data mining: {found.reserved:,} of {pages}; "
        f"{what}.",
        err=True,
    )


@dataclass(kw_only=True, slots=True)
class FirstPages:
    """Holds the first pages, and the first of those that came to nothing."""

    pages: list[str] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)

    def take(self, page: Ingested) -> None:
        if page.outcome == "left_out":
            return
        lines = self.problems if page.outcome in PROBLEMS else self.pages
        if len(lines) < MOST_SHOWN:
            lines.append(storable(f"{page.outcome:<10}{page.words}   {page.url}"))


def print_results(done: Ingest, shown: FirstPages, archive: Path) -> None:
    """Prints a line a page (the first ones), then the sums."""
    problems = sum(done.counts.get(outcome, 0) for outcome in PROBLEMS)
    pages = sum(done.counts.values())
    for lines, of in ((shown.pages, pages - problems), (shown.problems, problems)):
        for line in lines:
            click.echo(line)
        if of > len(lines):
            click.echo(f"… and {of - len(lines)} more (all with --json)")
    words = ", ".join(f"{outcome} {count}" for outcome, count in done.counts.items()) or "no page"
    click.echo(f"{counted(pages, 'page', 'pages')}: {words}")
    if done.left_out:
        click.echo(f"Left out of folders, as no pages: {counted(done.left_out, 'file', 'files')}.")
    print_records(done.records)
    print_disagreeing(done.disagreeing)
    if done.sums is None:
        is_there = archive.exists()
        click.echo(
            "No new page was found, so nothing was written."
            if is_there
            else "No story was found, so no archive was made."
        )


def print_records(records: Mapping[str, int]) -> None:
    """Prints how many records gave no page, and why."""
    if records:
        click.echo(f"Records of files beside them: {counted_words(records)}.")


def print_disagreeing(disagreeing: Sequence[PublisherNames]) -> None:
    """Prints what undeclared papers are called by their pages, where these disagree."""
    print_some([storable(one.words) for one in disagreeing], err=True)


def as_object(done: "ClusterIngest") -> dict[str, object]:
    """Returns what was done, for a program."""
    facts = {name: getattr(done, name) for name in ("merge_seconds", "read_before")}
    return {
        **run_as_object(done.sums, done.tasks),
        **facts,
        "seconds": done.tasks.seconds,
        "left_out": [asdict(one) for one in done.left_out],
        "counts": done.counts,
        "records": done.records,
        "notes": done.notes,
        "disagreeing": [asdict(one) for one in done.disagreeing],
    }


def print_merged(done: "ClusterIngest") -> None:
    """Prints the sums, then what came to nothing."""
    print_some([f"{one}: {READ_BEFORE}" for one in done.read_before])
    print_some([*done.notes], err=True)
    print_some(left_out_lines(done.left_out), err=True)
    if done.sums is None:
        is_new = bool(done.tasks.shards)
        click.echo(f"No {'story' if is_new else 'new file'} was found, so nothing was written.")
        return
    print_records(done.records)
    print_disagreeing(done.disagreeing)
    words = ", ".join(f"{outcome} {n}" for outcome, n in done.sums.outcomes.items() if n)
    times = f"{done.tasks.seconds:.1f} seconds, {done.merge_seconds:.1f} of them to merge"
    click.echo(f"{done.tasks.words}. {times}.")
    click.echo(f"{counted(done.sums.urls, 'page', 'pages')}: {words or 'no story'}")
    click.echo(f"Run {done.sums.id}; `tradepress runs` lists it.")
