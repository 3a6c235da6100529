"""Follows an answer where it leads: to other http(s) addresses, a few times, and nowhere else."""

from scrapy.downloadermiddlewares.redirect import BaseRedirectMiddleware, RedirectMiddleware
from scrapy.exceptions import IgnoreRequest
from scrapy.http import HtmlResponse, Request, Response
from w3lib.html import get_base_url, get_meta_refresh

from tradepress.archive.web_address import web_address

REDIRECTS = (301, 302, 303, 307, 308)
HEAD = 4096
"""Counts the bytes of a page in which a refresh is looked for."""
FOR_PROGRAMS = ("feed", "sitemap", "robots", "tdmrep", "index", "memento")
"""Lists the kinds of files in which a browser's refresh means nothing, and captures, whose refresh
led to where it does on their own site."""


class NotFollowed(IgnoreRequest):
    """Raised where the address leads to a file, a script or what else is not on the web."""


class Redirects(RedirectMiddleware):
    """Scrapy's own takes a redirect to ``file:`` for a page, raises ValueError for what is no
    address at all, and leaves encoded dots where they stand."""

    # Scrapy's own argument ``spider`` is deprecated.
    def process_response(  # type: ignore[override]
        self, request: Request, response: Response
    ) -> Request | Response:
        if request.meta.get("dont_redirect"):
            return response
        location = response.headers.get("Location")
        if not location or response.status not in REDIRECTS:
            return response
        try:
            where = web_address(location.decode("utf-8", "replace"), request.url)
        except ValueError as error:
            words = location.decode("latin-1")[:200]
            raise NotFollowed(f"{request.url} leads to {words}, which is not followed") from error
        # Not by its replace, which guesses the charset of the page.
        plain = Response(response.url, status=response.status, headers={"Location": where})
        answer = super().process_response(request, plain)
        return response if answer is plain else answer


class MetaRefresh(BaseRedirectMiddleware):
    """Follows ``<meta http-equiv="refresh">``, found in bytes: Scrapy guesses each page's charset.

    One that leads to no http(s) address is passed over: the page stands for itself.
    """

    enabled_setting = "METAREFRESH_ENABLED"

    def process_response(self, request: Request, response: Response) -> Request | Response:
        meta = request.meta
        if not isinstance(response, HtmlResponse) or meta.get("dont_redirect"):
            return response
        if meta.get("kind") in FOR_PROGRAMS:
            return response
        # Latin-1 takes every byte, and gives the same ones back for the address.
        head = response.body[:HEAD].decode("latin-1")
        if "refresh" not in head.lower():
            return response
        base = get_base_url(head, response.url, "latin-1")
        delay, url = get_meta_refresh(head, base, "latin-1")
        most = self.crawler.settings.getint("METAREFRESH_MAXDELAY")
        if url is None or delay is None or delay >= most:
            return response
        try:
            where = web_address(url)
        except ValueError:
            return response
        target = self._redirect_request_using_get(request, response, where)
        return self._redirect(target, request, "meta refresh")
