"""Runs a crawl for the command line: it hears signals, logs, and shows how it goes on."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import click
from rich.console import Console
from scrapy.exceptions import UsageError
from scrapy.utils.log import configure_logging

RARE_COLLECTIONS = (10_000, 20, 50)
"""A crawl leaves hardly any garbage in cycles; looking for it as often as Python does by default
takes a twentieth of the main process's time."""


@contextmanager
def at_terminal(*, is_debugging: bool) -> Iterator[dict[str, Any]]:
    """Gives what a job that crawls is told here, beside all else.

    :raises click.UsageError: as things are set it can't be done
    """
    gc.set_threshold(*RARE_COLLECTIONS)
    logged = {"LOG_LEVEL": "DEBUG" if is_debugging else "CRITICAL"}
    configure_logging(logged)
    try:
        yield {"settings": logged, "hears_signals": True, "console": Console(stderr=True)}
    except UsageError as error:
        raise click.UsageError(str(error)) from error
