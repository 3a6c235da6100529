"""Finds what a site's own files reserve of its stories: tdmrep.json, and robots.txt towards AI."""

import secrets
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

from scrapy.http import Request, Response

from tradepress.archive.clock import utc_text
from tradepress.archive.ledger.reason_words import reason_in_words
from tradepress.conduct.robots import ForbiddenByRobots
from tradepress.conduct.robots_rules import has_markup
from tradepress.conduct.site_file import (
    FRESH,
    UNAVAILABLE,
    SiteFileMiddleware,
    is_whole_page,
    origin_of,
    why_unavailable,
)
from tradepress.rights.ai_agents import AI_TERM, forbidden_agents
from tradepress.rights.reserved_terms import TDM_RESERVATION
from tradepress.rights.tdmrep import (
    LARGEST,
    PATH,
    NotTdmrep,
    file_reservations,
    is_alike,
    read_rules,
)
from tradepress.story import Reservation

LONGEST_USE = timedelta(days=30)
"""So long a copy stands in for a file that can't be had."""
INVENTED = "an invented path, to compare with"
LIKE = "as at an invented path: there is no file"
UNSURE = "and it is not sure that there is no file: no permission"
"""Is concluded, as LIKE is, of what is no list of rules."""
WANTED = "wants_rights"
"""Is in the meta of a request for a page that may be a story, where no address is known of it."""


class SiteRights(SiteFileMiddleware[str | None]):
    """Asks each origin for its tdmrep.json before its first story (W3C TDMRep, "Processing
    priority"), and each 24 hours. A story's request carries what the site's files reserve of it
    as ``meta["site_reservations"]``.

    A site that has no such file, or forbids it to us, reserves nothing by it. Many give a page in
    place of whatever they don't have: what is no list of rules counts as none where an invented
    path beside it gives the like. A site that does not answer, or with what nobody can read, is
    asked again after an hour; till then its last copy counts, and without one the reservation is
    ``unknown``. That is no permission, and the next visit of the story asks anew.
    """

    kind = "tdmrep"

    async def process_request(self, request: Request) -> None:
        if request.meta.keys().isdisjoint(("address", WANTED)):
            return
        text = await self.said_at(origin_of(request.url))
        request.meta["site_reservations"] = tuple(_reservations(text, request))

    async def ask(self, origin: str) -> tuple[str | None, float]:
        """Returns the text of the file, empty where there is none; None where nobody knows."""
        answer = await self.fetch(origin + PATH)
        if isinstance(answer, ForbiddenByRobots):
            self.note(origin + PATH, answer, outcome="rejected", reason="robots")
            return "", FRESH
        if isinstance(answer, Exception):
            return self._last_copy(origin, answer, "no_answer")
        if reason := _why_unread(answer):
            return self._last_copy(origin, answer, reason)
        text, why_none = _read(answer) if answer.status < 300 else ("", None)
        if why_none is not None:
            is_none = await self._gives_the_like(origin, answer) and not self._has_copy(origin)
            why_none = f"{why_none}, {LIKE if is_none else UNSURE}"
            if not is_none:
                return self._last_copy(origin, answer, why_none)
        self.note(origin + PATH, answer, outcome="read", reason=why_none)
        is_news = self.run is None or self.run.site_files.save(
            origin, PATH, status=answer.status, body=text
        )
        if why_none and is_news:
            self.tell(f"{origin}{PATH}: {why_none}.")
        return text, FRESH

    def _last_copy(
        self, origin: str, answer: Response | Exception, reason: str
    ) -> tuple[str | None, float]:
        """Returns what stands in for a file that can't be had or read, for an hour."""
        self.note(origin + PATH, answer, outcome="deferred", reason=reason)
        since = utc_text(datetime.now(UTC) - LONGEST_USE)
        last = self.run.site_files.last(origin, PATH, since=since) if self.run else None
        if last is None:
            words = f"{reason_in_words(reason)}. No text is kept until the site says that it may be"
            self.tell(f"{origin}{PATH}: {words}.")
        return last, UNAVAILABLE

    def _has_copy(self, origin: str) -> bool:
        """Was there a list of rules not long ago? A page for every path may stand for a night."""
        since = utc_text(datetime.now(UTC) - LONGEST_USE)
        return bool(self.run and self.run.site_files.last(origin, PATH, since=since))

    async def _gives_the_like(self, origin: str, answer: Response) -> bool:
        """Does a path that nobody can have give the like, and neither speak of such rights?"""
        url = f"{origin}{PATH.removesuffix('tdmrep.json')}{secrets.token_hex(8)}.json"
        other = await self.fetch(url)
        is_like = (
            isinstance(other, Response)
            and other.status < 300
            and is_alike(_text(answer), _text(other))
            and TDM_RESERVATION not in answer.headers
        )
        outcome = "read" if is_like else "deferred"
        self.note(url, other, outcome=outcome, reason=INVENTED)
        return is_like


def _why_unread(response: Response) -> str | None:
    """Tells why nobody knows what the file says; None where it can be read, or there is none."""
    is_page = has_markup(_text(response))
    if response.status < 300 and len(response.body) > LARGEST and not is_page:
        return "too_large"
    is_whole = is_page and is_whole_page(response.body)
    return why_unavailable(response, is_cut="partial" in response.flags and not is_whole)


def _read(response: Response) -> tuple[str, str | None]:
    """Returns the text, or why it is none of tdmrep.json: most often a page, as an error."""
    text = _text(response)
    if has_markup(text):
        return "", "a web page"
    try:
        read_rules(text)
    except NotTdmrep as error:
        return "", str(error) if text.strip() else None
    return text, None


def _text(response: Response) -> str:
    return response.body.decode("utf-8-sig", "replace")


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
        yield Reservation(term=AI_TERM, evidence="/robots.txt", value=", ".join(agents))
