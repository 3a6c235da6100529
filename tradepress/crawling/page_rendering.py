"""Renders pages as their scripts draw them: Chromium has no network, our downloader answers it."""

import asyncio
import json
from contextlib import suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.http import Response
from scrapy.http.request import NO_CALLBACK
from scrapy.spidermiddlewares.httperror import HttpError

from tradepress.archive.ledger.ledger import SUBRESOURCE, Fetched
from tradepress.conduct.context import context_of, engine_of
from tradepress.conduct.host_pause import BUSY
from tradepress.conduct.stop import Stopped, require_going
from tradepress.crawling.confined_browser import (
    BrowserFailed,
    ConfinedBrowser,
    NoBrowser,
    confined_browser,
    confinement,
)
from tradepress.crawling.failures import explain
from tradepress.crawling.listing_walk import headers_of
from tradepress.crawling.page_workers import TooComplex
from tradepress.crawling.scrapy_settings import URLLENGTH_LIMIT
from tradepress.extraction.not_an_article import LARGEST_PAGE, RENDERED_MARK
from tradepress.rights.header_reservations import header_reservations
from tradepress.rights.site_rights import WANTED
from tradepress.source import Source
from tradepress.story import Reservation, forbidding

if TYPE_CHECKING:
    from playwright.async_api import BrowserContext, CDPSession, Route
    from playwright.async_api import Request as PageRequest

RENDERED_TYPE = "text/html; charset=utf-8"
TYPES = ("document", "script", "xhr", "fetch")
MOST_ANSWERED = 60
"""Bounds what a page may ask for, of what is answered."""
LOOK_SECONDS, LOOKS_ALIKE, MOST_LOOKS = 0.5, 3, 40
"""A page is still when it was so often the same, and nothing that it asked for is under way. Looks
in which something is are not counted: that takes as long as the pace wants."""
ANSWER_SECONDS = 20
MOST_KEPT = 8 << 20
"""Bounds the bytes of scripts that are kept for the other pages of a crawl."""
NOT_KEPT = (b"no-store", b"no-cache", b"private")
NOT_PASSED_ON = (
    *(b"Content-Encoding", b"Content-Length", b"Transfer-Encoding", b"Set-Cookie", b"Refresh"),
)
# In each frame before its own scripts: what asks the person in front of the browser ends the page.
ASKS = """
const tell = window.tradepressAsks;
for (const path of ["open", "Notification.requestPermission", "PushManager.prototype.subscribe",
    "Geolocation.prototype.getCurrentPosition", "Geolocation.prototype.watchPosition",
    "MediaDevices.prototype.getUserMedia", "Navigator.prototype.requestMIDIAccess",
    "Document.prototype.requestStorageAccess", "Clipboard.prototype.readText"]) {
    const names = path.split("."), last = names.pop();
    const owner = names.reduce((known, name) => known?.[name], window);
    if (owner?.[last]) owner[last] = () => { tell(path === "open"); return null; };
}
delete window.RTCPeerConnection;
delete window.webkitRTCPeerConnection;
"""
DOCUMENT = f"""(() => {{
    const markup = {json.dumps(RENDERED_MARK)} + document.documentElement.outerHTML;
    return markup.length > {LARGEST_PAGE} ? null : markup;
}})()"""


class NotWhole(Exception):
    """Raised where something that a page asks for failed or was put off, or the browser did:
    ``failure`` is why."""

    def __init__(self, error: Exception, url: str) -> None:
        self.failure = explain(error, url)
        super().__init__(f"{url}: {self.failure.words}")


@dataclass(frozen=True, kw_only=True)
class RenderedPage:
    """Is a page as its scripts draw it."""

    body: bytes
    reservations: tuple[Reservation, ...]
    """Holds what is reserved of the data that it loaded, without what these allow."""


