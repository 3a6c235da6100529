"""Runs `demo` with one page after the other, so that rows have the same numbers each time."""

from collections.abc import Callable
from typing import Any

from tradepress.__main__ import main
from tradepress.crawling.page_workers import PageWorkers
from tradepress.jobs import crawl
from tradepress.jobs.run_crawlers import RunningCrawlers
from tradepress.sample import proxy

IN_TURN = {"CONCURRENT_REQUESTS": 1, "CONCURRENT_ITEMS": 1}


class CrawlersInTurn(RunningCrawlers):
    """Starts each crawler when the one before it has ended."""

    async def run(self, **arguments: Any) -> None:
        for crawler in self.crawlers:
            self.tasks[crawler] = self.runner.crawl(crawler, **arguments)
            await self.tasks[crawler]
            self.on_end(crawler, self.tasks[crawler])


def settings_in_turn(proxy_url: str) -> dict[str, Any]:
    """Returns settings of Scrapy under which one page comes after another."""
    return {**SAMPLE_SETTINGS(proxy_url), **IN_TURN}


async def work_here(_: PageWorkers, work: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
    """Reads a page in this process: its answer is there before another can come."""
    return work(*args, **kwargs)


if __name__ == "__main__":
    SAMPLE_SETTINGS, proxy.sample_settings = proxy.sample_settings, settings_in_turn
    crawl.RunningCrawlers = CrawlersInTurn  # type: ignore[attr-defined]
    PageWorkers.run = work_here  # type: ignore[assignment]
    main()
