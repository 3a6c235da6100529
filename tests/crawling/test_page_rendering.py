"""Pages that a real Chromium renders: without network, and given up where no story is like that."""

import asyncio
import os
import re
import subprocess
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path
from socket import AF_INET, SOCK_DGRAM, socket
from threading import Thread
from types import SimpleNamespace
from typing import Any

import pytest
from conftest import Site, site
from drawn_pages import FORMS, URL, page, story
from needs import require_program
from playwright.async_api import Error
from scrapy.http import HtmlResponse, Request, Response
from without_rights import reachable_folder

from tradepress.conduct.context import context_of
from tradepress.crawling import confined_browser, page_rendering
from tradepress.crawling.confined_browser import (
    Confinement,
    NoBrowser,
    end_session,
    require_browser,
)
from tradepress.crawling.page_rendering import NotWhole, PageRenderer
from tradepress.crawling.page_workers import TooComplex
from tradepress.extraction import NotAnArticle, extract_article
from tradepress.extraction.not_an_article import RENDERED_MARK
from tradepress.source import Source
from tradepress.story import Reservation

__all__ = ["site"]

SOURCE = Source(
    name="gazette",
    publisher="The Gazette",
    domains=("gazette.example",),
    language="en",
    timezone="UTC",
    article_url=r"/news/.+",
    rendered=True,
)
STORY = "https://gazette.example/news/lantern"
GIVEN_UP = {
    "it never becomes still": "<p id=a>1</p><script>setInterval(() => a.textContent++, 9)</script>",
    "it opens windows": "<script>window.open('/other')</script>",
    "it downloads files": """<script>
        const link = document.createElement("a");
        link.href = URL.createObjectURL(new Blob(["x"]));
        link.download = "x.bin";
        link.click();</script>""",
    "it asks for a permission": "<script>Notification.requestPermission()</script>",
    "it needs too much memory": """<script>
        const kept = [];
        for (let i = 0; i < 40; i++) kept.push(new Uint8Array(5e7).fill(7));</script>""",
    "it needs too much memory or time": """<script>
        for (const kept = [];;) kept.push(new Array(1e6).fill(kept.length + 0.5));</script>""",
    "it asks for more than 60 scripts and data": """<script>
        for (let i = 0; i < 99; i++) fetch("/data" + i);</script>""",
    "what its scripts make of it is larger than 10,000,000 letters": """<script>
        document.documentElement.append(new Comment("x".repeat(11e6)))</script>""",
}
BY_SITE = tuple(
    Reservation(term="tdm-reservation", evidence="/.well-known/tdmrep.json", value=value)
    for value in ("unknown", "0")
)
STAYS = """<p>a<img name=documentElement><p id=b><script>
    location = "/other"; location.reload(); alert(1); confirm(2); prompt(3);
    fetch("/" + "x".repeat(2000)).catch(() => 0);
    fetch("/api").then(answer => answer.text()).then(text => b.textContent = text);
</script>"""


class Answering(PageRenderer):
    """Answers a page in the downloader's place."""

    def __init__(self) -> None:
        crawler: Any = SimpleNamespace(spidercls=SimpleNamespace(source=SOURCE), spider=None)
        super().__init__(crawler)
        self.asked: list[str] = []
        self.reserved: tuple[Reservation, ...] = ()

    async def fetch(self, url: str, accept: str | None, *, is_script: bool) -> Response:
        self.asked.append(url)
        headers = {"Content-Type": "text/plain", "TDM-Reservation": "1"}
        meta = {"site_reservations": BY_SITE}
        return Response(url, body=b"fetched", headers=headers, request=Request(url, meta=meta))

    async def result(self, page: str) -> str:
        """What comes of the page, or why it was given up."""
        response = HtmlResponse(STORY, body=page.encode(), headers={"Content-Type": "text/html"})
        try:
            drawn = await self.render(response)
            self.reserved = drawn.reservations
            return drawn.body.decode()
        except (TooComplex, NotWhole) as error:
            return str(error)


