"""Runs the command line: one group, one line for every error, an exit code that means something."""

import errno
import io
import logging
import os
import sqlite3
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from importlib import import_module
from pathlib import Path
from typing import Any

import click
from click.shell_completion import CompletionItem

from tradepress.archive.errors import (
    ArchiveError,
    NoSuchArticle,
    QueryError,
    archive_error,
    words_of,
)
from tradepress.archive.text_forms import storable
from tradepress.cluster.dask_cluster import NoCluster, UnusableCluster
from tradepress.commands.options import is_text, warn_of_configuration
from tradepress.configuration import Configuration, ConfigurationError, load_configuration
from tradepress.declared_sources import NoSuchSource, look_in
from tradepress.interrupt import EXIT_INTERRUPTED, INTERRUPTED, held

EXIT_FAILURES, EXIT_USAGE, EXIT_NOT_NOW = 1, 2, 3
JUDGE_THE_CONFIGURATION = ("crawl", "backfill", "schedule", "health", "sources", "doctor")
"""Names commands that refuse or report what no crawl could run with, or warn of it themselves; all
others only warn."""


PURPOSES: dict[str, dict[str, str]] = {
    "Get stories": {
        "init": "Set this folder up: six questions, and a tradepress.toml.",
        "demo": "Crawl the bundled sample papers into the archive.",
        "crawl": "Crawl the named SOURCEs, or those of the configuration.",
        "backfill": "Fetch the past of a SOURCE from a web archive.",
        "fetch": "Ask for single pages, and keep their stories.",
        "ingest": "Store the stories of files: HTML, text captures, WARC.",
        "ingest-shard": "Read files into shards, by any scheduler, for `merge --shards`.",
        "merge": "Merge OTHER archives, or shards, into this one.",
        "inspect": "Look a file of somebody else's over before it is trusted.",
        "extract": "Show what would be taken from one page, and why.",
        "sources": "List, show, check and declare sources.",
    },
    "Read and search": {
        "search": 'Find stories: words, "a phrase", OR, -not, headline:, filters.',
        "show": "Show a story or one of its versions, and what links to it.",
        "explain": "Say why a story has this headline, date, body: what was read, and where.",
        "trace": "Find where a sentence stands, who had it first, and until when.",
        "resolve": "Find the story of a dead, old or archived address.",
        "open": "Open a story, or its captured page, in the browser.",
        "browse": "Serve the archive at http://127.0.0.1:PORT/ until Ctrl-C.",
    },
    "Cite and share": {
        "cite": "Cite stories: as text, RIS, BibTeX or CSL-JSON.",
        "dossier": "Make a dossier of stories: one HTML or Word file to be read and printed.",
        "check": "Check the citations and quotations of a manuscript.",
        "count": "Count stories by month, source, author, court, …; draw the counts.",
        "coverage": "Hold the known stories of a source against those held.",
        "query": "Save a query; later say what is new, changed, withdrawn in it.",
        "export": "Write stories into files: CSV, Parquet, JSON Lines, texts, TEI.",
        "release": "Make a frozen data package of stories, to be shared and cited.",
        "verify-release": "Check that a release is as it was made, and who signed it.",
    },
    "Keep them": {
        "backup": "Copy the archive and its captured pages, and check the copy.",
        "verify": "Look the whole archive over; a line for each fault.",
        "prove": "Prove to others what stood in a story, and since when.",
        "verify-proof": "Check such a proof, without the archive.",
        "captures": "Give captured pages on as a WACZ, or free the disk of some.",
        "reextract": "Re-extract the captured pages by today's rules.",
        "withdraw": "Erase stories for good, and keep them out from now on.",
    },
    "Run unattended": {
        "schedule": "Crawl by the clock, by systemd or cron.",
        "health": "Tell what is wrong with sources, runs, backups and disk.",
        "runs": "List the runs with their outcomes and reasons.",
        "doctor": "Look the machine over, and say what to mend.",
        "completion": "Print the script by which a shell completes names.",
    },
    "Learn": {
        "docs": "Show the documentation, or the pages that tell of some words.",
    },
}
"""Lists every command, under the heading and with the words that --help gives it.

Command ``x`` is the ``x`` of ``tradepress.commands.x_command``.
"""
SHORT_HELPS = {name: words for commands in PURPOSES.values() for name, words in commands.items()}


class PipeClosed(Exception):
    """Raised where whoever was to read what is printed has gone, as `head` does."""


@contextmanager
def telling_of_pipes() -> Iterator[None]:
    """Raises PipeClosed in place of a BrokenPipeError, which click would make exit code 1."""
    try:
        yield
    except BrokenPipeError as error:
        raise PipeClosed from error


