"""Keeps requests, redirects too, on the source's own hosts, and names what they ask for."""

from scrapy.exceptions import IgnoreRequest
from scrapy.http import Request

from tradepress.archive.web_address import hides_dots, web_address
from tradepress.conduct.middleware import ConductMiddleware


class OffSite(IgnoreRequest):
    """The address is on a host that the source does not name."""


class OnSite(ConductMiddleware):
    """Is in place of Scrapy's OffsiteMiddleware, which drops a redirect without telling anybody."""

    def process_request(self, request: Request) -> Request | None:
        try:
            url = web_address(request.url)
        except ValueError as error:
            raise OffSite(str(error)) from error
        # Of a declaration, a redirect, an older archive: what is judged is what is sent. Scrapy may
        # spell it its own way again; the mark names that address, as a redirect inherits it.
        if url != request.url and request.meta.get("as_sent") != request.url:
            sent = request.replace(url=url)
            sent.meta["as_sent"] = sent.url
            return sent
        if hides_dots(request.url):
            raise OffSite(f"{request.url} may lead to another file than it names")
        if request.meta.get("kind") in ("robots", "tdmrep"):
            return None  # a group of papers may keep one such file for all
        if not self.source.owns(request.url):
            raise OffSite(f"{request.url} is not on the site of {self.source.publisher}")
        return None
