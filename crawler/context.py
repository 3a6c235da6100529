"""What the crawlers of one run share: its run in the archive, and who reads its pages."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

from archive.run import Run

if TYPE_CHECKING:
    from scrapy.crawler import Crawler


@dataclass(frozen=True, kw_only=True, slots=True)
class CrawlContext:
    """Attached to each crawler before it starts."""

    run: Run | None
    """None for one page without an archive."""


def attach(crawler: "Crawler", context: CrawlContext) -> None:
    crawler.tradepress = context  # type: ignore[attr-defined]


def context_of(crawler: "Crawler") -> CrawlContext:
    """What was attached; a crawler alone has no run."""
    return cast("CrawlContext", getattr(crawler, "tradepress", CrawlContext(run=None)))


def run_of(crawler: "Crawler") -> Run:
    """The run that this crawler takes part in."""
    run = context_of(crawler).run
    assert run is not None, "the ArchiveRun extension is not enabled"
    return run
