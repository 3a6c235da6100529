"""What a site's own files reserve of its stories: tdmrep.json, and robots.txt towards AI."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Self

from scrapy.http import Request, Response
from scrapy.http.request import NO_CALLBACK

from archive.clock import utc_text
from archive.story import Reservation
from crawler.conduct.host_pause import HostPaused
from crawler.conduct.request_budget import BudgetSpent
from crawler.conduct.robots import ForbiddenByRobots
from crawler.conduct.site_file import (
    FRESH,
    UNAVAILABLE,
    SiteFile,
    note_answer,
    why_unavailable,
)
from crawler.conduct.stop import Stopped, require_going
from crawler.context import run_of
from crawler.rights.ai_agents import forbidden_agents
from crawler.rights.reserved_terms import TDM_RESERVATION
from crawler.rights.tdmrep import (
    LARGEST,
    PATH,
    NotTdmrep,
    file_reservations,
    require_tdmrep,
)

if TYPE_CHECKING:
    from scrapy.crawler import Crawler

LONGEST_USE = timedelta(days=30)
"""So long a copy stands in for a file that can't be had."""


class SiteRights:
    """Asks each origin for its tdmrep.json before its first story (W3C TDMRep, "Processing
    priority"), and each 24 hours. A story's request carries what the site's files reserve of it
    as ``meta["site_reservations"]``.

    A site that has no such file, or forbids it to us, reserves nothing by it. One that does not
    answer, or with more than anybody reads, is asked again after an hour; till then its last copy
    counts, and without one the reservation is ``unknown``. That is no permission, and the next
    visit of the story asks anew.
    """

    def __init__(self, crawler: "Crawler") -> None:
        self.crawler = crawler
        self.files = SiteFile(self._ask)

    @classmethod
    def from_crawler(cls, crawler: "Crawler") -> Self:
        return cls(crawler)

    async def process_request(self, request: Request) -> None:
        if "address" not in request.meta:
            return
        text = await self.files.at(request.url)
        request.meta["site_reservations"] = tuple(_reservations(text, request))

    async def _ask(self, origin: str) -> tuple[str | None, float]:
        """The text of the file, empty where there is none; None where nobody knows."""
        text = await self._fetch(origin)
        if text is None:
            return self._last_copy(origin), UNAVAILABLE
        return text, FRESH

    async def _fetch(self, origin: str) -> str | None:
        url = origin + PATH
        request = Request(url, priority=1000, callback=NO_CALLBACK, meta={"kind": "tdmrep"})
        assert self.crawler.engine is not None
        try:
            response = await self.crawler.engine.download_async(request)
        except (HostPaused, BudgetSpent, Stopped):
            raise  # it was not asked, and the story won't be either
        except ForbiddenByRobots:
            self._note(url, outcome="rejected", reason="robots")
            return ""
        # Whatever hinders the answer, from DNS to TLS to a bomb: no answer is no permission.
        except Exception:
            require_going(self.crawler, url)
            self._note(url, outcome="deferred", reason="no_answer")
            return None
        if reason := _why_unread(response):
            self._note(url, response, outcome="deferred", reason=reason)
            return None
        text, why_none = _read(response) if response.status < 300 else ("", None)
        self._note(url, response, outcome="read", reason=why_none)
        run_of(self.crawler).site_files.save(origin, PATH, status=response.status, body=text)
        return text

    def _last_copy(self, origin: str) -> str | None:
        since = utc_text(datetime.now(UTC) - LONGEST_USE)
        return run_of(self.crawler).site_files.last(origin, PATH, since=since)

    def _note(
        self, url: str, response: Response | None = None, *, outcome: str, reason: str | None
    ) -> None:
        note_answer(self.crawler, "tdmrep", url, response, outcome=outcome, reason=reason)


def _why_unread(response: Response) -> str | None:
    """Why nobody knows what the file says; None where it can be read, or there is none."""
    if response.status < 300 and len(response.body) > LARGEST:
        return "too_large"
    return why_unavailable(response, is_cut="partial" in response.flags)


def _read(response: Response) -> tuple[str, str | None]:
    """The text, or why it is none of tdmrep.json: most often a page, sent in place of an error."""
    text = response.body.decode("utf-8-sig", "replace")
    try:
        require_tdmrep(text)
    except NotTdmrep as error:
        return "", str(error)
    return text, None


def _reservations(text: str | None, request: Request) -> Iterator[Reservation]:
    if text is None:
        yield Reservation(term=TDM_RESERVATION, evidence=PATH, value="unknown")
    elif text:
        yield from file_reservations(text, request.url)
    rules = request.meta.get("robots")
    if rules is not None and (agents := forbidden_agents(rules.groups, request.url)):
        yield Reservation(term="ai-agents", evidence="/robots.txt", value=", ".join(agents))
