"""A hard limit on the requests one spider sends: a source's first crawl is a trial."""

from typing import TYPE_CHECKING, Self

from scrapy.exceptions import IgnoreRequest
from scrapy.http import Request

if TYPE_CHECKING:
    from scrapy.crawler import Crawler


class BudgetSpent(IgnoreRequest):
    """The spider may send no more requests in this run."""


class RequestBudget:
    """Counts what really goes out (robots.txt, redirects and second tries too).

    The limit is ``spider.request_budget``; None means no limit.
    """

    def __init__(self, crawler: "Crawler") -> None:
        self.crawler = crawler
        self.sent = 0

    @classmethod
    def from_crawler(cls, crawler: "Crawler") -> Self:
        return cls(crawler)

    def process_request(self, request: Request) -> None:
        budget: int | None = getattr(self.crawler.spider, "request_budget", None)
        if budget is not None and self.sent >= budget:
            raise BudgetSpent(f"the trial's {budget} requests are used up")
        self.sent += 1
