"""Runs `tradepress demo`: serve the bundled sample newspaper and crawl it for real."""

import hashlib
import os
import shlex
import shutil
import sys
import threading
from contextlib import suppress
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import click

from tradepress.archive.database import Database
from tradepress.archive.errors import OlderArchive
from tradepress.archive.frontier.sources import require_kind
from tradepress.archive.ledger.outcomes import Outcome, RunState
from tradepress.archive.read_only import read_archive
from tradepress.archive.withdrawal.tombstones import find_tombstone, hash_key
from tradepress.commands.options import archive_option, configured, wait_option
from tradepress.commands.printed import MOST_SHOWN
from tradepress.declared_sources import all_sources, source_named
from tradepress.interrupt import held
from tradepress.sample.editions import PAPERS, EditionName
from tradepress.sample.manifest import Manifest, StoryEntry, load_manifest

FIRST_TO_READ = "signet-12107"


@click.command()
@click.option("--later", is_flag=True, help="The papers some days on: new and changed stories.")
@click.option("--serve", is_flag=True, help="Crawl nothing: serve the papers for a browser.")
@wait_option
@archive_option
def demo(later: bool, serve: bool, wait: float, archive: Path) -> int:
    """Crawl the bundled sample papers (invented, on this machine) into the archive."""
    with held():
        from tradepress.archive.open import open_archive
        from tradepress.commands.crawl_at_terminal import at_terminal
        from tradepress.commands.crawl_summary import print_problems, print_summary
        from tradepress.jobs.crawl import run_crawl
        from tradepress.sample.proxy import sample_settings
        from tradepress.sample.server import SamplePapers

    if serve:
        serve_papers("later" if later else "base")
        return 0
    manifest = load_manifest()
    if archive.exists():
        try:
            db = read_archive(archive)
        except OlderArchive:
            open_archive(archive, command="demo", wait=wait).close()
            db = read_archive(archive)
        with db:
            require_kind(db, sample=True, path=archive)
            if not later and holds_later_edition(db, manifest):
                click.echo("The papers have moved on in this archive: serving them as of then.")
                later = True
    elif later:
        raise click.UsageError(
            f"{archive} does not exist; `tradepress demo` without --later makes it."
        )
    sources = [source for source in all_sources() if source.sample]
    names = " and ".join(source.publisher for source in sources)
    click.echo(f"Crawling {names}, invented papers served on this machine …")
    with (
        SamplePapers("later" if later else "base") as papers,
        at_terminal(archive, wait) as told,
    ):
        told["settings"] |= sample_settings(papers.proxy_url)
        result = run_crawl(
            sources,
            configured(),
            command="demo --later" if later else "demo",
            revisit="all",
            **told,
        )
    print_summary(result)
    print_problems(result.reports)
    if result.sums is None or result.sums.state == RunState.INTERRUPTED:
        return result.exit_code
    with read_archive(archive) as db:
        problems = compare(db, manifest, later=later)
        withdrawn = len(withdrawn_stories(db, manifest, later=later))
        stories = db.execute("SELECT count(*) FROM articles").fetchone()[0]
        to_read = db.execute(
            "SELECT ref FROM articles ORDER BY ref <> ?, ref LIMIT 1", [FIRST_TO_READ]
        ).fetchone()
    for line in problems[:MOST_SHOWN]:
        click.echo(f"! {line}", err=True)
    if problems:
        click.echo(
            f"{archive} differs from what the sample papers hold in {len(problems)} places. "
            "That is a defect; `tradepress --debug demo` tells more.",
            err=True,
        )
        return 1
    if not result.sums.outcomes[Outcome.STORED]:
        click.echo("Nothing new: everything was stored before.")
    without = f" that were not withdrawn ({withdrawn})" if withdrawn else ""
    click.echo(f"{archive} holds all {stories} stories of the sample{without}, each once.\n")
    print_next_steps(archive, to_read=to_read[0] if to_read else None, later=later)
    return result.exit_code