def results(pages: dict[str, str]) -> dict[str, str]:
    """What comes of pages, three of which are rendered at the same time."""

    async def render() -> list[str]:
        few = asyncio.Semaphore(3)

        async def one(page: str) -> str:
            async with few:
                return await Answering().result(page)

        return await asyncio.gather(*map(one, pages.values()))

    return dict(zip(pages, asyncio.run(render()), strict=True))


@pytest.fixture
def sessions(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Of the browsers that a test starts, which all have ended with it."""
    require_program("chromium", "chromium-browser")
    started: list[int] = []
    monkeypatch.setattr(page_rendering, "MOST_LOOKS", 12)
    end = confined_browser.end_session

    def ended(session: int) -> None:
        started.append(session)
        end(session)

    monkeypatch.setattr(confined_browser, "end_session", ended)
    return started


def running(sessions: list[int]) -> list[int]:
    return [pid for one in sessions for pid, _ in confined_browser.processes(one)]


@pytest.mark.slow
def test_a_page_that_no_story_is_like_is_given_up_and_nothing_of_it_runs_on(
    sessions: list[int],
) -> None:
    found = results(GIVEN_UP)
    # Of a page that never stops, ours is the one look at memory, and the browser's own the other.
    runaway = found.pop("it needs too much memory or time")
    assert runaway in ("it needs too much memory", "it needs too much memory or time")
    assert found == {words: words for words in GIVEN_UP if words in found}
    assert len(found) == len(GIVEN_UP) - 1
    assert len(sessions) == len(GIVEN_UP)
    assert running(sessions) == []


@pytest.mark.slow
def test_a_page_stays_where_it_is_and_is_read_as_drawn(sessions: list[int]) -> None:
    renderer = Answering()
    found = asyncio.run(renderer.result(STAYS))
    assert "<p>a" in found
    assert '<p id="b">fetched' in found
    assert found.startswith(RENDERED_MARK)
    assert renderer.asked == ["https://gazette.example/api"]
    assert [(one.evidence, one.value) for one in renderer.reserved] == [
        ("header", "1"),
        (BY_SITE[0].evidence, "unknown"),
    ]
    assert running(sessions) == []


REACHES_OUT = """<p>a<link rel=preconnect href=http://{host}><link rel=dns-prefetch href=//{host}>
<link rel=stylesheet href=http://{host}/style.css><img src=http://{host}/picture.png>
<video src=http://{host}/film.mp4></video><iframe src=http://{host}/frame></iframe>
<script src=http://{host}/script.js></script><script>
new WebSocket("ws://{host}/socket"); new EventSource("http://{host}/events");
navigator.sendBeacon("http://{host}/beacon", "x"); fetch("http://{host}/data").catch(() => 0);
fetch("/vote", {{method: "POST"}}).catch(() => 0); new Image().src = "/pixel.png";
navigator.serviceWorker.register("/worker.js").catch(() => 0);
const work = `fetch("http://{host}/worker").catch(() => 0); new WebSocket("ws://{host}/w")`;
new Worker(URL.createObjectURL(new Blob([work])));
const Peer = window.RTCPeerConnection ?? window.webkitRTCPeerConnection;
const urls = ["stun:{udp}", "stun:localhost:" + "{udp}".split(":")[1]];
const peer = Peer ? new Peer({{iceServers: [{{urls}}]}}) : null;
peer?.createDataChannel("x");
peer?.createOffer().then(offer => peer.setLocalDescription(offer));
</script>"""
AS_FLAGS_ALONE = Confinement(programs=(), is_sandboxed=os.geteuid() != 0)


@pytest.mark.slow
@pytest.mark.parametrize("is_confined", [True, False], ids=["namespace", "flags alone"])
def test_chromium_connects_to_nothing(
    sessions: list[int], site: Site, monkeypatch: pytest.MonkeyPatch, is_confined: bool
) -> None:
    if not is_confined:
        monkeypatch.setattr(confined_browser, "confinement", lambda: AS_FLAGS_ALONE)
    with reachable_folder() as folder, socket(AF_INET, SOCK_DGRAM) as udp:
        udp.bind(("127.0.0.1", 0))
        udp.setblocking(False)
        hosts = {"host": f"127.0.0.1:{site.port}", "udp": f"127.0.0.1:{udp.getsockname()[1]}"}
        page = REACHES_OUT.format(**hosts)
        folder.chmod(0o777)
        log = folder / "net-log.json"
        logging = partial(confined_browser.confined_browser, f"--log-net-log={log}")
        monkeypatch.setattr(page_rendering, "confined_browser", logging)
        renderer = Answering()
        assert "<p>a" in asyncio.run(renderer.result(page))
        logged = log.read_text()
        with pytest.raises(BlockingIOError):
            udp.recv(1)
    assert site.requests == []
    assert renderer.asked == []  # none of it is a GET of script or data on the own site
    numbers = dict(re.findall(r'"(\w+)":(\d+)', logged.partition('"logEventTypes"')[2]))
    types = set(re.findall(r'"type":(\d+)', logged))
    assert numbers["URL_REQUEST_START_JOB"] in types
    for event in ("TCP_CONNECT", "TCP_CONNECT_ATTEMPT", "SOCKET_BYTES_SENT", "UDP_BYTES_SENT"):
        assert numbers[event] not in types, event
    assert running(sessions) == []


def test_what_is_missing_is_told_in_one_line(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(confined_browser, "find_spec", lambda name: None)
    with pytest.raises(NoBrowser, match=r"pip install 'tradepress\[browser\]'\.$"):
        require_browser()
    monkeypatch.setattr(confined_browser, "find_spec", lambda name: name)
    monkeypatch.setattr(confined_browser, "PROGRAMS", ("no-such-chromium",))
    with pytest.raises(NoBrowser, match="no Chromium is on the PATH: install it"):
        require_browser()


def test_so_is_a_browser_that_does_not_start(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    broken = tmp_path / "chromium"
    said = "a warning\nFATAL: no sandbox to be had\nits registers"
    broken.write_text(f"#!/bin/sh\nprintf '{said}\n' >&2\nexit 1\n")
    broken.chmod(0o755)
    monkeypatch.setattr(confined_browser, "confinement", lambda: AS_FLAGS_ALONE)
    monkeypatch.setenv("PATH", f"{tmp_path}:{os.environ['PATH']}")
    with pytest.raises(NoBrowser, match=r"chromium does not start .*no sandbox to be had"):
        asyncio.run(Answering().require_browser())


class _Mute:
    """Is a browser that has started and answers nothing."""

    async def new_context(self, **_: object) -> None:
        raise Error("Protocol error: no such method\nCall log: …")


@pytest.fixture
def mute(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Are the starts of a browser that answers nothing."""
    starts: list[str] = []

    @asynccontextmanager
    async def start() -> AsyncIterator[Any]:
        starts.append("start")
        yield SimpleNamespace(browser=_Mute(), is_swollen=False)

    monkeypatch.setattr(page_rendering, "confined_browser", start)
    monkeypatch.setattr(page_rendering, "LOOK_SECONDS", 0.01)
    return starts


def test_that_the_browser_fails_is_no_fault_of_the_page(mute: list[str]) -> None:
    renderer = Answering()
    with pytest.raises(NoBrowser, match=r"opens no page \(Protocol error: no such method\)"):
        asyncio.run(renderer.require_browser())
    assert mute == ["start"]
    with pytest.raises(NotWhole) as told:
        asyncio.run(renderer.render(HtmlResponse(STORY, body=b"<p>a")))
    assert (told.value.failure.outcome, told.value.failure.reason) == ("failed", "browser")


def test_once_a_run_stops_no_browser_is_started(mute: list[str]) -> None:
    renderer = Answering()
    context_of(renderer.crawler).is_stopping = True
    with pytest.raises(NotWhole) as told:
        asyncio.run(renderer.render(HtmlResponse(STORY, body=b"<p>a")))
    assert told.value.failure.reason == "interrupted"
    assert mute == []


def test_browsers_of_a_run_start_one_after_the_other(mute: list[str]) -> None:
    renderer = Answering()

    async def start() -> None:
        async with context_of(renderer.crawler).browser:
            waiting = asyncio.ensure_future(renderer.require_browser())
            await asyncio.sleep(0)
            assert mute == []
        with pytest.raises(NoBrowser):
            await waiting

    asyncio.run(start())


@pytest.mark.parametrize("form", FORMS.values(), ids=FORMS)
def test_what_a_rendered_page_does_not_show_is_not_read(form: Any) -> None:
    drawn = RENDERED_MARK + page(form(story()))
    assert extract_article(page(form(story())), URL).body
    with pytest.raises(NotAnArticle, match="nothing is read but what it shows") as told:
        extract_article(drawn.encode(), URL, content_type="text/html; charset=utf-8")
    assert told.value.reason == "script"


def test_what_a_killed_crawl_left_is_deleted_after_a_day(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(confined_browser, "gettempdir", lambda: str(tmp_path))
    gone, runs = 2**22 + 1, os.getsid(0)  # no process has an ID above that of the first
    for name, session, days in (("left", gone, 2), ("new", gone, 0), ("runs", runs, 2)):
        mark = tmp_path / f"tradepress-browser-{name}" / "session"
        mark.parent.mkdir()
        mark.write_text(f"{session}\n")
        os.utime(mark, (mark.stat().st_mtime - days * 86_400,) * 2)
    confined_browser.remove_left_profiles()
    assert sorted(one.name[19:] for one in tmp_path.iterdir()) == ["new", "runs"]


@pytest.mark.parametrize("what", ["a pipe", "a link", "a file of another user"])
def test_what_another_user_puts_among_the_temporary_files_is_let_be(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, what: str
) -> None:
    monkeypatch.setattr(confined_browser, "gettempdir", lambda: str(tmp_path))
    mark = tmp_path / "tradepress-browser-theirs" / "session"
    mark.parent.mkdir()
    if what == "a pipe":
        os.mkfifo(mark)
    else:
        mark.write_text(f"{2**22 + 1}\n")
    if what == "a link":
        mark.symlink_to(mark.rename(tmp_path / "elsewhere"))
        os.utime(mark, (1, 1))
    elif what == "a file of another user":
        other = os.geteuid() + 1
        monkeypatch.setattr(os, "geteuid", lambda: other)
    os.utime(mark, (1, 1), follow_symlinks=False)
    looking = Thread(target=confined_browser.remove_left_profiles, daemon=True)
    looking.start()
    looking.join(timeout=20)
    assert not looking.is_alive()
    assert os.path.lexists(mark)


def test_all_processes_of_a_session_end_with_it() -> None:
    two = subprocess.Popen(
        ["/bin/sh", "-c", "sleep 600 & sleep 600 & echo; wait"],
        start_new_session=True,
        stdout=subprocess.PIPE,
    )
    assert two.stdout is not None
    with two, two.stdout:
        two.stdout.readline()
        assert len(running([two.pid])) == 3
        end_session(two.pid)
        assert running([two.pid]) == []


@pytest.mark.parametrize(
    ("is_root", "refused", "expected"),
    [
        (True, "", (True, True, True)),
        (True, "--net", (False, True, True)),
        (True, "--user", (True, True, False)),
        (True, "setpriv", (True, False, False)),
        (False, "", (True, False, True)),
        (False, "unshare", (False, False, True)),
    ],
)
def test_it_gives_up_what_rights_it_can(
    monkeypatch: pytest.MonkeyPatch, is_root: bool, refused: str, expected: tuple[bool, ...]
) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 0 if is_root else 1000)
    works = lambda *programs: not refused or refused not in programs  # noqa: E731
    monkeypatch.setattr(confined_browser, "_works", works)
    found = confined_browser.confinement.__wrapped__()
    had = ("--net" in found.programs, "setpriv" in found.programs, found.is_sandboxed)
    assert had == expected
