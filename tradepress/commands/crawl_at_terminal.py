"""A crawl as the command line runs it: it hears signals, logs, and shows how it goes on."""

import gc
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import MappingProxyType
from typing import Any

import click
from rich.console import Console
from scrapy.exceptions import UsageError
from scrapy.utils.log import configure_logging

from crawler.configuration import Configuration
from crawler.source import Source
from tradepress.jobs.crawl import CrawlResult, run_crawl

RARE_COLLECTIONS = (10_000, 20, 50)
"""A crawl leaves hardly any garbage in cycles; looking for it as often as Python does by default
takes a twentieth of the main process's time."""


def crawl_at_terminal(
    sources: Sequence[Source],
    configuration: Configuration,
    *,
    archive: Path,
    command: str,
    is_debugging: bool,
    settings: Mapping[str, Any] = MappingProxyType({}),
    wait: float = 0.0,
    **arguments: Any,
) -> CrawlResult:
    """As :func:`tradepress.jobs.crawl.run_crawl`.

    :raises click.UsageError: as things are set it can't be
    """
    gc.set_threshold(*RARE_COLLECTIONS)
    level = "DEBUG" if is_debugging else "CRITICAL"
    configure_logging({"LOG_LEVEL": level})
    try:
        return run_crawl(
            sources,
            configuration,
            archive=archive,
            command=command,
            settings={**settings, "LOG_LEVEL": level},
            wait=wait,
            hears_signals=True,
            console=Console(stderr=True),
            **arguments,
        )
    except UsageError as error:
        raise click.UsageError(str(error)) from error