class PageRenderer:
    """Renders the pages of one crawler's source, one at a time in a process."""

    def __init__(self, crawler: Crawler) -> None:
        self.crawler = crawler
        self.source: Source = crawler.spidercls.source  # type: ignore[attr-defined]
        self.scripts: dict[str, Response] = {}
        """Holds scripts that came for an earlier page; Chromium itself keeps nothing."""
        self.noted: set[str] = set()

    async def require_browser(self) -> None:
        """Opens a page in a browser once, and notes what it lacks here; raises NoBrowser."""
        async with context_of(self.crawler).browser, confined_browser() as chromium:
            from playwright.async_api import Error  # it is there

            confined = confinement()
            try:
                await (await new_context(chromium)).new_page()
            except Error as error:
                words = f"Chromium starts and opens no page ({_first_line(error)})"
                raise NoBrowser(f"{words}: install the playwright that fits it.") from error
        if not (confined.is_sandboxed and "--net" in confined.programs):
            lacks = "namespaces of its own" if confined.is_sandboxed else "its sandbox"
            words = "as this machine forbids them: `tradepress docs operating` says what that means"
            self.note("confinement", f"Chromium runs without {lacks}, {words}.")

    async def render(self, response: Response) -> RenderedPage:
        """Returns the document that the scripts of a page make of it, when it is still.

        :raises TooComplex: it never becomes still, or does what no story needs
        :raises NotWhole: something that it asks for failed, or was put off, or the browser failed
        :raises NoBrowser: the browser doesn't start
        """
        from playwright.async_api import Error

        rendering = _Rendering(renderer=self, response=response)
        async with context_of(self.crawler).browser:
            rendering.require_going()  # the run may have been stopped while it waited
            try:
                async with confined_browser() as chromium:
                    body = (await rendering.run(chromium)).encode("utf-8", "replace")
            except (Error, TooComplex, NotWhole) as error:
                why = rendering.why or error
                if isinstance(why, Error):
                    why = NotWhole(BrowserFailed(_first_line(why)), response.url)
                words = f"{response.url} was given up as its scripts ran: {why}; so may be others."
                failure = why.failure if isinstance(why, NotWhole) else None
                if failure is None or failure.reason != "interrupted":
                    self.note(failure.words if failure else str(why), words)
                raise why from error
        return RenderedPage(body=body, reservations=tuple(dict.fromkeys(rendering.reservations)))

    def note(self, what: str, words: str) -> None:
        """Writes into the run's report what happens first of its kind."""
        report = getattr(self.crawler.spider, "report", None)
        if report is not None and what not in self.noted:
            self.noted.add(what)
            report.notes.append(words)

    async def fetch(self, url: str, accept: str | None, *, is_script: bool) -> Response:
        """Returns the answer to a page's request, which goes the way of all of the crawl; raises
        what hinders it, as the download does."""
        if url in self.scripts:
            return self.scripts[url]
        headers, meta = {"Accept": accept} if accept else None, {"kind": SUBRESOURCE}
        wanted = {} if is_script else {WANTED: True}
        request = Request(url, headers=headers, meta={**meta, **wanted}, callback=NO_CALLBACK)
        outcome, reason, fetched = "read", None, Fetched(kind=SUBRESOURCE)
        try:
            answer = await engine_of(self.crawler).download_async(request)
            fetched = Fetched(kind=SUBRESOURCE, status=answer.status, size=len(answer.body))
        except Exception as error:
            why = explain(error, url)
            outcome, reason = why.outcome, why.reason
            if outcome == "rejected":
                self.note(reason, f"a page's script asks for what it does not get: {why.words}")
            raise
        finally:
            if (run := context_of(self.crawler).run) is not None:
                run.ledger.record_listing(
                    self.source.name, url, fetched, outcome=outcome, reason=reason
                )
        if is_script and answer.status == 200:
            kept = sum(len(one.body) for one in (answer, *self.scripts.values()))
            control = b",".join(answer.headers.getlist("Cache-Control")).lower()
            if kept <= MOST_KEPT and not any(word in control for word in NOT_KEPT):
                self.scripts[url] = answer
        return answer


