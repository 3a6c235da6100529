"""Finds what a site's own files reserve of its stories: tdmrep.json, and robots.txt towards AI."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

from scrapy.http import Request, Response

from tradepress.archive.clock import utc_text
from tradepress.conduct.context import run_of
from tradepress.conduct.robots import ForbiddenByRobots
from tradepress.conduct.site_file import (
    FRESH,
    UNAVAILABLE,
    SiteFileMiddleware,
    origin_of,
    why_unavailable,
)
from tradepress.rights.ai_agents import forbidden_agents
from tradepress.rights.reserved_terms import TDM_RESERVATION
from tradepress.rights.tdmrep import (
    LARGEST,
    PATH,
    NotTdmrep,
    file_reservations,
    read_rules,
)
from tradepress.story import Reservation

LONGEST_USE = timedelta(days=30)
"""So long a copy stands in for a file that can't be had."""


class SiteRights(SiteFileMiddleware[str | None]):
    """Asks each origin for its tdmrep.json before its first story (W3C TDMRep, "Processing
    priority"), and each 24 hours. A story's request carries what the site's files reserve of it
    as ``meta["site_reservations"]``.

    A site that has no such file, or forbids it to us, reserves nothing by it. One that does not
    answer, or with more than anybody reads, is asked again after an hour; till then its last copy
    counts, and without one the reservation is ``unknown``. That is no permission, and the next
    visit of the story asks anew.
    """

    kind = "tdmrep"

    async def process_request(self, request: Request) -> None:
        if "address" not in request.meta:
            return
        text = await self.said_at(origin_of(request.url))
        request.meta["site_reservations"] = tuple(_reservations(text, request))

    async def ask(self, origin: str) -> tuple[str | None, float]:
        """Returns the text of the file, empty where there is none; None where nobody knows."""
        text = await self._text_at(origin)
        if text is None:
            since = utc_text(datetime.now(UTC) - LONGEST_USE)
            return run_of(self.crawler).site_files.last(origin, PATH, since=since), UNAVAILABLE
        return text, FRESH

    async def _text_at(self, origin: str) -> str | None:
        url = origin + PATH
        answer = await self.fetch(url)
        if isinstance(answer, ForbiddenByRobots):
            self.note(url, answer, outcome="rejected", reason="robots")
            return ""
        if isinstance(answer, Exception):
            self.note(url, answer, outcome="deferred", reason="no_answer")
            return None
        if reason := _why_unread(answer):
            self.note(url, answer, outcome="deferred", reason=reason)
            return None
        text, why_none = _read(answer) if answer.status < 300 else ("", None)
        self.note(url, answer, outcome="read", reason=why_none)
        run_of(self.crawler).site_files.save(origin, PATH, status=answer.status, body=text)
        return text


def _why_unread(response: Response) -> str | None:
    """Tells why nobody knows what the file says; None where it can be read, or there is none."""
    if response.status < 300 and len(response.body) > LARGEST:
        return "too_large"
    return why_unavailable(response, is_cut="partial" in response.flags)


def _read(response: Response) -> tuple[str, str | None]:
    """Returns the text, or why it is none of tdmrep.json: most often a page, as an error."""
    text = response.body.decode("utf-8-sig", "replace")
    try:
        read_rules(text)
    except NotTdmrep as error:
        return "", str(error)
    return text, None


def _reservations(text: str | None, request: Request) -> Iterator[Reservation]:
    try:
        yield from file_reservations(text, request.url) if text else ()
        is_known = text is not None
    except NotTdmrep:
        is_known = False
    if not is_known:
        yield Reservation(term=TDM_RESERVATION, evidence=PATH, value="unknown")
    rules = request.meta.get("robots")
    if rules is not None and (agents := forbidden_agents(rules.groups, request.url)):
        yield Reservation(term="ai-agents", evidence="/robots.txt", value=", ".join(agents))
