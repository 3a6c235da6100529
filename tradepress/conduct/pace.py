"""Allows one request at a time to a site and its server, and a rest after each, whoever in this
process asks."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager, nullcontext
from functools import partial
from time import monotonic
from typing import TYPE_CHECKING, Any, cast
from urllib.parse import urlsplit

from scrapy.core.downloader.handlers.http11 import HTTP11DownloadHandler
from scrapy.exceptions import CannotResolveHostError
from scrapy.http import Request, Response
from scrapy.utils.defer import maybe_deferred_to_future
from twisted.internet.error import DNSLookupError

from tradepress.conduct.context import context_of, engine_of
from tradepress.conduct.header_limit import BoundedParser
from tradepress.conduct.host_pause import HostPause
from tradepress.conduct.private_parts import pages_in_hand, set_parser
from tradepress.conduct.site_pace import SitePace, site_of
from tradepress.conduct.stop import LOOK_SECONDS, require_going

if TYPE_CHECKING:
    from scrapy.crawler import Crawler


class PacedHandler(HTTP11DownloadHandler):
    """Sends pages, redirects, second tries and robots.txt, which all pass through this handler.

    Scrapy's own delay is one crawler's and one host name's, and runs from start to start. This
    rest begins when an answer has ended, so that the site sees no two requests closer than that.
    """

    renders = False
    """Are pages of its source rendered?"""

    def __init__(self, crawler: "Crawler") -> None:
        super().__init__(crawler)
        set_parser(self, BoundedParser)
        context_of(crawler).capacity.in_hand[crawler] = partial(pages_in_hand, crawler)
        source = getattr(crawler.spidercls, "source", None)
        self.renders = source is not None and source.rendered

    async def download_request(self, request: Request) -> Response:
        delay = self._delay(request)
        rest = max(delay, request.meta.get("crawl_delay", 0.0))
        context = context_of(self._crawler)
        pace = context.pace
        async with AsyncExitStack() as turns:  # names before addresses: no two wait for each other
            name = pace.sites[site_of(request.url)]
            await turns.enter_async_context(self._turn(name, request, rest))
            if delay:
                server = pace.servers[await self._address(request)]
                await turns.enter_async_context(self._turn(server, request, delay))
            going = partial(require_going, self._crawler, request.url)
            # A page that is rendered has its place, and waits for what it asks for: behind that
            # nothing of its source may wait for a place, as it would have the turn meanwhile.
            if not self.renders:
                await turns.enter_async_context(context.capacity.page(going))
            return await super().download_request(request)

    @asynccontextmanager
    async def _turn(self, site: SitePace, request: Request, rest: float) -> AsyncIterator[None]:
        """Awaits the site's turn; raises HostPaused where others were turned away meanwhile."""
        pause = self._crawler.get_downloader_middleware(HostPause)
        assert pause is not None
        async with site.lock if rest else nullcontext():
            due = site.left_at + max(site.rest, rest)
            while (wait := due - monotonic()) > 0:
                await asyncio.sleep(min(wait, LOOK_SECONDS))
                require_going(self._crawler, request.url)
            pause.require_open(request)
            try:
                yield
            finally:
                site.left_at, site.rest = monotonic(), rest

    async def _address(self, request: Request) -> str:
        """Returns where the host is, as the guarded resolver says and remembers: what is dialled.

        :raises CannotResolveHostError: as from the download, which would look it up once more
        """
        from twisted.internet import reactor  # the one that the process has installed

        lookup = cast("Any", reactor).resolve(urlsplit(request.url).hostname or "")
        try:
            return cast("str", await maybe_deferred_to_future(lookup))
        except DNSLookupError as error:
            raise CannotResolveHostError(str(error)) from error

    def _delay(self, request: Request) -> float:
        """Returns the delay in seconds that is set or AutoThrottle's, whichever is longer."""
        slot = engine_of(self._crawler).downloader.slots.get(request.meta.get("download_slot", ""))
        return max(
            self._crawler.settings.getfloat("DOWNLOAD_DELAY"),
            slot.delay if slot is not None else 0.0,
        )
