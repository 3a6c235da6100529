"""Obeys robots.txt by RFC 9309; where it can't be had, the host is left alone."""

from scrapy.exceptions import IgnoreRequest
from scrapy.http import Request, Response

from tradepress.archive.border import border
from tradepress.conduct.crawl_delay import capped
from tradepress.conduct.robots_rules import RobotsRules, decode_robots, is_html
from tradepress.conduct.site_file import (
    FRESH,
    UNAVAILABLE,
    SiteFileMiddleware,
    is_whole_page,
    origin_of,
    why_unavailable,
)

PATH = "/robots.txt"
MOST_REDIRECTS = 5
"""Is the number of RFC 9309, 2.3.1.2; redirects may lead to other hosts."""


class ForbiddenByRobots(IgnoreRequest):
    """Raised where robots.txt disallows this address."""


class NotRobots(ValueError):
    """Raised where what was sent can't be read as a robots.txt."""


class RobotsUnavailable(IgnoreRequest):
    """robots.txt gave a server error, or no answer (then ``__cause__`` is why)."""

    def __init__(self, url: str, words: str) -> None:
        super().__init__(f"{url} {words}")
        self.url = url


class RobotsMiddleware(SiteFileMiddleware[RobotsRules | RobotsUnavailable]):
    """Asks each origin for its robots.txt and lets through what that allows.

    Scrapy's own middleware allows everything when robots.txt can't be had. RFC 9309 says:
    server error or no answer, complete disallow (section 2.3.1.4); 4xx, no rules (2.3.1.3).

    A request that was let through carries the rules as ``meta["robots"]``.
    """

    kind = "robots"

    async def process_request(self, request: Request) -> None:
        if request.meta.get("kind") == self.kind:
            return
        origin = origin_of(request.url)
        rules = await self.said_at(origin)
        if isinstance(rules, RobotsUnavailable):
            raise rules
        if not rules.allows(request.url):
            raise ForbiddenByRobots(f"{origin}{PATH} forbids {request.url}")
        request.meta["robots"] = rules
        request.meta["crawl_delay"], _ = capped(rules.crawl_delay, origin)

    async def ask(self, origin: str) -> tuple[RobotsRules | RobotsUnavailable, float]:
        url = origin + PATH
        answer = await self.fetch(url, redirect_ttl=MOST_REDIRECTS)
        if isinstance(answer, Exception):
            self.note(url, answer, outcome="deferred", reason="no_answer")
            unavailable = RobotsUnavailable(url, f"can't be had: {answer}")
            unavailable.__cause__ = answer
            return unavailable, UNAVAILABLE
        is_whole = answer.body.endswith(b"\n") or is_whole_page(answer.body)
        is_cut = "partial" in answer.flags and not is_whole
        if reason := why_unavailable(answer, is_cut=is_cut):
            self.note(url, answer, outcome="deferred", reason=reason)
            words = "broke off" if reason == "data_loss" else f"answered {answer.status}"
            return RobotsUnavailable(url, words), UNAVAILABLE
        try:
            return self._read(origin, answer), FRESH
        except NotRobots as error:
            self.note(url, answer, outcome="deferred", reason="unreadable")
            return RobotsUnavailable(url, f"can't be read ({error})"), UNAVAILABLE

    def _read(self, origin: str, response: Response) -> RobotsRules:
        """Returns the rules of the answer; raises NotRobots where nobody knows what it says."""
        text = decode_robots(response.body) if response.status < 300 else ""
        with border(NotRobots):
            is_page = is_html(text)
            text = "" if is_page else text
            rules = RobotsRules(text, self.crawler.settings["ROBOTSTXT_USER_AGENT"])
        self.note(origin + PATH, response, outcome="read", reason="html" if is_page else None)
        self.tell(capped(rules.crawl_delay, origin)[1])
        if self.run is not None and (
            since := self.run.site_files.save(origin, PATH, status=response.status, body=text)
        ):
            self.tell(
                f"{origin}{PATH} has changed. The text before it was there from {since[:10]} on; "
                "compare the two in table site_files."
            )
        return rules
