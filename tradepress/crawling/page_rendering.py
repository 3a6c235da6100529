"""Renders pages as their scripts draw them: Chromium has no network, our downloader answers it."""

import asyncio
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
    ConfinedBrowser,
    confined_browser,
    confinement,
)
from tradepress.crawling.failures import explain
from tradepress.crawling.page_workers import TooComplex
from tradepress.extraction.not_an_article import LARGEST_PAGE
from tradepress.source import Source

if TYPE_CHECKING:
    from playwright.async_api import CDPSession, Route
    from playwright.async_api import Request as PageRequest

RENDERED_TYPE = "text/html; charset=utf-8"
TYPES = ("document", "script", "xhr", "fetch")
MOST_ANSWERED, MOST_REFUSED = 60, 2000
"""Bound what a page may ask for: of what is answered, and of what is not."""
LOOK_SECONDS, LOOKS_ALIKE, MOST_LOOKS = 0.5, 3, 40
"""A page is still when it was so often the same, and nothing that it asked for is under way. Looks
in which something is are not counted: that takes as long as the pace wants."""
ANSWER_SECONDS = 20
MOST_KEPT = 8 << 20
"""Bounds the bytes of scripts that are kept for the other pages of a crawl."""
NOT_PASSED_ON = frozenset(
    ("content-encoding", "content-length", "transfer-encoding", "set-cookie", "refresh")
)
# In each frame before its own scripts: what asks the person in front of the browser ends the page.
ASKS = """
const tell = window.tradepressAsks;
for (const path of ["open", "Notification.requestPermission", "PushManager.prototype.subscribe",
    "Geolocation.prototype.getCurrentPosition", "Geolocation.prototype.watchPosition",
    "MediaDevices.prototype.getUserMedia", "MediaDevices.prototype.getDisplayMedia",
    "Navigator.prototype.requestMIDIAccess", "Document.prototype.requestStorageAccess",
    "Clipboard.prototype.read", "Clipboard.prototype.readText", "USB.prototype.requestDevice",
    "Bluetooth.prototype.requestDevice", "IdleDetector.requestPermission"]) {
    const names = path.split("."), last = names.pop();
    const owner = names.reduce((known, name) => known?.[name], window);
    if (owner?.[last]) owner[last] = () => { tell(path === "open"); return null; };
}
delete window.RTCPeerConnection;
"""
DOCUMENT = f"""(() => {{
    const markup = "<!DOCTYPE html>\\n" + document.documentElement.outerHTML;
    return markup.length > {LARGEST_PAGE} ? null : markup;
}})()"""


class NotWhole(Exception):
    """Raised where something that a page asks for failed or was put off: ``error`` is why."""

    def __init__(self, error: Exception, url: str) -> None:
        super().__init__(f"{url}: {error}")
        self.error, self.url = error, url


