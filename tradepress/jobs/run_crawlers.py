"""Runs crawlers side by side under one reactor, until all have ended or a stop was waited for."""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from scrapy.crawler import AsyncCrawlerRunner, Crawler

from tradepress.conduct.stop import LOOK_SECONDS, finish

STOP_SECONDS = 10.0
"""Is how long a stopped run waits for what is in hand."""


@dataclass(kw_only=True, slots=True)
class RunningCrawlers:
    """Holds crawlers that run, and how they are stopped."""

    runner: AsyncCrawlerRunner
    crawlers: Sequence[Crawler]
    is_told: bool = False
    """Do their spiders end by themselves once they are told to stop? Scrapy's own stop would not
    wait for what they have in hand."""
    on_tick: Callable[[], None] = lambda: None
    """Is called each second."""
    on_end: Callable[[Crawler, object], None] = lambda crawler, task: None
    """Is called as a crawl ends."""
    tasks: dict[Crawler, "asyncio.Task[None]"] = field(default_factory=dict)
    stopping: list["asyncio.Task[None]"] = field(default_factory=list)
    stopped_by: str | None = None
    is_given_up: asyncio.Event = field(default_factory=asyncio.Event)

    async def run(self, **arguments: Any) -> None:
        """Runs all of them to their end.

        :param arguments: for the spiders
        """
        for crawler in self.crawlers:
            self.tasks[crawler] = self.runner.crawl(crawler, **arguments)
            self.tasks[crawler].add_done_callback(partial(self.on_end, crawler))
        tasks = self.tasks.values()
        given_up = asyncio.ensure_future(self.is_given_up.wait())
        while (left := {one for one in tasks if not one.done()}) and not given_up.done():
            await asyncio.wait([*left, given_up], timeout=1, return_when=asyncio.FIRST_COMPLETED)
            self.on_tick()
        given_up.cancel()
        for task in tasks:
            if task.done() and not task.cancelled():
                task.result()  # raises what kept a crawler from starting

    def stop(self, reason: str) -> None:
        """Finishes what is in hand and ends.

        :param reason: who says so, for example ``SIGTERM``
        """
        self.stopped_by = reason
        self.stopping = [asyncio.ensure_future(self._stop(*one)) for one in self.tasks.items()]
        asyncio.get_running_loop().call_later(STOP_SECONDS, self.is_given_up.set)

    async def _stop(self, crawler: Crawler, task: "asyncio.Task[None]") -> None:
        """Stops one crawler; Scrapy can't stop what is just coming up, and would let it go to its
        end."""
        while not task.done():
            if crawler.engine is not None and crawler.engine.running:
                closing = asyncio.wait([task]) if self.is_told else crawler.stop_async()
                return await finish(closing, crawler)
            await asyncio.sleep(LOOK_SECONDS)
