"""Declares options that several commands share."""

import re
import stat
from collections.abc import Callable
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any, TextIO

import click

from tradepress.archive.archived_address import unwrap
from tradepress.archive.disk import is_database
from tradepress.archive.errors import QueryError
from tradepress.archive.leaf_log.root import Root
from tradepress.archive.search.asked_days import read_day, read_time
from tradepress.archive.text_forms import one_line
from tradepress.archive.web_address import web_address
from tradepress.commands import completing
from tradepress.configuration import (
    LONGEST_SHOWN,
    Configuration,
    ConfigurationError,
    read_duration,
)
from tradepress.declared_sources import require_crawlable


def configured() -> Configuration:
    """Returns what the operator has set, for the command that runs."""
    return click.get_current_context().ensure_object(Configuration)


def warn_of_configuration() -> None:
    """Warns of what no crawl could run with."""
    try:
        require_crawlable(configured())
    except ConfigurationError as error:
        click.echo(f"Warning: {one_line(str(error))}", err=True)


def is_debugging() -> bool:
    """Was --debug given? Not where no command runs, as in a bench."""
    context = click.get_current_context(silent=True)
    return context is not None and bool(context.find_root().params["debug"])


def whole_number(least: int = 1, most: int = 10**9) -> Callable[[Any], int]:
    """Makes a type for options; click words its own range in signs (``1<=x<=1000000000``)."""

    def number(value: Any) -> int:
        words = str(value)
        if not re.fullmatch(r"[+-]?[0-9]+", words):
            raise click.BadParameter(f"{shortened(words)} is not a whole number.")
        if len(words) > 19 or not least <= int(words) <= most:
            words = f"{shortened(words)} is not in the range {least} to {most}."
            raise click.BadParameter(words)
        return int(words)

    return number


def seconds(value: Any) -> float:
    """Reads a time that can be waited, as a type for options."""
    if not re.fullmatch(r"[0-9]{1,9}(\.[0-9]+)?", str(value)):
        raise click.BadParameter(f"{shortened(str(value))} is not a number of seconds.")
    return float(value)


def duration(value: str) -> timedelta:
    """Reads a time such as 90m, as a type for options."""
    try:
        return read_duration(value)
    except ValueError as error:
        raise click.BadParameter(f"{shortened(value)} {error}") from error


def that_is_read(read: Callable[[str], str]) -> Callable[[str], str]:
    """Makes a type for options: text that ``read`` can read, left in its own words."""

    def text(value: str) -> str:
        try:
            read(value)
        except QueryError as error:
            raise click.BadParameter(f"{error}.") from error
        return value

    return text


def page_address(value: str) -> str:
    """Reads where a page stands, on the web or at a web archive, as a type for options."""
    try:
        return value if unwrap(value) else web_address(value)
    except ValueError:
        words = f"{shortened(value)} is not a web address; write https://paper.example/."
        raise click.BadParameter(words) from None


def shortened(value: str) -> str:
    """Returns what was given, in quotes, for an error."""
    return repr(value if len(value) <= LONGEST_SHOWN else f"{value[:LONGEST_SHOWN]}…")


def only_one(
    _context: click.Context, _parameter: click.Parameter, values: tuple[str, ...]
) -> str | None:
    """Refuses a second value: click would silently take the last one."""
    if len(values) > 1:
        raise click.BadParameter(f"give one, not {len(values)}.")
    return values[0] if values else None


def source_option(words: str) -> Callable[[Any], Any]:
    """Makes a ``--source`` that takes one name."""
    names = partial(click.option, metavar="NAME", shell_complete=completing.sources)
    return names("--source", "source_name", multiple=True, callback=only_one, help=words)


def date_option(name: str, words: str) -> Callable[[Any], Any]:
    """Makes a ``--since``-like option: a day, month or year."""
    return click.option(name, type=that_is_read(read_time), metavar="DATE", help=words)


def day_option(name: str, words: str) -> Callable[[Any], Any]:
    """Makes an ``--as-of``-like option: one day."""
    return click.option(name, type=that_is_read(read_day), metavar="DAY", help=words)


def is_terminal(stream: TextIO | None) -> bool:
    """Is somebody there? A supervisor may have closed the stream; Python has None for it then."""
    return stream is not None and stream.isatty()


