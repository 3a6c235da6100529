"""Runs `tradepress query`: saved queries, what became of their results, and alerts."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import Any

import click

from tradepress.archive.disk import stream_written_whole
from tradepress.archive.errors import archive_error
from tradepress.archive.read_only import read_archive
from tradepress.archive.search.story_query import query_as_json, query_in_words
from tradepress.archive.search.why_nothing import why_nothing
from tradepress.archive.text_forms import counted, storable
from tradepress.commands import completing
from tradepress.commands.options import (
    archive_option,
    configured,
    json_option,
    new_file,
    whole_number,
)
from tradepress.commands.printed import print_json, print_some
from tradepress.commands.query_options import QueryCommand, known_query, query_options, story_query
from tradepress.configuration import MAIL_EXAMPLE
from tradepress.research.queries.query_changes import ResultChange, sums_of
from tradepress.research.queries.saved_queries import (
    QueryDiff,
    QueryFileError,
    QueryRun,
    SavedQueries,
    SavedQuery,
)

MOST_HEAD = 1000
"""Is how many bytes of a file tell whether it is a feed."""
NONE_SAVED = "No query is saved; `tradepress query save NAME QUERY` saves one."


@click.group()
def query() -> None:
    """Save a query; say later what is new, changed and withdrawn in it.

    Saved queries are files in queries/ beside the archive: `tradepress docs counting`.
    """


@contextmanager
def saved_queries(archive: Path) -> Iterator[SavedQueries]:
    """Opens the saved queries beside the archive.

    :raises click.ClickException: a file can't be read; exit code 1
    :raises click.UsageError: there is no such query, or what was asked can't be
    """
    try:
        with read_archive(archive) as db:
            yield SavedQueries(db, archive)
    except QueryFileError as error:
        raise click.ClickException(str(error)) from error
    except ValueError as error:
        raise click.UsageError(str(error)) from error
    except OSError as error:
        raise archive_error(error, archive.parent) from error


@query.command(cls=QueryCommand)
@click.argument("name")
@query_options
@json_option
@archive_option
def save(name: str, query: tuple[str, ...], as_json: bool, archive: Path, **filters: Any) -> int:
    """Save QUERY and the filters as NAME, with what they find now.

    NAME is of a-z, 0-9 and -.
    """
    with saved_queries(archive) as queries:
        wanted = known_query(queries.db, story_query(query, filters, is_saved=True))
        saved = queries.save(name, wanted)
        reasons = [] if saved.runs[0].stories else why_nothing(queries.db, wanted)
    if as_json:
        print_json(printed_query(saved))
    else:
        (run,) = saved.runs
        click.echo(f"{name}: {counted(run.stories, 'story', 'stories')}, saved in {queries.folder}")
        click.echo(f"sha256 {run.sha256}")
    for reason in reasons:
        click.echo(f"  {reason}", err=as_json)
    return 0


@query.command("list")
@json_option
@archive_option
def list_(as_json: bool, archive: Path) -> int:
    """List the saved queries: stories, day of the last run, words."""
    found, failures = [], []
    with saved_queries(archive) as queries:
        for name in queries.names():
            try:
                found.append(queries.load(name))
            except QueryFileError as error:
                failures.append(str(error))
    if as_json:
        print_json([printed_query(saved) for saved in found])
    else:
        width = max((len(saved.name) for saved in found), default=0)
        for saved in found:
            last = saved.runs[-1] if saved.runs else None
            ran = f"{last.stories:>7,}  {last.at[:10]}" if last else f"{'never run':>19}"
            click.echo(storable(f"{saved.name:<{width}}  {ran}  {query_in_words(saved.query)}"))
        if not found and not failures:
            click.echo(NONE_SAVED)
    return tell_failures(failures)


@query.command()
@click.argument("name", required=False, shell_complete=completing.names)
@click.option("--all", "run_all", is_flag=True, help="Run all that are saved.")
@click.option(
    "--notify",
    "urls",
    multiple=True,
    metavar="URL",
    help=f"Tell this address ({MAIL_EXAMPLE}, or another that apprise knows) what is new since it "
    "was told; nothing, if nothing is; can be repeated.",
)
@click.option(
    "--scheduled", is_flag=True, help="For timers: tell the addresses of the configuration."
)
@click.option(
    "--atom",
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="FILE",
    help="Write the latest stories found as an Atom feed, over the one that is there.",
)
@json_option
@archive_option
def run(
    name: str | None,
    run_all: bool,
    urls: tuple[str, ...],
    scheduled: bool,
    atom: Path | None,
    as_json: bool,
    archive: Path,
) -> int:
    """Run a saved query again, keep the run, and say what is new."""
    if (name is None) is not run_all:
        raise click.UsageError("Give the NAME of a saved query, or --all.")
    if atom is not None:
        new_file(atom, force=True)
        if atom.is_file() and b"<feed" not in atom.read_bytes()[:MOST_HEAD]:
            raise click.UsageError(f"{atom} is there and no feed: name another file.")
    services, failures = open_them(urls, is_scheduled=scheduled)
    diffs = []
    with saved_queries(archive) as queries:
        for one in queries.names() if name is None else [name]:
            try:
                diffs.append(queries.run(one))
            except (QueryFileError, ValueError) as error:
                if name is not None:
                    raise
                failures.append(f"{one}: {error}")
        ran = [diff.name for diff in diffs]
        if atom is not None:
            from tradepress.research.queries.query_feed import feed_of

            with stream_written_whole(atom, archive=archive) as stream:
                stream.write(feed_of(queries.db, [queries.load(one) for one in ran]))
        if services:
            from tradepress.jobs.query_news import tell_news

            failures += tell_news(services, queries, ran, archive=archive.absolute())
    if as_json:
        fields = [diff_fields(diff) for diff in diffs]
        print_json(fields if run_all else fields[0])
    else:
        for diff in diffs:
            print_diff(diff)
        if not diffs and not failures and not scheduled:
            click.echo(NONE_SAVED)
    return tell_failures(failures)


@query.command()
@click.argument("name", shell_complete=completing.names)
@click.argument("runs", nargs=-1, type=whole_number(), metavar="[RUN [RUN]]")
@json_option
@archive_option
def diff(name: str, runs: tuple[int, ...], as_json: bool, archive: Path) -> int:
    """Say what is new since the last run, or RUN; keep nothing.

    With two RUNs it is what was new between them. Runs are numbered from 1; a run later than the
    second RUN is not looked at.
    """
    if len(runs) > 2:
        raise click.UsageError("Give two numbers of runs at most.")
    with saved_queries(archive) as queries:
        found = queries.diff(name, *runs)
    if as_json:
        print_json(diff_fields(found))
    else:
        print_diff(found)
    return 0


@query.command()
@click.argument("name", shell_complete=completing.names)
@archive_option
def remove(name: str, archive: Path) -> int:
    """Delete a saved query and its runs."""
    with saved_queries(archive) as queries:
        queries.remove(name)
    click.echo(f"Removed: {name}.")
    return 0


def open_them(urls: Sequence[str], *, is_scheduled: bool) -> tuple[Any, list[str]]:
    """Opens the services to be told; returns, too, what is wrong with others.

    :raises click.UsageError: an address that was typed is none
    """
    urls = [*urls, *(configured().notify.urls if is_scheduled else ())]
    if not urls:
        return [], []
    from tradepress.jobs.notify import open_services

    services, failures = open_services(urls)
    if failures and not is_scheduled:
        raise click.UsageError(failures[0])
    return services, failures


def tell_failures(failures: Sequence[str]) -> int:
    """Prints what failed, and returns the exit code."""
    for failure in failures:
        click.echo(storable(failure), err=True)
    return 1 if failures else 0


def print_diff(diff: QueryDiff) -> None:
    """Prints number and changes in one line, a line for each change, and the hash."""
    stories = counted(diff.after.stories, "story", "stories")
    if diff.before is None:
        click.echo(f"{diff.name}: {stories}; its first run, nothing to compare with")
    else:
        at = f"run {diff.before.number} ({diff.before.at[:16].replace('T', ' ')})"
        click.echo(f"{diff.name}: {stories}, {sums_of(diff.changes)} since {at}")
    print_some([storable(change_line(one)) for one in diff.changes], indent="  ")
    click.echo(f"sha256 {diff.after.sha256}")


def change_line(one: ResultChange) -> str:
    """Returns a change as ``new        2017-08-04  signet-14  Lantern mark refused``."""
    ref = one.ref if one.version is None else f"{one.ref}@{one.version}"
    line = f"{one.word:<9}  "
    if one.kind in ("added", "changed"):
        was = "" if one.former_version in (None, one.version) else f" (was @{one.former_version})"
        return f"{line}{one.published_day or 'undated':<10}  {ref}  {one.headline}{was}"
    headline = f" (“{one.headline}”)" if one.headline else ""
    told = f"into {one.into}" if one.into else str(one.reason)
    return f"{line}{one.ref}{headline}: {told}"


def run_fields(run: QueryRun) -> dict[str, Any]:
    """Returns a run for a program, without the lines."""
    return {
        "run": run.number,
        "at": run.at,
        "schema": run.schema,
        "stories": run.stories,
        "sha256": run.sha256,
    }


def printed_query(saved: SavedQuery) -> dict[str, Any]:
    """Returns a saved query, for a program."""
    runs = [run_fields(run) for run in saved.runs]
    return {"name": saved.name, "query": query_as_json(saved.query), "runs": runs}


def diff_fields(diff: QueryDiff) -> dict[str, Any]:
    """Returns what changed, for a program."""
    return {
        "name": diff.name,
        "query": query_as_json(diff.query),
        "before": None if diff.before is None else run_fields(diff.before),
        "after": run_fields(diff.after),
        "changes": [asdict(change) for change in diff.changes],
    }
