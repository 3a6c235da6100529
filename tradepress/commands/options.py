"""Options that several commands share."""

import re
import stat
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from typing import Any, TextIO

import click

from crawler.configuration import LONGEST_SHOWN, Configuration, read_duration


def configured() -> Configuration:
    """What the operator has set, for the command that runs."""
    return click.get_current_context().ensure_object(Configuration)


def whole_number(least: int = 1, most: int = 10**9) -> Callable[[Any], int]:
    """A type for options; click's own range is told in signs, to nineteen digits."""

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
    """A type for options: a time that can be waited."""
    if not re.fullmatch(r"[0-9]{1,9}(\.[0-9]+)?", str(value)):
        raise click.BadParameter(f"{shortened(str(value))} is not a number of seconds.")
    return float(value)


def shortened(value: str) -> str:
    """What was given, in quotes, for an error."""
    return repr(value if len(value) <= LONGEST_SHOWN else f"{value[:LONGEST_SHOWN]}…")


def only_one(
    _context: click.Context, _parameter: click.Parameter, values: tuple[str, ...]
) -> str | None:
    """Of two the last would be taken, in silence."""
    if len(values) > 1:
        raise click.BadParameter(f"give one, not {len(values)}.")
    return values[0] if values else None


def source_option(words: str) -> Callable[[Any], Any]:
    """A ``--source`` that only one can be given for."""
    return click.option(
        "--source", "source_name", metavar="NAME", multiple=True, callback=only_one, help=words
    )


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
    """
    :raises click.BadParameter: it is there and no file, or its own name is no text
    """
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
    help="Keep no raw pages; then better rules can't read these stories again.",
)
json_option = click.option("--json", "as_json", is_flag=True, help="Print JSON for a program.")


def _day(_context: click.Context, _parameter: click.Parameter, value: str | None) -> str | None:
    if value is None:
        return None
    try:
        if not re.fullmatch(r"[0-9]{4}(-[0-9]{2}(-[0-9]{2})?)?", value):
            raise ValueError
        date.fromisoformat(first_day(value) or "")
    except ValueError as error:
        words = f"{shortened(value)} is not a date; write 2017-08-04, 2017-08 or 2017."
        raise click.BadParameter(words) from error
    return value


def date_option(name: str, words: str) -> Callable[[Any], Any]:
    """A ``--since``-like option: a day, month or year as ISO 8601 writes it."""
    return click.option(name, metavar="DATE", callback=_day, help=words)


def _duration(
    _context: click.Context, _parameter: click.Parameter, value: str | None
) -> timedelta | None:
    try:
        return None if value is None else read_duration(value)
    except ValueError as error:
        raise click.BadParameter(f"{shortened(value or '')} {error}") from error


deadline_option = click.option(
    "--deadline",
    metavar="TIME",
    callback=_duration,
    help="End after 90m, 2h or so; what was not come to stays due.  [default: 3h]",
)


def _one_day(_context: click.Context, _parameter: click.Parameter, value: str | None) -> str | None:
    try:
        if value is not None and date.fromisoformat(value).isoformat() != value:
            raise ValueError
    except ValueError as error:
        raise click.BadParameter(
            f"{shortened(value or '')} is not a day; write 2017-08-04."
        ) from error
    return value


def day_option(name: str, words: str) -> Callable[[Any], Any]:
    """An ``--as-of``-like option: one day as ISO 8601 writes it."""
    return click.option(name, metavar="DAY", callback=_one_day, help=words)


def first_day(value: str | None) -> str | None:
    """The first day of a day, month or year."""
    return None if value is None else value + "-01" * (2 - value.count("-"))


def last_day(value: str | None) -> str | None:
    """The last day of a day, month or year (day 31 sorts after any other)."""
    return None if value is None else value + ("-12-31", "-31", "")[value.count("-")]