def is_text(words: str) -> bool:
    """Is it UTF-8? Of an argument that isn't, Python keeps the odd bytes as surrogates."""
    try:
        words.encode()
    except UnicodeEncodeError:
        return False
    return True


def _file(_context: click.Context, _parameter: click.Parameter, path: Path) -> Path:
    """Reads a path; raises click.BadParameter: it is there and no file, or its name is no text."""
    mend = "name a file, or one that is to be made"
    if not is_text(path.name):  # its folder may be called anything
        raise click.BadParameter(f"{str(path)!a} is not UTF-8: {mend}.")
    try:
        kind = path.stat().st_mode
    except (FileNotFoundError, PermissionError):
        return path  # whoever opens it knows more
    except OSError as error:
        raise click.BadParameter(f"{path}: {error.strerror}: {mend}.") from error
    except ValueError as error:
        raise click.BadParameter(f"{str(path)!r} is no path ({error}): {mend}.") from error
    if not stat.S_ISREG(kind):
        if (inner := path / "archive.db").is_file():
            mend = f"name the archive in it, {inner}"
        what = "a folder" if stat.S_ISDIR(kind) else "no file but a pipe, a device or the like"
        raise click.BadParameter(f"{path} is {what}: {mend}.")
    return path


archive_option = click.option(
    "--archive",
    type=click.Path(path_type=Path),
    callback=_file,
    default=lambda: configured().archive,
    envvar="TRADEPRESS_ARCHIVE",
    show_default="archive.db",
    show_envvar=True,
    metavar="FILE",
    help="The archive.",
)


def root_option(name: str, words: str) -> Callable[[Any], Any]:
    """Makes an option that takes a root of the log."""
    return click.option(name, type=_root, metavar="SIZE:HEX", help=words)


def _root(value: str) -> Root:
    try:
        return Root.read(value)
    except ValueError as error:
        raise click.BadParameter(f"{error}.") from error


wait_option = click.option(
    "--wait",
    type=seconds,
    default=0.0,
    metavar="SECONDS",
    help="Wait so long for another run to end.  [default: 0]",
)
contact_option = click.option(
    "--contact",
    default=lambda: configured().contact,
    envvar="TRADEPRESS_CONTACT",
    show_envvar=True,
    metavar="ADDRESS",
    help="Mail or web address of whoever runs this; sites see it in the user agent.",
)
no_captures_option = click.option(
    "--no-captures",
    is_flag=True,
    help="Keep no captured pages; then better rules can't read these stories again.",
)
json_option = click.option("--json", "as_json", is_flag=True, help="Print JSON for a program.")


PIPE = Path("-")
"""Is what ``-o -`` gives: standard output."""


def new_file(path: Path, *, force: bool) -> Path:
    """Requires that a file can be made there, and returns its path.

    :param force: a file of that name may be there, and is replaced
    :raises click.UsageError: there is one, or no file can be made there; or it is a database, which
        nothing replaces
    """
    if path.is_dir():
        raise click.UsageError(f"{path} is a folder: name a file in it.")
    if not path.parent.is_dir():
        raise click.UsageError(f"{path} can't be made: there is no folder {path.parent}.")
    if path.exists() and not force:
        raise click.UsageError(f"{path} is there already: name another file, or give --force.")
    if path.is_file() and is_database(path):  # a pipe would wait for a writer
        raise click.UsageError(f"{path} is a database, perhaps an archive: name another file.")
    return path


def new_folder(path: Path, *, force: bool) -> None:
    """Requires that a folder can be made there.

    :param force: a folder of that name may be there, and is replaced
    :raises click.UsageError: there is something, or no folder can be made there
    """
    if not path.parent.is_dir():
        raise click.UsageError(f"{path} can't be made: there is no folder {path.parent}.")
    if path.exists() and not path.is_dir():
        raise click.UsageError(f"{path} is a file: name a folder that is to be made.")
    if path.exists() and any(path.iterdir()) and not force:
        raise click.UsageError(f"{path} is there already: name another folder, or give --force.")


def output_option(words: str, *, required: bool) -> Callable[[Any], Any]:
    """Makes a ``-o`` that names a file to be made; see :func:`new_file`."""
    return click.option(
        "-o",
        "--output",
        type=click.Path(path_type=Path),
        required=required,
        metavar="FILE",
        help=words,
    )


force_option = click.option("--force", is_flag=True, help="Replace FILE if it is there.")
