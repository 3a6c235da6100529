"""The reading room in a real browser: whatever a test looks at makes no error, asks no other host,
scrolls nowhere sideways, and has nothing that axe-core calls a barrier."""

import functools
import re
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal
from urllib.parse import parse_qsl, urljoin, urlsplit

import browsing
import httpx
import preloaded
import pytest
from lxml import html
from needs import require_program

if TYPE_CHECKING:
    from playwright.sync_api import BrowserContext, Page

FLAGS = ("--disable-quic", "--disable-component-update", "--no-first-run", "--disable-sync")
WIDTHS = (1280, 390)
COLOURS: tuple[Literal["light", "dark"], ...] = ("light", "dark")
OF_COLOURS = ("color-contrast", "link-in-text-block")
"""Rules of axe-core that look at colours."""
AXE = """rules => axe.run({resultTypes: ["violations"], rules}).then(found => found.violations)"""
AXE_OF_COLOURS = """([places, rules]) => {
    const all = document.getElementsByTagName("*");
    const include = places.map(place => all[place]);
    return axe.run({include}, {resultTypes: ["violations"], runOnly: rules})
        .then(found => found.violations);
}"""
PAINTED = """() => {
    const painted = new Map(), places = {};
    const isText = node => node.nodeType === Node.TEXT_NODE && node.data.trim();
    for (const [place, element] of [...document.getElementsByTagName("*")].entries()) {
        const style = getComputedStyle(element);
        const own = [element.tagName, element.className, style.position, style.color,
            style.backgroundColor, style.backgroundImage, style.opacity, style.fontSize,
            style.fontWeight, style.textDecorationLine, style.borderBottom];
        painted.set(element, `${painted.get(element.parentElement) ?? ""} ${own}`);
        const hasText = [...element.childNodes].some(isText);
        if ((hasText || element.matches("input, select, textarea"))
                && element.checkVisibility({visibilityProperty: true}))
            places[painted.get(element)] ??= place;
    }
    return places;
}"""
"""Of all text that is painted alike, within what is painted alike, the first that is seen."""
WIDE = """letters => {
    document.documentElement.style.fontSize = letters;
    return document.documentElement.scrollWidth;
}"""
KEPT_OUT = re.compile("the server responded with a status of [45]")
"""What the browser says of a page that is there to say no."""
LONGEST = 8000
"""Letters of an address that web servers take."""
LIKE_IT = 2
"""Pages of one kind whose links are followed: not all lead as far."""
OF_NAMED_PAGES = ("stories", "static", "-")
"""First steps of paths whose second is the name of a page, and not of a thing."""


@dataclass(frozen=True, kw_only=True)
class Room:
    """The demo's archive, as `tradepress browse` serves it."""

    home: str
    """``http://127.0.0.1:PORT``, without a slash."""
    archive: Path


@pytest.fixture(scope="session")
def room(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Room]:
    """The demo, some days on: stories have versions, and some are gone. Tests read it."""
    folder = tmp_path_factory.mktemp("room")
    for options in ((), ("--later",)):
        told = preloaded.run(["-m", "tradepress", "demo", *options], cwd=folder)
        assert told.returncode == 0, told.stdout + told.stderr
    with browsing.browsing(folder / "archive.db") as served:
        yield Room(home=served.home, archive=folder / "archive.db")


@dataclass
class Visitor:
    """A person with a browser of her own, new and empty; ``page`` is playwright's, to click in.

    Whatever a page complains of, or asks of another host, fails the test at the next look or at the
    end. While she is there, ``asyncio.run`` can't be called, so neither can `browsing.page`.
    """

    home: str
    page: "Page"
    wrong: list[str] = field(default_factory=list)

    def open(self, address: str = "/", *, status: int = 200) -> "Page":
        """Go to a page, and look at it as everybody would.

        :param address: behind ``home``, or all of it
        """
        answer = self.page.goto(self.home + address if address.startswith("/") else address)
        assert answer is not None
        assert answer.status == status, address
        self.look()
        return self.page

    def look(self) -> None:
        """The page as it stands, in both widths and both colours, and with letters twice as large;
        it is left wide and light."""
        self.page.wait_for_load_state()  # a click ends when the next page begins
        if not self.page.evaluate("() => 'axe' in window"):
            self.page.evaluate(axe_core())
        for width in WIDTHS:
            self.page.set_viewport_size({"width": width, "height": 900})
            for letters in ("200%", ""):
                over = self.page.evaluate(WIDE, letters)
                if over > width:
                    said = f"{over} wide where {width} are, letters {letters or 'as they are'}"
                    self.wrong.append(f"{self.page.url}: {said}")
            no_colours = {rule: {"enabled": False} for rule in OF_COLOURS}
            self.tell(f"{width}", self.page.evaluate(AXE, no_colours))
            for colour in COLOURS:
                self.page.emulate_media(color_scheme=colour)
                self.look_at_colours(width, f"{width}, {colour}")
        self.page.emulate_media(color_scheme="light")
        self.page.set_viewport_size({"width": WIDTHS[0], "height": 900})
        self.check()

    def look_at_colours(self, width: int, when: str) -> None:
        """Of what is painted alike one is measured in each width, on whatever page it is: it takes
        most of the time that axe-core takes."""
        places = self.page.evaluate(PAINTED)
        new = {
            painted: place for painted, place in places.items() if (width, painted) not in alike()
        }
        if new:
            found = self.page.evaluate(AXE_OF_COLOURS, [[*new.values()], [*OF_COLOURS]])
            self.tell(when, found)
            if not found:
                alike().update((width, painted) for painted in new)

    def tell(self, when: str, found: list[dict[str, Any]]) -> None:
        """What axe-core has found."""
        for one in found:
            places = [node["html"][:150] for node in one["nodes"][:3]]
            self.wrong.append(f"{self.page.url}: {one['id']} ({when}): {one['help']}: {places}")

    def check(self) -> None:
        wrong, self.wrong = self.wrong, []
        assert wrong == [], wrong

    def listen(self, context: "BrowserContext") -> None:
        def said(message: Any) -> None:
            if message.type == "error" and not (
                KEPT_OUT.search(message.text) and message.location["url"] == self.page.url
            ):
                self.wrong.append(f"{self.page.url}: {message.text}")

        def asked(request: Any) -> None:
            parts = urlsplit(request.url)
            if parts.scheme in ("http", "https") and parts.hostname != urlsplit(self.home).hostname:
                self.wrong.append(f"{self.page.url} asks {request.url}")

        context.on("console", said)
        context.on("weberror", lambda error: self.wrong.append(str(error.error)))
        context.on("request", asked)


