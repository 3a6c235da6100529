"""Asks for the files in which a site speaks to crawlers: robots.txt and tdmrep.json."""

import asyncio
from abc import abstractmethod
from time import monotonic
from typing import TYPE_CHECKING, Any, ClassVar, Generic, TypeVar
from urllib.parse import urlsplit

from scrapy.http import Request, Response
from scrapy.http.request import NO_CALLBACK

from tradepress.archive.ledger.ledger import Fetched
from tradepress.conduct.context import engine_of
from tradepress.conduct.host_pause import HostPaused
from tradepress.conduct.middleware import ConductMiddleware
from tradepress.conduct.request_budget import BudgetSpent
from tradepress.conduct.stop import Stopped, require_going

if TYPE_CHECKING:
    from scrapy.crawler import Crawler

T = TypeVar("T")

FRESH = 24 * 60 * 60.0
"""Is how many seconds an answer counts for (RFC 9309, 2.4)."""
UNAVAILABLE = 60 * 60.0
"""Is after how many seconds a file that can't be had is asked for again."""


class SiteFileMiddleware(ConductMiddleware, Generic[T]):
    """Knows what each origin says in one file. Whoever needs it first asks; the others wait for
    that answer, and when it is no longer fresh the next one asks again.
    """

    kind: ClassVar[str]
    """Names the kind of file, in the ledger and in a request's meta: ``robots`` or ``tdmrep``."""

    def __init__(self, crawler: "Crawler") -> None:
        super().__init__(crawler)
        self._answers: dict[str, asyncio.Future[T]] = {}
        self._fresh_until: dict[str, float] = {}

    @abstractmethod
    async def ask(self, origin: str) -> tuple[T, float]:
        """Asks for what an origin says, and returns it with how many seconds that counts."""

    async def said_at(self, origin: str) -> T:
        """Returns what the origin says. Raises what ``ask`` raises; that is not kept."""
        if self._fresh_until.get(origin, 0.0) < monotonic():
            self._fresh_until[origin] = float("inf")  # until it is there
            self._answers[origin] = asyncio.ensure_future(self._answer(origin))
        return await self._answers[origin]

    async def _answer(self, origin: str) -> T:
        lasts = 0.0
        try:
            answer, lasts = await self.ask(origin)
            return answer
        finally:
            self._fresh_until[origin] = monotonic() + lasts

    async def fetch(self, url: str, **meta: Any) -> Response | Exception:
        """Returns the answer to a request for the file, or what hindered it.

        :param meta: of the request; ``kind`` is there already
        :raises HostPaused: it was not asked for; BudgetSpent and Stopped say so, too
        """
        request = Request(
            url, priority=1000, callback=NO_CALLBACK, meta={"kind": self.kind, **meta}
        )
        try:
            return await engine_of(self.crawler).download_async(request)
        except (HostPaused, BudgetSpent, Stopped):
            raise
        # Whatever hinders the answer, from DNS to TLS to a bomb: no answer is no permission.
        except Exception as error:
            require_going(self.crawler, url)
            return error

    def note(
        self, url: str, answer: Response | Exception, *, outcome: str, reason: str | None
    ) -> None:
        """Writes the answer into the ledger, if there is one, under the source of this crawl."""
        if self.run is None:
            return
        fetched = Fetched(kind=self.kind)
        if isinstance(answer, Response):
            fetched = Fetched(kind=self.kind, status=answer.status, size=len(answer.body))
        self.run.ledger.record_listing(
            self.source.name, url, fetched, outcome=outcome, reason=reason
        )

    def tell(self, words: str | None) -> None:
        """Writes the words into the run's report, once."""
        if words and self.report is not None and words not in self.report.notes:
            self.report.notes.append(words)


def origin_of(url: str) -> str:
    """Returns scheme, host and port (RFC 6454)."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"


def is_whole_page(body: bytes) -> bool:
    """Is it a web page to its end? Then nothing broke off, though its length was not said."""
    return b"</html>" in body.lower()


def why_unavailable(response: Response, *, is_cut: bool) -> str | None:
    """Tells why nobody knows what the file says; None where the answer is the file, or says that
    there is none (RFC 9309, 2.3.1.3 and 2.3.1.4).

    :param is_cut: the body, if it is the file's, may have broken off
    """
    is_there = 200 <= response.status < 300
    if is_there and is_cut:
        return "data_loss"
    if response.status == 429 or not (is_there or 400 <= response.status < 500):
        return f"http_{response.status}"
    return None
