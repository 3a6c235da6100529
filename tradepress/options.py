"""Options that several commands share."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

archive_option = click.option(
    "--archive",
    type=click.Path(dir_okay=False, path_type=Path),
    default=Path("archive.db"),
    envvar="TRADEPRESS_ARCHIVE",
    show_default=True,
    show_envvar=True,
    metavar="FILE",
    help="The archive.",
)
contact_option = click.option(
    "--contact",
    envvar="TRADEPRESS_CONTACT",
    show_envvar=True,
    metavar="ADDRESS",
    help="Mail or web address of whoever runs this; sites see it in the user agent.",
)
json_option = click.option("--json", "as_json", is_flag=True, help="Print JSON for a program.")


def _day(_context: click.Context, _parameter: click.Parameter, value: str | None) -> str | None:
    if value is not None and not re.fullmatch(r"\d{4}(-\d\d(-\d\d)?)?", value):
        raise click.BadParameter(f"{value!r} is not a date; write 2017-08-04, 2017-08 or 2017.")
    return value


def date_option(name: str, words: str) -> Callable[[Any], Any]:
    """A ``--since``-like option: a day, month or year as ISO 8601 writes it."""
    return click.option(name, metavar="DATE", callback=_day, help=words)


def first_day(date: str | None) -> str | None:
    """The first day of a day, month or year."""
    return None if date is None else date + "-01" * (2 - date.count("-"))


def last_day(date: str | None) -> str | None:
    """The last day of a day, month or year (day 31 sorts after any other)."""
    return None if date is None else date + ("-12-31", "-31", "")[date.count("-")]