class Commands(click.Group):
    """Shows commands by purpose, and imports the one alone that is asked for."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return [*SHORT_HELPS]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in SHORT_HELPS:
            return None
        with held():
            name = cmd_name.replace("-", "_")
            module = import_module(f"tradepress.commands.{name}_command")
        command: click.Command = getattr(module, name)
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        try:
            name, command, words = super().resolve_command(ctx, args)
        except click.NoSuchCommand:
            raise click.NoSuchCommand(args[0], possibilities=SHORT_HELPS, ctx=ctx) from None
        if name != "search":  # it says itself what it makes of any words
            require_arguments(words)
        return name, command, words

    def shell_complete(self, ctx: click.Context, incomplete: str) -> list[CompletionItem]:
        names = [name for name in SHORT_HELPS if name.startswith(incomplete)]
        options = click.Command.shell_complete(self, ctx, incomplete)
        return [*(CompletionItem(name, help=SHORT_HELPS[name]) for name in names), *options]

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        with suppress(ConfigurationError, OSError):
            is_bare = not args and not ctx.resilient_parsing  # as completion has it
            if is_bare and not ((here := load_configuration()).file or here.archive.exists()):
                words = "`tradepress init` does it, `tradepress demo` tries it out."
                click.echo(f"Nothing is set up in this folder: {words}\n", err=True)
        return super().parse_args(ctx, args)

    def make_context(self, *args: Any, **kwargs: Any) -> click.Context:
        with telling_of_pipes():
            context = super().make_context(*args, **kwargs)
        if context.resilient_parsing:  # a shell asks how to go on, and runs no command
            with suppress(ConfigurationError):
                context.obj = load_configuration(context.params["config"])
        return context

    def invoke(self, ctx: click.Context) -> Any:
        with telling_of_pipes():
            return super().invoke(ctx)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        width = max(map(len, SHORT_HELPS))
        for purpose, commands in PURPOSES.items():
            with formatter.section(purpose):
                formatter.write_dl(
                    [(f"{name:<{width}}", words) for name, words in commands.items()]
                )


@click.group(
    cls=Commands,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)
@click.version_option(package_name="tradepress", prog_name="tradepress")
@click.option("--debug", is_flag=True, help="Show tracebacks and Scrapy's log.")
@click.option(
    "--config",
    type=click.Path(dir_okay=False, path_type=Path),
    envvar="TRADEPRESS_CONFIG",
    show_envvar=True,
    metavar="FILE",
    help="The configuration.  [default: tradepress.toml, if it is there]",
)
@click.pass_context
def cli(context: click.Context, debug: bool, config: Path | None) -> None:
    """Crawl, keep, search and cite the news of the trademark trade press.

    \b
    Exit codes: 0 done, 1 done with failures (named) or stopped early,
    2 usage or configuration,
    3 the archive is missing, busy, damaged or newer, the disk is full, or no cluster answers,
    4 no named source could be crawled.
    """
    try:
        context.obj = load_configuration(config)
    except ConfigurationError:
        if context.invoked_subcommand not in ("completion", "doctor"):
            raise
        context.obj = Configuration(file=config)
    look_in(context.obj.sources.folder)
    if context.invoked_subcommand not in JUDGE_THE_CONFIGURATION:
        warn_of_configuration()


def require_arguments(words: list[str]) -> None:
    """Raises click.UsageError where one is empty (a variable that is not set), or no text."""
    for word in words:
        if not word or (word.startswith("--") and word.endswith("=")):
            raise click.UsageError(f"An argument is empty: {word!r}.")
        if not is_text(word) and not os.path.lexists(word):  # files may be called anything
            raise click.UsageError(f"The argument {word!a} is not UTF-8.")


if logging.lastResort is not None:  # what the archive has to tell goes to stderr as it stands
    logging.getLogger("archive").addHandler(logging.lastResort)


def run_and_flush(arguments: list[str]) -> int:
    """Runs one command with the process's own streams; returns its exit code."""
    # What it starts in turn would else take any re.py of the current folder for Python's own.
    os.environ.setdefault("PYTHONSAFEPATH", "1")
    code = run(arguments)
    try:
        if sys.stdout is not None:  # as it is where whoever started us has closed it
            sys.stdout.flush()
    except BrokenPipeError:
        close_stdout()
    return code


def close_stdout() -> None:
    """Lets nothing more be written, nor be tried at the exit."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def run(arguments: list[str]) -> int:
    """Runs one command; returns its exit code. Errors become one line unless --debug is given."""
    end = arguments.index("--") if "--" in arguments else len(arguments)
    debug = "--debug" in arguments[:end]
    if debug:  # wherever it stands
        others = [word for word in arguments[:end] if word != "--debug"]
        arguments = ["--debug", *others, *arguments[end:]]
    try:
        Path.cwd()
    except FileNotFoundError:
        tell("the current folder was deleted: change to another one and run the command again")
        return EXIT_USAGE
    try:
        result = cli.main(arguments, prog_name="tradepress", standalone_mode=False)
        return result if isinstance(result, int) else 0
    except click.exceptions.Exit as error:
        return error.exit_code
    except click.ClickException as error:
        with io.StringIO() as words:
            error.show(words)
            click.echo(storable(words.getvalue()), err=True, nl=False)
        return error.exit_code
    except (ConfigurationError, NoSuchArticle, NoSuchSource, QueryError, UnusableCluster) as error:
        tell(error)
        return EXIT_USAGE
    except (click.Abort, KeyboardInterrupt):
        click.echo(INTERRUPTED, err=True)
        return EXIT_INTERRUPTED
    except PipeClosed:
        close_stdout()
        return 0
    except Exception as error:
        if debug:
            raise
        code, told = failure(error)
        tell(told)
        return code


def failure(error: Exception) -> tuple[int, Exception | str]:
    """Returns exit code and words for what no command has foreseen."""
    if isinstance(error, (ArchiveError, NoCluster)):
        return EXIT_NOT_NOW, error
    if isinstance(error, sqlite3.DatabaseError):
        words = f"the archive can't be read ({words_of(error)}); put a backup in its place"
        return EXIT_NOT_NOW, words
    if isinstance(error, OSError):
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            return EXIT_NOT_NOW, archive_error(error, Path(error.filename or "the output"))
        return EXIT_FAILURES, error
    words = f"{type(error).__name__}: {error} (a defect; run with --debug for the details)"
    return EXIT_FAILURES, words


def tell(error: Exception | str) -> None:
    """Prints one line for a person, inert in a terminal."""
    click.echo(f"Error: {one_line(str(error))}", err=True)


def one_line(words: str) -> str:
    """Returns words without line ends and control characters, which a quoted argument may bring."""
    return " ".join(storable(words).splitlines())
