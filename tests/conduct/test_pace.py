"""The pace by a clock that leaps from one wait to the next; its measure is in test_politeness."""

import asyncio
from collections.abc import Iterator
from itertools import pairwise
from types import SimpleNamespace
from typing import Any

import pytest
import twisted.internet
from scrapy.core.downloader.handlers.http11 import HTTP11DownloadHandler
from scrapy.exceptions import CannotResolveHostError
from scrapy.http import Request, Response
from scrapy.settings import Settings
from twisted.internet.defer import Deferred, fail, succeed
from twisted.internet.error import DNSLookupError

from tradepress.conduct import pace
from tradepress.conduct.pace import PacedHandler
from tradepress.conduct.site_pace import site_of

DELAY = 2.0
TAKES = 1.0
"""Seconds that an answer is on its way."""


class LeapingLoop(asyncio.SelectorEventLoop):
    def __init__(self) -> None:
        super().__init__()
        self.now = 0.0
        selector: Any = self
        select = selector._selector.select

        def leap(timeout: float | None) -> Any:
            self.now += timeout or 0.0
            return select(0)

        selector._selector.select = leap

    def time(self) -> float:
        return self.now


class Net:
    """Names at one address but for those that nobody knows, and what was asked of them when."""

    def __init__(self, loop: LeapingLoop) -> None:
        self.loop = loop
        self.lookups: list[str] = []
        self.asked: list[tuple[str, float]] = []
        pause = SimpleNamespace(require_open=lambda request: None)
        self.handler = PacedHandler.__new__(PacedHandler)
        self.handler._crawler = SimpleNamespace(  # type: ignore[assignment]
            get_downloader_middleware=lambda kind: pause,
            engine=SimpleNamespace(downloader=SimpleNamespace(slots={})),
            settings=Settings({"DOWNLOAD_DELAY": DELAY}),
        )

    def resolve(self, name: str) -> Deferred[str]:
        self.lookups.append(name)
        return fail(DNSLookupError("no")) if "nowhere" in name else succeed("192.0.2.1")

    async def answer(self, request: Request) -> Response:
        self.asked.append((site_of(request.url), self.loop.time()))
        await asyncio.sleep(TAKES)
        return Response(request.url)

    def ask(self, *requests: Request) -> None:
        async def all_at_once() -> None:
            await asyncio.gather(*(self.handler.download_request(one) for one in requests))

        self.loop.run_until_complete(all_at_once())


@pytest.fixture
def net(monkeypatch: pytest.MonkeyPatch) -> Iterator[Net]:
    loop = LeapingLoop()
    net = Net(loop)

    async def answer(handler: HTTP11DownloadHandler, request: Request) -> Response:
        return await net.answer(request)

    monkeypatch.setattr(twisted.internet, "reactor", net, raising=False)
    monkeypatch.setattr(HTTP11DownloadHandler, "download_request", answer)
    monkeypatch.setattr(pace, "monotonic", loop.time)
    monkeypatch.setattr(pace, "require_going", lambda crawler, url: None)
    for name in ("_sites", "_addresses"):
        monkeypatch.setattr(pace, name, {}, raising=False)
    yield net
    loop.close()


def test_a_crawl_delay_holds_for_its_site_and_not_for_others_at_its_address(net: Net) -> None:
    slow = [Request(f"http://slow.example/{n}", meta={"crawl_delay": 60.0}) for n in range(3)]
    quick = [Request(f"http://quick.example/{n}") for n in range(8)]
    net.ask(*slow, *quick)
    times = {
        name: [when for site, when in net.asked if site == name]
        for name in ("slow.example", "quick.example")
    }
    assert [round(when) for when in times["slow.example"]] == [0, 61, 122]
    assert times["quick.example"][-1] < 60
    asked = sorted(when for _, when in net.asked)
    assert min(round(b - a, 6) for a, b in pairwise(asked)) >= TAKES + DELAY


def test_a_name_that_has_no_address_is_looked_up_once_a_request(net: Net) -> None:
    with pytest.raises(CannotResolveHostError):
        net.ask(Request("http://nowhere.example/"))
    assert net.lookups == ["nowhere.example"]
    assert net.asked == []
