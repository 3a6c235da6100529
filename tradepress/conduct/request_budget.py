"""Holds one spider to a number of requests: a source's first crawl is a trial."""

from scrapy.exceptions import IgnoreRequest
from scrapy.http import Request

from tradepress.conduct.middleware import ConductMiddleware


class BudgetSpent(IgnoreRequest):
    """The spider may send no more requests in this run."""


class RequestBudget(ConductMiddleware):
    """Counts what really goes out (robots.txt, redirects and second tries too).

    The limit is ``spider.request_budget``; None means no limit.
    """

    sent = 0

    def process_request(self, request: Request) -> None:
        budget: int | None = getattr(self.crawler.spider, "request_budget", None)
        if budget is not None and self.sent >= budget:
            raise BudgetSpent(f"the trial's {budget} requests are used up")
        self.sent += 1
