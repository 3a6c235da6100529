"""robots.txt by RFC 9309: obeyed, and where it can't be had the host is left alone."""

from typing import TYPE_CHECKING, Self

from scrapy.exceptions import IgnoreRequest
from scrapy.http import Request, Response
from scrapy.http.request import NO_CALLBACK

from crawler.conduct.crawl_delay import capped
from crawler.conduct.host_pause import HostPaused
from crawler.conduct.request_budget import BudgetSpent
from crawler.conduct.robots_rules import RobotsRules, decode_robots, is_html
from crawler.conduct.site_file import (
    FRESH,
    UNAVAILABLE,
    SiteFile,
    note_answer,
    origin_of,
    why_unavailable,
)
from crawler.conduct.stop import Stopped, require_going
from crawler.context import context_of

if TYPE_CHECKING:
    from scrapy.crawler import Crawler

PATH = "/robots.txt"
MOST_REDIRECTS = 5
"""RFC 9309, 2.3.1.2; they may lead to other hosts."""


class ForbiddenByRobots(IgnoreRequest):
    """robots.txt disallows this address."""


class RobotsUnavailable(IgnoreRequest):
    """robots.txt gave a server error, or no answer (then ``__cause__`` is why)."""

    def __init__(self, url: str, words: str) -> None:
        super().__init__(f"{url} {words}")
        self.url = url


class RobotsMiddleware:
    """Asks each origin for its robots.txt and lets through what that allows.

    Scrapy's own middleware allows everything when robots.txt can't be had. RFC 9309 says:
    server error or no answer, complete disallow (section 2.3.1.4); 4xx, no rules (2.3.1.3).

    A request that was let through carries the rules as ``meta["robots"]``.
    """

    def __init__(self, crawler: "Crawler") -> None:
        self.crawler = crawler
        self.user_agent: str = crawler.settings["ROBOTSTXT_USER_AGENT"]
        self.files = SiteFile(self._ask)

    @classmethod
    def from_crawler(cls, crawler: "Crawler") -> Self:
        return cls(crawler)

    async def process_request(self, request: Request) -> None:
        if request.meta.get("is_robots_txt"):
            return
        origin = origin_of(request.url)
        rules = await self.files.at(request.url)
        if isinstance(rules, RobotsUnavailable):
            raise rules
        if not rules.allows(request.url):
            raise ForbiddenByRobots(f"{origin}{PATH} forbids {request.url}")
        request.meta["robots"] = rules
        request.meta["crawl_delay"], _ = capped(rules.crawl_delay, origin)

    async def _ask(self, origin: str) -> tuple[RobotsRules | RobotsUnavailable, float]:
        answer = await self._fetch(origin)
        return answer, FRESH if isinstance(answer, RobotsRules) else UNAVAILABLE

    async def _fetch(self, origin: str) -> RobotsRules | RobotsUnavailable:
        url = origin + PATH
        request = Request(
            url,
            priority=1000,
            callback=NO_CALLBACK,
            meta={"is_robots_txt": True, "redirect_ttl": MOST_REDIRECTS},
        )
        assert self.crawler.engine is not None
        try:
            response = await self.crawler.engine.download_async(request)
        except (HostPaused, BudgetSpent, Stopped):
            raise  # it was not asked
        # Whatever hinders the answer, from DNS to TLS to a bomb: no answer is no permission.
        except Exception as error:
            require_going(self.crawler, url)
            unavailable = RobotsUnavailable(url, f"can't be had: {error}")
            unavailable.__cause__ = error
            self._note(url, outcome="deferred", reason="no_answer")
            return unavailable
        is_cut = "partial" in response.flags and not response.body.endswith(b"\n")
        if reason := why_unavailable(response, is_cut=is_cut):
            self._note(url, response, outcome="deferred", reason=reason)
            words = "broke off" if reason == "data_loss" else f"answered {response.status}"
            return RobotsUnavailable(url, words)
        return self._read(origin, response)

    def _read(self, origin: str, response: Response) -> RobotsRules:
        text = decode_robots(response.body) if response.status < 300 else ""
        is_page = is_html(text)
        self._note(origin + PATH, response, outcome="read", reason="html" if is_page else None)
        if is_page:
            text = ""
        rules = RobotsRules(text, self.user_agent)
        self._tell(capped(rules.crawl_delay, origin)[1])
        run = context_of(self.crawler).run
        if run is not None and (
            since := run.site_files.save(origin, PATH, status=response.status, body=text)
        ):
            self._tell(
                f"{origin}{PATH} has changed. The text before it was there from {since[:10]} on; "
                "compare the two in table site_files."
            )
        return rules

    def _note(
        self, url: str, response: Response | None = None, *, outcome: str, reason: str | None
    ) -> None:
        note_answer(self.crawler, "robots", url, response, outcome=outcome, reason=reason)

    def _tell(self, words: str | None) -> None:
        """Into the run's report."""
        report = getattr(self.crawler.spider, "report", None)
        if words and report is not None and words not in report.notes:
            report.notes.append(words)