class PageRenderer:
    """Renders the pages of one crawler's source, one at a time in a process."""

    def __init__(self, crawler: Crawler) -> None:
        self.crawler = crawler
        self.scripts: dict[str, Response] = {}
        """Holds scripts that came for an earlier page; Chromium itself keeps nothing."""
        self.noted: set[str] = set()

    async def require_browser(self) -> None:
        """Starts a browser once, and notes in the report what it lacks here.

        :raises NoBrowser: there is none, or it doesn't start
        """
        async with confined_browser():
            pass
        confined = confinement()
        if not (confined.is_sandboxed and confined.is_offline):
            lacks = "namespaces of its own" if confined.is_sandboxed else "its sandbox"
            words = "as this machine forbids them: docs/operating.md says what that means"
            self.note("confinement", f"Chromium runs without {lacks}, {words}.")

    async def render(self, response: Response) -> bytes:
        """Returns the document that the scripts of a page make of it, when it is still.

        :raises TooComplex: it never becomes still, or does what no story needs
        :raises NotWhole: something that it asks for failed, or was put off
        :raises NoBrowser: the browser doesn't start
        """
        from playwright.async_api import Error

        async with context_of(self.crawler).browser:
            rendering = _Rendering(renderer=self, response=response)
            try:
                try:
                    async with confined_browser() as chromium:
                        return (await rendering.run(chromium)).encode("utf-8", "replace")
                except Error as error:
                    raise rendering.why or TooComplex("the browser gave it up") from error
                except TimeoutError as error:
                    raise rendering.why or TooComplex("it does not answer") from error
            except TooComplex as error:
                words = f"{response.url} was given up as its scripts ran: {error}"
                self.note(str(error), f"{words}; so may be others.")
                raise

    def note(self, what: str, words: str) -> None:
        """Writes into the run's report what happens first of its kind."""
        report = getattr(self.crawler.spider, "report", None)
        if report is not None and what not in self.noted:
            self.noted.add(what)
            report.notes.append(words)

    async def fetch(self, url: str, accept: str | None, *, is_script: bool) -> Response:
        """Returns the answer to a page's request, which goes the way of all of the crawl.

        :raises IgnoreRequest: the conduct forbids it, now or ever
        :raises Exception: what else hinders it, as from the download
        """
        if url in self.scripts:
            return self.scripts[url]
        headers = {"Accept": accept} if accept else None
        meta = {"kind": SUBRESOURCE}
        request = Request(url, headers=headers, meta=meta, callback=NO_CALLBACK)
        try:
            answer = await engine_of(self.crawler).download_async(request)
        except Exception as error:
            why = explain(error, url)
            self.record(url, Fetched(kind=SUBRESOURCE), why.outcome, why.reason)
            if why.outcome == "rejected":
                words = f"a page's script asks for what it does not get: {why.words}"
                self.note(why.reason, words)
            raise
        self.record(url, Fetched(kind=SUBRESOURCE, status=answer.status, size=len(answer.body)))
        kept = sum(len(one.body) for one in self.scripts.values()) + len(answer.body)
        control = b",".join(answer.headers.getlist("Cache-Control")).lower()
        may_keep = not any(word in control for word in (b"no-store", b"no-cache", b"private"))
        if is_script and answer.status == 200 and may_keep and kept <= MOST_KEPT:
            self.scripts[url] = answer
        return answer

    def record(
        self, url: str, fetched: Fetched, outcome: str = "read", reason: str | None = None
    ) -> None:
        """Writes what became of a page's request into the ledger, if there is one."""
        if (run := context_of(self.crawler).run) is not None:
            source: Source = self.crawler.spidercls.source  # type: ignore[attr-defined]
            run.ledger.record_listing(source.name, url, fetched, outcome=outcome, reason=reason)


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
    refused: int = 0
    turn: asyncio.Lock = field(default_factory=asyncio.Lock)
    answering: set["asyncio.Task[None] | None"] = field(default_factory=set)

    async def run(self, chromium: ConfinedBrowser) -> str:
        """Returns the document when it is still, unless there is a reason to give it up before."""
        drawn = asyncio.ensure_future(self.draw(chromium))
        watched = asyncio.ensure_future(self.watch(chromium))
        try:
            await asyncio.wait((drawn, watched), return_when=asyncio.FIRST_COMPLETED)
            return (watched if watched.done() else drawn).result()
        finally:
            self.is_over = True
            for task in filter(None, (drawn, watched, *self.answering)):
                task.cancel()
            await asyncio.gather(drawn, watched, return_exceptions=True)

    async def watch(self, chromium: ConfinedBrowser) -> str:
        """Raises TooComplex or NotWhole when the page is to be given up."""
        while self.why is None:
            await asyncio.sleep(LOOK_SECONDS / 2)
            if chromium.is_swollen:
                self.give_up("it needs too much memory")
            try:
                require_going(self.renderer.crawler, self.response.url)
            except Stopped as error:
                self.why = NotWhole(error, self.response.url)
        raise self.why

    async def draw(self, chromium: ConfinedBrowser) -> str:
        """Returns the document when it is still."""
        context = await chromium.browser.new_context(
            accept_downloads=False, service_workers="block"
        )
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
            now = await asyncio.wait_for(_document(devtools), ANSWER_SECONDS)
            alike = alike + 1 if now == shown else 1
            shown = now
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
            with suppress(Error):  # the browser may have ended meanwhile
                await self.answer_one(route)
        finally:
            self.answering.remove(task)

    async def answer_one(self, route: "Route") -> None:
        request = route.request
        is_page = request.is_navigation_request() and request.frame.parent_frame is None
        if is_page and not self.is_begun:
            self.is_begun = True
            await _fulfill(route, self.response)
        elif is_page or not self.is_answered(request):
            self.refused += 1
            if self.refused > MOST_REFUSED:
                self.give_up(f"it asks for more than {MOST_REFUSED:,} things that it can't have")
            await route.abort("aborted")
        elif (answer := await self.fetched(request)) is not None:
            await _fulfill(route, answer)
        else:
            await route.abort("failed")

    def is_answered(self, request: "PageRequest") -> bool:
        """Is it for something that a story may be made of, on the source's own site?"""
        source: Source = self.renderer.crawler.spidercls.source  # type: ignore[attr-defined]
        return (
            request.method == "GET" and request.resource_type in TYPES and source.owns(request.url)
        )

    async def fetched(self, request: "PageRequest") -> Response | None:
        """Returns the downloader's answer, or None: there is none, and the page may miss it."""
        url = request.url.partition("#")[0]
        self.in_hand += 1
        try:
            async with self.turn:  # what is waited for in vain is not asked for any more
                if self.is_over or self.why is not None:
                    return None
                self.answered += 1
                if self.answered > MOST_ANSWERED:
                    self.give_up(f"it asks for more than {MOST_ANSWERED} scripts and data")
                    return None
                kind = request.resource_type
                accept = request.headers.get("accept") if kind in ("xhr", "fetch") else None
                # Others may wait for the same robots.txt: what is under way ends by itself.
                answer = await asyncio.shield(
                    self.renderer.fetch(url, accept, is_script=kind == "script")
                )
            if answer.status in BUSY or answer.status >= 500:
                raise HttpError(answer)
            return answer
        except Exception as error:
            if explain(error, url).outcome != "rejected":
                self.why = self.why or NotWhole(error, url)
            return None
        finally:
            self.in_hand -= 1


async def _document(devtools: "CDPSession") -> str:
    """Returns the document as it stands, read where no script of the page can change how.

    :raises TooComplex: it is too large
    """
    frame = (await devtools.send("Page.getFrameTree"))["frameTree"]["frame"]["id"]
    world = await devtools.send("Page.createIsolatedWorld", {"frameId": frame})
    said = await devtools.send(
        "Runtime.evaluate",
        {
            "expression": DOCUMENT,
            "contextId": world["executionContextId"],
            "returnByValue": True,
        },
    )
    markup = said["result"].get("value")
    if not isinstance(markup, str):
        raise TooComplex(f"what its scripts make of it is larger than {LARGEST_PAGE:,} letters")
    return markup


async def _fulfill(route: "Route", answer: Response) -> None:
    headers = {
        name.decode("latin-1"): b", ".join(values).decode("latin-1")
        for name, values in answer.headers.items()
        if name.decode("latin-1").lower() not in NOT_PASSED_ON
    }
    await route.fulfill(status=answer.status, headers=headers, body=answer.body)