def serve_papers(edition: EditionName) -> None:
    """Serves both papers on this machine until Ctrl-C."""
    with held():
        from tradepress.sample.server import SamplePapers

    with SamplePapers(edition) as papers:
        port = urlsplit(papers.proxy_url).port
        for host, name in PAPERS.items():
            here = host.replace(".example", ".localhost")
            click.echo(f"{source_named(name).publisher}: http://{here}:{port}/")
        click.echo("Ctrl-C ends.")
        with suppress(KeyboardInterrupt):
            threading.Event().wait()


def holds_later_edition(db: Database, manifest: Manifest) -> bool:
    """Has this archive seen the papers of some days on?"""
    new = manifest["later"]["new"]
    query = f"SELECT count(*) FROM articles WHERE ref IN ({', '.join('?' * len(new))})"
    return bool(db.execute(query, new).fetchone()[0])


def expected_stories(manifest: Manifest, *, later: bool) -> dict[str, StoryEntry]:
    """Returns what an archive must hold, by ref: every story that robots.txt does not forbid."""
    stories = {story["ref"]: story for story in manifest["stories"]}
    if later:
        stories |= {story["ref"]: story for story in manifest["later"]["stories"]}
    return {ref: story for ref, story in stories.items() if not story["disallowed"]}


def withdrawn_stories(db: Database, manifest: Manifest, *, later: bool) -> set[str]:
    """Returns refs of those that must not be there any more."""
    return {
        ref
        for ref in expected_stories(manifest, later=later)
        if find_tombstone(db, [hash_key(ref)]) is not None
    }


def compare(db: Database, manifest: Manifest, *, later: bool) -> list[str]:
    """Tells how the archive differs from the manifest, a line each."""
    withdrawn = withdrawn_stories(db, manifest, later=later)
    expected = expected_stories(manifest, later=later)
    for ref in withdrawn:
        del expected[ref]
    rows = {row["ref"]: row for row in db.query("SELECT * FROM articles")}
    lines = [
        f"{ref} is missing: {expected[ref]['headline']}" for ref in expected if ref not in rows
    ]
    lines += [
        f"{ref} is not in the manifest: {rows[ref]['url']}" for ref in rows if ref not in expected
    ]
    for ref in expected.keys() & rows.keys():
        lines += [f"{ref}: {name} differs" for name in differing(rows[ref], expected[ref])]
    gone = set(manifest["later"]["gone"]) - withdrawn if later else set()
    lines += [f"{ref} is not marked as gone" for ref in gone if not rows[ref]["gone_at"]]
    return sorted(lines)


def differing(row: dict[str, Any], story: StoryEntry) -> list[str]:
    """Returns the names of the fields in which a stored story is not what its page shows."""
    stored = {**row, "body": hashlib.sha256((row["body"] or "").encode()).hexdigest()}
    expected = {**story, "body": story["sha256"]}
    return [
        name for name in ("headline", "date_published", "body") if stored[name] != expected[name]
    ]


def print_next_steps(archive: Path, *, to_read: str | None, later: bool) -> None:
    """Prints commands that work when typed here."""
    here = Path(sys.argv[0])
    on_path = shutil.which("tradepress")
    if here.name == "__main__.py":
        command = "python -m tradepress"
    elif on_path is not None and here.samefile(on_path):
        command = "tradepress"
    else:
        command = shlex.quote(os.path.relpath(here))
    option = "" if archive == Path("archive.db") else f" --archive {shlex.quote(str(archive))}"
    steps = [
        (f"{command} search '\"domain name\"'{option}", "find stories"),
        (f"{command} browse{option}", "look around in a browser"),
    ]
    if to_read is not None:
        steps.insert(1, (f"{command} show {to_read}{option}", "read one"))
    if not later:
        steps.append((f"{command} demo --later{option}", "the same papers some days on"))
    click.echo("Next:")
    width = max(len(step) for step, _ in steps) + 3
    for step, words in steps:
        click.echo(f"  {step:<{width}}{words}")
