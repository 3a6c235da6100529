"""Requests stay on the source's own hosts, redirects too."""

from typing import TYPE_CHECKING, Self

from scrapy.exceptions import IgnoreRequest
from scrapy.http import Request

from crawler.source import Source

if TYPE_CHECKING:
    from scrapy.crawler import Crawler


class OffSite(IgnoreRequest):
    """The address is on a host that the source does not name."""


class OnSite:
    """In place of Scrapy's OffsiteMiddleware, which drops a redirect without telling anybody."""

    def __init__(self, source: Source) -> None:
        self.source = source

    @classmethod
    def from_crawler(cls, crawler: "Crawler") -> Self:
        return cls(crawler.spidercls.source)  # type: ignore[attr-defined]

    def process_request(self, request: Request) -> None:
        if "is_robots_txt" in request.meta or request.meta.get("kind") == "tdmrep":
            return  # a group of papers may keep one such file for all
        if not self.source.owns(request.url):
            raise OffSite(f"{request.url} is not on the site of {self.source.publisher}")
