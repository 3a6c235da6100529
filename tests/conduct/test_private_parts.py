"""Each part of Scrapy and Twisted that is not public still does what we use it for."""

import subprocess
import sys
from types import SimpleNamespace
from typing import Any

import pytest
import scrapy
from conftest import ROOT
from scrapy.core.scraper import Slot
from twisted.internet.testing import StringTransport
from twisted.web._newclient import Request
from twisted.web.http_headers import Headers

from tradepress.conduct.header_limit import MOST, BoundedParser, EndlessHeaders
from tradepress.conduct.private_parts import Parser, pages_in_hand, set_parser


def test_connections_read_by_the_parser_that_is_set() -> None:
    handler: Any = SimpleNamespace(_pool=SimpleNamespace(maxPersistentPerHost=1))
    set_parser(handler, BoundedParser)
    protocol = handler._pool._factory(lambda _: None, None).buildProtocol(None)
    protocol.makeConnection(StringTransport())
    answer = protocol.request(Request(b"GET", b"/", Headers({b"host": [b"a.example"]}), None))
    parser = protocol._parser
    assert type(parser) is BoundedParser
    assert isinstance(parser, Parser)
    parser.lineReceived(b"HTTP/1.1 200 OK")
    parser.received = MOST - 10
    parser.lineReceived(b"x: to ten!")
    assert parser.received == MOST
    with pytest.raises(EndlessHeaders, match=r"^headers of more than 262,144 bytes$"):
        parser.lineReceived(b"x")
    answer.addErrback(lambda _: None)


def test_the_pool_takes_another_factory_and_the_reactor_runs_in_a_loop() -> None:
    program = """
from scrapy.utils.reactor import install_reactor
install_reactor("twisted.internet.asyncioreactor.AsyncioSelectorReactor")
from twisted.internet import reactor
from twisted.internet.threads import deferToThread
from tradepress.conduct.private_parts import end_threads, event_loop_of
loop = event_loop_of(reactor)
end_threads(reactor)  # there are none yet
reactor.startRunning(installSignalHandlers=False)
done = deferToThread(lambda: 7)
print(loop.run_until_complete(done.asFuture(loop)))
end_threads(reactor)
print(reactor.threadpool)
from scrapy.core.downloader.handlers.http11 import HTTP11DownloadHandler
from scrapy.utils.test import get_crawler
from tradepress.conduct.private_parts import Parser, pages_in_hand, set_parser
handler = HTTP11DownloadHandler(get_crawler())
pool = handler._pool
factory, before = pool._factory, pool.maxPersistentPerHost
set_parser(handler, Parser)
print(issubclass(pool._factory, factory), pool.maxPersistentPerHost - before)
print(pool._factory is factory)
"""
    told = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert told.stdout.split() == ["7", "None", "True", "1", "False"], told.stderr


def test_pages_are_in_hand_from_the_answer_to_the_end_of_the_item() -> None:
    slot = Slot()
    crawler: Any = SimpleNamespace(engine=None)
    assert pages_in_hand(crawler) == 0
    crawler.engine = SimpleNamespace(scraper=SimpleNamespace(slot=None))
    assert pages_in_hand(crawler) == 0
    crawler.engine.scraper.slot = slot
    request, response = (
        scrapy.Request("http://a.example/"),
        scrapy.http.Response("http://a.example/"),
    )
    slot.add_response_request(response, request)
    assert pages_in_hand(crawler) == 1
    slot.next_response_request_deferred()
    assert pages_in_hand(crawler) == 1
    slot.finish_response(response, request)
    assert pages_in_hand(crawler) == 0
