"""The pace by a clock that leaps from one wait to the next; its measure is in test_politeness."""

import asyncio
from collections.abc import Iterator
from itertools import pairwise
from math import inf
from types import ModuleType, SimpleNamespace
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
from tradepress.conduct.capacity import MOST_PAGES
from tradepress.conduct.context import context_of
from tradepress.conduct.header_limit import BoundedParser
from tradepress.conduct.pace import PacedHandler
from tradepress.conduct.site_pace import Pace, site_of

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


def test_a_request_takes_its_turn_and_its_room_and_goes_only_while_the_crawl_does(
    net: Net, monkeypatch: pytest.MonkeyPatch
) -> None:
    looked: list[tuple[object, str]] = []
    monkeypatch.setattr(pace, "require_going", lambda *facts: looked.append(facts))
    room = context_of(net.handler._crawler).capacity
    room.on_the_wire = MOST_PAGES
    request = Request("http://quick.example/1")

    async def make_room() -> None:
        await asyncio.sleep(0.5)
        room.on_the_wire = 0

    async def all_at_once() -> None:
        await asyncio.gather(make_room(), net.handler.download_request(request))

    net.loop.run_until_complete(all_at_once())
    assert net.asked[0][1] >= 0.5
    assert looked
    assert all(facts == (net.handler._crawler, request.url) for facts in looked)


def test_what_a_rendered_page_waits_for_never_waits_for_a_place(net: Net) -> None:
    net.handler.renders = True
    context_of(net.handler._crawler).capacity.on_the_wire = MOST_PAGES
    net.ask(Request("http://quick.example/1"))
    assert net.asked == [("quick.example", 0.0)]


@pytest.mark.parametrize(
    ("of_slot", "delay"), [(None, DELAY), (0.5, DELAY), (DELAY, DELAY), (5.0, 5.0)]
)
def test_the_pace_is_that_which_is_set_or_that_of_a_slow_site(
    net: Net, of_slot: float | None, delay: float
) -> None:
    slots = {} if of_slot is None else {"paper.example": SimpleNamespace(delay=of_slot)}
    engine: Any = net.handler._crawler.engine
    engine.downloader.slots = {**slots, "other.example": SimpleNamespace(delay=60.0)}
    request = Request("http://paper.example/", meta={"download_slot": "paper.example"})
    assert net.handler._delay(request) == delay
    assert net.handler._delay(Request("http://paper.example/")) == DELAY
    net.ask(request, request)
    assert [round(when, 6) for _, when in net.asked] == [0, TAKES + delay]


def test_where_no_pace_is_set_nobody_waits_but_for_a_crawl_delay(net: Net) -> None:
    net.handler._crawler.settings = Settings({"DOWNLOAD_DELAY": 0})
    net.ask(*(Request(f"http://sample.example/{number}") for number in range(3)))
    assert [when for _, when in net.asked] == [0, 0, 0]
    slow = [Request(f"http://slow.example/{n}", meta={"crawl_delay": 7.0}) for n in range(2)]
    began = net.loop.time()
    net.ask(*slow)
    assert [round(when - began, 6) for _, when in net.asked[3:]] == [0, TAKES + 7]
    assert net.lookups == []


def test_two_sites_at_one_address_are_asked_in_turn(net: Net) -> None:
    net.ask(Request("http://one.example/"), Request("http://two.example/"))
    assert [round(when, 6) for _, when in net.asked] == [0, TAKES + DELAY]
    net.ask(Request("http:///nowhere"))
    assert net.lookups == ["one.example", "two.example", ""]


def test_a_handler_reads_by_the_bounded_parser_and_tells_what_is_in_hand(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    made: list[object] = []
    crawler: Any = ModuleType("a crawler")
    crawler.spidercls = None
    monkeypatch.setattr(HTTP11DownloadHandler, "__init__", lambda _, crawler: made.append(crawler))
    monkeypatch.setattr(pace, "set_parser", lambda *facts: made.append(facts))
    monkeypatch.setattr(pace, "pages_in_hand", lambda one: 7 if one is crawler else 0)
    handler = PacedHandler(crawler)
    assert made == [crawler, (handler, BoundedParser)]
    in_hand = context_of(crawler).capacity.in_hand
    assert [*in_hand] == [crawler]
    assert in_hand[crawler]() == 7


def test_a_site_that_was_not_asked_is_asked_at_once() -> None:
    new = Pace()
    assert (new.sites["a.example"].left_at, new.servers["192.0.2.1"].left_at) == (-inf, -inf)
    assert new.sites["a.example"].rest == 0.0
    later = Pace(5.0)
    assert (later.sites["a.example"].left_at, later.servers["192.0.2.1"].left_at) == (5.0, 5.0)
    assert site_of("about:blank") == ""


def test_a_name_that_has_no_address_is_looked_up_once_a_request(net: Net) -> None:
    with pytest.raises(CannotResolveHostError, match=r"^DNS lookup failed: no\.$") as told:
        net.ask(Request("http://nowhere.example/"))
    assert isinstance(told.value.__cause__, DNSLookupError)
    assert net.lookups == ["nowhere.example"]
    assert net.asked == []