@functools.cache
def axe_core() -> str:
    from axe_playwright_python.base import AXE_SCRIPT

    return AXE_SCRIPT


@functools.cache
def alike() -> set[tuple[int, str]]:
    """What was measured in this session, and is readable: by width, how it is painted."""
    return set()


@pytest.fixture
def visitor(room: Room) -> Iterator[Visitor]:
    """Somebody in front of the demo's archive."""
    with visiting(room.home) as visitor:
        yield visitor


@contextmanager
def visiting(home: str, **options: Any) -> Iterator[Visitor]:
    """
    :param home: ``http://127.0.0.1:PORT``, perhaps with a prefix, without a slash in the end
    :param options: of playwright's ``new_context``
    """
    program = require_program("chromium", "chromium-browser")
    from playwright.sync_api import sync_playwright  # takes a while

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=[*FLAGS])
        try:
            context = browser.new_context(**options)
            context.set_default_timeout(120_000)
            visitor = Visitor(home=home, page=context.new_page())
            visitor.listen(context)
            yield visitor
            visitor.check()
        finally:
            browser.close()


@dataclass(frozen=True, kw_only=True)
class Followed:
    """What came of following the links of a room."""

    pages: list[str]
    """Addresses of one page of each kind, as the links have them."""
    files: list[str]
    """The same of what is no page."""
    broken: list[str]
    """What they lead to that isn't there."""


def follow_links(home: str, *, cookies: dict[str, str] | None = None) -> Followed:
    """Of each kind of page one, found by links alone. A page is of a new kind if its path, or
    something that its address asks for, is not like that of a page before it.

    :param home: as for :func:`visiting`
    """
    followed = Followed(pages=[], files=[], broken=[])
    waiting, known, seen = [(home + "/", "")], Counter[tuple[str, str]](), set[str]()
    with httpx.Client(timeout=120, cookies=cookies, follow_redirects=True) as client:
        while waiting:
            address, place = waiting.pop(0)
            kinds = kinds_of(address.removeprefix(home))
            most = 1 if address.startswith(f"{home}/data") else LIKE_IT
            if address in seen or all(known[kind] >= most for kind in kinds):
                continue
            seen.add(address)
            is_new = any(kind not in known for kind in kinds)
            known.update(kinds)
            if len(address) > LONGEST:
                followed.broken.append(f"{address[:200]}… is {len(address)} long (on {place})")
                continue
            answer = client.get(address)
            if answer.status_code != 200:
                followed.broken.append(f"{answer.status_code} {address} (on {place})")
            elif "content-disposition" in answer.headers or not answer.headers.get(
                "content-type", ""
            ).startswith("text/html"):
                followed.files.extend([address] if is_new else [])
            else:
                followed.pages.extend([address] if is_new else [])
                links = html.fromstring(answer.text).xpath("//@href | //@src | //form/@action")
                for link in {urljoin(address, str(one)).partition("#")[0]: None for one in links}:
                    if link.startswith(home + "/"):
                        waiting.append((link, address))
                    elif urlsplit(link).netloc == urlsplit(home).netloc:
                        followed.broken.append(f"{link} leads out of {home} (on {address})")
    return followed


def kinds_of(address: str) -> set[tuple[str, str]]:
    """Path without names and numbers, with each name of what is asked for: ``/story/…@…`` and
    ``page`` of ``/story/signet-1@2?page=2``."""
    parts = urlsplit(address)
    first, *rest = parts.path.lstrip("/").split("/")
    kept = 1 if first in OF_NAMED_PAGES else 0
    named = "/".join([first, *rest[:kept], *map(_any_such, rest[kept:])])
    names = [name for name, _ in parse_qsl(parts.query)]
    if first == "data":  # a table is like another, and so are its columns
        asked = [name for name in names if name.startswith("_") or name == "sql"]
        alike = {("data", name) for name in asked} | ({("data row", "")} if rest[1:] else set())
        return alike or {(parts.path, "")}
    room = first.partition(".")[0]  # all that is made of a result asks for it alike
    return {(named, "")} | {(room, name) for name in names}


def _any_such(step: str) -> str:
    """A step of a path that is a name or a number; what follows it says what is shown of it."""
    said = re.search(r"(@\d+)?(\.[a-z][a-z-]+)?$", step)
    assert said is not None
    return "…" + ("@…" if said[1] else "") + (said[2] or "")
