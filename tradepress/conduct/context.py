"""Holds what the crawlers of one run share, attached to each of them before it starts."""

import asyncio
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, cast

from tradepress.archive.run import Run
from tradepress.conduct.capacity import Capacity
from tradepress.conduct.site_pace import Pace

if TYPE_CHECKING:
    from scrapy.core.engine import ExecutionEngine
    from scrapy.crawler import Crawler


@dataclass(kw_only=True, slots=True)
class CrawlContext:
    """Holds what a crawler works with, beside Scrapy's settings."""

    run: Run | None = None
    """Is None for one page without an archive; ``scrapy crawl`` opens one of its own."""
    pace: Pace = field(default_factory=Pace)
    """Is shared by all crawls of a process that may ask the same sites."""
    capacity: Capacity = field(default_factory=Capacity)
    browser: asyncio.Lock = field(default_factory=asyncio.Lock)
    """Is held while a page is rendered: one browser at a time in a run."""
    is_stopping: bool = False
    """Is the crawl ending? Then requests that still wait for their turn are put off."""


def attach(crawler: "Crawler", context: CrawlContext) -> None:
    crawler.tradepress = context  # type: ignore[attr-defined]


def context_of(crawler: "Crawler") -> CrawlContext:
    """Returns the context that was attached to a crawler, or else attaches one of its own."""
    return cast("CrawlContext", vars(crawler).setdefault("tradepress", CrawlContext()))


def run_of(crawler: "Crawler") -> Run:
    """Returns the run that this crawler takes part in."""
    run = context_of(crawler).run
    assert run is not None, "the ArchiveRun extension is not enabled"
    return run


def engine_of(crawler: "Crawler") -> "ExecutionEngine":
    """Returns the engine of a crawler that has started."""
    assert crawler.engine is not None
    return crawler.engine
