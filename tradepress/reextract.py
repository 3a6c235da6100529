"""`tradepress reextract`: today's rules over the stored pages."""

import asyncio
import json
import signal
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

import click
from rich.console import Console
from scrapy.settings import Settings
from sqlite_utils import Database

from archive.ledger.outcomes import RunKind, RunState
from archive.open import read_archive
from archive.rereading import FIELDS, count_versions, versions_to_reread
from crawler.conduct.rights import asked_policy
from crawler.extraction.rules import extractor
from crawler.page_workers import PageWorkers
from crawler.run import archive_run, captures_beside
from crawler.source import Source
from tradepress.jobs.crawl import project_settings
from tradepress.jobs.rereading import (
    Report,
    Settle,
    SourceTally,
    apply_to,
    only_compare,
    reread_versions,
)
from tradepress.options import (
    archive_option,
    configured,
    json_option,
    source_option,
    wait_option,
    whole_number,
)
from tradepress.spiders import all_spiders, spider_named

MOST_PROBLEMS = 20


@click.command(short_help="Read the stored pages again by today's rules.")
@source_option("Only this source.")
@click.option(
    "--diff/--apply",
    "is_diff",
    default=True,
    help="Tell what would change and write nothing (default), or store it as new versions.",
)
@click.option("--all-versions", is_flag=True, help="With --diff: former versions, too.")
@click.option("--again", is_flag=True, help="Also those that these very rules have read.")
@click.option("--limit", type=whole_number(), metavar="N", help="Read at most so many stories.")
@click.option(
    "--examples",
    type=whole_number(0),
    metavar="N",
    default=3,
    show_default=True,
    help="So many for each source and field.",
)
@wait_option
@json_option
@archive_option
def reextract(
    source_name: str | None,
    is_diff: bool,
    all_versions: bool,
    again: bool,
    limit: int | None,
    examples: int,
    wait: float,
    as_json: bool,
    archive: Path,
) -> int:
    """Read the stored pages again by today's rules, and compare with what is stored.

    --apply stores each story that changed as a new version, marked as read again; what was
    read at the time stays. It can be stopped at any moment; the next one goes on.
    """
    if all_versions and not is_diff:
        words = "--all-versions goes with --diff: only current versions are stored anew."
        raise click.UsageError(words)
    if source_name is not None:
        spider_named(source_name)
    settings = project_settings(configured(), {"TRADEPRESS_ARCHIVE": str(archive)})
    sources = {
        name: replace(spider.source, policy=asked_policy(settings, spider.source))
        for name, spider in all_spiders().items()
        if source_name in (None, name)
    }
    report = Report(most_examples=examples)
    rereading = Rereading(
        archive=archive,
        source_name=source_name,
        sources=sources,
        report=report,
        every=all_versions,
        again=again,
        limit=limit,
    )
    if is_diff:
        with read_archive(archive) as db:
            rereading.read(db, only_compare)
        run_id = None
    else:
        command = "reextract" + (f" {source_name}" if source_name else "")
        run_id = apply(rereading, settings, command, wait)
    if as_json:
        click.echo(json.dumps(report_fields(report, run_id), ensure_ascii=False, indent=1))
    else:
        print_report(report, run_id)
    return int(bool(report.problems))


@dataclass(frozen=True, kw_only=True, slots=True)
class Rereading:
    """Which versions of an archive are read again, and into which report."""

    archive: Path
    source_name: str | None
    """None: every source."""
    sources: Mapping[str, Source]
    report: Report
    every: bool
    again: bool
    limit: int | None

    @property
    def extractors(self) -> dict[str, str]:
        return {name: extractor(source) for name, source in self.sources.items()}

    def read(
        self, db: Database, settle: Settle, after_batch: Callable[[], None] = lambda: None
    ) -> None:
        """
        :raises KeyboardInterrupt: Ctrl-C or SIGTERM, between two versions
        """
        try:
            asyncio.run(self._read(db, settle, after_batch))
        except asyncio.CancelledError:
            raise KeyboardInterrupt from None

    async def _read(self, db: Database, settle: Settle, after_batch: Callable[[], None]) -> None:
        task = asyncio.current_task()
        assert task is not None
        asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, task.cancel)
        due = versions_to_reread(db, self.extractors, every=self.every, again=self.again)
        ids = [version_id for version_id, _ in due[: self.limit]]
        dues = Counter(source for _, source in due)
        for row in count_versions(db, every=self.every):
            if self.source_name in (None, row["source"]):
                name = row["source"]
                self.report.count(row, due=dues[name], is_declared=name in self.sources)
        with PageWorkers() as workers, Console(stderr=True).status("Reading again …") as status:

            def next_batch() -> None:
                after_batch()
                status.update(f"Read again: {self.report.read} of {len(ids)}")

            await reread_versions(
                ids,
                db,
                self.sources,
                captures_beside(self.archive).folder,
                workers,
                self.report,
                settle=settle,
                after_batch=next_batch,
            )


def apply(rereading: Rereading, settings: Settings, command: str, wait: float) -> int:
    """Store what changed, as a run of the ledger; its number.

    :raises ArchiveError: what was committed before is kept
    """
    names = list(rereading.sources)
    with archive_run(settings, RunKind.REEXTRACT, command, names, wait=wait, create=False) as run:

        def commit() -> None:
            run.transaction.commit()
            if run.failure is not None:
                raise run.failure

        rereading.read(run.transaction.db, apply_to(run, rereading.extractors), commit)
        run.end(RunState.DONE, exit_code=int(bool(rereading.report.problems)))
    return run.ledger.run_id


def report_fields(report: Report, run_id: int | None) -> dict[str, Any]:
    """The report for a program; ``run`` is None where nothing was written."""
    return {"run": run_id, **asdict(report)}


def print_report(report: Report, run_id: int | None) -> None:
    """For each source its sums and fields, then what could not be read."""
    for name, tally in report.sources.items():
        print_source(name, tally, "would get" if run_id is None else "got")
    if not report.sources:
        click.echo("There is no story to read again.")
    for problem in report.problems[:MOST_PROBLEMS]:
        click.echo(f"{problem.ref}: {problem.reason} ({problem.words})", err=True)
    if more := report.problems[MOST_PROBLEMS:]:
        click.echo(f"… and {len(more)} more (all with --json)", err=True)
    if report.problems:
        click.echo("What could not be read keeps what it has.", err=True)
    if run_id is not None:
        click.echo(f"Run {run_id}; `tradepress runs` lists it.")
    elif any(tally.new for tally in report.sources.values()):
        click.echo("Nothing was written; --apply stores the new versions.")


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
    """``2 changed, 1 lost``: those that are not zero."""
    return ", ".join(f"{count} {words}" for count, words in counts if count)


def print_example(example: Mapping[str, Any]) -> None:
    """Old and new of one field of one version."""
    words = ""
    if "words_gone" in example:
        words = f"  {example['words_gone']} words gone, {example['words_added']} added"
    if "old" in example:
        old, new = ("nothing" if example[end] is None else example[end] for end in ("old", "new"))
        words = f"  {old} → {new}"
    click.echo(f"      {example['ref']}{words}")
    for sign, side in (("-", "gone"), ("+", "added")):
        for text in example.get(side, ()):
            click.echo(f"          {sign} {text}")
