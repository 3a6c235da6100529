"""robots.txt by RFC 9309: obeyed, and where it can't be had the host is left alone."""

import asyncio
from typing import TYPE_CHECKING, Self
from urllib.parse import urlsplit

from scrapy.exceptions import IgnoreRequest
from scrapy.extensions.throttle import AutoThrottle
from scrapy.http import Request
from scrapy.http.request import NO_CALLBACK
from scrapy.robotstxt import ProtegoRobotParser

if TYPE_CHECKING:
    from scrapy.crawler import Crawler


LONGEST_CRAWL_DELAY = 60.0
"""Seconds; a longer one is for a person to decide about."""


class ForbiddenByRobots(IgnoreRequest):
    """robots.txt disallows this address."""


class RobotsUnavailable(IgnoreRequest):
    """robots.txt gave a server error, or no answer (then ``__cause__`` is why)."""


class RobotsMiddleware:
    """Asks each origin for its robots.txt once and lets through what that allows.

    Scrapy's own middleware allows everything when robots.txt can't be had. RFC 9309 says:
    server error or no answer, complete disallow (section 2.3.1.4); 4xx, no rules (2.3.1.3).
    """

    def __init__(self, crawler: "Crawler") -> None:
        self.crawler = crawler
        self.user_agent: str = crawler.settings["ROBOTSTXT_USER_AGENT"]
        self.answers: dict[str, asyncio.Future[ProtegoRobotParser | RobotsUnavailable]] = {}

    @classmethod
    def from_crawler(cls, crawler: "Crawler") -> Self:
        return cls(crawler)

    async def process_request(self, request: Request) -> None:
        if request.meta.get("is_robots_txt"):
            return
        parts = urlsplit(request.url)
        origin = f"{parts.scheme}://{parts.netloc}"
        if origin not in self.answers:
            self.answers[origin] = asyncio.ensure_future(self._fetch(origin))
        rules = await self.answers[origin]
        if isinstance(rules, RobotsUnavailable):
            raise rules
        if not rules.allowed(request.url, self.user_agent):
            raise ForbiddenByRobots(f"{origin}/robots.txt forbids {request.url}")

    async def _fetch(self, origin: str) -> ProtegoRobotParser | RobotsUnavailable:
        url = f"{origin}/robots.txt"
        request = Request(
            url,
            priority=1000,
            callback=NO_CALLBACK,
            meta={"is_robots_txt": True},
        )
        assert self.crawler.engine is not None
        try:
            response = await self.crawler.engine.download_async(request)
        # Whatever hinders the answer, from DNS to TLS to a bomb: no answer is no permission.
        except Exception as error:
            unavailable = RobotsUnavailable(f"{url} can't be had: {error}")
            unavailable.__cause__ = error
            return unavailable
        if response.status >= 500 or response.status == 429:
            return RobotsUnavailable(f"{url} answered {response.status}")
        body = response.body if response.status < 300 else b""
        rules = ProtegoRobotParser(body, self.crawler.spider)
        self._slow_down(rules.crawl_delay(self.user_agent), urlsplit(origin).hostname or "")
        return rules

    def _slow_down(self, seconds: float | None, host: str) -> None:
        """Crawl-delay, up to a minute: the pace of this host, and AutoThrottle's floor."""
        if not seconds:
            return
        assert self.crawler.engine is not None
        delay = min(float(seconds), LONGEST_CRAWL_DELAY)
        slot = self.crawler.engine.downloader.slots.get(host)
        if slot is not None:
            slot.delay = max(slot.delay, delay)
        throttle = self.crawler.get_extension(AutoThrottle)
        if throttle is not None:
            throttle.mindelay = max(throttle.mindelay, delay)
