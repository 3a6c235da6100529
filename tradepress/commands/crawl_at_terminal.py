"""Runs a crawl for the command line: it hears signals, logs, and shows how it goes on."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TypedDict

import click
from rich.console import Console
from scrapy.exceptions import UsageError
from scrapy.utils.log import configure_logging

from tradepress.commands.options import is_debugging

RARE_COLLECTIONS = (10_000, 20, 50)
"""A crawl leaves hardly any garbage in cycles; looking for it as often as Python does by default
takes a twentieth of the main process's time."""


class AtTerminal(TypedDict):
    """Holds arguments of a job that crawls."""

    archive: Path
    wait: float
    settings: dict[str, object]
    hears_signals: bool
    console: Console


@contextmanager
def at_terminal(archive: Path, wait: float) -> Iterator[AtTerminal]:
    """Gives what a job that crawls is told here, beside all else.

    :raises click.UsageError: as things are set it can't be done
    """
    gc.set_threshold(*RARE_COLLECTIONS)
    logged: dict[str, object] = {"LOG_LEVEL": "DEBUG" if is_debugging() else "CRITICAL"}
    configure_logging(logged)
    console = Console(stderr=True)
    try:
        yield AtTerminal(
            archive=archive, wait=wait, settings=logged, hears_signals=True, console=console
        )
    except UsageError as error:
        raise click.UsageError(str(error)) from error
