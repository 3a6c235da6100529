"""Requests stay on the source's own hosts, redirects too."""

from scrapy.exceptions import IgnoreRequest
from scrapy.http import Request

from crawler.conduct.middleware import ConductMiddleware


class OffSite(IgnoreRequest):
    """The address is on a host that the source does not name."""


class OnSite(ConductMiddleware):
    """In place of Scrapy's OffsiteMiddleware, which drops a redirect without telling anybody."""

    def process_request(self, request: Request) -> None:
        if request.meta.get("kind") in ("robots", "tdmrep"):
            return  # a group of papers may keep one such file for all
        if not self.source.owns(request.url):
            raise OffSite(f"{request.url} is not on the site of {self.source.publisher}")