@dataclass(kw_only=True)
class _Rendering:
    """Is one page that is being rendered."""

    renderer: PageRenderer
    response: Response
    why: TooComplex | NotWhole | None = None
    """Says why it is given up."""
    is_begun: bool = False
    is_over: bool = False
    in_hand: int = 0
    answered: int = 0
    reservations: list[Reservation] = field(default_factory=list)
    """Holds what is reserved of the data that came."""
    turn: asyncio.Lock = field(default_factory=asyncio.Lock)
    answering: set["asyncio.Task[None] | None"] = field(default_factory=set)

    async def run(self, chromium: ConfinedBrowser) -> str:
        """Returns the document when it is still, unless there is a reason to give it up before."""
        from playwright.async_api import Error

        both = [asyncio.ensure_future(one(chromium)) for one in (self.draw, self.watch)]
        try:
            done, _ = await asyncio.wait(both, return_when=asyncio.FIRST_COMPLETED)
            try:
                return done.pop().result()
            except (Error, TimeoutError) as error:
                await asyncio.sleep(LOOK_SECONDS)  # why may be told just after
                self.require_going()
                failed = NotWhole(BrowserFailed(_first_line(error)), self.response.url)
                raise self.why or failed from error
        finally:
            self.is_over = True
            for task in filter(None, (*both, *self.answering)):
                task.cancel()
            await asyncio.gather(*both, return_exceptions=True)

    async def watch(self, chromium: ConfinedBrowser) -> str:
        """Raises TooComplex or NotWhole when the page is to be given up."""
        while self.why is None:
            await asyncio.sleep(LOOK_SECONDS / 2)
            if chromium.is_swollen:
                self.give_up("it needs too much memory")
            self.require_going()
        raise self.why

    def require_going(self) -> None:
        """Raises NotWhole where the run ends."""
        try:
            require_going(self.renderer.crawler, self.response.url)
        except Stopped as error:
            self.why = NotWhole(error, self.response.url)
            raise self.why from error

    async def draw(self, chromium: ConfinedBrowser) -> str:
        """Returns the document when it is still."""
        context = await new_context(chromium)
        await context.route("**/*", self.answer)
        await context.expose_binding("tradepressAsks", self.asks)
        await context.add_init_script(ASKS)
        page = await context.new_page()
        context.on("page", lambda _: self.give_up("it opens windows"))
        page.on("download", lambda _: self.give_up("it downloads files"))
        page.on("crash", lambda _: self.give_up("it needs too much memory or time"))
        devtools = await context.new_cdp_session(page)
        await asyncio.wait_for(page.goto(self.response.url, wait_until="commit"), ANSWER_SECONDS)
        shown, alike, looks = "", 0, 0
        while alike < LOOKS_ALIKE:
            await asyncio.sleep(LOOK_SECONDS)
            if self.in_hand:
                alike = 0
                continue
            looks += 1
            if looks > MOST_LOOKS:
                raise TooComplex("it never becomes still")
            try:
                drawn = await asyncio.wait_for(_document(devtools), ANSWER_SECONDS)
            except TimeoutError:
                raise TooComplex("its scripts do not end") from None
            before, shown = shown, drawn
            alike = alike + 1 if before == shown else 1
        if self.why is not None:
            raise self.why
        return shown

    def asks(self, _: object, is_window: object) -> None:
        self.give_up("it opens windows" if is_window is True else "it asks for a permission")

    def give_up(self, words: str) -> None:
        self.why = self.why or TooComplex(words)

    async def answer(self, route: "Route") -> None:
        """Answers a request of the page, or lets it fail."""
        from playwright.async_api import Error

        task = asyncio.current_task()
        self.answering.add(task)
        try:
            answer = await self.answer_to(route.request)
            with suppress(Error):  # the browser may have ended meanwhile
                await (route.abort("aborted") if answer is None else _fulfill(route, answer))
        finally:
            self.answering.remove(task)

    async def answer_to(self, request: "PageRequest") -> Response | None:
        """Returns the answer to what a story may be made of, on the source's own site; else, or
        where there is none, None."""
        is_page = request.is_navigation_request() and request.frame.parent_frame is None
        if is_page and not self.is_begun:
            self.is_begun = True
            return self.response
        kind, url = request.resource_type, request.url.partition("#")[0]
        is_own = self.renderer.source.owns(url) and not is_page
        if not is_own or kind not in TYPES or request.method != "GET":
            return None
        if len(url) > URLLENGTH_LIMIT:
            words = f"an address of over {URLLENGTH_LIMIT:,} letters"
            self.renderer.note(words, f"a page's script asks for what it does not get: {words}")
            return None
        self.in_hand += 1
        try:
            async with self.turn:  # what is waited for in vain is not asked for any more
                self.answered += 1
                if self.answered > MOST_ANSWERED:
                    self.give_up(f"it asks for more than {MOST_ANSWERED} scripts and data")
                if self.is_over or self.why is not None:
                    return None
                accept = request.headers.get("accept") if kind in ("xhr", "fetch") else None
                fetched = self.renderer.fetch(url, accept, is_script=kind == "script")
                # Others may wait for the same robots.txt: what is under way ends by itself.
                answer = await asyncio.shield(fetched)
            if answer.status in BUSY or answer.status >= 500:
                raise HttpError(answer)
            if kind != "script":
                by_site = answer.meta.get("site_reservations", ())
                told = (*header_reservations(headers_of(answer)), *by_site)
                self.reservations += forbidding(told)
            return answer
        except Exception as error:
            if explain(error, url).outcome != "rejected":
                self.why = self.why or NotWhole(error, url)
            return None
        finally:
            self.in_hand -= 1


async def new_context(chromium: ConfinedBrowser) -> "BrowserContext":
    """Returns a new context of a browser, for one page."""
    return await chromium.browser.new_context(accept_downloads=False, service_workers="block")


def _first_line(error: Exception) -> str:
    return str(error).partition("\n")[0][:300] or "it does not answer"


async def _document(devtools: "CDPSession") -> str:
    """Returns the document as it stands, read where no script of the page can change how; raises
    TooComplex where it is too large."""
    frame = (await devtools.send("Page.getFrameTree"))["frameTree"]["frame"]["id"]
    world = await devtools.send("Page.createIsolatedWorld", {"frameId": frame})
    asked = {"contextId": world["executionContextId"], "returnByValue": True}
    said = await devtools.send("Runtime.evaluate", {"expression": DOCUMENT, **asked})
    markup = said["result"].get("value")
    if not isinstance(markup, str):
        raise TooComplex(f"what its scripts make of it is larger than {LARGEST_PAGE:,} letters")
    return markup


async def _fulfill(route: "Route", answer: Response) -> None:
    passed = [(name, all) for name, all in answer.headers.items() if name not in NOT_PASSED_ON]
    headers = {name.decode("latin-1"): b", ".join(all).decode("latin-1") for name, all in passed}
    await route.fulfill(status=answer.status, headers=headers, body=answer.body)
